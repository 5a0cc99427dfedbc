from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..clock import today_vn
from ..engine import transfer
from ..store import forecasts, ledger
from .common import MtqgCommon

BILLION = 10**9


class ForecastCase(MtqgCommon):
    """District 1 holds 20 tỷ; A has two projects, a fast one and a slow one.

    Each project has 4 tỷ and a contract; the fast one has paid 3.9 tỷ by August and
    needs 10 tỷ in all, the slow one has paid nothing. B holds 2 tỷ without a project.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.year = today_vn().year + 1
        cls.root = cls._assign_root(
            50 * BILLION, origin_year=cls.year, **cls._dates("01-15")
        )
        cls.over = cls._allocate(
            cls.root, cls.district, 20 * BILLION, **cls._dates("01-15")
        )
        cls.fast = cls._fund("T-FAST", 10 * BILLION)
        cls.slow = cls._fund("T-SLOW", 4 * BILLION)
        cls.idle = cls._allocate(
            cls.over, cls.commune_b, 2 * BILLION, **cls._dates("01-15")
        )
        cls._pay(cls.fast, "completed", 3_900_000_000, date=f"{cls.year}-08-01")

    @classmethod
    def _dates(cls, day):
        year = {"plan_year": cls.year, "date": f"{cls.year}-{day}"}
        return {**year, "number": f"{day}/QĐ"}

    @classmethod
    def _fund(cls, code, total):
        """Return the balance of a project of A that has a contract."""
        officer = cls.env(user=cls.officer_a, su=False)
        project = officer["mtqg.project"].create(
            {
                "code": code,
                "name": f"Road {code}",
                "unit_id": cls.commune_a.id,
                "program_id": cls.content.id,
                "amount_total": total,
            }
        )
        officer["mtqg.contract"].create(
            {"number": "HĐ", "project_id": project.id, "amount": total}
        )
        return cls._allocate(
            cls.over,
            cls.commune_a,
            4 * BILLION,
            program=cls.content,
            project=project,
            **cls._dates("01-15"),
        )

    def _compute(self, day):
        """Return {balance id: (holder, forecast)} as of a day of the plan year."""
        when = date.fromisoformat(f"{self.year}-{day}")
        pairs = self.env["mtqg.forecast"]._compute_all(when, is_past=True)
        return {holder.id: (holder, result) for holder, result in pairs}

    def _propose(self, when=None):
        """Make the proposals of August on another day; return those of the province."""
        Proposal = self.env["mtqg.transfer.proposal"]
        when = when or date(self.year, 8, 15)
        Proposal._propose([*self._compute("08-15").values()], when)
        return Proposal.search([("donor_id", "child_of", self.root.id)])


@tagged("post_install", "-at_install")
class TestForecast(ForecastCase):
    """What every balance will have disbursed at its last day."""

    def test_a_forecast_knows_only_what_was_paid_by_its_day(self):
        before, after = (
            self._compute(day)[self.fast.id][1].final for day in ("07-31", "08-01")
        )
        self.assertLess(before, after)
        self.assertGreaterEqual(after, 3_900_000_000)

    def test_what_is_not_expected_is_at_risk_to_the_dong(self):
        rows = (
            self.env["mtqg.forecast"]
            .with_user(self.finance_p)
            .forecast_at(f"{self.year}-08-15", [("plan_year", "=", self.year)])
        )
        found = {row["id"]: row for row in rows}
        for row in found.values():
            self.assertEqual(
                row["amount_at_risk"], row["amount_available"] - row["amount_expected"]
            )
        self.assertEqual(
            [row["id"] for row in rows],
            sorted(found, key=lambda id_: (-found[id_]["amount_at_risk"], id_)),
        )
        self.assertEqual(found[self.slow.id]["amount_linear"], 0)

    def test_a_project_without_a_contract_is_expected_to_spend_less(self):
        with_contract = self._compute("10-01")[self.slow.id][1].further
        self.slow.project_id.contract_ids.sudo().unlink()
        self.env.flush_all()
        without = self._compute("10-01")[self.slow.id]
        self.assertEqual(without[0].facts.stage, "preparation")
        self.assertLess(without[1].further, with_contract)

    def test_a_project_that_has_paid_waits_for_no_first_contract(self):
        self.fast.project_id.contract_ids.sudo().unlink()
        self.env.flush_all()
        self.assertEqual(
            self._compute("07-31")[self.fast.id][0].facts.stage, ("preparation")
        )
        self.assertEqual(self._compute("08-01")[self.fast.id][0].facts.stage, "")

    def _make_past(self, units):
        """Return the class of a new program that paid all in its last days, twice."""
        program = self.env["mtqg.program"].create({"code": "T-NEW", "name": "New"})
        for year in (self.year - 3, self.year - 2):
            dates = {"plan_year": year, "date": f"{year}-01-10", "program": program}
            root = self._assign_root(
                BILLION, origin_year=year, number=f"{year}", **dates
            )
            leaves = [
                self._allocate(root, unit, 100, number=unit.code, **dates)
                for unit in units
            ]
            ledger.insert_entries(
                self.env,
                [
                    {
                        "allocation_id": leaf.id,
                        "kind": "completed",
                        "amount": 100,
                        "date": f"{year + 1}-01-30",
                    }
                    for leaf in leaves
                ],
            )
        histories = forecasts.read_histories(self.env, date(self.year, 1, 1))
        return histories.get((program.id, "investment", False))

    def test_earlier_years_of_the_program_teach_the_season(self):
        units = self.district | self.district_2
        units |= self.commune_a | self.commune_b | self.commune_c
        history = self._make_past(units)
        self.assertEqual((history.paid[-1], history.years), (1_000, 2))
        self.assertEqual(sum(history.paid), 1_000)

    def test_what_few_units_paid_is_not_told_by_the_season(self):
        self.assertIsNone(self._make_past(self.commune_a | self.commune_b))

    def test_the_list_is_made_anew_after_entries_only(self):
        Forecast = self.env["mtqg.forecast"].with_user(self.officer_a)
        Forecast.action_open()
        row = Forecast.search([("allocation_id", "=", self.slow.id)])
        self.assertEqual(row.amount_available, 4 * BILLION)
        with self.assertQueryCount(6):
            Forecast.action_open()
        self._pay(self.slow, "completed", BILLION, number="2")
        Forecast.action_open()
        self.assertEqual(row.amount_available, 3 * BILLION)
        self.assertEqual(row.amount_disbursed, BILLION)

    def test_everybody_sees_the_forecast_of_his_own_units(self):
        self.env["mtqg.forecast"]._refresh()
        for user, balances in (
            (self.officer_b, self.idle),
            (self.officer_a, self.fast | self.slow),
            (self.officer_d, self.fast | self.slow | self.idle | self.over),
        ):
            rows = self.env["mtqg.forecast"].with_user(user).search([])
            self.assertEqual(rows.sudo().allocation_id, balances.sorted("id"))
        with self.assertRaises(AccessError):
            rows.write({"amount_at_risk": 0})
        seen = self.env["mtqg.forecast"].with_user(self.officer_b)
        found = seen.forecast_at(f"{self.year}-08-15")
        self.assertEqual([row["id"] for row in found], self.idle.ids)


@tagged("post_install", "-at_install")
class TestTransferProposal(ForecastCase):
    """From slow to fast, as one draft decision."""

    def test_the_slow_project_gives_to_the_fast_one(self):
        proposals = self._propose()
        self.assertEqual(proposals.receiver_id, self.fast)
        self.assertLessEqual(proposals.donor_id, self.slow | self.idle)
        self.assertEqual(proposals.above_id, self.over)
        self.assertEqual(proposals.unit_id, self.district)
        result = self._compute("08-15")
        for proposal in proposals:
            risk = result[proposal.donor_id.id][1].at_risk
            self.assertLessEqual(proposal.amount, risk)
        total = sum(proposals.mapped("amount"))
        self.assertLessEqual(total, 6 * BILLION, "the need of the project")
        self.assertGreater(total, 0)

    def test_nothing_is_proposed_once_plans_are_not_adjusted(self):
        limit = transfer.adjustment_limit(self.year)
        self.assertTrue(self._propose(limit - timedelta(days=1)))
        self.assertFalse(self._propose(limit))

    def test_what_another_draft_deals_with_is_left_alone(self):
        self._make_decision(
            {"allocation_id": self.slow.id, "amount": -5},
            {"allocation_id": self.idle.id, "amount": 5},
            kind="adjust",
            unit=self.district,
            user=self.officer_d,
            plan_year=self.year,
        )
        self.assertFalse(self._propose())

    def test_one_click_drafts_the_decision_that_can_be_posted(self):
        proposals = self._propose().with_user(self.officer_d)
        total = sum(proposals.mapped("amount"))
        action = proposals.action_make_decision()
        decision = self.env["mtqg.decision"].browse(action["res_id"])
        self.assertEqual((decision.kind, decision.workflow_state), ("adjust", "draft"))
        self.assertEqual(decision.unit_id, self.district)
        amounts = decision.line_ids.mapped("amount")
        self.assertEqual(sum(amounts), 0)
        self.assertEqual(sum(a for a in amounts if a > 0), total)
        self._approve(decision.with_user(self.officer_d), self.leader_d)
        self.assertBalance(self.fast, assigned=4 * BILLION + total)
        self.assertLedgerWhole()

    def test_levels_in_between_change_with_it(self):
        """From a balance of C over its district to one of A, by the province."""
        other = self._allocate(
            self.root, self.district_2, 9 * BILLION, **self._dates("01-20")
        )
        far = self._allocate(other, self.commune_c, 9 * BILLION, **self._dates("01-20"))
        row = (far.id, self.fast.id, BILLION, self.root.id, 1)
        forecasts.replace_proposals(self.env, [row])
        proposal = self.env["mtqg.transfer.proposal"].search([])
        self.assertEqual(proposal.unit_id, self.province)
        action = proposal.with_user(self.officer_p).action_make_decision()
        decision = self.env["mtqg.decision"].browse(action["res_id"])
        self._approve(decision.with_user(self.officer_p), self.leader_p)
        for balance, assigned in (
            (far, 8 * BILLION),
            (other, 8 * BILLION),
            (self.over, 21 * BILLION),
            (self.fast, 5 * BILLION),
        ):
            self.assertBalance(balance, assigned=assigned)
        self.assertLedgerWhole()

    def test_proposals_of_two_sources_are_no_one_decision(self):
        other = self._assign_root(BILLION, source="province", **self._dates("02-01"))
        pair = [
            self._allocate(other, unit, 100, number=unit.code, **self._year())
            for unit in (self.commune_a, self.commune_b)
        ]
        forecasts.replace_proposals(
            self.env,
            [
                (self.slow.id, self.fast.id, 5, self.over.id, 1),
                (pair[0].id, pair[1].id, 5, other.id, 2),
            ],
        )
        proposals = self.env["mtqg.transfer.proposal"].search([])
        with self.assertRaisesRegex(UserError, "several sources"):
            proposals.with_user(self.officer_p).action_make_decision()

    def _year(self):
        return {"plan_year": self.year, "date": f"{self.year}-02-01"}

    def test_a_year_that_is_over_is_not_adjusted(self):
        old = self._assign_root(1_000)
        pair = [
            self._allocate(old, unit, 100, number=unit.code)
            for unit in (self.commune_a, self.commune_b)
        ]
        row = (pair[0].id, pair[1].id, 5, old.id, 1)
        forecasts.replace_proposals(self.env, [row])
        proposal = self.env["mtqg.transfer.proposal"].search([])
        with self.assertRaisesRegex(UserError, "15/11/2024"):
            proposal.with_user(self.officer_p).action_make_decision()

    def test_who_does_not_decide_sees_no_proposal_and_drafts_none(self):
        proposals = self._propose()
        for user in (self.officer_a, self.officer_b):
            seen = self.env["mtqg.transfer.proposal"].with_user(user).search([])
            self.assertFalse(seen)
            with self.assertRaises(AccessError):
                proposals.with_user(user).action_make_decision()
        with self.assertRaises(AccessError):
            proposals.with_user(self.leader_d).action_make_decision()

    def test_the_reason_is_given_in_words_and_figures(self):
        self.env["mtqg.forecast"]._refresh()
        proposal = self._propose()[0].with_user(self.officer_d)
        self.assertIn(f"31/01/{self.year + 1}", proposal.reason)
        self.assertIn("4.000.000.000", proposal.reason)
