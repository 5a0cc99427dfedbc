from markupsafe import Markup

from odoo import api, fields, models


class MtqgWorkflowSeats(models.AbstractModel):
    """What a document shows to whoever looks at it: his seat, questions, opinions."""

    _inherit = "mtqg.workflow.mixin"

    can_forward = fields.Boolean(compute="_compute_rights")
    can_answer = fields.Boolean(compute="_compute_rights")
    workflow_on_behalf = fields.Char(
        string="You decide on behalf of", compute="_compute_rights"
    )
    workflow_question = fields.Text(
        string="What you are asked", compute="_compute_rights"
    )
    workflow_opinions = fields.Html(
        string="Opinions", compute="_compute_workflow_opinions", sanitize=False
    )

    # === COMPUTE METHODS === #

    def _note_seats(self, facts):
        """Fill what depends on the seat of the user, from facts already read."""
        self.ensure_one()
        id_ = self._origin.id
        task = facts.find_my_task(id_)
        questions = facts.list_questions(id_)
        principals = {t.seat for t in (task, *questions) if t} - {self.env.uid}
        absent = self.env["res.users"].sudo().browse(sorted(principals))
        self.can_forward = task is not None
        self.can_answer = bool(questions)
        self.workflow_on_behalf = ", ".join(absent.mapped("name"))
        tasks = self.env["mtqg.workflow.task"].sudo().browse(t.id for t in questions)
        self.workflow_question = "\n".join(
            f"{task.requester_id.name}: {task.question}" for task in tasks
        )

    @api.depends("workflow_transition_id", "workflow_run")
    @api.depends_context("uid", "lang")
    def _compute_workflow_opinions(self):
        """Show what was asked and answered to everybody who may read the document.

        What the user himself has still to answer stands in ``workflow_question``.
        """
        asked = (
            self.env["mtqg.workflow.task"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self._origin.ids),
                    ("kind", "=", "opinion"),
                    "|",
                    ("state", "!=", "pending"),
                    ("user_id", "!=", self.env.uid),
                ],
                order="id",
            )
            .grouped("res_id")
        )
        for document in self:
            tasks = asked.get(document._origin.id, ())
            document.workflow_opinions = Markup("").join(map(self._show_opinion, tasks))

    def _show_opinion(self, task):
        waiting = {
            "pending": self.env._("has not answered yet"),
            "cancelled": self.env._("did not answer before the decision"),
        }
        return Markup(
            "<p class='mb-2'><strong>{}</strong> → <strong>{}</strong>: {}<br/>{}</p>"
        ).format(
            task.requester_id.name,
            task.user_id.name,
            task.question,
            task.answer or Markup("<em>{}</em>").format(waiting[task.state]),
        )

    # === ACTION METHODS === #

    def action_open_forward(self):
        """Open the dialog that asks to whom the documents are forwarded."""
        return self._open_referral("forward", self.env._("Forward"))

    def action_open_question(self):
        """Open the dialog that asks whose opinion is wanted."""
        return self._open_referral("ask", self.env._("Ask for an opinion"))

    def action_open_answer(self):
        """Open the dialog in which an opinion is given."""
        return self._open_referral("answer", self.env._("Give your opinion"))

    # === BUSINESS METHODS === #

    def _open_referral(self, kind, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "mtqg.workflow.referral",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_kind": kind,
                "default_res_model": self._name,
                "default_res_ids": ",".join(map(str, self.ids)),
            },
        }
