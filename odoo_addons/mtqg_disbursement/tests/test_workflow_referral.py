from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_workflow_delegation import DelegationCase


@tagged("post_install", "-at_install")
class TestForward(DelegationCase):
    """Whoever is asked hands his own seat on, to somebody who can open the document."""

    def _forward(self, document, user, person, comment="He knows the road"):
        return document.with_user(user).action_forward(person.id, comment)

    def test_the_new_person_decides_in_place_of_the_old_one(self):
        decision = self._submitted()
        self._forward(decision, self.leader_a, self.deputy)
        self.assertWaitsFor(decision, self.deputy)
        leader = decision.with_user(self.leader_a)
        for refused in (
            leader.action_approve,
            lambda: leader.action_return("x"),
            lambda: leader.action_reject("x"),
            lambda: leader.action_forward(self.leader_d.id, "x"),
        ):
            with self.assertRaisesRegex(UserError, "Waits for .*deputy"):
                refused()
        self.assertFalse(leader.can_decide)
        event = self._last_event(decision)
        self.assertEqual((event.name, event.user_id), ("forward", self.leader_a))
        self.assertEqual(event.comment, "deputy: He knows the road")
        self.assertEqual(self._list_tasks(decision).forwarded_by_id, self.leader_a)
        decision.with_user(self.deputy).action_approve()
        self.assertDone(decision)

    def test_the_others_of_a_group_stay_asked(self):
        other = self._person("leader_a2", "leader", self.commune_a)
        decision = self._submitted()
        self._forward(decision, self.leader_a, self.deputy)
        self.assertWaitsFor(decision, self.deputy, other)
        decision.with_user(other).action_approve()
        self.assertDone(decision)

    def test_a_named_user_is_replaced_and_may_get_it_back(self):
        self._publish({"kind": "user", "user_id": self.manager_x.id})
        decision = self._submitted()
        self._forward(decision, self.manager_x, self.leader_p)
        self.assertWaitsFor(decision, self.leader_p)
        self._forward(decision, self.leader_p, self.manager_x)
        self.assertWaitsFor(decision, self.manager_x)

    def test_forwarded_again(self):
        decision = self._submitted()
        self._forward(decision, self.leader_a, self.deputy)
        self._forward(decision, self.deputy, self.leader_d)
        self.assertWaitsFor(decision, self.leader_d)

    def test_who_forwarded_decides_again_only_if_he_is_asked_otherwise(self):
        decision = self._submitted()
        self._forward(decision, self.leader_a, self.leader_d)
        self.assertWaitsFor(decision, self.leader_d)
        self._forward(decision, self.leader_d, self.leader_a)
        self.assertWaitsFor(decision, self.leader_a)
        self._publish({"kind": "user", "user_id": self.manager_x.id})
        named = self._submitted()
        self._forward(named, self.manager_x, self.leader_p)
        self._delegate(self.leader_p, self.manager_x)
        self.assertWaitsFor(named, self.leader_p, self.manager_x)

    def test_the_time_limit_stays(self):
        decision = self._submitted()
        task = self._list_tasks(decision)
        task.write({"date_limit": "2024-03-01"})
        self._forward(decision, self.leader_a, self.deputy)
        self.assertEqual(str(task.date_limit), "2024-03-01")

    # === WHO MAY GET IT === #

    def test_not_to_who_cannot_open_it(self):
        decision = self._submitted()
        for person in (self.leader_b, self.treasurer):
            with self.assertRaisesRegex(UserError, "cannot open it"):
                self._forward(decision, self.leader_a, person)

    def test_not_to_who_made_it(self):
        decision = self._submitted()
        with self.assertRaisesRegex(UserError, "officer_a.* made it"):
            self._forward(decision, self.leader_a, self.officer_a)

    def test_not_to_who_is_asked_already(self):
        other = self._person("leader_a2", "leader", self.commune_a)
        decision = self._submitted()
        for person in (other, self.leader_a):
            with self.assertRaisesRegex(UserError, "is asked already"):
                self._forward(decision, self.leader_a, person)
        self._forward(decision, self.leader_a, self.deputy)
        with self.assertRaisesRegex(UserError, "is asked already"):
            self._forward(decision, other, self.deputy)

    def test_not_to_nobody(self):
        decision = self._submitted().with_user(self.leader_a)
        self.deputy.active = False
        outside = self.env.ref("base.public_user").id
        for person in (
            None,
            False,
            True,
            0,
            -1,
            2**31,
            "1",
            [1],
            {},
            outside,
            self.deputy.id,
        ):
            with self.assertRaisesRegex(UserError, "Choose a person"):
                decision.action_forward(person, "because")
        self.assertWaitsFor(decision, self.leader_a)

    def test_not_without_a_word(self):
        decision = self._submitted().with_user(self.leader_a)
        for comment in (None, "", "  ", "\0", 5, ["x"]):
            with self.assertRaisesRegex(UserError, "in words"):
                decision.action_forward(self.deputy.id, comment)

    # === WHO MAY GIVE IT === #

    def test_only_who_is_asked_hands_on(self):
        decision = self._submitted()
        for user in (self.leader_d, self.manager_x, self.viewer_a):
            with self.assertRaisesRegex(UserError, "Waits for"):
                self._forward(decision, user, self.deputy)
        with self.assertRaises(AccessError):
            self._forward(decision, self.leader_b, self.deputy)
        with self.assertRaisesRegex(UserError, "waits for nobody"):
            self._forward(self._draft(), self.leader_a, self.deputy)

    def test_a_maker_does_not_hand_on_what_he_may_not_decide(self):
        self.officer_a.group_ids += self.env.ref("mtqg_disbursement.group_leader")
        decision = self._submitted()
        with self.assertRaisesRegex(UserError, "You made or submitted"):
            self._forward(decision, self.officer_a, self.deputy)

    def test_a_deputy_hands_on_the_seat_of_his_principal(self):
        self._delegate(self.leader_a, self.deputy)
        decision = self._submitted()
        self._forward(decision, self.deputy, self.leader_d)
        self.assertWaitsFor(decision, self.leader_d)
        event = self._last_event(decision)
        self.assertEqual(
            (event.name, event.user_id, event.on_behalf_id),
            ("forward", self.deputy, self.leader_a),
        )

    def test_many_at_once_and_one_that_cannot_stops_all(self):
        decisions = self._submitted() | self._submitted()
        blocked = decisions | self._draft()
        with self.assertRaisesRegex(UserError, "waits for nobody"):
            self._forward(blocked, self.leader_a, self.deputy)
        self.assertWaitsFor(decisions[0], self.leader_a)
        self._forward(decisions, self.leader_a, self.deputy)
        for decision in decisions:
            self.assertWaitsFor(decision, self.deputy)

    # === COMMITTEES === #

    def _make_board(self, quorum):
        board = [
            self.leader_a,
            *(self._person(f"board_{n}", "leader", self.commune_a) for n in "12"),
        ]
        self._publish({"kind": "unit_leader", "quorum": quorum, "needed": 2})
        return board

    def test_the_new_seat_counts_once(self):
        first, second, third = self._make_board("some")
        decision = self._submitted()
        self._forward(decision, first, self.deputy)
        self.assertWaitsFor(decision, self.deputy, second, third)
        decision.with_user(self.deputy).action_approve()
        # neither again, nor by the one who gave it, nor as a new member
        self.deputy.group_ids += self.env.ref("mtqg_disbursement.group_leader")
        self.assertWaitsFor(decision, second, third)
        with self.assertRaises(UserError):
            decision.with_user(first).action_approve()
        decision.with_user(third).action_approve()
        self.assertDone(decision)

    def test_who_agreed_already_gets_no_second_seat(self):
        first, second, _third = self._make_board("some")
        decision = self._submitted()
        decision.with_user(first).action_approve()
        with self.assertRaisesRegex(UserError, "decided on it already"):
            self._forward(decision, second, first)

    def test_all_of_them_waits_for_the_new_one(self):
        first, second, third = self._make_board("all")
        decision = self._submitted()
        self._forward(decision, first, self.deputy)
        for person in (second, third):
            decision.with_user(person).action_approve()
        self.assertWaitsFor(decision, self.deputy)
        decision.with_user(self.deputy).action_approve()
        self.assertDone(decision)


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


@tagged("post_install", "-at_install")
class TestReferralScreens(DelegationCase):
    """The same buttons and notes on the form of every document, and their dialogs."""

    NAMES = (
        "action_submit",
        "action_approve",
        "action_ask_return",
        "action_ask_reject",
        "action_withdraw",
        "action_open_forward",
        "action_open_question",
        "action_open_answer",
        "stage_id",
    )

    def _get_form(self, model):
        view = self.env[model].with_user(self.manager_x).get_view(view_type="form")
        return etree.fromstring(view["arch"])

    def test_every_document_has_every_button_once(self):
        models = self.env["ir.model"]._get_workflow_models()
        self.assertGreaterEqual(len(models), 4)
        for model in models:
            form = self._get_form(model)
            with self.subTest(model):
                names = [node.get("name") for node in form.find("header")]
                self.assertEqual([names.count(name) for name in self.NAMES], [1] * 9)
                self.assertEqual(names[-1], "stage_id")
                notes = [n.get("name") for n in form.xpath("div//field")]
                for name in (
                    "workflow_on_behalf",
                    "workflow_opinions",
                    "workflow_hint",
                ):
                    self.assertEqual(notes.count(name), 1)

    def test_a_form_keeps_its_own_words_in_the_common_place(self):
        names = [
            n.get("name") for n in self._get_form("mtqg.commitment").find("header")
        ]
        button = self._get_form("mtqg.commitment").xpath(
            "header/button[@name='action_approve']"
        )[0]
        self.assertEqual(button.get("string"), "Sign")
        self.assertLess(names.index("action_approve"), names.index("action_withdraw"))

    def test_forwarded_in_the_dialog(self):
        decision = self._submitted()
        leader = decision.with_user(self.leader_a)
        action = leader.action_open_forward()
        Referral = leader.env[action["res_model"]].with_context(**action["context"])
        with Form(Referral) as dialog:
            self.assertIn(self.deputy.id, dialog.candidate_ids.ids)
            self.assertNotIn(self.leader_b.id, dialog.candidate_ids.ids)
            dialog.user_id = self.deputy
            dialog.comment = "He knows the road"
        dialog.record.action_confirm()
        self.assertWaitsFor(decision, self.deputy)

    def test_asked_and_answered_in_the_dialogs(self):
        decision = self._submitted()
        leader = decision.with_user(self.leader_a)
        action = leader.action_open_question()
        Referral = leader.env[action["res_model"]].with_context(**action["context"])
        with Form(Referral) as dialog:
            dialog.user_id = self.deputy
            dialog.comment = "Is it needed?"
        dialog.record.action_confirm()
        asked = decision.with_user(self.deputy)
        action = asked.action_open_answer()
        Referral = asked.env[action["res_model"]].with_context(**action["context"])
        with Form(Referral) as dialog:
            self.assertIn("Is it needed?", dialog.question)
            dialog.comment = "It is"
        dialog.record.action_confirm()
        decision.invalidate_recordset()
        self.assertIn("It is", leader.workflow_opinions)

    def test_a_dialog_is_about_documents(self):
        Referral = self.env["mtqg.workflow.referral"].with_user(self.leader_a)
        dialog = Referral.create(
            {"res_model": "res.users", "res_ids": "2", "comment": "x"}
        )
        with self.assertRaisesRegex(UserError, "not under a workflow"):
            dialog.action_confirm()
