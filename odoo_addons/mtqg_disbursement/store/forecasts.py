"""What a forecast needs to know of every balance, and its results, in bulk."""

from collections import Counter
from typing import NamedTuple

from odoo.tools import SQL

from ..engine.forecast import BINS, STOPPED, Facts, History
from ..engine.ledger import EFFECTS
from .ledger import sum_of
from .measures import balances_at

_GIVEN = tuple(kind for kind, e in EFFECTS.items() if e.own.get("assigned", 0) > 0)
_SPENT = tuple(
    kind
    for kind, e in EFFECTS.items()
    if e.own.get("advance", 0) + e.own.get("completed", 0)
)

# one row a balance, with what is known of its project
_FACTS = """WITH begun AS (
               SELECT allocation_id, MIN(date) AS date FROM mtqg_entry
                WHERE kind = ANY(%(given)s) AND reversal_of_id IS NULL AND date <= %(day)s
                GROUP BY allocation_id),
           signed AS (SELECT DISTINCT project_id FROM mtqg_contract
                       WHERE COALESCE(date, %(day)s) <= %(day)s)
           SELECT a.id, p.root_id, a.nature, a.is_carried_over, a.parent_path, a.project_id,
                  a.plan_year,
                  a.date_last, GREATEST(make_date(a.plan_year, 1, 1), begun.date) AS start,
                  CASE WHEN j.id IS NULL OR signed.project_id IS NOT NULL
                            OR j.kind = 'recurrent' AND s.kind <> 'start' THEN ''
                       WHEN j.workflow_state IN ('rejected', 'cancelled') THEN 'stopped'
                       WHEN s.id IS NULL OR s.kind = 'start' THEN 'preparation'
                       ELSE 'no_contract' END AS stage,
                  NULLIF(j.amount_total, 0) AS total,
                  a.amount_kept - a.amount_carried - a.amount_cancelled AS plan,
                  a.amount_disbursed AS disbursed, a.amount_available AS available,
                  a.amount_allocated AS allocated
             FROM mtqg_allocation a
             JOIN mtqg_program p ON p.id = a.program_id
             LEFT JOIN begun ON begun.allocation_id = a.id
             LEFT JOIN mtqg_project j ON j.id = a.project_id
             LEFT JOIN mtqg_workflow_stage s ON s.id = j.stage_id
             LEFT JOIN signed ON signed.project_id = a.project_id
            WHERE a.amount_assigned > 0
            ORDER BY a.id"""

# A class is learnt from so many units at least: from fewer, somebody could tell what a
# single other unit paid by the forecast of his own.
LEAST_UNITS = 5

# what the balances whose last day is over paid, by point of their time
_HISTORY = """WITH begun AS (
               SELECT e.allocation_id, MIN(e.date) AS date FROM mtqg_entry e
                WHERE e.kind = ANY(%(given)s) AND e.reversal_of_id IS NULL
                GROUP BY e.allocation_id),
           done AS (
               SELECT a.id, p.root_id, a.nature, a.is_carried_over AS carried, a.plan_year,
                      a.unit_id, a.amount_kept, a.date_last,
                      GREATEST(make_date(a.plan_year, 1, 1), begun.date) AS start
                 FROM mtqg_allocation a
                 JOIN mtqg_program p ON p.id = a.program_id
                 JOIN begun ON begun.allocation_id = a.id
                WHERE a.date_last < %(day)s AND a.amount_kept > 0),
           paid AS (
               SELECT d.root_id, d.nature, d.carried,
                      LEAST(GREATEST((e.date - d.start) * %(bins)s
                                     / GREATEST(d.date_last - d.start + 1, 1), 0), %(bins)s - 1) AS bin,
                      e.kind, CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END AS amount
                 FROM done d JOIN mtqg_entry e ON e.allocation_id = d.id
                WHERE e.kind = ANY(%(spent)s)),
           spent AS (
               SELECT root_id, nature, carried, bin, %(advance)s + %(completed)s AS amount
                 FROM paid GROUP BY 1, 2, 3, 4),
           plan AS (
               SELECT root_id, nature, carried, SUM(amount_kept) AS amount,
                      COUNT(DISTINCT plan_year) AS years
                 FROM done GROUP BY 1, 2, 3
               HAVING COUNT(DISTINCT unit_id) >= %(least)s)
           SELECT plan.root_id, plan.nature, plan.carried, plan.amount, plan.years,
                  spent.bin, spent.amount
             FROM plan LEFT JOIN spent USING (root_id, nature, carried)
            ORDER BY 1, 2, 3, 6"""

_COLUMNS = (
    ("allocation_id", "int4"),
    ("stage", "varchar"),
    ("amount_plan", "int8"),
    ("amount_disbursed", "int8"),
    ("amount_available", "int8"),
    ("amount_expected", "int8"),
    ("amount_final", "int8"),
    ("amount_linear", "int8"),
    ("amount_at_risk", "int8"),
    ("amount_capacity", "int8"),
    ("percent_season", "float8"),
)
# taken over from the balance, to be grouped and ruled by
_DIMENSIONS = (
    "unit_id",
    "program_id",
    "project_id",
    "nature",
    "source",
    "plan_year",
    "origin_year",
    "date_last",
)


class Holder(NamedTuple):
    """A balance with available capital, as the forecast reads it.

    ``season`` is its class: (whole program, nature, carried over). ``is_leaf`` tells
    that nothing of it was allocated further.
    """

    id: int
    season: tuple
    facts: Facts
    path: tuple
    project: int | None
    is_leaf: bool
    plan_year: int


def read_holders(env, day, is_past=False):
    """Return the balances that have available capital.

    Stage and total investment of projects are always those of now.

    :param bool is_past: counters as of the day, from the entries, and not those of now
    :return: list of ``Holder``
    """
    env.flush_all()
    rows = env.execute_query_dict(SQL(_FACTS, given=list(_GIVEN), day=day))
    if is_past:
        _turn_back(env, rows, day)
    spent, booked = Counter(), Counter()
    for row in rows:
        spent[row["project_id"]] += int(row["disbursed"])
        booked[row["project_id"]] += int(row["available"])
    return [
        _as_holder(row, spent[row["project_id"]], booked[row["project_id"]])
        for row in rows
        if row["available"] > 0
    ]


def _turn_back(env, rows, day):
    """Give the rows the counters of a past day."""
    past = {
        figures["id"]: figures
        for figures in balances_at(env, [row["id"] for row in rows], day)
    }
    for row in rows:
        figures = past[row["id"]]
        gone = figures["allocated"] + figures["carried"] + figures["cancelled"]
        row["plan"] = figures["assigned"] - gone
        for name in ("disbursed", "available", "allocated"):
            row[name] = figures[name]


def _as_holder(row, spent, booked):
    total = row["total"] if row["project_id"] else None
    # who has paid already waits for no first contract
    has_begun = spent > 0 and row["stage"] != STOPPED
    facts = Facts(
        plan=int(row["plan"]),
        disbursed=int(row["disbursed"]),
        available=int(row["available"]),
        start=row["start"] or row["date_last"],
        last=row["date_last"],
        stage="" if has_begun else row["stage"],
        room=None if total is None else max(int(total) - spent, 0),
        booked=booked,
    )
    return Holder(
        row["id"],
        (row["root_id"], row["nature"], row["is_carried_over"]),
        facts,
        tuple(map(int, row["parent_path"].rstrip("/").split("/"))),
        row["project_id"],
        not row["allocated"],
        row["plan_year"],
    )


def read_histories(env, day):
    """Return what the balances that ended before a day did, by class.

    Classes that fewer than ``LEAST_UNITS`` units hold are left out.

    :return: dict class -> ``engine.forecast.History``
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            _HISTORY,
            given=list(_GIVEN),
            spent=list(_SPENT),
            day=day,
            bins=BINS,
            least=LEAST_UNITS,
            advance=sum_of("advance", "own"),
            completed=sum_of("completed", "own"),
        )
    )
    found = {}
    for root, nature, carried, plan, years, bin_, amount in rows:
        key = (root, nature, carried)
        paid, *_rest = found.setdefault(key, ([0] * BINS, int(plan), years))
        if bin_ is not None:
            paid[bin_] += int(amount)
    return {
        key: History(tuple(paid), plan, years)
        for key, (paid, plan, years) in found.items()
    }


def replace_forecasts(env, rows):
    """Make the rows all that is forecast; a balance keeps its row and the row its id.

    :param rows: tuples in the order of the columns above
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    own = [name for name, _type in _COLUMNS]
    env.cr.execute(
        SQL(
            "DELETE FROM mtqg_forecast WHERE allocation_id <> ALL(%s)", list(columns[0])
        )
    )
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_forecast (%(own)s, %(dimensions)s)
               SELECT %(fresh)s, %(taken)s
                 FROM unnest(%(arrays)s) AS fresh (%(own)s)
                 JOIN mtqg_allocation a ON a.id = fresh.allocation_id
                 LEFT JOIN mtqg_forecast old ON old.allocation_id = fresh.allocation_id
                WHERE (%(old)s) IS DISTINCT FROM (%(fresh)s)
                   OR old.date_last IS DISTINCT FROM a.date_last
               ON CONFLICT (allocation_id) DO UPDATE SET %(changed)s""",
            own=_names(own),
            dimensions=_names(_DIMENSIONS),
            fresh=_names(own, "fresh"),
            taken=_names(_DIMENSIONS, "a"),
            old=_names(own, "old"),
            arrays=SQL(", ").join(
                SQL("%s::%s[]", list(values), SQL(type_))
                for values, (_name, type_) in zip(columns, _COLUMNS, strict=True)
            ),
            changed=SQL(", ").join(
                SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name))
                for name in (*own[1:], "date_last")
            ),
        )
    )
    env.invalidate_all(flush=False)


def last_entry(env):
    """Return the number of the last entry of the ledger, or 0."""
    env.flush_all()
    ((number,),) = env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM mtqg_entry"))
    return number


def replace_proposals(env, rows):
    """Make the rows all that is proposed, but for pairs that a draft deals with.

    :param rows: tuples (donor, receiver, amount, balance above both, rank)
    """
    env.cr.execute(SQL("DELETE FROM mtqg_transfer_proposal"))
    columns = list(zip(*rows, strict=True)) or [()] * 5
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_transfer_proposal
                      (donor_id, receiver_id, amount, above_id, rank, unit_id, program_id,
                       nature, source, plan_year, origin_year)
               SELECT fresh.*, above.unit_id, above.program_id, above.nature, above.source,
                      above.plan_year, above.origin_year
                 FROM unnest(%s::int4[], %s::int4[], %s::int8[], %s::int4[], %s::int4[])
                      AS fresh (donor, receiver, amount, above, rank)
                 JOIN mtqg_allocation above ON above.id = fresh.above""",
            *[list(values) for values in columns],
        )
    )
    env.invalidate_all(flush=False)


def find_busy(env):
    """Return the balances that a decision deals with that is not posted yet."""
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """SELECT DISTINCT l.allocation_id
                 FROM mtqg_decision_line l JOIN mtqg_decision d ON d.id = l.decision_id
                WHERE d.workflow_state IN ('draft', 'running')
                  AND l.allocation_id IS NOT NULL"""
        )
    )
    return {id_ for (id_,) in rows}


def _names(names, alias=None):
    return SQL(", ").join(
        SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names
    )
