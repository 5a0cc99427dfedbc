from odoo import fields, models
from odoo.exceptions import UserError


class MtqgWorkflowReason(models.TransientModel):
    """Asks for the reason to return or reject documents."""

    _name = "mtqg.workflow.reason"
    _description = "Reason for returning or rejecting"

    kind = fields.Selection(
        [("return", "Return"), ("reject", "Reject")], required=True, default="return"
    )
    res_model = fields.Char(required=True)
    res_ids = fields.Char(required=True)
    comment = fields.Text(string="Reason", required=True)

    def action_confirm(self):
        """Return or reject the documents with the reason."""
        self.ensure_one()
        documents = self._get_documents()
        if self.kind == "return":
            return documents.action_return(self.comment)
        return documents.action_reject(self.comment)

    def _get_documents(self):
        if self.res_model not in self.env["ir.model"]._get_workflow_models():
            raise UserError(self.env._("These documents are not under a workflow."))
        ids = [int(id_) for id_ in self.res_ids.split(",") if id_.isdecimal()]
        return self.env[self.res_model].browse(ids)
