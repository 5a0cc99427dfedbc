from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.mtqg_disbursement.clock import today_vn
from odoo.addons.mtqg_disbursement.engine.curve import month_end
from odoo.addons.mtqg_disbursement.engine.treasury_month import (
    Capital,
    compile_month,
)
from odoo.addons.mtqg_disbursement.fields import Dong

from ..report import differences

_REPORT = "mtqg_reports.mtqg_treasury_month_report"


class MtqgTreasuryMonth(models.TransientModel):
    """Which month, and of whom, the Treasury reports to the People's Committee.

    What the user may see counts, and nothing else: of a Treasury office, the units that
    it serves.
    """

    _name = "mtqg.treasury.month"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Monthly report of the Treasury"
    _rec_name = "month"

    month = fields.Date(
        string="A day of the month",
        required=True,
        default=lambda _self: today_vn().replace(day=1) - timedelta(days=1),
    )
    plan_year = fields.Integer(
        required=True,
        compute="_compute_plan_year",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
        aggregator=None,
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        string="Unit and all below it",
        ondelete="cascade",
        help="Empty: everything that you may see.",
    )
    office_id = fields.Many2one(
        "mtqg.unit",
        string="Treasury office that reports",
        domain="[('kind', '=', 'treasury')]",
        ondelete="cascade",
        default=lambda self: self.env.user.mtqg_unit_ids.filtered(
            lambda unit: unit.kind == "treasury"
        )[:1],
    )
    percent_low = fields.Float(
        string="Slow below (%)", digits=(5, 2), default=30, required=True
    )
    line_ids = fields.One2many(
        "mtqg.treasury.month.line", "report_id", string="Lines", readonly=True
    )

    _percent_in_range = models.Constraint(
        "CHECK (percent_low BETWEEN 0 AND 100)",
        "The percentage lies between 0 and 100.",
    )

    # === COMPUTE METHODS === #

    @api.depends("month")
    def _compute_plan_year(self):
        for report in self:
            report.plan_year = (report.month or today_vn()).year

    def _get_label(self):
        self.ensure_one()
        return f"{self.month:%m/%Y}" if self.month else ""

    # === ACTION METHODS === #

    def action_show(self):
        """Show the report on the screen: a list that can be grouped and pivoted."""
        self.ensure_one()
        # lines are written by the register itself; the report is one's own
        lines = self.sudo().line_ids
        lines.unlink()
        lines.create(self._prepare_lines())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_reports.mtqg_treasury_month_line_action"
        )
        return {
            **action,
            "domain": [("report_id", "=", self.id)],
            "display_name": self.env._(
                "Disbursement of month %(month)s", month=self.display_name
            ),
        }

    def action_download(self):
        """Download the report as a spreadsheet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/mtqg_reports/treasury_month/{self.id}.xlsx",
            "target": "download",
        }

    def action_print(self):
        """Print the report as a PDF."""
        self.ensure_one()
        return self.env.ref(_REPORT).report_action(self)

    # === BUSINESS METHODS === #

    def _get_filename(self):
        """Return the name of the printed file, without its ending."""
        self.ensure_one()
        return self.env._("Treasury report %(month)s", month=f"{self.month:%Y-%m}")

    def _get_days(self):
        """Return the first and the last day of the month."""
        self.ensure_one()
        first = self.month.replace(day=1)
        return first, month_end(first.year, first.month)

    def _get_scope(self):
        scope = Domain("plan_year", "=", self.plan_year)
        if self.unit_id:
            scope &= Domain("unit_id", "child_of", self.unit_id.ids)
        return scope

    def _compile(self):
        """Return the report as figures, in two queries over the ledger."""
        first, last = self._get_days()
        measure = self.env["mtqg.measure"]
        now, before = (
            [
                Capital(*row.values())
                for row in measure._measure_by_capital(self._get_scope(), day)
            ]
            for day in (last, first - timedelta(days=1))
        )
        return compile_month(now, before)

    def _prepare_lines(self):
        return [
            {
                "report_id": self.id,
                "program_id": program,
                "nature": nature,
                "origin_year": year,
                "amount_plan": line.plan,
                "amount_month": line.month,
                "amount_disbursed": line.disbursed,
                "amount_advance": line.advance,
                "percent": float(line.percent or 0),
            }
            for (program, nature, year), line in self._compile().by_subject.items()
        ]

    def _sum_differences(self):
        """Return open differences by unit and class (``report.differences``)."""
        _first, last = self._get_days()
        mine = Domain("reconciliation_id.date_to", "<=", last)
        open_ones = Domain("state", "!=", "fixed") & (
            Domain("reconciliation_id.workflow_state", "in", ("draft", "running"))
            | Domain("reconciliation_id.is_current", "=", True)
        )
        if self.unit_id:
            mine &= Domain("unit_id", "child_of", self.unit_id.ids)
        lines = self.env["mtqg.reconciliation.line"]._search(mine & open_ones)
        return differences.sum_differences(self.env, lines)

    def _name_units(self, ids):
        """Return {unit id: name}; those that hold what the user sees, and no others."""
        return {
            unit.id: unit.name for unit in self.env["mtqg.unit"].sudo().browse(set(ids))
        }


class MtqgTreasuryMonthLine(models.TransientModel):
    """A line of the monthly report: a program, a nature of capital, an origin year."""

    _name = "mtqg.treasury.month.line"
    _description = "Line of the monthly report of the Treasury"
    _order = "program_id, nature, origin_year, id"
    _rec_name = "program_id"

    report_id = fields.Many2one(
        "mtqg.treasury.month", required=True, ondelete="cascade", index=True
    )
    program_id = fields.Many2one("mtqg.program", ondelete="cascade")
    nature = fields.Selection(
        [("investment", "Investment"), ("recurrent", "Recurrent")]
    )
    origin_year = fields.Integer(aggregator=None)
    amount_plan = Dong(string="Plan assigned (D2)")
    amount_month = Dong(string="Disbursed in the month")
    amount_disbursed = Dong(string="Disbursed in all")
    percent = fields.Float(
        string="Disbursed / plan (%)", digits=(6, 2), aggregator=None
    )
    amount_advance = Dong(string="Outstanding advances")
