from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BILLION, EvaluationCommon


@tagged("post_install", "-at_install")
class TestEvaluation(EvaluationCommon):
    def test_a_unit_gets_plan_and_rate_with_all_below_it(self):
        self.evaluation.action_compute()
        line = self._lines(self.evaluation)[self.district]
        self.assertEqual(line.amount_plan, 120 * BILLION)
        self.assertEqual(line.amount_disbursed, 70 * BILLION)
        self.assertAlmostEqual(line.rate, 58.3333, 4)

    def test_the_fast_district_is_first_and_excellent(self):
        self.evaluation.action_compute()
        lines = self._lines(self.evaluation)
        first, second = lines[self.district], lines[self.district_2]
        self.assertEqual((first.rank, second.rank), (1, 2))
        self.assertEqual(first.band_id.code, "excellent")
        self.assertEqual(second.band_id.code, "completed")

    def test_a_unit_without_capital_is_not_ranked(self):
        self.evaluation.action_compute()
        line = self._lines(self.evaluation)[self.district_3]
        self.assertFalse(line.is_ranked)
        self.assertFalse(line.rank)
        self.assertFalse(line.band_id)
        self.assertIn("no capital", line.note)

    def test_evidence_carries_the_figures_behind_the_points(self):
        self.evaluation.action_compute()
        line = self._lines(self.evaluation)[self.district]
        carried = line.evidence_ids.filtered(lambda e: e.criterion_id.code == "carried")
        self.assertEqual(carried.amount_numerator, 10 * BILLION)
        self.assertEqual(carried.amount_denominator, 20 * BILLION)
        self.assertEqual(carried.value, 50)
        self.assertIn("10.000.000.000", carried.explanation)
        self.assertAlmostEqual(sum(line.evidence_ids.mapped("points")), line.score, 2)

    def test_a_criterion_without_capital_gives_its_weight_away(self):
        self.evaluation.action_compute()
        line = self._lines(self.evaluation)[self.district_2]
        carried = line.evidence_ids.filtered(lambda e: e.criterion_id.code == "carried")
        self.assertFalse(carried.is_applicable)
        self.assertEqual(carried.weight, 0)
        self.assertAlmostEqual(sum(line.evidence_ids.mapped("weight")), 100, 2)
        self.assertIn("Not applicable", carried.explanation)

    def test_the_target_is_that_of_the_quarter(self):
        targets = {
            c.code: str(target) for c, target in self.evaluation._get_targets().items()
        }
        self.assertEqual(targets["rate"], "25.00")
        yearly = self._make_evaluation(date_from="2024-01-01", date_to="2025-01-31")
        yearly.plan_year = 2024
        self.assertEqual(str(yearly._get_targets()[self.main_criterion]), "95.00")

    @property
    def main_criterion(self):
        return self.scheme.criterion_ids.filtered("is_main")

    def test_payments_after_the_period_do_not_count(self):
        self._pay(self.balance_a, "completed", BILLION, date="2024-07-01", number="U-9")
        self.evaluation.action_compute()
        line = self._lines(self.evaluation)[self.district]
        self.assertEqual(line.amount_disbursed, 70 * BILLION)

    def test_computing_takes_the_same_queries_for_any_number_of_units(self):
        self.evaluation.action_compute()
        self.evaluation.action_compute()
        few = self._count_queries(self.evaluation)
        more = self._make_evaluation(unit_ids=[Command.set(self._make_districts(40))])
        more.action_compute()
        more.action_compute()
        self.assertLessEqual(self._count_queries(more), few + 2)

    def _make_districts(self, count):
        return (
            self.env["mtqg.unit"]
            .create(
                [
                    {
                        "code": f"T-X{i}",
                        "name": f"Unit X{i}",
                        "kind": "district",
                        "parent_id": self.province.id,
                    }
                    for i in range(count)
                ]
            )
            .ids
        )

    def _count_queries(self, evaluation):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        evaluation.action_compute()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_the_name_says_the_period(self):
        self.assertEqual(self.evaluation.name, "Evaluation quarter 2/2024")
        year = self._make_evaluation(date_from="2024-01-01", date_to="2024-12-31")
        self.assertEqual(year.name, "Evaluation 2024")
        odd = self._make_evaluation(date_from="2024-04-02", date_to="2024-06-30")
        self.assertEqual(odd.name, "Evaluation 02/04/2024 – 30/06/2024")

    def test_a_changed_input_takes_the_result_away(self):
        self.evaluation.action_compute()
        self.evaluation.date_to = "2024-05-31"
        self.assertFalse(self.evaluation.score_ids)
        self.assertFalse(self.evaluation.date_computed)

    def test_nothing_to_submit_without_a_result(self):
        with self.assertRaisesRegex(UserError, "not computed"):
            self.evaluation.action_submit()
        codes = [blocker["code"] for blocker in self.evaluation.get_blockers()]
        self.assertIn("no_result", codes)

    def test_an_evaluation_without_units_says_what_to_do(self):
        self.evaluation.unit_ids = [Command.clear()]
        with self.assertRaisesRegex(UserError, "Choose the units"):
            self.evaluation.action_compute()

    def test_units_below_the_body_are_taken_when_they_existed(self):
        ended = self.env["mtqg.unit"].create(
            {
                "code": "T-OLD",
                "name": "Unit old",
                "kind": "district",
                "parent_id": self.province.id,
                "date_to": "2023-12-31",
            }
        )
        fresh = self._make_evaluation(unit_ids=[], unit_id=self.province.id)
        fresh.action_add_units()
        self.assertIn(self.district_3, fresh.unit_ids)
        self.assertNotIn(ended, fresh.unit_ids)
        self.assertNotIn(self.treasury, fresh.unit_ids)

    def test_a_scheme_outside_its_validity_is_refused(self):
        self.evaluation.scheme_id = self.env.ref("mtqg_reports.scheme_dong_nai_2025")
        with self.assertRaisesRegex(UserError, "not in force"):
            self.evaluation.action_compute()

    @mute_logger("odoo.sql_db")
    def test_a_period_that_ends_before_it_starts_is_refused(self):
        with self.assertRaisesRegex(IntegrityError, "dates_in_order"):
            self._make_evaluation(date_from="2024-07-01", date_to="2024-06-30")

    def test_the_result_is_written_by_computing_only(self):
        self.evaluation.action_compute()
        for name in ("snapshot", "content_hash", "date_frozen", "known_at"):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.evaluation.write({name: False})
        line = self.evaluation.score_ids[0]
        with self.assertRaises(AccessError):
            line.write({"score": 100})
        with self.assertRaises(AccessError):
            line.copy()

    def test_the_maker_does_not_approve(self):
        self.evaluation.action_compute()
        self.evaluation.action_submit()
        with self.assertRaises(UserError):
            self.evaluation.action_approve()

    def test_a_returned_evaluation_is_computed_again(self):
        self.evaluation.action_compute()
        self.evaluation.action_submit()
        with self.assertRaises(UserError):
            self.evaluation.action_compute()
        self.evaluation.with_user(self.steering_p).action_return("Unit D3 is missing")
        self.evaluation.action_compute()
        self.assertEqual(self.evaluation.workflow_state, "draft")
