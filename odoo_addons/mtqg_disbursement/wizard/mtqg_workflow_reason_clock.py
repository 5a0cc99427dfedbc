from odoo import fields, models


class MtqgWorkflowReason(models.TransientModel):
    """Asks also why the clock of documents is stopped, and why it starts again."""

    _inherit = "mtqg.workflow.reason"

    kind = fields.Selection(
        selection_add=[
            ("pause", "Stop the clock"),
            ("resume", "Start the clock again"),
        ],
        ondelete={"pause": "cascade", "resume": "cascade"},
    )

    def action_confirm(self):
        """Do with the documents what was asked, with the reason."""
        self.ensure_one()
        if self.kind == "pause":
            return self._get_documents().action_pause(self.comment)
        if self.kind == "resume":
            return self._get_documents().action_resume(self.comment)
        return super().action_confirm()
