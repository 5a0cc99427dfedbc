from odoo import api, fields, models
from odoo.fields import Domain

from ..clock import today_vn
from ..engine.passage import Move, list_ahead, list_visits
from .workflow_facts import Facts


class MtqgWorkflowOverview(models.AbstractModel):
    """Where a document is on its way, told for its form and for the preview.

    Whoever may read a document sees its whole history, also what happened before it
    came to his unit.
    """

    _inherit = "mtqg.workflow.mixin"

    workflow_blockers = fields.Json(
        string="Why it cannot move", compute="_compute_rights"
    )
    workflow_overview = fields.Json(
        string="Progress", compute="_compute_workflow_overview"
    )
    workflow_history = fields.Json(
        string="What happened", compute="_compute_workflow_overview"
    )

    # === COMPUTE METHODS === #

    @api.depends("stage_id", "workflow_transition_id", "workflow_run")
    @api.depends_context("lang")
    def _compute_workflow_overview(self):
        """Tell the stages behind, here and ahead, and the events, newest first.

        ``workflow_overview`` is a dict ``stages``, each with ``name``, ``kind``,
        ``state`` (passed, here, ahead), ``since`` and ``until`` (UTC), ``seconds``
        spent in it, ``by`` (who moved it on) and ``returns``; and ``due``, ``is_late``,
        ``asked`` (what for), ``waiting`` (whom). ``workflow_history`` is a list of
        dicts ``name``, ``title``, ``date``, ``by``, ``on_behalf``, ``stage_from``,
        ``stage_to``, ``comment``, ``reason``, ``step``.
        """
        saved = self._origin.sudo()
        facts = Facts(saved)
        all_events, all_tasks = saved._find_events(), saved._find_pending_tasks()
        events, tasks = all_events.grouped("res_id"), all_tasks.grouped("res_id")
        self.workflow_overview = self.workflow_history = False
        for document in self:
            origin = saved.browse(document._origin.id)
            if not origin:
                continue
            own_events = events.get(origin.id, all_events.browse())
            own_tasks = tasks.get(origin.id, all_tasks.browse())
            document.workflow_overview = {
                "stages": origin._describe_way(facts, own_events),
                **origin._describe_wait(own_tasks),
            }
            document.workflow_history = [
                event._describe() for event in reversed(own_events)
            ]

    # === BUSINESS METHODS === #

    def _find_events(self):
        return self.env["mtqg.workflow.event"].search(
            self._get_tasks_domain(), order="res_id, sequence"
        )

    def _find_pending_tasks(self):
        asked = Domain("state", "=", "pending") & Domain("kind", "=", "approve")
        return self.env["mtqg.workflow.task"].search(
            self._get_tasks_domain() & asked, order="res_id, id"
        )

    def _describe_way(self, facts, events):
        """Return the stages behind, where the document is, and those ahead."""
        definition = self.workflow_id._get_definition()
        start = next(s.id for s in definition.stages if s.kind == "start")
        moves = [
            Move(e.date, e.user_id.id, e.stage_from_id.id, e.stage_to_id.id)
            for e in events
        ]
        ahead = list_ahead(
            definition,
            self.stage_id.id,
            lambda stage, kind: facts.find_route(self.id, kind, stage),
            facts.get_open_transition(self.id),
        )
        visits = list_visits(start, self.create_date, moves)
        return [
            *(self._describe_visit(visit) for visit in visits),
            *(
                {"name": stage.name, "kind": stage.kind, "state": "ahead"}
                for stage in self.stage_id.browse(ahead)
            ),
        ]

    def _describe_visit(self, visit):
        stage = self.stage_id.browse(visit.stage)
        return {
            "name": stage.name,
            "kind": stage.kind,
            "state": "passed" if visit.left else "here",
            "since": fields.Datetime.to_string(visit.entered),
            "until": fields.Datetime.to_string(visit.left or False),
            "seconds": int(visit.spent.total_seconds()),
            "by": self.workflow_editor_id.browse(visit.user).name or "",
            "returns": visit.returns,
        }

    def _describe_wait(self, tasks):
        """Return until when, and for whom, the document waits."""
        due = min(filter(None, tasks.mapped("date_limit")), default=False)
        return {
            "due": fields.Date.to_string(due),
            "is_late": bool(due) and due < today_vn(),
            "asked": self.workflow_transition_id.name or "",
            "waiting": [task._describe_approver() for task in tasks],
        }


class MtqgWorkflowEventWords(models.Model):
    _inherit = "mtqg.workflow.event"

    # === BUSINESS METHODS === #

    def _describe(self):
        """Return the event in words, for people."""
        titles = dict(self._fields["name"]._description_selection(self.env))
        is_move = self.stage_from_id != self.stage_to_id
        return {
            "name": self.name,
            "title": titles.get(self.name, self.name),
            "date": fields.Datetime.to_string(self.date),
            "by": self.user_id.name,
            "on_behalf": self.on_behalf_id.name or "",
            "stage_from": is_move and self.stage_from_id.name,
            "stage_to": is_move and self.stage_to_id.name,
            "comment": self.comment or "",
            "reason": self.reason_id.name or "",
            "step": self.step_id.name or "",
        }
