from odoo import fields, models


class MtqgStatementKnown(models.Model):
    """Lines of a statement that an earlier one has: they are not kept twice."""

    _name = "mtqg.statement.known"
    _description = "Lines already in an earlier statement"
    _order = "line_count desc, id"
    _rec_name = "earlier_id"
    _log_access = False

    statement_id = fields.Many2one(
        "mtqg.statement", required=True, ondelete="cascade", index=True, readonly=True
    )
    earlier_id = fields.Many2one(
        "mtqg.statement",
        string="Earlier statement",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    line_count = fields.Integer(string="Lines", readonly=True)
    names = fields.Char(string="Rows, for example", readonly=True)
