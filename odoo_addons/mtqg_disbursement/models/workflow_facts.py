"""What the moves of many documents need to know, each fact read once for all."""

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from odoo.api import SUPERUSER_ID

from ..clock import today_vn
from ..store import conditions, moves

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
        self.asker = documents
        self.documents = documents.sudo()
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
            found[row[1]].append(OpenTask(*row))
        return found

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
