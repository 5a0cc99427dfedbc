"""The library of measures: what every figure of the product means, in one place.

A measure is a sum over ledger entries, as of an accounting date and as known at a
moment, over a scope of balances. Money that was assigned is counted on the topmost
balances of the scope (below them it is the same money again); money that was spent is
counted on all balances below, because only the balance that pays has the entry.
"""

from odoo.tools import SQL

from ..engine.ledger import COUNTERS, USES
from .ledger import sum_of

# measured on the topmost balances of a scope
STANDING = (
    "assigned",
    "allocated",
    "tabmis",
    "plan_above",
    "plan_above_regular",
    "plan_detailed",
)
# measured on every balance of the scope
SPENT = ("advance", "completed", "disbursed", "carried", "cancelled", "available")

MEASURES = STANDING + SPENT

# D1 plan assigned from above, D2 plan decided by the province, D3 plan allocated in
# detail, D4 = D1 without what was supplemented after 30 September
DENOMINATORS = {
    "D1": "plan_above",
    "D2": "assigned",
    "D3": "plan_detailed",
    "D4": "plan_above_regular",
}

_OWN = tuple(name for name in COUNTERS if name != "allocated")

# capital came from above the balance's unit: from the centre, or a superior decided
_IS_ABOVE = """(a.source IN ('central', 'foreign') OR EXISTS (
               SELECT 1 FROM mtqg_unit issuer, mtqg_unit holder
                WHERE issuer.id = d.unit_id AND holder.id = a.unit_id
                  AND issuer.id <> holder.id
                  AND starts_with(holder.parent_path, issuer.parent_path)))"""

# every allocation's figures at a date
_BALANCE = """move AS (
               SELECT e.allocation_id, a.parent_id, e.kind,
                      CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END AS amount,
                      CASE WHEN %(is_above)s
                           THEN CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END
                           ELSE 0 END AS amount_above,
                      CASE WHEN %(is_above)s AND e.kind = 'supplement'
                                AND e.date > make_date(a.plan_year, 9, 30)
                           THEN CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END
                           ELSE 0 END AS amount_late
                 FROM mtqg_entry e
                 JOIN mtqg_allocation a ON a.id = e.allocation_id
                 LEFT JOIN mtqg_decision d ON d.id = e.decision_id
                WHERE e.date <= %(date)s %(known)s),
           own AS (
               SELECT allocation_id AS id, %(own)s, %(above)s AS plan_above,
                      SUM(amount_late) AS late
                 FROM move GROUP BY allocation_id),
           given AS (
               SELECT parent_id AS id, %(allocated)s AS allocated
                 FROM move WHERE parent_id IS NOT NULL GROUP BY parent_id),
           counted AS (
               SELECT a.id, a.project_id, COALESCE(given.allocated, 0) AS allocated,
                      %(filled)s, COALESCE(own.plan_above, 0) AS plan_above,
                      COALESCE(own.plan_above - own.late, 0) AS plan_above_regular
                 FROM mtqg_allocation a
                 LEFT JOIN own ON own.id = a.id
                 LEFT JOIN given ON given.id = a.id),
           balance AS (
               SELECT c.*, advance + completed AS disbursed,
                      assigned - %(used)s AS available,
                      CASE WHEN project_id IS NULL THEN allocated ELSE assigned END AS plan_detailed
                 FROM counted c)"""

_BY_UNIT = """WITH %(balance)s,
               member AS (
                   SELECT above.id AS unit_id, u.id AS member_id
                     FROM mtqg_unit u
                    CROSS JOIN LATERAL unnest(%(path)s) AS above(id)
                    WHERE above.id = ANY(%(units)s)),
               reached AS (
                   SELECT m.unit_id, a.id, upper.unit_id IS NULL AS is_top
                     FROM mtqg_allocation a
                     JOIN member m ON m.member_id = a.unit_id
                     LEFT JOIN mtqg_allocation p ON p.id = a.parent_id
                     LEFT JOIN member upper ON upper.unit_id = m.unit_id
                                           AND upper.member_id = p.unit_id
                    WHERE %(where)s)
               SELECT r.unit_id, %(sums)s
                 FROM reached r JOIN balance b ON b.id = r.id
                GROUP BY r.unit_id"""


_BY_CAPITAL = """WITH %(balance)s,
       picked AS (SELECT id FROM mtqg_allocation WHERE id IN %(picked)s),
       seen AS (
           SELECT a.*, %(program)s AS root_id, NOT EXISTS (
                  SELECT 1 FROM unnest(%(path)s) AS above(id)
                    JOIN picked p ON p.id = above.id
                   WHERE above.id <> a.id) AS is_top
             FROM mtqg_allocation a
             JOIN picked ON picked.id = a.id
             JOIN mtqg_program g ON g.id = a.program_id)
       SELECT s.unit_id, s.root_id, s.nature, s.origin_year,
              COALESCE(SUM(b.assigned) FILTER (WHERE s.is_top), 0),
              SUM(b.assigned - b.allocated), SUM(b.disbursed), SUM(b.advance)
         FROM seen s JOIN balance b ON b.id = s.id
        GROUP BY s.unit_id, s.root_id, s.nature, s.origin_year
        ORDER BY s.unit_id, s.root_id, s.nature, s.origin_year"""


def balances_at(env, allocation_ids, date, known_at=None):
    """Return the counters of the allocations as of a date, from their entries.

    :param date: accounting date, inclusive
    :param known_at: UTC moment; entries recorded later are left out
    :return: list of dicts: ``id`` and each counter, with ``disbursed`` and
        ``available``, in whole đồng
    """
    env.flush_all()
    names = (*COUNTERS, "disbursed", "available")
    rows = env.execute_query(
        SQL(
            "WITH %s SELECT id, %s FROM balance WHERE id = ANY(%s) ORDER BY id",
            _balance(date, known_at),
            SQL(", ").join(SQL.identifier(name) for name in names),
            list(allocation_ids),
        )
    )
    return [
        {"id": row[0], **{n: int(v) for n, v in zip(names, row[1:], strict=True)}}
        for row in rows
    ]


def sum_below(env, allocation_ids):
    """Return what each balance and all balances below it have disbursed by now.

    :return: dict allocation id -> whole đồng
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """SELECT top.id, below.amount
                 FROM unnest(%s) AS asked (id)
                 JOIN mtqg_allocation top ON top.id = asked.id
                CROSS JOIN LATERAL (
                      SELECT SUM(a.amount_disbursed) AS amount
                        FROM mtqg_allocation a
                       WHERE a.parent_path COLLATE "C" >= top.parent_path
                         AND a.parent_path COLLATE "C" < rtrim(top.parent_path, '/') || '0'
                      ) below""",
            [id_ for id_ in allocation_ids if isinstance(id_, int)],
        )
    )
    return {id_: int(total) for id_, total in rows}


def measure_scope(env, allocations, date, known_at=None):
    """Return every measure over a scope of allocations and what lies below them.

    :param Query allocations: the allocations that were asked for
    :return: dict measure -> whole đồng
    """
    env.flush_all()
    ((*values,),) = env.execute_query(
        SQL(
            """WITH %(balance)s,
               picked AS (SELECT id FROM mtqg_allocation WHERE id IN %(picked)s),
               reached AS (
                   SELECT a.id, bool_or(p.id <> a.id) AS is_below
                     FROM mtqg_allocation a
                    CROSS JOIN LATERAL unnest(%(path)s) AS above(id)
                     JOIN picked p ON p.id = above.id
                    GROUP BY a.id)
               SELECT %(sums)s
                 FROM reached r JOIN balance b ON b.id = r.id""",
            balance=_balance(date, known_at),
            picked=allocations.subselect(),
            path=_path_of("a"),
            sums=_sums(SQL("NOT r.is_below")),
        )
    )
    return {name: int(value) for name, value in zip(MEASURES, values, strict=True)}


def measure_by_unit(env, names, unit_ids, date, known_at=None, filters=None):
    """Return measures of units, each with all that its subordinates spent.

    :param names: names of ``MEASURES``
    :param dict filters: ``plan_year`` (int), ``origin_year`` (int or list),
        ``nature``, ``source`` (str), ``carried`` (True: origin before the plan year,
        False: of the plan year), ``program_ids`` (list); each may be missing
    :return: dict unit id -> dict measure -> whole đồng (zero where there is nothing)
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            _BY_UNIT,
            balance=_balance(date, known_at),
            path=_path_of("u"),
            units=list(unit_ids),
            where=_where(filters or {}),
            sums=_sums(SQL("r.is_top")),
        )
    )
    found = {
        row[0]: dict(zip(MEASURES, map(int, row[1:]), strict=True)) for row in rows
    }
    nothing = dict.fromkeys(MEASURES, 0)
    return {
        unit: {name: found.get(unit, nothing)[name] for name in names}
        for unit in unit_ids
    }


def measure_by_capital(env, allocations, date):
    """Return what the balances of a scope hold, by unit, program, nature, origin year.

    :param Query allocations: the balances that count, and no others
    :return: list of dicts ``unit_id``, ``program_id`` (the whole program), ``nature``,
        ``origin_year``; ``assigned`` (of the topmost balances of the scope), ``kept``
        (assigned less passed on), ``disbursed``, ``advance``, in whole đồng
    """
    env.flush_all()
    names = ("unit_id", "program_id", "nature", "origin_year")
    amounts = ("assigned", "kept", "disbursed", "advance")
    rows = env.execute_query(
        SQL(
            _BY_CAPITAL,
            balance=_balance(date, None),
            picked=allocations.subselect(),
            path=_path_of("a"),
            program=SQL("split_part(g.parent_path, '/', 1)::int4"),
        )
    )
    return [
        {
            **dict(zip(names, row[:4], strict=True)),
            **dict(zip(amounts, map(int, row[4:]), strict=True)),
        }
        for row in rows
    ]


def _balance(date, known_at):
    """Return the CTEs that end in ``balance``: every allocation's figures at a date."""
    return SQL(
        _BALANCE,
        is_above=SQL(_IS_ABOVE),
        date=date,
        known=SQL("AND e.date_known <= %s", known_at) if known_at else SQL(""),
        own=SQL(", ").join(
            SQL("%s AS %s", sum_of(n, "own"), SQL.identifier(n)) for n in _OWN
        ),
        above=sum_of("assigned", "own", amount="amount_above"),
        allocated=sum_of("allocated", "parent"),
        filled=SQL(", ").join(
            SQL("COALESCE(%s, 0) AS %s", SQL.identifier("own", n), SQL.identifier(n))
            for n in _OWN
        ),
        used=SQL(" - ").join(SQL.identifier(n) for n in USES),
    )


def _sums(is_top):
    """Return the sums of all measures; standing money counts on top balances only."""
    # what is entered and was taken back since does not count as entered
    figures = {"tabmis": SQL("LEAST(b.tabmis, b.assigned)")}
    return SQL(", ").join(
        SQL(
            "COALESCE(SUM(%s) FILTER (WHERE %s), 0)",
            figures.get(name, SQL.identifier("b", name)),
            is_top if name in STANDING else SQL("TRUE"),
        )
        for name in MEASURES
    )


def _path_of(alias):
    return SQL(
        "string_to_array(rtrim(%s, '/'), '/')::int4[]",
        SQL.identifier(alias, "parent_path"),
    )


def _where(filters):
    conditions = [SQL("TRUE")]
    for name in ("plan_year", "origin_year", "nature", "source"):
        value = filters.get(name)
        if value:
            values = list(value) if isinstance(value, (list, tuple)) else [value]
            conditions.append(SQL("a.%s = ANY(%s)", SQL.identifier(name), values))
    if filters.get("program_ids"):
        conditions.append(SQL("a.program_id = ANY(%s)", list(filters["program_ids"])))
    if filters.get("carried") is not None:
        conditions.append(
            SQL("a.origin_year < a.plan_year")
            if filters["carried"]
            else SQL("a.origin_year = a.plan_year")
        )
    return SQL(" AND ").join(conditions)
