from odoo import fields, models

from ..clock import today_vn
from ..fields import Dong


class MtqgStatement(models.Model):
    """A table that the Treasury, or the national system, hands over, and its lines.

    The whole file is checked before anything is kept. State: draft -> checked (no
    error is left) or wrong -> queued -> loading -> imported, or failed.
    """

    _name = "mtqg.statement"
    _inherit = ["mtqg.scoped.mixin", "mail.thread"]
    _description = "Treasury statement"
    _order = "date_to desc, id desc"

    name = fields.Char()
    kind = fields.Selection(
        [
            ("treasury", "State Treasury statement"),
            ("national", "Export of TABMIS or the national system"),
        ],
        string="Handed over by",
        required=True,
        default="treasury",
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        string="About",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user.mtqg_unit_ids[:1],
        help="The unit for which the statement was made: it and its superiors see it.",
    )
    treasury_unit_id = fields.Many2one(
        "mtqg.unit",
        string="Treasury office",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('kind', '=', 'treasury')]",
    )
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To", default=lambda _self: today_vn())
    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char(copy=False)
    file_hash = fields.Char(string="SHA-256 of the file", readonly=True, copy=False)
    profile_id = fields.Many2one(
        "mtqg.statement.profile", ondelete="restrict", index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("draft", "Not checked"),
            ("wrong", "With errors"),
            ("checked", "Ready"),
            ("queued", "In the queue"),
            ("loading", "Being loaded"),
            ("imported", "Imported"),
            ("failed", "Failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    line_ids = fields.One2many(
        "mtqg.statement.line", "statement_id", string="Lines", readonly=True
    )
    line_count = fields.Integer(string="Number of lines", readonly=True, copy=False)
    amount_total = Dong(string="Sum", readonly=True, copy=False)
