"""People decide about differences; another comparison keeps what they decided."""

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.mtqg_disbursement.clock import today_vn
from odoo.addons.mtqg_disbursement.tests.statement_case import ReconciliationCase


@tagged("post_install", "-at_install")
class TestReconciliationWork(ReconciliationCase):
    """A register and a statement that differ in three payments."""

    def setUp(self):
        super().setUp()
        self.entries = self._post(
            ("completed", 912_345_678, "2024-03-10", "GRV-1"),
            ("completed", 400_000_000, "2024-03-12", "GRV-2"),
        )
        self.statement = self._import(
            self._said(912_354_678, voucher="GRV-1"),
            self._said(77_700_000, "2024-03-15", "advance", voucher="GRV-9"),
        )
        self.reconciliation = self._reconcile(self.statement)
        self.typing, self.own, self.treasury = self._lines(
            "transposed_digits", "only_own", "only_treasury"
        )

    def _lines(self, *classes):
        lines = self.reconciliation.line_ids
        return [lines.filtered(lambda o, n=n: o.difference_class == n) for n in classes]

    # === DECISIONS === #

    def test_a_proposal_is_accepted_once(self):
        self.typing.action_accept("The Treasury typed it wrong.")
        self.assertEqual(self.typing.state, "accepted")
        self.assertEqual(self.typing.comment, "The Treasury typed it wrong.")
        with self.assertRaisesRegex(UserError, "decided already"):
            self.typing.action_reject()

    def test_a_decision_is_undone(self):
        self.typing.action_reject("No.")
        self.typing.action_undo()
        self.assertEqual(self.typing.state, "proposed")
        self.typing.action_accept()

    def test_a_match_is_split_into_its_figures_and_put_together_again(self):
        ids = self.typing.action_split()
        lines = self.reconciliation.line_ids.browse(ids)
        self.assertEqual(len(lines), 2)
        self.assertEqual(
            sorted(lines.mapped("difference_class")), ["only_own", "only_treasury"]
        )
        self.assertEqual([len(line.item_ids) for line in lines], [1, 1])
        merged = lines.browse(lines.action_merge())
        self.assertEqual(merged.difference_class, "transposed_digits")
        self.assertEqual(len(merged.item_ids), 2)
        self.assertFalse((lines - merged).exists())

    def test_figures_are_paired_by_hand(self):
        pair = (self.own + self.treasury).with_user(self.officer_a)
        line = pair.browse(pair.action_merge())
        self.assertEqual(line.amount_own, 400_000_000)
        self.assertEqual(line.amount_treasury, 77_700_000)
        self.assertEqual(line.difference_class, "unexplained")
        self.assertTrue(line.is_manual)
        line.action_undo()
        self.assertEqual(
            self._classes(self.reconciliation),
            ["only_own", "only_treasury", "transposed_digits"],
        )

    def test_owner_and_day_are_given_to_who_may_see_it(self):
        self.own.action_assign(self.leader_a.id, "2024-04-15")
        self.assertEqual(self.own.owner_id, self.leader_a)
        self.assertEqual(str(self.own.date_due), "2024-04-15")
        with self.assertRaisesRegex(UserError, "may see"):
            self.own.action_assign(self.officer_b.id)

    def test_who_must_act_owns_a_new_difference(self):
        self.assertEqual(self.treasury.actor, "unit")
        self.assertEqual(self.treasury.owner_id, self.officer_a)
        self.assertEqual(self.own.actor, "treasury")
        self.assertEqual(self.own.owner_id, self.treasurer)

    # === RUN AGAIN === #

    def test_the_same_run_gives_the_same_differences(self):
        before = self._read_lines()
        self.reconciliation.action_run()
        self.assertEqual(self._read_lines(), before)

    def _read_lines(self):
        names = [
            "id", "difference_class", "amount_own", "amount_treasury", "explanation",
            "confidence", "state", "owner_id", "date_found", "item_ids",
        ]  # fmt: skip
        return self.reconciliation.line_ids.sorted("id").read(names)

    def test_decisions_outlive_another_run(self):
        self.typing.action_accept("Typed wrong.")
        self.own.action_reject()
        self.treasury.action_assign(self.leader_a.id, "2024-05-01")
        self.treasury.action_comment("Asked the office.")
        self.reconciliation.action_run()
        self.assertEqual(self.typing.state, "accepted")
        self.assertEqual(self.own.state, "rejected")
        self.assertEqual(self.treasury.owner_id, self.leader_a)
        self.assertEqual(self.treasury.comment, "Asked the office.")
        self.assertEqual(len(self.reconciliation.line_ids), 3)

    def test_what_was_paired_by_hand_outlives_another_run(self):
        line = self.own.browse((self.own + self.treasury).action_merge())
        self.reconciliation.action_run()
        self.assertEqual(line.exists().difference_class, "unexplained")
        self.assertEqual(len(line.item_ids), 2)

    def test_a_difference_that_has_gone_is_corrected(self):
        self._post(("advance", 77_700_000, "2024-03-15", "GRV-9"))
        self.own.action_accept("It is on its way.")
        late = self._import(self._said(400_000_000, "2024-03-12", voucher="GRV-2"))
        self.reconciliation.statement_ids += late
        self.reconciliation.action_run()
        self.assertEqual(self.treasury.state, "fixed")
        self.assertEqual(self.own.state, "fixed")
        self.assertEqual(self.own.date_fixed, today_vn())
        self.assertEqual(self.typing.state, "proposed")
        with self.assertRaisesRegex(UserError, "no decision"):
            self.own.action_undo()

    def test_a_difference_that_comes_back_is_proposed_again(self):
        late = self._import(self._said(400_000_000, "2024-03-12", voucher="GRV-2"))
        self.reconciliation.statement_ids += late
        self.reconciliation.action_run()
        self.assertEqual(self.own.state, "fixed")
        self.reconciliation.statement_ids -= late
        self.reconciliation.action_run()
        self.assertEqual(self.own.state, "proposed")
        self.assertFalse(self.own.date_fixed)

    def test_figures_that_meet_anew_keep_their_age_and_owner(self):
        self._run_sql("UPDATE mtqg_reconciliation_line SET date_found = '2024-01-01'")
        self.treasury.action_assign(self.leader_a.id)
        self._post(("advance", 77_000_000, "2024-03-15", "GRV-9"))
        self._post(("advance", 700_000, "2024-03-15", "GRV-9"))
        self.reconciliation.action_run()
        (line,) = self._lines("merged")
        self.assertEqual(line.owner_id, self.leader_a)
        self.assertEqual(str(line.date_found), "2024-01-01")
        self.assertFalse(self.treasury.exists())

    # === CORRECTING === #

    def test_the_missing_voucher_is_made_from_the_difference(self):
        action = self.treasury.with_user(self.officer_a).action_create_voucher()
        voucher = self.env["mtqg.disbursement"].browse(action["res_id"])
        self.assertEqual(voucher.number, "GRV-9")
        self.assertEqual(voucher.kind, "advance")
        self.assertEqual(voucher.amount, 77_700_000)
        self.assertEqual(voucher.allocation_id, self.balance)
        with self.assertRaisesRegex(UserError, "voucher already"):
            self.treasury.with_user(self.officer_a).action_create_voucher()
        self._approve(voucher.with_user(self.officer_a), self.leader_a, self.treasurer)
        self.reconciliation.action_run()
        self.assertEqual(self.treasury.state, "fixed")

    def test_a_voucher_that_the_treasury_lacks_is_reversed_from_the_difference(self):
        voucher = self._pay(
            self.balance, "completed", 5_000_000, date="2024-03-20", number="GRV-5"
        )
        self.reconciliation.action_run()
        line = self.reconciliation.line_ids.filtered(
            lambda o: o.amount_own == 5_000_000
        )
        action = line.with_user(self.officer_a).action_reverse_voucher()
        reversal = self.env["mtqg.disbursement"].browse(action["res_id"])
        self.assertEqual(reversal.reversal_of_id, voucher)
        self.assertIn("5.000.000", reversal.reason)
        self._approve(reversal.with_user(self.officer_a), self.leader_a, self.treasurer)
        self.reconciliation.action_run()
        self.assertEqual(line.state, "fixed")

    def test_only_what_stands_on_one_side_is_corrected(self):
        with self.assertRaisesRegex(UserError, "the register lacks"):
            self.typing.action_create_voucher()
        with self.assertRaisesRegex(UserError, "the Treasury lacks"):
            self.typing.action_reverse_voucher()

    # === GUARDS === #

    def test_an_entry_stands_in_one_difference_only(self):
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self._insert_item("entry_id", self.entries[0], "completed")

    def test_a_line_of_a_statement_stands_in_one_difference_only(self):
        item = self.treasury.item_ids
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self._insert_item("statement_line_id", item.statement_line_id.id, item.kind)

    def _insert_item(self, column, id_, kind):
        self.env.cr.execute(
            SQL(
                """INSERT INTO mtqg_reconciliation_item
                          (line_id, reconciliation_id, %s, kind, amount)
                   VALUES (%s, %s, %s, %s, 1)""",
                SQL.identifier(column),
                self.own.id,
                self.reconciliation.id,
                id_,
                kind,
            )
        )

    def test_differences_are_closed_while_both_sides_sign(self):
        self.reconciliation.line_ids.action_accept("Known to both sides.")
        self.reconciliation.action_submit()
        for step in (
            self.typing.action_undo,
            self.typing.action_split,
            self.reconciliation.action_run,
        ):
            with self.assertRaisesRegex(UserError, "is being signed"):
                step()
        # both sides sign the same words
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.typing.action_comment("Seen by the leader.")
        self.typing.action_assign(self.leader_a.id)
        self.assertEqual(self.typing.owner_id, self.leader_a)

    def test_the_database_closes_them_to_raw_sql(self):
        self.reconciliation.line_ids.action_accept("Known to both sides.")
        self.reconciliation.action_submit()
        self.env.flush_all()
        for statement in (
            "UPDATE mtqg_reconciliation_line SET amount_own = 1",
            "UPDATE mtqg_reconciliation_line SET comment = 'later'",
            "UPDATE mtqg_reconciliation_item SET amount = 1",
            "DELETE FROM mtqg_reconciliation_item",
            "UPDATE mtqg_reconciliation_figure SET amount_own = 1",
            "DELETE FROM mtqg_reconciliation_figure",
        ):
            with (
                self.subTest(statement),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(psycopg2.IntegrityError, "being signed"),
                self.env.cr.savepoint(),
            ):
                self._run_sql(statement)
        self._run_sql("UPDATE mtqg_reconciliation_line SET date_due = now()")

    def _run_sql(self, statement):
        """Run a statement on the rows of the reconciliation."""
        self.env.cr.execute(
            SQL(
                "%s WHERE reconciliation_id = %s",
                SQL(statement),
                self.reconciliation.id,
            )
        )

    # === WHO SEES WHAT === #

    def test_another_unit_sees_nothing(self):
        for model in (
            "mtqg.reconciliation",
            "mtqg.reconciliation.line",
            "mtqg.reconciliation.item",
            "mtqg.reconciliation.figure",
            "mtqg.reconciliation.ageing",
        ):
            self.assertFalse(
                self.env[model].with_user(self.officer_b).search([]), model
            )
            self.assertTrue(self.env[model].with_user(self.treasurer).search([]), model)
        for step in (
            self.reconciliation.with_user(self.officer_b).action_run,
            self.reconciliation.with_user(self.officer_b).get_panes,
            self.typing.with_user(self.officer_b).action_accept,
        ):
            with self.assertRaises(AccessError):
                step()

    def test_the_office_decides_too_and_a_viewer_does_not(self):
        self.typing.with_user(self.treasurer).action_accept()
        with self.assertRaises(AccessError):
            self.own.with_user(self.viewer_a).action_accept()

    # === SCREENS === #

    def test_the_two_sides_stand_beside_each_other(self):
        panes = self.reconciliation.get_panes({"classes": ["transposed_digits"]})
        (line,) = panes["lines"]
        self.assertEqual([i["amount"] for i in line["own"]], [912_345_678])
        self.assertEqual([i["amount"] for i in line["treasury"]], [912_354_678])
        self.assertEqual(panes["total"], 1)
        self.assertEqual(
            {row["name"]: row["count"] for row in panes["classes"]},
            {"transposed_digits": 1, "only_own": 1, "only_treasury": 1},
        )

    def test_differences_are_filtered(self):
        self.typing.action_accept()
        for filters, found in (
            ({"states": ["accepted"]}, self.typing),
            ({"owner": self.treasurer.id}, self.own),
            ({"amount": 500_000_000}, self.typing),
            ({"text": "GRV-9"}, self.treasury),
            ({"band": "b0"}, self.reconciliation.line_ids),
            ({"band": "b3"}, self.own.browse()),
        ):
            lines = self.reconciliation.get_panes(filters)["lines"]
            self.assertEqual([line["id"] for line in lines], sorted(found.ids), filters)

    def test_the_form_shows_what_was_found(self):
        with Form(self.reconciliation) as form:
            self.assertEqual(form.difference_count, 3)
            self.assertEqual(form.open_count, 3)

    # === AGE === #

    def test_open_differences_are_counted_by_age(self):
        for line, days in ((self.typing, 3), (self.own, 45), (self.treasury, 400)):
            self.env.cr.execute(
                """UPDATE mtqg_reconciliation_line SET date_found = %s - %s
                    WHERE id = %s""",
                (today_vn(), days, line.id),
            )
        groups = self.env["mtqg.reconciliation.ageing"]._read_group(
            [("reconciliation_id", "=", self.reconciliation.id)],
            ["band"],
            ["__count", "amount:sum"],
        )
        self.assertEqual(
            groups,
            [("b0", 1, 912_345_678), ("b2", 1, 400_000_000), ("b3", 1, 77_700_000)],
        )

    def test_owners_are_reminded_once_a_day_of_what_is_due(self):
        self.own.action_assign(self.treasurer.id, "2024-04-01")
        self.typing.action_assign(self.treasurer.id, "2024-04-02")
        self.treasury.action_assign(self.officer_a.id, "2099-01-01")
        Reminder = self.env["mtqg.reconciliation.reminder"]
        Reminder._run_nightly()
        Reminder._run_nightly()
        mine = Reminder.search([("user_id", "=", self.treasurer.id)])
        self.assertEqual(mine.mapped("difference_count"), [2])
        self.assertFalse(Reminder.search([("user_id", "=", self.officer_a.id)]))
        activities = self.reconciliation.sudo().activity_ids
        self.assertEqual(activities.user_id, self.treasurer)
        self.assertEqual(len(activities), 1)
        self.own.with_user(self.treasurer).action_accept("On its way.")
        self.typing.with_user(self.treasurer).action_accept("Typed wrong.")
        Reminder._run_nightly()
        self.assertFalse(activities.exists())
