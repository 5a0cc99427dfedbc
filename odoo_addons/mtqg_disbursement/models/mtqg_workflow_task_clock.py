from odoo import api, fields, models, tools
from odoo.fields import Domain

from ..clock import today_vn
from ..engine import task_clock as engine
from ..engine.approvers import ANYWHERE
from ..store import task_clock

CLOCKS = [
    ("late", "Late"),
    ("soon", "Due soon"),
    ("runs", "In time"),
    ("stands", "Clock stands"),
]
# working days before the last day from which a task is shown as due soon
SOON_DAYS = 1


class MtqgWorkflowTaskClock(models.Model):
    """The time limit of a task, and how its clock runs and stands still."""

    _inherit = "mtqg.workflow.task"

    date_closed = fields.Datetime(
        string="Closed at",
        readonly=True,
        help="When it was decided, or not needed any more.",
    )
    days_paused = fields.Integer(
        string="Clock stood (working days)", readonly=True, aggregator=None
    )
    days_left = fields.Integer(
        string="Working days left",
        compute="_compute_clock",
        aggregator=None,
        help="Negative: working days late.",
    )
    clock = fields.Selection(CLOCKS, compute="_compute_clock", search="_search_clock")

    # === COMPUTE METHODS === #

    @api.depends("state", "date_limit", "date_paused")
    def _compute_clock(self):
        today = today_vn()
        timed = self.filtered(lambda t: t.state == "pending" and t.date_limit)
        days = [*timed.mapped("date_limit"), *timed.mapped("date_paused"), today]
        days = [day for day in days if day]
        calendar = self.env["mtqg.day"]._get_calendar(min(days), max(days))
        (self - timed).days_left = 0
        for task in self:
            if task in timed:
                day = task.date_paused or today
                task.days_left = engine.days_left(calendar, day, task.date_limit)
            task.clock = task._read_clock()

    def _read_clock(self):
        """Return how the clock of the task is, or nothing where none runs."""
        if self.state != "pending":
            return False
        if self.date_paused:
            return "stands"
        if not self.date_limit:
            return False
        if self.days_left < 0:
            return "late"
        return "soon" if self.days_left <= SOON_DAYS else "runs"

    def _search_clock(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._get_clock_domain(clock) for clock in value)

    @api.model
    def _get_clock_domain(self, clock):
        """Return the domain of tasks whose clock is late, soon, runs or stands."""
        today = today_vn()
        calendar = self.env["mtqg.day"]._get_calendar(today, today)
        soon = calendar.add(today, SOON_DAYS)
        runs = Domain("state", "=", "pending") & Domain("date_paused", "=", False)
        domains = {
            "late": runs & Domain("date_limit", "<", today),
            "soon": runs
            & Domain("date_limit", ">=", today)
            & Domain("date_limit", "<=", soon),
            "runs": runs & Domain("date_limit", ">", soon),
            "stands": Domain("state", "=", "pending")
            & Domain("date_paused", "!=", False),
            False: Domain("state", "!=", "pending")
            | runs & Domain("date_limit", "=", False),
        }
        return domains.get(clock, Domain.FALSE)

    # === BUSINESS METHODS === #

    def _describe_each(self):
        """Return {task id: who is asked, in words}; the names are read together."""
        tasks = self.sudo()
        users = {user.id for user in tasks.user_id}
        for task in tasks.filtered(lambda task: not task.user_id):
            holders = self.env["mtqg.unit"]._read_holders(task.group_id.id)
            users |= holders.get(task.approver_unit_id.id or ANYWHERE, frozenset())
        tasks.user_id.browse(users).mapped("name")
        return {task.id: task._describe_approver() for task in tasks}

    @api.model
    def _continue_clocks(self, rows, move):
        """Give who is asked again what was left of his limit (``engine.task_clock``).

        One query for all documents of a move; none where nobody can have been asked
        before.

        :param list rows: tasks about to be inserted; changed in place
        :param str move: name of the move
        """
        loops = {
            id_
            for id_ in {row["transition_id"] for row in rows}
            if self._is_in_a_loop(id_)
        }
        again = [
            row
            for row in rows
            if row.get("limit_days")
            and (row["run"] > 1 or move == "hand_over" or row["transition_id"] in loops)
        ]
        if not again:
            return
        found = task_clock.read_earlier(
            self.env, again[0]["res_model"], {row["res_id"] for row in again}
        )
        if not found:
            return
        today = today_vn()
        earlier = {row[:3]: row[3:] for row in found}
        days = [day for pair in earlier.values() for day in pair]
        calendar = self.env["mtqg.day"]._get_calendar(min(days), max(*days, today))
        for row in again:
            key = row["res_id"], row["step_id"], row["sequence"]
            if key in earlier:
                left = engine.days_again(calendar, *earlier[key])
                row["limit_days"] = left
                if row["state"] == "pending":
                    row["date_limit"] = engine.last_day(calendar, today, left)

    @api.model
    @tools.ormcache("transition_id")
    def _is_in_a_loop(self, transition_id):
        """Tell whether a submission can come to a transition twice."""
        transition = self.env["mtqg.workflow.transition"].sudo().browse(transition_id)
        if transition.kind == "submit":
            return False
        definition = transition.workflow_id._get_definition()
        return engine.comes_back(definition, transition.stage_from_id.id)
