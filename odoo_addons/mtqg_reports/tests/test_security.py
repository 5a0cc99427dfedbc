from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import BILLION, EvaluationCommon


@tagged("post_install", "-at_install")
class TestWhoSeesARanking(EvaluationCommon):
    def _scores_of(self, user):
        return self.env["mtqg.evaluation.score"].with_user(user).search([])

    def test_the_evaluating_body_sees_all_lines(self):
        self.evaluation.action_compute()
        units = self._scores_of(self.finance_p).unit_id
        self.assertEqual(units, self.district | self.district_2 | self.district_3)

    def test_a_unit_sees_nothing_before_the_approval(self):
        self.evaluation.action_compute()
        self.assertFalse(self._scores_of(self.leader_d))
        self.assertFalse(self._scores_of(self.leader_a))

    def test_a_unit_sees_its_own_line_after_the_approval(self):
        self._freeze(self.evaluation)
        scores = self._scores_of(self.leader_d)
        self.assertEqual(scores.unit_id, self.district)
        self.assertEqual(scores.amount_disbursed, 70 * BILLION)
        self.assertEqual(scores.evidence_ids.unit_id, self.district)
        self.assertFalse(self._scores_of(self.leader_a))

    def test_a_unit_does_not_reach_the_evaluation_of_all(self):
        self._freeze(self.evaluation)
        hidden = self.evaluation.with_user(self.leader_d)
        self.assertFalse(hidden.search([]))
        for read in (
            lambda: hidden.read(["snapshot"]),
            hidden.verify,
            hidden.get_changes,
            lambda: hidden.read(["score_ids"]),
        ):
            with self.assertRaises(AccessError):
                read()

    def test_the_name_of_a_hidden_evaluation_is_hidden(self):
        self.evaluation.name = "Secret ranking"
        self._freeze(self.evaluation)
        score = self._scores_of(self.leader_d)
        (row,) = score.read(["evaluation_id", "display_name"])
        self.assertNotIn("Secret", str(row))
        self.assertEqual(row["display_name"], "Unit D1")

    def test_no_group_tells_of_other_lines(self):
        self._freeze(self.evaluation)
        lines = self.env["mtqg.evaluation.score"].with_user(self.leader_d)
        groups = lines._read_group([], [], ["amount_plan:sum", "__count"])
        self.assertEqual(groups, [(120 * BILLION, 1)])
        evidence = self.env["mtqg.evaluation.evidence"].with_user(self.leader_d)
        self.assertEqual(evidence.search([]).unit_id, self.district)

    def test_no_domain_is_an_oracle_for_other_lines(self):
        self._freeze(self.evaluation)
        lines = self.env["mtqg.evaluation.score"].with_user(self.leader_d)
        path = "evaluation_id.score_ids.amount_plan"
        for probe in ([(path, ">", 0)], [("evaluation_id.name", "!=", False)]):
            self.assertFalse(lines.search(probe))

    def test_units_outside_the_subtree_are_not_evaluated(self):
        stranger = self.env["mtqg.unit"].create(
            {"code": "T-Z", "name": "Unit Z", "kind": "province"}
        )
        with self.assertRaises(AccessError):
            self._make_evaluation(unit_ids=[(6, 0, stranger.ids)])
        with self.assertRaises(AccessError):
            self.evaluation.write({"unit_ids": [(4, stranger.id)]})

    def test_only_finance_makes_evaluations(self):
        for user in (self.officer_p, self.leader_p, self.steering_p, self.inspector_p):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self._make_evaluation(user=user)
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.evaluation.with_user(user).action_compute()
