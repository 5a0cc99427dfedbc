"""Who is reminded, and who is told that something is late: each once."""

import random
from datetime import date, timedelta

from odoo.tests import tagged

from ..engine import task_clock as engine
from ..store import task_clock
from .clock_case import ClockCase, WatchCase, day


@tagged("post_install", "-at_install")
class TestReminders(WatchCase):
    """Who must decide is reminded once, before the time is over."""

    def setUp(self):
        super().setUp()
        self._publish(days=3)

    def test_reminded_once_a_working_day_before_the_last_one(self):
        decision = self._submit_at("2024-07-04")  # until Tuesday the 9th
        self.assertFalse(self._watch_at("2024-07-05"))
        told = self._watch_at("2024-07-08 00:30")
        self.assertEqual(list(told), [self.leader_a])
        self.assertEqual(told[self.leader_a].soon_count, 1)
        self.assertFalse(self._watch_at("2024-07-08 12:30"))
        self.assertFalse(self._watch_at("2024-07-09"))
        self.assertEqual(self._asked(decision).date_reminded, day("2024-07-08"))
        (body,) = self._read_mails(self.leader_a)
        self.assertIn("1/QĐ", body)
        self.assertIn(f"/odoo/mtqg.decision/{decision.id}", body)
        self.assertIn("09/07/2024", body)

    def test_days_off_bring_the_reminder_forward(self):
        self._submit_at("2024-02-06")  # until Friday 16/02, after Tết
        self.assertFalse(self._watch_at("2024-02-14"))
        self.assertTrue(self._watch_at("2024-02-15"))

    def test_what_was_late_before_the_first_pass_is_reminded_too(self):
        self._submit_at("2024-07-04")
        self.assertEqual(list(self._watch_at("2024-09-30")), [self.leader_a])

    def test_nobody_is_reminded_of_what_was_decided(self):
        decision = self._submit_at("2024-07-04")
        self._do_at("2024-07-08", decision, self.leader_a, "approve")
        self.assertFalse(self._watch_at("2024-07-08"))

    def test_nobody_is_reminded_of_what_was_sent_back(self):
        decision = self._submit_at("2024-07-04")
        self._do_at("2024-07-08", decision, self.leader_a, "return", "No date")
        self.assertFalse(self._watch_at("2024-07-08"))

    def test_nobody_is_reminded_while_the_clock_stands(self):
        decision = self._submit_at("2024-07-04")
        self._do_at("2024-07-05", decision, self.leader_a, "pause", "Ministry")
        self.assertFalse(self._watch_at("2024-08-05"))
        self._do_at("2024-08-06", decision, self.leader_a, "resume", "Answer")
        self.assertFalse(self._watch_at("2024-08-06"))
        self.assertTrue(self._watch_at("2024-08-07"))

    def test_reminded_again_when_the_last_day_has_moved(self):
        decision = self._submit_at("2024-07-04")  # until Tuesday the 9th
        self.assertTrue(self._watch_at("2024-07-08"))
        self._do_at("2024-07-08", decision, self.leader_a, "pause", "Ministry")
        self._do_at("2024-08-05", decision, self.leader_a, "resume", "Answer")
        self.assertTrue(self._watch_at("2024-08-05"))
        self.assertFalse(self._watch_at("2024-08-06"))

    def test_what_was_late_already_is_not_reminded_again(self):
        decision = self._submit_at("2024-07-04")
        self.assertTrue(self._watch_at("2024-07-10"))
        self._do_at("2024-07-10", decision, self.leader_a, "pause", "Ministry")
        self._do_at("2024-08-05", decision, self.leader_a, "resume", "Answer")
        self.assertFalse(self._watch_at("2024-08-05"))

    def test_a_step_that_does_not_remind_is_silent(self):
        decision = self._submit_at("2024-07-04")
        self._do_at("2024-07-04", decision, self.leader_a, "approve")
        self.assertFalse(self._watch_at("2024-07-30"))

    def test_the_stand_in_is_reminded_as_well(self):
        with self._at("2024-07-01"):
            self.env["mtqg.workflow.delegation"].create(
                [
                    {
                        "user_id": self.leader_a.id,
                        "delegate_id": delegate.id,
                        "date_from": first,
                        "date_to": last,
                        "reason": "Leave",
                        **scope,
                    }
                    for delegate, first, last, scope in (
                        (self.leader_d, "2024-07-08", "2024-07-12", {}),
                        (self.leader_p, "2024-07-01", "2024-07-07", {}),
                        (
                            self.finance_p,
                            "2024-07-01",
                            "2024-07-31",
                            {
                                "model_id": self.env["ir.model"]._get_id(
                                    "mtqg.disbursement"
                                )
                            },
                        ),
                    )
                ]
            )
        self._submit_at("2024-07-04")
        self.assertEqual(
            set(self._watch_at("2024-07-08")), {self.leader_a, self.leader_d}
        )

    def test_who_may_not_decide_is_not_reminded(self):
        second = self.leader_a.copy({"login": "t_second_leader", "email": "2@x.vn"})
        self.leader_a.group_ids += self.env.ref("mtqg_disbursement.group_officer")
        self._submit_at("2024-07-04", self._draft(user=self.leader_a))
        self.assertEqual(list(self._watch_at("2024-07-08")), [second])


@tagged("post_install", "-at_install")
class TestLadder(WatchCase):
    """Who is late is known higher up, a rung at a time."""

    def setUp(self):
        super().setUp()
        self._publish(
            days=3,
            escalation_ids=self._ladder(
                (1, "superior_leader", None),
                (3, "group", "finance"),
                (3, "unit_leader", None),
            ),
        )
        self.decision = self._submit_at("2024-07-04")  # until Tuesday the 9th
        self._watch_at("2024-07-08")

    def _levels(self):
        return self._asked(self.decision).escalation_level

    def test_each_rung_is_told_once(self):
        self.assertFalse(self._watch_at("2024-07-09 23:59"))
        self.assertEqual(list(self._watch_at("2024-07-10 00:01")), [self.leader_d])
        self.assertEqual(self._levels(), 1)
        self.assertFalse(self._watch_at("2024-07-11"))
        told = self._watch_at("2024-07-12")
        self.assertEqual(set(told), {self.finance_p, self.leader_a})
        self.assertEqual(self._levels(), 3)
        for moment in ("2024-07-12 15:00", "2024-08-12", "2025-08-12"):
            self.assertFalse(self._watch_at(moment))
        (body,) = self._read_mails(self.leader_d)
        self.assertIn(self.leader_a.name, body)

    def test_a_pass_that_comes_late_tells_all_rungs(self):
        self.assertEqual(
            set(self._watch_at("2024-07-30")),
            {self.leader_d, self.finance_p, self.leader_a},
        )
        self.assertEqual(self._levels(), 3)

    def test_weekends_and_days_off_are_not_late(self):
        self._watch_at("2024-07-10")
        self.env["mtqg.day"].create(
            {"date": "2024-07-12", "name": "Storm", "reference": "1/CĐ-TTg"}
        )
        self.assertFalse(self._watch_at("2024-07-14"))
        self.assertTrue(self._watch_at("2024-07-15"))

    def test_a_day_declared_off_later_tells_nobody_twice(self):
        self._watch_at("2024-07-12")
        self.env["mtqg.day"].create(
            {"date": "2024-07-12", "name": "Storm", "reference": "1/CĐ-TTg"}
        )
        for moment in ("2024-07-12 15:00", "2024-07-15", "2024-07-16"):
            self.assertFalse(self._watch_at(moment))
        self.assertEqual(self._levels(), 3)

    def test_nobody_climbs_while_the_clock_stands(self):
        self._do_at("2024-07-09", self.decision, self.leader_a, "pause", "Ministry")
        self.assertFalse(self._watch_at("2024-07-31"))
        self._do_at("2024-08-01", self.decision, self.leader_a, "resume", "Answer")
        # the last day is today: a reminder, and nobody above is told
        self.assertEqual(list(self._watch_at("2024-08-01")), [self.leader_a])
        self.assertEqual(self._levels(), 0)
        self.assertTrue(self._watch_at("2024-08-02"))
        self.assertEqual(self._levels(), 1)

    def test_nobody_is_told_of_what_was_decided_meanwhile(self):
        self._do_at("2024-07-10", self.decision, self.leader_a, "approve")
        self.assertFalse(self._watch_at("2024-07-31"))

    def test_where_nobody_leads_managers_are_told(self):
        (self.leader_d | self.leader_p).active = False
        self.assertIn(self.manager_x, self._watch_at("2024-07-10"))


@tagged("post_install", "-at_install")
class TestSqlAndEngine(ClockCase):
    """The statements raise what the engine says, day by day."""

    COUNT = 60

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(2024)
        workflow = cls._publish(
            escalation_ids=cls._ladder(
                (1, "superior_leader", None),
                (2, "superior_leader", None),
                (2, "unit_leader", None),
                (7, "superior_leader", None),
            )
        )
        ways = workflow.transition_ids.filtered(lambda way: way.kind == "approve")
        cls.steps = ways.step_ids
        first = date(2024, 1, 22)
        cls.tasks = cls.env["mtqg.workflow.task"].create(
            [
                {
                    "res_model": "mtqg.decision",
                    "res_id": -number,
                    "state": "pending",
                    "transition_id": step.transition_id.id,
                    "step_id": step.id,
                    "date_limit": first + timedelta(cls.random.randrange(40)),
                    "date_paused": cls.random.random() < 0.1 and first,
                    "escalation_level": 0,
                }
                for number in range(1, cls.COUNT + 1)
                for step in [cls.random.choice(cls.steps)]
            ]
        )
        cls.env.cr.execute(
            "UPDATE mtqg_workflow_task SET date_reminded = '2024-01-01'"
            " WHERE NOT id = ANY(%s)",
            [cls.tasks.ids],
        )

    def test_over_tet(self):
        today = date(2024, 1, 25)
        calendar = self.env["mtqg.day"]._get_calendar(
            date(2021, 1, 1), date(2040, 1, 1)
        )
        reminded, levels = set(), dict.fromkeys(self.tasks.ids, 0)
        running = self.tasks.filtered(lambda task: not task.date_paused)
        for _pass in range(12):
            found = {row[0] for row in task_clock.remind(self.env, calendar, today)}
            expected = {
                task.id
                for task in running
                if engine.is_reminder_due(
                    calendar, today, task.date_limit, task.step_id.remind_days
                )
            }
            self.assertEqual(found, expected - reminded, today)
            reminded |= found
            self._check_ladder(running, levels, calendar, today)
            today += timedelta(self.random.randrange(1, 7))
        self.assertTrue(reminded)
        self.assertEqual(set(levels.values()), {0, 1, 3, 4})

    def _check_ladder(self, running, levels, calendar, today):
        rows = task_clock.escalate(self.env, calendar, today)
        told = [row[0] for row in rows if row[0] in levels]
        for task in running:
            ladder = task.transition_id.escalation_ids.mapped("days")
            level = engine.count_rungs(calendar, today, task.date_limit, ladder)
            self.assertEqual(task.escalation_level, level, today)
            self.assertEqual(told.count(task.id), level - levels[task.id], today)
            levels[task.id] = level
