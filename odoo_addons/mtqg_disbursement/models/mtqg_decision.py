from datetime import date

from odoo import api, fields, models

from ..clock import today_vn
from ..engine.ledger import Entry
from ..engine.money import MAX_DONG, group_digits
from ..fields import Dong
from ..store import carry_over, documents, ledger

# cases of Luật 58/2024/QH15 article 72, by clause and point
CARRY_CASES = [
    ("late", "Clause 1: supplemented after 30 September"),
    ("a", "2a: national key project"),
    ("b", "2b: compensation, resettlement and site clearance"),
    ("c", "2c: to be completed in the plan year, no capital in the next one"),
    ("d", "2d: disaster, epidemic or other unforeseeable cause"),
    ("dd", "2đ: representation abroad"),
    ("e", "2e: the only project of the year, or no adjustment possible"),
    ("g", "2g: other urgent case decided by the Prime Minister"),
]
# (first plan year, last day of internal adjustments): NĐ 85/2025, then NĐ 275/2025
LAST_ADJUSTMENTS = ((2026, (12, 15)), (0, (11, 15)))


class MtqgDecision(models.Model):
    """A decision that gives, moves or takes back capital; posted when it is approved.

    Root lines bring capital in from outside (they name nature, source and origin
    year); the others pass capital on from a parent balance, or change a balance.
    """

    _name = "mtqg.decision"
    _inherit = [
        "mtqg.reversal.mixin",
        "mtqg.unit.now.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Decision"
    _order = "date desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "summary"]
    _entry_document = "decision_id"
    _mirrored_fields = ("kind", "unit_id", "plan_year", "date")
    _workflow_condition_fields = (
        "kind",
        "plan_year",
        "amount_total",
        "line_count",
        "is_late",
        "is_reversal",
        "carry_case",
        "unit_id",
        "unit_id.kind",
        "unit_id.parent_id",
        "line_ids.nature",
        "line_ids.source",
        "line_ids.program_id",
    )
    _workflow_preview_fields = (
        "kind",
        "date",
        "plan_year",
        "amount_total",
        "carry_case",
        "date_last",
        "predecessor_id",
        "summary",
        "reversal_of_id",
        "reason",
        "legal_basis",
    )
    _workflow_preview_lines = (
        "line_ids",
        ("unit_id", "program_id", "project_id", "origin_year", "amount"),
    )
    _workflow_columns = {
        "amount": "amount_total",
        "group": "kind",
        "nature": "line_ids.nature",
        "unit_kind": "unit_id.kind",
    }

    number = fields.Char(required=True, copy=False)
    date = fields.Date(
        string="Decision date",
        required=True,
        default=lambda _self: today_vn(),
        index=True,
    )
    kind = fields.Selection(
        [
            ("assign", "Assign"),
            ("supplement", "Supplement"),
            ("adjust", "Adjust"),
            ("recall", "Recall"),
            ("carry_over", "Carry over"),
            ("cancel", "Cancel"),
            ("hand_over", "Hand over"),
        ],
        required=True,
        default="assign",
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        string="Issued by",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user.mtqg_unit_ids[:1],
    )
    plan_year = fields.Integer(
        string="Plan year",
        required=True,
        aggregator=None,
        default=lambda _self: today_vn().year,
    )
    summary = fields.Char()
    legal_basis = fields.Text(string="Legal basis")
    carry_case = fields.Selection(
        CARRY_CASES,
        string="Legal case",
        default="g",
        help="Why the capital may run on (Luật 58/2024/QH15 article 72); each line can "
        "name another case.",
    )
    date_last = fields.Date(
        string="May be disbursed until",
        compute="_compute_date_last",
        store=True,
        readonly=False,
        compute_sudo=False,
        help="At most 31 December of the year the capital is carried to.",
    )
    line_ids = fields.One2many(
        "mtqg.decision.line", "decision_id", string="Lines", copy=True
    )
    amount_total = Dong(
        string="Total", compute="_compute_amount_total", store=True, compute_sudo=False
    )
    line_count = fields.Integer(
        string="Number of lines",
        compute="_compute_amount_total",
        store=True,
        compute_sudo=False,
    )
    is_late = fields.Boolean(
        string="After 30 September",
        compute="_compute_is_late",
        store=True,
        compute_sudo=False,
        help="Capital supplemented after 30 September of the plan year may be spent "
        "until the end of the next year (Luật 58/2024/QH15 article 72).",
    )
    reversal_of_id = fields.Many2one(
        "mtqg.decision",
        string="Reverses",
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    reversal_ids = fields.One2many("mtqg.decision", "reversal_of_id")
    entry_ids = fields.One2many("mtqg.entry", "decision_id", string="Entries")
    amount_given = Dong(string="Given", compute="_compute_sides")
    amount_taken = Dong(string="Taken back", compute="_compute_sides")
    warning = fields.Text(compute="_compute_warning")

    _plan_year_sane = models.Constraint(
        "CHECK (plan_year BETWEEN 2000 AND 2099)", "The plan year has four digits."
    )

    def init(self):
        self.pool.post_init(documents.protect_posted, self.env, self._table)

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        return self.number

    @api.depends("line_ids.amount")
    def _compute_amount_total(self):
        for decision in self:
            # a draft may add up to more than any balance holds; it cannot be submitted
            total = decision._sum_lines()
            decision.amount_total = max(-MAX_DONG, min(total, MAX_DONG))
            decision.line_count = len(decision.line_ids)

    @api.depends("kind", "date", "plan_year")
    def _compute_is_late(self):
        for decision in self:
            decision.is_late = (
                decision.kind == "supplement"
                and bool(decision.date)
                and (decision.date.year, decision.date.month) > (decision.plan_year, 9)
            )

    @api.depends("kind", "plan_year", "line_ids.allocation_id")
    def _compute_date_last(self):
        for decision in self:
            carried = decision.line_ids.allocation_id
            year = max([decision.plan_year, *(b.plan_year + 1 for b in carried)])
            is_carry = decision.kind == "carry_over" and year
            decision.date_last = is_carry and date(year, 12, 31)

    @api.depends("line_ids.amount")
    def _compute_sides(self):
        for decision in self:
            amounts = decision.line_ids.mapped("amount")
            decision.amount_given = min(sum(a for a in amounts if a > 0), MAX_DONG)
            decision.amount_taken = min(-sum(a for a in amounts if a < 0), MAX_DONG)

    @api.depends("kind", "date", "plan_year", "amount_total")
    @api.depends_context("lang")
    def _compute_warning(self):
        for decision in self:
            decision.warning = "\n".join(decision._iter_warnings())

    def _iter_warnings(self):
        if self.kind != "adjust" or not self.date:
            return
        year = self.plan_year
        day = date(year, *next(day for start, day in LAST_ADJUSTMENTS if year >= start))
        if self.date > day:
            yield self.env._(
                "Capital of %(year)s is adjusted until %(day)s at the latest "
                "(NĐ 85/2025/NĐ-CP, amended by NĐ 275/2025/NĐ-CP).",
                year=year,
                day=day.strftime("%d/%m/%Y"),
            )
        if self.amount_total:
            yield self.env._(
                "It gives %(given)s đồng and takes back %(taken)s đồng: the difference "
                "is taken from, or stays with, the balances above.",
                given=group_digits(self.amount_given),
                taken=group_digits(self.amount_taken),
            )

    # === BUSINESS METHODS === #

    def _sum_lines(self):
        return sum(self.line_ids.mapped("amount"))

    def _find_document_faults(self):
        self.ensure_one()
        if self.reversal_of_id:
            return self._find_reversal_faults()
        if not self.line_ids:
            text = self.env._("It has no lines. Add who gets how much.")
            return [self._blocker("empty", text)]
        if abs(self._sum_lines()) > MAX_DONG:
            text = self.env._(
                "Its lines add up to %(total)s đồng, more than a balance can hold. "
                "Look for an amount in the wrong unit of money.",
                total=group_digits(self._sum_lines()),
            )
            return [self._blocker("total", text)]
        faults = [
            self._blocker(code, text)
            for line in self.line_ids
            for code, text in line._find_faults()
        ]
        return faults or self._find_overdrafts()

    def _find_overdrafts(self):
        """Return blockers for balances that the lines would overdraw."""
        sudo_lines = self.sudo().line_ids
        entries = [
            Entry(line.allocation_id.id or -line.id, kind, abs(line.amount))
            for line in sudo_lines
            for kind in [line._get_entry_kind()]
        ]
        parents = {
            line.allocation_id.id or -line.id: line.parent_id.id
            or line.allocation_id.parent_id.id
            or None
            for line in sudo_lines
        }
        return [
            self._blocker("overdrawn", text)
            for text in self.env["mtqg.allocation"]._find_overdrafts(entries, parents)
        ]

    def _on_workflow_done(self):
        reversals = self.filtered("reversal_of_id")
        reversals._post_reversals()
        carry_over.restore_last_days(self.env, reversals.reversal_of_id.ids)
        decisions = self - reversals
        # the lines were checked at submission and are locked since; balances moved on
        # (each is checked by itself: read the balances of all of them together)
        decisions.line_ids.allocation_id.mapped("amount_assigned")
        decisions._raise_blockers(lambda decision: decision._find_overdrafts())
        if carried := decisions.filtered(lambda d: d.kind == "carry_over"):
            carry_over.post_carry_overs(self.env, carried.ids)
        ledger.open_allocations(self.env, decisions.ids)
        ledger.post_decision_lines(self.env, decisions.ids)
        return super()._on_workflow_done()
