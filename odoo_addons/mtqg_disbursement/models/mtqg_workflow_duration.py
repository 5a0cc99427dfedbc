from odoo import fields, models

from ..clock import today_vn
from ..store import durations, task_clock


class MtqgWorkflowDuration(models.Model):
    """How many working days documents spent in a stage, and at a step of approval.

    One row for each stage that a document left, and one for each step that was asked
    and closed. Days on which the clock stood do not count at a step.
    """

    _name = "mtqg.workflow.duration"
    _inherit = ["mtqg.unit.now.mixin"]
    _description = "Duration of approvals"
    _auto = False
    _order = "date_to desc, id desc"
    _rec_name = "document_name"
    _depends = {
        "mtqg.workflow.task": [
            "state",
            "limit_days",
            "date_pending",
            "date_closed",
            "date_paused",
            "days_paused",
        ],
        "mtqg.workflow.event": ["date"],
        "mtqg.day": ["date", "kind"],
    }

    level = fields.Selection(
        [("stage", "Stage"), ("step", "Approver step")],
        string="What is measured",
        readonly=True,
    )
    workflow_id = fields.Many2one("mtqg.workflow", readonly=True)
    stage_id = fields.Many2one("mtqg.workflow.stage", readonly=True)
    transition_id = fields.Many2one("mtqg.workflow.transition", readonly=True)
    step_id = fields.Many2one(
        "mtqg.workflow.step", string="Approver step", readonly=True
    )
    res_model = fields.Char(string="Document model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True
    )
    document_name = fields.Char(string="Document name", readonly=True)
    unit_id = fields.Many2one("mtqg.unit", readonly=True)
    treasury_id = fields.Many2one(
        "mtqg.unit",
        string="Treasury office",
        readonly=True,
        help="The office that decided, or that serves the unit.",
    )
    approver_unit_id = fields.Many2one("mtqg.unit", string="Asked unit", readonly=True)
    outcome = fields.Selection(
        [("agreed", "Went on"), ("ended", "Sent or taken back")],
        string="How it ended",
        readonly=True,
    )
    date_from = fields.Date(string="Started on", readonly=True)
    date_to = fields.Date(string="Ended on", readonly=True)
    days = fields.Float(
        string="Working days", digits=(6, 1), readonly=True, aggregator="avg"
    )
    days_limit = fields.Float(
        string="Time limit (working days)",
        digits=(6, 1),
        readonly=True,
        aggregator="avg",
    )
    percent_late = fields.Float(
        string="Late %",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Share of the steps with a time limit that took longer.",
    )

    @property
    def _table_query(self):
        today = today_vn()
        first = task_clock.FIRST_DAY
        calendar = self.env["mtqg.day"]._get_calendar(first, today)
        return durations.duration_query(calendar, first, today)

    # === ACTION METHODS === #

    def action_open_document(self):
        """Open the document."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
