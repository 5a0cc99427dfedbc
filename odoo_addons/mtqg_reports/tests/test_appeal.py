from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import EvaluationCommon


@tagged("post_install", "-at_install")
class TestAppeal(EvaluationCommon):
    """An appeal is answered before the result is approved; what is frozen stays so."""

    def setUp(self):
        super().setUp()
        self.evaluation.action_compute()
        self.evaluation.action_submit("our own assessment is attached")

    def _stage(self):
        return self.evaluation.stage_id.code

    def test_an_appeal_leads_back_to_appraisal(self):
        self.evaluation.with_user(self.steering_p).action_approve()
        self.assertEqual(self._stage(), "approval")
        self.evaluation.with_user(self.leader_p).action_return("D2 appeals")
        self.assertEqual(
            (self._stage(), self.evaluation.workflow_state), ("appeal", "running")
        )
        self.evaluation.action_compute()
        self.evaluation.action_submit("answered: figures of March were missing")
        self.assertEqual(self._stage(), "appraisal")
        self.evaluation.with_user(self.steering_p).action_approve()
        self.evaluation.with_user(self.leader_p).action_approve()
        self.assertEqual(self.evaluation.workflow_state, "done")
        self.assertTrue(self.evaluation.content_hash)

    def test_the_leader_may_send_it_to_any_earlier_stage(self):
        self.evaluation.with_user(self.steering_p).action_approve()
        leader = self.evaluation.with_user(self.leader_p)
        leader.action_return("All anew", stage="draft")
        self.assertEqual(
            (self._stage(), self.evaluation.workflow_state), ("draft", "draft")
        )

    def test_what_is_frozen_takes_no_appeal(self):
        self.evaluation.with_user(self.steering_p).action_approve()
        self.evaluation.with_user(self.leader_p).action_approve()
        frozen = self.evaluation.content_hash
        for move in (
            lambda: self.evaluation.with_user(self.leader_p).action_return("Late"),
            self.evaluation.action_submit,
            self.evaluation.action_compute,
        ):
            with self.assertRaises(UserError):
                move()
        self.assertEqual(self._stage(), "done")
        self.assertEqual(self.evaluation.content_hash, frozen)
