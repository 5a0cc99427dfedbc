"""Deadlines on units, dossiers, contracts and vouchers: their dates, and what was done."""

from odoo.tools import SQL

# An event that came anew starts its time anew: the first due date is that of the last
# event. An extension that is longer still holds.
_WRITE = """INSERT INTO mtqg_deadline_fact AS f (rule_id, unit_id, res_id, period,
           date_due_first, date_due, date_warn, date_met)
    SELECT %(rule)s, fresh.* FROM unnest(%(columns)s)
           AS fresh(unit_id, res_id, period, first, due, warn, met)
        ON CONFLICT (rule_id, unit_id, COALESCE(res_id, 0), COALESCE(period, '-infinity'))
     WHERE allocation_id IS NULL
     DO UPDATE SET date_met = %(met)s, date_due_first = EXCLUDED.date_due_first,
                   date_due = %(due)s,
                   date_warn = %(due)s - (EXCLUDED.date_due - EXCLUDED.date_warn)
     WHERE (f.date_met, f.date_due_first) IS DISTINCT FROM
           (%(met)s, EXCLUDED.date_due_first)"""
_MET = "COALESCE(EXCLUDED.date_met, CASE WHEN %s THEN f.date_met END)"
_DUE = """CASE WHEN f.date_due_first = EXCLUDED.date_due_first THEN f.date_due
               WHEN f.date_due > f.date_due_first THEN GREATEST(f.date_due, EXCLUDED.date_due)
               ELSE EXCLUDED.date_due END"""

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


def write_facts(env, rule_id, rows, by_hand=False):
    """Write the dates of a rule's deadlines in one statement.

    Where the event is the same, due dates stay: only extensions move them.

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
            met=SQL(_MET, by_hand),
            due=SQL(_DUE),
        )
    )
    env["mtqg.deadline"].invalidate_model(flush=False)


def find_stays(env, model, stage, ids):
    """Return {document id: (day it entered a stage, day it left it or None)}."""
    env.flush_all()
    rows = env.execute_query(SQL(_STAYS, model=model, stage=stage, ids=list(ids)))
    return {id_: (entered, left) for id_, entered, left in rows}


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
