"""The terms of deadlines in SQL: what is asked of a balance, by when, and who owes it.

The figures are those of ``engine.deadlines``; a test compares the two.
"""

import zlib
from typing import NamedTuple

from odoo.fields import Domain
from odoo.tools import SQL, Query

from ..engine.deadlines import WHOLE
from ..engine.ledger import COUNTERS

_SHORTEST_MONTH = 28

_FIGURES = {
    "disbursed": (
        "{assigned} - {allocated} > 0",
        "{assigned} - {allocated} - {carried} - {cancelled}",
        "{advance} + {completed}",
    ),
    "tabmis": ("{assigned} > 0", "{assigned}", "{tabmis}"),
    "allocated": (
        "{assigned} > 0",
        "{assigned}",
        """CASE WHEN {spends} OR ({has_parent} AND {allocated} = 0
                                  AND {tabmis} >= {assigned})
                THEN {assigned}
                ELSE {allocated} + {advance} + {completed} + {carried} + {cancelled}
           END""",
    ),
    "recovered": (
        "{advance} + {completed} > 0",
        "{advance} + {completed}",
        "{completed}",
    ),
}
MEASURES = tuple(_FIGURES)
# the counters that a measure looks at
LOOKS_AT = {
    name: frozenset(c for c in COUNTERS if f"{{{c}}}" in " ".join(texts))
    for name, texts in _FIGURES.items()
}
# … and of a balance that spends its capital itself
LOOKS_AT_SPENDER = LOOKS_AT | {"allocated": frozenset({"assigned"})}
# a commune or a project owner spends its capital itself: nobody is below it
FLAGS = {
    "spends": "(a.project_id IS NOT NULL OR u.kind IN ('commune', 'owner'))",
    "has_parent": "(a.parent_id IS NOT NULL)",
}


class Term(NamedTuple):
    """One rule on balances, ready to be asked of all of them at once.

    :param unit_id: the unit whose subtree owes it, or False for everybody
    :param scope: domain on ``mtqg.allocation``
    :param threshold: hundredths of a percent
    :param due: (month, day, years after the plan year), or None for the balance's own
        last day to disburse
    :param valid: first and last due date for which the rule speaks, or None
    """

    id: int
    measure: str
    threshold: int
    unit_id: int | bool
    scope: Domain
    due: tuple | None
    warning_days: int
    valid: tuple


class Figure(NamedTuple):
    """SQL of a measure on one row: is anything asked, of what, and what is reached."""

    asked: SQL
    base: SQL
    reached: SQL


def figure_now(measure):
    """Return the figure of a measure over a balance ``a`` of a unit ``u`` as it is."""
    columns = {name: f"a.amount_{name}" for name in COUNTERS}
    return _write_figure(measure, columns | FLAGS)


def figure_then(measure):
    """Return the figure of a measure over a row ``r`` with counters and flags."""
    return _write_figure(measure, {name: f"r.{name}" for name in (*COUNTERS, *FLAGS)})


def _write_figure(measure, names):
    return Figure(*(SQL(text.format(**names)) for text in _FIGURES[measure]))


def required(base, threshold):
    """Return SQL for the đồng that a threshold asks of a base, rounded up.

    :param SQL threshold: hundredths of a percent
    """
    # the plain product would not fit into an int8
    return SQL(
        "((%(base)s) / %(whole)s * %(part)s"
        " + (mod(%(base)s, %(whole)s) * %(part)s + %(whole)s - 1) / %(whole)s)",
        base=base,
        part=threshold,
        whole=SQL(str(WHOLE)),
    )


def holds(figure_, threshold):
    """Return SQL that tells whether a figure reaches a threshold (an int)."""
    base, reached = figure_.base, figure_.reached
    if threshold != WHOLE:
        base = required(base, SQL(str(int(threshold))))
    return SQL("(%s) >= (%s)", reached, base)


def due_date(term, alias="a"):
    """Return SQL for the day on which a term is due for a balance."""
    if term.due is None:
        return SQL.identifier(alias, "date_last")
    month, day, years = (SQL(str(int(part))) for part in term.due)
    year = SQL.identifier(alias, "plan_year")
    first = SQL("make_date(%s + %s, %s, 1)", year, years, month)
    if term.due[1] <= _SHORTEST_MONTH:
        return SQL("(%s + %s - 1)", first, day)
    # a day that the month lacks is its last one
    return SQL(
        "LEAST(%s + %s - 1, (%s + interval '1 month')::date - 1)", first, day, first
    )


class Sheet:
    """All live terms, compiled over one row source: balances ``a`` of units ``u``.

    :ivar rows: SQL of the FROM clause
    :ivar scopes: {term id: SQL that tells whether the balance owes it}
    :ivar revision: digits that change with the terms
    """

    def __init__(self, model, terms):
        self.terms = sorted(terms)
        query = Query(model.env, "a", SQL.identifier("mtqg_allocation"))
        self.scopes = {
            term.id: SQL(
                "(%s)",
                SQL(" AND ").join(self._compile(model, query, term)),
            )
            for term in self.terms
        }
        self.rows = SQL(
            "%s JOIN mtqg_unit u ON u.id = a.unit_id", SQL("%s", query.from_clause)
        )
        text = repr([(*t[:4], repr(t.scope), *t[5:]) for t in self.terms])
        self.revision = f"{zlib.crc32(text.encode()):010}"

    def _compile(self, model, query, term):
        """Yield the conditions under which a balance owes a term."""
        if not term.scope.is_true():
            yield term.scope.optimize_full(model)._to_sql(model, "a", query)
        if term.unit_id:
            yield SQL(
                "starts_with(u.parent_path,"
                " (SELECT parent_path FROM mtqg_unit WHERE id = %s))",
                term.unit_id,
            )
        first, last = term.valid
        if first:
            yield SQL("%s >= %s", due_date(term), first)
        if last:
            yield SQL("%s <= %s", due_date(term), last)
        if not term.unit_id and term.scope.is_true():
            yield SQL("TRUE")

    def digest(self):
        """Return SQL for the letters of the balance ``a`` now, after the revision.

        One letter a term: ``-`` nothing is asked, ``o`` open, ``m`` reached. A pass
        over all balances compares them with the stored ones and looks at few entries.
        """
        letters = [
            SQL(
                "CASE WHEN %s AND %s THEN CASE WHEN %s THEN 'm' ELSE 'o' END ELSE '-' END",
                self.scopes[term.id],
                now.asked,
                holds(now, term.threshold),
            )
            for term in self.terms
            for now in [figure_now(term.measure)]
        ]
        return SQL(" || ").join([SQL("%s", self.revision), *letters])

    def letter(self, term, digest):
        """Return SQL for the letter of a term in a digest."""
        place = len(self.revision) + 1 + self.terms.index(term)
        return SQL("substr(%s, %s, 1)", digest, SQL(str(place)))

    def pick(self, moved):
        """Return the terms that look at one of the counters that have moved."""
        return [term for term in self.terms if LOOKS_AT[term.measure] & moved]
