"""The figures of form 01/QTNĐ: one year of capital, by project, as the law settles it.

Thông tư 91/2025/TT-BTC. A year runs from 1 February to 31 January of the next year,
until which its completed volume is paid (Luật 58/2024/QH15 article 72).
"""

from datetime import date

from odoo.tools import SQL

from ..engine.ledger import signs_of
from .sums import sign_of

# columns that are sums over entries: (number of the column, block, sums of kinds)
_BLOCKS = {
    "before": "plan_year < %(year)s",
    "carried": "plan_year = %(year)s AND origin_year < plan_year",
    "current": "plan_year = %(year)s AND origin_year = plan_year",
}
_PLAN = signs_of("assigned")
_COMPLETED = signs_of("completed")
_ADVANCE = signs_of("advance")
# a recovery turns an advance into completed volume: both together stay as they were
_DISBURSED = {
    kind: sign for kind, sign in (_ADVANCE | _COMPLETED).items() if kind != "recover"
}
COLUMNS = {
    6: ("before", "earlier", _DISBURSED),
    7: ("before", "earlier", _ADVANCE),
    8: ("before", "year", {"refund_advance": 1}),
    9: ("before", "year", {"recover": 1}),
    10: ("carried", "ever", _PLAN),
    12: ("carried", "ever", _COMPLETED),
    13: ("carried", "ever", _ADVANCE),
    14: ("carried", "ever", {"carry_out": 1}),
    16: ("current", "ever", _PLAN),
    18: ("current", "ever", _COMPLETED),
    19: ("current", "ever", _ADVANCE),
    20: ("current", "ever", {"carry_out": 1}),
    22: ("before", "year", {"refund_completed": 1}),
}
# what the ledger itself holds as cancelled, beside the columns that compute it
CANCELLED = {
    15: ("carried", "ever", {"cancel": 1}),
    21: ("current", "ever", {"cancel": 1}),
}

_ROWS = """WITH move AS (
               SELECT a.id, a.unit_id, a.program_id, a.project_id, a.plan_year,
                      a.origin_year, e.kind, e.date,
                      CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END AS amount
                 FROM mtqg_entry e JOIN mtqg_allocation a ON a.id = e.allocation_id
                WHERE e.date <= %(until)s AND a.plan_year <= %(year)s
                  AND a.unit_id = ANY(%(units)s)
               UNION ALL
               -- what a balance passes on is plan of those below it
               SELECT p.id, p.unit_id, p.program_id, p.project_id, p.plan_year,
                      p.origin_year, e.kind, e.date,
                      CASE WHEN e.reversal_of_id IS NULL THEN -e.amount ELSE e.amount END
                 FROM mtqg_entry e JOIN mtqg_allocation a ON a.id = e.allocation_id
                 JOIN mtqg_allocation p ON p.id = a.parent_id
                WHERE e.date <= %(until)s AND p.plan_year <= %(year)s
                  AND e.kind = ANY(%(plan_kinds)s) AND p.unit_id = ANY(%(units)s))
           SELECT program_id, project_id, %(sums)s FROM move
            GROUP BY program_id, project_id
            ORDER BY program_id, project_id NULLS FIRST"""


def settle(env, unit_ids, year, until=None):
    """Return the rows of form 01/QTNĐ for the balances of units.

    :param int year: plan year that is settled
    :param date until: last accounting date; 31 January of the next year by default
    :return: list of dicts: ``program_id``, ``project_id``, ``left`` (đồng that the year
        still has to decide on; zero when the row is closed) and the columns 6–25 by
        their number, in whole đồng
    """
    env.flush_all()
    names = [*COLUMNS, *(-number for number in CANCELLED)]
    rules = [*COLUMNS.values(), *CANCELLED.values()]
    rows = env.execute_query(
        SQL(
            _ROWS,
            year=year,
            until=until or date(year + 1, 1, 31),
            units=list(unit_ids),
            plan_kinds=list(_PLAN),
            sums=SQL(", ").join(_sum(year, *rule) for rule in rules),
        )
    )
    return [
        _derive(program, project, dict(zip(names, map(int, sums), strict=True)))
        for program, project, *sums in rows
        if any(sums)
    ]


def sum_late_supplements(env, allocation_ids):
    """Return {allocation id: đồng supplemented after 30 September of the plan year}."""
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """SELECT a.id, SUM(CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END)
                 FROM mtqg_entry e JOIN mtqg_allocation a ON a.id = e.allocation_id
                WHERE a.id = ANY(%s) AND e.kind = 'supplement'
                  AND e.date > make_date(a.plan_year, 9, 30)
                GROUP BY a.id""",
            list(allocation_ids),
        )
    )
    return {id_: int(amount) for id_, amount in rows}


def _sum(year, block, period, signs):
    start = date(year, 1, 31)
    when = {
        "earlier": SQL("date <= %s", start),
        "year": SQL("date > %s", start),
        "ever": SQL("TRUE"),
    }
    return SQL(
        "COALESCE(SUM(amount * %s) FILTER (WHERE %s AND %s), 0)",
        sign_of(signs, SQL("kind")),
        SQL(_BLOCKS[block], year=year),
        when[period],
    )


def _derive(program, project, row):
    """Add the columns that the form computes from the others."""
    row[11] = row[12] + row[13]
    row[15] = row[10] - row[11] - row[14]
    row[17] = row[18] + row[19]
    row[21] = row[16] - row[17] - row[20]
    row[23] = row[9] + row[12] + row[18]
    row[24] = row[7] - row[8] - row[9] + row[13] + row[19]
    row[25] = row[6] - row[8] + row[11] + row[17] - row[22]
    left = sum(row[number] - row.pop(-number) for number in CANCELLED)
    return {"program_id": program, "project_id": project, "left": left, **row}
