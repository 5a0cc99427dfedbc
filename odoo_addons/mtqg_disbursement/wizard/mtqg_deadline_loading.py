from collections import Counter

from odoo import Command, api, fields, models

from ..clock import today_vn
from ..fields import Dong
from ..models.mtqg_deadline_preset import FIRST_YEAR, LAST_YEAR

_FIGURES = ("balance_count", "overdue_count", "at_risk_count", "met_count")


class MtqgDeadlineLoading(models.TransientModel):
    """Takes a set of rules of the library for a unit and a plan year, after a look.

    Nothing counts before it is loaded: the lines say what each rule would ask today.
    """

    _name = "mtqg.deadline.loading"
    _description = "Loading of a set of deadline rules"
    _rec_name = "preset"

    preset = fields.Selection(
        "_list_presets", string="Set of rules", required=True, default="law"
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        string="Valid for",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.user.mtqg_unit_ids[:1],
        help="The unit and everything below it.",
    )
    plan_year = fields.Integer(
        string="Plan year",
        required=True,
        aggregator=None,
        default=lambda _self: today_vn().year,
    )
    line_ids = fields.One2many(
        "mtqg.deadline.loading.line",
        "loading_id",
        compute="_compute_line_ids",
        store=True,
        compute_sudo=False,
    )

    @api.model
    def _list_presets(self):
        """Return the sets of the library, with a name where one is known."""
        names = {
            "law": self.env._("The law"),
            "quang_nam_2024": self.env._("Campaign of Quảng Nam, 2024"),
            "hcmc_2025": self.env._("Quarterly floors of Hồ Chí Minh City, 2025"),
            "da_nang_2019": self.env._("Milestones of Đà Nẵng, 2019"),
        }
        presets = self.env["mtqg.deadline.rule"]._list_presets()
        return [(preset, names.get(preset, preset)) for preset in presets]

    @api.depends("preset", "unit_id", "plan_year")
    def _compute_line_ids(self):
        for loading in self:
            lines = loading._prepare_lines() if loading._is_complete() else []
            loading.line_ids = [Command.clear(), *map(Command.create, lines)]

    # === ACTION METHODS === #

    def action_load(self):
        """Switch the rules on for the unit and the year, and open them."""
        self.ensure_one()
        ids = self.env["mtqg.deadline.rule"].load_preset(
            self.preset, self.unit_id.id, self.plan_year
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_disbursement.mtqg_deadline_rule_action"
        )
        return {**action, "domain": [("id", "in", ids)], "context": {}}

    # === BUSINESS METHODS === #

    def _is_complete(self):
        years = range(FIRST_YEAR, LAST_YEAR + 1)
        return bool(self.preset and self.unit_id and self.plan_year in years)

    def _prepare_lines(self):
        """Return what every rule of the set would say today."""
        unit = self.unit_id._origin
        rules = self.env["mtqg.deadline.rule"].search(
            [("preset", "=", self.preset), ("unit_id", "=", False)]
        )
        if not unit.has_access("read"):
            return []
        return [self._prepare_line(rule, unit) for rule in rules]

    def _prepare_line(self, rule, unit):
        draft = rule.new(rule._prepare_copy(rule, unit, self.plan_year))
        found = Counter()
        for line in draft._preview_lines():
            found.update({n: line.get(n, 0) for n in (*_FIGURES, "amount")})
        return {
            "name": rule.name,
            "due_text": rule.due_text,
            "legal_basis": rule.legal_basis,
            **found,
        }


class MtqgDeadlineLoadingLine(models.TransientModel):
    """What one rule of a set would say."""

    _name = "mtqg.deadline.loading.line"
    _description = "Rule of a set that can be loaded"
    _order = "id"
    _rec_name = "name"

    loading_id = fields.Many2one(
        "mtqg.deadline.loading", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(string="Rule", readonly=True)
    due_text = fields.Char(string="Due", readonly=True)
    legal_basis = fields.Char(readonly=True)
    balance_count = fields.Integer(string="Deadlines", readonly=True)
    amount = Dong(string="Capital", readonly=True)
    overdue_count = fields.Integer(string="Overdue", readonly=True)
    at_risk_count = fields.Integer(string="At risk", readonly=True)
    met_count = fields.Integer(string="Met", readonly=True)
