"""Differences that are not settled, counted where they are."""

from odoo.tools import SQL


def sum_differences(env, lines):
    """Return the differences of a scope by unit and class, the largest sums first.

    :param Query lines: the differences that count
    :return: list of (unit id or None, class, number, sum in đồng whatever the sign)
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """SELECT unit_id, difference_class, COUNT(*),
                      SUM(abs(COALESCE(amount_difference, 0)))
                 FROM mtqg_reconciliation_line
                WHERE id IN %s
                GROUP BY unit_id, difference_class
                ORDER BY 4 DESC, 3 DESC, 1, 2""",
            lines.subselect(),
        )
    )
    return [(unit, kind, count, int(total)) for unit, kind, count, total in rows]
