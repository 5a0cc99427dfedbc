"""What other transactions see of a loading that is under way."""

from odoo.tools import SQL


def tell_progress(cr, job_id, done, total):
    """Write how far a loading is, in a transaction of its own.

    :param cr: a cursor beside the one that loads
    :return: whether the loading shall go on: somebody may have cancelled it
    """
    cr.execute(
        SQL(
            """UPDATE mtqg_statement_job SET done = %s, total = %s WHERE id = %s
               RETURNING is_cancelled""",
            done,
            total,
            job_id,
        )
    )
    rows = cr.fetchall()
    return not rows or not rows[0][0]


def own_pid(env):
    """Return the number of the database session."""
    [[pid]] = env.execute_query(SQL("SELECT pg_backend_pid()"))
    return pid


def cancel_session(env, pid):
    """End the statement that a session is running, if it still loads."""
    env.cr.execute(
        SQL(
            """SELECT pg_cancel_backend(pid) FROM pg_stat_activity
                WHERE pid = %s AND datname = current_database() AND pid <> pg_backend_pid()""",
            pid,
        )
    )
