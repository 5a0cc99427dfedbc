from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .delegation_case import DelegationCase


@tagged("post_install", "-at_install")
class TestHealth(DelegationCase):
    """Documents that nobody can decide any more are found, and others are asked."""

    def _stuck(self):
        Task = self.env["mtqg.workflow.task"].with_user(self.manager_x)
        return Task.search([("is_stuck", "=", True)])

    def test_nothing_is_stuck_while_somebody_can_decide(self):
        self._submitted()
        self.assertFalse(self._stuck())

    def test_the_only_leader_left(self):
        fallback = self.env.ref("mtqg_disbursement.group_finance")
        self._publish({"kind": "unit_leader", "fallback_group_id": fallback.id})
        decision, other = (
            self._submitted(),
            self._submitted(user=self.officer_b, unit=self.commune_b),
        )
        self.leader_a.active = False
        task = self._stuck()
        self.assertEqual(task.res_id, decision.id)
        self.assertTrue(task.is_stuck)
        task.action_ask_fallback()
        self.assertFalse(self._stuck())
        self.assertFalse(task.is_stuck)
        event = self._last_event(decision)
        self.assertEqual((event.name, event.user_id), ("forward", self.manager_x))
        self.assertIn(fallback.name, event.comment)
        decision.with_user(self.finance_p).action_approve()
        self.assertDone(decision)
        self.assertWaitsFor(other, self.leader_b)

    def test_the_role_was_taken_away(self):
        self._submitted()
        self.leader_a.group_ids = self.env.ref("mtqg_disbursement.group_viewer")
        self.assertTrue(self._stuck())

    def test_too_few_are_left_of_a_committee(self):
        board = [
            self.leader_a,
            *(self._person(f"board_{n}", "leader", self.commune_a) for n in "12"),
        ]
        self._publish({"kind": "unit_leader", "quorum": "some", "needed": 2})
        decision = self._submitted()
        decision.with_user(board[0]).action_approve()
        board[1].active = False
        self.assertFalse(self._stuck())
        board[2].active = False
        self.assertEqual(self._stuck().res_id, decision.id)

    def test_whom_it_was_forwarded_to_left(self):
        decision = self._submitted()
        decision.with_user(self.leader_a).action_forward(self.deputy.id, "please")
        self.assertFalse(self._stuck())
        self.deputy.active = False
        self.assertEqual(self._stuck().res_id, decision.id)
        self._stuck().action_ask_fallback()
        self.assertFalse(self._stuck())

    def test_a_deputy_alone_does_not_make_it_stuck(self):
        self._delegate(self.leader_a, self.deputy)
        self._submitted()
        self.assertFalse(self._stuck())

    def test_an_empty_fallback_group_leaves_it_to_managers(self):
        duty = self.env["res.groups"].create({"name": "Duty"})
        self.leader_p.group_ids += duty
        self._publish({"kind": "unit_leader", "fallback_group_id": duty.id})
        decision = self._submitted()
        self.leader_a.active = False
        self.leader_p.group_ids -= duty
        self._stuck().action_ask_fallback()
        self.assertWaitsFor(decision, self.manager_x)

    def test_what_can_be_decided_is_left_alone(self):
        decision = self._submitted()
        task = self._list_tasks(decision).sudo(False).with_user(self.manager_x)
        with self.assertRaisesRegex(UserError, "can still be decided"):
            task.action_ask_fallback()
        self.assertWaitsFor(decision, self.leader_a)

    def test_only_managers_ask_others(self):
        decision = self._submitted()
        self.leader_a.active = False
        for user in (self.officer_a, self.leader_d, self.finance_p):
            task = self._list_tasks(decision).sudo(False).with_user(user)
            with self.assertRaisesRegex(AccessError, "Only managers"):
                task.action_ask_fallback()

    def test_finding_them_reads_the_tasks_once(self):
        for _number in range(3):
            self._submitted()
        self.env["mtqg.workflow.task"]._find_stuck()
        self.env.invalidate_all()
        with self.assertQueryCount(__system__=1):
            self.env["mtqg.workflow.task"]._find_stuck()
