import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestWorkflow(MtqgCommon):
    """State changes only through a transition, and leaves an event."""

    def _draft(self, **values):
        line = {
            "unit_id": self.commune_a.id,
            "program_id": self.program.id,
            "amount": 10,
            "source": "commune",
            "nature": "investment",
            "origin_year": 2024,
        }
        return self._make_decision(
            line, user=self.officer_a, unit=self.commune_a, **values
        )

    def test_submitted_by_one_approved_by_another(self):
        decision = self._draft()
        self.assertEqual(
            (decision.workflow_state, decision.stage_id.code), ("draft", "draft")
        )
        decision.action_submit("please sign")
        self.assertEqual(decision.workflow_state, "running")
        decision.with_user(self.leader_a).action_approve("signed")
        self.assertEqual(
            (decision.workflow_state, decision.stage_id.code), ("done", "done")
        )
        events = decision.sudo().workflow_event_ids.sorted("sequence")
        self.assertEqual(events.mapped("name"), ["submit", "approve"])
        self.assertEqual(events.mapped("comment"), ["please sign", "signed"])
        self.assertEqual(events.user_id, self.officer_a | self.leader_a)

    def test_maker_does_not_approve(self):
        self.officer_a.group_ids += self.env.ref("mtqg_disbursement.group_leader")
        decision = self._draft()
        decision.action_submit()
        with self.assertRaisesRegex(UserError, "You made or submitted"):
            decision.action_approve()

    def test_editor_does_not_approve(self):
        self.leader_a.group_ids += self.env.ref("mtqg_disbursement.group_officer")
        decision = self._draft()
        decision.line_ids.with_user(self.leader_a).amount = 12
        decision.action_submit()
        with self.assertRaises(UserError):
            decision.with_user(self.leader_a).action_approve()

    def test_leader_of_another_unit_does_not_approve(self):
        decision = self._draft()
        decision.action_submit()
        for stranger in (self.leader_p, self.leader_d):
            with self.assertRaisesRegex(UserError, "Waits for"):
                decision.with_user(stranger).action_approve()
        with self.assertRaises(AccessError):
            decision.with_user(self.leader_b).action_approve()

    def test_unit_without_leader_asks_the_superior(self):
        self.leader_a.active = False
        decision = self._draft()
        decision.action_submit()
        decision.with_user(self.leader_d).action_approve()
        self.assertEqual(decision.workflow_state, "done")

    def test_return_needs_a_reason_and_reopens(self):
        decision = self._draft()
        decision.action_submit()
        leader = decision.with_user(self.leader_a)
        with self.assertRaisesRegex(UserError, "Say why"):
            leader.action_return(" ")
        leader.action_return("The date is missing")
        self.assertEqual(decision.workflow_state, "draft")
        self.assertIn("The date is missing", decision.workflow_returned)
        decision.summary = "With the date"
        self._approve(decision, self.leader_a)
        self.assertFalse(decision.workflow_returned)
        self.assertEqual(
            decision.sudo().workflow_event_ids.sorted("sequence").mapped("name"),
            ["submit", "return", "submit", "approve"],
        )

    def test_rejected_is_final(self):
        decision = self._draft()
        decision.action_submit()
        decision.with_user(self.leader_a).action_reject("Not needed")
        self.assertEqual(decision.workflow_state, "rejected")
        with self.assertRaises(UserError):
            decision.action_submit()

    def test_only_the_requester_withdraws(self):
        decision = self._draft()
        decision.action_submit()
        with self.assertRaisesRegex(UserError, "can withdraw"):
            decision.with_user(self.leader_a).action_withdraw()
        decision.action_withdraw("one more line")
        self.assertEqual(decision.workflow_state, "draft")

    def test_waiting_document_is_locked(self):
        decision = self._draft()
        decision.action_submit()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            decision.summary = "other"
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            decision.line_ids.amount = 11
        with self.assertRaisesRegex(UserError, "already been submitted"):
            decision.unlink()

    def test_blockers_say_what_and_who(self):
        empty = self._make_decision(user=self.officer_a, unit=self.commune_a)
        self.assertEqual([b["code"] for b in empty.get_blockers()], ["empty"])
        decision = self._draft()
        self.assertEqual(decision.get_blockers(), [])
        decision.action_submit()
        (blocker,) = decision.get_blockers()
        self.assertEqual(blocker["code"], "waiting")
        self.assertIn(self.leader_a.name, blocker["message"])
        self.assertEqual(decision.with_user(self.leader_a).get_blockers(), [])

    def test_many_documents_in_one_call(self):
        decisions = self._draft() | self._draft() | self._draft()
        decisions.action_submit()
        decisions.with_user(self.leader_a).action_approve()
        self.assertEqual(set(decisions.mapped("workflow_state")), {"done"})

    def test_one_blocked_document_blocks_the_call_by_name(self):
        good = self._draft(number="G-1")
        empty = self._make_decision(
            user=self.officer_a, unit=self.commune_a, number="E-1"
        )
        with self.assertRaisesRegex(UserError, "^E-1: It has no lines"):
            (good | empty).action_submit()
        self.assertEqual(good.workflow_state, "draft")

    def test_inbox_shows_what_waits_for_me(self):
        decision = self._draft()
        decision.action_submit()
        Task = self.env["mtqg.workflow.task"]
        mine = [("is_mine", "=", True)]
        self.assertEqual(
            Task.with_user(self.leader_a).search(mine).mapped("res_id"), decision.ids
        )
        self.assertFalse(Task.with_user(self.officer_a).search(mine))
        self.assertFalse(Task.with_user(self.leader_b).search([]))

    def test_inbox_is_one_query(self):
        self._draft().action_submit()
        Task = self.env["mtqg.workflow.task"].with_user(self.leader_a)
        Task.search_fetch([("is_mine", "=", True)], ["document_name"], limit=80)
        self.env.invalidate_all()
        # people, units and rules come from caches
        with self.assertQueryCount(1):
            Task.search_fetch([("is_mine", "=", True)], ["document_name"], limit=80)

    # === HOSTILE CALLERS === #

    def test_workflow_fields_are_closed_over_every_route(self):
        decision = self._draft()
        done = decision.sudo().workflow_id.stage_ids.filtered(
            lambda s: s.kind == "done"
        )
        for name, value in (
            ("stage_id", done.id),
            ("workflow_state", "done"),
            ("workflow_transition_id", 1),
            ("workflow_requester_id", self.leader_a.id),
            ("workflow_editor_id", False),
            ("workflow_id", False),
        ):
            forged = decision.with_context(
                **{f"default_{name}": value, "install_mode": True, "bypass": True}
            )
            routes = {
                "write": lambda v={name: value}: decision.write(v),
                "forged write": lambda v={name: value}, f=forged: f.write(v),
                "web_save": lambda v={name: value}: decision.web_save(v, {}),
                "create": lambda v={name: value}: decision.create({"number": "X", **v}),
                "default_": lambda f=forged: f.create({"number": "X"}),
                "copy": lambda v={name: value}: decision.copy(v),
            }
            for route, attack in routes.items():
                with (
                    self.subTest(field=name, route=route),
                    self.assertRaises(AccessError),
                ):
                    attack()

    def test_workflow_fields_are_closed_to_load(self):
        result = (
            self.env["mtqg.decision"]
            .with_user(self.officer_a)
            .load(["number", "workflow_state"], [["X-1", "done"]])
        )
        self.assertFalse(result["ids"])
        self.assertFalse(self.env["mtqg.decision"].search([("number", "=", "X-1")]))

    def test_tasks_and_events_are_closed(self):
        decision = self._draft()
        decision.action_submit()
        task = self.env["mtqg.workflow.task"].search([("res_id", "=", decision.id)])
        event = decision.sudo().workflow_event_ids
        for user in (self.officer_a, self.leader_a, self.manager_x):
            for record in (task, event):
                with self.assertRaises(UserError):
                    record.with_user(user).write({"res_id": 0})
                with self.assertRaises(UserError):
                    record.with_user(user).unlink()
                with self.assertRaises(UserError):
                    record.with_user(user).create({"res_model": "x", "res_id": 1})

    def test_published_definition_is_frozen(self):
        workflow = self.env.ref("mtqg_disbursement.workflow_decision")
        for record, vals in (
            (workflow, {"condition": "[('id', '=', 0)]"}),
            (workflow.stage_ids[0], {"kind": "done"}),
            (workflow.transition_ids[0], {"condition": "[]"}),
            (workflow.transition_ids.step_ids[0], {"needed": 2}),
        ):
            with self.assertRaisesRegex(UserError, "not a draft any more"):
                record.with_user(self.manager_x).write(vals)

    def test_new_version_leaves_running_documents_alone(self):
        decision = self._draft()
        decision.action_submit()
        old = decision.sudo().workflow_id
        fresh = old.browse(old.action_new_version()["res_id"])
        fresh.action_publish()
        self.assertEqual((old.state, fresh.version), ("retired", 2))
        decision.with_user(self.leader_a).action_approve()
        self.assertEqual(
            (decision.workflow_state, decision.sudo().workflow_id), ("done", old)
        )
        self.assertEqual(self._draft().sudo().workflow_id, fresh)

    def test_definition_with_faults_is_not_published(self):
        workflow = self.env["mtqg.workflow"].create(
            {
                "code": "t_faulty",
                "name": "Faulty",
                "model_id": self.env["ir.model"]._get_id("mtqg.decision"),
            }
        )
        with self.assertRaisesRegex(UserError, "exactly one stage of kind Start"):
            workflow.action_publish()

    def test_condition_is_data_not_code(self):
        Transition = self.env["mtqg.workflow.transition"]
        for text in ("__import__('os').system('true')", "[('id', '=', 9**9)]", "env"):
            with self.assertRaisesRegex(UserError, "not a domain"):
                Transition._parse_domain(text)

    # === EVENTS === #

    def test_tampered_events_are_found(self):
        decision = self._draft()
        self._approve(decision, self.leader_a)
        Event = self.env["mtqg.workflow.event"]
        self.assertEqual(Event.verify(), [])
        first, last = decision.sudo().workflow_event_ids.sorted("sequence").ids
        self.cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
        for statement, reason in (
            (
                f"UPDATE mtqg_workflow_event SET comment = 'x' WHERE id = {first}",
                "changed",
            ),
            (
                f"UPDATE mtqg_workflow_event SET user_id = 1 WHERE id = {last}",
                "changed",
            ),
            (f"DELETE FROM mtqg_workflow_event WHERE id = {first}", "gap"),
            (f"DELETE FROM mtqg_workflow_event WHERE id = {last}", "cut"),
        ):
            with self.subTest(statement), self.cr.savepoint() as savepoint:
                self.cr.execute(statement)
                self.env.invalidate_all()
                self.assertIn(reason, [row["reason"] for row in Event.verify()])
                savepoint.rollback()

    def test_events_refuse_raw_sql(self):
        decision = self._approve(self._draft(), self.leader_a)
        for statement in (
            "UPDATE mtqg_workflow_event SET comment = 'x' WHERE res_id = %s",
            "DELETE FROM mtqg_workflow_event WHERE res_id = %s",
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self.cr.execute(statement, [decision.id])
