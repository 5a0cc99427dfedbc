import psycopg2
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .delegation_case import DelegationCase


@tagged("post_install", "-at_install")
class TestDelegation(DelegationCase):
    """Whoever stands in for somebody sits on that seat, on these days, once."""

    def test_the_deputy_decides_and_the_event_names_both(self):
        decision = self._submitted()
        self.assertWaitsFor(decision, self.leader_a)
        self._delegate(self.leader_a, self.deputy)
        self.assertWaitsFor(decision, self.leader_a, self.deputy)
        self.assertEqual(decision.with_user(self.deputy).get_blockers(), [])
        decision.with_user(self.deputy).action_approve("in his place")
        self.assertDone(decision)
        event = self._last_event(decision)
        self.assertEqual(
            (event.name, event.user_id, event.on_behalf_id),
            ("approve", self.deputy, self.leader_a),
        )
        vote = self._list_tasks(decision, "done").sudo().vote_ids
        self.assertEqual(vote.user_id | vote.principal_id, self.deputy | self.leader_a)

    def test_the_deputy_returns_in_the_name_of_both(self):
        self._delegate(self.leader_a, self.deputy)
        decision = self._submitted()
        decision.with_user(self.deputy).action_return("The date is missing")
        self.assertEqual(self._last_event(decision).on_behalf_id, self.leader_a)

    def test_the_document_says_on_whose_behalf_one_decides(self):
        self._delegate(self.leader_a, self.deputy)
        decision = self._submitted()
        self.assertEqual(
            decision.with_user(self.deputy).workflow_on_behalf, self.leader_a.name
        )
        self.assertFalse(decision.with_user(self.leader_a).workflow_on_behalf)
        self.assertFalse(decision.with_user(self.leader_d).workflow_on_behalf)

    def test_days_are_vietnamese_and_both_ends_count(self):
        decision = self._submitted()
        with freeze_time("2024-07-01 03:00:00"):
            self._delegate(
                self.leader_a, self.deputy, date_from="2024-07-10", date_to="2024-07-11"
            )
        for moment, may in (
            ("2024-07-09 16:59:59", False),  # 23:59:59 in Hanoi
            ("2024-07-09 17:00:00", True),
            ("2024-07-11 16:59:59", True),
            ("2024-07-11 17:00:00", False),
        ):
            with self.subTest(moment), freeze_time(moment):
                people = self.leader_a | (self.deputy if may else self.deputy[:0])
                self.assertWaitsFor(decision, *people)

    def test_state_follows_the_days(self):
        with freeze_time("2024-07-01 03:00:00"):
            delegation = self._delegate(
                self.leader_a, self.deputy, date_from="2024-07-10", date_to="2024-07-11"
            )
        for moment, state in (
            ("2024-07-09 16:59:59", "planned"),
            ("2024-07-09 17:00:00", "active"),
            ("2024-07-11 17:00:00", "ended"),
        ):
            with self.subTest(moment), freeze_time(moment):
                delegation.invalidate_recordset()
                self.assertEqual(delegation.state, state)
                for other in ("planned", "active", "ended", "revoked"):
                    found = delegation.search([("state", "=", other)])
                    self.assertEqual(delegation in found, other == state)

    # === SCOPE === #

    def test_only_documents_of_the_named_kind(self):
        decision = self._submitted()
        self._delegate(self.leader_a, self.deputy, document_model="mtqg.disbursement")
        self.assertWaitsFor(decision, self.leader_a)
        self._delegate(self.leader_a, self.deputy, document_model="mtqg.decision")
        self.assertWaitsFor(decision, self.leader_a, self.deputy)

    def test_only_documents_of_the_named_unit_and_below(self):
        self._publish({"kind": "superior_leader"})
        deputy = self._person("deputy_d", "viewer", self.district)
        self._delegate(self.leader_d, deputy, unit_id=self.commune_a.id)
        mine, other = (
            self._submitted(),
            self._submitted(user=self.officer_b, unit=self.commune_b),
        )
        self.assertWaitsFor(mine, self.leader_d, deputy)
        self.assertWaitsFor(other, self.leader_d)
        wider = self._delegate(self.leader_d, deputy, unit_id=self.district.id)
        self.assertWaitsFor(other, self.leader_d, deputy)
        # a unit that comes below later counts at once
        wider.action_revoke()
        self.commune_b.parent_id = self.commune_a
        self.assertWaitsFor(other, self.leader_d, deputy)

    def test_what_was_delegated_is_not_passed_on(self):
        second = self._person("second", "viewer", self.commune_a)
        self._delegate(self.leader_a, self.deputy)
        self._delegate(self.deputy, second)
        decision = self._submitted()
        self.assertWaitsFor(decision, self.leader_a, self.deputy)

    def test_revoked_at_once(self):
        delegation = self._delegate(self.leader_a, self.deputy)
        decision = self._submitted()
        self.assertWaitsFor(decision, self.leader_a, self.deputy)
        delegation.action_revoke()
        self.assertWaitsFor(decision, self.leader_a)
        with self.assertRaisesRegex(UserError, "Waits for"):
            decision.with_user(self.deputy).action_approve()

    def test_nobody_stands_in_for_who_has_left(self):
        decision = self._submitted()
        self._delegate(self.leader_a, self.deputy)
        self.assertWaitsFor(decision, self.leader_a, self.deputy)
        self.leader_a.active = False
        self.assertWaitsFor(decision)

    def test_a_deputy_loses_the_seat_with_his_principal(self):
        decision = self._submitted()
        self._delegate(self.leader_a, self.deputy)
        self.leader_a.group_ids = self.env.ref("mtqg_disbursement.group_viewer")
        self.assertWaitsFor(decision)

    # === SEPARATION OF DUTIES === #

    def test_a_deputy_who_made_the_document_does_not_decide(self):
        self._delegate(self.leader_a, self.officer_a)
        decision = self._submitted()
        with self.assertRaisesRegex(UserError, "You made or submitted"):
            decision.action_approve()
        self.assertWaitsFor(decision, self.leader_a)

    def test_a_deputy_does_not_decide_what_his_principal_made(self):
        self.leader_a.group_ids += self.env.ref("mtqg_disbursement.group_officer")
        other = self._person("leader_a2", "leader", self.commune_a)
        self._delegate(self.leader_a, self.deputy)
        decision = self._submitted(user=self.leader_a)
        self.assertWaitsFor(decision, other)
        with self.assertRaises(UserError):
            decision.with_user(self.deputy).action_approve()

    def _make_board(self):
        """Let decisions wait for two of three leaders of commune A."""
        board = [
            self.leader_a,
            *(self._person(f"board_{n}", "leader", self.commune_a) for n in "12"),
        ]
        self._publish({"kind": "unit_leader", "quorum": "some", "needed": 2})
        return board

    def test_a_member_does_not_count_again_for_an_absent_one(self):
        first, second, third = self._make_board()
        self._delegate(second, first)
        decision = self._submitted()
        decision.with_user(first).action_approve()
        self.assertWaitsFor(decision, second, third)
        with self.assertRaisesRegex(UserError, "already approved"):
            decision.with_user(first).action_approve()
        decision.with_user(second).action_approve()
        self.assertDone(decision)

    def test_an_absent_member_does_not_count_again_for_himself(self):
        first, second, third = self._make_board()
        self._delegate(first, self.deputy)
        decision = self._submitted()
        decision.with_user(self.deputy).action_approve()
        self.assertWaitsFor(decision, second, third)
        with self.assertRaises(UserError):
            decision.with_user(first).action_approve()

    def test_a_deputy_does_not_count_for_who_has_agreed_himself(self):
        first, second, third = self._make_board()
        self._delegate(first, self.deputy)
        decision = self._submitted()
        decision.with_user(first).action_approve()
        self.assertWaitsFor(decision, second, third)

    def test_a_deputy_of_two_counts_once(self):
        first, second, third = self._make_board()
        self._delegate(first, self.deputy)
        self._delegate(second, self.deputy)
        decision = self._submitted()
        decision.with_user(self.deputy).action_approve()
        with self.assertRaises(UserError):
            decision.with_user(self.deputy).action_approve()
        # his other principal is still free to agree himself
        self.assertWaitsFor(decision, second, third)

    def test_two_deputies_of_one_count_once(self):
        first, second, third = self._make_board()
        other = self._person("deputy_2", "viewer", self.commune_a)
        self._delegate(first, self.deputy)
        self._delegate(first, other)
        decision = self._submitted()
        decision.with_user(self.deputy).action_approve()
        self.assertWaitsFor(decision, second, third)

    def test_the_database_counts_nobody_twice(self):
        first, second, _third = self._make_board()
        decision = self._submitted()
        decision.with_user(first).action_approve()
        task = self._list_tasks(decision)
        for user, principal in ((first, second), (second, first)):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self.cr.execute(
                    "INSERT INTO mtqg_workflow_vote (task_id, user_id, principal_id,"
                    " date) VALUES (%s, %s, %s, now())",
                    [task.id, user.id, principal.id],
                )

    def test_all_of_them_counts_who_was_stood_in_for(self):
        board = [self.leader_a, self._person("board_1", "leader", self.commune_a)]
        self._publish({"kind": "unit_leader", "quorum": "all"})
        self._delegate(board[0], self.deputy)
        decision = self._submitted()
        decision.with_user(self.deputy).action_approve()
        decision.with_user(board[1]).action_approve()
        self.assertDone(decision)

    # === COST === #

    def _checksum(self):
        self.env.flush_all()
        ((checksum,),) = self.env.execute_query(
            SQL(
                "SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM %s t",
                SQL.identifier("mtqg_workflow_task"),
            )
        )
        return checksum

    def test_no_row_is_rewritten_when_people_change(self):
        decisions = self._submitted() | self._submitted()
        before = self._checksum()
        delegation = self._delegate(self.leader_a, self.deputy)
        member = self._person("leader_a3", "leader", self.commune_a)
        self.assertEqual(self._checksum(), before)
        self.assertWaitsFor(decisions[0], self.leader_a, self.deputy, member)
        delegation.action_revoke()
        member.active = False
        self.assertEqual(self._checksum(), before)
        self.assertWaitsFor(decisions[0], self.leader_a)

    def _count_queries(self, user):
        """Return the queries of one approval, people and definitions being cached."""
        for _warm in range(2):
            decision = self._submitted()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            decision.with_user(user).action_approve()
            self.env.flush_all()
            count = self.cr.sql_log_count - before
        return count

    def test_seats_cost_no_query(self):
        alone = self._count_queries(self.leader_a)
        for person in (self.deputy, self.officer_d, self.officer_p):
            self._delegate(self.leader_a, person)
            self._delegate(
                self.leader_d,
                self.leader_a,
                user=self.manager_x,
                unit_id=self.commune_a.id,
            )
        self.assertLessEqual(self._count_queries(self.leader_a), alone)
        self.assertLessEqual(self._count_queries(self.deputy), alone)
