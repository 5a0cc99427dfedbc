"""Alerts, extensions and digests: one a cause, one a person and day."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..clock import today_vn
from .deadline_common import DeadlineCommon

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestAlerts(DeadlineCommon):
    """Commune A holds unpaid capital of 2022: two balances, one rule, overdue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Alert = cls.env["mtqg.deadline.alert"]
        cls.balances = cls._make_capital()
        cls.rule = cls._load()["QN-ORIGIN-2"]
        cls.second = cls._allocate(
            cls._assign_root(70, origin_year=2022, program=cls.other_program),
            cls.commune_a,
            70,
            program=cls.other_program,
        )
        people = cls.officer_a | cls.leader_a | cls.leader_d | cls.finance_p
        for user in people:
            user.email = f"{user.login}@example.com"
        cls.deadlines = cls.Deadline.search([("rule_id", "=", cls.rule.id)])

    def _alerts(self):
        return self.Alert.search([("rule_id", "=", self.rule.id)])

    def _run(self):
        self.Alert.sudo()._run_nightly()
        self.env.invalidate_all()

    def _mails(self):
        return self.env["mail.mail"].search([("subject", "like", "Deadlines:")])

    def test_one_alert_a_cause_until_it_is_gone(self):
        self._run()
        self._run()
        self.assertEqual(len(self._alerts()), 2)
        self.assertEqual(self._alerts().unit_id, self.commune_a)
        self.second.enter_tabmis(date="2024-03-01")
        self._pay(self.second, "completed", 70)
        self._run()
        states = {a.deadline_id.allocation_id: a.state for a in self._alerts()}
        self.assertEqual(states[self.second], "closed")
        self.assertEqual(states[self.balances[2022]], "open")

    def test_the_ladder_is_climbed_by_working_days(self):
        self.rule.step_ids = [
            (0, 0, {"after_days": 5, "kind": "superior_leader"}),
            (0, 0, {"after_days": 20_0, "kind": "steering"}),
        ]
        self._run()
        self.assertEqual(set(self._alerts().mapped("level")), {2})

    def test_an_alert_is_acknowledged_by_those_who_see_it(self):
        self._run()
        alert = self._alerts()[0]
        with self.assertRaises(AccessError):
            alert.with_user(self.officer_b).action_acknowledge("x")
        alert.with_user(self.leader_a).action_acknowledge("Contractor is paid in May")
        self.assertEqual(
            (alert.state, alert.acknowledged_id), ("acknowledged", self.leader_a)
        )
        self._run()
        self.assertEqual(alert.state, "acknowledged")
        with self.assertRaises(AccessError):
            alert.with_user(self.leader_a).write({"state": "closed"})

    def test_one_mail_a_person_and_day(self):
        self._run()
        told = self._mails().mapped("email_to")
        self.assertEqual(len(told), len(set(told)))
        self.assertIn(self.leader_a.email_formatted, told)
        self.assertNotIn(self.finance_p.email_formatted, told)
        self._run()
        self.assertEqual(len(self._mails()), len(told))
        body = (
            self._mails()
            .filtered(lambda mail: mail.email_to == self.leader_a.email_formatted)
            .body_html
        )
        self.assertIn(self.rule.name, body)
        self.assertIn("/odoo/action-", body)

    def test_one_activity_a_unit_and_rule(self):
        Activity = self.env["mail.activity"]
        about = [
            ("res_model", "=", "mtqg.deadline.rule"),
            ("res_id", "=", self.rule.id),
        ]
        self._run()
        self._run()
        activity = Activity.search(about)
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.leader_a)
        for balance, amount in ((self.balances[2022], 1_000), (self.second, 70)):
            balance.enter_tabmis(date="2024-03-01")
            self._pay(balance, "completed", amount)
        self._run()
        self.assertFalse(Activity.search(about))

    def test_alerts_cost_the_same_for_any_number(self):
        self._run()
        self.env.flush_all()
        with self.assertQueryCount(12):
            self.Alert.sudo()._update_alerts()
        for number in range(5):
            self._allocate(
                self._assign_root(
                    10, origin_year=2022, source="other", number=f"{number}"
                ),
                self.commune_b,
                10,
            )
        self.env.flush_all()
        with self.assertQueryCount(12):
            self.Alert.sudo()._update_alerts()

    def test_a_digest_costs_the_same_for_any_number_of_people(self):
        self.rule.step_ids = [
            (0, 0, {"after_days": 5, "kind": "superior_leader"}),
            (0, 0, {"after_days": 9, "kind": "group", "group_id": self._steering().id}),
        ]
        for count in (2, 24):
            rows = self._make_late_communes(count)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(48):
                self.env["mtqg.deadline.digest"]._tell_everybody(rows)
                self.env.flush_all()
            told = [("user_id.login", "like", f"late_{count}_")]
            self.assertEqual(
                self.env["mtqg.deadline.digest"].search_count(told), 2 * count + 1
            )

    def _steering(self):
        return self.env.ref("mtqg_disbursement.group_steering")

    def _make_late_communes(self, count):
        """Return what a digest is made of: communes with an officer and a leader.

        Their district has a leader who is told of all of them.
        """
        district = self.district.copy({"code": f"L{count}", "name": f"Late {count}"})
        communes = self.env["mtqg.unit"].create(
            [
                {
                    "code": f"L{count}-{number}",
                    "name": f"Late commune {count}-{number}",
                    "kind": "commune",
                    "parent_id": district.id,
                }
                for number in range(count)
            ]
        )
        people = [(district, "leader")]
        people += [(unit, role) for unit in communes for role in ("officer", "leader")]
        for number, (unit, role) in enumerate(people):
            new_test_user(
                self.env,
                login=f"late_{count}_{number}",
                email=f"late_{count}_{number}@example.com",
                groups=f"mtqg_disbursement.group_{role}",
                lang="vi_VN" if number % 2 else "en_US",
                mtqg_unit_ids=[(6, 0, unit.ids)],
            )
        day = today_vn() - DAY
        return [(unit.id, self.rule.id, 2, 3, 1, day, 10**9) for unit in communes]

    # === MORE TIME === #

    def _extend(self, user, day, **values):
        self.deadlines.with_user(user).action_extend(
            day,
            values.get("reason", "Flood"),
            values.get("reference", "12/QĐ-UBND, 01/07/2024"),
        )
        self.env.invalidate_all()

    def test_an_extension_keeps_the_first_date(self):
        day = today_vn() + 100 * DAY
        first = self.deadlines[0].date_due
        self._extend(self.finance_p, day)
        deadline = self.deadlines[0]
        self.assertEqual((deadline.date_due, deadline.date_due_first), (day, first))
        self.assertEqual(deadline.state, "on_track")
        self.assertTrue(deadline.is_extended)
        self.assertEqual(deadline.extension_ids.user_id, self.finance_p)
        rows = self.Deadline.with_user(self.finance_p).state_at(
            self.deadlines.ids, today_vn().isoformat()
        )
        self.assertEqual({row["date_due"] for row in rows}, {day.isoformat()})
        then = self.Deadline.with_user(self.finance_p).state_at(
            self.deadlines.ids, today_vn().isoformat(), "2024-01-01"
        )
        self.assertFalse(then, "nothing was known then")

    def test_an_extension_is_taken_back(self):
        first = self.deadlines[0].date_due
        self._extend(self.finance_p, today_vn() + 100 * DAY)
        self.deadlines.with_user(self.finance_p).action_revoke_extension("Wrong unit")
        self.env.invalidate_all()
        self.assertEqual(set(self.deadlines.mapped("date_due")), {first})
        self.assertEqual(len(self.deadlines[0].extension_ids), 2)
        with self.assertRaises(UserError):
            self.deadlines.with_user(self.finance_p).action_revoke_extension("Again")

    def test_only_those_above_give_more_time(self):
        day = today_vn() + 100 * DAY
        for user in (self.leader_a, self.officer_d, self.viewer_a, self.leader_b):
            with self.assertRaises(AccessError):
                self._extend(user, day)
        self._extend(self.leader_d, day)

    def test_more_time_needs_a_basis_and_a_later_day(self):
        with self.assertRaises(UserError):
            self._extend(self.finance_p, "2024-06-01")
        for values in ({"reason": " "}, {"reference": ""}):
            with self.assertRaises(UserError):
                self._extend(self.finance_p, today_vn() + DAY, **values)
        self._extend(self.finance_p, today_vn() + DAY)
        extension = self.deadlines[0].extension_ids
        with self.assertRaises(UserError):
            extension.with_user(self.finance_p).write({"reason": "x"})

    # === BY HAND === #

    def test_a_report_is_marked_done_by_hand(self):
        report = self.Deadline.with_user(self.finance_p).search(
            [("subject", "=", "treasury")], limit=1, order="date_due"
        )
        self.assertEqual(report.sudo().unit_id, self.treasury)
        self.assertEqual(report.state, "overdue")
        report.action_mark_done("2024-01-30", "5/BC-KBNN")
        self.env.invalidate_all()
        self.assertEqual((report.state, report.reference), ("met", "5/BC-KBNN"))
        self.env["mtqg.deadline.rule"].sudo()._refresh_facts()
        self.assertEqual(report.state, "met", "kept by the nightly pass")
        with self.assertRaises(UserError):
            self.deadlines.with_user(self.finance_p).action_mark_done()
        with self.assertRaises(AccessError):
            report.with_user(self.viewer_a).action_mark_done()

    def test_the_treasury_has_two_working_days(self):
        law = self._load("law", year=2026)["LAW-TREASURY-PAYMENT"]
        balance = self.balances[2024]
        balance.enter_tabmis(date="2024-03-01")
        voucher = self._make_voucher(balance, "completed", 5)
        voucher.action_submit()
        voucher.with_user(self.leader_a).action_approve()
        self.env["mtqg.deadline.rule"].sudo()._refresh_facts()
        found = self.Deadline.search([("rule_id", "=", law.id)])
        self.assertEqual(found.disbursement_id, voucher.sudo())
        calendar = self.env["mtqg.day"]._get_calendar(today_vn(), today_vn())
        self.assertEqual(found.date_due, calendar.add(today_vn(), 2))
        self.assertFalse(found.date_met)
        voucher.with_user(self.treasurer).action_approve()
        self.env.invalidate_all()
        self.assertEqual((found.state, found.date_met), ("met", today_vn()))
