import json
from hashlib import sha256

import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .minutes_case import MinutesCase


@tagged("post_install", "-at_install")
class TestSigned(MinutesCase):
    """What both sides signed never changes; what changes later is a new version."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._fill_ledger()

    def setUp(self):
        super().setUp()
        statement = self.env["mtqg.statement"].create(
            {"name": "Bảng kê", "unit_id": self.commune_a.id}
        )
        statement.state = "imported"
        self.statement = statement
        self.document = self._make(statement_ids=statement.ids)
        self.line = self._add_line(self.document, state="accepted")
        self._sign(self.document)

    # === THE LOCK === #

    def _assert_refused(self, query):
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation, msg=str(query)),
            self.cr.savepoint(flush=False),
        ):
            self.env.cr.execute(query)

    def test_signed_rows_are_closed_to_raw_sql(self):
        id_, line = self.document.id, self.line.id
        for query in (
            SQL("UPDATE mtqg_reconciliation SET remarks = 'x' WHERE id = %s", id_),
            SQL("UPDATE mtqg_reconciliation SET content = '{}' WHERE id = %s", id_),
            SQL("UPDATE mtqg_reconciliation SET workflow_state = 'draft'"),
            SQL("DELETE FROM mtqg_reconciliation WHERE id = %s", id_),
            SQL("UPDATE mtqg_reconciliation_figure SET amount_treasury = 1"),
            SQL("DELETE FROM mtqg_reconciliation_figure"),
            SQL(
                """INSERT INTO mtqg_reconciliation_figure
                          (reconciliation_id, measure, span)
                   VALUES (%s, 'advance', 'period')""",
                id_,
            ),
            SQL("UPDATE mtqg_reconciliation_line SET comment = 'x'"),
            SQL("DELETE FROM mtqg_reconciliation_line WHERE id = %s", line),
            SQL(
                """INSERT INTO mtqg_reconciliation_line
                          (reconciliation_id, difference_class, measure, state,
                           source, actor)
                   VALUES (%s, 'rounding', 'payment', 'accepted', 'treasury',
                           'unit')""",
                id_,
            ),
            SQL(
                """INSERT INTO mtqg_reconciliation_item
                          (line_id, reconciliation_id, entry_id)
                   VALUES (%s, %s, 1)""",
                line,
                id_,
            ),
            SQL("DELETE FROM mtqg_reconciliation_mtqg_statement_rel"),
            SQL("DELETE FROM mtqg_statement WHERE id = %s", self.statement.id),
        ):
            self._assert_refused(query)

    def test_rows_of_a_draft_do_not_move_into_signed_minutes(self):
        draft = self._make(date_from="2024-04-01", date_to="2024-06-30")
        other = self._add_line(draft)
        for table in ("line", "figure"):
            self._assert_refused(
                SQL(
                    "UPDATE %s SET reconciliation_id = %s WHERE reconciliation_id = %s",
                    SQL.identifier(f"mtqg_reconciliation_{table}"),
                    self.document.id,
                    draft.id,
                )
            )
        other.comment = "still open"
        self.env.flush_all()

    def test_signed_minutes_are_closed_to_everybody(self):
        for user in (self.officer_a, self.treasurer, self.manager_x):
            document = self.document.with_user(user)
            for attack in (
                lambda d: d.write({"remarks": "x"}),
                lambda d: d.write({"statement_ids": [Command.clear()]}),
                lambda d: d.line_ids.write({"comment": "x"}),
                lambda d: d.unlink(),
            ):
                with self.assertRaises(UserError), self.cr.savepoint():
                    attack(document)

    # === WHAT WAS SIGNED === #

    def test_the_hash_is_that_of_the_kept_content(self):
        text = self.document.content
        self.assertEqual(self.document.content_hash, sha256(text.encode()).hexdigest())
        content = json.loads(text)
        self.assertEqual(content["unit"][:2], ["T-A", "Unit A"])
        self.assertEqual(
            [name for name, _moment in content["signed"]],
            [self.leader_a.name, self.treasurer.name],
        )
        self.assertEqual(content["differences"][0]["difference"], 540)

    def test_names_that_change_later_are_not_those_that_were_signed(self):
        before = self.document._read_content()
        self.project.name = "Renamed"
        self.commune_a.name = "Renamed"
        self.assertEqual(self.document._read_content(), before)
        self.assertEqual(before["projects"][0][1], "Cầu Nậm Tha")

    def test_a_content_that_was_tampered_with_is_found(self):
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE mtqg_reconciliation DISABLE TRIGGER mtqg_reconciliation_posted"
        )
        self.env.cr.execute(
            SQL(
                """UPDATE mtqg_reconciliation
                      SET content = replace(content, '67712', '67172') WHERE id = %s""",
                self.document.id,
            )
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "not what was signed"):
            self.document._read_content()

    # === VERSIONS === #

    def _reopen(self, reason="A refund came in"):
        action = self.document.action_new_version(reason)
        return self.document.browse(action["res_id"])

    def test_a_later_change_makes_the_next_version(self):
        draft = self._reopen()
        self.assertEqual(draft.version, 2)
        self.assertEqual(draft.previous_id, self.document)
        self.assertEqual(draft.number, self.document.number)
        self.assertEqual(draft.statement_ids, self.statement)
        self.assertFalse(draft.line_ids)
        self.assertTrue(self.document.is_current)
        signed = self.document.content
        self._compare(draft)
        self._sign(draft)
        self.assertEqual(self.document.content, signed)
        self.assertFalse(self.document.is_current)
        current = self.document.search(
            [("is_current", "=", True), ("unit_id", "=", self.commune_a.id)]
        )
        self.assertEqual(current, draft)

    def test_a_version_needs_a_reason(self):
        draft = self._reopen(reason=None)
        self._compare(draft)
        self.assertEqual(self._codes(draft), ["reason"])
        draft.reason = "A refund came in"
        self.assertEqual(self._codes(draft), [])

    def test_there_is_one_next_version_at_a_time(self):
        self._reopen()
        with self.assertRaisesRegex(UserError, "next version is already there"):
            self._reopen()

    def test_only_what_is_in_force_is_reopened(self):
        draft = self._make(date_from="2024-04-01", date_to="2024-06-30")
        with self.assertRaisesRegex(UserError, "not in force"):
            draft.action_new_version("x")
        for wrong in (1, ["x"], {"a": 1}):
            with self.assertRaises(UserError):
                self.document.action_new_version(wrong)

    def test_a_version_keeps_unit_office_and_period(self):
        draft = self._reopen()
        for values in (
            {"date_to": "2024-04-30"},
            {"treasury_unit_id": False},
        ):
            with self.assertRaisesRegex(UserError, "keeps the unit"):
                draft.write(values)

    @mute_logger("odoo.sql_db")
    def test_one_unit_office_and_period_has_one_reconciliation(self):
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            self._make()
