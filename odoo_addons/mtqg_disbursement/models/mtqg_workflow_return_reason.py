from odoo import fields, models


class MtqgWorkflowReturnReason(models.Model):
    """Why documents are sent back: a short list, so that returns can be counted."""

    _name = "mtqg.workflow.return.reason"
    _description = "Reason of return"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="How other systems and imports name the reason."
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another reason of return has this code."
    )
