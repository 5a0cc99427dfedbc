import json
from hashlib import sha256

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import BILLION, EvaluationCommon


@tagged("post_install", "-at_install")
class TestFrozenEvaluation(EvaluationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._freeze(cls.evaluation)
        cls.env.flush_all()

    def _pay_more(self):
        return self._pay(
            self.balance_a,
            "completed",
            5 * BILLION,
            number="UNC-LATE",
            date="2024-06-20",
        )

    def test_the_hash_is_that_of_the_frozen_bytes(self):
        content = self.evaluation.snapshot.encode()
        self.assertEqual(self.evaluation.content_hash, sha256(content).hexdigest())
        self.assertEqual(self.evaluation.workflow_state, "done")

    def test_a_frozen_evaluation_computes_to_itself(self):
        self.assertEqual(self.evaluation.verify(), [])
        self.assertEqual(self.evaluation.action_verify()["params"]["type"], "success")

    def test_a_later_voucher_changes_nothing_and_is_shown(self):
        before = self.evaluation.snapshot
        self._pay_more()
        self.assertEqual(self.evaluation.verify(), [])
        self.assertEqual(self.evaluation.snapshot, before)
        changes = self.evaluation.get_changes()
        self.assertEqual({c["unit_id"] for c in changes}, {self.district.id})
        paid = next(c for c in changes if c["criterion_id"] == self._criterion("rate"))
        self.assertEqual(paid["numerator_then"], 70 * BILLION)
        self.assertEqual(paid["numerator_now"], 75 * BILLION)
        self.assertIn("75.000.000.000", self.evaluation.changes_since)

    def _criterion(self, code):
        criteria = self.scheme.criterion_ids
        return criteria.filtered(lambda c: c.code == code).id

    def test_a_reversed_voucher_changes_nothing_and_is_shown(self):
        action = self.paid_c.action_reverse("Paid twice")
        reversal = self.paid_c.browse(action["res_id"])
        self._approve(reversal, self.leader_c)
        self.assertEqual(self.evaluation.verify(), [])
        changes = self.evaluation.get_changes()
        self.assertEqual({c["unit_id"] for c in changes}, {self.district_2.id})

    def test_nothing_has_changed_at_first(self):
        self.assertEqual(self.evaluation.get_changes(), [])
        self.assertFalse(self.evaluation.changes_since)

    def test_a_new_evaluation_of_the_period_sees_the_late_voucher(self):
        self._pay_more()
        again = self._make_evaluation()
        again.action_compute()
        self.assertEqual(
            self._lines(again)[self.district].amount_disbursed, 75 * BILLION
        )
        self.assertEqual(
            self._lines(self.evaluation)[self.district].amount_disbursed, 70 * BILLION
        )

    def test_the_orm_refuses_every_change(self):
        frozen = self.evaluation.sudo()
        line = frozen.score_ids[0]
        refused = (
            lambda: frozen.write({"date_to": "2024-07-31"}),
            lambda: frozen.write({"unit_ids": [Command.clear()]}),
            lambda: frozen.write({"snapshot": "{}"}),
            frozen.action_compute,
            frozen.unlink,
            lambda: line.write({"score": 100}),
            line.unlink,
            lambda: line.evidence_ids.write({"points": 1}),
            line.evidence_ids.unlink,
        )
        for change in refused:
            with self.assertRaises(UserError), self.cr.savepoint():
                change()

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_every_change(self):
        statements = (
            "UPDATE mtqg_evaluation SET content_hash = 'x' WHERE id = %s",
            "UPDATE mtqg_evaluation SET date_frozen = NULL WHERE id = %s",
            "DELETE FROM mtqg_evaluation WHERE id = %s",
            "UPDATE mtqg_evaluation_score SET score = 1 WHERE evaluation_id = %s",
            "DELETE FROM mtqg_evaluation_score WHERE evaluation_id = %s",
            "UPDATE mtqg_evaluation_evidence SET points = 1 WHERE evaluation_id = %s",
            "DELETE FROM mtqg_evaluation_evidence WHERE evaluation_id = %s",
            "DELETE FROM mtqg_evaluation_unit_rel WHERE evaluation_id = %s",
        )
        for statement in statements:
            with (
                self.subTest(statement=statement),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.env.execute_query(
                    SQL(f"{statement} RETURNING 1", self.evaluation.id)
                )

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_new_rows_in_a_frozen_result(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.env.cr.execute(
                SQL(
                    "INSERT INTO mtqg_evaluation_score (evaluation_id, unit_id)"
                    " VALUES (%s, %s)",
                    self.evaluation.id,
                    self.commune_a.id,
                )
            )

    @mute_logger("odoo.sql_db")
    def test_tampering_behind_the_trigger_is_found(self):
        self._without_triggers(
            "UPDATE mtqg_evaluation_score SET score = 99.99 WHERE evaluation_id = %s"
        )
        codes = [fault["code"] for fault in self.evaluation.verify()]
        self.assertEqual(codes, ["rows"])

    @mute_logger("odoo.sql_db")
    def test_a_forged_snapshot_is_found(self):
        self._without_triggers(
            "UPDATE mtqg_evaluation SET snapshot = replace(snapshot, '\"rank\":1',"
            " '\"rank\":9') WHERE id = %s"
        )
        codes = {fault["code"] for fault in self.evaluation.verify()}
        self.assertEqual(codes, {"hash", "outcome", "rows", "ledger"})

    def _without_triggers(self, statement):
        """Do what only the owner of the database can do."""
        tables = ("mtqg_evaluation", "mtqg_evaluation_score")
        for table in tables:
            name = SQL.identifier(table)
            self.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", name))
        self.env.cr.execute(SQL(statement, self.evaluation.id))
        for table in tables:
            name = SQL.identifier(table)
            self.env.cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", name))
        self.env.invalidate_all()

    def test_a_renamed_unit_keeps_its_announced_name(self):
        self.district.sudo().write({"name": "Unit renamed", "code": "T-NEW"})
        line = self._lines(self.evaluation)[self.district]
        self.assertEqual((line.unit_name, line.unit_code), ("Unit D1", "T-D1"))
        self.assertEqual(self.evaluation.verify(), [])

    def test_the_snapshot_says_what_was_evaluated(self):
        about = json.loads(self.evaluation.snapshot)["about"]
        self.assertEqual(about["date_to"], "2024-06-30")
        self.assertEqual(about["plan_year"], "2024")
        self.assertEqual(about["rate carried"], "disbursed / assigned; carried; all")
