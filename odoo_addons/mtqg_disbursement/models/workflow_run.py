"""One move of many documents: what becomes of each is collected, then written."""

from functools import cached_property

from odoo.exceptions import UserError

from ..clock import today_vn
from ..engine.approvers import NOBODY, Asked, Claims, resolve
from ..engine.workflow import find_state
from ..store import move_writing
from .workflow_turns import Turn

# tasks of one step that climbs the units are asked one after the other
_RUNGS = 1_000
# approvals given before count on
_GOING_ON = frozenset({"approve", "hand_over", "migrate"})
# approvals given before do not count any more
_SENT_BACK = frozenset({"return", "reject", "withdraw"})


class Run:
    """The unit of work of a move.

    Documents are routed one by one in memory, by their ids; ``finish`` writes the
    votes, stages, new tasks and events of all of them by one statement, or by two where
    something happens in between.
    """

    def __init__(self, facts, name, comment=None, reason=None):
        self.facts, self.env = facts, facts.env
        self.name, self.reason = name, reason
        if comment and not isinstance(comment, str):
            raise UserError(self.env._("A comment is a text."))
        self.comment = (comment or "").strip()
        self.is_submission = name == "submit"
        self.closing, self.votes, self.tasks, self.events = [], [], [], []
        self.moved, self.seats, self.states, self.rounds = {}, {}, {}, set()

    # === WHAT BECOMES OF A DOCUMENT === #

    def submit(self, id_):
        """Ask the approvers of the next move, or make it where nobody is asked."""
        transition, stage = (
            self.facts.find_route(id_, "submit"),
            self.facts.rows[id_].stage,
        )
        if steps := self.facts.list_steps(id_, transition):
            self._open(id_, transition, steps, stage)
            self._log(id_, stage, stage, transition)
        else:
            self.follow(id_, transition)

    def approve(self, id_, task):
        """Count one vote; the document moves when the last approver has agreed."""
        turn = Turn(self, id_, task)
        self.votes.append(turn.vote)
        self.seats[id_] = task.seat
        self.states |= turn.others
        self.tasks += turn.rows
        transition = self.facts.get_open_transition(id_)
        if turn.is_over:
            self.follow(id_, transition, task)
        else:
            stage = self.facts.rows[id_].stage
            self._log(id_, stage, stage, transition, task)

    def follow(self, id_, transition, task=None, stage_to=None):
        """Move a document along a transition, and on through stages that ask nobody."""
        stage_to = stage_to or transition.stage_to
        # what was agreed to is closed by the vote
        rest = self.facts.tasks.get(id_, ())
        if any(t.kind != "approve" or self.name != "approve" for t in rest):
            self.closing.append(id_)
        self._log(id_, self.facts.rows[id_].stage, stage_to, transition, task)
        self._arrive(id_, stage_to)

    def transplant(self, id_, stage_from, stage_to, place):
        """Put a document into a stage of another version, and ask again who is asked.

        :param Place place: where it comes to rest
        """
        if self.facts.tasks.get(id_):
            self.closing.append(id_)
        self._log(id_, stage_from, stage_to)
        self._arrive(id_, stage_to)
        transition, is_asked = place.transition, self.moved[id_][3]
        if transition and not is_asked:
            steps = self.facts.list_steps(id_, transition)
            self._open(id_, transition, steps, place.stage)

    def _arrive(self, id_, stage_id):
        """Put a document into a stage; in a review it waits for its approvers."""
        definition = self.facts.definitions[self.facts.rows[id_].workflow]
        for passed in self.facts.list_passes(id_, stage_id):
            self._check_pass(id_, passed, stage_id)
            self._log(id_, stage_id, passed.stage_to, passed, name="pass")
            stage_id = passed.stage_to
        kind = definition.stage_of[stage_id].kind
        if kind != "review":
            self.moved[id_] = (id_, stage_id, find_state(kind, is_open=False), None)
            return
        if self.name in _SENT_BACK:
            self.rounds.add(id_)
        transition = self.facts.find_route(id_, "approve", stage_id)
        steps = self.facts.list_steps(id_, transition)
        self._open(id_, transition, steps, stage_id)

    def _check_pass(self, id_, transition, stage_id):
        """Refuse to go on where there is no way, or where papers are missing."""
        document = self.facts.records[id_]
        if transition is None:
            raise UserError(document._describe_no_way(stage_id))
        blockers = document._find_paper_blockers(document, transition, self.facts)
        document._raise_listed({id_: blockers})

    def _open(self, id_, transition, steps, stage_id):
        definition = self.facts.definitions[self.facts.rows[id_].workflow]
        stage = definition.stage_of[stage_id]
        state = find_state(stage.kind, is_open=True)
        self.moved[id_] = (id_, stage_id, state, transition.id)
        self.ask(id_, transition, steps, stage)

    # === WHO IS ASKED === #

    @cached_property
    def _resolved(self):
        return {}

    def ask(self, id_, transition, steps, stage):
        """Ask the approvers of steps; those of the first sequence decide first."""
        asked = [
            (step.sequence * _RUNGS + rung, step, barred, who)
            for step, barred, rungs in self._resolve(id_, steps)
            for rung, who in enumerate(rungs)
        ]
        first = min(sequence for sequence, *_rest in asked)
        for sequence, step, barred, who in asked:
            days = 0 if stage.is_outside else step.limit_days
            self.tasks.append(
                {
                    **self.describe_task(id_, transition, step, who, barred),
                    "sequence": sequence,
                    "state": "pending" if sequence == first else "waiting",
                    "limit_days": days,
                    "date_limit": self.get_limit(days) if sequence == first else None,
                }
            )

    def describe_task(self, id_, transition, step, who, barred):
        """Return the columns of a task that say who is asked about what."""
        return {
            **self._describe_document(id_),
            "transition_id": transition.id,
            "step_id": step.id,
            "user_id": who.user,
            "group_id": who.group,
            "approver_unit_id": who.unit,
            "quorum": step.quorum,
            # a person who is asked by name is the only one who can agree
            "needed": 1 if who.user else step.needed,
            "bar_earlier": step.bar_earlier,
            "barred": barred,
        }

    def _list_barred(self, id_, step):
        """Return whom separation of duties bars from a step before it is asked."""
        requester = self.env.uid if self.is_submission else None
        barred = self.facts.list_barred(id_, step, requester)
        # a submission, and what was sent back, begin with no approvals
        if step.bar_earlier and self.name in _GOING_ON:
            # what was half agreed to is asked anew, of the same people
            barred |= self.facts.find_voters(id_, with_open=self.name == "approve")
            if id_ in self.seats:
                barred |= {self.env.uid, self.seats[id_]}
        return frozenset(barred)

    def _resolve(self, id_, steps):
        """Return (step, who may not decide, who is asked one after the other).

        Found once for documents that are alike.
        """
        unit = self.facts.rows[id_].unit
        cases = tuple(
            (step.id, self._list_barred(id_, step), self._read_target(id_, step))
            for step in steps
        )
        people = self.facts.get_people(id_)
        key = (unit, id(people), cases)
        if key not in self._resolved:
            claims = Claims()
            self._resolved[key] = [
                (step, barred, resolve(step, unit, people, barred, target, claims))
                for step, (_id, barred, target) in zip(steps, cases, strict=True)
            ]
        return self._resolved[key]

    def resolve_again(self, id_, step, barred):
        """Return who is asked by a step in place of those who can't decide."""
        people = self.facts.get_people(id_)
        unit = self.facts.rows[id_].unit
        return resolve(step, unit, people, barred, self._read_target(id_, step))

    def _read_target(self, id_, step):
        if step.kind != "field":
            return NOBODY
        if self.is_submission and step.field_name == "workflow_requester_id":
            return Asked(user=self.env.uid)  # written with the move
        value = self.facts.records[id_][step.field_name][:1]
        is_user = value._name == "res.users"
        return Asked(user=value.id or 0) if is_user else Asked(unit=value.id or 0)

    @cached_property
    def _described(self):
        return {}

    def _describe_document(self, id_):
        if id_ not in self._described:
            document, row = self.facts.records[id_], self.facts.rows[id_]
            self._described[id_] = {
                "kind": "approve",
                "res_model": document._name,
                "res_id": id_,
                "document_name": document._get_label(),
                "unit_id": row.unit,
                "run": (row.run or 0) + self._is_new(id_),
                "requester_id": self.env.uid if self.is_submission else row.requester,
            }
        return self._described[id_]

    def _is_new(self, id_):
        """Tell whether approvals of a document count from now on."""
        return self.is_submission or id_ in self.rounds

    # === TIME === #

    @cached_property
    def _limits(self):
        return {0: None}

    def get_limit(self, days):
        """Return the last day of a limit that starts today, or None without a limit."""
        if days not in self._limits:
            today = today_vn()
            calendar = self.env["mtqg.day"]._get_calendar(today, today)
            self._limits[days] = calendar.add(today, days)
        return self._limits[days]

    # === WRITING === #

    def _log(self, id_, stage_from, stage_to, transition=None, task=None, name=None):
        principal = (task.seat or task.asked) if task else None
        self.events.append(
            {
                "res_model": self.facts.documents._name,
                "res_id": id_,
                "name": name or self.name,
                "unit_id": self.facts.rows[id_].unit,
                "comment": "" if name == "pass" else self.comment,
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
        documents, votes = self.facts.documents, self.votes
        limits = self._list_limits()
        self.env.flush_all()
        done = [id_ for id_, row in self.moved.items() if row[2] == "done"]
        if votes and (self.states or self.closing or self.tasks or done):
            # apart and first: what follows counts on tasks as the votes leave them
            move_writing.write(documents, votes, limits)
            votes = ()
        if self.states:
            move_writing.set_states(self.env, self.states)
        if self.closing:
            move_writing.close_tasks(self.env, documents._name, self.closing)
        if done:
            documents.browse(done)._on_workflow_done()
            self.env.flush_all()
        self.env["mtqg.workflow.task"]._continue_clocks(self.tasks, self.name)
        move_writing.write(
            documents,
            votes,
            limits,
            moved=[
                (*row, self._is_new(row[0]), self.is_submission)
                for row in self.moved.values()
            ],
            tasks=self.tasks,
            logged=self.events,
        )

    def _list_limits(self):
        """Return {number of days: last day} of the tasks that come next."""
        days = {
            task.limit_days
            for vote in self.votes
            if vote[4]
            for task in self.facts.tasks[vote[1]]
            if task.state == "waiting" and task.limit_days
        }
        return {count: self.get_limit(count) for count in days}
