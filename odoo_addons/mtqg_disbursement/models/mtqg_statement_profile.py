from odoo import fields, models


class MtqgStatementProfile(models.Model):
    """How the statements of one shape are read: guessed, corrected once, remembered."""

    _name = "mtqg.statement.profile"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Profile of Treasury statements"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    unit_id = fields.Many2one(
        "mtqg.unit",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env.user.mtqg_unit_ids[:1],
    )
    shape = fields.Char(required=True, readonly=True, index=True)
    content = fields.Json(readonly=True, help="The profile as plain data.")
