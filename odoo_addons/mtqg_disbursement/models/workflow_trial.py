"""What a version would have done with past documents, and how that differs."""

from collections import defaultdict
from functools import cached_property

from markupsafe import Markup, escape

from ..engine.workflow_route import straighten, walk
from ..store import conditions
from .workflow_facts import Facts
from .workflow_version import Askers, VersionFacts


class Trial:
    """Past documents under their own version and under the one that is tried.

    Every fact is read once for all documents; both ways are looked for in the documents
    as they are today, so that what differs comes from the versions alone.
    """

    def __init__(self, documents, workflow):
        self.env, self.workflow = documents.env, workflow
        self.new = VersionFacts(documents, workflow)
        self.documents = self.new.documents
        self.own = Facts(documents)
        self.new_askers, self.own_askers = Askers(self.new), Askers(self.own)
        self.stages = self.env["mtqg.workflow.stage"]

    def list_lines(self):
        """Return the values of one line a document, in their order."""
        return [self._describe(document) for document in self.documents]

    # === WHAT WAS === #

    @cached_property
    def events(self):
        """The moves of each document, oldest first."""
        found = self.env["mtqg.workflow.event"].search_fetch(
            [
                ("res_model", "=", self.documents._name),
                ("res_id", "in", self.documents.ids),
            ],
            ["res_id", "name", "stage_from_id", "stage_to_id", "user_id"],
            order="res_id, sequence",
        )
        events = defaultdict(list)
        for event in found:
            events[event.res_id].append(event)
        return events

    def _read_history(self, document):
        """Return (stages of the way until now, who approved)."""
        events = self.events[document.id]
        path = [events[0].stage_from_id] if events else []
        people = {}
        for event in events:
            if event.stage_to_id != path[-1]:
                path.append(event.stage_to_id)
            if event.name == "approve":
                people[event.user_id] = True
        return straighten(path) or [document.stage_id], list(people)

    @cached_property
    def takers(self):
        """The workflow that would take each document if the version were published."""
        workflow = self.workflow
        others = [
            (self.env["mtqg.workflow"].browse(id_), condition)
            for id_, condition, _start in workflow._list_published(workflow.model)
        ]
        rivals = [
            (other, condition)
            for other, condition in others
            if other.code != workflow.code
        ]
        ranked = sorted(
            [*rivals, (workflow, workflow._read_condition())],
            key=lambda pair: (pair[0].sequence, pair[0].id),
        )
        wanted = list(dict.fromkeys(c for _w, c in ranked if c))
        held = conditions.evaluate(self.documents, wanted)
        return {
            document.id: next(
                (w for w, c in ranked if not c or c in held[document.id]), None
            )
            for document in self.documents
        }

    # === WHAT WOULD BE === #

    def _walk(self, document, facts, definition, stage):
        return walk(definition, stage, lambda c: facts.holds(document.id, c))

    def _list_asked(self, document, route, askers, definition):
        """Return who would be asked on a way, in order, each once a stage."""
        return [
            asked
            for hop in route.hops
            for asked in askers.list_asked(
                document, hop, definition.stage_of[hop.stage_from]
            )
        ]

    def _list_missing(self, document, route, facts):
        return [
            paper
            for hop in route.hops
            for paper in facts.list_missing_papers(document.id, hop)
        ]

    def _describe(self, document):
        """Return the values of the line of a document."""
        own, new = document.workflow_id._get_definition(), self.new.definition
        was = self._walk(document, self.own, own, _find_start(own))
        now = self._walk(document, self.new, new, _find_start(new))
        path, people = self._read_history(document)
        rest = self._walk(document, self.own, own, document.stage_id.id)
        whole = straighten([*path, *self.stages.browse(h.stage_to for h in rest.hops)])
        fresh = list(self.stages.browse(now.list_stages(_find_start(new))))
        asked_was = self._list_asked(document, was, self.own_askers, own)
        asked_now = self._list_asked(document, now, self.new_askers, new)
        papers_was = self._list_missing(document, was, self.own)
        papers = [
            paper
            for paper in self._list_missing(document, now, self.new)
            if paper not in papers_was
        ]
        differences = self._compare_stages(whole, fresh)
        differences += self._compare_asked(asked_was, asked_now)
        stops = self._list_stops(document, now, papers)
        verdict = "blocked" if stops else "changed" if differences else "same"
        return {
            "res_model": document._name,
            "res_id": document.id,
            "document_name": document._get_label(),
            "unit_id": document._get_workflow_unit().id,
            "version_then_id": document.workflow_id.id,
            "route_then": _say_path(whole),
            "people_then": ", ".join(person.name for person in people),
            "route_now": _mark_path(fresh, {stage.code for stage in whole}),
            "people_now": "; ".join(
                self.new_askers.describe(asked) for asked in dict.fromkeys(asked_now)
            ),
            "verdict": "elsewhere" if self._goes_elsewhere(document) else verdict,
            "difference": "\n".join([*stops, *differences]),
        }

    def _goes_elsewhere(self, document):
        return self.takers[document.id] != self.workflow

    # === WHAT DIFFERS === #

    def _list_stops(self, document, route, papers):
        """Return sentences on what would have stopped a document."""
        stops = []
        if self._goes_elsewhere(document):
            taker = self.takers[document.id]
            stops.append(
                self.env._("Takes another workflow: %(name)s.", name=taker.display_name)
                if taker
                else self.env._("No workflow takes it.")
            )
        if route.fault:
            stage = self.stages.browse(route.stage).name
            stops.append(
                self.env._("Finds no way out of stage “%(stage)s”.", stage=stage)
            )
        names = self.env["mtqg.paper.type"].browse(dict.fromkeys(papers))
        return stops + [
            self.env._("Paper “%(paper)s” is missing.", paper=paper.name)
            for paper in names
        ]

    def _compare_stages(self, was, now):
        """Return sentences on stages that come in or fall away, by their codes."""
        codes_was, codes_now = [s.code for s in was], [s.code for s in now]
        if codes_was == codes_now:
            return []
        more = [s.name for s in now if s.code not in codes_was]
        less = [s.name for s in was if s.code not in codes_now]
        sentences = []
        if more:
            text = self.env._("Also goes through: %(stages)s.", stages=", ".join(more))
            sentences.append(text)
        if less:
            text = self.env._("Leaves out: %(stages)s.", stages=", ".join(less))
            sentences.append(text)
        return sentences or [self.env._("Goes through the stages in another order.")]

    def _compare_asked(self, was, now):
        """Return sentences on approvers who come in or fall away."""
        if was == now:
            return []
        more = [self.new_askers.describe(asked) for asked in _minus(now, was)]
        less = [self.own_askers.describe(asked) for asked in _minus(was, now)]
        sentences = []
        if more:
            text = self.env._("Also asks: %(people)s.", people="; ".join(more))
            sentences.append(text)
        if less:
            text = self.env._("Does not ask: %(people)s.", people="; ".join(less))
            sentences.append(text)
        return sentences or [self.env._("Asks the same people in another order.")]


def _find_start(definition):
    return next(stage.id for stage in definition.stages if stage.kind == "start")


def _say_path(stages):
    return " → ".join(stage.name for stage in stages)


def _mark_path(stages, known):
    """Return a path as HTML in which the stages that are new stand out."""
    return Markup(" → ").join(
        escape(stage.name)
        if stage.code in known
        else Markup("<strong>%s</strong>") % stage.name
        for stage in stages
    )


def _minus(more, less):
    """Return what is in the first list and not in the second, as often as it is."""
    rest = list(less)
    found = []
    for item in more:
        if item in rest:
            rest.remove(item)
        else:
            found.append(item)
    return found
