from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestCarryOver(MtqgCommon):
    """Capital runs on into the next year, with its origin year, through all levels."""

    def setUp(self):
        super().setUp()
        self.root = self._assign_root(1_000)
        self.middle = self._allocate(self.root, self.district, 600)
        self.leaf = self._allocate(self.middle, self.commune_a, 250)

    def _carry(self, *amounts, **values):
        """Return the posted decision that carries (balance, amount) pairs over."""
        lines = [{"allocation_id": b.id, "amount": amount} for b, amount in amounts]
        values = {"plan_year": 2024, "date": "2025-01-31", "number": "KD"} | values
        return self._approve(self._make_decision(*lines, kind="carry_over", **values))

    def _follow(self, decision):
        return decision.sudo().line_ids.carried_to_id

    def test_capital_comes_down_again_through_all_levels(self):
        twin = self._follow(self._carry((self.leaf, 70)))
        self.assertBalance(self.leaf, carried=70, available=180)
        self.assertBalance(twin, assigned=70, available=70, tabmis=0)
        self.assertEqual((twin.plan_year, twin.origin_year), (2025, 2024))
        self.assertEqual(twin.parent_id.parent_id.unit_id, self.province)
        self.assertBalance(twin.parent_id, assigned=70, allocated=70)
        self.assertBalance(twin.parent_id.parent_id, assigned=70, allocated=70)
        self.assertLedgerWhole()

    def test_what_a_superior_still_holds_comes_down_to_it_only(self):
        decision = self._carry((self.leaf, 70), (self.middle, 30), (self.root, 5))
        leaf, middle, root = self._follow(decision)
        self.assertBalance(root, assigned=105, allocated=100, available=5)
        self.assertBalance(middle, assigned=100, allocated=70, available=30)
        self.assertBalance(leaf, assigned=70)
        self.assertLedgerWhole()

    def test_it_may_be_repeated_and_keeps_its_origin(self):
        first = self._follow(self._carry((self.leaf, 70)))
        again = self._carry((first, 40), plan_year=2025, date="2025-12-31")
        second = self._follow(again)
        self.assertEqual((second.plan_year, second.origin_year), (2026, 2024))
        self.assertBalance(first, carried=40, available=30)
        self.assertLedgerWhole()

    def test_a_second_decision_tops_up_the_same_twin(self):
        first = self._follow(self._carry((self.leaf, 70)))
        second = self._follow(self._carry((self.leaf, 30)))
        self.assertEqual(first, second)
        self.assertBalance(first, assigned=100)

    def test_the_year_it_leads_to_names_it_as_well(self):
        twin = self._follow(self._carry((self.leaf, 70), plan_year=2025))
        self.assertEqual(twin.plan_year, 2025)

    def test_its_last_day_is_the_one_of_the_decision(self):
        twin = self._follow(self._carry((self.leaf, 70), date_last="2025-06-30"))
        self.assertEqual(str(twin.date_last), "2025-06-30")
        plain = self._follow(self._carry((self.middle, 1)))
        self.assertEqual(str(plain.date_last), "2025-12-31")
        self.assertEqual(str(self.leaf.date_last), "2025-01-31")

    def test_a_second_decision_cuts_no_time_short(self):
        twin = self._follow(self._carry((self.leaf, 70), date_last="2025-06-30"))
        self._carry((self.leaf, 5), date_last="2025-03-31")
        self.assertEqual(str(twin.date_last), "2025-06-30")
        later = self._carry((self.leaf, 5), date_last="2025-09-30")
        self.assertEqual(str(twin.date_last), "2025-09-30")
        self._reverse(later)
        self.assertEqual(str(twin.date_last), "2025-06-30")

    def test_deadlines_on_the_last_day_follow_it(self):
        rules = self.env["mtqg.deadline.rule"].with_user(self.finance_p)
        rules.load_preset("law", self.province.id, 2025)
        decision = self._carry((self.leaf, 70), date_last="2025-06-30")
        twin = self._follow(decision)
        deadline = self.env["mtqg.deadline"].search(
            [("allocation_id", "=", twin.id), ("rule_id.code", "=", "LAW-CARRIED")]
        )
        self.assertEqual(str(deadline.date_due), "2025-06-30")
        later = self._carry((self.leaf, 5), date_last="2025-09-30")
        self.assertEqual(
            (str(deadline.date_due), str(deadline.date_due_first)),
            ("2025-09-30", "2025-09-30"),
        )
        self.assertEqual(str(deadline.date_warn), "2025-08-01")
        self._reverse(later)
        self.assertEqual(str(deadline.date_due), "2025-06-30")

    def _reverse(self, decision):
        action = decision.action_reverse("Wrong day")
        self._approve(decision.browse(action["res_id"]))
        self.env.invalidate_all()

    def test_a_day_after_the_next_year_is_refused(self):
        with self.assertRaisesRegex(UserError, "31/12/2025 at the latest"):
            self._carry((self.leaf, 70), date_last="2026-01-31")

    def test_a_legal_case_is_needed(self):
        with self.assertRaisesRegex(UserError, "article 72"):
            self._carry((self.leaf, 70), carry_case=False)

    def test_more_than_is_left_is_refused_by_name(self):
        with self.assertRaisesRegex(UserError, "Available has 250 đồng, 1 đồng too"):
            self._carry((self.leaf, 251))

    def test_who_got_the_capital_does_not_extend_it_himself(self):
        draft = self._make_decision(
            {"allocation_id": self.leaf.id, "amount": 70},
            kind="carry_over",
            unit=self.commune_a,
            user=self.officer_a,
        )
        with self.assertRaisesRegex(UserError, "comes down from Unit P"):
            draft.action_submit()

    def test_a_counter_decision_takes_it_back(self):
        decision = self._carry((self.leaf, 70))
        twin = self._follow(decision)
        action = decision.action_reverse("Wrong case")
        self._approve(decision.browse(action["res_id"]))
        self.assertBalance(self.leaf, carried=0, available=250)
        self.assertBalance(twin.parent_id.parent_id, assigned=0, allocated=0)
        self.assertLedgerWhole()

    def test_ten_lines_cost_as_many_statements_as_two(self):
        leaves = [
            self._allocate(self.middle, unit, 20, program=program, tabmis=False)
            for unit in (self.commune_a, self.commune_b, self.district)
            for program in (self.content, self.program)
            if (unit, program) != (self.commune_a, self.program)
        ]
        few, many = leaves[:2], leaves
        self._count_statements(many)  # opens the twins
        counts = [self._count_statements(balances) for balances in (few, many)]
        self.assertEqual(*counts)

    def _count_statements(self, balances):
        lines = [{"allocation_id": b.id, "amount": 1} for b in balances]
        decision = self._make_decision(*lines, kind="carry_over")
        decision.action_submit()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        decision.with_user(self.leader_p).action_approve()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
