"""How long approvals take, and what the page of a unit shows of what waits."""

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from .clock_case import ClockCase, day
from .common import MtqgCommon

# of one list of the page, for any number of documents that wait
LIST_QUERIES = 20


@tagged("post_install", "-at_install")
class TestDurations(ClockCase):
    """Working days by stage and step, without those on which the clock stood."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workflow = cls._publish(days=3, district_days=5)
        cls.Duration = cls.env["mtqg.workflow.duration"]

    def _steps(self, document):
        """Return what the steps of a document took, in the order they were asked."""
        domain = [("res_id", "=", document.id), ("level", "=", "step")]
        return self.Duration.search([*domain, *self._mine()], order="id")

    def _mine(self):
        return [("workflow_id", "=", self.workflow.id)]

    def _set_event_days(self, document, *days):
        """Let the events of a document have happened on these days."""
        self.cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
        events = document.sudo().workflow_event_ids.sorted("sequence")
        for event, moment in zip(events, days, strict=True):
            self.cr.execute(
                "UPDATE mtqg_workflow_event SET date = %s WHERE id = %s",
                [f"{moment} 05:00:00", event.id],
            )
        self.env.invalidate_all()

    def test_days_from_being_asked_to_the_decision(self):
        decision = self._submit_at("2024-02-06")
        self._do_at("2024-02-16", decision, self.leader_a, "approve")
        self._do_at("2024-02-28", decision, self.leader_d, "approve")
        first, second = self._steps(decision)
        self.assertEqual((first.days, first.days_limit, first.percent_late), (3, 3, 0))
        self.assertEqual(first.date_from, day("2024-02-06"))
        self.assertEqual(first.date_to, day("2024-02-16"))
        self.assertEqual((second.days, second.percent_late), (8, 100))
        self.assertEqual(second.approver_unit_id, self.district)
        self.assertEqual(set((first | second).mapped("outcome")), {"agreed"})

    def test_a_day_ends_at_midnight_in_hanoi(self):
        decision = self._submit_at("2024-07-01 23:30")
        self._do_at("2024-07-03 00:30", decision, self.leader_a, "approve")
        step = self._steps(decision)
        self.assertEqual(step.date_from, day("2024-07-01"))
        self.assertEqual(step.date_to, day("2024-07-03"))
        self.assertEqual(step.days, 2)

    def test_days_on_which_the_clock_stood_do_not_count(self):
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "pause", "Ministry")
        self._do_at("2024-07-30", decision, self.leader_a, "resume", "Answer")
        self._do_at("2024-07-31", decision, self.leader_a, "approve")
        paused = self._submit_at("2024-07-01", number="2/QĐ")
        self._do_at("2024-07-02", paused, self.leader_a, "pause", "Ministry")
        self._do_at("2024-07-31", paused, self.leader_a, "return", "No answer")
        self.assertEqual(self._steps(decision).days, 2)
        step = self._steps(paused)
        self.assertEqual((step.days, step.outcome), (1, "ended"))

    def test_a_day_that_is_declared_off_changes_what_was_counted(self):
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-03", decision, self.leader_a, "approve")
        self.assertEqual(self._steps(decision).days, 2)
        self.env["mtqg.day"].create(
            {"date": "2024-07-02", "name": "Storm", "reference": "1/CĐ-TTg"}
        )
        self.env.invalidate_all()
        self.assertEqual(self._steps(decision).days, 1)

    def test_the_time_in_a_stage_is_that_between_two_moves(self):
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "return", "No date")
        self._submit_at("2024-07-10", decision)
        self._do_at("2024-07-11", decision, self.leader_a, "pause", "Ministry")
        self._do_at("2024-07-12", decision, self.leader_a, "approve")
        days = ("2024-07-01", "2024-07-02", "2024-07-10", "2024-07-11", "2024-07-12")
        self._set_event_days(decision, *days)
        rows = self.Duration.search(
            [("res_id", "=", decision.id), ("level", "=", "stage"), *self._mine()],
            order="id",
        )
        self.assertEqual(
            [(row.stage_id.code, row.days, row.outcome) for row in rows],
            [("review", 1, "ended"), ("draft", 6, "agreed"), ("review", 2, "agreed")],
        )

    def test_averages_by_stage_unit_and_treasury_office(self):
        for number, left in (("1/QĐ", "2024-07-02"), ("2/QĐ", "2024-07-05")):
            decision = self._submit_at("2024-07-01", number=number)
            self._do_at(left, decision, self.leader_a, "approve")
        other = self._submit_at(
            "2024-07-01", self._draft(unit=self.commune_b, user=self.officer_b)
        )
        self._do_at("2024-07-04", other, self.leader_b, "approve")
        steps = [("level", "=", "step"), *self._mine()]
        for name, expected in (
            ("stage_id", {self.workflow.stage_ids.filtered(
                lambda stage: stage.code == "review"): (8 / 3, 100 / 3)}),
            ("unit_id", {self.commune_a: (2.5, 50), self.commune_b: (3, 0)}),
            ("treasury_id", {self.treasury: (2.5, 50),
                             self.treasury.browse(): (3, 0)}),
        ):  # fmt: skip
            groups = self.Duration._read_group(
                steps, [name], ["days:avg", "percent_late:avg"]
            )
            found = {row[0]: row[1:] for row in groups}
            self.assertEqual(found.keys(), expected.keys(), name)
            for key, (days, late) in expected.items():
                self.assertAlmostEqual(found[key][0], days)
                self.assertAlmostEqual(found[key][1], late)

    def test_everybody_sees_the_durations_of_his_units(self):
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "approve")
        for user, count in (
            (self.officer_a, 1),
            (self.officer_b, 0),
            (self.leader_d, 1),
            (self.manager_x, 1),
        ):
            rows = self.Duration.with_user(user).search(
                [("res_id", "=", decision.id), ("level", "=", "step"), *self._mine()]
            )
            self.assertEqual(len(rows), count, user.login)
        with self.assertRaises(AccessError):
            self.Duration.with_user(self.manager_x).browse(1).write({"days": 0})


@tagged("post_install", "-at_install")
class TestTreasuryOffices(MtqgCommon):
    """The time that a Treasury office takes is that of the office."""

    def test_the_office_that_pays_is_named(self):
        root = self._assign_root(1_000)
        balance = self._allocate(root, self.commune_b, 100)
        voucher = self._make_voucher(balance, "completed", 10, user=self.officer_b)
        voucher.sudo().treasury_unit_id = self.treasury
        self._approve(voucher, self.leader_b, self.treasurer)
        rows = self.env["mtqg.workflow.duration"].search(
            [
                ("res_model", "=", voucher._name),
                ("res_id", "=", voucher.id),
                ("level", "=", "step"),
            ],
            order="id",
        )
        self.assertEqual(rows.approver_unit_id, self.commune_b | self.treasury)
        self.assertEqual(
            [row.treasury_id for row in rows], [self.treasury.browse(), self.treasury]
        )


@tagged("post_install", "-at_install")
class TestUnitPage(ClockCase):
    """The page of a unit shows what waits, late ones first, and for whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._publish(days=3, district_days=5)

    def _page_at(self, moment, unit, user):
        with self._at(moment):
            return unit.with_user(user).get_page()

    def test_late_ones_first_and_who_must_act(self):
        early = self._submit_at("2024-07-01", number="EARLY")
        self._do_at("2024-07-02", early, self.leader_a, "approve")
        self._submit_at("2024-07-02", number="LATE")
        self._submit_at("2024-07-08", number="NEW")
        waiting = self._page_at("2024-07-08", self.commune_a, self.officer_a)["waiting"]
        self.assertEqual((waiting["count"], waiting["late"]), (3, 1))
        self.assertEqual(
            [(row["name"], row["clock"], row["days_left"]) for row in waiting["rows"]],
            [("LATE", "late", -1), ("EARLY", "soon", 1), ("NEW", "runs", 3)],
        )
        late, early_row, _new = waiting["rows"]
        self.assertIn(self.leader_a.name, late["who"])
        self.assertIn(self.leader_d.name, early_row["who"])
        self.assertEqual(early_row["stage"], "Above")
        self.assertEqual(late["since"], "2024-07-02")
        self.assertEqual(late["date_limit"], "2024-07-05")
        found = self.Task.with_user(self.officer_a).search(waiting["domain"])
        self.assertEqual(len(found), 3)

    def test_approvals_late_at_the_unit(self):
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "approve")
        self._submit_at("2024-07-01", number="2/QĐ")
        page = self._page_at("2024-07-10", self.district, self.leader_d)
        self.assertEqual(page["waiting"]["count"], 2)
        late = page["late_approvals"]
        self.assertEqual((late["count"], [row["name"] for row in late["rows"]]),
                         (1, ["1/QĐ"]))  # fmt: skip
        page = self._page_at("2024-07-10", self.commune_a, self.leader_a)
        self.assertEqual([r["name"] for r in page["late_approvals"]["rows"]], ["2/QĐ"])

    def test_nothing_is_late_while_the_clock_stands(self):
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "pause", "Ministry")
        with self._at("2024-08-30"):
            counts = self.Task.with_user(self.leader_a).count_mine()
        self.assertEqual((counts["total"], counts["late"]), (1, 0))
        page = self._page_at("2024-08-30", self.commune_a, self.officer_a)
        self.assertEqual(page["waiting"]["late"], 0)
        self.assertEqual(page["waiting"]["rows"][0]["clock"], "stands")
        self.assertEqual(page["late_approvals"]["rows"], [])

    def test_a_list_costs_the_same_for_any_number(self):
        unit = self.commune_a.with_user(self.officer_a)
        domain = Domain("unit_id", "=", unit.id) & Domain("state", "=", "pending")
        self._submit_at("2024-07-01")
        unit._read_waiting(domain)
        for count in (1, 12):
            for number in range(count):
                self._submit_at("2024-07-01", number=f"{number}/QĐ")
            self.env.flush_all()
            self.env.invalidate_all()
            with self._at("2024-07-10"), self.assertQueryCount(LIST_QUERIES):
                waiting = unit._read_waiting(domain)
            self.assertEqual(waiting["count"], waiting["late"])
