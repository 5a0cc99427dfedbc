from odoo import api, fields, models
from odoo.fields import Domain

from ..clock import today_vn
from ..engine import task_clock as engine
from ..store import events, task_clock
from .mtqg_workflow_task_clock import CLOCKS
from .workflow_facts import Facts


class MtqgWorkflowClock(models.AbstractModel):
    """The clock of a document that waits: when it is due, and when it stands still.

    It stands still while the document is back with its maker, in stages that wait for
    an outside body, and from ``action_pause`` to ``action_resume``.
    """

    _inherit = "mtqg.workflow.mixin"

    workflow_date_limit = fields.Date(
        string="Decision due on",
        compute="_compute_workflow_clock",
        help="Last day of the first time limit of those who are asked now.",
    )
    workflow_date_paused = fields.Date(
        string="Clock stands since", compute="_compute_workflow_clock"
    )
    workflow_clock = fields.Selection(
        CLOCKS, string="Time limit", compute="_compute_workflow_clock"
    )
    workflow_clock_text = fields.Text(
        string="Time limit in words", compute="_compute_workflow_clock_text"
    )
    can_pause = fields.Boolean(compute="_compute_can_pause")
    can_resume = fields.Boolean(compute="_compute_can_pause")

    # === COMPUTE METHODS === #

    @api.depends("stage_id", "workflow_transition_id", "workflow_run")
    def _compute_workflow_clock(self):
        tasks = self._origin._find_asked().grouped("res_id")
        for document in self:
            mine = tasks.get(document._origin.id) or self.env["mtqg.workflow.task"]
            limits = [task.date_limit for task in mine if task.date_limit]
            stopped = [task.date_paused for task in mine if task.date_paused]
            document.workflow_date_limit = min(limits, default=False)
            document.workflow_date_paused = min(stopped, default=False)
            clocks = {task.clock for task in mine}
            order = ("stands", "late", "soon", "runs")
            document.workflow_clock = next((c for c in order if c in clocks), False)

    @api.depends("workflow_clock", "workflow_date_limit", "workflow_date_paused")
    @api.depends_context("lang")
    def _compute_workflow_clock_text(self):
        for document in self:
            day = document.workflow_date_limit
            if document.workflow_clock == "stands":
                day = document.workflow_date_paused
            document.workflow_clock_text = day and self._write_clock(
                document.workflow_clock, day.strftime("%d/%m/%Y")
            )

    def _write_clock(self, clock, day):
        texts = {
            "late": self.env._("The decision was due on %s.", day),
            "soon": self.env._("The decision is due on %s.", day),
            "runs": self.env._("The decision is due on %s.", day),
            "stands": self.env._(
                "It waits for an outside body; its clock stands since %s.", day
            ),
        }
        return texts.get(clock, False)

    @api.depends("stage_id", "workflow_transition_id", "workflow_run")
    @api.depends_context("uid")
    def _compute_can_pause(self):
        mine = self._origin._find_asked(Domain("is_mine", "=", True)).grouped("res_id")
        for document in self:
            tasks = mine.get(document._origin.id) or self.env["mtqg.workflow.task"]
            document.can_resume = any(tasks.mapped("date_paused"))
            document.can_pause = bool(tasks) and not document.can_resume

    def _find_asked(self, domain=Domain.TRUE):
        """Return what the documents wait for now, in one query."""
        tasks = self.env["mtqg.workflow.task"].sudo()
        if not self.ids:
            return tasks
        asked = Domain("state", "=", "pending") & Domain("kind", "=", "approve")
        return tasks.search_fetch(
            asked & self._get_tasks_domain() & domain,
            ["res_id", "state", "date_limit", "date_paused"],
        )

    # === ACTION METHODS === #

    def action_pause(self, comment):
        """Stop the clock of documents that wait for the user.

        :param str comment: whom or what the documents wait for
        :raise UserError: naming every document whose clock the user cannot stop
        """
        return self._turn_clock("pause", comment)

    def action_resume(self, comment):
        """Start the clock of documents again; the last day moves by the days it stood.

        :param str comment: what has come
        :raise UserError: naming every document whose clock does not stand, or that does
            not wait for the user
        """
        return self._turn_clock("resume", comment)

    def action_ask_pause(self):
        """Open the dialog that asks why the clock of the documents is stopped."""
        return self._ask_reason("pause")

    def action_ask_resume(self):
        """Open the dialog that asks why the clock of the documents starts again."""
        return self._ask_reason("resume")

    # === BUSINESS METHODS === #

    def _turn_clock(self, name, comment):
        self.check_access("read")
        self._check_comment(comment)
        facts = Facts(self)
        self._check_move(name, facts)
        if name == "pause":
            task_clock.pause(self.env, self._name, self.ids, today_vn())
        else:
            self._resume_clocks()
        events.append_events(
            self.env,
            [document._describe_turn(name, comment, facts) for document in self],
        )
        self.invalidate_recordset(
            [
                "workflow_date_limit",
                "workflow_date_paused",
                "workflow_clock",
                "workflow_clock_text",
                "can_pause",
                "can_resume",
            ]
        )
        return True

    def _resume_clocks(self):
        rows = task_clock.read_standing(self.env, self._name, self.ids)
        if not rows:
            return
        today = today_vn()
        days = [day for row in rows for day in row[1:] if day]
        calendar = self.env["mtqg.day"]._get_calendar(min(days), max(*days, today))
        task_clock.resume(
            self.env,
            [
                (
                    id_,
                    last and engine.resume(calendar, last, paused, today),
                    calendar.count(paused, today),
                )
                for id_, last, paused in rows
            ],
        )

    def _describe_turn(self, name, comment, facts):
        document = self.sudo()
        seat = self._find_seat(facts)
        return {
            "res_model": self._name,
            "res_id": self.id,
            "name": name,
            "unit_id": document._get_workflow_unit().id,
            "comment": comment.strip(),
            "stage_from_id": document.stage_id.id,
            "stage_to_id": document.stage_id.id,
            "on_behalf_id": seat if seat != self.env.uid else None,
        }

    def _find_seat(self, facts):
        """Return for whom the user may decide on the document now, or None."""
        seats = (
            task.seat
            for task in facts.tasks.get(self.id, ())
            if task.kind == "approve" and task.state == "pending"
        )
        return next((seat for seat in seats if seat is not None), None)

    def _find_pause_blockers(self, document, facts):
        if blockers := self._find_clock_blockers(document, facts):
            return blockers
        if not document.workflow_date_paused:
            return []
        text = self.env._(
            "Its clock stands already, since %(day)s.",
            day=document.workflow_date_paused.strftime("%d/%m/%Y"),
        )
        return [self._blocker("paused", text)]

    def _find_resume_blockers(self, document, facts):
        if blockers := self._find_clock_blockers(document, facts):
            return blockers
        if document.workflow_date_paused:
            return []
        return [self._blocker("running", self.env._("Its clock does not stand."))]

    def _find_clock_blockers(self, document, facts):
        """Return why the user may not touch the clock of a document."""
        if not document.sudo().workflow_transition_id:
            return [self._blocker("not_waiting", document._describe_not_waiting())]
        if document._find_seat(facts) is not None:
            return []
        return [self._explain_no_seat(document, facts)]
