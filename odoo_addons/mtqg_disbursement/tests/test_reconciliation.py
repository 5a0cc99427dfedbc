"""A reconciliation compares the register with the Treasury and explains the rest."""

import csv
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mtqg_disbursement.store import reconciliations
from odoo.addons.mtqg_disbursement.tests.statement_case import ReconciliationCase

MILLION = 10**6
BINH_THUAN = Path(__file__).parent / "data" / "binh_thuan_2025_05_19.csv"


@tagged("post_install", "-at_install")
class TestReconciliation(ReconciliationCase):
    def test_what_agrees_is_counted_and_makes_no_difference(self):
        self._post(("completed", 5_000, "2024-03-10"), ("advance", 700, "2024-03-11"))
        statement = self._import(
            self._said(5_000), self._said(700, "2024-03-11", "advance")
        )
        reconciliation = self._reconcile(statement)
        self.assertFalse(reconciliation.line_ids)
        self.assertEqual(reconciliation.matched_count, 2)
        self.assertEqual(reconciliation.matched_amount, 5_700)

    def test_equal_payments_count_once_each(self):
        self._post(*[("completed", 5_000, "2024-03-10")] * 3)
        statement = self._import(*[self._said(5_000)] * 2)
        reconciliation = self._reconcile(statement)
        self.assertEqual(self._classes(reconciliation), ["only_own"])
        self.assertEqual(reconciliation.matched_count, 2)

    def test_of_equal_payments_those_with_the_same_voucher_agree(self):
        first, second = self._post(
            ("completed", 5_000, "2024-03-10", "GRV-1"),
            ("completed", 5_000, "2024-03-10", "GRV-2"),
        )
        statement = self._import(self._said(5_000, voucher="GRV-2"))
        (line,) = self._reconcile(statement).line_ids
        self.assertEqual(line.item_ids.entry_id.id, first)
        self.assertNotEqual(line.item_ids.entry_id.id, second)

    def test_a_difference_has_figures_a_class_an_owner_and_a_sentence(self):
        self._post(("completed", 912_345_678, "2024-03-10", "GRV-1"))
        statement = self._import(self._said(912_354_678, voucher="GRV-1"))
        (line,) = self._reconcile(statement).line_ids
        self.assertEqual(line.difference_class, "transposed_digits")
        self.assertEqual(line.amount_own, 912_345_678)
        self.assertEqual(line.amount_treasury, 912_354_678)
        self.assertEqual(line.amount_difference, 9_000)
        self.assertEqual(line.amount_proposed, 912_345_678)
        self.assertIn("912.345.678", line.explanation)
        self.assertGreater(line.confidence, 0.9)
        self.assertEqual(line.owner_id, self.officer_a)
        self.assertEqual(len(line.item_ids), 2)
        self.assertEqual(line.state, "proposed")

    def test_a_line_is_compared_by_what_it_says(self):
        self._post(("completed", 5_000, "2024-03-10", "GRV-1"))
        self._post(("completed", 7_000, "2024-03-11", "GRV-2"))
        short = {"project_id": self.project.id, "project": "7000001"}
        statement = self._import(
            {**short, "disbursed": 5_000, "voucher": "GRV-1"},
            {**short, "disbursed": 7_000, "date": "2024-03-11"},
        )
        reconciliation = self._reconcile(statement)
        self.assertFalse(reconciliation.line_ids)
        self.assertEqual(reconciliation.matched_count, 2)

    def test_a_volume_with_the_advance_in_it_agrees_with_both_entries(self):
        self._post(("advance", 2_000, "2024-02-10", "GRV-0"))
        self._post(("completed", 900, "2024-03-10", "GRV-1"))
        self._post(("recover", 600, "2024-03-10", "GRV-1"))
        reconciliation = self._reconcile(run=False)
        for said, count in ((1_500, {}), 1), ((1_500, {"recovered": 600}), 2):
            amount, more = said
            reconciliation.statement_ids = self._import(
                self._said(amount, voucher="GRV-1", **more)
            )
            reconciliation.action_run()
            self.assertFalse(reconciliation.line_ids)
            self.assertEqual(reconciliation.matched_count, count)
        reconciliation.statement_ids = self._import(self._said(1_600, voucher="GRV-1"))
        reconciliation.action_run()
        self.assertEqual(len(reconciliation.line_ids.item_ids), 2)

    def test_a_reversed_entry_needs_no_line_at_the_treasury(self):
        voucher = self._pay(self.balance, "completed", 5_000, date="2024-03-10")
        action = voucher.action_reverse("typed twice")
        reversal = self.env["mtqg.disbursement"].browse(action["res_id"])
        self._approve(reversal.with_user(self.officer_a), self.leader_a, self.treasurer)
        statement = self._import(self._said(9_999, voucher="X"))
        self.assertEqual(self._classes(self._reconcile(statement)), ["only_treasury"])

    def test_statements_of_the_period_are_taken_where_none_is_chosen(self):
        fits = self._import(self._said(5_000))
        self._import(self._said(1), date_from="2024-04-01", date_to="2024-04-30")
        self._import(self._said(1), unit=self.commune_b)
        reconciliation = self._reconcile()
        self.assertEqual(reconciliation.statement_ids.ids, fits.ids)

    def test_binh_thuan_has_one_difference_of_540_million(self):
        reconciliation = self._reconcile_binh_thuan()
        (line,) = reconciliation.line_ids
        self.assertEqual(line.difference_class, "transposed_digits")
        self.assertEqual(line.amount_difference, -540 * MILLION)
        self.assertEqual(line.amount_own, 67_712 * MILLION)
        self.assertEqual(line.amount_proposed, 67_712 * MILLION)
        self.assertIn("67.712.000.000", line.explanation)
        self.assertEqual(
            line.program_id, self.env.ref("mtqg_disbursement.program_gnbv")
        )

    def _reconcile_binh_thuan(self):
        """Compare the printed table with a register that holds the right figures."""
        lines = []
        with BINH_THUAN.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["programme"] != "TOTAL":
                    lines += self._open_binh_thuan(row)
        statement = self._import(
            *lines, unit=self.province, date_from="2025-01-01", date_to="2025-05-19"
        )
        return self._reconcile(
            statement,
            user=self.officer_p,
            unit_id=self.province.id,
            treasury_unit_id=False,
            date_from="2025-01-01",
            date_to="2025-05-19",
        )

    def _open_binh_thuan(self, row):
        """Give the register what the province had; return the lines of the table."""
        program = self.env.ref(f"mtqg_disbursement.program_{row['programme'].lower()}")
        natures = ("investment", "recurrent")
        paid = {n: int(row[f"disbursed_{n}"]) * MILLION for n in natures}
        printed = int(row["plan_incl_carried"]) * MILLION
        plan = 67_712 * MILLION if row["programme"] == "GNBV" else printed
        parts = {"investment": plan // 2, "recurrent": plan - plan // 2}
        for nature in natures:
            balance = self._assign_root(
                parts[nature],
                nature=nature,
                program=program,
                plan_year=2025,
                origin_year=2025,
                date="2025-01-15",
            )
            balance.enter_tabmis(date="2025-01-15")
            if paid[nature]:
                self._post(("completed", paid[nature], "2025-04-01"), balance=balance)
        about = {"program": row["programme"], "program_id": program.id}
        return [
            {**about, "assigned": printed, "disbursed": sum(paid.values())},
            *({**about, "nature": n, "disbursed": paid[n]} for n in natures if paid[n]),
        ]

    def test_hardly_anything_in_common_is_said_at_once(self):
        statement = self._import(self._said(5_000), self._said(6_000))
        self.patch(reconciliations, "MOST_LEFT", 1)
        with self.assertRaisesRegex(UserError, "another period, unit or unit of money"):
            self._reconcile(statement)
