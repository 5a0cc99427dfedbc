from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..clock import today_vn
from ..engine.carry_over import Leftover, propose_closing
from ..store import settlement

REASONS = [
    ("recurrent", "Recurrent capital ends with its year"),
    ("carried_before", "Was carried over before"),
    ("project_open", "The project is not finished; confirm the legal case"),
    ("late", "Supplemented after 30 September"),
    ("nothing_running", "Nothing is running that needs it"),
    ("changed", "Changed by hand"),
]


class MtqgClosing(models.TransientModel):
    """Closes a plan year: proposes what is carried over and what is cancelled.

    At the end, assigned = allocated + disbursed + carried over + cancelled on every
    balance; the columns of form 01/QTNĐ show it.
    """

    _name = "mtqg.closing"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Closing of a plan year"
    _rec_name = "plan_year"

    unit_id = fields.Many2one(
        "mtqg.unit",
        string="Unit with its subordinates",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.user.mtqg_unit_ids[:1],
    )
    plan_year = fields.Integer(
        string="Plan year",
        required=True,
        aggregator=None,
        default=lambda _self: today_vn().year - 1,
    )
    date = fields.Date(
        string="Decision date", required=True, default=lambda _self: today_vn()
    )
    line_ids = fields.One2many("mtqg.closing.line", "closing_id")
    line_count = fields.Integer(compute="_compute_line_count")
    is_proposed = fields.Boolean()

    @api.depends("line_ids")
    def _compute_line_count(self):
        for closing in self:
            closing.line_count = len(closing.line_ids)

    # === ACTION METHODS === #

    def action_propose(self):
        """List what is left on every balance of the year, with a proposal for it."""
        self.ensure_one()
        self.check_access("write")
        self.line_ids.unlink()
        balances = self._find_open_balances()
        late = settlement.sum_late_supplements(self.env, balances.ids)
        self.env["mtqg.closing.line"].create(
            [
                {
                    "closing_id": self.id,
                    "allocation_id": balance.id,
                    **self._propose(balance, late.get(balance.id, 0)),
                }
                for balance in balances
            ]
        )
        self.is_proposed = True
        return self._reopen()

    def action_make_decisions(self):
        """Make two draft decisions of the lines: one carries over, one cancels.

        :raise UserError: if a line gives more than is left, or there is nothing to do
        """
        self.ensure_one()
        self.line_ids._check_parts()
        decisions = self._make_decision(
            "carry_over", self.env._("Carry over of %(year)s", year=self.plan_year)
        ) | self._make_decision(
            "cancel", self.env._("Cancellation of %(year)s", year=self.plan_year)
        )
        if not decisions:
            raise UserError(
                self.env._(
                    "Nothing is left to carry over or to cancel for %(unit)s in "
                    "%(year)s.",
                    unit=self.unit_id.name,
                    year=self.plan_year,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_disbursement.mtqg_decision_action"
        )
        return {**action, "domain": [("id", "in", decisions.ids)], "context": {}}

    def action_check(self):
        """Open the columns of form 01/QTNĐ for the unit and the year."""
        self.ensure_one()
        self.unit_id.check_access("read")
        units = self.env["mtqg.unit"].search([("id", "child_of", self.unit_id.id)])
        rows = self.env["mtqg.settlement.line"].create(
            [
                self.env["mtqg.settlement.line"]._prepare_row(self, row)
                for row in settlement.settle(self.env, units.ids, self.plan_year)
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_disbursement.mtqg_settlement_line_action"
        )
        return {**action, "domain": [("id", "in", rows.ids)]}

    # === BUSINESS METHODS === #

    def _find_open_balances(self):
        return self.env["mtqg.allocation"].search(
            [
                ("unit_id", "child_of", self.unit_id.id),
                ("plan_year", "=", self.plan_year),
                ("amount_available", ">", 0),
            ]
        )

    def _propose(self, balance, late):
        project = balance.project_id
        proposal = propose_closing(
            Leftover(
                amount=balance.amount_available,
                amount_late=late,
                nature=balance.nature,
                is_carried=balance.is_carried_over,
                is_project_open=project.workflow_state in {"draft", "running"},
            )
        )
        return {
            "amount_carried": proposal.carried,
            "amount_cancelled": proposal.cancelled,
            "carry_case": proposal.case or False,
            "reason": proposal.reason,
        }

    def _make_decision(self, kind, number):
        name = "amount_carried" if kind == "carry_over" else "amount_cancelled"
        lines = self.line_ids.filtered(name)
        if not lines:
            return self.env["mtqg.decision"]
        return self.env["mtqg.decision"].create(
            {
                "number": number,
                "kind": kind,
                "date": self.date,
                "unit_id": self.unit_id.id,
                "plan_year": self.plan_year,
                "date_last": date(self.plan_year + 1, 12, 31),
                "line_ids": [
                    fields.Command.create(
                        {
                            "allocation_id": line.allocation_id.id,
                            "amount": line[name],
                            **(
                                {"carry_case": line.carry_case}
                                if kind == "carry_over"
                                else {}
                            ),
                        }
                    )
                    for line in lines
                ],
            }
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }
