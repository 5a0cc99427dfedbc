from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..store import settlement
from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestClosing(MtqgCommon):
    """At the end of 2024 every balance of the province closes."""

    def setUp(self):
        super().setUp()
        self.root = self._assign_root(1_000)
        self.leaf = self._allocate(self.root, self.commune_a, 800)
        self.carried = self._assign_root(
            300, kind="carry_over", origin_year=2022, unit=self.commune_a
        )
        self.carried.enter_tabmis()
        self._pay(self.leaf, "completed", 500, number="UNC-1")
        self._pay(self.leaf, "advance", 90, number="UNC-2")
        self._pay(self.carried, "completed", 120, number="UNC-3")

    def _open_closing(self, **values):
        closing = (
            self.env["mtqg.closing"]
            .with_user(self.finance_p)
            .create(
                {
                    "unit_id": self.province.id,
                    "plan_year": 2024,
                    "date": "2025-01-31",
                    **values,
                }
            )
        )
        closing.action_propose()
        return closing

    def _settle(self):
        units = self.env["mtqg.unit"].search([("id", "child_of", self.province.id)])
        return settlement.settle(self.env, units.ids, 2024)

    def test_what_is_left_is_listed_with_a_proposal(self):
        lines = self._open_closing().line_ids
        self.assertEqual(
            {line.allocation_id: line.amount_available for line in lines},
            {self.root: 200, self.leaf: 210, self.carried: 180},
        )
        self.assertEqual(lines.mapped("amount_open"), [0, 0, 0])

    def test_late_supplements_are_proposed_to_run_on(self):
        self._approve(
            self._make_decision(
                {"allocation_id": self.leaf.id, "amount": 50},
                kind="supplement",
                date="2024-10-01",
            )
        )
        line = self._open_closing().line_ids.filtered(
            lambda line: line.allocation_id == self.leaf
        )
        self.assertEqual(
            (line.amount_carried, line.amount_cancelled, line.carry_case),
            (50, 210, "late"),
        )

    def test_two_signed_decisions_close_the_year(self):
        closing = self._open_closing()
        leaf = closing.line_ids.filtered(lambda line: line.allocation_id == self.leaf)
        leaf.write({"amount_carried": 150, "amount_cancelled": 60, "carry_case": "c"})
        action = closing.action_make_decisions()
        decisions = self.env["mtqg.decision"].search(action["domain"])
        self.assertEqual(sorted(decisions.mapped("kind")), ["cancel", "carry_over"])
        for decision in decisions:
            self._approve(decision.with_user(self.finance_p))
        open_balances = self.env["mtqg.allocation"].search(
            [("plan_year", "=", 2024), ("amount_available", ">", 0)]
        )
        self.assertFalse(open_balances & (self.root | self.leaf | self.carried))
        self.assertEqual([row["left"] for row in self._settle()], [0])
        self.assertLedgerWhole()

    def test_form_01_before_and_after(self):
        (row,) = self._settle()
        expected = {10: 300, 11: 120, 16: 1_000, 17: 590, 18: 500, 19: 90, 24: 90}
        self.assertEqual({number: row[number] for number in expected}, expected)
        self.assertEqual(row["left"], 1_000 - 590 + 300 - 120)

    def test_an_advance_recovered_next_year_is_column_9(self):
        self._pay(
            self.leaf,
            "completed",
            90,
            number="UNC-4",
            amount_recovered=90,
            date="2025-06-01",
        )
        units = self.env["mtqg.unit"].search([("id", "child_of", self.province.id)])
        (row,) = settlement.settle(self.env, units.ids, 2025)
        expected = {6: 710, 7: 90, 8: 0, 9: 90, 23: 90, 24: 0, 25: 710}
        self.assertEqual({number: row[number] for number in expected}, expected)

    def test_more_than_is_left_is_refused_by_name(self):
        closing = self._open_closing()
        closing.line_ids[0].amount_carried = 10_000
        with self.assertRaisesRegex(UserError, "are parts of it"):
            closing.action_make_decisions()

    def test_an_empty_year_says_so(self):
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            self._open_closing(plan_year=2020).action_make_decisions()

    def test_another_unit_cannot_be_closed(self):
        closing = self.env["mtqg.closing"].with_user(self.officer_a)
        with self.assertRaises(AccessError):
            closing.create({"unit_id": self.commune_b.id, "plan_year": 2024})

    def test_the_check_opens_as_a_list(self):
        action = self._open_closing().action_check()
        rows = self.env["mtqg.settlement.line"].search(action["domain"])
        self.assertEqual(rows.column_16, 1_000)
