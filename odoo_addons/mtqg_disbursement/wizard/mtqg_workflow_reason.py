from odoo import api, fields, models
from odoo.exceptions import UserError


class MtqgWorkflowReason(models.TransientModel):
    """Asks why documents are returned or rejected, and how far back they go."""

    _name = "mtqg.workflow.reason"
    _description = "Reason for returning or rejecting"

    kind = fields.Selection(
        [("return", "Return"), ("reject", "Reject")], required=True, default="return"
    )
    res_model = fields.Char(required=True)
    res_ids = fields.Char(required=True)
    comment = fields.Text(string="Reason", required=True)
    reason_id = fields.Many2one("mtqg.workflow.return.reason", string="Kind of reason")
    has_reasons = fields.Boolean(compute="_compute_choices")
    stage_ids = fields.Many2many("mtqg.workflow.stage", compute="_compute_choices")
    stage_id = fields.Many2one(
        "mtqg.workflow.stage",
        string="Back to",
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        compute_sudo=False,
        domain="[('id', 'in', stage_ids)]",
        help="One of the stages that the document came through.",
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "res_model", "res_ids")
    def _compute_choices(self):
        reasons = self.env["mtqg.workflow.return.reason"]._list_choices()
        for wizard in self:
            is_return = wizard.kind == "return"
            stages, _default = wizard._get_documents()._list_return_stages()
            wizard.has_reasons = is_return and bool(reasons)
            wizard.stage_ids = is_return and stages

    @api.depends("kind", "res_model", "res_ids")
    def _compute_stage_id(self):
        for wizard in self:
            _stages, default = wizard._get_documents()._list_return_stages()
            wizard.stage_id = wizard.kind == "return" and default

    # === ACTION METHODS === #

    def action_confirm(self):
        """Return or reject the documents with the reason."""
        self.ensure_one()
        documents = self._get_documents()
        if self.kind == "reject":
            return documents.action_reject(self.comment)
        return documents.action_return(
            self.comment, self.reason_id.code, self.stage_id.code
        )

    # === BUSINESS METHODS === #

    def _get_documents(self):
        if self.res_model not in self.env["ir.model"]._get_workflow_models():
            raise UserError(self.env._("These documents are not under a workflow."))
        ids = [int(id_) for id_ in (self.res_ids or "").split(",") if id_.isdecimal()]
        return self.env[self.res_model].browse(ids)
