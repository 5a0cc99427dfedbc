from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestWorkflowBulk(MtqgCommon):
    """Many documents in one call: what can move moves, the rest is told why."""

    def _draft(self, number, user=None, **values):
        line = {
            "unit_id": self.commune_a.id,
            "program_id": self.program.id,
            "amount": 10,
            "source": "commune",
            "nature": "investment",
            "origin_year": 2024,
        }
        return self._make_decision(
            line,
            user=user or self.officer_a,
            unit=self.commune_a,
            number=number,
            **values,
        )

    def _waiting(self, *numbers):
        decisions = self.env["mtqg.decision"].union(*map(self._draft, numbers))
        decisions.with_user(self.officer_a).action_submit()
        return decisions.with_user(self.leader_a)

    # === DOCUMENTS === #

    def test_the_good_move_and_the_blocked_are_told_why(self):
        waiting = self._waiting("W-1", "W-2")
        draft = self._draft("D-1").with_user(self.leader_a)
        answer = (waiting[0] | draft | waiting[1]).action_bulk("approve", "signed")
        self.assertEqual(answer["done"], waiting.ids)
        (row,) = answer["blocked"]
        self.assertEqual(
            (row["id"], row["name"], row["code"]), (draft.id, "D-1", "not_waiting")
        )
        self.assertIn("waits for nobody", row["message"])
        self.assertEqual(set(waiting.mapped("workflow_state")), {"done"})
        self.assertEqual(draft.workflow_state, "draft")
        events = waiting.sudo().workflow_event_ids.filtered(lambda e: e.comment)
        self.assertEqual(events.mapped("comment"), ["signed", "signed"])

    def test_each_blocked_document_names_all_its_reasons_in_one_row(self):
        empty = self._make_decision(
            user=self.officer_a, unit=self.commune_a, number="E-1"
        )
        good = self._draft("G-1")
        answer = (empty | good).action_bulk("submit")
        self.assertEqual(answer["done"], good.ids)
        self.assertEqual([row["code"] for row in answer["blocked"]], ["empty"])

    def test_a_check_moves_nothing(self):
        waiting = self._waiting("W-1", "W-2")
        stranger = waiting.with_user(self.leader_d)
        self.assertEqual(waiting.check_bulk("approve"), [])
        blocked = stranger.check_bulk("approve")
        self.assertEqual([row["code"] for row in blocked], ["waiting", "waiting"])
        self.assertIn(self.leader_a.name, blocked[0]["message"])
        self.assertEqual(set(waiting.mapped("workflow_state")), {"running"})

    def test_hidden_and_missing_documents_look_alike(self):
        hidden = self._waiting("W-1").with_user(self.leader_b)
        missing = hidden.browse(2**31 - 1)
        answer = (hidden | missing).action_bulk("approve")
        self.assertEqual(answer["done"], [])
        told = [(row["code"], row["message"]) for row in answer["blocked"]]
        self.assertEqual(told[0], told[1])
        self.assertEqual(told[0][0], "gone")
        self.assertEqual(answer["blocked"][0]["name"], f"#{hidden.id}")
        self.assertEqual(hidden.sudo().workflow_state, "running")

    def test_the_same_document_twice_moves_once(self):
        waiting = self._waiting("W-1")
        answer = waiting.browse(waiting.ids * 2).action_bulk("approve")
        self.assertEqual(answer, {"done": waiting.ids, "blocked": []})
        events = waiting.sudo().workflow_event_ids.mapped("name")
        self.assertEqual(events.count("approve"), 1)

    def test_return_and_withdraw_need_a_way_out(self):
        waiting = self._waiting("W-1", "W-2")
        answer = waiting[0].action_bulk("return", "The date is missing", "missing")
        self.assertEqual(answer["done"], waiting[0].ids)
        last = waiting[0].sudo().workflow_event_ids.sorted("sequence")[-1]
        self.assertEqual((last.name, last.reason_id.code), ("return", "missing"))
        self.assertEqual(waiting[0].workflow_state, "draft")
        officer = waiting.with_user(self.officer_a)
        answer = officer.action_bulk("withdraw")
        self.assertEqual(answer["done"], waiting[1].ids)
        self.assertEqual([row["code"] for row in answer["blocked"]], ["not_waiting"])

    def test_a_stage_without_a_way_back_blocks(self):
        workflow = self.env.ref("mtqg_disbursement.workflow_decision")
        fresh = workflow.browse(workflow.action_new_version()["res_id"])
        fresh.transition_ids.filtered(lambda t: t.kind == "return").unlink()
        fresh.action_publish()
        waiting = self._waiting("W-1")
        answer = waiting.action_bulk("return", "The date is missing")
        self.assertEqual([row["code"] for row in answer["blocked"]], ["no_way"])
        self.assertEqual(waiting.workflow_state, "running")

    def test_arguments_that_mean_nothing_are_refused_in_a_sentence(self):
        waiting = self._waiting("W-1")
        for arguments, sentence in (
            (("forge",), "Choose one of: submit, approve, return, reject, withdraw"),
            ((None,), "Choose one of"),
            (([["approve"]],), "Choose one of"),
            (("approve", [["x"]]), "A comment is a text"),
            (("return",), "Say why"),
            (("reject", "  "), "Say why"),
            (("return", "because", "no such code"), "There is no reason"),
            (("return", "because", [["x"]]), "There is no reason"),
        ):
            with self.subTest(arguments), self.assertRaisesRegex(UserError, sentence):
                waiting.action_bulk(*arguments)
        many = waiting.browse(range(1, 10_002))
        with self.assertRaisesRegex(UserError, "At most 10000 documents"):
            many.action_bulk("approve")
        self.assertEqual(waiting.workflow_state, "running")

    # === EFFECTS THAT DO NOT FIT TOGETHER === #

    def _vouchers_at_the_treasury(self, *amounts):
        """Return vouchers that wait for the Treasury, on a balance of 100 đồng."""
        root = self._assign_root(1000)
        balance = self._allocate(root, self.commune_a, 100)
        vouchers = self.env["mtqg.disbursement"].union(
            *(
                self._make_voucher(balance, "completed", amount, number=f"V-{i}")
                for i, amount in enumerate(amounts, 1)
            )
        )
        vouchers.with_user(self.officer_a).action_submit()
        vouchers.with_user(self.leader_a).action_approve()
        return balance, vouchers.with_user(self.treasurer)

    @mute_logger("odoo.sql_db")
    def test_vouchers_share_the_rest_of_a_balance_as_far_as_it_goes(self):
        balance, vouchers = self._vouchers_at_the_treasury(40, 40, 40, 20)
        self.assertEqual(vouchers.check_bulk("approve"), [])
        answer = vouchers.action_bulk("approve")
        self.assertEqual(answer["done"], (vouchers[0] | vouchers[1] | vouchers[3]).ids)
        (row,) = answer["blocked"]
        self.assertEqual((row["id"], row["code"]), (vouchers[2].id, "refused"))
        self.assertNotIn("V-3", row["message"])
        self.assertEqual(vouchers[2].workflow_state, "running")
        self.assertBalance(balance, completed=100, available=0)
        self.assertLedgerWhole()
        events = self.env["mtqg.workflow.event"]
        self.assertEqual(events.verify(), [])

    def test_who_was_refused_can_decide_again(self):
        _balance, vouchers = self._vouchers_at_the_treasury(80, 80)
        vouchers.action_bulk("approve")
        refused = vouchers[1]
        self.assertTrue(refused.can_decide)
        refused.action_return("There is not enough capital left")
        self.assertEqual(refused.workflow_state, "draft")

    # === COST === #

    def test_a_thousand_documents_cost_no_more_queries_than_ten(self):
        workflow = self.env.ref("mtqg_disbursement.workflow_project_recurrent")
        fresh = workflow.browse(workflow.action_new_version()["res_id"])
        fresh.transition_ids.requirement_ids.unlink()
        fresh.action_publish()
        projects = self._make_projects(1000)
        self._make_projects(3, "warm").action_bulk("submit")
        for user, name in (
            (self.officer_a, "submit"),
            (self.leader_a, "return"),
            (self.officer_a, "submit"),
            (self.leader_a, "approve"),
            (self.leader_a, "approve"),
        ):
            asked = projects.with_user(user)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            answer = asked.action_bulk(name, "because")
            self.env.flush_all()
            with self.subTest(name):
                self.assertLessEqual(self.cr.sql_log_count - before, 25)
        # the last call found all of them moved on, and said so a thousand times
        self.assertEqual(len(answer["blocked"]), 1000)
        self.assertEqual(set(projects.mapped("stage_id.code")), {"construction"})

    def test_a_thousand_blocked_documents_name_their_approvers_at_once(self):
        waiting = self._waiting(*(f"W-{i}" for i in range(50)))
        stranger = waiting.with_user(self.leader_d)
        stranger[:1].check_bulk("approve")
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.assertEqual(len(stranger.check_bulk("approve")), 50)
        self.assertLessEqual(self.cr.sql_log_count - before, 15)

    def _make_projects(self, count, tag="many"):
        return (
            self.env["mtqg.project"]
            .with_user(self.officer_a)
            .create(
                [
                    {
                        "code": f"T-{tag}-{i}",
                        "name": "Training",
                        "kind": "recurrent",
                        "unit_id": self.commune_a.id,
                        "program_id": self.program.id,
                    }
                    for i in range(count)
                ]
            )
        )

    # === TASKS OF SEVERAL KINDS === #

    def _find_tasks(self, user):
        return (
            self.env["mtqg.workflow.task"]
            .with_user(user)
            .search([("is_mine", "=", True)], order="id")
        )

    def test_tasks_of_several_kinds_move_in_one_call(self):
        decision = self._waiting("W-1")
        balance = self._allocate(self._assign_root(1000), self.commune_a, 100)
        voucher = self._make_voucher(balance, "completed", 40)
        voucher.action_submit()
        tasks = self._find_tasks(self.leader_a)
        self.assertEqual(
            set(tasks.mapped("res_model")), {"mtqg.decision", "mtqg.disbursement"}
        )
        gone = tasks.browse(2**31 - 1)
        answer = (tasks | gone).action_bulk("approve", "signed")
        self.assertEqual(answer["done"], tasks.ids)
        self.assertEqual(
            [(row["id"], row["code"]) for row in answer["blocked"]],
            [(gone.id, "gone")],
        )
        self.assertEqual(decision.workflow_state, "done")
        self.assertEqual(voucher.sudo().stage_id.code, "treasury")
        self.assertFalse(self._find_tasks(self.leader_a))

    def test_a_blocked_task_names_its_document(self):
        decision = self._waiting("W-1")
        tasks = self._find_tasks(self.leader_a)
        decision.with_user(self.officer_a).action_withdraw()
        (row,) = tasks.check_bulk("approve")
        self.assertEqual(
            (row["id"], row["res_model"], row["res_id"], row["name"], row["code"]),
            (tasks.id, "mtqg.decision", decision.id, "W-1", "not_waiting"),
        )
        answer = tasks.action_bulk("approve")
        self.assertEqual((answer["done"], len(answer["blocked"])), ([], 1))

    def test_strangers_learn_nothing_of_tasks_they_do_not_see(self):
        self._waiting("W-1")
        tasks = self._find_tasks(self.leader_a).with_user(self.leader_b)
        (row,) = tasks.action_bulk("approve")["blocked"]
        self.assertEqual((row["code"], row["name"]), ("gone", f"#{tasks.id}"))
        self.assertFalse(row["res_model"])
