"""What changed from one version to the next."""

from copy import deepcopy

from engine.workflow_compare import compare

STEP = {"name": "Head", "kind": "unit_leader", "sequence": 10, "needed": 1}


def transition(name, start="draft", end="done", kind="submit", **values):
    """Return a transition with all that is compared."""
    parts = {"steps": [], "papers": [], "escalations": [], "notices": []}
    ends = {"from": start, "to": end, "kind": kind}
    return {"name": name, **ends, "sequence": 10, "limit_days": 0, **parts, **values}


def version():
    """Return a version with two rows in one decision table."""
    return {
        "code": "decision",
        "condition": [],
        "sequence": 10,
        "stages": [
            {"code": "draft", "name": "Draft", "sequence": 10},
            {"code": "done", "name": "Done", "sequence": 20},
        ],
        "transitions": [
            transition("Large", sequence=10, steps=[STEP]),
            transition("Small", sequence=20),
        ],
    }


def _changes(new, old=None):
    found = compare(old or version(), new)
    return [(c.kind, c.part, c.key, c.item.get("name")) for c in found]


def test_a_copy_changes_nothing():
    assert compare(version(), deepcopy(version())) == []


def test_a_stage_is_known_by_its_code():
    new = version()
    new["stages"][0]["name"] = "Being written"
    new["stages"].append({"code": "review", "name": "Review", "sequence": 15})
    assert _changes(new) == [
        ("changed", "stage", "name", "Being written"),
        ("added", "stage", "", "Review"),
    ]


def test_a_step_is_new_changed_or_gone():
    new = version()
    new["transitions"][0]["steps"] = [{**STEP, "needed": 2}]
    new["transitions"][1]["steps"] = [{**STEP, "name": "Chair"}]
    assert _changes(new) == [
        ("changed", "step", "needed", "Head"),
        ("added", "step", "", "Chair"),
    ]
    assert _changes(version(), new)[-1] == ("removed", "step", "", "Chair")


def test_a_way_is_renamed_or_leads_elsewhere():
    new = version()
    new["transitions"][1]["name"] = "Rest"
    assert _changes(new) == [("changed", "transition", "name", "Rest")]
    new = version()
    new["stages"].append({"code": "review", "name": "Review", "sequence": 15})
    new["transitions"][1]["to"] = "review"
    assert ("changed", "transition", "to", "Small") in _changes(new)


def test_the_order_of_a_decision_table_counts_and_numbers_do_not():
    new = version()
    for row in new["transitions"]:
        row["sequence"] *= 7
    assert compare(version(), new) == []
    new["transitions"].reverse()
    new["transitions"][0]["sequence"] = 1
    assert _changes(new) == [("order", "transition", "", "Small")]


def test_papers_and_ladders_are_compared():
    new = version()
    new["transitions"][0]["papers"] = [{"paper": "report", "condition": []}]
    new["transitions"][0]["escalations"] = [{"days": 2, "kind": "group"}]
    new["transitions"][0]["notices"] = [{"audience": "requester", "group": None}]
    kinds = [(c.kind, c.part) for c in compare(version(), new)]
    assert kinds == [("added", p) for p in ("paper", "escalation", "notice")]
    later = deepcopy(new)
    later["transitions"][0]["papers"][0]["condition"] = [["kind", "=", "small"]]
    (change,) = compare(new, later)
    assert (change.part, change.key) == ("paper", "condition")
