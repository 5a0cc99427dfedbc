from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.money import group_digits
from ..fields import Dong
from ..models.mtqg_decision import CARRY_CASES
from .mtqg_closing import REASONS


class MtqgClosingLine(models.TransientModel):
    """What is left on one balance, and what becomes of it."""

    _name = "mtqg.closing.line"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Line of the closing of a plan year"
    _rec_name = "allocation_id"

    closing_id = fields.Many2one("mtqg.closing", required=True, ondelete="cascade")
    allocation_id = fields.Many2one(
        "mtqg.allocation", string="Balance", required=True, ondelete="cascade"
    )
    unit_id = fields.Many2one(related="allocation_id.unit_id", related_sudo=False)
    program_id = fields.Many2one(related="allocation_id.program_id", related_sudo=False)
    project_id = fields.Many2one(related="allocation_id.project_id", related_sudo=False)
    nature = fields.Selection(related="allocation_id.nature", related_sudo=False)
    origin_year = fields.Integer(
        related="allocation_id.origin_year", aggregator=None, related_sudo=False
    )
    amount_available = Dong(
        string="Left", related="allocation_id.amount_available", related_sudo=False
    )
    amount_carried = Dong(string="Carry over", default=0)
    amount_cancelled = Dong(string="Cancel", default=0)
    amount_open = Dong(string="Still open", compute="_compute_amount_open")
    carry_case = fields.Selection(CARRY_CASES, string="Legal case")
    reason = fields.Selection(REASONS, string="Why", default="changed")

    @api.depends("amount_available", "amount_carried", "amount_cancelled")
    def _compute_amount_open(self):
        for line in self:
            line.amount_open = (
                line.amount_available - line.amount_carried - line.amount_cancelled
            )

    @api.onchange("amount_carried")
    def _onchange_amount_carried(self):
        """What is not carried over is cancelled, and needs no legal case."""
        carried = min(max(self.amount_carried, 0), self.amount_available)
        self.amount_cancelled = self.amount_available - carried
        self.reason = "changed"
        self.carry_case = carried and (self.carry_case or "g")

    def _check_parts(self):
        """Refuse parts below zero, or together more than is left."""
        for line in self:
            if min(line.amount_carried, line.amount_cancelled, line.amount_open) < 0:
                raise UserError(
                    self.env._(
                        "%(balance)s: %(left)s đồng are left; what is carried over and "
                        "what is cancelled are parts of it.",
                        balance=line.allocation_id.display_name,
                        left=group_digits(line.amount_available),
                    )
                )
