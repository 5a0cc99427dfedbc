"""How many working days documents spent in stages, and at the steps of approval."""

from odoo.tools import SQL

from . import workdays

# Of a step: from being asked to the decision, without the days on which the clock stood.
# Of a stage: from coming to leaving; the time with the maker counts as well, since that
# is what the row is about.
_DURATIONS = """
WITH calendar AS MATERIALIZED (%(days)s),
     visit AS (
       SELECT e.id, e.res_model, e.res_id, e.unit_id, e.stage_to_id, e.date,
              lead(e.date) OVER document AS date_left,
              lead(e.name) OVER document AS name_left
         FROM mtqg_workflow_event e
        WHERE e.stage_from_id <> e.stage_to_id
       WINDOW document AS (PARTITION BY e.res_model, e.res_id ORDER BY e.sequence))
SELECT t.id * 2 AS id, 'step' AS level, way.workflow_id, way.stage_from_id AS stage_id,
       t.transition_id, t.step_id, t.res_model, t.res_id, t.document_name, t.unit_id,
       COALESCE(office.id, unit.treasury_id) AS treasury_id, t.approver_unit_id,
       CASE t.state WHEN 'done' THEN 'agreed' ELSE 'ended' END AS outcome,
       start.day AS date_from, stop.day AS date_to,
       (stop.number - start.number - COALESCE(t.days_paused, 0))::float8 AS days,
       NULLIF(t.limit_days, 0)::float8 AS days_limit,
       CASE WHEN t.limit_days > 0 THEN
            100.0::float8 * (stop.number - start.number - COALESCE(t.days_paused, 0)
                             > t.limit_days)::int END AS percent_late
  FROM mtqg_workflow_task t
  JOIN mtqg_workflow_transition way ON way.id = t.transition_id
  JOIN calendar start ON start.day = %(asked)s
  JOIN calendar stop ON stop.day = COALESCE(t.date_paused, %(closed)s)
  LEFT JOIN mtqg_unit unit ON unit.id = t.unit_id
  LEFT JOIN mtqg_unit office ON office.id = t.approver_unit_id AND office.kind = 'treasury'
 WHERE t.kind = 'approve' AND t.state IN ('done', 'cancelled')
UNION ALL
SELECT v.id * 2 + 1, 'stage', stage.workflow_id, stage.id, NULL, NULL, v.res_model, v.res_id,
       NULL, v.unit_id, unit.treasury_id, NULL,
       CASE WHEN v.name_left IN ('return', 'reject', 'withdraw') THEN 'ended' ELSE 'agreed' END,
       start.day, stop.day, (stop.number - start.number)::float8, NULL, NULL
  FROM visit v
  JOIN mtqg_workflow_stage stage ON stage.id = v.stage_to_id
  JOIN calendar start ON start.day = %(entered)s
  JOIN calendar stop ON stop.day = %(left)s
  LEFT JOIN mtqg_unit unit ON unit.id = v.unit_id"""


def duration_query(calendar, first, last):
    """Return the SQL of one row for each decided step and each stage that was left.

    :param engine.workdays.WorkCalendar calendar: it knows the years of both days
    :param first: what was asked before is left out
    """
    return SQL(
        _DURATIONS,
        days=workdays.number_days(calendar, first, last),
        asked=workdays.vietnam_day(SQL("t.date_pending")),
        closed=workdays.vietnam_day(SQL("t.date_closed")),
        entered=workdays.vietnam_day(SQL("v.date")),
        left=workdays.vietnam_day(SQL("v.date_left")),
    )
