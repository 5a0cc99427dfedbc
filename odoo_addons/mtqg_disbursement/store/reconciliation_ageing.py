"""How long differences have been open."""

from odoo.tools import SQL

# last day of each band; what is older is in the last one
BANDS = (("b0", 7), ("b1", 30), ("b2", 90), ("b3", None))


def ageing_query(today):
    """Return the SQL of open differences with their age in days, as of a day."""
    bands = SQL(" ").join(
        SQL("WHEN %s - l.date_found <= %s THEN %s", today, last, name)
        for name, last in BANDS
        if last is not None
    )
    return SQL(
        """SELECT l.id, l.id AS line_id, l.reconciliation_id, l.unit_id, l.project_id,
                  l.program_id, r.treasury_unit_id, l.difference_class, l.actor, l.state,
                  l.owner_id, l.date_found, l.date_due,
                  %(today)s - l.date_found AS age,
                  CASE %(bands)s ELSE %(oldest)s END AS band,
                  COALESCE(l.date_due < %(today)s, FALSE) AS is_late,
                  GREATEST(abs(l.amount_difference), abs(l.amount_own)) AS amount
             FROM mtqg_reconciliation_line l
             JOIN mtqg_reconciliation r ON r.id = l.reconciliation_id
            WHERE l.state <> 'fixed' AND r.workflow_state IN ('draft', 'running', 'done')
              AND NOT EXISTS (SELECT 1 FROM mtqg_reconciliation n
                               WHERE n.previous_id = r.id
                                 AND n.workflow_state IN ('draft', 'running', 'done'))""",
        today=today,
        bands=bands,
        oldest=BANDS[-1][0],
    )


def find_due(env, today):
    """Return open differences whose day has come, by owner and reconciliation.

    :return: rows (user id, reconciliation id, first due date, count, đồng)
    """
    env.flush_all()
    return env.execute_query(
        SQL(
            """SELECT a.owner_id, a.reconciliation_id, MIN(a.date_due), COUNT(*),
                      SUM(a.amount)::int8
                 FROM (%s) a
                WHERE a.owner_id IS NOT NULL AND a.date_due <= %s
                  AND a.state IN ('proposed', 'rejected')
                GROUP BY a.owner_id, a.reconciliation_id
                ORDER BY 1, 2""",
            ageing_query(today),
            today,
        )
    )
