"""Seats that were handed on, and those that wait: one statement each.

A member of a group hands on his own seat only: he stands in ``passed`` of the task then,
whoever gets the seat in ``guests``, and the others are asked as before.
"""

from odoo.tools import SQL


def add_columns(env):
    """Add the columns of those who got a seat by forwarding, and of those who gave it."""
    env.cr.execute(
        "ALTER TABLE mtqg_workflow_task ADD COLUMN IF NOT EXISTS guests integer[],"
        " ADD COLUMN IF NOT EXISTS passed integer[]"
    )
    # few tasks are forwarded: the others do not stand in the index
    env.cr.execute(
        "CREATE INDEX IF NOT EXISTS mtqg_workflow_task_guests_idx"
        " ON mtqg_workflow_task USING gin (guests)"
        " WHERE state = 'pending' AND guests IS NOT NULL"
    )


def guest_condition(seats, alias):
    """Return SQL for “one of these seats was forwarded to its holder”."""
    return SQL(
        "%s.guests && %s", SQL.identifier(alias), [seat.principal_id for seat in seats]
    )


def forward(env, rows):
    """Hand seats of pending tasks on.

    :param list rows: tuples ``(task, principal of the seat, new holder)``
    :return: how many seats were handed on
    """
    tasks, principals, people = zip(*rows, strict=True)
    env["mtqg.workflow.task"].flush_model()
    env.cr.execute(
        SQL(
            """UPDATE mtqg_workflow_task t
                  SET user_id = CASE WHEN t.user_id = f.principal
                                     THEN f.person ELSE t.user_id END,
                      guests = CASE WHEN t.user_id = f.principal THEN t.guests
                                    ELSE array_remove(t.guests, f.principal) || f.person
                                END,
                      passed = CASE WHEN t.user_id = f.principal THEN t.passed
                                    ELSE array_remove(t.passed, f.principal)
                                         || f.principal END,
                      forwarded_by_id = %(uid)s
                 FROM unnest(%(tasks)s::int[], %(principals)s::int[], %(people)s::int[])
                      AS f(task_id, principal, person)
                WHERE t.id = f.task_id AND t.state = 'pending'""",
            uid=env.uid,
            tasks=list(tasks),
            principals=list(principals),
            people=list(people),
        )
    )
    count = env.cr.rowcount
    env["mtqg.workflow.task"].invalidate_model(flush=False)
    return count


def ask_group(env, rows):
    """Ask a group, wherever its members work, in place of those who were asked.

    :param list rows: tuples ``(task, group)``
    """
    tasks, groups = zip(*rows, strict=True)
    env["mtqg.workflow.task"].flush_model()
    env.cr.execute(
        SQL(
            """UPDATE mtqg_workflow_task t
                  SET user_id = NULL, guests = NULL, passed = NULL,
                      approver_unit_id = NULL,
                      group_id = f.group_id, forwarded_by_id = %(uid)s
                 FROM unnest(%(tasks)s::int[], %(groups)s::int[]) AS f(task_id, group_id)
                WHERE t.id = f.task_id AND t.state = 'pending'""",
            uid=env.uid,
            tasks=list(tasks),
            groups=list(groups),
        )
    )
    env["mtqg.workflow.task"].invalidate_model(flush=False)


def read_waiting(env, ids=None):
    """Return the approvals that wait, with whom they ask and who may not decide.

    :param ids: of these tasks only; None for all
    :return: list of tuples ``(id, user, group, unit, quorum, needed, votes, barred,
        guests, passed)``; 0 for no user, group or unit
    """
    env["mtqg.workflow.task"].flush_model()
    return env.execute_query(
        SQL(
            """SELECT id, COALESCE(user_id, 0), COALESCE(group_id, 0),
                      COALESCE(approver_unit_id, 0), quorum, needed, vote_count, barred,
                      COALESCE(guests, '{}'), COALESCE(passed, '{}')
                 FROM mtqg_workflow_task
                WHERE state = 'pending' AND kind = 'approve' AND %s
                ORDER BY id""",
            SQL("TRUE") if ids is None else SQL("id = ANY(%s)", list(ids)),
        )
    )
