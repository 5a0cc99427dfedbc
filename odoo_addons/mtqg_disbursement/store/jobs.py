"""Work in the background: one process at a time, and its progress seen from outside."""

from odoo.tools import SQL

# the first half of the key of an advisory lock: comparisons
_COMPARISON = 0x4D545147


def claim(env, job_id):
    """Take a job for this transaction; False when another process has it.

    The lock ends with the transaction, also of a process that is killed.
    """
    ((is_free,),) = env.execute_query(
        SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", _COMPARISON, job_id)
    )
    return is_free


def note_step(env, job_id, step):
    """Write how far a job is, in a transaction of its own."""
    with env.registry.cursor() as cr:
        cr.execute(
            SQL(
                """UPDATE mtqg_reconciliation_job SET state = 'running', step = %s
                    WHERE id = %s""",
                step,
                job_id,
            )
        )


def end(env, job_id, error=None):
    """Take a job out of the queue, or note why it failed; in a transaction of its own.

    The job was changed by ``note_step`` since the comparison began, so the comparison's
    own transaction may not touch it. Killed before this, it is only compared again.
    """
    with env.registry.cursor() as cr:
        if error:
            cr.execute(
                SQL(
                    """UPDATE mtqg_reconciliation_job
                          SET state = 'failed', message = %s WHERE id = %s""",
                    error,
                    job_id,
                )
            )
        else:
            cr.execute(SQL("DELETE FROM mtqg_reconciliation_job WHERE id = %s", job_id))
