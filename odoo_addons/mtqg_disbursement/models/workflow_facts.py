"""What the moves of many documents need to know, each fact read once for all."""

from collections import defaultdict
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple

from odoo.api import SUPERUSER_ID
from odoo.exceptions import MissingError

from ..clock import today_vn
from ..engine.approvers import Asked
from ..store import conditions, moves
from .workflow_openers import Openers


class Row(NamedTuple):
    """What every move reads of a document: its columns, no record."""

    id: int
    workflow: int
    stage: int
    state: str
    transition: int
    requester: int
    editor: int
    creator: int
    run: int
    unit: int


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
    guests: list | None
    passed: list | None
    asked: int
    seat: int


class Facts:
    """Documents as their user sees them, and what holds for them whoever asks.

    Read once for all of them: the columns of the workflow, tasks, conditions, papers.
    """

    def __init__(self, documents):
        self.env = documents.env
        self.asker = documents
        self.documents = documents.sudo()

    def recall_units(self):
        """Let units know what is kept of them, before record rules ask for it."""
        if self.env.su:
            return  # no rules
        own = self.seats[0].unit_ids if self.seats else ()
        # documents that are gone are no matter of units
        with suppress(MissingError):
            units = self.documents.mapped(self.documents._workflow_unit_field)
            self.env["mtqg.unit"]._recall({*own, *units._ids})

    # === READ ONCE === #

    @cached_property
    def seats(self):
        """Seats on which the user may decide; None for the superuser: on all."""
        if self.env.uid == SUPERUSER_ID:
            return None
        return self.env["mtqg.workflow.delegation"]._find_seats()

    @cached_property
    def _found(self):
        """What one query reads: ({document: its columns}, {document: open tasks})."""
        rows, tasks = {}, defaultdict(list)
        for row, task in moves.read_documents(self.documents, self.seats):
            if row[0] not in rows:
                rows[row[0]] = Row._make(row)
            if task:
                tasks[row[0]].append(OpenTask._make(task))
        return rows, tasks

    @cached_property
    def rows(self):
        """Columns of the workflow by document, in the order of the documents."""
        found, _tasks = self._found
        return {id_: found[id_] for id_ in self.documents._ids if id_ in found}

    @cached_property
    def definitions(self):
        """Definitions by the id of their workflow."""
        workflows = self.env["mtqg.workflow"]
        return {
            id_: workflows.browse(id_)._get_definition()
            for id_ in dict.fromkeys(row.workflow for row in self.rows.values())
        }

    @cached_property
    def tasks(self):
        """Open tasks by document, in the order in which they are asked."""
        _rows, found = self._found
        kept = defaultdict(list)
        for id_ in self.rows:
            kept[id_] += map(self._keep_openers, found.get(id_, ()))
        return kept

    def _keep_openers(self, task):
        """Return a task without the seats of people who may not open its document.

        Whoever decides opens the document himself; those he stands in for might not.
        """
        if {task.asked, task.seat} <= {None, self.env.uid}:
            return task
        unit, model = self.rows[task.res_id].unit, self.documents._name
        document = self.records[task.res_id]
        allowed = {self.env.uid, *self.openers.find(document, unit)}
        asked = [
            seat
            for seat in self.seats
            if seat.principal_id in allowed and seat.asks(task, model, unit)
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
        runs = {row.id: row.run or 0 for row in self.rows.values()}
        for id_, *vote in moves.read_votes(self.documents, runs):
            found[id_].append(vote)
        return found

    @cached_property
    def writable(self):
        """Ids of the documents that the user may change, their state aside."""
        return set(self.asker._filtered_access("write")._ids)

    @cached_property
    def held(self):
        """The conditions of its workflow that hold, by document."""
        found, by_workflow = {}, defaultdict(list)
        for row in self.rows.values():
            by_workflow[row.workflow].append(row.id)
        for workflow, ids in by_workflow.items():
            wanted = self.definitions[workflow].conditions
            found.update(conditions.evaluate(self.documents.browse(ids), wanted))
        return found

    @cached_property
    def records(self):
        """Documents by id, which read each other's fields along with their own."""
        return {document.id: document for document in self.documents}

    @cached_property
    def papers(self):
        """Papers by document."""
        papers = self.env["mtqg.paper"].sudo()
        domain = [
            ("res_model", "=", self.documents._name),
            ("res_id", "in", self.documents.ids),
        ]
        wanted = ["res_id", "type_id", "number", "file_hash", "date_to"]
        return papers.search_fetch(domain, wanted).grouped("res_id")

    # === OF ONE DOCUMENT === #

    def holds(self, id_, condition):
        """Tell whether a condition, or none at all, holds for a document."""
        return not condition or condition in self.held[id_]

    def get_stage(self, id_):
        """Return the document's stage as the engine knows it."""
        row = self.rows[id_]
        return self.definitions[row.workflow].stage_of[row.stage]

    def find_route(self, id_, kind, stage=None):
        """Return the transition of a kind that a document would take, or None."""
        row = self.rows[id_]
        routes = self.definitions[row.workflow].routes
        for transition in routes.get((stage or row.stage, kind), ()):
            if self.holds(id_, transition.condition):
                return transition
        return None

    def get_open_transition(self, id_):
        """Return the transition whose approvers are asked, or None."""
        row = self.rows[id_]
        return self.definitions[row.workflow].transition_of.get(row.transition)

    def list_steps(self, id_, transition):
        """Return the steps of a transition that are asked for a document."""
        return [s for s in transition.steps if self.holds(id_, s.condition)]

    def list_passes(self, id_, stage_id):
        """Yield the transitions through reviews that ask nobody, from a stage on.

        None comes last where there is no way on, or only round in a circle.
        """
        stages = self.definitions[self.rows[id_].workflow].stage_of
        seen = set()
        while stages[stage_id].kind == "review":
            transition = self.find_route(id_, "approve", stage_id)
            if transition is None or stage_id in seen:
                yield None
                return
            if self.list_steps(id_, transition):
                return
            yield transition
            seen.add(stage_id)
            stage_id = transition.stage_to

    @cached_property
    def _words(self):
        return {}

    def describe_asked(self, task):
        """Return who is asked by a task, in words; found once for all who are alike."""
        key = task.user_id, task.group_id, task.approver_unit_id
        if key not in self._words:
            record = self.env["mtqg.workflow.task"].sudo().browse(task.id)
            self._words[key] = record._describe_approver()
        return self._words[key]

    def list_pending(self, id_):
        """Return the approvals that a document waits for now."""
        return [
            task
            for task in self.tasks.get(id_, ())
            if task.kind == "approve" and task.state == "pending"
        ]

    def find_my_task(self, id_):
        """Return the first approval that the user may give, or None."""
        for task in self.list_pending(id_):
            if task.seat is not None:
                return task
        return None

    def find_asked_task(self, id_):
        """Return the first approval that the user is asked for, barred or not."""
        for task in self.list_pending(id_):
            if task.asked is not None:
                return task
        return None

    def find_voters(self, id_, with_open=True):
        """Return the ids of who has agreed to a document, and for whom.

        :param bool with_open: also to steps that others still have to agree to
        """
        return {
            user
            for _step, state, users in self.votes[id_]
            if with_open or state != "pending"
            for user in users
        }

    def list_agreed_steps(self, id_):
        """Return the ids of the steps that have been agreed to by somebody."""
        return {step for step, state, _users in self.votes[id_] if state == "done"}

    def get_people(self, id_):
        """Return units and people, of whom only those who may open a document."""
        return self.openers.keep(self.records[id_], self.rows[id_].unit)

    def list_questions(self, id_):
        """Return the opinions that the user is asked for now."""
        return [
            task
            for task in self.tasks.get(id_, ())
            if task.kind == "opinion" and task.seat is not None
        ]

    def list_asked(self, task):
        """Return the ids of everybody whom a task asks and who may open it."""
        people = self.get_people(task.res_id)
        who = Asked(task.user_id or 0, task.group_id or 0, task.approver_unit_id or 0)
        return people.find_asked(who, task.guests or (), task.passed or ())

    def list_makers(self, id_):
        """Return the ids of who made or submitted a document."""
        row = self.rows[id_]
        return {row.requester, row.editor, row.creator} - {None}

    def list_barred(self, id_, step, requester=None):
        """Return the ids of the users whom a step keeps from deciding on a document.

        :param int requester: who submits it now
        """
        row = self.rows[id_]
        barred = {requester or row.requester} if step.bar_requester else set()
        if step.bar_editor:
            barred |= {row.editor, row.creator}
        return barred - {None}

    def list_missing_papers(self, id_, transition):
        """Return the ids of the types of paper that a transition lacks."""
        wanted = [r for r in transition.requirements if self.holds(id_, r.condition)]
        held = self.papers.get(id_, ()) if wanted else ()
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
