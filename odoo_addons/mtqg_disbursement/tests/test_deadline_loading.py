from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .deadline_common import DeadlineCommon


@tagged("post_install", "-at_install")
class TestLoading(DeadlineCommon):
    """A set of the library is looked at, then loaded for a unit and a year."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.balances = cls._make_capital()

    def _open(self, user=None, **values):
        values = {"preset": "quang_nam_2024", "plan_year": 2024} | values
        with Form(
            self.env["mtqg.deadline.loading"].with_user(user or self.finance_p)
        ) as form:
            for name, value in values.items():
                setattr(form, name, value)
        return form.record

    def test_it_says_what_each_rule_would_ask_and_changes_nothing(self):
        loading = self._open()
        self.assertEqual(loading.unit_id, self.province)
        lines = {line.name: line for line in loading.line_ids}
        self.assertEqual(len(lines), 6)
        old = lines["Disburse the capital carried over from two years before"]
        self.assertEqual(
            (old.balance_count, old.overdue_count, old.amount), (1, 1, 1_000)
        )
        reports = lines["Treasury reports allocation and disbursement"]
        self.assertEqual(reports.balance_count, 12)
        self.assertFalse(self.Rule.search([("unit_id", "=", self.province.id)]))
        self.assertFalse(self.Deadline.search([("unit_id", "=", self.commune_a.id)]))

    def test_another_year_is_looked_at_anew(self):
        loading = self._open()
        with Form(loading) as form:
            form.plan_year = 2030
        self.assertEqual(sum(loading.line_ids.mapped("balance_count")), 12)
        with Form(loading) as form:
            form.plan_year = 0
        self.assertFalse(loading.line_ids)
        with self.assertRaisesRegex(UserError, "Give the plan year"):
            loading.action_load()

    def test_it_loads_what_it_has_shown(self):
        action = self._open().action_load()
        rules = self.Rule.search(action["domain"])
        self.assertEqual(len(rules), 6)
        self.assertEqual(rules.unit_id, self.province)
        self.assertEqual(set(rules.mapped("state")), {"on"})

    def test_only_finance_loads_and_only_below_itself(self):
        for user in (self.viewer_a, self.officer_p, self.leader_p):
            with self.assertRaises(AccessError):
                self._open(user).action_load()
        with self.assertRaises(AccessError):
            self._open(unit_id=self.treasury).action_load()
        mine = self._open()
        with self.assertRaises(AccessError):
            mine.with_user(self.officer_p).read(["preset"])

    def test_nothing_is_told_of_what_one_does_not_see(self):
        loading = self._open(self.viewer_a, unit_id=self.province)
        amounts = {line.name: line.amount for line in loading.line_ids}
        self.assertEqual(
            amounts["Enter the assigned plan in TABMIS"],
            3_000,
            "of the commune, not of the roots",
        )
