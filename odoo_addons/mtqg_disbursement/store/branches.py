"""Sums over branches of the tree of balances."""

from odoo.tools import SQL


def sum_branches(env, allocation_ids):
    """Return what each balance holds together with all balances below it.

    :return: dict allocation id -> dict ``disbursed``, ``advance``, ``available``,
        ``carried``, ``cancelled`` (whole đồng) and ``below``, the number of balances
        under it
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """SELECT top.id, SUM(a.amount_disbursed), SUM(a.amount_advance),
                      SUM(a.amount_available), SUM(a.amount_carried),
                      SUM(a.amount_cancelled), COUNT(*) - 1
                 FROM mtqg_allocation top
                 JOIN mtqg_allocation a
                   ON a.parent_path COLLATE "C" >= top.parent_path
                  AND a.parent_path COLLATE "C" < rtrim(top.parent_path, '/') || '0'
                WHERE top.id = ANY(%s)
                GROUP BY top.id""",
            list(allocation_ids),
        )
    )
    names = ("disbursed", "advance", "available", "carried", "cancelled", "below")
    return {id_: dict(zip(names, map(int, sums), strict=True)) for id_, *sums in rows}
