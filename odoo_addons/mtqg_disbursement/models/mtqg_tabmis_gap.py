from odoo import api, fields, models

from ..fields import Dong
from ..store import tabmis
from .mtqg_allocation import NATURES, SOURCES


class MtqgTabmisGap(models.Model):
    """Capital that a balance holds, and how much of it is not entered in TABMIS.

    Nobody pays from what is not entered (NĐ 275/2025/NĐ-CP). One row for each balance
    that holds something itself; rows add up over units, programs and years.
    """

    _name = "mtqg.tabmis.gap"
    _inherit = ["mtqg.scoped.mixin", "mtqg.unit.now.mixin"]
    _description = "Capital not entered in TABMIS"
    _auto = False
    _order = "amount_missing desc, id"
    _depends = {"mtqg.allocation": ["amount_tabmis", "amount_assigned"]}

    allocation_id = fields.Many2one("mtqg.allocation", string="Balance", readonly=True)
    unit_id = fields.Many2one("mtqg.unit", readonly=True)
    program_id = fields.Many2one("mtqg.program", readonly=True)
    project_id = fields.Many2one("mtqg.project", readonly=True)
    nature = fields.Selection(NATURES, readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    plan_year = fields.Integer(string="Plan year", aggregator=None, readonly=True)
    origin_year = fields.Integer(string="Origin year", aggregator=None, readonly=True)
    is_carried_over = fields.Boolean(string="From an earlier year", readonly=True)
    amount_held = Dong(string="Plan held", readonly=True)
    amount_entered = Dong(string="Entered in TABMIS", readonly=True)
    amount_missing = Dong(string="Not entered", readonly=True)
    percent_missing = fields.Float(
        string="Not entered %",
        readonly=True,
        aggregator="avg",
        help="Of the plan held; of a group, the whole of what is not entered over the "
        "whole plan.",
    )
    date_tabmis = fields.Date(
        related="allocation_id.date_tabmis", related_sudo=False, string="Last entered"
    )
    reference_tabmis = fields.Char(
        related="allocation_id.reference_tabmis", related_sudo=False
    )

    @property
    def _table_query(self):
        return tabmis.gap_query()

    def _get_label(self):
        self.ensure_one()
        return self.allocation_id.display_name

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "percent_missing:avg":
            return tabmis.ratio(
                self._field_to_sql(self._table, "amount_missing", query),
                self._field_to_sql(self._table, "amount_held", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    def action_enter_tabmis(self):
        """Open the wizard that enters the chosen balances."""
        return self.allocation_id.action_open_tabmis_wizard()


class MtqgAllocation(models.Model):
    """The last entry in TABMIS of a balance."""

    _inherit = "mtqg.allocation"

    date_tabmis = fields.Date(
        string="Last entered in TABMIS", compute="_compute_last_tabmis"
    )
    reference_tabmis = fields.Char(
        string="TABMIS reference", compute="_compute_last_tabmis"
    )

    @api.depends("amount_tabmis")
    def _compute_last_tabmis(self):
        found = tabmis.last_entries(self.env, self._origin._ids)
        for allocation in self:
            date, reference = found.get(allocation._origin.id, (False, False))
            allocation.date_tabmis = date
            allocation.reference_tabmis = reference

    def action_open_tabmis_wizard(self):
        """Open the wizard that enters these balances, with one day and reference."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Enter in TABMIS"),
            "res_model": "mtqg.tabmis.entry",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_allocation_ids": self.ids},
        }
