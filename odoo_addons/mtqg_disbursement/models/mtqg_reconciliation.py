from odoo import fields, models

from ..fields import Dong
from ..store import reconciliation_guards


class MtqgReconciliation(models.Model):
    """Own entries, the Treasury's statement and the national system, compared.

    One document for a unit, a Treasury office and a period. What exact keys match is
    counted; every difference is a line with a class, an owner and an age. Signed by
    both sides, it is the minutes of form 03/QTDA and never changes; what changes later
    makes a new version.
    """

    _name = "mtqg.reconciliation"
    _inherit = [
        "mtqg.version.mixin",
        "mtqg.workflow.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "mtqg.unit.now.mixin",
    ]
    _description = "Reconciliation with the State Treasury"
    _order = "date_to desc, unit_id, version desc, id desc"
    _rec_name = "number"
    _workflow_condition_fields = (
        "unit_id",
        "unit_id.kind",
        "unit_id.parent_id",
        "treasury_unit_id",
    )

    number = fields.Char(required=True, copy=False, default="/")
    date_from = fields.Date(string="Period from", required=True)
    date_to = fields.Date(string="Period to", required=True)
    unit_id = fields.Many2one(
        "mtqg.unit",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["mtqg.statement"]._default_unit(),
    )
    treasury_unit_id = fields.Many2one(
        "mtqg.unit",
        string="Treasury office",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('kind', '=', 'treasury')]",
        default=lambda self: self.env["mtqg.statement"]._default_office(),
    )
    statement_ids = fields.Many2many(
        "mtqg.statement",
        string="Statements",
        domain="[('state', '=', 'imported')]",
        copy=False,
    )
    previous_id = fields.Many2one(
        "mtqg.reconciliation",
        string="Replaces",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    date_run = fields.Datetime(string="Compared on", readonly=True, copy=False)
    matched_count = fields.Integer(string="Agreeing", readonly=True, copy=False)
    matched_amount = Dong(string="Agreeing amount", readonly=True, copy=False)
    line_ids = fields.One2many(
        "mtqg.reconciliation.line", "reconciliation_id", string="Differences"
    )
    figure_ids = fields.One2many(
        "mtqg.reconciliation.figure", "reconciliation_id", string="Figures"
    )

    _period_in_order = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The period of a reconciliation ends on or after the day it begins.",
    )

    def init(self):
        self.pool.post_init(reconciliation_guards.install_guards, self.env)
