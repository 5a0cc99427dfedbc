"""The clock of many tasks at once: stopped, started, reminded and escalated.

Every statement names the state that it found, so of two that meet one starts again.
"""

from datetime import date, timedelta

from odoo.tools import SQL

from . import workdays

# the register holds nothing that is older
FIRST_DAY = date(2021, 1, 1)
# steps remind up to 3650 working days before the last day
_FURTHEST = timedelta(days=16 * 366)
_TOLD = SQL(
    """t.id, t.res_model, t.res_id, t.document_name, t.unit_id, t.transition_id,
       t.user_id, t.group_id, t.approver_unit_id, t.barred, t.date_limit"""
)
_RUNS = SQL("t.state = 'pending' AND t.kind = 'approve' AND t.date_paused IS NULL")

_REMIND = """
WITH calendar AS MATERIALIZED (%(days)s)
UPDATE mtqg_workflow_task t SET date_reminded = %(today)s
  FROM mtqg_workflow_step s
 WHERE %(runs)s AND t.date_reminded IS NULL AND s.id = t.step_id AND s.remind_days > 0
   AND (t.date_limit <= %(today)s
        OR EXISTS (SELECT FROM calendar c, calendar now
                    WHERE c.day = t.date_limit AND now.day = %(today)s
                      AND c.number - now.number <= s.remind_days))
RETURNING %(told)s"""

# a rung is told once: those above the level that the task had
_ESCALATE = """
WITH calendar AS MATERIALIZED (%(days)s),
     rung AS (
       SELECT id, transition_id, days, kind, group_id,
              row_number() OVER (PARTITION BY transition_id ORDER BY days, id)::int4 AS level
         FROM mtqg_workflow_escalation),
     reached AS (
       SELECT t.id, t.escalation_level AS before, max(rung.level) AS level
         FROM mtqg_workflow_task t
         JOIN calendar due ON due.day = t.date_limit
         JOIN calendar now ON now.day = %(today)s
         JOIN rung ON rung.transition_id = t.transition_id
                  AND rung.days <= now.number - due.number
        WHERE %(runs)s AND t.date_limit < %(today)s
        GROUP BY t.id, t.escalation_level
       HAVING max(rung.level) > t.escalation_level),
     raised AS (
       UPDATE mtqg_workflow_task t SET escalation_level = reached.level
         FROM reached
        WHERE t.id = reached.id AND t.escalation_level = reached.before AND %(runs)s
    RETURNING %(told)s, reached.before, t.escalation_level)
SELECT t.*, rung.kind, rung.group_id
  FROM raised t
  JOIN rung ON rung.transition_id = t.transition_id
           AND rung.level > t.before AND rung.level <= t.escalation_level
 ORDER BY t.id, rung.level"""


def remind(env, calendar, today):
    """Note that the approvers of tasks are reminded, each task once.

    :return: rows ``(id, res_model, res_id, document_name, unit, transition, user, group,
        approver unit, barred, date_limit)`` of tasks that run out soon, or have run out
        and nobody was reminded
    """
    return _run(
        env,
        SQL(
            _REMIND,
            days=workdays.number_days(calendar, today, today + _FURTHEST),
            today=today,
            runs=_RUNS,
            told=_TOLD,
        ),
    )


def get_furthest(today):
    """Return the last day that ``remind`` looks at, for the calendar."""
    return today + _FURTHEST


def escalate(env, calendar, today):
    """Raise late tasks on the ladder of their transition, each rung once.

    :return: rows like those of ``remind``, one for each task and rung that it passed,
        with ``(level before, level, kind of the rung, group of the rung)``
    """
    return _run(
        env,
        SQL(
            _ESCALATE,
            days=workdays.number_days(calendar, FIRST_DAY, today),
            today=today,
            runs=_RUNS,
            told=_TOLD,
        ),
    )


def pause(env, model, ids, today):
    """Stop the clock of what documents wait for now."""
    _run(
        env,
        SQL(
            """UPDATE mtqg_workflow_task t SET date_paused = %s
                WHERE t.res_model = %s AND t.res_id = ANY(%s) AND %s""",
            today,
            model,
            list(ids),
            _RUNS,
        ),
    )


def read_standing(env, model, ids):
    """Return ``(id, date_limit, date_paused)`` of tasks whose clock stands."""
    env["mtqg.workflow.task"].flush_model()
    return env.execute_query(
        SQL(
            """SELECT id, date_limit, date_paused FROM mtqg_workflow_task
                WHERE res_model = %s AND res_id = ANY(%s) AND state = 'pending'
                  AND kind = 'approve' AND date_paused IS NOT NULL""",
            model,
            list(ids),
        )
    )


def resume(env, rows):
    """Start clocks again; of a last day that moved, people are reminded anew.

    :param rows: tuples ``(id, new last day or None, working days that it stood)``
    """
    _run(
        env,
        SQL(
            """UPDATE mtqg_workflow_task t
                  SET date_limit = r.date_limit, date_paused = NULL,
                      days_paused = COALESCE(t.days_paused, 0) + r.days,
                      date_reminded = CASE WHEN r.date_limit > t.date_limit
                                            AND t.date_limit >= t.date_paused
                                           THEN NULL ELSE t.date_reminded END
                 FROM unnest(%s::int[], %s::date[], %s::int[]) AS r(id, date_limit, days)
                WHERE t.id = r.id""",
            *map(list, zip(*rows, strict=True)),
        ),
    )


def read_earlier(env, model, ids):
    """Return how far the clocks of steps ran when they were asked before.

    :return: rows ``(res_id, step, sequence, last day, day on which it stopped)``, the
        latest of each step
    """
    return env.execute_query(
        SQL(
            """SELECT DISTINCT ON (t.res_id, t.step_id, t.sequence)
                      t.res_id, t.step_id, t.sequence, t.date_limit,
                      COALESCE(t.date_paused, %s)
                 FROM mtqg_workflow_task t
                WHERE t.res_model = %s AND t.res_id = ANY(%s) AND t.kind = 'approve'
                  AND t.state IN ('done', 'cancelled')
                  AND t.date_limit IS NOT NULL AND t.date_closed IS NOT NULL
                ORDER BY t.res_id, t.step_id, t.sequence, t.id DESC""",
            workdays.vietnam_day(SQL("t.date_closed")),
            model,
            list(ids),
        )
    )


def _run(env, statement):
    """Run an UPDATE of tasks; return what it returns."""
    tasks = env["mtqg.workflow.task"]
    tasks.flush_model()
    env.cr.execute(statement)
    tasks.invalidate_model(flush=False)
    return env.cr.fetchall() if env.cr.description else []
