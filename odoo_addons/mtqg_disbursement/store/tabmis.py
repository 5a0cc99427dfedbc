"""What is not entered in TABMIS, by the balance that holds the capital."""

from odoo.tools import SQL


def gap_query():
    """Return the SQL of capital held by balances and not entered in TABMIS.

    Capital counts where it rests: what was allocated further down is entered by those
    who hold it. So the rows of all levels add up to the whole plan.
    """
    return SQL(
        """SELECT a.id, a.id AS allocation_id, a.unit_id, a.program_id, a.project_id,
                  a.nature, a.source, a.plan_year, a.origin_year, a.is_carried_over,
                  a.amount_kept AS amount_held,
                  a.amount_kept - LEAST(a.amount_kept, a.amount_tabmis_missing) AS amount_entered,
                  LEAST(a.amount_kept, a.amount_tabmis_missing) AS amount_missing,
                  100.0::float8 * LEAST(a.amount_kept, a.amount_tabmis_missing)
                      / a.amount_kept AS percent_missing
             FROM mtqg_allocation a
            WHERE a.amount_kept > 0"""
    )


def ratio(part, whole):
    """Return the SQL of 100 × a sum over a sum; nothing over zero."""
    return SQL("100.0::float8 * SUM(%s) / NULLIF(SUM(%s), 0)", part, whole)


def last_entries(env, allocation_ids):
    """Return the last entry in TABMIS of each balance that has one.

    :return: dict allocation id -> (accounting date, reference)
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """SELECT DISTINCT ON (e.allocation_id) e.allocation_id, e.date, e.reference
                 FROM mtqg_entry e
                WHERE e.kind = 'tabmis' AND e.allocation_id = ANY(%s)
                  AND e.reversal_of_id IS NULL
                  AND NOT EXISTS (SELECT 1 FROM mtqg_entry r WHERE r.reversal_of_id = e.id)
                ORDER BY e.allocation_id, e.date DESC, e.id DESC""",
            [id_ for id_ in allocation_ids if isinstance(id_, int)],
        )
    )
    return {id_: (date, reference) for id_, date, reference in rows}
