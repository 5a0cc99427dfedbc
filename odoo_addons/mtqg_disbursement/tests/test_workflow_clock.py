"""Time limits in working days: they start, stand still, and go on."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .clock_case import ClockCase, day


@tagged("post_install", "-at_install")
class TestLimits(ClockCase):
    """A limit counts the days on which offices work."""

    def test_tet_does_not_count(self):
        self._publish(days=3)
        decision = self._submit_at("2024-02-06")
        self.assertEqual(self._due(decision), day("2024-02-16"))

    def test_a_saturday_worked_instead_counts(self):
        self._publish(days=3)
        decision = self._submit_at("2024-04-26")
        self.assertEqual(self._due(decision), day("2024-05-04"))

    def test_a_day_that_is_declared_off_counts_no_more(self):
        self._publish(days=1)
        self.env["mtqg.day"].create(
            {"date": "2024-07-02", "name": "Storm", "reference": "1/CĐ-TTg"}
        )
        decision = self._submit_at("2024-07-01")
        self.assertEqual(self._due(decision), day("2024-07-03"))

    def test_the_day_of_a_submission_ends_at_midnight_in_hanoi(self):
        self._publish(days=1)
        before = self._submit_at("2024-07-01 23:59")
        after = self._submit_at("2024-07-02 00:01", number="2/QĐ")
        self.assertEqual(self._due(before), day("2024-07-02"))
        self.assertEqual(self._due(after), day("2024-07-03"))

    def test_the_next_approver_has_his_own_limit(self):
        self._publish(days=3, district_days=5)
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-03", decision, self.leader_a, "approve")
        task = self._asked(decision)
        self.assertEqual(task.approver_unit_id, self.district)
        self.assertEqual(task.date_limit, day("2024-07-10"))

    def test_no_clock_runs_in_a_stage_that_waits_for_an_outside_body(self):
        def change(workflow):
            above = workflow.stage_ids.filtered(lambda stage: stage.code == "above")
            above.is_outside = True

        self._publish(district_days=5, change=change)
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "approve")
        self.assertFalse(self._due(decision))
        with self._at("2024-12-31"):
            self.assertFalse(self._asked(decision).clock)

    def test_how_a_clock_is_read(self):
        self._publish(days=2)
        decision = self._submit_at("2024-07-04")
        task = self._asked(decision)
        for moment, clock, left in (
            ("2024-07-04", "runs", 2),
            ("2024-07-05", "soon", 1),
            ("2024-07-07", "soon", 1),
            ("2024-07-08 23:59", "soon", 0),
            ("2024-07-09 00:01", "late", -1),
        ):
            with self.subTest(moment), self._at(moment):
                self.env.invalidate_all()
                self.assertEqual((task.clock, task.days_left), (clock, left))
                for name in ("late", "soon", "runs", "stands", False):
                    found = self.Task.search(
                        [("clock", "=", name), ("res_id", "=", decision.id)]
                    )
                    self.assertEqual(task in found, name == clock, name)
                self.assertEqual(decision.workflow_clock, clock)
        self.assertEqual(decision.workflow_date_limit, day("2024-07-08"))


@tagged("post_install", "-at_install")
class TestReturned(ClockCase):
    """The clock stands while a document is back with its maker."""

    def test_who_is_asked_again_has_what_was_left(self):
        self._publish(days=5)
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-03", decision, self.leader_a, "return", "No date")
        self._submit_at("2024-07-22", decision)
        task = self._asked(decision)
        self.assertEqual((task.limit_days, task.date_limit), (3, day("2024-07-25")))

    def test_what_was_left_is_at_least_a_day(self):
        self._publish(days=2)
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-18", decision, self.leader_a, "return", "No date")
        self._submit_at("2024-07-22", decision)
        self.assertEqual(self._due(decision), day("2024-07-23"))

    def test_days_over_tet_are_not_used_up(self):
        self._publish(days=4)
        decision = self._submit_at("2024-02-06")
        self._do_at("2024-02-14", decision, self.leader_a, "return", "No date")
        self._submit_at("2024-03-04", decision)
        self.assertEqual(self._due(decision), day("2024-03-07"))

    def test_the_day_of_a_return_is_that_of_hanoi(self):
        self._publish(days=5)
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-03 00:30", decision, self.leader_a, "return", "No date")
        self._submit_at("2024-07-08", decision)
        self.assertEqual(self._asked(decision).limit_days, 3)

    def test_each_return_takes_its_days(self):
        self._publish(days=6)
        decision = self._submit_at("2024-07-01")
        for back, again in (("2024-07-03", "2024-07-08"), ("2024-07-10", "2024-07-15")):
            self._do_at(back, decision, self.leader_a, "return", "No date")
            self._submit_at(again, decision)
        self.assertEqual(self._due(decision), day("2024-07-17"))

    def test_what_was_sent_back_waits_for_nobody(self):
        self._publish(days=5)
        decision = self._submit_at("2024-07-01")
        task = self._asked(decision)
        self._do_at("2024-07-03", decision, self.leader_a, "return", "No date")
        self.assertFalse(self._asked(decision))
        self.assertEqual(task.state, "cancelled")
        self.assertEqual(task.date_closed.isoformat(), "2024-07-03T05:00:00")

    def test_withdrawing_wins_no_time(self):
        self._publish(days=5)
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-04", decision, self.officer_a, "withdraw")
        self._submit_at("2024-07-04", decision)
        self.assertEqual(self._due(decision), day("2024-07-08"))

    def test_a_step_that_was_not_asked_yet_has_all_its_days(self):
        self._publish(days=3, district_days=5)
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "return", "No date")
        self._submit_at("2024-07-08", decision)
        self._do_at("2024-07-08", decision, self.leader_a, "approve")
        self.assertEqual(self._due(decision), day("2024-07-15"))

    def test_a_step_that_comes_later_keeps_what_it_had_left(self):
        self._publish(days=3, district_days=5)
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-01", decision, self.leader_a, "approve")
        self._do_at("2024-07-04", decision, self.leader_d, "return", "No date")
        self._submit_at("2024-07-15", decision)
        self._do_at("2024-07-16", decision, self.leader_a, "approve")
        self.assertEqual(self._due(decision), day("2024-07-18"))

    def test_a_second_step_of_one_transition_keeps_what_it_had_left(self):
        def change(workflow):
            way = workflow.transition_ids.filtered(
                lambda way: way.kind == "approve" and way.stage_from_id.code == "review"
            )
            way.step_ids.copy(
                {"transition_id": way.id, "sequence": 20, "kind": "superior_leader"}
            )

        self._publish(days=4, change=change)
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-01", decision, self.leader_a, "approve")
        self._do_at("2024-07-04", decision, self.leader_d, "return", "No date")
        self._submit_at("2024-07-15", decision)
        self._do_at("2024-07-15", decision, self.leader_a, "approve")
        self.assertEqual(self._asked(decision).approver_unit_id, self.district)
        self.assertEqual(self._due(decision), day("2024-07-16"))

    def test_back_to_an_approver_who_agreed_before(self):
        def change(workflow):
            stages = {stage.code: stage for stage in workflow.stage_ids}
            workflow.transition_ids.filtered(
                lambda way: (
                    way.kind == "return" and way.stage_from_id == stages["above"]
                )
            ).stage_to_id = stages["review"]

        self._publish(days=5, change=change)
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-03", decision, self.leader_a, "approve")
        self._do_at("2024-07-15", decision, self.leader_d, "return", "No stamp")
        task = self._asked(decision)
        self.assertEqual(task.approver_unit_id, self.commune_a)
        self.assertEqual(task.date_limit, day("2024-07-18"))

    def test_nobody_looks_back_at_a_first_submission(self):
        self._publish(days=5)
        self._submit_at("2024-07-01", number="0/QĐ")
        first, again = self._draft(number="1/QĐ"), self._draft(number="2/QĐ")
        self._submit_at("2024-07-01", again)
        self._do_at("2024-07-02", again, self.leader_a, "return", "No date")
        self.env.flush_all()
        counts = []
        for document in (first, again, first):
            with self._at("2024-07-03"), self.cr.savepoint() as savepoint:
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                document.action_submit()
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
                savepoint.rollback()
        self.assertEqual(counts[1] - counts[2], 1)

    def test_looking_back_is_one_query_for_all_documents(self):
        self._publish(days=5)
        documents = self.env["mtqg.decision"].with_user(self.officer_a)
        for number in range(8):
            documents |= self._draft(number=f"{number}/QĐ")
        self._submit_at("2024-07-01", documents)
        self._do_at("2024-07-02", documents, self.leader_a, "return", "No date")
        self.env.flush_all()
        counts = []
        for some in (documents[:2], documents[:2], documents[2:]):
            with self._at("2024-07-03"):
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                some.action_submit()
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
                if some == documents[:2]:
                    some.action_withdraw()
                    self.env.flush_all()
        self.assertEqual(counts[1], counts[2])
        self.assertEqual(set(self._asked(documents[2:]).mapped("limit_days")), {4})


@tagged("post_install", "-at_install")
class TestPaused(ClockCase):
    """Whoever is asked stops the clock while he waits for others."""

    def setUp(self):
        super().setUp()
        self._publish(days=3)
        self.decision = self._submit_at("2024-07-01")

    def _pause_at(self, moment, user=None, comment="Waits for the Ministry"):
        self._do_at(moment, self.decision, user or self.leader_a, "pause", comment)

    def _resume_at(self, moment, user=None, comment="The Ministry has answered"):
        self._do_at(moment, self.decision, user or self.leader_a, "resume", comment)

    def test_the_last_day_moves_by_the_days_the_clock_stood(self):
        self._pause_at("2024-07-02")
        task = self._asked(self.decision)
        self.assertEqual(task.date_paused, day("2024-07-02"))
        with self._at("2024-08-01"):
            self.assertEqual((task.clock, task.days_left), ("stands", 2))
            self.assertEqual(self.decision.workflow_date_paused, day("2024-07-02"))
        self._resume_at("2024-07-15")
        self.assertFalse(task.date_paused)
        self.assertEqual(task.date_limit, day("2024-07-17"))
        self.assertEqual(task.days_paused, 9)

    def test_a_clock_that_stood_over_a_weekend_only_moves_nothing(self):
        self._pause_at("2024-07-05")
        self._resume_at("2024-07-07")
        self.assertEqual(self._due(self.decision), day("2024-07-04"))

    def test_two_pauses_add_up(self):
        self._pause_at("2024-07-01")
        self._resume_at("2024-07-03")
        self._pause_at("2024-07-03")
        self._resume_at("2024-07-04")
        task = self._asked(self.decision)
        self.assertEqual((task.days_paused, task.date_limit), (3, day("2024-07-09")))

    def test_what_was_late_stays_as_late(self):
        self._pause_at("2024-07-08")
        self._resume_at("2024-07-15")
        with self._at("2024-07-15"):
            self.assertEqual(self._asked(self.decision).days_left, -2)

    def test_both_turns_leave_their_event(self):
        self._pause_at("2024-07-02")
        self._resume_at("2024-07-03")
        events = self.decision.sudo().workflow_event_ids.sorted("sequence")
        self.assertEqual(events.mapped("name"), ["submit", "pause", "resume"])
        self.assertEqual(events[1].comment, "Waits for the Ministry")
        self.assertEqual(events[1].user_id, self.leader_a)
        self.assertEqual(self.env["mtqg.workflow.event"].verify(), [])

    def test_only_those_who_are_asked_turn_the_clock(self):
        for move in ("pause", "resume"):
            for user in (self.officer_a, self.leader_d, self.manager_x):
                with self.assertRaisesRegex(UserError, "Waits for"):
                    self._do_at("2024-07-02", self.decision, user, move, "x")
            with self.assertRaises(AccessError):
                self._do_at("2024-07-02", self.decision, self.leader_b, move, "x")
        self.assertFalse(self._asked(self.decision).date_paused)

    def test_a_maker_does_not_stop_the_clock_of_his_own_document(self):
        self.officer_a.group_ids += self.env.ref("mtqg_disbursement.group_leader")
        decision = self._submit_at("2024-07-01", number="2/QĐ")
        with self.assertRaisesRegex(UserError, "You made or submitted"):
            self._do_at("2024-07-02", decision, self.officer_a, "pause", "x")

    def test_a_stand_in_turns_the_clock_for_the_absent(self):
        with self._at("2024-07-01"):
            self.env["mtqg.workflow.delegation"].create(
                {
                    "user_id": self.leader_a.id,
                    "delegate_id": self.leader_d.id,
                    "date_from": "2024-07-01",
                    "date_to": "2024-07-31",
                    "reason": "Leave",
                }
            )
        self._pause_at("2024-07-02", self.leader_d)
        event = self.decision.sudo().workflow_event_ids.filtered(
            lambda event: event.name == "pause"
        )
        self.assertEqual(event.on_behalf_id, self.leader_a)

    def test_a_turn_needs_its_reason_and_is_no_turn_twice(self):
        for comment in ("", " ", None, 5):
            with self.assertRaisesRegex(UserError, "Say why"):
                self._pause_at("2024-07-02", comment=comment)
        with self.assertRaisesRegex(UserError, "does not stand"):
            self._resume_at("2024-07-02")
        self._pause_at("2024-07-02")
        with self.assertRaisesRegex(UserError, "stands already, since 02/07/2024"):
            self._pause_at("2024-07-03")

    def test_a_draft_has_no_clock_to_stop(self):
        draft = self._draft(number="3/QĐ")
        with self.assertRaisesRegex(UserError, "waits for nobody"):
            self._do_at("2024-07-02", draft, self.leader_a, "pause", "x")

    def test_many_clocks_in_one_call(self):
        documents = self.decision | self._draft(number="2/QĐ") | self._draft()
        self._submit_at("2024-07-01", documents[1])
        self._submit_at("2024-07-03", documents[2])
        leader = documents.with_user(self.leader_a)
        with self._at("2024-07-03"):
            leader.action_pause("Flood")
        with self._at("2024-07-10"):
            leader.action_resume("Dry")
        due = {document: self._due(document) for document in documents}
        self.assertEqual(
            [due[document] for document in documents],
            [day("2024-07-11"), day("2024-07-11"), day("2024-07-15")],
        )

    def test_a_decision_ends_the_pause(self):
        self._pause_at("2024-07-02")
        self._do_at("2024-07-09", self.decision, self.leader_a, "approve")
        task = self._asked(self.decision)
        with self._at("2024-07-09"):
            self.assertEqual((task.clock, task.date_paused), ("runs", False))

    def test_returned_while_the_clock_stood(self):
        self._pause_at("2024-07-02")
        self._do_at("2024-07-31", self.decision, self.leader_a, "return", "No date")
        self._submit_at("2024-08-01", self.decision)
        self.assertEqual(self._asked(self.decision).limit_days, 2)

    def test_the_buttons_are_there_for_those_who_may(self):
        leader, officer = (
            self.decision.with_user(user) for user in (self.leader_a, self.officer_a)
        )
        self.assertEqual((leader.can_pause, leader.can_resume), (True, False))
        self.assertEqual((officer.can_pause, officer.can_resume), (False, False))
        self._pause_at("2024-07-02")
        self.assertEqual((leader.can_pause, leader.can_resume), (False, True))
        self.assertEqual((officer.can_pause, officer.can_resume), (False, False))

    def test_the_dialog_asks_why(self):
        action = self.decision.with_user(self.leader_a).action_ask_pause()
        reason = (
            self.env["mtqg.workflow.reason"]
            .with_user(self.leader_a)
            .with_context(**action["context"])
            .create({"comment": "Waits for the Ministry"})
        )
        with self._at("2024-07-02"):
            reason.action_confirm()
        self.assertEqual(self._asked(self.decision).clock, "stands")
        reason.kind = "resume"
        with self._at("2024-07-03"):
            reason.action_confirm()
        self.assertFalse(self._asked(self.decision).date_paused)


@tagged("post_install", "-at_install")
class TestHandedOver(ClockCase):
    """A successor goes on where the unit stopped."""

    def test_the_successor_has_what_was_left(self):
        self._publish(days=5)
        decision = self._submit_at("2024-07-01")
        decision.sudo().write({"unit_id": self.commune_b.id})
        with self._at("2024-07-03"):
            decision.sudo()._ask_again("1/NQ")
        task = self._asked(decision)
        self.assertEqual(task.approver_unit_id, self.commune_b)
        self.assertEqual((task.run, task.date_limit), (1, day("2024-07-08")))
