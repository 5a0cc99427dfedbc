from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mtqg_disbursement.clock import today_vn

from .inbox_case import InboxCase


@tagged("post_install", "-at_install")
class TestInbox(InboxCase):
    """“Waiting for me”: what stands there, in which order, and at what cost."""

    def test_a_row_names_everything_that_is_shown(self):
        decision = self._waiting("W-1")
        ((row,), length) = self._inbox(self.leader_a).values()
        self.assertEqual(length, 1)
        self.assertEqual(
            (row["res_model"], row["res_id"], row["document_name"], row["kind"]),
            ("mtqg.decision", decision.id, "W-1", "approve"),
        )
        names = {
            name: row[name]["display_name"]
            for name in ("unit_id", "requester_id", "transition_id")
        }
        self.assertEqual(
            names,
            {
                "unit_id": "Unit A",
                "requester_id": self.officer_a.name,
                "transition_id": "Sign",
            },
        )
        self.assertFalse(row["forwarded_by_id"])
        self.assertFalse(row["is_late"])
        vietnamese = self.env["mtqg.workflow.task"].with_user(self.leader_a)
        (row,) = vietnamese.with_context(lang="vi_VN").read_inbox()["records"]
        self.assertNotEqual(row["transition_id"]["display_name"], "Sign")

    def test_the_most_urgent_stand_first_and_those_without_a_limit_last(self):
        decisions = self._waiting("W-1", "W-2", "W-3", "W-4")
        for decision, days in zip(decisions, (None, 5, -2, 1), strict=True):
            self._set_limit(decision, days)
        self.assertEqual(self._names(self.leader_a), ["W-3", "W-4", "W-2", "W-1"])
        late = [r["is_late"] for r in self._inbox(self.leader_a)["records"]]
        self.assertEqual(late, [True, False, False, False])
        self.assertEqual(
            self._names(self.leader_a, order="document_name desc"),
            ["W-4", "W-3", "W-2", "W-1"],
        )
        only_late = [("is_late", "=", True)]
        self.assertEqual(self._names(self.leader_a, domain=only_late), ["W-3"])

    def test_pages_follow_each_other(self):
        self._waiting("W-1", "W-2", "W-3")
        order = {"order": "document_name"}
        page = self._inbox(self.leader_a, limit=2, **order)
        self.assertEqual(len(page["records"]), 2)
        self.assertIs(page["length"], False)
        page = self._inbox(self.leader_a, limit=2, offset=2, **order)
        self.assertEqual(page["records"][0]["document_name"], "W-3")
        self.assertEqual(page["length"], 3)
        narrowed = self._inbox(
            self.leader_a, limit=1, domain=[("document_name", "ilike", "W-")]
        )
        self.assertEqual((len(narrowed["records"]), narrowed["length"]), (1, 3))

    def test_nobody_sees_what_waits_for_others(self):
        self._waiting("W-1")
        for user in (self.officer_a, self.leader_b, self.leader_d, self.manager_x):
            with self.subTest(user.login):
                self.assertEqual(self._names(user), [])
                self.assertEqual(
                    self.env["mtqg.workflow.task"].with_user(user).read_counters(),
                    {"total": 0, "late": 0, "kinds": []},
                )

    def test_counters_tell_kinds_and_what_is_late(self):
        decisions = self._waiting("W-1", "W-2")
        self._waiting_voucher()
        self._set_limit(decisions[0], -1)
        Task = self.env["mtqg.workflow.task"].with_user(self.leader_a)
        counters = Task.read_counters()
        self.assertEqual((counters["total"], counters["late"]), (3, 1))
        self.assertEqual(
            [(k["model"], k["name"], k["total"], k["late"]) for k in counters["kinds"]],
            [
                ("mtqg.decision", "Decision", 2, 1),
                ("mtqg.disbursement", "Disbursement voucher", 1, 0),
            ],
        )
        self.assertEqual(Task.count_mine()["total"], len(self._names(self.leader_a)))

    def test_a_delegate_finds_what_was_delegated_in_list_and_counters(self):
        self._waiting("W-1")
        self.env["mtqg.workflow.delegation"].with_user(self.leader_a).create(
            {
                "delegate_id": self.leader_d.id,
                "date_from": today_vn(),
                "date_to": today_vn(),
                "reason": "Business trip",
            }
        )
        self.assertEqual(self._names(self.leader_d), ["W-1"])
        Task = self.env["mtqg.workflow.task"].with_user(self.leader_d)
        self.assertEqual(Task.read_counters()["total"], 1)

    def test_the_page_is_one_query_and_so_are_the_counters(self):
        self._waiting(*(f"W-{i}" for i in range(30)))
        Task = self.env["mtqg.workflow.task"].with_user(self.leader_a)
        Task.read_inbox()
        Task.read_counters()
        self.env.invalidate_all()
        with self.assertQueryCount(__system__=1):
            self.assertEqual(len(Task.read_inbox(limit=20)["records"]), 20)
        self.env.invalidate_all()
        with self.assertQueryCount(__system__=1):
            self.assertEqual(Task.read_counters()["total"], 30)
        self.env.invalidate_all()
        with self.assertQueryCount(__system__=1):
            narrowed = Task.read_inbox([("document_name", "ilike", "W-1")], limit=5)
        self.assertEqual(narrowed["length"], 11)

    def test_wrong_arguments_are_refused_in_a_sentence(self):
        Task = self.env["mtqg.workflow.task"].with_user(self.leader_a)
        for values in (
            {"domain": "x"},
            {"domain": [("nothing", "=", 1)]},
            {"domain": [["x"]]},
            {"domain": {"a": 1}},
            {"order": "nothing"},
            {"order": "id; DROP TABLE mtqg_workflow_task"},
            {"order": ["id"]},
            {"limit": -1},
            {"offset": "2"},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                Task.read_inbox(**values)

    def test_what_the_user_may_not_read_is_no_condition(self):
        self._waiting("W-1")
        Task = self.env["mtqg.workflow.task"].with_user(self.leader_a)
        with self.assertRaises(UserError):
            Task.read_inbox([("requester_id.password", "!=", False)])
