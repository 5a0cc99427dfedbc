"""Deadlines on units, dossiers, contracts and vouchers: their dates, and what was done."""

from odoo.tools import SQL

_WRITE = """INSERT INTO mtqg_deadline_fact AS f (rule_id, unit_id, res_id, period,
           date_due_first, date_due, date_warn, date_met)
    SELECT %(rule)s, fresh.* FROM unnest(%(columns)s)
           AS fresh(unit_id, res_id, period, first, due, warn, met)
        ON CONFLICT (rule_id, unit_id, COALESCE(res_id, 0), COALESCE(period, '-infinity'))
     WHERE allocation_id IS NULL
     DO UPDATE SET date_met = COALESCE(EXCLUDED.date_met, CASE WHEN %(by_hand)s THEN f.date_met END)
     WHERE f.date_met IS DISTINCT FROM
           COALESCE(EXCLUDED.date_met, CASE WHEN %(by_hand)s THEN f.date_met END)"""

# since when each document has been in a stage, and when it left it
_STAYS = """SELECT s.res_id,
           (s.entered + interval '7 hours')::date,
           (SELECT (MIN(e.date) + interval '7 hours')::date
              FROM mtqg_workflow_event e
              JOIN mtqg_workflow_stage f ON f.id = e.stage_from_id AND f.code = %(stage)s
             WHERE e.res_model = %(model)s AND e.res_id = s.res_id
               AND e.date >= s.entered AND e.stage_to_id <> e.stage_from_id)
      FROM (SELECT e.res_id, MAX(e.date) AS entered
              FROM mtqg_workflow_event e
              JOIN mtqg_workflow_stage t ON t.id = e.stage_to_id AND t.code = %(stage)s
             WHERE e.res_model = %(model)s AND e.res_id = ANY(%(ids)s)
               AND e.stage_to_id <> e.stage_from_id
             GROUP BY e.res_id) s"""

# since when the advance of each contract has been recovered
_ADVANCES = """SELECT id, CASE WHEN bool_or(is_last AND held = 0)
                               THEN MIN(date) FILTER (WHERE held = 0 AND (broken IS NULL OR date > broken)) END
      FROM (SELECT r.*, MAX(date) FILTER (WHERE held <> 0) OVER (PARTITION BY id) AS broken
              FROM (SELECT contract_id AS id, date,
                           SUM(SUM(CASE WHEN reversal_of_id IS NULL THEN 1 ELSE -1 END
                               * CASE kind WHEN 'advance' THEN amount
                                           WHEN 'completed' THEN -COALESCE(amount_recovered, 0)
                                           WHEN 'refund_advance' THEN -amount ELSE 0 END))
                               OVER (PARTITION BY contract_id ORDER BY date) AS held,
                           lead(date) OVER (PARTITION BY contract_id ORDER BY date) IS NULL AS is_last
                      FROM mtqg_disbursement
                     WHERE workflow_state = 'done' AND contract_id = ANY(%(ids)s)
                     GROUP BY contract_id, date) r) t
     GROUP BY id"""


def write_facts(env, rule_id, rows, by_hand=False):
    """Write the dates of a rule's deadlines in one statement.

    Due dates that are there already stay: only extensions move them.

    :param rows: (unit id, document id or None, period or None, due date, warning date,
        date met or None)
    :param bool by_hand: the day met is entered by people, and kept
    """
    types = ("int4", "int4", "date", "date", "date", "date", "date")
    table = [
        (unit, res, period, due, due, warn, met)
        for unit, res, period, due, warn, met in rows
    ]
    columns = zip(*table, strict=True) if table else [[] for _type in types]
    env.cr.execute(
        SQL(
            _WRITE,
            rule=rule_id,
            columns=SQL(", ").join(
                SQL("%s::%s[]", list(column), SQL(type_))
                for column, type_ in zip(columns, types, strict=True)
            ),
            by_hand=by_hand,
        )
    )
    env["mtqg.deadline"].invalidate_model(flush=False)


def find_stays(env, model, stage, ids):
    """Return {document id: (day it entered a stage, day it left it or None)}."""
    env.flush_all()
    rows = env.execute_query(SQL(_STAYS, model=model, stage=stage, ids=list(ids)))
    return {id_: (entered, left) for id_, entered, left in rows}


def find_recoveries(env, ids):
    """Return {contract id: day from which nothing is outstanding, or None}.

    Contracts without an advance are left out.
    """
    env.flush_all()
    return dict(env.execute_query(SQL(_ADVANCES, ids=list(ids))))


def mark_done(env, ids, day, reference):
    """Write down by hand that something was done, or (without a day) that it was not."""
    env.cr.execute(
        SQL(
            "UPDATE mtqg_deadline_fact SET date_met = %s, reference = %s WHERE id = ANY(%s)",
            day,
            reference,
            list(ids),
        )
    )
    env["mtqg.deadline"].invalidate_model(flush=False)


def move_due_date(env, ids, day):
    """Move the due date of deadlines; the warning moves along, the first date stays."""
    env.cr.execute(
        SQL(
            """UPDATE mtqg_deadline_fact
                  SET date_due = %(day)s, date_warn = date_warn + (%(day)s - date_due)
                WHERE id = ANY(%(ids)s)""",
            day=SQL("%s::date", day),
            ids=list(ids),
        )
    )
    env["mtqg.deadline"].invalidate_model(flush=False)
