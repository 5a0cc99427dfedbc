from odoo import fields, models

from ..engine.matching_items import CLASSES
from ..fields import Dong
from .mtqg_allocation import NATURES

CLASS_LABELS = {
    "split": "One payment here, several at the Treasury",
    "merged": "Several payments here, one at the Treasury",
    "money_unit": "Unit of money",
    "transposed_digits": "Transposed digits",
    "dropped_digit": "Dropped digit",
    "changed_digit": "Changed digit",
    "rounding": "Rounding",
    "advance_as_completed": "Advance booked as completed volume",
    "wrong_kind": "Wrong kind of payment",
    "investment_as_recurrent": "Investment booked as recurrent",
    "wrong_project": "Wrong project",
    "wrong_program": "Wrong program",
    "predecessor_unit": "Predecessor unit",
    "wrong_unit": "Wrong unit",
    "wrong_origin_year": "Wrong origin year",
    "cut_off": "Cut-off",
    "date_shift": "Shifted date",
    "refund_missed": "Refund missed",
    "only_own": "Only in the register",
    "only_treasury": "Only at the Treasury",
    "unexplained": "Unexplained",
}
MEASURES = [
    ("payment", "Payment"),
    ("assigned", "Plan assigned"),
    ("allocated", "Allocated"),
    ("entered", "Entered in TABMIS"),
    ("advance", "Advance"),
    ("completed", "Completed volume"),
    ("recovered", "Advance recovered"),
    ("disbursed", "Disbursed"),
]
SPANS = [("period", "In the period"), ("cumulative", "Cumulative")]


class MtqgReconciliationLine(models.Model):
    """One difference: what it is, who must act, since when.

    The engine proposes a class with a reason and a confidence; a person accepts or
    rejects it, splits it, explains it, or corrects what caused it.
    State: proposed -> accepted (explained) or rejected -> fixed.
    """

    _name = "mtqg.reconciliation.line"
    _inherit = ["mtqg.scoped.mixin", "mtqg.unit.now.mixin"]
    _description = "Difference found in a reconciliation"
    _order = "reconciliation_id desc, id"
    _rec_name = "difference_class"

    reconciliation_id = fields.Many2one(
        "mtqg.reconciliation",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    unit_id = fields.Many2one("mtqg.unit", readonly=True, index=True)
    project_id = fields.Many2one("mtqg.project", readonly=True, index="btree_not_null")
    program_id = fields.Many2one("mtqg.program", readonly=True)
    origin_year = fields.Integer(readonly=True, aggregator=None)
    nature = fields.Selection(NATURES, readonly=True)
    plan_year = fields.Integer(readonly=True, aggregator=None)
    measure = fields.Selection(
        MEASURES, default="payment", required=True, readonly=True
    )
    span = fields.Selection(SPANS, readonly=True)
    source = fields.Selection(
        [("treasury", "State Treasury"), ("national", "National system")],
        string="Compared with",
        default="treasury",
        readonly=True,
    )
    difference_class = fields.Selection(
        [(name, CLASS_LABELS[name]) for name in (*CLASSES, "unexplained")],
        string="Class",
        required=True,
        readonly=True,
    )
    amount_own = Dong(string="Register", readonly=True)
    amount_treasury = Dong(string="Treasury", readonly=True)
    amount_difference = Dong(string="Difference", readonly=True)
    amount_proposed = Dong(string="Proposed figure", readonly=True)
    details = fields.Json(readonly=True, help="Values of the explanation.")
    explanation = fields.Text(readonly=True)
    confidence = fields.Float(digits=(3, 2), readonly=True, aggregator=None)
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("accepted", "Explained"),
            ("rejected", "Proposal rejected"),
            ("fixed", "Corrected"),
        ],
        default="proposed",
        required=True,
        readonly=True,
    )
    actor = fields.Selection(
        [("unit", "The unit"), ("treasury", "The Treasury office")],
        string="Who must act",
        default="unit",
        readonly=True,
        help="The unit enters what the register lacks; the Treasury office looks for "
        "what its statement lacks.",
    )
    is_manual = fields.Boolean(
        string="Put together by hand",
        readonly=True,
        help="A person chose these figures; another comparison leaves them together.",
    )
    date_fixed = fields.Date(string="Corrected on", readonly=True)
    voucher_ids = fields.One2many(
        "mtqg.disbursement", "reconciliation_line_id", string="Vouchers that correct it"
    )
    item_ids = fields.One2many(
        "mtqg.reconciliation.item", "line_id", string="Both sides", readonly=True
    )
    owner_id = fields.Many2one("res.users", index="btree_not_null", ondelete="set null")
    reconciliation_state = fields.Selection(
        related="reconciliation_id.workflow_state", related_sudo=False, string="Minutes"
    )
    date_due = fields.Date(string="To be settled by")
    date_found = fields.Date(string="Known since", readonly=True)
    comment = fields.Text(string="Explanation of the unit")

    # === BUSINESS METHODS === #

    def _get_label(self):
        self.ensure_one()
        selection = self._fields["difference_class"]._description_selection(self.env)
        return dict(selection)[self.difference_class]
