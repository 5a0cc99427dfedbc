"""Who is asked: never nobody, never the wrong one, never so that a step is stuck."""

import random
from itertools import pairwise

from engine.approver_faults import Case, Open, find_people_faults, find_stuck
from engine.approvers import ANYWHERE, Asked, Claims, People, resolve
from engine.workflow import Step

LEADERS, READERS, MANAGERS, BOARD, FINANCE = 1, 2, 3, 4, 5
PROVINCE, DISTRICT, COMMUNE, LONELY = 10, 20, 30, 40
PARENTS = {COMMUNE: DISTRICT, DISTRICT: PROVINCE, PROVINCE: 0, LONELY: PROVINCE}
KINDS = {PROVINCE: "province", DISTRICT: "district", COMMUNE: "commune"}


def make_people(groups, parents=PARENTS, kinds=KINDS):
    """Return people of ``{group: {unit: users}}``; whoever has a group reads."""
    held = {
        group: {unit: frozenset(users) for unit, users in units.items()}
        for group, units in groups.items()
    }
    for units in held.values():
        units.setdefault(ANYWHERE, frozenset().union(*units.values()))
    everybody = frozenset().union(*(units[ANYWHERE] for units in held.values()))
    held[READERS] = held.get(READERS, {}) | {ANYWHERE: everybody}
    return People(parents, kinds, lambda g: held.get(g, {}), LEADERS, READERS, MANAGERS)


# 11 leads the commune, 21 and 22 the district, 31 the province; 41 manages
CAST = make_people(
    {
        LEADERS: {COMMUNE: {11}, DISTRICT: {21, 22}, PROVINCE: {31}},
        BOARD: {PROVINCE: {31, 32, 33}},
        FINANCE: {PROVINCE: {32}},
        MANAGERS: {ANYWHERE: {41}},
    }
)


def ask(kind, unit=COMMUNE, people=CAST, barred=(), target=Asked(), **values):  # noqa: B008
    step = Step(1, kind, fallback_group=values.pop("fallback_group", BOARD), **values)
    return resolve(step, unit, people, frozenset(barred), target)


def test_leader_of_the_unit_or_of_the_next_superior_that_has_one():
    assert ask("unit_leader") == [Asked(group=LEADERS, unit=COMMUNE)]
    assert ask("unit_leader", LONELY) == [Asked(group=LEADERS, unit=PROVINCE)]
    assert ask("unit_leader", barred=[11]) == [Asked(group=LEADERS, unit=DISTRICT)]


def test_leader_of_the_superior_and_at_the_top_of_the_unit_itself():
    assert ask("superior_leader") == [Asked(group=LEADERS, unit=DISTRICT)]
    assert ask("superior_leader", PROVINCE) == [Asked(group=LEADERS, unit=PROVINCE)]


def test_leader_of_the_superior_at_a_level():
    assert ask("level_leader", level="province") == [
        Asked(group=LEADERS, unit=PROVINCE)
    ]
    assert ask("level_leader", level="ministry") == [Asked(group=BOARD)]


def test_climbing_asks_every_superior_up_to_the_level():
    assert ask("climb", level="province") == [
        Asked(group=LEADERS, unit=DISTRICT),
        Asked(group=LEADERS, unit=PROVINCE),
    ]
    assert ask("climb", level="district") == [Asked(group=LEADERS, unit=DISTRICT)]


def test_climbing_skips_who_is_missing_below_but_not_at_the_level():
    assert ask("climb", barred=[21, 22], level="province") == [
        Asked(group=LEADERS, unit=PROVINCE)
    ]
    assert ask("climb", barred=[21, 22], level="district") == [
        Asked(group=LEADERS, unit=PROVINCE)
    ]
    assert ask("climb", barred=[31], level="province") == [
        Asked(group=LEADERS, unit=DISTRICT),
        Asked(group=BOARD),
    ]
    assert ask("climb", PROVINCE, level="province") == [Asked(group=BOARD)]


def test_nearest_members_of_a_group_and_enough_of_them():
    assert ask("group", group=BOARD) == [Asked(group=BOARD, unit=PROVINCE)]
    committee = {"group": LEADERS, "quorum": "some", "needed": 2}
    assert ask("group", **committee) == [Asked(group=LEADERS, unit=DISTRICT)]
    assert ask("group", **committee | {"needed": 3}) == [Asked(group=BOARD)]


def test_a_field_names_a_unit_or_a_user():
    at_unit, at_user = Asked(unit=DISTRICT), Asked(user=32)
    assert ask("field", target=at_unit, group=LEADERS) == [
        Asked(group=LEADERS, unit=DISTRICT)
    ]
    assert ask("field", target=at_user) == [at_user]
    assert ask("field", target=at_user, barred=[32]) == [Asked(group=BOARD)]
    assert ask("field", group=LEADERS) == [Asked(group=LEADERS, unit=COMMUNE)]


def test_a_user_who_left_or_made_the_document_is_not_asked():
    assert ask("user", user=32) == [Asked(user=32)]
    assert ask("user", user=99) == [Asked(group=BOARD)]
    assert ask("user", user=32, barred=[32]) == [Asked(group=BOARD)]


def test_where_even_the_fallback_has_nobody_managers_are_asked():
    assert ask("user", user=99, fallback_group=77) == [Asked(group=MANAGERS)]
    assert ask("user", user=99, fallback_group=0) == [Asked(group=MANAGERS)]
    assert ask("user", user=99, barred=[31, 32, 33]) == [Asked(group=MANAGERS)]


def resolve_all(steps, unit, people, barred=frozenset()):
    """Return (step, rung, asked) of the steps of one submission."""
    claims = Claims()
    return [
        (step, rung, asked)
        for step in steps
        for rung, asked in enumerate(resolve(step, unit, people, barred, claims=claims))
    ]


def test_who_signs_the_first_step_is_not_needed_for_the_second():
    steps = [
        Step(1, "unit_leader", 10, fallback_group=BOARD),
        Step(2, "superior_leader", 20, fallback_group=BOARD),
    ]
    # a district without leaders: the province stands in for it and for itself
    people = make_people({LEADERS: {PROVINCE: {31}}, BOARD: {PROVINCE: {32, 33}}})
    asked = [asked for _step, _rung, asked in resolve_all(steps, DISTRICT, people)]
    assert asked == [Asked(group=LEADERS, unit=PROVINCE), Asked(group=BOARD)]
    lenient = [steps[0], Step(2, "superior_leader", 20, bar_earlier=False)]
    asked = [asked for _step, _rung, asked in resolve_all(lenient, DISTRICT, people)]
    assert asked == [Asked(group=LEADERS, unit=PROVINCE)] * 2


# === PROPERTIES === #


def random_people(dice):
    """Return a random tree of units with random holders of three groups."""
    parents = {unit: dice.choice([0, *range(1, unit)]) for unit in range(1, 7)}
    kinds = {unit: dice.choice(["commune", "district", "province"]) for unit in parents}
    groups = {
        group: {
            unit: set(dice.sample(range(100, 108), dice.randint(0, 3)))
            for unit in parents
        }
        for group in (LEADERS, BOARD, FINANCE)
    }
    return make_people(groups | {MANAGERS: {ANYWHERE: {200}}}, parents, kinds)


def random_step(dice, number):
    kind = dice.choice(
        ["unit_leader", "superior_leader", "level_leader", "climb", "group", "user"]
    )
    quorum = dice.choice(["any", "any", "all", "some"])
    return Step(
        number,
        kind,
        sequence=dice.choice([10, 20]),
        quorum=quorum,
        needed=dice.randint(1, 3) if quorum == "some" else 1,
        level=dice.choice(["district", "province"]),
        user=dice.randint(100, 109),
        group=dice.choice([BOARD, FINANCE]),
        fallback_group=dice.choice([BOARD, 0]),
        bar_earlier=dice.random() < 0.7,
    )


def test_somebody_is_asked_and_neither_a_maker_nor_too_few():
    dice = random.Random(4)
    for _round in range(4_000):
        people, step = random_people(dice), random_step(dice, 1)
        barred = frozenset(dice.sample(range(100, 108), 2))
        asked = resolve(step, dice.randint(1, 6), people, barred)
        assert asked
        needed = step.needed if step.quorum == "some" else 1
        for who in asked:
            left = people.find_asked(who) - barred
            assert len(left) >= needed or who.group == MANAGERS


def test_units_are_asked_upwards_only_and_each_once():
    dice = random.Random(5)
    for _round in range(4_000):
        people, step = random_people(dice), random_step(dice, 1)
        unit = dice.randint(1, 6)
        places = [who.unit for who in resolve(step, unit, people) if who.unit]
        ranks = [list(people.climb(unit)).index(place) for place in places]
        assert all(before < after for before, after in pairwise(ranks))


def is_fallback(who):
    return not who.user and who.unit == ANYWHERE


def play(dice, tasks, people):
    """Let random people agree until nothing waits; return the task that is stuck."""
    agreed, done = {}, set()
    orders = {number: (t[0].sequence, t[1]) for number, t in enumerate(tasks)}
    while len(done) < len(tasks):
        now = min(orders[number] for number in orders if number not in done)
        number = dice.choice([n for n in orders if n not in done and orders[n] == now])
        step, _rung, who = tasks[number]
        votes = agreed.setdefault(number, set())
        barred = set(votes)
        if step.bar_earlier:
            barred = set().union(*agreed.values())
        left = people.find_asked(who) - barred
        if not left:
            return number
        votes.add(dice.choice(sorted(left)))
        if is_complete(step, votes, barred | votes, people.find_asked(who)):
            done.add(number)
    return None


def is_complete(step, votes, barred, members):
    if step.quorum == "all":
        return not members - barred
    return len(votes) >= (step.needed if step.quorum == "some" else 1)


def test_whoever_signs_first_no_step_runs_out_of_people():
    dice = random.Random(6)
    played = 0
    for _round in range(4_000):
        people = random_people(dice)
        steps = [random_step(dice, number) for number in range(1, 4)]
        steps.sort(key=lambda step: (step.sequence, step.id))
        tasks = resolve_all(steps, dice.randint(1, 6), people)
        if any(is_fallback(who) for _step, _rung, who in tasks):
            continue
        played += 1
        for _game in range(3):
            number = play(dice, tasks, people)
            assert number is None, (number, tasks)
    assert played > 400


# === BEFORE PUBLISHING === #


def faults(*cases, people=CAST):
    return [
        (fault.code, fault.values["units"], fault.values["count"])
        for fault in find_people_faults(cases, people)
    ]


def test_a_step_that_finds_nobody_names_the_first_units():
    step = Step(1, "level_leader", level="ministry")
    units = (PROVINCE, DISTRICT, COMMUNE, LONELY)
    assert faults(Case(step, units)) == [("nobody", units[:3], 4)]
    assert faults(Case(Step(1, "unit_leader"), units)) == []


def test_a_fallback_group_saves_a_step_if_it_has_enough_people():
    units = (COMMUNE,)
    lost = {"kind": "level_leader", "level": "ministry"}
    assert faults(Case(Step(1, **lost, fallback_group=BOARD), units)) == []
    assert faults(Case(Step(1, **lost, fallback_group=77), units)) != []
    some = {**lost, "quorum": "some", "needed": 4, "fallback_group": BOARD}
    assert faults(Case(Step(1, **some), units)) != []


def test_two_steps_that_one_person_would_have_to_sign():
    first, second = Step(1, "unit_leader", 10), Step(2, "unit_leader", 20)
    units = (PROVINCE,)
    assert faults(Case(first, units), Case(second, units)) == [("nobody", units, 1)]
    # of steps with a condition not all are asked
    second = Step(2, "unit_leader", 20, condition="large")
    assert faults(Case(first, units), Case(second, units)) == []


def test_a_named_user_must_see_what_he_decides_on():
    step = Step(1, "user", user=99, fallback_group=BOARD)
    assert faults(Case(step, (COMMUNE,))) == [("blind", (), 0)]
    step = Step(1, "user", user=32, fallback_group=BOARD)
    case = Case(step, (COMMUNE, LONELY), hidden=(LONELY,))
    assert faults(case) == [("blind", (LONELY,), 1)]


def test_a_field_must_name_a_unit_with_a_group_or_a_user():
    step = Step(1, "field", field_name="x", fallback_group=BOARD)
    assert faults(Case(step)) == [("field", (), 0)]
    assert faults(Case(step, names="unit")) == [("field_group", (), 0)]
    assert faults(Case(step, names="user")) == []
    step = Step(1, "field", field_name="x", group=FINANCE)
    assert faults(Case(step, names="unit", targets=(COMMUNE, PROVINCE))) == []
    people = make_people({FINANCE: {PROVINCE: {32}}}, parents={})
    case = Case(step, names="unit", targets=(COMMUNE, PROVINCE))
    assert faults(case, people=people) == [("nobody", (COMMUNE,), 1)]


def test_a_task_is_stuck_when_those_who_are_left_are_too_few():
    board = Open(1, group=BOARD, unit=PROVINCE, quorum="some", needed=2)
    waiting = [
        board,
        board._replace(id=2, barred=[31, 32]),
        board._replace(id=3, barred=[31, 32], votes=1),
        board._replace(id=4, barred=[31, 32], guests=[11]),
        board._replace(id=5, barred=[31, 32], guests=[99]),
        Open(6, user=32),
        Open(7, user=99),
        Open(8, user=32, barred=[32]),
        Open(9, group=BOARD, unit=PROVINCE, quorum="all", barred=[31, 32]),
        Open(10, group=BOARD, unit=PROVINCE, quorum="all", barred=[31, 32, 33]),
    ]
    assert find_stuck(waiting, CAST) == [2, 5, 7, 8, 10]
