"""Promise 7 in the workflow: who may not open a document is not asked about it."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.workflow_facts import Facts
from .common import ROLES, MtqgCommon


@tagged("post_install", "-at_install")
class TestWorkflowOpeners(MtqgCommon):
    """Who is asked, and what is left to see for whoever moved away."""

    def _publish(self, **step):
        """Put a definition of decisions of communes into force; it has one step."""
        workflow = self.env["mtqg.workflow"].create(
            {
                "code": "t_openers",
                "name": "Openers",
                "sequence": -1,
                "condition": "[('unit_id.kind', '=', 'commune')]",
                "model_id": self.env["ir.model"]._get_id("mtqg.decision"),
            }
        )
        kinds = ("start", "review", "done")
        start, review, done = self.env["mtqg.workflow.stage"].create(
            [
                {"workflow_id": workflow.id, "code": k, "name": k, "kind": k}
                for k in kinds
            ]
        )
        for kind, here, there in (
            ("submit", start, review),
            ("approve", review, done),
            ("return", review, start),
        ):
            self.env["mtqg.workflow.transition"].create(
                {
                    "workflow_id": workflow.id,
                    "name": kind,
                    "kind": kind,
                    "stage_from_id": here.id,
                    "stage_to_id": there.id,
                    "step_ids": [Command.create({"name": "Step", **step})]
                    if kind == "approve"
                    else [],
                }
            )
        workflow.state = "published"
        self.env.registry.clear_cache()

    def _submitted(self):
        line = {
            "unit_id": self.commune_a.id,
            "program_id": self.program.id,
            "amount": 10,
            "source": "commune",
            "nature": "investment",
            "origin_year": 2024,
        }
        decision = self._make_decision(line, user=self.officer_a, unit=self.commune_a)
        decision.action_submit()
        return decision.sudo()

    def _tasks(self, decision):
        return self.env["mtqg.workflow.task"].search(
            [("res_model", "=", "mtqg.decision"), ("res_id", "=", decision.id)]
        )

    def test_openers_are_those_whom_the_record_rules_let_in(self):
        root = self._assign_root(1_000_000)
        balance = self._allocate(root, self.commune_a, 400_000)
        voucher = self._make_voucher(balance, "completed", 10)
        project = (
            self.env["mtqg.project"]
            .with_user(self.officer_a)
            .create(
                {
                    "code": "T-O",
                    "name": "Road",
                    "unit_id": self.commune_a.id,
                    "program_id": self.program.id,
                }
            )
        )
        groups = [self.env.ref(f"mtqg_disbursement.group_{r}").id for r in ROLES]
        people = self.env["res.users"].search([("all_group_ids", "in", groups)])
        self.assertGreater(len(people), 20)
        for document in (self._submitted(), voucher.sudo(), project.sudo()):
            facts = Facts(document)
            unit = facts.rows[document.id].unit
            openers = facts.openers.find(document, unit)
            allowed = people.filtered(
                lambda user, d=document: d.with_user(user).has_access("read")
            )
            self.assertEqual(openers & {*people.ids}, {*allowed.ids}, document)

    def test_a_named_approver_who_may_not_open_it_is_not_asked(self):
        self._publish(kind="user", user_id=self.leader_b.id)
        decision = self._submitted()
        task = self._tasks(decision)
        self.assertFalse(task.user_id)
        self.assertEqual(task.group_id, self.env.ref("mtqg_disbursement.group_manager"))
        decision.with_user(self.manager_x).action_approve()
        self.assertEqual(decision.workflow_state, "done")

    def test_everybody_means_everybody_who_may_open_it(self):
        leaders = self.env.ref("mtqg_disbursement.group_leader")
        self._publish(
            kind="level_leader",
            level="ministry",
            quorum="all",
            fallback_group_id=leaders.id,
        )
        decision = self._submitted()
        for leader in (self.leader_a, self.leader_d):
            decision.with_user(leader).action_approve()
            self.assertEqual(decision.workflow_state, "running")
        with self.assertRaises(AccessError):
            decision.with_user(self.leader_b).action_approve()
        decision.with_user(self.leader_p).action_approve()
        self.assertEqual(decision.workflow_state, "done")

    def test_whoever_moved_away_sees_nothing_of_it_any_more(self):
        self._publish(kind="user", user_id=self.leader_a.id)
        decision = self._submitted()
        Task = self.env["mtqg.workflow.task"].with_user(self.leader_a)
        self.assertEqual(Task.count_mine()["total"], 1)
        self.leader_a.mtqg_unit_ids = self.commune_b
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(Task.count_mine()["total"], 0)
        self.assertFalse(Task.search([("res_model", "=", "mtqg.decision")]))
        with self.assertRaises(AccessError):
            Task.browse(self._tasks(decision).id).read(["document_name"])
        with self.assertRaises(AccessError):
            decision.with_user(self.leader_a).action_approve()

    def test_a_vote_is_no_key_to_what_one_left(self):
        decision = self._submitted()
        decision.with_user(self.leader_a).action_approve()
        Vote = self.env["mtqg.workflow.vote"].with_user(self.leader_a)
        mine = [("user_id", "=", self.leader_a.id)]
        self.assertEqual(len(Vote.search(mine)), 1)
        self.leader_a.mtqg_unit_ids = self.commune_b
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(Vote.search(mine))
