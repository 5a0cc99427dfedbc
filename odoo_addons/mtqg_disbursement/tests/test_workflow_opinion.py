from odoo.exceptions import UserError
from odoo.tests import tagged

from .delegation_case import DelegationCase


@tagged("post_install", "-at_install")
class TestOpinion(DelegationCase):
    """Before deciding, somebody is asked what he thinks; nothing waits for it."""

    def _ask(self, document, person, user=None, question="Is the road needed?"):
        return document.with_user(user or self.leader_a).action_ask_opinion(
            person.id, question
        )

    def _inbox(self, user):
        Task = self.env["mtqg.workflow.task"].with_user(user)
        return Task.search([("is_mine", "=", True)])

    def test_asked_answered_and_seen_before_deciding(self):
        decision = self._submitted()
        self._ask(decision, self.deputy)
        task = self._inbox(self.deputy)
        self.assertEqual(
            (task.kind, task.question, task.requester_id),
            ("opinion", "Is the road needed?", self.leader_a),
        )
        self.assertTrue(task.is_mine)
        asked = decision.with_user(self.deputy)
        self.assertTrue(asked.can_answer)
        self.assertIn("Is the road needed?", asked.workflow_question)
        self.assertIn(
            "has not answered yet", decision.with_user(self.leader_a).workflow_opinions
        )
        asked.action_give_opinion("Yes, before the rain")
        self.assertFalse(self._inbox(self.deputy))
        decision.invalidate_recordset()
        self.assertIn(
            "Yes, before the rain", decision.with_user(self.leader_a).workflow_opinions
        )
        events = decision.sudo().workflow_event_ids.sorted("sequence")
        self.assertEqual(events.mapped("name"), ["submit", "ask", "answer"])
        self.assertEqual(
            events.mapped("comment")[1:],
            ["deputy: Is the road needed?", "Yes, before the rain"],
        )
        self.assertWaitsFor(decision, self.leader_a)

    def test_the_document_does_not_wait_for_it(self):
        decision = self._submitted()
        approval = self._list_tasks(decision)
        self._ask(decision, self.deputy)
        decision.with_user(self.leader_a).action_approve()
        self.assertDone(decision)
        self.assertEqual((approval.state, approval.vote_count), ("done", 1))
        self.assertFalse(self._inbox(self.deputy))
        self.assertTrue(self._list_tasks(decision, "cancelled", "opinion"))
        with self.assertRaisesRegex(UserError, "Nobody waits for your opinion"):
            decision.with_user(self.deputy).action_give_opinion("Too late")

    def test_an_open_question_ends_when_the_document_goes_back(self):
        decision = self._submitted()
        self._ask(decision, self.deputy)
        decision.with_user(self.leader_a).action_return("Not yet")
        self.assertFalse(self._inbox(self.deputy))

    def test_a_question_outlives_an_approval_that_is_not_the_last(self):
        self._publish(
            {"kind": "unit_leader", "sequence": 10},
            {"kind": "superior_leader", "sequence": 20},
        )
        decision = self._submitted()
        self._ask(decision, self.deputy)
        decision.with_user(self.leader_a).action_approve()
        self.assertTrue(self._inbox(self.deputy))
        self.assertWaitsFor(decision, self.leader_d)

    def test_to_be_asked_is_not_to_decide(self):
        decision = self._submitted()
        self._ask(decision, self.deputy)
        for name in ("action_approve", "action_return", "action_forward"):
            words = {"action_forward": (self.leader_d.id, "x"), "action_return": ("x",)}
            with self.assertRaisesRegex(UserError, "Waits for"):
                getattr(decision.with_user(self.deputy), name)(*words.get(name, ()))

    def test_even_the_maker_may_be_asked(self):
        decision = self._submitted()
        self._ask(decision, self.officer_a)
        decision.action_give_opinion("I checked it on site")
        self.assertEqual(self._last_event(decision).name, "answer")

    def test_a_deputy_answers_for_who_is_absent(self):
        decision = self._submitted()
        self._ask(decision, self.leader_d)
        stand_in = self._person("deputy_d", "viewer", self.district)
        self._delegate(self.leader_d, stand_in)
        decision.with_user(stand_in).action_give_opinion("Agreed")
        event = self._last_event(decision)
        self.assertEqual((event.user_id, event.on_behalf_id), (stand_in, self.leader_d))

    def test_who_can_be_asked(self):
        decision = self._submitted()
        with self.assertRaisesRegex(UserError, "cannot open it"):
            self._ask(decision, self.leader_b)
        with self.assertRaisesRegex(UserError, "Ask somebody else"):
            self._ask(decision, self.leader_a)
        self._ask(decision, self.deputy)
        with self.assertRaisesRegex(UserError, "has not answered yet"):
            self._ask(decision, self.deputy)
        self._ask(decision, self.leader_d)

    def test_only_who_decides_asks(self):
        decision = self._submitted()
        for user in (self.officer_a, self.deputy, self.leader_d):
            with self.assertRaises(UserError):
                self._ask(decision, self.viewer_a, user=user)

    def test_only_who_was_asked_answers(self):
        decision = self._submitted()
        self._ask(decision, self.deputy)
        for user in (self.leader_a, self.officer_a, self.manager_x):
            with self.assertRaisesRegex(UserError, "Nobody waits for your opinion"):
                decision.with_user(user).action_give_opinion("Yes")
        with self.assertRaisesRegex(UserError, "in words"):
            decision.with_user(self.deputy).action_give_opinion(" ")

    def test_words_are_words(self):
        decision = self._submitted()
        self._ask(decision, self.deputy, question="<script>alert(1)</script>")
        shown = decision.with_user(self.leader_a).workflow_opinions
        self.assertNotIn("<script>", shown)
        self.assertIn("&lt;script&gt;", shown)
