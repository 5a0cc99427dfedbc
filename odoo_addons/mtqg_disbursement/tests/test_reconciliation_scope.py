"""What is compared: whose entries, which lines, and the figures of three sources."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.mtqg_disbursement.store import reconciliation_figures, reconciliations
from odoo.addons.mtqg_disbursement.store.reconciliation_scope import read_scope
from odoo.addons.mtqg_disbursement.tests.statement_case import ReconciliationCase


@tagged("post_install", "-at_install")
class TestReconciliationScope(ReconciliationCase):
    """A commune, its office, and units beside and before it."""

    def _open_other(self, unit, project=None):
        project = project or self._make_project("7000077", unit)
        return self._allocate(
            self.root, unit, 10**9, program=self.content, project=project
        )

    def _succeed(self, before, *after, projects=()):
        for unit in after:
            self.env["mtqg.unit.succession"].create(
                {
                    "predecessor_id": before.id,
                    "successor_id": unit.id,
                    "date": "2024-03-05",
                    "reference": "NQ 1",
                    "project_ids": [Command.set([p.id for p in projects])],
                }
            )

    # === WHOSE ENTRIES === #

    def test_a_unit_answers_for_what_a_predecessor_paid(self):
        balance = self._open_other(self.district_2)
        self._post(("completed", 5_000, "2024-03-10"), balance=balance)
        self._succeed(self.district_2, self.commune_a)
        reconciliation = self._reconcile(
            self._import(self._said(8_000)), treasury_unit_id=False
        )
        self.assertEqual(self._classes(reconciliation), ["only_own", "only_treasury"])

    def test_of_a_predecessor_with_other_heirs_only_its_projects_are_taken(self):
        mine, other = (self._make_project(c, self.district_2) for c in ("71", "72"))
        for project in (mine, other):
            balance = self._open_other(self.district_2, project)
            self._post(("completed", 5_000, "2024-03-10"), balance=balance)
        self._succeed(self.district_2, self.commune_b)
        self._succeed(self.district_2, self.commune_a, projects=[mine])
        reconciliation = self._reconcile(
            self._import(self._said(8_000)), treasury_unit_id=False
        )
        own = reconciliation.line_ids.filtered("amount_own")
        self.assertEqual(own.project_id, mine)

    def test_the_unit_before_is_named_as_such(self):
        self._post(("completed", 912_345_678, "2025-08-10", "V1"))
        self._succeed(self.district_2, self.commune_a)
        statement = self._import(
            self._said(
                912_345_678, "2025-08-10", voucher="V1", unit_id=self.district_2.id
            ),
            date_from="2025-08-01",
            date_to="2025-08-31",
        )
        reconciliation = self._reconcile(
            statement, date_from="2025-08-01", date_to="2025-08-31"
        )
        self.assertEqual(self._classes(reconciliation), ["predecessor_unit"])

    def test_an_office_answers_for_what_it_pays(self):
        other = self.env["mtqg.unit"].create(
            {"code": "T-KB2", "name": "KB 2", "kind": "treasury"}
        )
        self._pay(self.balance, "completed", 5_000, date="2024-03-10")
        elsewhere = self._make_voucher(
            self.balance, "completed", 6_000, date="2024-03-11", number="U2"
        )
        elsewhere.sudo().treasury_unit_id = other
        elsewhere.action_submit()
        elsewhere.with_user(self.leader_a).action_approve()
        elsewhere.sudo().with_user(1).action_approve()
        reconciliation = self._reconcile(self._import(self._said(5_000)))
        self.assertFalse(reconciliation.line_ids)
        self.assertEqual(reconciliation.matched_count, 1)

    # === WHICH LINES === #

    def test_of_a_statement_about_the_province_the_unit_s_lines_are_taken(self):
        self._post(("completed", 5_000, "2024-03-10"))
        statement = self._import(
            self._said(5_000),
            self._said(7_000, unit_id=self.commune_b.id),
            unit=self.province,
        )
        reconciliation = self._reconcile(statement, user=self.officer_p)
        self.assertFalse(reconciliation.line_ids)
        self.assertEqual(reconciliation.matched_count, 1)

    def test_lines_of_other_months_are_left_to_those(self):
        self._post(("completed", 5_000, "2024-03-10"))
        statement = self._import(
            self._said(5_000),
            self._said(7_000, "2024-02-10"),
            date_from="2024-01-01",
            date_to="2024-12-31",
        )
        self.assertFalse(self._reconcile(statement).line_ids)

    def test_programs_are_compared_as_the_statement_names_them(self):
        self._post(("completed", 5_000, "2024-03-10"))
        statement = self._import(
            self._said(5_000, program=self.program.code, program_id=self.program.id)
        )
        self.assertFalse(self._reconcile(statement).line_ids)

    # === FIGURES === #

    def _figure(self, reconciliation, measure, span="period", **values):
        found = reconciliation.figure_ids.filtered(
            lambda f: (
                (f.measure, f.span) == (measure, span)
                and all(f[name] == value for name, value in values.items())
            )
        )
        self.assertEqual(len(found), 1, (measure, span, values))
        return found

    def test_figures_of_vouchers_are_summed_up_by_project(self):
        self._post(("advance", 900, "2024-02-10"), ("completed", 300, "2024-03-10"))
        self._post(("recover", 200, "2024-03-11"))
        reconciliation = self._reconcile(
            self._import(self._said(300), self._said(50, "2024-03-12", "advance"))
        )
        paid = self._figure(reconciliation, "disbursed", project_id=self.project)
        self.assertEqual((paid.amount_own, paid.amount_treasury), (300, 350))
        self.assertEqual(paid.amount_difference, 50)
        whole = self._figure(reconciliation, "disbursed", "cumulative")
        self.assertEqual(whole.amount_own, 1_200)
        self.assertFalse(whole.in_treasury)
        volume = self._figure(reconciliation, "completed", "cumulative")
        self.assertEqual(volume.amount_own, 500)

    def test_totals_of_a_table_are_compared_in_both_spans(self):
        self._post(
            ("completed", 300_000, "2024-02-10"), ("completed", 500, "2024-03-10")
        )
        line = self._said(None)
        line.pop("date")
        statement = self._import(
            {**line, "completed": 500, "completed_cumulative": 300_050}
        )
        (difference,) = self._reconcile(statement).line_ids
        self.assertEqual(difference.measure, "completed")
        self.assertEqual(difference.span, "cumulative")
        self.assertEqual(difference.amount_own, 300_500)
        self.assertEqual(difference.amount_treasury, 300_050)
        self.assertEqual(difference.difference_class, "transposed_digits")

    def test_three_sources_stand_beside_each_other(self):
        self._post(("completed", 300, "2024-03-10"))
        line = {**self._said(None), "plan_year": 2024}
        line.pop("date")
        treasury = self._import({**line, "disbursed": 300})
        national = self._import(
            {**line, "entered": 499 * 10**9, "disbursed": 310}, kind="national"
        )
        reconciliation = self._reconcile(treasury, national)
        paid = self._figure(reconciliation, "disbursed")
        self.assertEqual(
            (paid.amount_own, paid.amount_treasury, paid.amount_national),
            (300, 300, 310),
        )
        self.assertEqual(paid.amount_difference_national, 10)
        self.assertEqual(paid.amount_difference_sources, -10)
        entered = self._figure(reconciliation, "entered", "cumulative")
        self.assertEqual(entered.amount_own, 500 * 10**9)
        self.assertEqual(
            sorted(reconciliation.line_ids.mapped(lambda o: (o.source, o.measure))),
            [("national", "disbursed"), ("national", "entered")],
        )

    def test_a_project_that_a_table_leaves_out_is_a_difference(self):
        other = self._make_project("7000055")
        balance = self._open_other(self.commune_a, other)
        self._post(("completed", 700, "2024-03-10"), balance=balance)
        line = self._said(None)
        line.pop("date")
        reconciliation = self._reconcile(self._import({**line, "disbursed": 0}))
        (difference,) = reconciliation.line_ids
        self.assertEqual(difference.difference_class, "only_own")
        self.assertEqual(difference.project_id, other)

    def test_capital_passed_on_counts_where_it_arrived(self):
        reconciliation = self._reconcile(
            user=self.officer_p, unit_id=self.province.id, treasury_unit_id=False
        )
        assigned = reconciliation.figure_ids.filtered(lambda f: f.measure == "assigned")
        self.assertEqual(sum(assigned.mapped("amount_own")), 900 * 10**9)
        of_project = assigned.filtered(lambda f: f.project_id == self.project)
        self.assertEqual(of_project.amount_own, 500 * 10**9)

    def test_a_corrected_total_is_settled_and_a_decision_stays(self):
        self._post(("completed", 300, "2024-03-10"))
        line = self._said(None)
        line.pop("date")
        statement = self._import({**line, "disbursed": 3_700, "completed": 700})
        reconciliation = self._reconcile(statement)
        paid, volume = reconciliation.line_ids.sorted("measure", reverse=True)
        paid.action_accept("The office adds another project.")
        reconciliation.action_run()
        self.assertEqual(paid.state, "accepted")
        self._post(("completed", 400, "2024-03-11"))
        reconciliation.action_run()
        self.assertEqual(volume.state, "fixed")
        self.assertEqual((paid.state, paid.amount_own), ("proposed", 700))

    # === COST === #

    def test_the_number_of_queries_does_not_grow(self):
        self._post(*[("completed", 5_000 + n, "2024-03-10") for n in range(40)])
        statement = self._import(*[self._said(6_000 + n) for n in range(40)])
        period = ("2024-03-01", "2024-03-31")
        with self.assertQueryCount(3):
            scope = read_scope(
                self.env, self.commune_a.id, self.treasury.id, *period, statement.ids
            )
            said, _programs = reconciliations.read_said(self.env, scope)
            reconciliations.find_left(self.env, scope, said)
        self.assertEqual(said.count, 40)

    def test_figures_are_one_statement(self):
        self._post(("completed", 5_000, "2024-03-10"))
        statement = self._import(self._said(6_000))
        reconciliation = self._reconcile(statement)
        scope = read_scope(
            self.env,
            self.commune_a.id,
            None,
            reconciliation.date_from,
            reconciliation.date_to,
            statement.ids,
        )
        with self.assertQueryCount(1):
            reconciliation_figures.write_figures(
                self.env, reconciliation.id, scope, {"treasury": statement.ids}, {}
            )
