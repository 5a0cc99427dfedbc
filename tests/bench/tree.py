"""Opening the balances of a province: 50,000 of them, as its finance user.

Ours is what the web client asks the server for when the list is opened: the groups with
their sums, and the rows of the groups that it shows open, with the fields of the real
list view and the rules of the user. The floor reads the same sums and rows by
plain SQL. The promise is 0.150 s and 10 queries, not a ratio.
"""

from collections import Counter
from itertools import product

from lxml import etree

from odoo.tools import SQL

from odoo.addons.mtqg_disbursement.store import ledger

import province
from measure import measure, queries, row

BALANCES = 50_000
DISTRICTS, COMMUNES = 10, 250
YEAR, ORIGINS = 2024, (2022, 2023, 2024)
PAGE = 80
PART, PAID = 10**9, 10**8
GOAL = "<= 0.150 s, 10 queries"


def run(env):
    """Yield the lines of opening the list in three ways."""
    user = _make_balances(env)
    # a user of his own language and rules, with caches as in a running server
    own = env(user=user, su=False, context={"lang": "en_US"})
    for case, groupby in (
        ("whole program", "root_program_id"),
        ("program", "program_id"),
        ("unit", "unit_id"),
    ):
        yield _measure(own, case, groupby)


def _measure(env, case, groupby):
    balances = env["mtqg.allocation"]
    specification, aggregates = _read_view(balances)

    def ours():
        env.invalidate_all(flush=False)
        _open_one(balances, groupby, specification, aggregates)

    def floor():
        _read_plainly(env, groupby)

    times = measure(ours, floor)
    return row("tree", f"by {case}, {GOAL}", times, queries=queries(env, ours))


def _open_one(balances, groupby, specification, aggregates):
    """Ask for the groups, then for the first rows of the largest one."""
    answer = balances.web_read_group(
        [],
        [groupby],
        aggregates,
        limit=PAGE,
        groupby_read_specification={groupby: {"display_name": {}}},
    )
    largest = max(answer["groups"], key=lambda group: group["__count"])
    balances.web_search_read(
        largest["__extra_domain"], specification, limit=PAGE, count_limit=10_001
    )


def _read_view(balances):
    """Return what the client reads of a row, and sums of a group."""
    tree = etree.fromstring(balances.get_view(view_type="list")["arch"])
    names = [node.get("name") for node in tree.iterfind("field")]
    specification = {
        name: {"fields": {"display_name": {}}}
        if balances._fields[name].relational
        else {}
        for name in names
    }
    known = balances.fields_get(names, ["aggregator"])
    aggregates = [f"{n}:{known[n]['aggregator']}" for n in names if _adds_up(known[n])]
    return specification, aggregates


def _adds_up(field):
    return field.get("aggregator")


def _read_plainly(env, groupby):
    """Read the same sums, and the first rows of the largest group, by plain SQL."""
    table, column = ("p", "root_id") if groupby == "root_program_id" else ("a", groupby)
    key = SQL.identifier(table, column)
    groups = env.execute_query(
        SQL(
            """SELECT %s, COUNT(*), SUM(amount_kept), SUM(amount_disbursed),
                      SUM(amount_carried), SUM(amount_available), SUM(amount_advance),
                      SUM(amount_cancelled)
                 FROM mtqg_allocation a JOIN mtqg_program p ON p.id = a.program_id
                GROUP BY 1""",
            key,
        )
    )
    largest, *_sums = max(groups, key=lambda group: group[1])
    env.execute_query(
        SQL(
            """SELECT a.*, u.name, p.name
                 FROM mtqg_allocation a
                 JOIN mtqg_unit u ON u.id = a.unit_id
                 JOIN mtqg_program p ON p.id = a.program_id
                WHERE %s = %s
                ORDER BY a.plan_year DESC, a.origin_year, a.parent_path LIMIT %s""",
            key,
            largest,
            PAGE,
        )
    )


# === DATA === #


def _make_balances(env):
    """Open the balances of three levels, and return the finance user."""
    whole, districts, communes = province.make_units(env, "TREE", DISTRICTS, COMMUNES)
    roots = env["mtqg.program"].search([("parent_id", "=", False)])
    kinds = list(product(roots, ("investment", "recurrent"), ORIGINS))
    wanted = BALANCES - len(kinds) * (1 + DISTRICTS)
    places = [
        (depth, number, kind, program)
        for number, kind in enumerate(kinds)
        for depth, program in enumerate(_contents(env, kind[0]))
    ]
    # a program of few contents has fewer balances than one of many
    low = [
        (unit, program, kind, (number, place % DISTRICTS))
        for _depth, number, kind, program in sorted(places, key=lambda p: p[:2])
        for place, unit in enumerate(communes)
    ][:wanted]
    assert len(low) == wanted, len(low)
    held = Counter(above for *_rest, above in low)
    with province.silent_triggers(env):
        _open_all_levels(env, whole, districts, kinds, (low, held))
    assert not ledger.recount(env)
    return province.make_user(env, "finance", "finance", whole)


def _open_all_levels(env, whole, districts, kinds, leaves):
    """Open and fund all balances; each leaf holds PART, and every second paid."""
    low, held = leaves
    sums = Counter()
    for (number, _place), count in held.items():
        sums[number] += count * PART
    top = _open_level(
        env,
        [(whole, k[0], k, None, sums[n], sums[n], 0) for n, k in enumerate(kinds)],
    )
    middle = _open_level(
        env,
        [
            (unit, kind[0], kind, top[n], held[n, d] * PART, held[n, d] * PART, 0)
            for n, kind in enumerate(kinds)
            for d, unit in enumerate(districts)
        ],
    )
    _open_level(
        env,
        [
            (unit, program, kind, middle[n * DISTRICTS + d], PART, 0, PAID * (i % 2))
            for i, (unit, program, kind, (n, d)) in enumerate(low)
        ],
    )


def _contents(env, root):
    return env["mtqg.program"].search([("id", "child_of", root.id)], order="id desc")


def _open_level(env, rows):
    """Open balances with their entries; return their ids."""
    ids = province.open_balances(
        env,
        [
            (unit.id, program.id, kind[1], "central", YEAR, kind[2], parent, *amounts)
            for unit, program, kind, parent, given, down, paid in rows
            for amounts in [(given, down, given, paid)]
        ],
    )
    for place, kind, day in (
        (4, "assign", f"{YEAR}-01-15"),
        (4, "tabmis", f"{YEAR}-01-20"),
        (6, "completed", f"{YEAR}-05-15"),
    ):
        pairs = zip(ids, rows, strict=True)
        entries = [(id_, kind, row_[place], day) for id_, row_ in pairs if row_[place]]
        if entries:
            province.post(env, entries)
    return ids
