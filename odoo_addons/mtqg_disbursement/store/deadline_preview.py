"""What a rule on balances would say, before it is switched on."""

from odoo.tools import SQL

from .deadline_terms import due_date, figure_now, holds, required


def preview(env, sheet, allocations, today):
    """Return what a rule says of each unit today, from the counters of its balances.

    :param Sheet sheet: the one term that is looked at
    :param Query allocations: the balances that may be looked at
    :return: rows (unit id, balances, đồng asked for, đồng missing, overdue, at risk,
        reached)
    """
    env.flush_all()
    (term,) = sheet.terms
    now = figure_now(term.measure)
    return env.execute_query(
        SQL(
            """SELECT unit_id, count(*), SUM(required)::int8,
                      SUM(GREATEST(required - reached, 0))::int8,
                      count(*) FILTER (WHERE NOT is_met AND due < %(today)s),
                      count(*) FILTER (WHERE NOT is_met AND due >= %(today)s
                                         AND due - %(warning)s <= %(today)s),
                      count(*) FILTER (WHERE is_met)
                 FROM (SELECT a.unit_id, %(due)s AS due, %(required)s AS required,
                              %(reached)s AS reached, %(is_met)s AS is_met
                         FROM %(rows)s
                        WHERE %(scope)s AND %(asked)s AND a.id IN (%(seen)s)) pair
                GROUP BY unit_id ORDER BY unit_id""",
            today=today,
            warning=term.warning_days,
            due=due_date(term),
            required=required(now.base, SQL(str(term.threshold))),
            reached=now.reached,
            is_met=holds(now, term.threshold),
            rows=sheet.rows,
            scope=sheet.scopes[term.id],
            asked=now.asked,
            seen=allocations.select(SQL("mtqg_allocation.id")),
        )
    )
