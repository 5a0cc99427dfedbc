"""Random definitions of workflows, as rows for the register.

A condition is kept with the function that says whether it holds, so that the oracle
does not ask the register what its domains mean.
"""

from dataclasses import dataclass, field

from ..engine import workflow as engine

AMOUNTS = (0, 1_000, 5_000, 9_000_000_000)
# texts of domains and what they mean for the values of a project
CONDITIONS = {
    "[('kind', '=', 'small')]": lambda v: v["kind"] == "small",
    "[('amount_total', '>=', 5000)]": lambda v: v["amount_total"] >= 5000,
    "[('location', '=', 'north')]": lambda v: v["location"] == "north",
    "[('unit_id.kind', '=', 'commune')]": lambda v: v["unit_kind"] == "commune",
    "['|', ('kind', '=', 'recurrent'), ('amount_total', '<', 1000)]": (
        lambda v: v["kind"] == "recurrent" or v["amount_total"] < 1000
    ),
}
# cells of a decision table
CELLS = (
    ("when_amount_from", 1_000, lambda v: v["amount_total"] >= 1_000),
    ("when_amount_to", 5_000, lambda v: v["amount_total"] < 5_000),
    ("when_group", "small", lambda v: v["kind"] == "small"),
    ("when_unit_kind", "district", lambda v: v["unit_kind"] == "district"),
)
STEP_KINDS = ("unit_leader", "superior_leader", "level_leader", "climb") * 2 + (
    "group",
    "group",
    "user",
    "field",
)


@dataclass
class Plan:
    """A definition as rows (stages by their place), with what its conditions mean."""

    stages: list = field(default_factory=list)
    transitions: list = field(default_factory=list)

    def is_fit(self):
        """Tell whether the definition could be published."""
        stages = [engine.Stage(n, row["kind"]) for n, row in enumerate(self.stages)]
        moves = [
            engine.Transition(
                number,
                row["kind"],
                row["from"],
                row["to"],
                sequence=row["sequence"],
                condition=row["test"],
            )
            for number, row in enumerate(self.transitions)
        ]
        return not engine.find_faults(stages, moves)


class Planner:
    """Draws definitions for some people.

    :param dict groups: ids of groups by name
    :param list users: ids of those whom a step may name
    :param list paper_types: ids
    """

    def __init__(self, rng, groups, users, paper_types):
        self.rng, self.groups, self.users = rng, groups, users
        self.paper_types = paper_types

    def draw(self):
        """Return a definition that could be published."""
        while True:
            plan = Plan()
            self._draw_stages(plan)
            for number, stage in enumerate(plan.stages):
                if stage["kind"] in {"start", "work", "review"}:
                    self._draw_ways(plan, number, stage["kind"])
            if plan.is_fit():
                return plan

    def _chance(self, share):
        return self.rng.random() < share

    def _draw_stages(self, plan):
        middle = self.rng.choices(
            ("review", "work"), (3, 1), k=self.rng.choice((0, 1, 2, 2, 3, 4))
        )
        for number, kind in enumerate(["start", *middle, "done"]):
            plan.stages.append(
                {"kind": kind, "code": f"s{number}", "sequence": 10 * number}
            )
        for kind in ("rejected", "cancelled"):
            if self._chance(0.5):
                plan.stages.append({"kind": kind, "code": kind, "sequence": 90})

    def _draw_ways(self, plan, here, kind):
        onward = "approve" if kind == "review" else "submit"
        rows = self.rng.choices((1, 2, 3), (4, 2, 1))[0]
        for row in range(rows):
            is_last = row == rows - 1
            self._add(plan, onward, here, self._draw_target(plan, here), not is_last)
        if kind == "review" or self._chance(0.7):
            back = [n for n in range(here + 1) if plan.stages[n]["kind"] != "done"]
            for _row in range(self.rng.choice((0, 1, 1, 1))):
                target = self.rng.choice(back)
                self._add(plan, "return", here, target, self._chance(0.2))
            if self._chance(0.8):
                self._add(plan, "withdraw", here, self.rng.choice(back), False)
            ends = [n for n, s in enumerate(plan.stages) if s["kind"] == "rejected"]
            if ends:
                self._add(plan, "reject", here, ends[0], self._chance(0.2))

    def _draw_target(self, plan, here):
        """Return mostly the next stage, and sometimes any other one."""
        if self._chance(0.8):
            return here + 1
        return self.rng.choice([n for n in range(len(plan.stages)) if n != here])

    def _add(self, plan, kind, here, target, has_condition):
        values, test = {}, None
        if has_condition:
            values, test = self._draw_condition()
        plan.transitions.append(
            {
                "kind": kind,
                "from": here,
                "to": target,
                "sequence": 10 * (len(plan.transitions) + 1),
                "values": values,
                "test": test,
                "any_earlier": kind == "return" and self._chance(0.6),
                "steps": self._draw_steps(kind, plan.stages[here]["kind"]),
                "papers": self._draw_papers(kind),
            }
        )

    def _draw_condition(self):
        """Return field values of a row and the function that says if it holds."""
        values, tests = {}, []
        for name, value, test in self.rng.sample(CELLS, self.rng.choice((0, 0, 1, 2))):
            values[name] = value
            tests.append(test)
        if not tests or self._chance(0.3):
            values["condition"], test = self.rng.choice(list(CONDITIONS.items()))
            tests.append(test)
        return values, lambda v: all(test(v) for test in tests)

    # === APPROVERS AND PAPERS === #

    def _draw_steps(self, kind, stage_kind):
        if kind not in {"submit", "approve"}:
            return []
        counts = (1, 1, 2, 2, 3, 3, 0) if stage_kind == "review" else (0, 0, 1, 2)
        return [self._draw_step() for _step in range(self.rng.choice(counts))]

    def _draw_step(self):
        kind = self.rng.choice(STEP_KINDS)
        quorum = self.rng.choices(("any", "all", "some"), (3, 2, 1))[0]
        values = {
            "name": kind,
            "kind": kind,
            "sequence": self.rng.choice((10, 10, 20, 30)),
            "quorum": quorum,
            "needed": self.rng.choice((2, 2, 3)) if quorum == "some" else 1,
            "bar_requester": self._chance(0.8),
            "bar_editor": self._chance(0.8),
            "bar_earlier": self._chance(0.8),
            "fallback_group_id": self.groups[
                self.rng.choice(("manager", "manager", "finance", "leader"))
            ],
            **self._draw_approvers(kind),
        }
        text, test = "[]", None
        if self._chance(0.25):
            text, test = self.rng.choice(list(CONDITIONS.items()))
        return {"values": {**values, "condition": text}, "test": test}

    def _draw_approvers(self, kind):
        match kind:
            case "level_leader" | "climb":
                return {"level": self.rng.choice(("district", "province", "ministry"))}
            case "group":
                return {"group_id": self.groups[self.rng.choice(("leader", "finance"))]}
            case "user":
                return {"user_id": self.rng.choice(self.users)}
            case "field":
                name = self.rng.choice(("unit_id", "unit_id", "create_uid"))
                return {"field_name": name, "group_id": self.groups["leader"]}
        return {}

    def _draw_papers(self, kind):
        if kind not in {"submit", "approve"} or not self._chance(0.12):
            return []
        text, test = "[]", None
        if self._chance(0.4):
            text, test = self.rng.choice(list(CONDITIONS.items()))
        values = {
            "paper_type_id": self.rng.choice(self.paper_types),
            "condition": text,
            "needs_file": self._chance(0.3),
            "needs_validity": self._chance(0.3),
        }
        return [{"values": values, "test": test}]
