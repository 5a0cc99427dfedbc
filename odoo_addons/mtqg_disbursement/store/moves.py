"""The tasks, votes and stages of many documents, each written by one statement.

Whoever calls these has decided who may do what. The rows that a move reads are the ones
that it updates, so of two people who decide at the same moment one starts again and
sees what the other did.
"""

from odoo.tools import SQL

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
_DOCUMENT_COLUMNS = [
    "workflow_id",
    "stage_id",
    "workflow_state",
    "workflow_transition_id",
    "workflow_requester_id",
    "workflow_editor_id",
    "create_uid",
    "workflow_run",
]
# a list of numbers as the text of an array
_BRACES = str.maketrans("[]", "{}", " ")
_OPEN = SQL("('waiting', 'pending')")
# one statement: the votes, the steps that have agreed, those that are asked next, and
# who may not decide any more
_CAST_VOTES = """
WITH cast_now AS (
       SELECT * FROM unnest(%(tasks)s::int[], %(documents)s::int[],
                            %(principals)s::int[], %(done)s::bool[],
                            %(onward)s::int[])
           AS v(task_id, res_id, principal_id, is_done, onward)),
   voted AS (
       INSERT INTO mtqg_workflow_vote (task_id, user_id, principal_id, date)
       SELECT task_id, %(uid)s, principal_id, %(now)s FROM cast_now),
   limits AS (SELECT * FROM unnest(%(days)s::int[], %(dates)s::date[])
                  AS l(limit_days, date_limit))
   UPDATE mtqg_workflow_task t
      SET barred = CASE WHEN t.id = v.task_id OR t.bar_earlier
                        THEN t.barred || ARRAY[%(uid)s, v.principal_id]
                        ELSE t.barred END,
          vote_count = t.vote_count + (t.id = v.task_id)::int,
          state = CASE WHEN t.id = v.task_id AND v.is_done THEN 'done'
                       WHEN t.state = 'waiting' AND t.sequence = v.onward
                       THEN 'pending' ELSE t.state END,
          date_pending = CASE WHEN t.state = 'waiting'
                               AND t.sequence = v.onward
                              THEN %(now)s ELSE t.date_pending END,
          date_limit = CASE WHEN t.state = 'waiting'
                             AND t.sequence = v.onward
                            THEN (SELECT l.date_limit FROM limits l
                                   WHERE l.limit_days = t.limit_days)
                            ELSE t.date_limit END,
          date_closed = CASE WHEN t.id = v.task_id AND v.is_done
                             THEN %(now)s ELSE t.date_closed END
     FROM cast_now v
    WHERE t.res_model = %(model)s AND t.res_id = v.res_id
      AND t.state IN %(open)s AND t.kind = 'approve'
"""


def add_barred_column(env):
    """Add the column of users who may not decide a task: an array, for one index scan."""
    env.cr.execute(
        "ALTER TABLE mtqg_workflow_task"
        " ADD COLUMN IF NOT EXISTS barred integer[] NOT NULL DEFAULT '{}'"
    )


def seat_condition(seat, alias):
    """Return SQL for “the task asks this seat and lets it decide”.

    :param seat: ``Seat``: who sits there, for whom, and where
    :param str alias: table alias of the task
    """
    # a scalar against an array is compared in half the time of two arrays
    barred = SQL(" OR ").join(
        SQL("%s = ANY(%s.barred)", person, SQL.identifier(alias))
        for person in sorted({seat.user_id, seat.principal_id})
    )
    return SQL("(%s AND NOT (%s))", asked_condition(seat, alias), barred)


def asked_condition(seat, alias):
    """Return SQL for “the task asks this seat”, whoever is barred."""
    task = SQL.identifier(alias)
    asked = SQL(
        "(%(t)s.user_id = %(user)s OR %(t)s.guests @> ARRAY[%(user)s]"
        " OR (%(t)s.group_id = ANY(%(groups)s)"
        " AND %(t)s.passed @> ARRAY[%(user)s] IS NOT TRUE"
        " AND (%(t)s.approver_unit_id = ANY(%(units)s) OR %(t)s.approver_unit_id IS NULL)))",
        t=task,
        user=seat.principal_id,
        groups=list(seat.group_ids),
        units=list(seat.unit_ids),
    )
    if seat.model:
        asked = SQL("(%s AND %s.res_model = %s)", asked, task, seat.model)
    if seat.scope_unit_ids is not None:
        asked = SQL(
            "(%s AND %s.unit_id = ANY(%s))", asked, task, list(seat.scope_unit_ids)
        )
    return asked


def mine_condition(seats, alias):
    """Return SQL for “the task waits for a decision that one of the seats may take”."""
    if not seats:
        return SQL("FALSE")
    return SQL(
        "(%s.state = 'pending' AND (%s))",
        SQL.identifier(alias),
        SQL(" OR ").join(seat_condition(seat, alias) for seat in seats),
    )


def read_documents(documents):
    """Return the columns of the workflow of documents, one row each.

    :return: list of tuples ``(id, workflow, stage, state, transition, requester,
        editor, creator, run, unit)``
    """
    columns = [*_DOCUMENT_COLUMNS, documents._workflow_unit_field]
    documents.flush_model(columns)
    return documents.env.execute_query(
        SQL(
            "SELECT id, %s FROM %s WHERE id = ANY(%s)",
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL.identifier(documents._table),
            list(documents._ids),
        )
    )


def read_open_tasks(documents, seats):
    """Return the open tasks of documents, and on which seat they may be decided.

    :param seats: those of the user; None for the superuser, who decides everything
    :return: list of tuples ``(id, res_id, kind, state, sequence, step_id, user_id,
        group_id, approver_unit_id, quorum, needed, vote_count, limit_days, barred,
        guests, passed, asked, seat)``: the principals of the first seat that is asked, and of the first
        one that may decide; None where there is none
    """
    env = documents.env
    env["mtqg.workflow.task"].flush_model()
    asked, seat = (
        _pick_seat(env.uid, seats, condition)
        for condition in (asked_condition, seat_condition)
    )
    return env.execute_query(
        SQL(
            """SELECT id, res_id, kind, state, sequence, step_id, user_id, group_id,
                      approver_unit_id, quorum, needed, vote_count, limit_days, barred,
                      guests, passed, %s, %s
                 FROM mtqg_workflow_task t
                WHERE res_model = %s AND res_id = ANY(%s) AND state IN %s
                ORDER BY res_id, sequence, id""",
            asked,
            seat,
            documents._name,
            list(documents._ids),
            _OPEN,
        )
    )


def _pick_seat(uid, seats, condition):
    if seats is None:
        return SQL("%s", uid)
    if not seats:
        return SQL("NULL::int")
    return SQL(
        "CASE WHEN t.state <> 'pending' THEN NULL %s END",
        SQL(" ").join(
            SQL("WHEN %s THEN %s", condition(seat, "t"), seat.principal_id)
            for seat in seats
        ),
    )


def insert_tasks(env, rows):
    """Insert tasks; ``barred`` is the list of users who may not decide each of them.

    :param list rows: dicts of the columns above and ``barred``
    """
    if not rows:
        return
    columns = [
        SQL("%s::%s[]", [row.get(name) or None for row in rows], SQL(type_))
        for name, type_ in _TASK_COLUMNS.items()
    ]
    # arrays of different lengths have no common type: they travel as text
    barred = [str(sorted(row["barred"])).translate(_BRACES) for row in rows]
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_workflow_task
                      (%s, barred, vote_count, escalation_level, date_pending)
               SELECT %s, fresh.barred::int[], 0, 0,
                      CASE WHEN fresh.state = 'pending' THEN %s END
                 FROM unnest(%s, %s::text[]) AS fresh(%s, barred)""",
            SQL(", ").join(map(SQL.identifier, _TASK_COLUMNS)),
            SQL(", ").join(SQL("fresh.%s", SQL.identifier(n)) for n in _TASK_COLUMNS),
            env.cr.now(),
            SQL(", ").join(columns),
            barred,
            SQL(", ").join(map(SQL.identifier, _TASK_COLUMNS)),
        )
    )
    env["mtqg.workflow.task"].invalidate_model(flush=False)


def cast_votes(env, model, votes, limits):
    """Note who agreed, close the steps that have agreed, and ask the next ones.

    :param list votes: tuples ``(task, document, principal, is_done, next)``: whether
        the task has all the approvals it needs, and the sequence of the tasks that are
        asked now, 0 for none
    :param dict limits: {number of working days: last day}
    """
    tasks, documents, principals, done, onward = zip(*votes, strict=True)
    env.cr.execute(
        SQL(
            _CAST_VOTES,
            tasks=list(tasks),
            documents=list(documents),
            principals=list(principals),
            done=list(done),
            onward=list(onward),
            uid=env.uid,
            now=env.cr.now(),
            days=list(limits),
            dates=list(limits.values()),
            model=model,
            open=_OPEN,
        )
    )
    env["mtqg.workflow.task"].invalidate_model(flush=False)
    env["mtqg.workflow.vote"].invalidate_model(flush=False)


def read_votes(documents, runs):
    """Return what has been agreed to since documents were submitted, or sent back.

    :param dict runs: {document: number of its present round}
    :return: list of tuples ``(document, step, state of the task, users)``: who agreed,
        and for whom
    """
    return documents.env.execute_query(
        SQL(
            """SELECT t.res_id, t.step_id, t.state,
                      array_agg(v.user_id) || array_agg(v.principal_id)
                 FROM unnest(%s::int[], %s::int[]) AS d(id, run)
                 JOIN mtqg_workflow_task t
                   ON t.res_model = %s AND t.res_id = d.id AND t.run = d.run
                 JOIN mtqg_workflow_vote v ON v.task_id = t.id
                GROUP BY t.id""",
            list(runs),
            list(runs.values()),
            documents._name,
        )
    )


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
            env.cr.now(),
            list(states),
            list(states.values()),
            _OPEN,
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
            env.cr.now(),
            model,
            list(ids),
            _OPEN,
        )
    )
    env["mtqg.workflow.task"].invalidate_model(flush=False)


def move_documents(documents, rows, is_submission=False):
    """Write stage, state and what documents wait for; the only writer of these columns.

    :param documents: recordset; all of it is invalidated
    :param list rows: tuples ``(id, stage, state, transition or None)``
    :param bool is_submission: note who submits, when, and for which time
    """
    env = documents.env
    names = ["stage_id", "workflow_state", "workflow_transition_id"]
    submission = SQL()
    if is_submission:
        names += ["workflow_run", "workflow_requester_id", "date_submitted"]
        submission = SQL(
            """workflow_run = COALESCE(workflow_run, 0) + 1,
               workflow_requester_id = %s, date_submitted = %s,""",
            env.uid,
            env.cr.now(),
        )
    env.cr.execute(
        SQL(
            """UPDATE %s d
                  SET stage_id = m.stage_id, workflow_state = m.state,
                      workflow_transition_id = m.transition_id, %s
                      write_uid = %s, write_date = %s
                 FROM unnest(%s::int[], %s::int[], %s::varchar[], %s::int[])
                      AS m(id, stage_id, state, transition_id)
                WHERE d.id = m.id""",
            SQL.identifier(documents._table),
            submission,
            env.uid,
            env.cr.now(),
            *map(list, zip(*rows, strict=True)),
        )
    )
    _forget(documents, names)


def start_round(documents):
    """Let approvals count from now on: documents came back into a review."""
    documents.env.cr.execute(
        SQL(
            "UPDATE %s SET workflow_run = workflow_run + 1 WHERE id = ANY(%s)",
            SQL.identifier(documents._table),
            list(documents._ids),
        )
    )
    _forget(documents, ("workflow_run",))


def _forget(documents, names):
    """Read these fields again, and compute again what depends on them."""
    names = [*names, "write_uid", "write_date"]
    documents.invalidate_recordset(names, flush=False)
    documents.modified(names)
