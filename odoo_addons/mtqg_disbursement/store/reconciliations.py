"""Exact keys: which entries and lines of statements agree, and what is left over.

Both sides go through one sort; a key with as many figures here as there is settled.
Only what is left is looked at again, and only that is returned: statement lines are
read, never written.
"""

from typing import NamedTuple

from odoo.tools import SQL

from ..engine.matching_items import Item
from .reconciliation_scope import (
    MEASURES,
    PAYMENTS,
    SAID,
    held_by,
    lines_of,
    map_programs,
    paid_by,
)

# more than this, and the statement is about something else
MOST_LEFT = 200_000
KEYS = (
    "amount",
    "project_id",
    "date",
    "unit_id",
    "program_id",
    "origin_year",
    "nature",
    "kind",
)
_CODES = {name: number for number, name in enumerate(MEASURES, 1)}

_WHAT_IS_SAID = """SELECT l.statement_id, l.program_id,
       bool_or(l.project_id IS NOT NULL OR l.project <> ''),
       bool_or(l.program_id IS NOT NULL OR l.program <> ''),
       bool_or(l.unit_id IS NOT NULL OR l.unit <> ''),
       bool_or(l.origin_year > 0), bool_or(l.nature IS NOT NULL),
       bool_or(l.date IS NOT NULL), bool_or(l.voucher <> ''), %(counts)s
  FROM mtqg_statement_line l %(joins)s
 WHERE %(condition)s
 GROUP BY l.statement_id, l.program_id"""

_LEFT = """WITH held AS MATERIALIZED (%(held)s),
     figure AS (
         SELECT 1 AS side, e.id, 0 AS measure, %(own)s
           FROM mtqg_entry e JOIN held h ON h.id = e.allocation_id %(office)s
          WHERE e.date BETWEEN %(first)s AND %(last)s AND e.kind = ANY(%(kinds)s)
            AND %(is_paid)s
         UNION ALL
         SELECT -1, l.id, v.measure, %(treasury)s
           FROM mtqg_statement_line l %(joins)s
          CROSS JOIN LATERAL (VALUES %(values)s) AS v(measure, amount)
          WHERE %(condition)s AND v.amount <> 0),
     odd AS MATERIALIZED (
         SELECT * FROM (SELECT f.*, SUM(side) OVER (PARTITION BY %(keys)s) AS surplus
                          FROM figure f) f
          WHERE surplus <> 0),
     -- the fence makes PostgreSQL look up the few that are odd, one by one
     named AS (
         SELECT o.*, COALESCE(x.voucher, '') AS voucher, x.is_reversal, x.said_on,
                x.entry_kind, x.allocation_id, x.line_id
           FROM odd o
          CROSS JOIN LATERAL (
                SELECT e.reference AS voucher, e.reversal_of_id IS NOT NULL AS is_reversal,
                       e.date AS said_on, e.kind AS entry_kind, e.allocation_id,
                       NULL::int4 AS line_id
                  FROM mtqg_entry e WHERE o.side = 1 AND e.id = o.id
                 UNION ALL
                SELECT l.voucher, FALSE, l.date, NULL, NULL, l.id
                  FROM mtqg_statement_line l WHERE o.side = -1 AND l.id = o.id
                OFFSET 0) x),
     by_voucher AS (
         SELECT n.*, row_number() OVER (
                    PARTITION BY side, %(keys)s, voucher
                    ORDER BY id::text COLLATE "C", measure) AS place
           FROM named n),
     without_voucher AS (
         SELECT v.*, row_number() OVER (
                    PARTITION BY side, %(keys)s
                    ORDER BY voucher COLLATE "C", id::text COLLATE "C", measure) AS turn
           FROM (SELECT b.*, COUNT(*) OVER (PARTITION BY %(keys)s, voucher, place) AS sides
                   FROM by_voucher b) v
          WHERE sides = 1),
     alone AS (
         SELECT w.*, row_number() OVER (
                    PARTITION BY side, %(bases)s, is_reversal ORDER BY id) AS pair
           FROM (SELECT w.*, COUNT(*) OVER (PARTITION BY %(keys)s, turn) AS left_over
                   FROM without_voucher w) w
          WHERE left_over = 1),
     kept AS (
         SELECT a.*, COUNT(*) OVER (PARTITION BY side, %(bases)s, pair) AS undone
           FROM alone a),
     few AS MATERIALIZED (
         SELECT * FROM kept k
          WHERE k.side = -1 OR k.undone = 1
          ORDER BY k.side, k.id, k.measure
          LIMIT %(limit)s)
SELECT k.side, k.id, k.measure, k.amount, k.voucher,
       COALESCE(NULLIF(h.project_id, 0), x.project_id),
       COALESCE(h.own_program_id, x.program_id), COALESCE(h.unit_id, x.unit_id),
       COALESCE(p.code, x.project, ''), COALESCE(g.code, x.program, ''),
       COALESCE(u.code, x.unit, ''), COALESCE(h.origin_year, x.origin_year, 0),
       COALESCE(h.nature, x.nature, ''), k.said_on, k.entry_kind
  FROM few k
  LEFT JOIN held h ON h.id = k.allocation_id
  LEFT JOIN LATERAL (SELECT l.project_id, l.program_id, l.unit_id, l.project, l.program,
                            l.unit, l.origin_year, l.nature
                       FROM mtqg_statement_line l WHERE l.id = k.line_id OFFSET 0) x ON TRUE
  LEFT JOIN mtqg_project p ON p.id = COALESCE(NULLIF(h.project_id, 0), x.project_id)
  LEFT JOIN mtqg_program g ON g.id = COALESCE(h.program_id, x.program_id)
  LEFT JOIN mtqg_unit u ON u.id = COALESCE(h.unit_id, x.unit_id)
 ORDER BY k.side, k.id, k.measure"""


class Said(NamedTuple):
    """What the statements of vouchers say, and how much of it.

    ``measures``: which amounts they give; ``fields``: which of ``SAID``;
    ``programs``: the programs they name; ``statements``: their ids; ``count`` and
    ``amount`` (đồng): their payments.
    """

    statements: list
    fields: set
    measures: set
    programs: set
    count: int
    amount: int


class Left(NamedTuple):
    """A figure that no exact key matched, as the engine's item and by its records.

    The id of ``item`` is ``(id, measure)``; ``measure`` is empty for an entry.
    """

    side: str
    item: Item
    project_id: int
    program_id: int
    unit_id: int


def read_said(env, scope, kind="treasury"):
    """Return what the statements of one kind say.

    A statement is one of vouchers when any of its lines has a number or a date.

    :return: (``Said`` of the statements of vouchers, programs that all of them name)
    """
    ids = [id_ for id_, s in scope.statements.items() if s["kind"] == kind]
    rows = _read_said(env, scope, ids) if ids else []
    programs = {row[1] for row in rows if row[1]}
    vouchers = {row[0] for row in rows if row[7] or row[8]}
    rows = [row for row in rows if row[0] in vouchers]
    counts = {
        name: sum(row[9 + 2 * place] for row in rows)
        for place, name in enumerate(MEASURES)
    }
    fields = {
        name for place, name in enumerate(SAID[:-1], 2) if any(r[place] for r in rows)
    }
    if any(counts[name] for name, is_named in MEASURES.items() if is_named):
        fields.add("kind")
    said = Said(
        sorted(vouchers),
        fields,
        {name for name, count in counts.items() if count},
        {row[1] for row in rows if row[1]},
        sum(counts.values()),
        int(sum(sum(row[10::2]) for row in rows)),
    )
    return said, programs


def find_left(env, scope, said):
    """Return what exact keys leave of both sides; ``engine.match_exactly`` in SQL.

    Equal are figures of one project, program, unit, origin year, nature, kind, amount
    and date; what no statement says is not asked. Of several equal ones each counts
    once, those with the same voucher first. An entry and its reversal that are both
    left over settle each other.

    :return: list of ``Left``, at most ``MOST_LEFT`` + 1
    """
    if not said.count:
        return []
    env.flush_all()
    rows = env.execute_query(
        SQL(_LEFT, **_parts_of_sides(scope, said), **_parts_of_keys())
    )
    return [_left(row) for row in rows]


def read_recovered(env, entry_ids):
    """Return what the vouchers of payments settled of advances.

    :param entry_ids: entries of completed volume
    :return: dict entry id -> (đồng, id of the entry of the recovery)
    """
    if not entry_ids:
        return {}
    rows = env.execute_query(
        SQL(
            """SELECT e.id, r.amount, r.id
                 FROM mtqg_entry e
                 JOIN mtqg_entry r
                   ON (r.allocation_id, r.date) = (e.allocation_id, e.date)
                  AND r.kind = 'recover' AND r.reversal_of_id IS NULL
                  AND (r.disbursement_id = e.disbursement_id
                       OR r.disbursement_id IS NULL AND e.disbursement_id IS NULL
                          AND r.reference = e.reference)
                WHERE e.id = ANY(%s) AND e.kind = 'completed'
                  AND e.reversal_of_id IS NULL
                ORDER BY e.id, r.id""",
            list(entry_ids),
        )
    )
    return {id_: (int(amount), other) for id_, amount, other in rows}


def _parts_of_sides(scope, said):
    """Return the parts of ``_LEFT`` that read both sides."""
    office, is_paid = paid_by(scope)
    joins, condition = lines_of(scope, said.statements)
    return {
        "held": held_by(scope, map_programs(scope, said.programs)),
        "own": _own_keys(said),
        "office": office,
        "is_paid": is_paid,
        "first": scope.date_from,
        "last": scope.date_to,
        # a statement that says no recovery is not asked about it
        "kinds": [
            kind
            for kind, (measure, _sign) in PAYMENTS.items()
            if measure != "recovered" or "recovered" in said.measures
        ],
        "treasury": _treasury_keys(said),
        "joins": joins,
        "condition": condition,
        "values": SQL(", ").join(
            SQL("(%s, %s)", _CODES[name], _value(name))
            for name in MEASURES
            if name in said.measures
        ),
    }


def _parts_of_keys():
    """Return the parts of ``_LEFT`` that compare."""
    keys = [SQL.identifier(name) for name in KEYS]
    base = SQL("CASE WHEN is_reversal THEN -amount ELSE amount END")
    return {
        "keys": SQL(", ").join(keys),
        "bases": SQL(", ").join([base, *keys[1:]]),
        "limit": MOST_LEFT + 1,
    }


def _read_said(env, scope, ids):
    """Return a row for each statement and program: what is said, counts and sums."""
    env.flush_all()
    joins, condition = lines_of(scope, ids)
    counts = SQL(", ").join(
        SQL(
            "COUNT(*) FILTER (WHERE %(value)s <> 0), COALESCE(SUM(%(value)s), 0)",
            value=_value(name),
        )
        for name in MEASURES
    )
    return env.execute_query(
        SQL(_WHAT_IS_SAID, counts=counts, joins=joins, condition=condition)
    )


def _value(measure):
    """Return the SQL of a payment that a line ``l`` gives; refunds are below zero."""
    if measure == "disbursed":
        return SQL(
            """(CASE WHEN num_nonnulls(NULLIF(l.advance, 0), NULLIF(l.completed, 0),
                                       NULLIF(l.recovered, 0)) = 0
                     THEN l.disbursed END)"""
        )
    if measure == "refunded":
        return SQL(
            """(CASE WHEN COALESCE(l.advance, 0) >= 0 AND COALESCE(l.completed, 0) >= 0
                          AND COALESCE(l.disbursed, 0) >= 0
                     THEN -abs(l.refunded) END)"""
        )
    return SQL.identifier("l", measure)


def _own_keys(said):
    """Return the SQL of the keys of an entry ``e`` on a balance ``h``."""
    signs, codes = (
        SQL(" ").join(SQL("WHEN %s THEN %s", kind, value) for kind, value in pairs)
        for pairs in (
            [(kind, sign) for kind, (_measure, sign) in PAYMENTS.items() if sign < 0],
            [(kind, _CODES[measure]) for kind, (measure, _s) in PAYMENTS.items()],
        )
    )
    values = {
        "amount": SQL(
            """e.amount * CASE e.kind %s ELSE 1 END
               * CASE WHEN e.reversal_of_id IS NULL THEN 1 ELSE -1 END""",
            signs,
        ),
        "project_id": SQL("h.project_id"),
        "date": SQL("e.date"),
        "unit_id": SQL("h.unit_id"),
        "program_id": SQL("h.program_id"),
        "origin_year": SQL("h.origin_year"),
        "nature": SQL("CASE h.nature WHEN 'investment' THEN 1 ELSE 2 END"),
        "kind": SQL("CASE e.kind %s END", codes),
    }
    return _columns(values, said)


def _treasury_keys(said):
    """Return the SQL of the keys of a line ``l``; a code unknown here equals nothing."""
    values = {
        "amount": SQL("v.amount"),
        "date": SQL("l.date"),
        "origin_year": SQL("COALESCE(l.origin_year, 0)"),
        "nature": SQL(
            "CASE l.nature WHEN 'investment' THEN 1 WHEN 'recurrent' THEN 2 ELSE 0 END"
        ),
        "kind": SQL("CASE WHEN v.measure > 3 THEN 0 ELSE v.measure END"),
        **{
            f"{name}_id": SQL(
                "COALESCE(l.%s, CASE WHEN l.%s <> '' THEN -l.id ELSE 0 END)",
                SQL.identifier(f"{name}_id"),
                SQL.identifier(name),
            )
            for name in ("project", "unit", "program")
        },
    }
    return _columns(values, said)


def _columns(values, said):
    """Return the columns of the keys; what is not said is the same on both sides."""
    blank = {"date": SQL("NULL::date")}
    return SQL(", ").join(
        SQL(
            "%s AS %s",
            values[name]
            if name == "amount" or name.removesuffix("_id") in said.fields
            else blank.get(name, SQL("0")),
            SQL.identifier(name),
        )
        for name in KEYS
    )


def _left(row):
    """Make a ``Left`` of a row of ``_LEFT``."""
    side, id_, code, amount, voucher, project, program, unit, *said, kind = row
    measure = next((name for name, number in _CODES.items() if number == code), "")
    measure_said = measure if MEASURES.get(measure) else ""
    item = Item(
        (id_, measure),
        int(amount),
        PAYMENTS[kind][0] if kind else measure_said,
        *said,
        voucher,
    )
    return Left("own" if side == 1 else "treasury", item, project, program, unit)
