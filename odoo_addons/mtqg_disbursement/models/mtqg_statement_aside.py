from odoo import api, fields, models


class MtqgStatementAside(models.Model):
    """A row of a statement that a person sets aside by name, or tells to be a sum."""

    _name = "mtqg.statement.aside"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Row of a statement set aside"
    _order = "id"

    statement_id = fields.Many2one(
        "mtqg.statement", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(
        string="Row", required=True, help="Sheet and row, such as “Tháng 5!12”."
    )
    kind = fields.Selection(
        [("aside", "Set aside"), ("sum", "A sum of the rows below it")],
        string="What it is",
        required=True,
        default="aside",
    )
    reason = fields.Char(required=True)

    _row_once = models.Constraint(
        "UNIQUE (statement_id, name)", "This row has already been named."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._touch()
        return rows

    def write(self, vals):
        self._touch()
        result = super().write(vals)
        self._touch()
        return result

    def unlink(self):
        self._touch()
        return super().unlink()

    def _touch(self):
        """Refuse a statement that does not change any more; forget its check."""
        self.statement_id._check_open()
        self.statement_id.sudo()._reset()
