from odoo import api, fields, models

from ..clock import today_vn
from ..store import deadline_alerts
from .mtqg_deadline import STATES


class MtqgDeadlineAlert(models.Model):
    """That something is late or about to be: one a cause, for as long as it lasts.

    Raised, escalated and closed by a nightly job; people acknowledge it.
    """

    _name = "mtqg.deadline.alert"
    _inherit = ["mtqg.scoped.mixin", "mtqg.unit.now.mixin"]
    _description = "Deadline alert"
    _order = "state desc, date_due, id"
    _log_access = False
    _rec_name = "rule_id"

    deadline_id = fields.Many2one(
        "mtqg.deadline", required=True, index=True, readonly=True
    )
    rule_id = fields.Many2one(
        "mtqg.deadline.rule",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    unit_id = fields.Many2one(
        "mtqg.unit", required=True, ondelete="cascade", index=True, readonly=True
    )
    allocation_id = fields.Many2one(
        related="deadline_id.allocation_id", string="Balance", related_sudo=False
    )
    state = fields.Selection(
        [("open", "Open"), ("acknowledged", "Acknowledged"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
    )
    kind = fields.Selection(STATES[:2], required=True, readonly=True)
    level = fields.Integer(
        readonly=True,
        aggregator="max",
        help="Steps of the rule's ladder that are passed.",
    )
    date_raised = fields.Date(string="Raised on", readonly=True)
    date_due = fields.Date(string="Due date", readonly=True)
    date_closed = fields.Date(string="Closed on", readonly=True)
    acknowledged_id = fields.Many2one(
        "res.users", string="Acknowledged by", readonly=True, ondelete="restrict"
    )
    date_acknowledged = fields.Datetime(string="Acknowledged at", readonly=True)
    comment = fields.Text(readonly=True)

    _open_once = models.UniqueIndex("(deadline_id) WHERE state <> 'closed'")

    def _get_label(self):
        self.ensure_one()
        return f"{self.rule_id.name} · {self.unit_id.name}"

    # === ACTION METHODS === #

    def action_acknowledge(self, comment=None):
        """Say that one knows, and what is being done.

        It closes nothing: an alert closes when its cause is gone, and opens again when
        it gets worse.
        """
        self.check_access("read")
        self.sudo().filtered(lambda alert: alert.state == "open").write(
            {
                "state": "acknowledged",
                "acknowledged_id": self.env.uid,
                "date_acknowledged": fields.Datetime.now(),
                "comment": comment or False,
            }
        )
        return True

    def action_open_deadline(self):
        """Open the deadline behind the alert."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mtqg.deadline",
            "res_id": self.deadline_id.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _run_nightly(self):
        """Bring facts, alerts, activities and digests up to date (scheduled job)."""
        self.env["mtqg.deadline.rule"]._refresh_facts()
        self._update_alerts()
        self.env["mtqg.deadline.digest"]._tell_everybody(
            deadline_alerts.sum_open_alerts(self.env)
        )

    @api.model
    def _update_alerts(self):
        """Raise, close and escalate; the same few statements for any number."""
        today = today_vn()
        deadline_alerts.raise_alerts(self.env, today)
        days = deadline_alerts.list_late_dates(self.env)
        late = {}
        if days:
            calendar = self.env["mtqg.day"]._get_calendar(min(days), today)
            late = {day: calendar.count(day, today) for day in days}
        deadline_alerts.escalate_alerts(self.env, late)
