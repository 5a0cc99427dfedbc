"""The picture of a definition: every stage in its place, every arrow at its boxes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.workflow import Stage, Transition
from engine.workflow_picture import GAP, HEIGHT, WIDTH, draw
from engine.workflow_route import straighten, walk

KINDS = ("submit", "approve", "return", "reject", "withdraw")
VOUCHER = [
    Stage(1, "start", sequence=1),
    Stage(2, "review", sequence=2),
    Stage(3, "review", sequence=3),
    Stage(4, "done", sequence=4),
    Stage(5, "rejected", sequence=5),
]
VOUCHER_MOVES = [
    Transition(1, "submit", 1, 2),
    Transition(2, "approve", 2, 3, condition="treasury"),
    Transition(3, "approve", 2, 4),
    Transition(4, "approve", 3, 4),
    Transition(5, "return", 2, 1),
    Transition(6, "return", 3, 1),
    Transition(7, "reject", 2, 5),
    Transition(8, "reject", 3, 5),
    Transition(9, "withdraw", 2, 1),
]
stages = st.lists(
    st.sampled_from(("start", "work", "review", "done", "rejected")), max_size=7
).map(lambda kinds: [Stage(i, kind, sequence=i) for i, kind in enumerate(kinds, 1)])


@st.composite
def definitions(draw_):
    """Return stages and transitions of any shape, faulty ones too."""
    known = draw_(stages)
    ids = st.integers(1, len(known) + 1)
    arrows = st.tuples(st.sampled_from(KINDS), ids, ids)
    moves = draw_(st.lists(arrows, max_size=14))
    return known, [Transition(i, *arrow) for i, arrow in enumerate(moves, 1)]


def _boxes(picture):
    return {box.stage: box for box in picture.boxes}


def _touches(point, box):
    x, y = point
    is_beside = x in (box.x, box.x + WIDTH) and box.y <= y <= box.y + HEIGHT
    return is_beside or (y in (box.y, box.y + HEIGHT) and box.x <= x <= box.x + WIDTH)


def test_the_normal_course_runs_from_left_to_right():
    picture = draw(VOUCHER, VOUCHER_MOVES)
    boxes = _boxes(picture)
    xs = [boxes[stage].x for stage in (1, 2, 3, 4)]
    assert xs == sorted(set(xs))
    assert len({boxes[stage].y for stage in (1, 2, 3, 4)}) == 1
    assert boxes[5].y > boxes[4].y + HEIGHT
    routes = {arrow.transitions: arrow.route for arrow in picture.arrows}
    assert routes == {
        (1,): "straight",
        (2,): "straight",
        (3,): "over",
        (4,): "straight",
        (5, 9): "under",
        (6,): "under",
        (7, 8): "drop",
    }


def test_ways_back_have_lanes_of_their_own():
    picture = draw(VOUCHER, VOUCHER_MOVES)
    lows = [a.lines[0][1][1] for a in picture.arrows if a.route == "under"]
    assert len(set(lows)) == len(lows) == 2


def test_rejections_into_one_end_are_one_arrow_with_many_tails():
    picture = draw(VOUCHER, VOUCHER_MOVES)
    (reject,) = (arrow for arrow in picture.arrows if arrow.family == "reject")
    assert len(reject.lines) == 2
    assert len({line[-1] for line in reject.lines}) == 1


def test_an_appeal_stands_below_between_the_stages_it_joins():
    known = [*VOUCHER, Stage(6, "work", sequence=2)]
    moves = [
        *VOUCHER_MOVES[:-1],
        Transition(10, "return", 3, 6),
        Transition(11, "submit", 6, 2),
    ]
    boxes = _boxes(draw(known, moves))
    assert boxes[2].x < boxes[6].x < boxes[3].x
    assert boxes[4].y < boxes[6].y < boxes[5].y


def test_what_leads_back_to_its_own_stage_stands_in_its_box():
    picture = draw(VOUCHER, [Transition(3, "return", 2, 2), *VOUCHER_MOVES[:1]])
    assert picture.loops == {2: (3,)}
    assert [arrow.transitions for arrow in picture.arrows] == [(1,)]


def test_nothing_has_a_picture_too():
    assert draw([], []).boxes == ()


@settings(max_examples=300, deadline=None)
@given(definitions())
def test_no_boxes_overlap_and_every_arrow_ends_at_its_box(definition):
    known, moves = definition
    picture = draw(known, moves)
    boxes = _boxes(picture)
    assert boxes.keys() == {stage.id for stage in known}
    for box in picture.boxes:
        assert 0 <= box.x <= picture.width - WIDTH
        assert 0 <= box.y <= picture.height - HEIGHT
        for other in picture.boxes:
            is_apart = abs(box.x - other.x) >= WIDTH or abs(box.y - other.y) >= HEIGHT
            assert box is other or is_apart
    ends = {move.id: move for move in moves}
    drawn = [t for arrow in picture.arrows for t in arrow.transitions]
    drawn += [t for ids in picture.loops.values() for t in ids]
    joined = {m.id for m in moves if {m.stage_from, m.stage_to} <= boxes.keys()}
    assert sorted(drawn) == sorted(joined)
    for arrow in picture.arrows:
        starts = {ends[t].stage_from for t in arrow.transitions}
        for line in arrow.lines:
            assert _touches(line[-1], boxes[ends[arrow.transitions[0]].stage_to])
            assert any(_touches(line[0], boxes[stage]) for stage in starts)
        assert arrow.room >= GAP - 8


# === WAYS === #


def _definition():
    from engine.workflow import Definition

    return Definition(0, tuple(VOUCHER), tuple(VOUCHER_MOVES))


def test_the_first_row_that_holds_is_taken():
    through = walk(_definition(), 1, lambda _condition: True)
    assert [hop.id for hop in through.hops] == [1, 2, 4]
    straight = walk(_definition(), 1, lambda condition: not condition)
    assert [hop.id for hop in straight.hops] == [1, 3]
    assert straight.list_stages(1) == [1, 2, 4]


def test_a_way_that_ends_says_why():
    assert walk(_definition(), 1, bool).fault == "no_way"
    from engine.workflow import Definition

    ring = [Transition(1, "submit", 1, 2), Transition(2, "approve", 2, 1)]
    around = Definition(0, tuple(VOUCHER), tuple(ring))
    assert walk(around, 1, lambda _condition: True).fault == "loop"


def test_detours_are_left_out():
    assert straighten(list("abcbcd")) == list("abcd")
    assert straighten([]) == []
