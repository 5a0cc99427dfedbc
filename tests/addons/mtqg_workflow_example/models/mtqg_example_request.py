from odoo import fields, models

from odoo.addons.mtqg_disbursement.fields import Dong


class MtqgExampleRequest(models.Model):
    """A request for money: a unit asks, its leader and the finance department agree."""

    _name = "mtqg.example.request"
    _inherit = ["mtqg.workflow.mixin"]
    _description = "Request"
    _order = "id desc"
    _workflow_condition_fields = ("amount", "unit_id", "unit_id.kind")
    _workflow_columns = {"amount": "amount", "unit_kind": "unit_id.kind"}

    name = fields.Char(required=True)
    unit_id = fields.Many2one(
        "mtqg.unit",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user.mtqg_unit_ids[:1],
    )
    amount = Dong(required=True)
    note = fields.Text()
    is_granted = fields.Boolean(readonly=True, copy=False)

    def _find_document_faults(self):
        faults = super()._find_document_faults()
        if self.amount <= 0:
            message = self.env._("It asks for no money. Enter the amount.")
            faults.append({"code": "amount", "message": message})
        return faults

    def _on_workflow_done(self):
        super()._on_workflow_done()
        self.is_granted = True
