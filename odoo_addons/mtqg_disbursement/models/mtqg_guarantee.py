from odoo import api, fields, models

from ..clock import today_vn
from ..engine.advance import SOON_DAYS, Guarantee
from ..fields import Dong


class MtqgGuarantee(models.Model):
    """A bank's guarantee of a contract's advance (NĐ 254/2025 article 9 clause 2).

    It must hold until the advance is recovered in full, and cover what is left of it.
    """

    _name = "mtqg.guarantee"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Advance guarantee"
    _order = "date_to desc, number"
    _rec_name = "number"
    _rec_names_search = ["number", "bank"]

    contract_id = fields.Many2one(
        "mtqg.contract", required=True, ondelete="cascade", index=True
    )
    unit_id = fields.Many2one(
        related="contract_id.unit_id", store=True, index=True, related_sudo=False
    )
    number = fields.Char(string="Guarantee number", required=True)
    bank = fields.Char(string="Issued by")
    amount = Dong(string="Guaranteed amount", required=True)
    date_from = fields.Date(string="Valid from")
    date_to = fields.Date(
        string="Valid until",
        help="Empty: until the advance is recovered in full.",
    )
    file = fields.Binary(attachment=True)
    filename = fields.Char()
    state = fields.Selection(
        [
            ("future", "Not valid yet"),
            ("valid", "Valid"),
            ("soon", "Expires within 30 days"),
            ("expired", "Expired"),
        ],
        compute="_compute_state",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount BETWEEN 1 AND 9000000000000000)",
        "A guarantee covers a whole positive amount of đồng.",
    )
    _days_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A guarantee ends after it begins."
    )
    _number_unique = models.Constraint(
        "UNIQUE (contract_id, number)", "The contract already has this guarantee."
    )

    @api.depends("date_from", "date_to")
    def _compute_state(self):
        today = today_vn()
        for paper in self:
            if paper.date_from and today < paper.date_from:
                paper.state = "future"
            elif paper.date_to and paper.date_to < today:
                paper.state = "expired"
            else:
                left = (paper.date_to - today).days if paper.date_to else None
                is_soon = left is not None and left < SOON_DAYS
                paper.state = "soon" if is_soon else "valid"

    def _as_engine_guarantees(self):
        """Return the guarantees as the engine takes them."""
        return [
            Guarantee(paper.amount, paper.date_from or None, paper.date_to or None)
            for paper in self
        ]
