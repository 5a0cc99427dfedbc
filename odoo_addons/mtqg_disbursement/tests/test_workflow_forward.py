from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .delegation_case import DelegationCase


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
