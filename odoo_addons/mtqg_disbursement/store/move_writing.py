"""The votes, stages, tasks and events of many documents, written by one statement.

Whoever calls this has decided who may do what. What is added waits for the updates:
they are of the rows that the move has read, so of two people who decide at the same
moment one starts again there and sees what the other did, before any key refuses him.
"""

from odoo.tools import SQL

from . import events
from .moves import OPEN

_TASK_COLUMNS = {
    "kind": "varchar",
    "res_model": "varchar",
    "res_id": "int4",
    "document_name": "varchar",
    "unit_id": "int4",
    "transition_id": "int4",
    "step_id": "int4",
    "sequence": "int4",
    "run": "int4",
    "state": "varchar",
    "user_id": "int4",
    "group_id": "int4",
    "approver_unit_id": "int4",
    "requester_id": "int4",
    "quorum": "varchar",
    "needed": "int4",
    "limit_days": "int4",
    "date_limit": "date",
    "bar_earlier": "bool",
    "question": "text",
}
_MOVED = (
    "stage_id",
    "workflow_state",
    "workflow_transition_id",
    "workflow_run",
    "workflow_requester_id",
    "date_submitted",
    "write_uid",
    "write_date",
)
# a list of numbers as the text of an array
_BRACES = str.maketrans("[]", "{}", " ")
# as ``cr.now()`` says, which asks the database
NOW = SQL("(now() AT TIME ZONE 'UTC')")
# holds when all updates of the statement are made
_UPDATED = SQL("(SELECT count FROM updated) >= 0")
_VOTES = """
SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::bool[], %s::int[])
           AS v(task_id, res_id, principal_id, is_done, onward)"""
_LIMITS = "SELECT * FROM unnest(%s::int[], %s::date[]) AS l(limit_days, date_limit)"
# the steps that have agreed, those that are asked next, and who may not decide any more
_DECIDE_TASKS = """
UPDATE mtqg_workflow_task t
   SET barred = CASE WHEN t.id = v.task_id OR t.bar_earlier
                     THEN t.barred || ARRAY[%(uid)s, v.principal_id]
                     ELSE t.barred END,
       vote_count = t.vote_count + (t.id = v.task_id)::int,
       state = CASE WHEN t.id = v.task_id AND v.is_done THEN 'done'
                    WHEN t.state = 'waiting' AND t.sequence = v.onward
                    THEN 'pending' ELSE t.state END,
       date_pending = CASE WHEN t.state = 'waiting' AND t.sequence = v.onward
                           THEN %(now)s ELSE t.date_pending END,
       date_limit = CASE WHEN t.state = 'waiting' AND t.sequence = v.onward
                         THEN (SELECT l.date_limit FROM limits l
                                WHERE l.limit_days = t.limit_days)
                         ELSE t.date_limit END,
       date_closed = CASE WHEN t.id = v.task_id AND v.is_done
                          THEN %(now)s ELSE t.date_closed END
  FROM votes v
 WHERE t.res_model = %(model)s AND t.res_id = v.res_id
   AND t.state IN %(open)s AND t.kind = 'approve'"""
_CAST_VOTES = """
INSERT INTO mtqg_workflow_vote (task_id, user_id, principal_id, date)
SELECT task_id, %(uid)s, principal_id, %(now)s FROM votes WHERE %(updated)s"""
_MOVE_DOCUMENTS = """
UPDATE %(table)s d
   SET stage_id = m.stage_id, workflow_state = m.state,
       workflow_transition_id = m.transition_id,
       workflow_run = COALESCE(d.workflow_run, 0) + m.is_new::int,
       workflow_requester_id = CASE WHEN m.is_submitted THEN %(uid)s
                                    ELSE d.workflow_requester_id END,
       date_submitted = CASE WHEN m.is_submitted THEN %(now)s
                             ELSE d.date_submitted END,
       write_uid = %(uid)s, write_date = %(now)s
  FROM unnest(%(ids)s::int[], %(stages)s::int[], %(states)s::varchar[],
              %(transitions)s::int[], %(new)s::bool[], %(submitted)s::bool[])
       AS m(id, stage_id, state, transition_id, is_new, is_submitted)
 WHERE d.id = m.id
RETURNING d.id"""
_ASK_APPROVERS = """
INSERT INTO mtqg_workflow_task
       (%(names)s, barred, vote_count, escalation_level, date_pending)
SELECT %(values)s, fresh.barred::int[], 0, 0,
       CASE WHEN fresh.state = 'pending' THEN %(now)s END
  FROM unnest(%(columns)s, %(barred)s::text[]) AS fresh(%(names)s, barred)
 WHERE %(updated)s"""


def write(documents, votes=(), limits=None, moved=(), tasks=(), logged=()):
    """Write what becomes of documents, by one statement; what is empty is left out.

    :param list votes: who agrees, as tuples ``(task, document, principal, is_done,
        next)``: whether the task has all the approvals it needs, and the sequence of
        the tasks that are asked now, 0 for none
    :param dict limits: {number of working days: last day} of tasks that are asked now
    :param list moved: where documents come to, as tuples ``(id, stage, state,
        transition or None, is_new, is_submitted)``: whether approvals count from now
        on, and whether the user submits it now; nothing else writes these columns
    :param list tasks: who is asked, as dicts of the columns above and ``barred``, the
        users who may not decide
    :param list logged: what happened, as ``events.append_events`` takes it
    """
    if not (votes or moved or tasks or logged):
        return
    env, parts = documents.env, {}
    if votes:
        parts |= _decide_tasks(env, documents._name, votes, limits)
    if moved:
        parts["moved"] = _move_documents(documents, moved)
    parts["updated"] = _count_rows(n for n in ("decided", "moved") if n in parts)
    if votes:
        parts["voted"] = SQL(_CAST_VOTES, uid=env.uid, now=NOW, updated=_UPDATED)
    if tasks:
        parts["asked"] = _ask(tasks)
    if logged:
        parts["logged"] = events.insertion(env, logged, _UPDATED)
    named = [SQL("%s AS (%s)", SQL.identifier(n), part) for n, part in parts.items()]
    env.cr.execute(SQL("WITH %s SELECT", SQL(", ").join(named)))
    _forget(documents.browse(row[0] for row in moved))


def _decide_tasks(env, model, votes, limits):
    columns = map(list, zip(*votes, strict=True))
    update = SQL(_DECIDE_TASKS, uid=env.uid, now=NOW, model=model, open=OPEN)
    return {
        "votes": SQL(_VOTES, *columns),
        "limits": SQL(_LIMITS, list(limits), list(limits.values())),
        "decided": SQL("%s RETURNING t.id", update),
    }


def _move_documents(documents, moved):
    columns = ("ids", "stages", "states", "transitions", "new", "submitted")
    return SQL(
        _MOVE_DOCUMENTS,
        table=SQL.identifier(documents._table),
        uid=documents.env.uid,
        now=NOW,
        **dict(zip(columns, map(list, zip(*moved, strict=True)), strict=True)),
    )


def _count_rows(names):
    """Return SQL that is there when all rows of these updates are written."""
    counts = [SQL(" + (SELECT count(*) FROM %s)", SQL.identifier(n)) for n in names]
    return SQL("SELECT 0%s AS count", SQL().join(counts))


def _ask(tasks):
    names = SQL(", ").join(map(SQL.identifier, _TASK_COLUMNS))
    columns = [
        SQL("%s::%s[]", [task.get(name) or None for task in tasks], SQL(type_))
        for name, type_ in _TASK_COLUMNS.items()
    ]
    return SQL(
        _ASK_APPROVERS,
        names=names,
        values=SQL(", ").join(SQL.identifier("fresh", n) for n in _TASK_COLUMNS),
        now=NOW,
        columns=SQL(", ").join(columns),
        # arrays of different lengths have no common type: they travel as text
        barred=[str(sorted(task["barred"])).translate(_BRACES) for task in tasks],
        updated=_UPDATED,
    )


def _forget(documents):
    """Read what was written again, and compute again what depends on it.

    At once: whoever reads next might not have access to all that it is made of.
    """
    for name in ("task", "vote", "event"):
        documents.env[f"mtqg.workflow.{name}"].invalidate_model(flush=False)
    documents.invalidate_recordset(_MOVED, flush=False)
    documents.modified(_MOVED)
    documents.env.flush_all()


def set_states(env, states):
    """Close single tasks: those that agreed without a vote now, or can't agree.

    :param dict states: {task id: done or cancelled}
    """
    env.cr.execute(
        SQL(
            """UPDATE mtqg_workflow_task t
                  SET state = s.state, date_closed = %s
                 FROM unnest(%s::int[], %s::varchar[]) AS s(id, state)
                WHERE t.id = s.id AND t.state IN %s""",
            NOW,
            list(states),
            list(states.values()),
            OPEN,
        )
    )
    env["mtqg.workflow.task"].invalidate_model(flush=False)


def close_tasks(env, model, ids):
    """Cancel what documents still wait for."""
    env["mtqg.workflow.task"].flush_model()
    env.cr.execute(
        SQL(
            """UPDATE mtqg_workflow_task SET state = 'cancelled', date_closed = %s
                WHERE res_model = %s AND res_id = ANY(%s) AND state IN %s""",
            NOW,
            model,
            list(ids),
            OPEN,
        )
    )
    env["mtqg.workflow.task"].invalidate_model(flush=False)
