"""What makes a workflow definition fit to be published."""

from engine.workflow import Stage, Transition, find_faults, find_state

GOOD_STAGES = [
    Stage(1, "start"), Stage(2, "review"), Stage(3, "done"), Stage(4, "rejected")
]  # fmt: skip
GOOD_MOVES = [
    Transition(1, "submit", 1, 2),
    Transition(2, "approve", 2, 3),
    Transition(3, "return", 2, 1),
    Transition(4, "reject", 2, 4),
]


def _codes(stages, moves):
    return [fault.code for fault in find_faults(stages, moves)]


def test_a_complete_definition_has_no_faults():
    assert _codes(GOOD_STAGES, GOOD_MOVES) == []


def test_each_missing_piece_has_its_fault():
    assert _codes(GOOD_STAGES[1:], GOOD_MOVES[1:2])[0] == "one_start"
    assert "no_end" in _codes(GOOD_STAGES[:2], GOOD_MOVES[:1])
    assert "unreachable" in _codes(GOOD_STAGES, GOOD_MOVES[:3])
    assert "dead_end" in _codes(
        [*GOOD_STAGES, Stage(5, "work")], [*GOOD_MOVES, Transition(5, "submit", 1, 5)]
    )


def test_transitions_join_stages_of_the_definition_and_leave_no_end():
    assert "foreign_stage" in _codes(
        GOOD_STAGES, [*GOOD_MOVES, Transition(5, "approve", 2, 9)]
    )
    assert "leaves_end" in _codes(
        GOOD_STAGES, [*GOOD_MOVES, Transition(5, "return", 3, 1)]
    )


def test_a_circle_without_an_end_is_a_dead_end():
    stages = [Stage(1, "start"), Stage(2, "work"), Stage(3, "work"), Stage(4, "done")]
    moves = [
        Transition(1, "submit", 1, 4),
        Transition(2, "submit", 1, 2, sequence=5, condition="large"),
        Transition(3, "submit", 2, 3),
        Transition(4, "submit", 3, 2),
    ]
    assert _codes(stages, moves) == ["dead_end", "dead_end"]


def test_state_follows_the_kind_of_the_stage():
    assert find_state("work", is_open=False) == "running"
    assert find_state("done", is_open=False) == "done"


def test_a_decision_table_leaves_no_document_without_a_way():
    moves = [
        *GOOD_MOVES[:1],
        Transition(2, "approve", 2, 3, condition="small"),
        *GOOD_MOVES[2:],
    ]
    assert _codes(GOOD_STAGES, moves) == ["table_open"]


def test_no_row_of_a_decision_table_is_hidden_behind_another():
    second = Transition(5, "approve", 2, 4, sequence=20, condition="small")
    assert _codes(GOOD_STAGES, [*GOOD_MOVES, second]) == ["table_hidden"]
