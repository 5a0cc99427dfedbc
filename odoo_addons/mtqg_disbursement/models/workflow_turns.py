"""What becomes of the approvals of a document when somebody has agreed to one.

Tasks that have been agreed to close; whoever agreed is barred from others; where nobody
is left who may decide, others are asked, so no document waits for nobody.
"""

from dataclasses import replace
from functools import cached_property

from ..engine.approvers import ANYWHERE, Asked


class Turn:
    """One vote on a task and what follows from it, worked out in memory.

    :param run: the unit of work that writes it
    :param task: the open task that the user agrees to
    """

    def __init__(self, run, id_, task):
        self.run, self.id, self.voted = run, id_, task
        self.states, self.onward, self.rows = {}, 0, []
        self.tasks = [t for t in run.facts.tasks[id_] if t.kind == "approve"]
        self.pending = [t for t in self.tasks if t.state == "pending"]
        self.waiting = [t for t in self.tasks if t.state == "waiting"]
        self._take()

    @property
    def is_over(self):
        """Tell whether nobody is asked any more."""
        return not (self.pending or self.waiting or self.rows)

    @property
    def vote(self):
        """Return the vote as the register writes it."""
        is_done = self.states.get(self.voted.id) == "done"
        task = self.voted
        return task.id, task.res_id, task.seat, is_done, self.onward

    @property
    def others(self):
        """Return {task id: state} of the tasks that close, but not by the vote."""
        by_vote = (self.voted.id, "done")
        return dict(item for item in self.states.items() if item != by_vote)

    @cached_property
    def steps(self):
        """The steps of the open transition by their id."""
        transition = self.run.facts.get_open_transition(self.id)
        return {step.id: step for step in transition.steps}

    def _take(self):
        while True:
            self.pending = [task for task in self.pending if not self._close(task)]
            if self.pending or self.rows or not self.waiting:
                return
            self.onward = min(task.sequence for task in self.waiting)
            self.pending = [t for t in self.waiting if t.sequence == self.onward]
            self.waiting = [t for t in self.waiting if t.sequence != self.onward]

    def _close(self, task):
        """Close a task that has been agreed to, or that nobody is left to agree to."""
        votes = task.vote_count + (task.id == self.voted.id)
        if task.quorum != "all" and votes >= task.needed:
            self.states[task.id] = "done"
            return True
        barred = self._list_barred(task)
        able = self.run.facts.list_asked(task) - barred
        if task.quorum == "all" and votes and not able:
            self.states[task.id] = "done"
            return True
        wanted = 1 if task.quorum == "all" else task.needed - votes
        return len(able) < wanted and self._ask_others(task, wanted, barred)

    def _list_barred(self, task):
        """Return who may not agree to a task after the vote."""
        barred = frozenset(task.barred)
        if task.id == self.voted.id or self.steps[task.step_id].bar_earlier:
            barred |= {self.run.env.uid, self.voted.seat}
        return barred

    def _ask_others(self, task, wanted, barred):
        """Ask others in place of people who can't decide; tell if there are any."""
        asked = self._find_others(task, wanted, barred)
        here = Asked(task.user_id or 0, task.group_id or 0, task.approver_unit_id or 0)
        if asked == [here]:
            return False
        self.states[task.id] = "cancelled"
        transition = self.run.facts.get_open_transition(self.id)
        self.rows += [
            {
                **self.run.describe_task(
                    self.id,
                    transition,
                    replace(self.steps[task.step_id], needed=wanted),
                    who,
                    barred,
                ),
                "sequence": task.sequence,
                "limit_days": task.limit_days,
                "state": "pending",
                "date_limit": self.run.get_limit(task.limit_days or 0),
            }
            for who in asked
        ]
        return True

    def _find_others(self, task, wanted, barred):
        """Return who is asked instead.

        A rung of a climb is left out, as where a unit has no leader; the fallback group
        is asked if it is the only one.
        """
        step = replace(self.steps[task.step_id], needed=wanted)
        if step.kind != "climb":
            return self.run.resolve_again(self.id, step, barred)
        if self._has_other_rungs(task):
            return []
        return [Asked(group=step.fallback_group, unit=ANYWHERE)]

    def _has_other_rungs(self, task):
        """Tell whether a step asks or asked other units, too."""
        rungs = [t for t in self.tasks if t.step_id == task.step_id and t.id != task.id]
        if any(self.states.get(rung.id) != "cancelled" for rung in rungs):
            return True
        return task.step_id in self.run.facts.list_agreed_steps(self.id)
