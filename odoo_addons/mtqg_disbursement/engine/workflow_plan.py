"""Where the stages of a picture stand, and which way each arrow takes: no measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .workflow import FINAL_KINDS, Stage, Transition

# the kinds that are drawn as one arrow where they join the same stages
_FAMILIES = {
    "submit": "onward",
    "approve": "onward",
    "return": "back",
    "withdraw": "back",
    "reject": "reject",
}


@dataclass
class Bundle:
    """Transitions of one family that join the same two stages."""

    start: int
    end: int
    family: str
    transitions: list[int] = field(default_factory=list)
    route: str = ""
    lane: int = 0

    @property
    def key(self) -> tuple[int, int, str]:
        """What tells it from all others."""
        return self.start, self.end, self.family


@dataclass
class Plan:
    """Layers and rows of the normal course, rows below it, and the arrows."""

    cols: dict[int, float]
    rows: dict[int, int]
    sides: dict[int, int]
    bundles: list[Bundle] = field(default_factory=list)

    def count_lanes(self, route: str) -> int:
        """Return how many lanes the arrows of a route need."""
        lanes = (b.lane + 1 for b in self.bundles if b.route == route)
        return max(lanes, default=0)


def plan(stages: Sequence[Stage], transitions: Iterable[Transition]) -> Plan:
    """Return where the stages stand and how the arrows run.

    >>> stages = [Stage(1, "start", sequence=1), Stage(2, "done", sequence=2)]
    >>> plan(stages, [Transition(9, "submit", 1, 2)]).cols
    {1: 0, 2: 1}
    """
    moves = list(transitions)
    made = _place(stages, moves)
    made.bundles = _bundle(moves, made)
    for route in ("over", "under"):
        _give_lanes([b for b in made.bundles if b.route == route], made.cols)
    return made


# === STAGES === #


def _place(stages: Sequence[Stage], moves: Sequence[Transition]) -> Plan:
    order = {stage.id: place for place, stage in enumerate(stages)}
    onward = [
        (move.stage_from, move.stage_to)
        for move in moves
        if _FAMILIES[move.kind] == "onward"
        and order[move.stage_from] < order[move.stage_to]
    ]
    starts = [stage.id for stage in stages if stage.kind == "start"]
    cols = _rank(starts, onward, order)
    # what nothing leads to, in a draft with faults, starts a course of its own
    while lost := _find_lost(stages, moves, cols):
        starts.append(lost[0])
        cols = _rank(starts, onward, order)
    made = Plan(cols, _spread(cols, onward, order), {})
    _place_sides([stage for stage in stages if stage.id not in cols], moves, made)
    return made


def _find_lost(
    stages: Sequence[Stage], moves: Sequence[Transition], cols: dict[int, float]
) -> list[int]:
    """Return the stages that no way leads to, from those that have their place."""
    found, size = set(cols), -1
    while size < len(found):
        size = len(found)
        found |= {move.stage_to for move in moves if move.stage_from in found}
    return [stage.id for stage in stages if stage.id not in found]


def _rank(
    starts: Sequence[int], onward: Sequence[tuple[int, int]], order: dict[int, int]
) -> dict[int, float]:
    """Return the layers: a stage stands behind all that lead to it."""
    cols: dict[int, float] = dict.fromkeys(starts, 0)
    for before, after in sorted(onward, key=lambda pair: order[pair[0]]):
        if before in cols:
            cols[after] = max(cols.get(after, 0), cols[before] + 1)
    return cols


def _spread(
    cols: dict[int, float], onward: Sequence[tuple[int, int]], order: dict[int, int]
) -> dict[int, int]:
    """Return the rows: stages of one layer stand near what leads to them."""
    rows: dict[int, int] = {}
    taken: set[tuple[float, int]] = set()
    for stage in sorted(cols, key=lambda s: (cols[s], order[s])):
        above = [rows[b] for b, after in onward if after == stage and b in rows]
        row = min(above, default=0)
        while (cols[stage], row) in taken:
            row += 1
        taken.add((cols[stage], row))
        rows[stage] = row
    return rows


def _place_sides(
    stages: Sequence[Stage], moves: Sequence[Transition], plan: Plan
) -> None:
    """Put stages off the normal course below it, the ends of all last."""
    last = max(plan.cols.values(), default=0)
    taken: set[tuple[float, int]] = set()
    for stage in sorted(stages, key=lambda stage: stage.kind in FINAL_KINDS):
        near = [
            plan.cols[move.stage_from]
            for move in moves
            if move.stage_to == stage.id and move.stage_from in plan.cols
        ]
        col, row = max(max(near, default=0.0) - 0.5, 0.0), 0
        if stage.kind in FINAL_KINDS:
            col, row = last, max((r for _c, r in taken), default=-1) + 1
        while any(abs(col - c) < 1 and r == row for c, r in taken):
            row += 1
        taken.add((col, row))
        plan.cols[stage.id], plan.sides[stage.id] = col, row


# === ARROWS === #


def _bundle(moves: Sequence[Transition], plan: Plan) -> list[Bundle]:
    found: dict[tuple[int, int, str], Bundle] = {}
    for move in moves:
        if move.stage_from == move.stage_to:
            continue
        key = (move.stage_from, move.stage_to, _FAMILIES[move.kind])
        bundle = found.setdefault(key, Bundle(*key))
        bundle.transitions.append(move.id)
        bundle.route = _choose_route(bundle, plan)
    return list(found.values())


def _choose_route(bundle: Bundle, plan: Plan) -> str:
    start, end = bundle.start, bundle.end
    if start in plan.sides or end in plan.sides:
        return "drop"
    span = plan.cols[end] - plan.cols[start]
    if span <= 0:
        return "under"
    if plan.rows[start] != plan.rows[end]:
        return "elbow"
    return "straight" if span == 1 else "over"


def _give_lanes(bundles: list[Bundle], cols: dict[int, float]) -> None:
    """Give arrows that would lie on each other lanes of their own, the short inside."""
    ends = [sorted((cols[b.start], cols[b.end])) for b in bundles]
    order = sorted(range(len(bundles)), key=lambda i: (ends[i][1] - ends[i][0], i))
    lanes: list[list[list[float]]] = []
    for index in order:
        low, high = ends[index]
        lane = 0
        while lane < len(lanes) and any(low <= b and a <= high for a, b in lanes[lane]):
            lane += 1
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append([low, high])
        bundles[index].lane = lane
