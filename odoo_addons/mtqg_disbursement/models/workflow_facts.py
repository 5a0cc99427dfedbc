"""What the moves of many documents need to know, each fact read once for all."""

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from odoo.api import SUPERUSER_ID

from ..clock import today_vn
from ..store import conditions, moves
from .workflow_openers import Openers

# what every move reads of its documents
_COLUMNS = [
    "workflow_id",
    "stage_id",
    "workflow_state",
    "workflow_transition_id",
    "workflow_requester_id",
    "workflow_editor_id",
    "workflow_run",
    "create_uid",
]


class OpenTask(NamedTuple):
    """A task that is not closed; ``asked`` and ``seat`` are principals, or None."""

    id: int
    res_id: int
    kind: str
    state: str
    sequence: int
    step_id: int
    user_id: int
    group_id: int
    approver_unit_id: int
    quorum: str
    needed: int
    vote_count: int
    limit_days: int
    barred: list
    asked: int
    seat: int


class Facts:
    """Documents as their user sees them, and what holds for them whoever asks."""

    def __init__(self, documents):
        self.env = documents.env
        # a caller may send a number twice; each document moves once
        self.asker = documents.browse(dict.fromkeys(documents._ids))
        self.documents = self.asker.sudo()
        self.documents.fetch(_COLUMNS)

    @cached_property
    def tasks(self):
        """Open tasks by document, in the order in which they are asked."""
        seats = None
        if self.env.uid != SUPERUSER_ID:
            seats = self.env["mtqg.workflow.delegation"]._find_seats()
        found = defaultdict(list)
        for row in moves.read_open_tasks(
            self.env, self.documents._name, self.documents.ids, seats
        ):
            found[row[1]].append(self._keep_openers(OpenTask(*row), seats))
        return found

    def _keep_openers(self, task, seats):
        """Return a task without the seats of people who may not open its document.

        Whoever decides opens the document himself; those he stands in for might not.
        """
        if {task.asked, task.seat} <= {None, self.env.uid}:
            return task
        document = self.documents.browse(task.res_id)
        openers = self.openers.find(document)
        asked = [
            seat
            for seat in seats
            if seat.principal_id in {self.env.uid, *openers}
            and seat.asks(task, document)
        ]
        free = (s for s in asked if not {s.user_id, s.principal_id} & {*task.barred})
        return task._replace(
            asked=next((seat.principal_id for seat in asked), None),
            seat=next((seat.principal_id for seat in free), None),
        )

    @cached_property
    def openers(self):
        """Who may open which document, and the people who may."""
        return Openers(self.env["mtqg.unit"]._get_people())

    @cached_property
    def votes(self):
        """What has been agreed to in the present round, by document."""
        found = defaultdict(list)
        for id_, step_id, state, users in moves.read_votes(self.documents):
            found[id_].append((step_id, state, users))
        return found

    def find_voters(self, document):
        """Return the ids of who has agreed to a document, and for whom."""
        return {
            id_ for _step, _state, users in self.votes[document.id] for id_ in users
        }

    def list_agreed_steps(self, document):
        """Return the ids of the steps that have been agreed to by somebody."""
        return {step for step, state, _u in self.votes[document.id] if state == "done"}

    @cached_property
    def writable(self):
        """Ids of the documents that the user may change, their state aside."""
        return set(self.asker._filtered_access("write")._ids)

    @cached_property
    def held(self):
        """The conditions of its workflow that hold, by document."""
        found = {}
        for workflow, documents in self.documents.grouped("workflow_id").items():
            wanted = workflow._get_definition().conditions
            found.update(conditions.evaluate(documents, wanted))
        return found

    @cached_property
    def papers(self):
        """Papers by document."""
        papers = self.env["mtqg.paper"].sudo()
        found = papers.search_fetch(
            [
                ("res_model", "=", self.documents._name),
                ("res_id", "in", self.documents.ids),
            ],
            ["res_id", "type_id", "number", "file_hash", "date_to"],
        )
        return found.grouped("res_id")

    def holds(self, document, condition):
        """Tell whether a condition, or none at all, holds for a document."""
        return not condition or condition in self.held[document.id]

    def get_stage(self, document):
        """Return the document's stage as the engine knows it."""
        definition = document.workflow_id._get_definition()
        return definition.stage_of[document.stage_id.id]

    def find_route(self, document, kind, stage=None):
        """Return the transition of a kind that a document would take, or None."""
        definition = document.workflow_id._get_definition()
        rows = definition.routes.get((stage or document.stage_id.id, kind), ())
        return next((r for r in rows if self.holds(document, r.condition)), None)

    def get_open_transition(self, document):
        """Return the transition whose approvers are asked, or None."""
        definition = document.workflow_id._get_definition()
        return definition.transition_of.get(document.workflow_transition_id.id)

    def list_steps(self, document, transition):
        """Return the steps of a transition that are asked for a document."""
        return [s for s in transition.steps if self.holds(document, s.condition)]

    def list_passes(self, document, stage_id):
        """Yield the transitions through reviews that ask nobody, from a stage on.

        None comes last where there is no way on, or only round in a circle.
        """
        definition = document.workflow_id._get_definition()
        seen = set()
        while definition.stage_of[stage_id].kind == "review":
            transition = self.find_route(document, "approve", stage_id)
            if transition is None or stage_id in seen:
                yield None
                return
            if self.list_steps(document, transition):
                return
            yield transition
            seen.add(stage_id)
            stage_id = transition.stage_to

    def list_pending(self, document):
        """Return the approvals that a document waits for now."""
        return [
            task
            for task in self.tasks[document.id]
            if task.kind == "approve" and task.state == "pending"
        ]

    def find_my_task(self, document):
        """Return the first approval that the user may give, or None."""
        pending = self.list_pending(document)
        return next((task for task in pending if task.seat is not None), None)

    def find_asked_task(self, document):
        """Return the first approval that the user is asked for, barred or not."""
        pending = self.list_pending(document)
        return next((task for task in pending if task.asked is not None), None)

    def list_missing_papers(self, document, transition):
        """Return the ids of the types of paper that a transition lacks."""
        wanted = [
            r for r in transition.requirements if self.holds(document, r.condition)
        ]
        held = self.papers.get(document.id, ()) if wanted else ()
        return [
            requirement.paper_type
            for requirement in wanted
            if not any(_serves(paper, requirement) for paper in held)
        ]


def _serves(paper, requirement):
    if paper.type_id.id != requirement.paper_type:
        return False
    if requirement.needs_validity and paper.date_to and paper.date_to < today_vn():
        return False
    return bool(paper.file_hash or (paper.number and not requirement.needs_file))
