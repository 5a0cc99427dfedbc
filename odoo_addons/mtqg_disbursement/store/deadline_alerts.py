"""Alerts: one a cause while it lasts, raised, escalated and closed in bulk."""

from odoo.tools import SQL

_RAISE = """INSERT INTO mtqg_deadline_alert (deadline_id, rule_id, unit_id, state, kind,
           level, date_raised, date_due)
    SELECT d.id, d.rule_id, d.unit_id, 'open', d.state, 0, %(today)s, d.date_due
      FROM mtqg_deadline d
     WHERE d.state IN ('at_risk', 'overdue')
        ON CONFLICT (deadline_id) WHERE state <> 'closed' DO NOTHING"""

_CLOSE = """UPDATE mtqg_deadline_alert a SET state = 'closed', date_closed = %(today)s
     WHERE a.state <> 'closed' AND NOT EXISTS (
           SELECT 1 FROM mtqg_deadline d
            WHERE d.id = a.deadline_id AND d.state IN ('at_risk', 'overdue'))"""

# an alert that gets worse has to be looked at again
_WORSEN = """UPDATE mtqg_deadline_alert a
       SET kind = d.state, date_due = d.date_due, level = d.level,
           state = CASE WHEN d.level > a.level OR (d.state, a.kind) = ('overdue', 'at_risk')
                        THEN 'open' ELSE a.state END
      FROM (SELECT d.id, d.state, d.date_due, (
                   SELECT count(*) FROM mtqg_deadline_step s
                    WHERE s.rule_id = d.rule_id AND d.state = 'overdue'
                      AND s.after_days < late.days) AS level
              FROM mtqg_deadline d
              JOIN mtqg_deadline_alert o ON o.deadline_id = d.id AND o.state <> 'closed'
              LEFT JOIN unnest(%(due)s::date[], %(late)s::int4[]) AS late(due, days)
                     ON late.due = d.date_due) d
     WHERE a.deadline_id = d.id AND a.state <> 'closed'
       AND (a.kind, a.date_due, a.level) IS DISTINCT FROM (d.state, d.date_due, d.level)"""


def raise_alerts(env, today):
    """Raise an alert for each new cause, and close those whose cause is gone."""
    env.flush_all()
    env.cr.execute(SQL(_CLOSE, today=today))
    env.cr.execute(SQL(_RAISE, today=today))
    env["mtqg.deadline.alert"].invalidate_model(flush=False)


def list_late_dates(env):
    """Return the due dates of what is overdue and has an open alert."""
    rows = env.execute_query(
        SQL(
            """SELECT DISTINCT d.date_due FROM mtqg_deadline d
                 JOIN mtqg_deadline_alert a ON a.deadline_id = d.id AND a.state <> 'closed'
                WHERE d.state = 'overdue'"""
        )
    )
    return [day for (day,) in rows]


def escalate_alerts(env, late):
    """Give each open alert its level: how many steps of its rule's ladder are passed.

    :param dict late: {due date: working days since}
    """
    env.cr.execute(SQL(_WORSEN, due=list(late), late=list(late.values())))
    env["mtqg.deadline.alert"].invalidate_model(flush=False)


def sum_open_alerts(env):
    """Return what is open by unit and rule.

    :return: rows (unit id, rule id, level, overdue, at risk, earliest due date, missing
        đồng)
    """
    return env.execute_query(
        SQL(
            """SELECT a.unit_id, a.rule_id, MAX(a.level),
                      count(*) FILTER (WHERE a.kind = 'overdue'),
                      count(*) FILTER (WHERE a.kind = 'at_risk'),
                      MIN(a.date_due), SUM(d.amount_missing)::int8
                 FROM mtqg_deadline_alert a JOIN mtqg_deadline d ON d.id = a.deadline_id
                WHERE a.state <> 'closed'
                GROUP BY a.unit_id, a.rule_id
                ORDER BY MIN(a.date_due), a.unit_id, a.rule_id"""
        )
    )
