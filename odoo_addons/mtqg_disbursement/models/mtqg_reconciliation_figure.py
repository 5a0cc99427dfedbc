from odoo import fields, models

from ..fields import Dong, HeldMany2one
from .mtqg_allocation import NATURES
from .mtqg_reconciliation_line import MEASURES, SPANS


class MtqgReconciliationFigure(models.Model):
    """A figure of the three sources, per project, program, origin year and nature."""

    _name = "mtqg.reconciliation.figure"
    _description = "Reconciled figure"
    _order = "reconciliation_id desc, id"
    _log_access = False

    reconciliation_id = fields.Many2one(
        "mtqg.reconciliation",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    unit_id = HeldMany2one("mtqg.unit", readonly=True)
    project_id = HeldMany2one("mtqg.project", readonly=True)
    program_id = HeldMany2one("mtqg.program", readonly=True)
    plan_year = fields.Integer(readonly=True, aggregator=None)
    origin_year = fields.Integer(readonly=True, aggregator=None)
    nature = fields.Selection(NATURES, readonly=True)
    measure = fields.Selection(MEASURES, required=True, readonly=True)
    span = fields.Selection(
        SPANS,
        required=True,
        readonly=True,
    )
    amount_own = Dong(string="Register", readonly=True)
    amount_treasury = Dong(string="Treasury", readonly=True)
    amount_national = Dong(string="National system", readonly=True)
    amount_difference = Dong(
        string="Difference", readonly=True, help="Treasury less register."
    )
    amount_difference_national = Dong(
        string="National difference",
        readonly=True,
        help="National system less register.",
    )
    amount_difference_sources = Dong(
        string="Difference of the sources",
        readonly=True,
        help="Treasury less national system.",
    )
    in_treasury = fields.Boolean(
        string="In the Treasury's statement",
        readonly=True,
        help="The Treasury gives this figure; an empty amount says zero then.",
    )
    in_national = fields.Boolean(string="In the national system", readonly=True)
    # which of project, program, unit, years and nature the figure is about, as bits:
    # figures of one grain add up, those of several grains hold the same money again
    grain = fields.Integer(readonly=True, aggregator=None)
