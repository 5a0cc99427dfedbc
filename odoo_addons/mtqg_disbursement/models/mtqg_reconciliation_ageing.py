from odoo import fields, models

from ..clock import today_vn
from ..fields import Dong
from ..store import reconciliation_ageing
from .mtqg_reconciliation_line import CLASS_LABELS


class MtqgReconciliationAgeing(models.Model):
    """Differences that are not corrected, and for how many days they have been known.

    Of a reconciliation with a later version, only that version counts.
    """

    _name = "mtqg.reconciliation.ageing"
    _inherit = ["mtqg.scoped.mixin", "mtqg.unit.now.mixin"]
    _description = "Age of differences"
    _auto = False
    _order = "age desc, id"
    _depends = {
        "mtqg.reconciliation": ["treasury_unit_id", "workflow_state", "previous_id"],
        "mtqg.reconciliation.line": [
            "state",
            "owner_id",
            "date_found",
            "date_due",
            "difference_class",
            "amount_difference",
        ],
    }

    line_id = fields.Many2one(
        "mtqg.reconciliation.line", string="Difference", readonly=True
    )
    reconciliation_id = fields.Many2one("mtqg.reconciliation", readonly=True)
    unit_id = fields.Many2one("mtqg.unit", readonly=True)
    project_id = fields.Many2one("mtqg.project", readonly=True)
    program_id = fields.Many2one("mtqg.program", readonly=True)
    treasury_unit_id = fields.Many2one(
        "mtqg.unit", string="Treasury office", readonly=True
    )
    difference_class = fields.Selection(
        list(CLASS_LABELS.items()), string="Class", readonly=True
    )
    actor = fields.Selection(
        [("unit", "The unit"), ("treasury", "The Treasury office")],
        string="Who must act",
        readonly=True,
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("accepted", "Explained"),
            ("rejected", "Proposal rejected"),
        ],
        readonly=True,
    )
    owner_id = fields.Many2one("res.users", readonly=True)
    date_found = fields.Date(string="Known since", readonly=True)
    date_due = fields.Date(string="To be settled by", readonly=True)
    age = fields.Integer(string="Age in days", readonly=True, aggregator="avg")
    band = fields.Selection(
        [
            ("b0", "0–7 days"),
            ("b1", "8–30 days"),
            ("b2", "31–90 days"),
            ("b3", "More than 90 days"),
        ],
        string="Age",
        readonly=True,
    )
    is_late = fields.Boolean(string="Late", readonly=True)
    amount = Dong(readonly=True)

    @property
    def _table_query(self):
        return reconciliation_ageing.ageing_query(today_vn())

    def _get_label(self):
        self.ensure_one()
        return self.line_id.display_name

    def action_open_line(self):
        """Open the two sides of the reconciliation at this difference."""
        self.ensure_one()
        self.check_access("read")
        return self.reconciliation_id._open_panes(self.line_id.id)
