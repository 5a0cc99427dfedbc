"""One move of many documents: what becomes of each is collected, then written."""

from functools import cached_property

from odoo.exceptions import UserError

from ..clock import today_vn
from ..engine.approvers import Asked, resolve
from ..engine.workflow import find_state
from ..store import events, moves

# tasks of one step that climbs the units are asked one after the other
_RUNGS = 1_000


class Run:
    """The unit of work of a move.

    Documents are routed one by one in memory; ``finish`` sends one statement for all
    tasks that close, one for all stages, one for all new tasks, one for all events.
    """

    def __init__(self, facts, name, comment=None, reason=None):
        self.facts, self.env = facts, facts.env
        self.name, self.comment, self.reason = name, comment, reason
        self.closing, self.votes, self.tasks, self.events = set(), [], [], []
        self.rows = {}

    # === WHAT BECOMES OF A DOCUMENT === #

    def submit(self, document):
        """Ask the approvers of the next move, or make it where nobody is asked."""
        transition = self.facts.find_route(document, "submit")
        if steps := self.facts.list_steps(document, transition):
            self._open(document, transition, steps, document.stage_id.id)
            self._log(document, self.name, document.stage_id.id, document.stage_id.id)
        else:
            self.follow(document, transition)

    def approve(self, document, task):
        """Count one vote; the document moves when the last approver has agreed."""
        is_done = self._completes(task)
        rest = [
            other
            for other in self.facts.tasks[document.id]
            if other.kind == "approve" and not (other.id == task.id and is_done)
        ]
        waiting = [other.sequence for other in rest if other.state == "waiting"]
        onward = 0
        if waiting and not any(other.state == "pending" for other in rest):
            onward = min(waiting)
        self.votes.append((task.id, document.id, task.seat, is_done, onward))
        transition = self.facts.get_open_transition(document)
        if rest:
            stage = document.stage_id.id
            self._log(document, self.name, stage, stage, task, transition)
        else:
            self.follow(document, transition, task)

    def follow(self, document, transition, task=None, stage_to=None):
        """Move a document along a transition, and on through stages that ask nobody."""
        stage_from = document.stage_id.id
        stage_to = stage_to or transition.stage_to
        # a vote closes its task; whoever turns a document back has not voted
        voted = task if self.name == "approve" else None
        if any(other != voted for other in self.facts.tasks.get(document.id, ())):
            self.closing.add(document.id)
        self._log(document, self.name, stage_from, stage_to, task, transition)
        self._arrive(document, stage_to)

    def _arrive(self, document, stage_id):
        """Put a document into a stage; in a review it waits for its approvers."""
        definition = document.workflow_id._get_definition()
        seen = set()
        while definition.stage_of[stage_id].kind == "review" and stage_id not in seen:
            seen.add(stage_id)
            transition = self.facts.find_route(document, "approve", stage_id)
            if transition is None:
                raise UserError(document._describe_no_way(stage_id))
            if steps := self.facts.list_steps(document, transition):
                self._open(document, transition, steps, stage_id)
                return
            self._log(document, "pass", stage_id, transition.stage_to, None, transition)
            stage_id = transition.stage_to
        kind = definition.stage_of[stage_id].kind
        self.rows[document.id] = (stage_id, find_state(kind, is_open=False), None)

    def _open(self, document, transition, steps, stage_id):
        definition = document.workflow_id._get_definition()
        stage = definition.stage_of[stage_id]
        state = find_state(stage.kind, is_open=True)
        self.rows[document.id] = (stage_id, state, transition.id)
        self.tasks += self.prepare_tasks(document, transition, steps, stage)

    def _completes(self, task):
        """Tell whether one more vote is the last one that a task needs."""
        if task.quorum != "all":
            return task.vote_count + 1 >= task.needed
        if task.user_id:
            return True
        members = self.people.find_members(task.group_id, task.approver_unit_id or 0)
        return not members - {*task.barred, self.env.uid, task.seat}

    # === WHO IS ASKED === #

    @cached_property
    def people(self):
        """Units and people, from the cache."""
        return self.env["mtqg.unit"]._get_people()

    def prepare_tasks(self, document, transition, steps, stage):
        """Return rows of tasks that ask the approvers of steps on a document."""
        rows = []
        for step in steps:
            barred = document._get_barred(step)
            asked = resolve(
                step,
                document._get_workflow_unit().id,
                self.people,
                frozenset(barred),
                self._read_target(document, step),
            )
            for rung, who in enumerate(asked):
                rows.append(
                    {
                        **self._describe_document(document),
                        "transition_id": transition.id,
                        "step_id": step.id,
                        "sequence": step.sequence * _RUNGS + rung,
                        "user_id": who.user,
                        "group_id": who.group,
                        "approver_unit_id": who.unit,
                        "quorum": step.quorum,
                        "needed": step.needed,
                        "limit_days": 0 if stage.is_outside else step.limit_days,
                        "bar_earlier": step.bar_earlier,
                        "barred": barred,
                    }
                )
        self._ask_first(rows)
        return rows

    def _ask_first(self, rows):
        first = min((row["sequence"] for row in rows), default=0)
        for row in rows:
            is_first = row["sequence"] == first
            row["state"] = "pending" if is_first else "waiting"
            row["date_limit"] = is_first and self.get_limit(row["limit_days"])

    def _describe_document(self, document):
        return {
            "kind": "approve",
            "res_model": document._name,
            "res_id": document.id,
            "document_name": document._get_label(),
            "unit_id": document._get_workflow_unit().id,
            "run": document.workflow_run,
            "requester_id": document.workflow_requester_id.id,
        }

    def _read_target(self, document, step):
        if step.kind != "field":
            return Asked()
        value = document[step.field_name][:1]
        return (
            Asked(user=value.id) if value._name == "res.users" else Asked(unit=value.id)
        )

    # === TIME === #

    @cached_property
    def _limits(self):
        return {}

    def get_limit(self, days):
        """Return the last day of a limit that starts today, or None without a limit."""
        if not days:
            return None
        if days not in self._limits:
            today = today_vn()
            calendar = self.env["mtqg.day"]._get_calendar(today, today)
            self._limits[days] = calendar.add(today, days)
        return self._limits[days]

    # === WRITING === #

    def _log(self, document, name, stage_from, stage_to, task=None, transition=None):
        principal = task.seat if task else None
        self.events.append(
            {
                "res_model": document._name,
                "res_id": document.id,
                "name": name,
                "unit_id": document._get_workflow_unit().id,
                "comment": (self.comment or "").strip(),
                "stage_from_id": stage_from,
                "stage_to_id": stage_to,
                "transition_id": transition.id if transition else None,
                "step_id": task.step_id if task else None,
                "reason_id": self.reason.id if self.reason else None,
                "on_behalf_id": principal if principal != self.env.uid else None,
            }
        )

    def finish(self):
        """Write everything; what the last approval decides becomes true first."""
        documents = self.facts.documents
        self.env.flush_all()
        if self.closing:
            moves.close_tasks(self.env, documents._name, self.closing)
        if self.votes:
            self._write_votes()
        done = [id_ for id_, row in self.rows.items() if row[1] == "done"]
        if done:
            documents.browse(done)._on_workflow_done()
            self.env.flush_all()
        if self.rows:
            moves.move_documents(
                documents.browse(self.rows),
                [(id_, *row) for id_, row in self.rows.items()],
            )
        self.env["mtqg.workflow.task"]._continue_clocks(self.tasks, self.name)
        moves.insert_tasks(self.env, self.tasks)
        events.append_events(self.env, self.events)

    def _write_votes(self):
        onward = {vote[1] for vote in self.votes if vote[4]}
        days = {
            task.limit_days
            for id_ in onward
            for task in self.facts.tasks[id_]
            if task.state == "waiting" and task.limit_days
        }
        moves.cast_votes(
            self.env,
            self.facts.documents._name,
            self.votes,
            {count: self.get_limit(count) for count in days},
        )
