"""Since when a balance reaches what its deadlines ask, from its entries, in SQL."""

from odoo.tools import SQL

from ..engine.ledger import COUNTERS, EFFECTS
from .deadline_terms import FLAGS, LOOKS_AT, due_date, figure_then, holds
from .sums import sum_of

# What the entries of the picked balances (and of those below them) made of them, day by
# day, and since when each test has held without a break. One sort by balance serves all
# of it: a join of these rows among themselves is what a planner gets wrong.
_MET = """move AS (
               SELECT p.*, e.kind, e.date, 0 AS given,
                      CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END AS own
                 FROM picked p JOIN mtqg_entry e ON e.allocation_id = p.id
                WHERE %(recorded)s
               UNION ALL
               SELECT p.*, e.kind, e.date,
                      CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END, 0
                 FROM picked p
                 JOIN mtqg_allocation c ON c.parent_id = p.id
                 JOIN mtqg_entry e ON e.allocation_id = c.id
                WHERE e.kind = ANY(%(passing)s) AND %(recorded)s),
           day AS (
               SELECT id, date, %(carried)s, %(moves)s FROM move GROUP BY id, date),
           run AS (
               SELECT id, date, lead(date) OVER days IS NULL AS is_last, %(names)s, %(sums)s
                 FROM day WINDOW days AS (PARTITION BY id ORDER BY date)),
           tried AS (SELECT r.*, %(tests)s FROM run r),
           broken AS (
               SELECT t.*, %(breaks)s FROM tried t WINDOW days AS (PARTITION BY id)),
           held AS (
               SELECT b.*, %(mets)s FROM broken b WINDOW days AS (PARTITION BY id)),
           met AS (SELECT * FROM held WHERE is_last)"""


def list_tests(terms):
    """Return what the terms test, each once: (measure, threshold)."""
    return sorted({(term.measure, term.threshold) for term in terms})


def find_met(tests, recorded=None):
    """Return the CTEs from ``picked`` to ``met``: one row a balance, at the end.

    :param SQL recorded: condition on the entries ``e`` that count
    """
    columns = [[numbered(name, n) for name in _COLUMNS] for n in range(len(tests))]
    looked_at = frozenset().union(*(LOOKS_AT[measure] for measure, _percent in tests))
    counters = [name for name in COUNTERS if name in looked_at]
    return SQL(
        _MET,
        recorded=recorded or SQL("TRUE"),
        passing=[kind for kind, effect in EFFECTS.items() if effect.parent],
        carried=_list(
            SQL("bool_or(%s) AS %s", *[SQL.identifier(name)] * 2) for name in FLAGS
        ),
        names=_list(map(SQL.identifier, FLAGS)),
        # a sum of whole numbers is a slow decimal, unless it is made whole at once
        moves=_list(
            SQL("%s::int8 AS %s", _sum_of(name), SQL.identifier(name))
            for name in counters
        ),
        sums=_list(
            SQL("(SUM(%s) OVER days)::int8 AS %s", *[SQL.identifier(name)] * 2)
            for name in counters
        ),
        tests=_list(map(_try, tests, columns)),
        breaks=_list(
            SQL("MAX(date) FILTER (WHERE NOT %s) OVER days AS %s", ok, broken)
            for ok, broken, _met in columns
        ),
        mets=_list(_hold(*names) for names in columns),
    )


def _try(test, columns):
    measure, threshold = test
    then = figure_then(measure)
    return SQL(
        "CASE WHEN %s THEN %s END AS %s", then.asked, holds(then, threshold), columns[0]
    )


def _hold(ok, broken, met):
    return SQL(
        "MIN(date) FILTER (WHERE %s AND (%s IS NULL OR date > %s)) OVER days AS %s",
        ok,
        broken,
        broken,
        met,
    )


_COLUMNS = ("ok", "broken", "met")


def numbered(name, number):
    return SQL.identifier(f"{name}_{number}")


def _sum_of(counter):
    # what is allocated down moves with the entries of the balances below
    if counter == "allocated":
        return sum_of(counter, "parent", amount="given")
    return sum_of(counter, "own", amount="own")


def flags():
    return _list(
        SQL("%s AS %s", SQL(text), SQL.identifier(n)) for n, text in FLAGS.items()
    )


def met_name(tests, term):
    return numbered("met", tests.index((term.measure, term.threshold)))


def warn_date(term, alias="a"):
    return SQL("%s - %s", due_date(term, alias), SQL(str(int(term.warning_days))))


def _list(items):
    return SQL(", ").join(items)
