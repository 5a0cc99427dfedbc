from collections import Counter
from datetime import timedelta

from odoo import Command, api, fields, models

from ..clock import today_vn
from ..engine.deadlines import state_of
from ..fields import Dong
from ..store import deadline_preview

_COLUMNS = (
    "unit_id",
    "balance_count",
    "amount",
    "amount_missing",
    "overdue_count",
    "at_risk_count",
    "met_count",
)
_STATE_COLUMNS = {
    "overdue": "overdue_count",
    "at_risk": "at_risk_count",
    "met": "met_count",
    "met_late": "met_count",
}


class MtqgDeadlinePreview(models.TransientModel):
    """What a rule would say today, before it is switched on."""

    _name = "mtqg.deadline.preview"
    _description = "Preview of a deadline rule"
    _rec_name = "rule_id"

    rule_id = fields.Many2one("mtqg.deadline.rule", required=True, readonly=True)
    rule_state = fields.Selection(related="rule_id.state", related_sudo=False)
    legal_basis = fields.Char(related="rule_id.legal_basis", related_sudo=False)
    unit_id = fields.Many2one(related="rule_id.unit_id", related_sudo=False)
    line_ids = fields.One2many(
        "mtqg.deadline.preview.line", "preview_id", readonly=True
    )
    unit_count = fields.Integer(string="Units", compute="_compute_totals")
    balance_count = fields.Integer(string="Deadlines", compute="_compute_totals")
    amount = Dong(string="Capital", compute="_compute_totals")
    overdue_count = fields.Integer(string="Overdue", compute="_compute_totals")
    at_risk_count = fields.Integer(string="At risk", compute="_compute_totals")
    met_count = fields.Integer(string="Met", compute="_compute_totals")

    @api.depends("line_ids")
    def _compute_totals(self):
        for preview in self:
            lines = preview.line_ids
            preview.unit_count = len(lines)
            for name in (
                "balance_count",
                "overdue_count",
                "at_risk_count",
                "met_count",
            ):
                preview[name] = sum(lines.mapped(name))
            preview.amount = sum(lines.mapped("amount"))

    def action_switch_on(self):
        """Switch the rule on, having seen what it would say."""
        self.ensure_one()
        return self.rule_id.action_switch_on()


class MtqgDeadlinePreviewLine(models.TransientModel):
    """What a rule would say of one unit."""

    _name = "mtqg.deadline.preview.line"
    _description = "Preview of a deadline rule, by unit"
    _order = "overdue_count desc, at_risk_count desc, id"
    _rec_name = "unit_id"

    preview_id = fields.Many2one(
        "mtqg.deadline.preview", required=True, ondelete="cascade", index=True
    )
    unit_id = fields.Many2one("mtqg.unit", readonly=True)
    balance_count = fields.Integer(string="Deadlines", readonly=True)
    amount = Dong(string="Capital", readonly=True)
    amount_missing = Dong(string="Missing", readonly=True)
    overdue_count = fields.Integer(string="Overdue", readonly=True)
    at_risk_count = fields.Integer(string="At risk", readonly=True)
    met_count = fields.Integer(string="Met", readonly=True)


class MtqgDeadlineRule(models.Model):
    _inherit = "mtqg.deadline.rule"

    def action_preview(self):
        """Open what the rule would say today: units, balances, capital, who is late."""
        self.ensure_one()
        self.check_access("read")
        preview = self.env["mtqg.deadline.preview"].create(
            {
                "rule_id": self.id,
                "line_ids": [Command.create(line) for line in self._preview_lines()],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": preview._name,
            "res_id": preview.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _preview_lines(self):
        """Return what the rule would say of each unit that the user sees."""
        if self.subject != "allocation":
            return self._preview_dates()
        rows = deadline_preview.preview(
            self.env,
            self._compile([self.sudo()._prepare_term()]),
            self.env["mtqg.allocation"]._search([]),
            today_vn(),
        )
        return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]

    def _preview_dates(self):
        """Return the lines of a rule on units, dossiers, contracts or vouchers."""
        seen = self._find_subjects().sudo(False)._filtered_access("read").sudo()
        today, found = today_vn(), {}
        for unit_id, _document, _period, due, met in self._list_dates(seen):
            if not self._is_valid_on(due):
                continue
            warned_from = due - timedelta(days=self.warning_days)
            state = state_of(met, due, warned_from, today)
            line = found.setdefault(unit_id, Counter())
            line["balance_count"] += 1
            if name := _STATE_COLUMNS.get(state):
                line[name] += 1
        return [{"unit_id": unit_id, **line} for unit_id, line in found.items()]
