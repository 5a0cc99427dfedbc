"""Documents looked at under a version that is not theirs: nothing is written."""

from functools import cached_property
from typing import NamedTuple

from ..engine.workflow import FINAL_KINDS, Transition
from .workflow_facts import Facts
from .workflow_run import Run


class Place(NamedTuple):
    """Where a document would be in another version.

    :param stage: the stage where it would come to rest
    :param transition: whose approvers would be asked; None where nobody is
    :param missing: types of paper that the way on asks for and that are not there
    :param fault: why it cannot go there: no_stage, no_way, ends; empty if it can
    """

    stage: int = 0
    transition: Transition | None = None
    missing: tuple = ()
    fault: str = ""


class VersionFacts(Facts):
    """What holds for documents by the conditions of a given version."""

    def __init__(self, documents, workflow):
        super().__init__(documents)
        self.definition = workflow._get_definition()

    @cached_property
    def definitions(self):
        """The version, whatever workflow a document is on."""
        return dict.fromkeys(
            (row.workflow for row in self.rows.values()), self.definition
        )

    def find_place(self, id_, stage):
        """Return where a document would come to rest that is put into a stage.

        Whoever waited for approval asks again; where papers are missing for that, the
        document goes back to its maker.
        """
        if not stage:
            return Place(fault="no_stage")
        seen = set()
        while self.definition.stage_of[stage].kind == "review" and stage not in seen:
            seen.add(stage)
            transition = self.find_route(id_, "approve", stage)
            if transition is None or self.list_steps(id_, transition):
                return self._find_review(id_, stage, transition)
            stage = transition.stage_to
        if self.definition.stage_of[stage].kind in FINAL_KINDS:
            return Place(stage, fault="ends")
        if self.rows[id_].transition:
            return self._find_submitted(id_, stage)
        return Place(stage)

    def _find_review(self, id_, stage, transition):
        if transition is None:
            return Place(stage, fault="no_way")
        missing = self.list_missing_papers(id_, transition)
        return Place(stage, transition, tuple(missing))

    def _find_submitted(self, id_, stage):
        transition = self.find_route(id_, "submit", stage)
        if transition is None:
            return Place(stage, fault="no_way")
        missing = tuple(self.list_missing_papers(id_, transition))
        is_asked = not missing and self.list_steps(id_, transition)
        return Place(stage, transition if is_asked else None, missing)


class Askers:
    """Who would be asked for documents, as tuples (user, group, unit) and in words."""

    def __init__(self, facts):
        self.facts = facts
        self.run = Run(facts, "trial")
        self.words = {}

    def list_asked(self, document, transition, stage):
        """Return who would be asked by the steps of a transition, in their order."""
        steps = self.facts.list_steps(document.id, transition)
        if not steps:
            return []
        known = len(self.run.tasks)
        self.run.ask(document.id, transition, steps, stage)
        rows = sorted(self.run.tasks[known:], key=lambda row: row["sequence"])
        return [
            (row["user_id"], row["group_id"], row["approver_unit_id"]) for row in rows
        ]

    def describe(self, asked):
        """Return who is asked in words: a name, or a group, its unit and its people."""
        if asked not in self.words:
            names = ("user_id", "group_id", "approver_unit_id")
            # zero is nobody
            values = {n: id_ or False for n, id_ in zip(names, asked, strict=True)}
            task = self.facts.env["mtqg.workflow.task"].new(values)
            self.words[asked] = task._describe_approver()
        return self.words[asked]
