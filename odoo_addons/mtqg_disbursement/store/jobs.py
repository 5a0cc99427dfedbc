"""Work in the background: which job is next, who holds it, how far it is.

A session that works on a job holds an advisory lock on it. The lock outlives its
transactions and ends with the session, however the process ends: so it tells a job that
is worked on from one that a killed process left, and names the session to cancel.
A job is written by others meanwhile, so the transaction of the work does not touch it.
"""

from odoo.tools import SQL

# nobody holds its lock, and it has not failed
_IS_FREE = """j.state IN ('queued', 'running') AND j.id <> ALL(%s)
   AND NOT EXISTS (SELECT 1 FROM (%s) held WHERE held.job_id = j.id)"""
_HELD = """SELECT objid::int AS job_id, pid FROM pg_locks
 WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = %s::regclass
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


def take(env, table, seen):
    """Take the next job for this session, and count the attempt.

    :param list seen: ids to leave out
    :return: its id, or None; give it back with ``let_go``
    """
    rows = env.execute_query(
        SQL(
            """UPDATE %(table)s SET attempts = COALESCE(attempts, 0) + 1,
                      done = 0, total = 0, state = 'running'
                WHERE id = (SELECT j.id FROM %(table)s j WHERE %(is_free)s
                             ORDER BY j.id LIMIT 1 FOR UPDATE SKIP LOCKED)
               RETURNING id, pg_try_advisory_lock(%(name)s::regclass::oid::int, id)""",
            table=SQL.identifier(table),
            name=table,
            is_free=_is_free(table, seen),
        )
    )
    return rows[0][0] if rows and rows[0][1] else None


def let_go(env, table, job_id):
    """Give a job back."""
    env.cr.execute(
        SQL("SELECT pg_advisory_unlock(%s::regclass::oid::int, %s)", table, job_id)
    )


def count_free(env, table, seen):
    """Return how many jobs wait for somebody to take them."""
    [[count]] = env.execute_query(
        SQL(
            "SELECT count(*) FROM %s j WHERE %s",
            SQL.identifier(table),
            _is_free(table, seen),
        )
    )
    return count


def is_held(env, table, job_id):
    """Tell whether a session works on a job."""
    rows = env.execute_query(
        SQL("SELECT 1 FROM (%s) held WHERE job_id = %s", _held(table), job_id)
    )
    return bool(rows)


def cancel_session(cr, table, job_id):
    """End the statement that a session runs for a job; none, if it has let go."""
    cr.execute(
        SQL(
            """SELECT pg_cancel_backend(pid) FROM (%s) held
                WHERE job_id = %s AND pid <> pg_backend_pid()""",
            _held(table),
            job_id,
        )
    )


def tell_progress(cr, table, job_id, done, total):
    """Write how far a job is.

    :param cr: a cursor beside the one that works
    """
    cr.execute(
        SQL(
            "UPDATE %s SET done = %s, total = %s WHERE id = %s",
            SQL.identifier(table),
            done,
            total,
            job_id,
        )
    )


def is_cancelled(cr, table, job_id):
    """Tell whether somebody has cancelled a job, or removed it.

    :param cr: a cursor that sees what others have written
    """
    cr.execute(
        SQL("SELECT is_cancelled FROM %s WHERE id = %s", SQL.identifier(table), job_id)
    )
    rows = cr.fetchall()
    return not rows or bool(rows[0][0])


def _is_free(table, seen):
    return SQL(_IS_FREE, list(seen), _held(table))


def _held(table):
    return SQL(_HELD, table)
