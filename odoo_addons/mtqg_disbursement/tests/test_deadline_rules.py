"""Rules of deadlines: data that runs nothing, and is looked at before it counts."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .deadline_common import DeadlineCommon


@tagged("post_install", "-at_install")
class TestRules(DeadlineCommon):
    """A rule is data: it runs nothing, names nothing hidden, and does not change."""

    def _make(self, user=None, **values):
        return self.Rule.with_user(user or self.finance_p).create(
            {
                "name": "Rule",
                "code": "T",
                "unit_id": self.province.id,
                "legal_basis": "Test (01/01/2024)",
                **values,
            }
        )

    def test_a_condition_is_data_on_named_fields(self):
        for domain in (
            "__import__('os').system('id')",
            "[('unit_id', '=', user.id)]",
            "[('create_uid.password', '!=', 'x')]",
            "[('parent_id.amount_available', '>', 5)]",
            "[('child_ids', 'any', [('amount_assigned', '>', 5)])]",
            "[('program_id', 'any', [('id', '>', 5)])]",
            "[('no_such_field', '=', 1)]",
            "[('unit_id.user_ids.login', '=', 'admin')]",
            "[('nature', '=', ",
            "5",
        ):
            with self.subTest(domain=domain), self.assertRaises(ValidationError):
                self._make(domain=domain)
        self.assertTrue(self._make(domain="[('nature', '=', 'investment')]"))

    def test_terms_have_to_fit_together(self):
        for values in (
            {"measure": "done"},
            {"due_kind": "month"},
            {"subject": "unit", "measure": "disbursed"},
            {"origin": "year"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._make(**values)

    def test_what_was_on_does_not_change(self):
        rule = self._make()
        rule.threshold = 90
        rule.action_switch_on()
        for values in ({"threshold": 50}, {"due_month": 11}, {"domain": "[]"}):
            with self.assertRaises(UserError):
                rule.write(values)
        rule.action_switch_off()
        with self.assertRaises(UserError):
            rule.write({"threshold": 50})
        with self.assertRaises(UserError):
            rule.unlink()
        version = self.Rule.browse(rule.action_new_version()["res_id"])
        self.assertEqual(version.state, "draft")
        self.assertEqual(version.replaces_id, rule)

    def test_nobody_writes_the_state(self):
        rule = self._make()
        with self.assertRaises(AccessError):
            rule.write({"state": "on"})
        with self.assertRaises(AccessError):
            rule.with_user(self.officer_p).action_switch_on()

    def test_a_rule_of_another_unit_is_hidden(self):
        rule = self._make(unit_id=self.district_2.id)
        for user in (self.officer_a, self.leader_d):
            self.assertFalse(self.Rule.with_user(user).search([("id", "=", rule.id)]))
        with self.assertRaises(AccessError):
            self._make(unit_id=self.treasury.id)
        own = self._make(code="T-2")
        self.assertTrue(
            self.Rule.with_user(self.viewer_a).search([("id", "=", own.id)])
        )

    def test_a_rule_stays_in_its_subtree(self):
        balances = self._make_capital()
        rule = self._make(unit_id=self.district_2.id)
        rule.action_switch_on()
        self.assertFalse(self.Deadline.search([("rule_id", "=", rule.id)]))
        self.assertTrue(balances)

    def test_the_preview_changes_nothing_and_counts_what_would_be(self):
        balances = self._make_capital(500)
        rule = self._make(plan_year=2024, origin="carried")
        preview = self.env["mtqg.deadline.preview"].browse(
            rule.action_preview()["res_id"]
        )
        self.assertEqual(preview.unit_count, 1)
        self.assertEqual(preview.balance_count, 2)
        self.assertEqual(preview.amount, 1_000)
        self.assertEqual(preview.overdue_count, 2)
        self.assertEqual(preview.line_ids.unit_id, self.commune_a)
        self.assertFalse(self.Deadline.search([("rule_id", "=", rule.id)]))
        preview.with_user(self.finance_p).action_switch_on()
        found = self.Deadline.search([("rule_id", "=", rule.id)])
        self.assertEqual(set(found.mapped("state")), {"overdue"})
        self.assertEqual(found.allocation_id, balances[2022] + balances[2023])

    def test_the_preview_of_reports_counts_each_of_them(self):
        rule = self._make(
            plan_year=2024,
            subject="unit",
            measure="done",
            due_kind="month",
            due_day=15,
            domain="[('kind', '=', 'commune')]",
        )
        preview = self.env["mtqg.deadline.preview"].browse(
            rule.action_preview()["res_id"]
        )
        self.assertEqual((preview.unit_count, preview.balance_count), (3, 36))
        self.assertEqual(preview.overdue_count, 36)

    def test_the_preview_shows_no_units_of_others(self):
        other = self.env["mtqg.unit"].create(
            {"code": "T-Q", "name": "Other", "kind": "province"}
        )
        monthly = self.Rule.search([("code", "=", "LAW-REPORT-MONTH")], limit=1)
        action = monthly.with_user(self.finance_p).action_preview()
        units = self.env["mtqg.deadline.preview"].browse(action["res_id"]).line_ids
        self.assertEqual(units.unit_id, self.province)
        self.assertNotIn(other, units.unit_id)

    def test_every_rule_of_the_library_names_its_text(self):
        library = self.Rule.search([("unit_id", "=", False)])
        self.assertGreater(len(library), 30)
        self.assertEqual(
            self.Rule._list_presets(),
            ["da_nang_2019", "hcmc_2025", "law", "quang_nam_2024"],
        )
        for rule in library:
            self.assertTrue(rule.legal_basis and rule.source, rule.code)
            self.assertTrue(rule.weight == "campaign" or rule.source_date, rule.code)
            self.assertEqual(rule.state, "draft")

    def test_the_law_is_switched_on_for_a_unit_and_a_year(self):
        rules = self._load("law", year=2026)
        self.assertEqual({rule.unit_id for rule in rules.values()}, {self.province})
        reports = self.Deadline.search(
            [("rule_id", "=", rules["LAW-REPORT-QUARTER"].id)]
        )
        self.assertEqual(
            sorted(reports.mapped("date_due")),
            [
                date(2026, 4, 10),
                date(2026, 7, 10),
                date(2026, 10, 10),
                date(2027, 1, 10),
            ],
        )
