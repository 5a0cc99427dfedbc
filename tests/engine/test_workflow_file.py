"""The file of a definition: one shape, the same bytes, a code for every fault."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain_tree import grow
from engine.workflow_file import (
    MOST_BYTES,
    MOST_DEPTH,
    MOST_FAULTS,
    Key,
    domain_text,
    is_domain,
    read,
    write,
)

STEP_KEYS = (
    Key("name", kind="words", is_required=True),
    Key("kind", kind="choice", is_required=True, choices=("group", "user", "climb")),
    Key("user", kind="reference"),
    Key("group", kind="reference"),
    Key("field_name", default=""),
    Key("level", kind="choice", choices=("province",)),
    Key("needed", kind="number", default=1, low=1, high=9),
    Key("fallback", kind="reference", default="base.group"),
)
TRANSITION_KEYS = (
    Key("name", kind="words", is_required=True),
    Key("from", is_required=True),
    Key("to", is_required=True),
    Key("when_amount_from", kind="number", default=0, high=9 * 10**15),
    Key("when_amount_to", kind="number", default=0, high=9 * 10**15),
    Key("condition", kind="domain", default=[]),
    Key("any_earlier", kind="flag", default=False),
    Key("steps", kind="parts", default=[], parts=STEP_KEYS),
    Key(
        "papers",
        kind="parts",
        default=[],
        parts=(
            Key("paper", kind="reference", is_required=True),
            Key("condition", kind="domain", default=[]),
        ),
    ),
    Key("escalations", kind="parts", default=[]),
    Key("notices", kind="parts", default=[]),
)
KEYS = (
    Key("code", is_required=True),
    Key("name", kind="words", is_required=True),
    Key("stages", kind="parts", default=[], parts=(Key("code", is_required=True),)),
    Key("transitions", kind="parts", default=[], parts=TRANSITION_KEYS),
)
SIGN = {
    "name": {"en_US": "Sign", "vi_VN": "Ký"},
    "from": "draft",
    "to": "done",
    "when_amount_from": 5_000_000_000,
    "condition": [["kind", "=", "assign"]],
    "steps": [{"name": "Head", "kind": "group", "group": "base.heads"}],
}
GOOD = {
    "format": "mtqg.workflow/1",
    "code": "decision",
    "name": "Decision",
    "stages": [{"code": "draft"}, {"code": "done"}],
    "transitions": [SIGN],
}


def _read(data):
    return read(json.dumps(data), KEYS)


def _faults(data):
    return {fault.values.get("path"): fault.code for fault in _read(data)[1]}


def _with(**changes):
    """Return the good file with a changed transition."""
    return {**GOOD, "transitions": [{**SIGN, **changes}]}


def test_what_is_written_is_read_and_written_again():
    data, faults = _read(GOOD)
    assert faults == []
    text = write(data, KEYS)
    assert write(read(text, KEYS)[0], KEYS) == text
    assert '"condition": [["kind", "=", "assign"]],\n' in text
    assert "needed" not in text


def test_none_is_told_from_the_usual_value():
    data, _none = _read(_with(steps=[{**SIGN["steps"][0], "fallback": None}]))
    assert '"fallback": null' in write(data, KEYS)
    assert data["transitions"][0]["steps"][0]["fallback"] is None


def test_a_byte_order_mark_does_no_harm():
    assert read("\ufeff" + json.dumps(GOOD), KEYS)[1] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_json"),
        ("PK\x03\x04", "no_json"),
        ("{", "no_json"),
        ('{"format": NaN}', "no_json"),
        ('{"format": ' + "9" * 5_000 + "}", "no_json"),
        ("[" * 200_000, "too_deep"),
        ('{"a":' * 100_000, "too_deep"),
        (" " * (MOST_BYTES + 1), "too_big"),
        ("é" * MOST_BYTES, "too_big"),
        ("[]", "no_definition"),
        ("{}", "no_definition"),
        ("null", "no_definition"),
        ('{"format": "mtqg.workflow/2"}', "format"),
        ('{"format": ["x"]}', "format"),
        ('{"format": "mtqg.workflow/1", "code": "a", "code": "b"}', "twice"),
    ],
)
def test_what_is_no_file_ends_the_reading(text, code):
    data, (fault,) = read(text, KEYS)
    assert (data, fault.code) == ({}, code)


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"name": ""}, "name", "words"),
        ({"name": {"vi_VN": "Ký"}}, "name", "words"),
        ({"name": {"en_US": 5}}, "name", "words"),
        ({"name": ["x"]}, "name", "words"),
        ({"from": None}, "from", "text"),
        ({"to": "nowhere"}, "to", "no_stage"),
        ({"when_amount_from": True}, "when_amount_from", "number"),
        ({"when_amount_from": 1.5}, "when_amount_from", "number"),
        ({"when_amount_from": 10**30}, "when_amount_from", "number"),
        ({"when_amount_from": -1}, "when_amount_from", "number"),
        ({"when_amount_to": 5}, "when_amount_to", "amounts"),
        ({"any_earlier": 1}, "any_earlier", "flag"),
        ({"condition": {"a": 1}}, "condition", "domain"),
        ({"condition": "x\0"}, "condition", "domain"),
        ({"steps": {}}, "steps", "parts"),
        ({"steps": [7]}, "steps[0]", "object"),
        ({"steps": [{}] * 501}, "steps", "too_many"),
        ({"steps": [{"name": "Head"}]}, "steps[0].kind", "missing"),
        ({"surprise": 1}, "surprise", "unknown"),
        ({"name": "\ud800"}, "name", "words"),
        ({"name": "a\0b"}, "name", "words"),
        ({"name": "x" * 2_001}, "name", "words"),
    ],
)
def test_each_fault_names_its_place(changes, path, code):
    assert _faults(_with(**changes))[f"transitions[0].{path}"] == code


@pytest.mark.parametrize(
    ("step", "path", "code"),
    [
        ({"kind": "all"}, "kind", "choice"),
        ({"kind": []}, "kind", "choice"),
        ({"kind": "group", "group": None}, "group", "missing"),
        ({"kind": "user"}, "user", "missing"),
        ({"kind": "climb"}, "level", "missing"),
        ({"group": {"name": "a", "code": "b"}}, "group", "reference"),
        ({"group": 5}, "group", "reference"),
        ({"needed": 0}, "needed", "number"),
    ],
)
def test_a_step_names_whom_it_asks(step, path, code):
    rows = [{"name": "Head", "kind": "group", "group": "base.heads", **step}]
    assert _faults(_with(steps=rows))[f"transitions[0].steps[0].{path}"] == code


def test_a_number_beyond_all_is_no_value_of_a_condition():
    text = json.dumps(GOOD).replace('"assign"', "1e999")
    (fault,) = read(text, KEYS)[1]
    assert fault.values["path"] == "transitions[0].condition"


def test_codes_of_stages_and_papers_stand_once():
    twice = {**GOOD, "stages": [*GOOD["stages"], {"code": "draft"}]}
    assert _faults(twice) == {"stages[2].code": "stage_twice"}
    papers = [{"paper": "report"}, {"paper": "report"}]
    assert _faults(_with(papers=papers)) == {
        "transitions[0].papers[1].paper": "paper_twice"
    }


def test_a_file_full_of_faults_is_answered_shortly():
    rows = [{"a": 1, "b": 2, "c": 3}] * 500
    assert len(_read({**GOOD, "transitions": rows})[1]) == MOST_FAULTS


def test_a_file_of_too_many_steps_is_refused():
    step = {"name": "a", "kind": "user", "user": "b"}
    rows = [{**SIGN, "steps": [step] * 401} for _number in range(5)]
    assert _faults({**GOOD, "transitions": rows}) == {"transitions": "too_many"}


def test_conditions_nest_only_so_far():
    deep = ["a", "=", 1]
    for _level in range(MOST_DEPTH):
        deep = ["a", "any", [deep]]
    assert not is_domain([deep])
    assert is_domain([["a", "any", [["b", "in", [{"code": "TS"}, None, 1.5]]]]])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SIGN)), json_values)
def test_no_value_is_answered_by_an_error(name, value):
    data, faults = read(json.dumps(_with(**{name: value})), KEYS)
    assert bool(data) != bool(faults)
    if data:
        text = write(data, KEYS)
        assert read(text, KEYS) == (data, [])


def test_a_domain_is_written_as_python_reads_it():
    items = ["|", ["a", "=", 1], "!", ["b", "any", [["c", "in", [1, 2]]]]]
    text = domain_text(items)
    assert text == "['|', ('a', '=', 1), '!', ('b', 'any', [('c', 'in', [1, 2])])]"
    tree = grow(items)
    assert [branch.operator for branch in tree.branches] == ["", "!"]


@pytest.mark.parametrize("items", [["|", ["a", "=", 1]], ["!"], [5], ["x"]])
def test_what_is_no_domain_grows_no_tree(items):
    with pytest.raises(ValueError, match="not a domain"):
        grow(items)
