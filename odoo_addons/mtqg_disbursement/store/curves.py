"""Disbursement over the months of a plan year."""

from odoo.tools import SQL

# January of the next year, until which a plan year is paid
MONTHS = 13

_SIGNS = {
    "advance": 1,
    "completed": 1,
    "refund_advance": -1,
    "refund_completed": -1,
}


def disburse_by_month(env, allocations):
    """Return what was disbursed from balances in each month of their plan year.

    :param Query allocations: the balances
    :return: list of 13 amounts in đồng, January to January of the next year; entries
        before and after count for the first and the last
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """SELECT LEAST(%(months)s, GREATEST(1,
                          (EXTRACT(YEAR FROM e.date)::int - a.plan_year) * 12
                          + EXTRACT(MONTH FROM e.date)::int)) AS month,
                      SUM(CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END
                          * CASE e.kind %(signs)s END)
                 FROM mtqg_entry e JOIN mtqg_allocation a ON a.id = e.allocation_id
                WHERE e.kind = ANY(%(kinds)s) AND a.id IN %(picked)s
                GROUP BY 1""",
            months=MONTHS,
            signs=SQL(" ").join(
                SQL("WHEN %s THEN %s", kind, sign) for kind, sign in _SIGNS.items()
            ),
            kinds=list(_SIGNS),
            picked=allocations.subselect(),
        )
    )
    amounts = dict(rows)
    return [int(amounts.get(month, 0)) for month in range(1, MONTHS + 1)]
