"""What happened to documents since somebody looked last."""

from odoo.tools import SQL

# A return is told though the stage may be the same; an approval only when the document
# went on.
_READ_EVENTS = """
SELECT e.id, e.res_model, e.res_id, e.name, e.user_id, e.unit_id, e.transition_id, e.date,
       e.comment,
       ARRAY(SELECT jsonb_build_array(n.audience, COALESCE(n.group_id, 0))
               FROM mtqg_workflow_notice n
              WHERE n.transition_id = e.transition_id
                AND (e.name IN ('return', 'reject', 'withdraw')
                     OR e.stage_from_id <> e.stage_to_id)
              ORDER BY n.id)
  FROM mtqg_workflow_event e
 WHERE e.id > %(top)s OR e.id = ANY(%(missing)s)
 ORDER BY e.id
 LIMIT %(limit)s"""


def find_top(env):
    """Return the number of the last event, 0 without any."""
    ((top,),) = env.execute_query(
        SQL("SELECT COALESCE(max(id), 0) FROM mtqg_workflow_event")
    )
    return top


def read_events(env, top, missing, limit):
    """Return the events that nobody was told of yet, oldest first.

    :param int top: number of the last event that was read
    :param list missing: numbers below it that were not there then
    :return: rows ``(id, res_model, res_id, name, user, unit, transition, date, comment,
        notices)``; a notice is ``[audience, group or 0]``
    """
    return env.execute_query(
        SQL(_READ_EVENTS, top=top, missing=list(missing), limit=limit)
    )
