from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger


@tagged("post_install", "-at_install")
class TestScheme(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quarter = cls.env.ref("mtqg_reports.scheme_quarter")
        action = cls.quarter.action_new_version()
        cls.draft = cls.quarter.browse(action["res_id"])

    def test_every_shipped_scheme_is_published_and_complete(self):
        schemes = self.env["mtqg.scheme"].search([("state", "=", "published")])
        self.assertGreaterEqual(len(schemes), 3)
        for scheme in schemes:
            self.assertEqual(scheme._find_faults(), [])
            self.assertEqual(scheme.weight_total, 100)
            self.assertTrue(scheme.legal_basis)

    def test_a_new_version_is_a_draft_with_all_parts(self):
        self.assertEqual((self.draft.version, self.draft.state), (2, "draft"))
        self.assertEqual(len(self.draft.criterion_ids), len(self.quarter.criterion_ids))
        targets = self.draft.criterion_ids.target_ids.mapped("target")
        self.assertIn(7.5, targets)
        self.assertEqual(len(self.draft.band_ids), 4)

    def test_publishing_retires_the_version_before(self):
        self.draft.action_publish()
        self.assertEqual(self.quarter.state, "retired")
        self.assertEqual(self.draft.state, "published")

    def test_weights_that_do_not_make_a_hundred_are_refused(self):
        self.draft.criterion_ids[0].weight = 49.99
        with self.assertRaisesRegex(UserError, "99.99, not to 100"):
            self.draft.action_publish()

    def test_a_scheme_has_one_main_criterion(self):
        self.draft.criterion_ids[1].is_main = True
        with self.assertRaisesRegex(UserError, "one criterion is the main"):
            self.draft.action_publish()

    def test_a_scheme_needs_a_class_for_everybody(self):
        self.draft.band_ids.filtered(lambda b: b.score_min == 0).unlink()
        with self.assertRaisesRegex(UserError, "lowest class"):
            self.draft.action_publish()

    def test_a_target_that_gives_no_scale_is_refused(self):
        criterion = self.draft.criterion_ids[0]
        criterion.target_ids = [Command.clear()]
        criterion.write({"target": 30, "rate_zero": 30})
        with self.assertRaisesRegex(UserError, "cannot give points"):
            self.draft.action_publish()

    def test_a_published_scheme_does_not_change(self):
        criterion = self.quarter.criterion_ids[0]
        refused = (
            lambda: self.quarter.write({"shrinkage": 5}),
            lambda: criterion.write({"weight": 1}),
            lambda: criterion.target_ids[0].write({"target": 1}),
            criterion.target_ids[0].unlink,
            lambda: self.quarter.band_ids[0].write({"score_min": 1}),
            self.quarter.band_ids[0].unlink,
            self.quarter.unlink,
            lambda: self.quarter.write({"band_ids": [Command.clear()]}),
            lambda: self.draft.band_ids[0].write({"scheme_id": self.quarter.id}),
        )
        for change in refused:
            with self.assertRaises(UserError), self.cr.savepoint():
                change()

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_a_published_scheme(self):
        statements = (
            "UPDATE mtqg_scheme SET quota = 1 WHERE id = %s",
            "UPDATE mtqg_scheme SET state = 'draft' WHERE id = %s",
            "UPDATE mtqg_scheme_criterion SET weight = 1 WHERE scheme_id = %s",
            "DELETE FROM mtqg_scheme_criterion WHERE scheme_id = %s",
            "UPDATE mtqg_scheme_band SET rate_min = 1 WHERE scheme_id = %s",
        )
        for statement in statements:
            with (
                self.subTest(statement=statement),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.env.cr.execute(SQL(statement, self.quarter.id))

    def test_words_of_a_published_scheme_can_be_translated(self):
        self.env.cr.execute(
            SQL(
                """UPDATE mtqg_scheme_criterion
                      SET name = name || '{"vi_VN": "Tên"}' WHERE scheme_id = %s""",
                self.quarter.id,
            )
        )
        self.assertEqual(self.env.cr.rowcount, 5)

    def test_an_officer_neither_publishes_nor_writes(self):
        officer = new_test_user(
            self.env, "t_scheme_officer", groups="mtqg_disbursement.group_officer"
        )
        draft = self.draft.with_user(officer)
        for change in (
            draft.action_publish,
            draft.action_retire,
            draft.action_new_version,
            lambda: draft.write({"quota": 1}),
            lambda: draft.criterion_ids[0].write({"weight": 1}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                change()

    def test_a_manager_does_not_write_the_state(self):
        manager = new_test_user(
            self.env, "t_scheme_manager", groups="mtqg_disbursement.group_manager"
        )
        with self.assertRaises(AccessError):
            self.draft.with_user(manager).write({"state": "published"})
        self.draft.with_user(manager).action_publish()
        self.assertEqual(self.draft.state, "published")
