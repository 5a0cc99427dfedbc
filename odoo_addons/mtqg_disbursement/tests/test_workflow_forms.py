from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .delegation_case import DelegationCase


@tagged("post_install", "-at_install")
class TestReferralScreens(DelegationCase):
    """The same buttons and notes on the form of every document, and their dialogs."""

    NAMES = (
        "action_submit",
        "action_approve",
        "action_ask_return",
        "action_ask_reject",
        "action_withdraw",
        "action_open_forward",
        "action_open_question",
        "action_open_answer",
    )

    def _get_form(self, model):
        view = self.env[model].with_user(self.manager_x).get_view(view_type="form")
        return etree.fromstring(view["arch"])

    def test_every_document_has_every_button_once(self):
        models = self.env["ir.model"]._get_workflow_models()
        self.assertGreaterEqual(len(models), 4)
        for model in models:
            form = self._get_form(model)
            with self.subTest(model):
                names = [node.get("name") for node in form.find("header")]
                counts = [names.count(name) for name in self.NAMES]
                self.assertEqual(counts, [1] * len(self.NAMES))
                notes = [n.get("name") for n in form.xpath("div//field")]
                for name in (
                    "workflow_on_behalf",
                    "workflow_opinions",
                    "workflow_overview",
                ):
                    self.assertEqual(notes.count(name), 1)

    def test_a_form_keeps_its_own_words_in_the_common_place(self):
        names = [
            n.get("name") for n in self._get_form("mtqg.commitment").find("header")
        ]
        button = self._get_form("mtqg.commitment").xpath(
            "header/button[@name='action_approve']"
        )[0]
        self.assertEqual(button.get("string"), "Sign")
        self.assertLess(names.index("action_approve"), names.index("action_withdraw"))

    def test_forwarded_in_the_dialog(self):
        decision = self._submitted()
        leader = decision.with_user(self.leader_a)
        action = leader.action_open_forward()
        Referral = leader.env[action["res_model"]].with_context(**action["context"])
        with Form(Referral) as dialog:
            self.assertIn(self.deputy.id, dialog.candidate_ids.ids)
            self.assertNotIn(self.leader_b.id, dialog.candidate_ids.ids)
            dialog.user_id = self.deputy
            dialog.comment = "He knows the road"
        dialog.record.action_confirm()
        self.assertWaitsFor(decision, self.deputy)

    def test_asked_and_answered_in_the_dialogs(self):
        decision = self._submitted()
        leader = decision.with_user(self.leader_a)
        action = leader.action_open_question()
        Referral = leader.env[action["res_model"]].with_context(**action["context"])
        with Form(Referral) as dialog:
            dialog.user_id = self.deputy
            dialog.comment = "Is it needed?"
        dialog.record.action_confirm()
        asked = decision.with_user(self.deputy)
        action = asked.action_open_answer()
        Referral = asked.env[action["res_model"]].with_context(**action["context"])
        with Form(Referral) as dialog:
            self.assertIn("Is it needed?", dialog.question)
            dialog.comment = "It is"
        dialog.record.action_confirm()
        decision.invalidate_recordset()
        self.assertIn("It is", leader.workflow_opinions)

    def test_a_dialog_is_about_documents(self):
        Referral = self.env["mtqg.workflow.referral"].with_user(self.leader_a)
        dialog = Referral.create(
            {"res_model": "res.users", "res_ids": "2", "comment": "x"}
        )
        with self.assertRaisesRegex(UserError, "not under a workflow"):
            dialog.action_confirm()
