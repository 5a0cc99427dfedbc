"""Promise 5 in the workflow: an effect happens once."""

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestWorkflowOnce(MtqgCommon):
    """What is sent twice happens once, and what is not asked any more is closed."""

    def _draft(self):
        line = {
            "unit_id": self.commune_a.id,
            "program_id": self.program.id,
            "amount": 10,
            "source": "commune",
            "nature": "investment",
            "origin_year": 2024,
        }
        return self._make_decision(line, user=self.officer_a, unit=self.commune_a)

    def _list_events(self, decision):
        return decision.sudo().workflow_event_ids.sorted("sequence").mapped("name")

    def test_a_number_sent_twice_moves_once(self):
        decision = self._draft()
        twice = decision.browse(decision.ids * 2)
        twice.action_submit()
        twice.with_user(self.leader_a).action_return("The date is missing")
        twice.action_submit()
        twice.with_user(self.leader_a).action_approve()
        self.assertEqual(
            self._list_events(decision), ["submit", "return", "submit", "approve"]
        )
        entries = self.env["mtqg.entry"].search([("decision_id", "=", decision.id)])
        self.assertEqual(len(entries), 1)

    def test_what_was_returned_waits_for_nobody(self):
        decision = self._draft()
        decision.action_submit()
        leader = decision.with_user(self.leader_a)
        leader.action_return("The date is missing")
        tasks = self.env["mtqg.workflow.task"].search([("res_id", "=", decision.id)])
        own = tasks.filtered(lambda task: task.res_model == "mtqg.decision")
        self.assertEqual(own.mapped("state"), ["cancelled"])
        with self.assertRaisesRegex(UserError, "waits for nobody"):
            leader.action_approve()

    def test_the_database_asks_a_step_once(self):
        self._draft().action_submit()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
        ):
            self.cr.execute(
                """INSERT INTO mtqg_workflow_task
                          (kind, res_model, res_id, step_id, sequence, state,
                           approver_unit_id, barred)
                   SELECT kind, res_model, res_id, step_id, sequence, state,
                          approver_unit_id, barred
                     FROM mtqg_workflow_task WHERE state = 'pending'"""
            )

    def test_words_that_are_no_text_are_refused_in_a_sentence(self):
        decision = self._draft()
        for comment in (7, ["x"], {"x": 1}):
            with self.assertRaisesRegex(UserError, "A comment is a text"):
                decision.action_submit(comment)
        self.assertEqual(decision.workflow_state, "draft")
