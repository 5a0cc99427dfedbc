"""A definition as a picture: where each stage stands, and how each arrow runs.

The stages of the normal course stand in layers from left to right; what is sent back
runs below them, what skips a stage above them; stages that only a return or a rejection
reaches stand below. All measures are pixels; whoever draws adds colours and words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .workflow import Stage, Transition
from .workflow_plan import Bundle, Plan, plan

WIDTH, HEIGHT = 152, 92
GAP, ROW_GAP, LANE, MARGIN = 100, 44, 26, 12
PITCH = WIDTH + GAP

Point = tuple[float, float]
Traced = tuple[tuple[Point, ...], Point, float]


class Box(NamedTuple):
    """A stage, with the upper left corner of its box."""

    stage: int
    x: float
    y: float


class Arrow(NamedTuple):
    """Transitions that are drawn as one arrow.

    :param transitions: ids, in the order in which they are tried
    :param family: onward, back, reject
    :param route: straight, elbow, over, under, drop
    :param lines: the polylines; the last point of each is the tip
    :param label: the middle of the label
    :param room: how wide the label may be
    """

    transitions: tuple[int, ...]
    family: str
    route: str
    lines: tuple[tuple[Point, ...], ...]
    label: Point
    room: float


class Picture(NamedTuple):
    """All of it; ``loops`` are transitions that lead back to their own stage."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    loops: dict[int, tuple[int, ...]]


def draw(stages: Sequence[Stage], transitions: Iterable[Transition]) -> Picture:
    """Return the picture of a definition, whatever its faults.

    >>> two = [Stage(1, "start", sequence=1), Stage(2, "done", sequence=2)]
    >>> picture = draw(two, [Transition(9, "submit", 1, 2)])
    >>> [box.x for box in picture.boxes], picture.arrows[0].route
    ([12, 264], 'straight')
    """
    known = {stage.id for stage in stages}
    ordered = sorted(stages, key=lambda stage: stage.sequence)
    moves = sorted(
        (t for t in transitions if {t.stage_from, t.stage_to} <= known),
        key=lambda t: t.sequence,
    )
    loops: dict[int, list[int]] = {}
    for move in moves:
        if move.stage_from == move.stage_to:
            loops.setdefault(move.stage_from, []).append(move.id)
    ruler = _Ruler(plan(ordered, moves))
    return Picture(
        *ruler.measure(),
        tuple(ruler.boxes.values()),
        tuple(_merge(ruler)),
        {stage: tuple(ids) for stage, ids in loops.items()},
    )


def _merge(ruler: _Ruler) -> Iterable[Arrow]:
    """Return the arrows; all rejections into one end below are one, with many tails."""
    arrows: dict[tuple[int, int, str], Arrow] = {}
    for bundle in ruler.plan.bundles:
        points, label, room = ruler.trace(bundle)
        made = (bundle.family, bundle.route, (points,), label, room)
        arrow = Arrow(tuple(bundle.transitions), *made)
        key = bundle.key
        if bundle.family == "reject" and bundle.end in ruler.plan.sides:
            key = (0, bundle.end, bundle.family)
        if key in arrows:
            arrow = arrow._replace(
                transitions=arrows[key].transitions + arrow.transitions,
                lines=arrows[key].lines + arrow.lines,
            )
        arrows[key] = arrow
    return arrows.values()


class _Ruler:
    """Turns the plan into points."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.top = MARGIN + plan.count_lanes("over") * LANE
        rows = max(plan.rows.values(), default=0) + 1
        self.bottom = self.top + rows * (HEIGHT + ROW_GAP) - ROW_GAP
        self.floor = self.bottom + plan.count_lanes("under") * LANE + ROW_GAP
        self.boxes = {stage: self._find_box(stage) for stage in plan.cols}
        self.ports = self._find_ports()

    def _find_box(self, stage: int) -> Box:
        x = MARGIN + self.plan.cols[stage] * PITCH
        if stage in self.plan.sides:
            y = self.floor + self.plan.sides[stage] * (HEIGHT + ROW_GAP / 2)
        else:
            y = self.top + self.plan.rows[stage] * (HEIGHT + ROW_GAP)
        return Box(stage, x, y)

    def _find_ports(self) -> dict[tuple[int, int, str], dict[int, float]]:
        """Return where on its edge each arrow touches a box: {bundle: {stage: x}}."""
        touching: dict[tuple[int, str], list[tuple[int, int, str]]] = {}
        for bundle in self.plan.bundles:
            for stage in (bundle.start, bundle.end):
                if side := self._find_edge(bundle, stage):
                    touching.setdefault((stage, side), []).append(bundle.key)
        ports: dict[tuple[int, int, str], dict[int, float]] = {}
        for (stage, _side), keys in touching.items():
            keys.sort(key=lambda key: self._order_port(key, stage))
            for place, key in enumerate(keys, 1):
                share = WIDTH * place / (len(keys) + 1)
                ports.setdefault(key, {})[stage] = self.boxes[stage].x + share
        return ports

    def _find_edge(self, bundle: Bundle, stage: int) -> str:
        """Return the edge at which an arrow touches a box, if it shares it."""
        if bundle.route == "over":
            return "top"
        if bundle.route == "under":
            return "bottom"
        is_main = stage not in self.plan.sides
        return "bottom" if bundle.route == "drop" and is_main else ""

    def _order_port(self, key: tuple[int, int, str], stage: int) -> tuple[bool, float]:
        """Return what sorts arrows at an edge so that they cross as little as may be.

        Those to the left stand left; of them, and from the other side of the others,
        what runs close to the boxes stands outside.
        """
        start, end, _family = key
        other = end if start == stage else start
        far = abs(self.plan.cols[other] - self.plan.cols[stage])
        depth = far + len(self.plan.cols) * (other in self.plan.sides)
        is_right = self.plan.cols[other] > self.plan.cols[stage]
        return (is_right, -depth if is_right else depth)

    def trace(self, bundle: Bundle) -> Traced:
        """Return the points of an arrow, the middle of its label, and its room."""
        start, end = self.boxes[bundle.start], self.boxes[bundle.end]
        return {
            "straight": self._trace_straight,
            "elbow": self._trace_elbow,
            "over": self._trace_arc,
            "under": self._trace_arc,
            "drop": self._trace_drop,
        }[bundle.route](bundle, start, end)

    def _trace_straight(self, _bundle: Bundle, start: Box, end: Box) -> Traced:
        y = start.y + HEIGHT / 2
        middle = (start.x + WIDTH + end.x) / 2
        return ((start.x + WIDTH, y), (end.x, y)), (middle, y), GAP - 8

    def _trace_elbow(self, _bundle: Bundle, start: Box, end: Box) -> Traced:
        first, last = start.y + HEIGHT / 2, end.y + HEIGHT / 2
        turn = end.x - GAP / 2
        points = (
            (start.x + WIDTH, first),
            (turn, first),
            (turn, last),
            (end.x, last),
        )
        return points, (turn, (first + last) / 2), GAP - 8

    def _trace_arc(self, bundle: Bundle, start: Box, end: Box) -> Traced:
        ports = self.ports[bundle.key]
        first, last = ports[bundle.start], ports[bundle.end]
        if bundle.route == "over":
            y = self.top - (bundle.lane + 0.6) * LANE
            edges = start.y, end.y
        else:
            y = self.bottom + (bundle.lane + 0.8) * LANE
            edges = start.y + HEIGHT, end.y + HEIGHT
        points = ((first, edges[0]), (first, y), (last, y), (last, edges[1]))
        return points, ((first + last) / 2, y), max(abs(first - last) - 16, GAP)

    def _trace_drop(self, bundle: Bundle, start: Box, end: Box) -> Traced:
        """Trace an arrow between the normal course and what lies below it."""
        ports = self.ports.get(bundle.key, {})
        first, last = start.y + HEIGHT / 2, end.y + HEIGHT / 2
        if bundle.start not in self.plan.sides:
            x = ports[bundle.start]
            is_right = x > end.x + WIDTH
            if not is_right and x >= end.x:
                points: tuple[Point, ...] = ((x, start.y + HEIGHT), (x, end.y))
                return points, (x, (start.y + HEIGHT + end.y) / 2), GAP
            tip = end.x + WIDTH if is_right else end.x
            points = ((x, start.y + HEIGHT), (x, last), (tip, last))
            if bundle.family == "reject":
                return points, ((max(x, tip - GAP) + tip) / 2, last), GAP - 8
            return points, (x, (start.y + HEIGHT + last) / 2), GAP - 8
        if bundle.end not in self.plan.sides:
            x = ports[bundle.end]
            tail = start.x if x < start.x else start.x + WIDTH
            points = ((tail, first), (x, first), (x, end.y + HEIGHT))
            return points, (x, (first + end.y + HEIGHT) / 2), GAP - 8
        turn = max(start.x, end.x) + WIDTH + GAP / 4
        points = (
            (start.x + WIDTH, first),
            (turn, first),
            (turn, last),
            (end.x + WIDTH, last),
        )
        return points, (turn, (first + last) / 2), GAP - 8

    def measure(self) -> tuple[float, float]:
        """Return width and height of the whole."""
        boxes = self.boxes.values()
        lanes = self.bottom + self.plan.count_lanes("under") * LANE
        return (
            max((box.x + WIDTH for box in boxes), default=0) + MARGIN,
            max([lanes, *(box.y + HEIGHT for box in boxes)]) + MARGIN,
        )
