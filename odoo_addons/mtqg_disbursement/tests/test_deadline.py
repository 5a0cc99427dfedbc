"""Deadlines: the reference case of Quảng Nam to the day, and what stays true."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .deadline_common import PRESET, DeadlineCommon


@tagged("post_install", "-at_install")
class TestQuangNam(DeadlineCommon):
    """The dates that the province's conclusion of 27/03/2024 orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls._load()
        cls.balances = cls._make_capital()
        cls.own = {
            "QN-ORIGIN-2": cls.balances[2022].id,
            "QN-ORIGIN-1": cls.balances[2023].id,
            "QN-ORIGIN-0": cls.balances[2024].id,
        }

    def _enter(self, *balances, date="2024-03-01"):
        for balance in balances:
            balance.enter_tabmis(date=date)

    def _enter_all(self):
        self._enter(*self.roots.values(), *self.balances.values())

    def test_the_preset_is_found_again_not_made_twice(self):
        again = self._load()
        self.assertEqual(again, self.rules)
        self.assertEqual(len(again), 6)
        self.assertEqual({rule.state for rule in again.values()}, {"on"})

    def test_the_copies_are_named_in_every_language(self):
        for code, words in (("vi_VN", "Nhập"), ("en_US", "Enter the assigned plan")):
            rule = self.rules["QN-TABMIS"].with_context(lang=code)
            self.assertIn(words, rule.name)

    def test_a_preset_is_loaded_for_a_year(self):
        for year in (None, 0, 24, 99999):
            with self.assertRaisesRegex(UserError, "Give the plan year"):
                self._load(year=year)

    def test_who_is_told_is_there_from_the_start(self):
        steps = self.rules["QN-ORIGIN-2"].step_ids
        self.assertEqual(
            [(step.after_days, step.kind) for step in steps],
            [(0, "superior_leader"), (10, "steering")],
        )

    def test_what_is_late_comes_first(self):
        board = self.Deadline.with_user(self.finance_p).with_context(
            read_group_expand=True
        )
        groups = board.formatted_read_group([], ["state"], ["__count"])
        self.assertEqual(
            [group["state"] for group in groups][:3], ["overdue", "at_risk", "on_track"]
        )

    def test_another_plan_year_shifts_days_and_origins(self):
        later = self._load(year=2026)
        self.assertEqual(later["QN-ORIGIN-2"].origin_year, 2024)
        self.assertEqual(later["QN-ORIGIN-0"].origin_year, 2026)
        balance = self._assign_root(50, plan_year=2026, origin_year=2024)
        due = {
            row["date_due"]
            for row in self.Deadline.with_user(self.finance_p).state_at("2026-01-20")
            if row["allocation_id"] == balance.id
            and row["rule_id"] == later["QN-ORIGIN-2"].id
        }
        self.assertEqual(due, {"2026-06-30"})

    def test_on_16_april_what_is_not_allocated_and_entered_is_overdue(self):
        on_time, late = self.balances[2022], self.balances[2023]
        half = self._assign_root(1_000, program=self.other_program)
        self._allocate(half, self.commune_b, 400, program=self.other_program)
        self._enter(self.roots[2022], on_time, half, date="2024-04-15")
        self._enter(self.roots[2023], date="2024-04-01")
        late_ids = {
            ("QN-ALLOCATE", half.id),
            ("QN-TABMIS", late.id),
            ("QN-TABMIS", self.balances[2024].id),
            ("QN-TABMIS", self.roots[2024].id),
        }
        self.assertEqual(self._overdue("2024-04-15"), set())
        self.assertEqual(self._overdue("2024-04-16"), late_ids)

    def test_on_1_july_exactly_the_unpaid_2022_balances_are_overdue(self):
        self._enter_all()
        second = self._allocate(
            self._assign_root(500, origin_year=2022, program=self.other_program),
            self.commune_b,
            500,
            program=self.other_program,
        )
        self._enter(second.parent_id)
        self._pay(self.balances[2022], "completed", 1_000, date="2024-06-30")
        self.assertEqual(self._overdue("2024-06-30"), set())
        self.assertEqual(self._overdue("2024-07-01"), {("QN-ORIGIN-2", second.id)})

    def test_on_1_september_the_2023_ones_are(self):
        self._enter_all()
        self._pay(self.balances[2022], "completed", 1_000, date="2024-05-02")
        self._pay(self.balances[2023], "completed", 999, date="2024-05-02")
        self.assertEqual(self._overdue("2024-08-31"), set())
        self.assertEqual(
            self._overdue("2024-09-01"), {("QN-ORIGIN-1", self.balances[2023].id)}
        )

    def test_the_day_met_is_the_day_of_the_last_payment(self):
        self._enter_all()
        self._pay(self.balances[2022], "advance", 400, date="2024-04-02")
        self._pay(self.balances[2022], "completed", 600, date="2024-07-05")
        row = self._find("2024-07-05", "QN-ORIGIN-2")
        self.assertEqual((row["state"], row["date_met"]), ("met_late", "2024-07-05"))
        row = self._find("2024-07-04", "QN-ORIGIN-2")
        self.assertEqual((row["state"], row["date_met"]), ("overdue", False))
        self.assertEqual((row["amount_required"], row["amount_missing"]), (1_000, 600))

    def _find(self, date, code, known_at=None):
        (row,) = [
            row
            for row in self.Deadline.with_user(self.finance_p).state_at(date, known_at)
            if row["rule_id"] == self.rules[code].id
            and row["allocation_id"] == self.own[code]
        ]
        return row

    def test_a_payment_dated_30_june_recorded_on_2_july(self):
        self._enter_all()
        self._backdate(self.balances[2022], "completed", 1_000, "2024-06-30")
        found = self._find("2024-07-01", "QN-ORIGIN-2")
        self.assertEqual((found["state"], found["date_met"]), ("met", "2024-06-30"))
        # entries made by the test itself are known at the time of the test
        self._backdate_known("2024-03-02 03:00:00", self.balances[2022])
        known = self._find("2024-07-01", "QN-ORIGIN-2", "2024-07-01 16:59:59")
        self.assertEqual(known["state"], "overdue")
        self.assertEqual(
            self._find("2024-07-02", "QN-ORIGIN-2", "2024-07-02 03:00:00")["state"],
            "met",
        )

    def _backdate(self, balance, kind, amount, date):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO mtqg_entry
                          (allocation_id, kind, amount, date, date_known)
                   VALUES (%s, %s, %s, %s, '2024-07-02 02:00:00')""",
                balance.id,
                kind,
                amount,
                date,
            )
        )
        self.env.invalidate_all()

    def _backdate_known(self, moment, balance):
        """Let what was recorded in this test be known since a moment in the past."""
        self.env.cr.execute("ALTER TABLE mtqg_entry DISABLE TRIGGER USER")
        self.env.cr.execute(
            SQL(
                """UPDATE mtqg_entry SET date_known = %s
                    WHERE allocation_id = %s AND date_known > '2024-07-02 02:00:00'""",
                moment,
                balance.id,
            )
        )
        self.env.cr.execute("ALTER TABLE mtqg_entry ENABLE TRIGGER USER")

    def test_named_deadlines_only(self):
        deadlines = self.Deadline.with_user(self.finance_p).search(
            [("rule_id", "=", self.rules["QN-ORIGIN-2"].id)]
        )
        self.assertTrue(deadlines)
        for rows in (
            deadlines.state_at("2024-07-01"),
            self.Deadline.with_user(self.finance_p).state_at(
                deadlines.ids, "2024-07-01"
            ),
        ):
            self.assertEqual({row["id"] for row in rows}, set(deadlines.ids))

    def test_everybody_sees_his_subtree_only(self):
        self.assertTrue(self._states("2024-07-01", user=self.viewer_a))
        self.assertFalse(self._states("2024-07-01", user=self.officer_b))
        own = self.Deadline.with_user(self.viewer_a).search([])
        self.assertEqual(own.sudo(False).unit_id, self.commune_a)

    def test_only_finance_of_the_unit_loads_a_preset(self):
        for user in (self.viewer_a, self.officer_p, self.leader_p):
            with self.assertRaises(AccessError):
                self._load(user=user)
        with self.assertRaises(AccessError):
            self._load(unit=self.treasury)
        with self.assertRaises(UserError):
            self._load(name="no_such_preset")
        self.assertEqual(len(self._load(unit=self.district, user=self.manager_x)), 6)

    def test_one_statement_however_many_rules_and_balances(self):
        Deadline = self.Deadline.with_user(self.finance_p)
        Deadline.state_at("2024-07-01")
        with self.assertQueryCount(2):
            Deadline.state_at("2024-07-01")
        self._load("hcmc_2025")
        for _number in range(3):
            self._assign_root(1_000, program=self.other_program)
        Deadline.state_at("2024-07-01")
        with self.assertQueryCount(2):
            rows = Deadline.state_at("2024-07-01")
        self.assertGreater(len(rows), 20)
        self.assertIn(PRESET, self.Rule._list_presets())
