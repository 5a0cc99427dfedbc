from odoo import fields, models


class MtqgWorkflowReturnReason(models.Model):
    _name = "mtqg.workflow.return.reason"
    _description = "Reason for a return"

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
