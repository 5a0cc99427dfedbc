from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .approver_case import ApproverCase

BILLION = 10**9


@tagged("post_install", "-at_install")
class TestApprovers(ApproverCase):
    """Who is asked by each kind of step, and how many of them must agree."""

    def test_leader_of_the_unit(self):
        self._publish({"kind": "unit_leader"})
        decision = self._submitted()
        self.assertWaitsFor(decision, self.leader_a)

    def test_leader_of_the_superior_unit(self):
        self._publish({"kind": "superior_leader"})
        self.assertWaitsFor(self._submitted(), self.leader_d)

    def test_leader_of_the_superior_at_a_level(self):
        self._publish({"kind": "level_leader", "level": "province"})
        self.assertWaitsFor(self._submitted(), self.leader_p)

    def test_level_that_does_not_exist_asks_the_fallback_group(self):
        self._publish(
            {
                "kind": "level_leader",
                "level": "ministry",
                "fallback_group_id": self._group("finance"),
            }
        )
        # a manager has the role of the finance department, too
        self.assertWaitsFor(self._submitted(), self.finance_p, self.manager_x)

    def test_climbing_asks_each_superior_in_turn(self):
        self._publish({"kind": "climb", "level": "province"})
        decision = self._submitted()
        self.assertWaitsFor(decision, self.leader_d)
        with self.assertRaisesRegex(UserError, "Waits for"):
            decision.with_user(self.leader_p).action_approve()
        decision.with_user(self.leader_d).action_approve()
        self.assertWaitsFor(decision, self.leader_p)
        decision.with_user(self.leader_p).action_approve()
        self.assertDone(decision)

    def test_climbing_passes_over_a_superior_without_a_leader(self):
        self._publish({"kind": "climb", "level": "province"})
        self.leader_d.active = False
        self.assertWaitsFor(self._submitted(), self.leader_p)

    def test_climbing_does_not_end_below_its_level(self):
        self._publish({"kind": "climb", "level": "district"})
        self.leader_d.active = False
        self.assertWaitsFor(self._submitted(), self.leader_p)

    def test_members_of_a_group_in_the_nearest_unit_that_has_them(self):
        self._publish({"kind": "group", "group_id": self._group("finance")})
        self.assertWaitsFor(self._submitted(), self.finance_p)

    def test_members_who_cannot_see_documents_do_not_count(self):
        group = self.env["res.groups"].create({"name": "Archive"})
        self._publish({"kind": "group", "group_id": group.id})
        blind = self.env["res.users"].create(
            {
                "name": "blind",
                "login": "t_blind",
                "group_ids": [Command.set(group.ids)],
                "mtqg_unit_ids": [Command.set(self.commune_a.ids)],
            }
        )
        self.leader_d.group_ids += group
        self.assertWaitsFor(self._submitted(), self.leader_d)
        self.assertTrue(blind.active)

    def test_one_named_user(self):
        self._publish({"kind": "user", "user_id": self.manager_x.id})
        self.assertWaitsFor(self._submitted(), self.manager_x)

    def test_named_user_who_left_is_replaced_by_the_fallback_group(self):
        person = self._person("inspector_x", "manager")
        self._publish({"kind": "user", "user_id": person.id})
        person.active = False
        self.assertWaitsFor(self._submitted(), self.manager_x)

    def test_unit_in_a_field(self):
        self._publish(
            {
                "kind": "field",
                "field_name": "unit_id",
                "group_id": self._group("viewer"),
                "bar_requester": False,
                "bar_editor": False,
            }
        )
        self.assertWaitsFor(
            self._submitted(), self.officer_a, self.leader_a, self.viewer_a
        )

    def test_user_in_a_field(self):
        self._publish(
            {
                "kind": "field",
                "field_name": "workflow_requester_id",
                "bar_requester": False,
                "bar_editor": False,
            }
        )
        self.assertWaitsFor(self._submitted(), self.officer_a)

    # === HOW MANY === #

    def _make_board(self):
        """Put two more leaders into commune A."""
        return [
            self.leader_a,
            *(self._person(f"b{n}", "leader", self.commune_a) for n in "12"),
        ]

    def test_any_one_of_them(self):
        board = self._make_board()
        self._publish({"kind": "unit_leader"})
        decision = self._submitted()
        self.assertWaitsFor(decision, *board)
        decision.with_user(board[2]).action_approve()
        self.assertDone(decision)

    def test_all_of_them(self):
        board = self._make_board()
        self._publish({"kind": "unit_leader", "quorum": "all"})
        decision = self._submitted()
        for person in board:
            self.assertEqual(decision.workflow_state, "running")
            decision.with_user(person).action_approve()
        self.assertDone(decision)

    def test_all_of_those_who_are_still_there(self):
        first, second, third = self._make_board()
        self._publish({"kind": "unit_leader", "quorum": "all"})
        decision = self._submitted()
        decision.with_user(first).action_approve()
        third.active = False
        decision.with_user(second).action_approve()
        self.assertDone(decision)

    def test_two_of_three(self):
        first, second, third = self._make_board()
        self._publish({"kind": "unit_leader", "quorum": "some", "needed": 2})
        decision = self._submitted()
        decision.with_user(first).action_approve()
        self.assertWaitsFor(decision, second, third)
        with self.assertRaisesRegex(UserError, "already approved"):
            decision.with_user(first).action_approve()
        decision.with_user(third).action_approve()
        self.assertDone(decision)

    def test_unit_with_too_few_people_asks_its_superior(self):
        self._publish({"kind": "unit_leader", "quorum": "some", "needed": 2})
        second = self._person("leader_d2", "leader", self.district)
        self.assertWaitsFor(self._submitted(), self.leader_d, second)

    # === WHICH STEPS, AND IN WHICH ORDER === #

    def test_step_is_asked_only_where_its_condition_holds(self):
        large = f"[('amount_total', '>=', {5 * BILLION})]"
        self._publish(
            {"kind": "unit_leader", "sequence": 10},
            {"kind": "superior_leader", "sequence": 20, "condition": large},
        )
        small, big = self._submitted(BILLION), self._submitted(5 * BILLION)
        (small | big).with_user(self.leader_a).action_approve()
        self.assertDone(small)
        self.assertWaitsFor(big, self.leader_d)

    def test_steps_of_one_sequence_run_side_by_side(self):
        self._publish(
            {"kind": "unit_leader", "sequence": 10},
            {"kind": "superior_leader", "sequence": 10},
            {"kind": "level_leader", "level": "province", "sequence": 20},
        )
        decision = self._submitted()
        self.assertWaitsFor(decision, self.leader_a, self.leader_d)
        decision.with_user(self.leader_d).action_approve()
        self.assertWaitsFor(decision, self.leader_a)
        decision.with_user(self.leader_a).action_approve()
        self.assertWaitsFor(decision, self.leader_p)

    # === SEPARATION OF DUTIES === #

    def _make_chief(self):
        """Let the officer of commune A be its leader, too."""
        self.officer_a.group_ids += self.env.ref("mtqg_disbursement.group_leader")
        return self.officer_a

    def test_who_submitted_does_not_decide_unless_allowed(self):
        chief = self._make_chief()
        self._publish({"kind": "unit_leader", "bar_editor": False})
        # made by one officer, submitted by another
        made = self._draft(user=chief)
        made.with_user(self.officer_d).action_submit()
        self.assertWaitsFor(made, chief, self.leader_a)
        self.assertWaitsFor(self._submitted(user=chief), self.leader_a)

    def test_who_made_or_edited_does_not_decide_unless_allowed(self):
        chief = self._make_chief()
        self._publish({"kind": "unit_leader", "bar_requester": False})
        self.assertWaitsFor(self._submitted(user=chief), self.leader_a)
        edited = self._draft(user=self.officer_d)
        edited.with_user(chief).summary = "Put right"
        edited.with_user(self.officer_d).action_submit()
        self.assertWaitsFor(edited, self.leader_a)

    def test_maker_decides_where_the_definition_lets_him(self):
        chief = self._make_chief()
        self._publish(
            {"kind": "unit_leader", "bar_requester": False, "bar_editor": False}
        )
        decision = self._submitted(user=chief)
        decision.action_approve()
        self.assertDone(decision)

    def test_nobody_approves_two_steps(self):
        self._make_chief()
        self._publish(
            {"kind": "unit_leader", "sequence": 10},
            {
                "kind": "group",
                "group_id": self._group("leader"),
                "sequence": 20,
            },
        )
        decision = self._submitted(user=self.officer_d, unit=self.commune_a)
        decision.with_user(self.leader_a).action_approve()
        self.assertWaitsFor(decision, self.officer_a)
        with self.assertRaisesRegex(UserError, "already approved an earlier step"):
            decision.with_user(self.leader_a).action_approve()

    def test_one_leader_for_two_steps_leaves_the_second_to_his_superior(self):
        self._publish(
            {"kind": "unit_leader", "sequence": 10},
            {"kind": "unit_leader", "sequence": 20},
        )
        decision = self._submitted()
        decision.with_user(self.leader_a).action_approve()
        self.assertWaitsFor(decision, self.leader_d)

    def test_one_person_approves_two_steps_where_the_definition_lets_him(self):
        self._publish(
            {"kind": "unit_leader", "sequence": 10},
            {"kind": "unit_leader", "sequence": 20, "bar_earlier": False},
        )
        decision = self._submitted()
        for _step in range(2):
            self.assertEqual(decision.workflow_state, "running")
            decision.with_user(self.leader_a).action_approve()
        self.assertDone(decision)

    def test_separation_starts_anew_with_each_submission(self):
        self._publish(
            {"kind": "unit_leader", "sequence": 10},
            {"kind": "superior_leader", "sequence": 20},
        )
        decision = self._submitted()
        decision.with_user(self.leader_a).action_approve()
        decision.with_user(self.leader_d).action_return("The date is missing")
        decision.action_submit()
        self.assertWaitsFor(decision, self.leader_a)
