from datetime import date

from odoo import api, fields, models

from ..engine.money import group_digits
from ..fields import Dong
from ..store import documents, ledger
from .mtqg_allocation import NATURES, SOURCES
from .mtqg_decision import CARRY_CASES


class MtqgDecisionLine(models.Model):
    """One line of a decision: whose capital, from where, how much."""

    _name = "mtqg.decision.line"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Decision line"
    _order = "sequence, id"
    _rec_name = "decision_id"

    decision_id = fields.Many2one(
        "mtqg.decision", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    allocation_id = fields.Many2one(
        "mtqg.allocation", string="Balance", ondelete="restrict", index=True, copy=True
    )
    parent_id = fields.Many2one(
        "mtqg.allocation",
        string="Taken from",
        ondelete="restrict",
        index="btree_not_null",
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        required=True,
        ondelete="restrict",
        index=True,
        compute="_compute_dimensions",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    program_id = fields.Many2one(
        "mtqg.program",
        required=True,
        ondelete="restrict",
        index=True,
        compute="_compute_dimensions",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    project_id = fields.Many2one(
        "mtqg.project",
        ondelete="restrict",
        index="btree_not_null",
        compute="_compute_dimensions",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    nature = fields.Selection(
        NATURES,
        required=True,
        compute="_compute_dimensions",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    source = fields.Selection(
        SOURCES,
        required=True,
        compute="_compute_dimensions",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    origin_year = fields.Integer(
        string="Origin year",
        required=True,
        aggregator=None,
        compute="_compute_dimensions",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    carry_case = fields.Selection(
        CARRY_CASES,
        string="Legal case",
        compute="_compute_carry_case",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    date_last = fields.Date(
        string="May be disbursed until",
        compute="_compute_date_last",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    carried_to_id = fields.Many2one(
        "mtqg.allocation",
        string="Continues as",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    amount = Dong(required=True, help="In đồng; below zero only in an adjustment.")
    note = fields.Char()
    workflow_state = fields.Selection(
        related="decision_id.workflow_state", related_sudo=False
    )
    kind = fields.Selection(related="decision_id.kind", related_sudo=False)

    _amount_in_range = models.Constraint(
        "CHECK (amount <> 0 AND amount BETWEEN -9000000000000000 AND 9000000000000000)",
        "The amount of a line is a whole number of đồng other than zero.",
    )

    def init(self):
        self.pool.post_init(
            documents.protect_posted,
            self.env,
            self._table,
            ("decision_id", "mtqg_decision"),
        )

    # === COMPUTE METHODS === #

    @api.depends("allocation_id", "parent_id", "decision_id.unit_id")
    def _compute_dimensions(self):
        for line in self:
            balance = line.allocation_id
            above = balance or line.parent_id
            year = line.decision_id.plan_year
            line.unit_id = balance.unit_id or line.unit_id or line.decision_id.unit_id
            line.program_id = balance.program_id or line.program_id or above.program_id
            line.project_id = balance.project_id or line.project_id or above.project_id
            line.nature = above.nature or line.nature or "investment"
            line.source = above.source or line.source or "central"
            line.origin_year = above.origin_year or line.origin_year or year

    @api.depends("allocation_id", "decision_id.kind", "decision_id.carry_case")
    def _compute_carry_case(self):
        for line in self:
            line.carry_case = line._is_carrying() and line.decision_id.carry_case

    @api.depends("allocation_id", "decision_id.kind", "decision_id.date_last")
    def _compute_date_last(self):
        for line in self:
            line.date_last = line._is_carrying() and line.decision_id.date_last

    def _get_label(self):
        self.ensure_one()
        return " · ".join((self.unit_id.code or "", self.program_id.code or ""))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_decision_open()
        return lines

    def write(self, vals):
        self._check_decision_open()
        result = super().write(vals)
        if "decision_id" in vals:
            self._check_decision_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_decision_open(self):
        self._check_decision_open()

    # === BUSINESS METHODS === #

    def _check_decision_open(self):
        if self.env.su:
            return
        self.decision_id._check_open_for_editing()
        self.decision_id._check_not_reversal()
        self.decision_id._note_editor()

    def _is_carrying(self):
        """Tell whether the line carries a balance over into the next year."""
        return self.decision_id.kind == "carry_over" and bool(self.allocation_id)

    def _get_entry_kind(self):
        """Return the kind of ledger entry that this line becomes on its balance."""
        if self._is_carrying():
            return "carry_out"
        up, down = ledger.ENTRY_KINDS[self.decision_id.kind]
        return up if self.amount > 0 else down

    def _find_faults(self):
        """Return [(code, sentence)]: why this line cannot be posted."""
        self.ensure_one()
        line = self.sudo()
        faults = [
            *line._iter_amount_faults(),
            *line._iter_year_faults(),
            *line._iter_scope_faults(),
            *line._iter_carry_faults(),
        ]
        return [(code, line._describe_place() + text) for code, text in faults]

    def _describe_place(self):
        return self.env._(
            "Line %(unit)s, %(program)s, %(amount)s đồng: ",
            unit=self.unit_id.code,
            program=self.program_id.code,
            amount=group_digits(self.amount),
        )

    def _iter_amount_faults(self):
        kind = self.decision_id.kind
        if self.amount < 0 and kind != "adjust":
            yield "sign", self.env._("only an adjustment has amounts below zero.")
        lowers = self.amount < 0 or kind in {"recall", "cancel"}
        if lowers and not self.allocation_id:
            yield "balance", self.env._("name the balance that is lowered.")

    def _iter_year_faults(self):
        decision, balance = self.decision_id, self.allocation_id or self.parent_id
        # a carry-over is known by the year it ends, or by the year it leads to
        years = {decision.plan_year, decision.plan_year - self._is_carrying()}
        if balance and balance.plan_year not in years:
            yield (
                "plan_year",
                self.env._(
                    "the balance is of plan year %(balance)s, the decision of "
                    "%(decision)s.",
                    balance=balance.plan_year,
                    decision=decision.plan_year,
                ),
            )
        if self.origin_year > decision.plan_year:
            yield "origin_year", self.env._("the origin year is after the plan year.")

    def _iter_scope_faults(self):
        issuer, unit, above = self.decision_id.unit_id, self.unit_id, self.parent_id
        holders = unit | self.allocation_id.unit_id | above.unit_id
        if not all(holder._is_below(issuer) for holder in holders):
            yield (
                "authority",
                self.env._(
                    "%(issuer)s decides only on capital of its own and of units below "
                    "it.",
                    issuer=issuer.name,
                ),
            )
        if above and not self.program_id._is_part_of(above.program_id):
            yield (
                "program",
                self.env._(
                    "the program is not part of %(parent)s, which the capital is for.",
                    parent=above.program_id.code,
                ),
            )
        if unit.date_to and unit.date_to < self.decision_id.date:
            yield (
                "ended",
                self.env._(
                    "%(unit)s ended on %(day)s; give the capital to its successor.",
                    unit=unit.name,
                    day=unit.date_to.strftime("%d/%m/%Y"),
                ),
            )

    def _iter_carry_faults(self):
        if not self._is_carrying():
            return
        year = self.allocation_id.plan_year + 1
        if not self.carry_case:
            yield (
                "case",
                self.env._(
                    "name the legal case (Luật 58/2024/QH15 article 72) that lets the "
                    "capital run on."
                ),
            )
        if not self.date_last or not date(year, 1, 1) <= self.date_last <= date(
            year, 12, 31
        ):
            yield (
                "date_last",
                self.env._(
                    "capital carried over to %(year)s may be disbursed until a day of "
                    "that year, 31/12/%(year)s at the latest.",
                    year=year,
                ),
            )
        top = self.allocation_id._get_root().unit_id
        if not top._is_below(self.decision_id.unit_id):
            yield (
                "carry_authority",
                self.env._(
                    "the capital comes down from %(top)s, so %(top)s or its superior "
                    "decides that it runs on.",
                    top=top.name,
                ),
            )
