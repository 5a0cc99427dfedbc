from odoo import api, fields, models

from ..engine.money import group_digits
from ..fields import Dong
from ..store import documents, ledger
from .mtqg_allocation import NATURES, SOURCES


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
        "mtqg.allocation", string="Taken from", ondelete="restrict",
        index="btree_not_null",
    )
    unit_id = fields.Many2one(
        "mtqg.unit", required=True, ondelete="restrict", index=True,
        compute="_compute_dimensions", store=True, readonly=False, precompute=True,
    )
    program_id = fields.Many2one(
        "mtqg.program", required=True, ondelete="restrict", index=True,
        compute="_compute_dimensions", store=True, readonly=False, precompute=True,
    )
    project_id = fields.Many2one(
        "mtqg.project", ondelete="restrict", index="btree_not_null",
        compute="_compute_dimensions", store=True, readonly=False, precompute=True,
    )
    nature = fields.Selection(
        NATURES, required=True,
        compute="_compute_dimensions", store=True, readonly=False, precompute=True,
    )
    source = fields.Selection(
        SOURCES, required=True,
        compute="_compute_dimensions", store=True, readonly=False, precompute=True,
    )
    origin_year = fields.Integer(
        required=True, aggregator=None,
        compute="_compute_dimensions", store=True, readonly=False, precompute=True,
    )
    amount = Dong(required=True, help="In đồng; below zero only in an adjustment.")
    note = fields.Char()
    workflow_state = fields.Selection(related="decision_id.workflow_state")
    kind = fields.Selection(related="decision_id.kind")

    _amount_in_range = models.Constraint(
        "CHECK (amount <> 0 AND amount BETWEEN -9000000000000000 AND 9000000000000000)",
        "The amount of a line is a whole number of đồng other than zero.",
    )

    def init(self):
        self.pool.post_init(
            documents.protect_posted, self.env, self._table,
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
        return super().write(vals)

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

    def _get_entry_kind(self):
        """Return the kind of ledger entry that this line becomes."""
        up, down = ledger.ENTRY_KINDS[self.decision_id.kind]
        return up if self.amount > 0 else down

    def _find_faults(self):
        """Return [(code, sentence)]: why this line cannot be posted."""
        self.ensure_one()
        line = self.sudo()
        place = self.env._(
            "Line %(unit)s, %(program)s, %(amount)s đồng: ",
            unit=line.unit_id.code,
            program=line.program_id.code,
            amount=group_digits(line.amount),
        )
        return [
            (code, place + text)
            for code, is_wrong, text in self._list_checks(line)
            if is_wrong
        ]

    def _list_checks(self, line):
        """Return the rules of a line as (code, broken?, sentence)."""
        decision, above = line.decision_id, line.parent_id
        balance = line.allocation_id or above
        issuer, unit = decision.unit_id, line.unit_id
        return [
            (
                "sign",
                line.amount < 0 and decision.kind != "adjust",
                self.env._("only an adjustment has amounts below zero."),
            ),
            (
                "balance",
                not line.allocation_id and decision.kind in {"recall", "cancel"},
                self.env._("name the balance that is taken from."),
            ),
            (
                "no_balance",
                not line.allocation_id and line.amount < 0,
                self.env._("name the balance that is lowered."),
            ),
            (
                "plan_year",
                balance and balance.plan_year != decision.plan_year,
                self.env._(
                    "the balance is of plan year %(balance)s, the decision of "
                    "%(decision)s.",
                    balance=balance.plan_year,
                    decision=decision.plan_year,
                ),
            ),
            (
                "origin_year",
                line.origin_year > decision.plan_year,
                self.env._("the origin year comes after the plan year."),
            ),
            (
                "authority",
                not unit._is_below(issuer)
                or (balance and not balance.unit_id._is_below(issuer)),
                self.env._(
                    "%(issuer)s decides only on capital of its own and of units below "
                    "it.",
                    issuer=issuer.name,
                ),
            ),
            (
                "program",
                above and not (line.program_id.parent_path or "").startswith(
                    above.program_id.parent_path
                ),
                self.env._(
                    "the program is not part of %(parent)s, which the capital is for.",
                    parent=above.program_id.code,
                ),
            ),
            (
                "ended",
                unit.date_to and unit.date_to < decision.date,
                self.env._(
                    "%(unit)s ended on %(day)s; give the capital to its successor.",
                    unit=unit.name,
                    day=unit.date_to and unit.date_to.strftime("%d/%m/%Y"),
                ),
            ),
        ]
