"""The forecast against what really came: its back-test, and the cost of a pass.

Four years of balances are made up: each class of program and nature has a season and a
usual result of its own, each year differs a little, each balance pays a few times, some
hardly at all. The last year is forecast on six days with what was posted by then, and
compared with what was disbursed at the last day: mean absolute percentage error of ours
against that of the even pace (disbursed so far over elapsed time). These lines have no
time; a ratio below one means that ours errs less. Made-up years prove the method and
its code, not the future.

The pass is the nightly one, with writing its rows; the floor reads the same sums of the
entries in one statement.
"""

import random
from collections import Counter
from datetime import date, timedelta
from itertools import product

from odoo.tools import SQL

from odoo.addons.mtqg_disbursement.engine.forecast import percentage_errors

import province
from measure import compare, measure, queries, row, undone

YEARS = (2021, 2022, 2023, 2024)
COMMUNES = 100
PLAN = 10**9
DAYS = ("04-30", "06-30", "08-31", "10-31", "11-30", "12-31")


def run(env):
    """Yield the lines of the back-test, then that of the pass."""
    _make_years(env)
    last = YEARS[-1]
    for day in DAYS:
        yield _test_back(env, date.fromisoformat(f"{last}-{day}"))
    forecasts = env["mtqg.forecast"]

    def ours():
        with undone(env):
            env.cr.execute("DELETE FROM mtqg_forecast")
            forecasts._refresh()

    def floor():
        env.execute_query(SQL(_SUMS))

    count = queries(env, ours)
    yield row("forecast", "the pass of all balances", measure(ours, floor), None, count)


_SUMS = """SELECT e.allocation_id, a.plan_year, e.kind, date_trunc('month', e.date),
                  SUM(CASE WHEN e.reversal_of_id IS NULL THEN e.amount
                           ELSE -e.amount END)
             FROM mtqg_entry e JOIN mtqg_allocation a ON a.id = e.allocation_id
            GROUP BY 1, 2, 3, 4"""


def _test_back(env, day):
    """Return the line of a day: our error against that of the even pace."""
    pairs = [
        (result, holder.id)
        for holder, result in env["mtqg.forecast"]._compute_all(day, is_past=True)
        if holder.facts.last == date(day.year + 1, 1, 31) and holder.is_leaf
    ]
    balances = env["mtqg.allocation"].browse(id_ for _result, id_ in pairs)
    real = {balance.id: balance.amount_disbursed for balance in balances}
    ours = percentage_errors((result.final, real[id_]) for result, id_ in pairs)
    even = percentage_errors((result.linear, real[id_]) for result, id_ in pairs)
    error, naive = sum(ours) / len(ours), sum(even) / len(even)
    case = f"error {day:%d/%m}: {error:.0f} %, even pace {naive:.0f} %"
    return compare("forecast", case, error / naive, goal=1)


# === DATA === #


def _make_years(env):
    """Open and fund the balances of all years, and let them pay."""
    dice = random.Random(2024)
    whole, _none, communes = province.make_units(env, "FORE", 1, COMMUNES)
    roots = env["mtqg.program"].search([("parent_id", "=", False)])
    classes = {
        pair: (dice.uniform(1.5, 4), dice.uniform(0.8, 2), dice.uniform(0.6, 0.95))
        for pair in product(roots.ids, ("investment", "recurrent"))
    }
    with province.silent_triggers(env):
        for (pair, habit), year in product(classes.items(), YEARS):
            _make_class(env, dice, (whole, communes), (*pair, year), habit)


def _make_class(env, dice, units, key, habit):
    """Make the balances of a class in a year, under one root."""
    whole, communes = units
    program, nature, year = key
    late, early, ratio = (value * dice.uniform(0.9, 1.1) for value in habit)
    paid = [_pay(dice, year, (late, early), min(ratio, 0.97)) for _unit in communes]
    total = PLAN * len(communes)
    frame = (program, nature, "central", year, year)
    (root,) = province.open_balances(
        env, [(whole.id, *frame, None, total, total, total, 0)]
    )
    leaves = province.open_balances(
        env,
        [
            (unit.id, *frame, root, PLAN, 0, PLAN, sum(days.values()))
            for unit, days in zip(communes, paid, strict=True)
        ],
    )
    entries = [(root, kind, total, f"{year}-01-05") for kind in ("assign", "tabmis")]
    for leaf, days in zip(leaves, paid, strict=True):
        entries += [
            (leaf, kind, PLAN, f"{year}-01-10") for kind in ("assign", "tabmis")
        ]
        entries += [(leaf, "completed", amount, day) for day, amount in days.items()]
    province.post(env, entries)


def _pay(dice, year, season, ratio):
    """Return {day: đồng} of one balance; one in thirty hardly pays at all."""
    final = ratio * PLAN * dice.uniform(0.02, 0.2)
    if dice.random() > 1 / 30:
        final = PLAN * min(max(dice.gauss(ratio, 0.12), 0.2), 1.0)
    parts = [dice.uniform(0.5, 1.5) for _payment in range(dice.randint(3, 10))]
    days = Counter()
    for part in parts:
        moment = timedelta(days=int(dice.betavariate(*season) * 385) + 10)
        days[date(year, 1, 1) + moment] += int(final * part / sum(parts))
    return {day: amount for day, amount in days.items() if amount}
