"""Documents under workflow with the tasks that are open, and who may decide those.

The rows that a move reads are the ones that it updates (``move_writing``), so of two
people who decide at the same moment one starts again and sees what the other did.
"""

from odoo.tools import SQL

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
OPEN = SQL("('waiting', 'pending')")
_READ_DOCUMENTS = """
SELECT d.id, %(columns)s,
       t.id, t.res_id, t.kind, t.state, t.sequence, t.step_id, t.user_id, t.group_id,
       t.approver_unit_id, t.quorum, t.needed, t.vote_count, t.limit_days, t.barred,
       t.guests, t.passed, %(asked)s, %(seat)s
  FROM %(table)s d
  LEFT JOIN mtqg_workflow_task t
    ON t.res_model = %(model)s AND t.res_id = d.id AND t.state IN %(open)s
 WHERE d.id = ANY(%(ids)s)
 ORDER BY d.id, t.sequence, t.id"""


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


def read_documents(documents, seats):
    """Return the columns of the workflow of documents along with their open tasks.

    :param seats: those of the user, on which tasks may be decided; None for the
        superuser, who decides everything
    :return: list of pairs of tuples ``(id, workflow, stage, state, transition,
        requester, editor, creator, run, unit)`` and ``(id, res_id, kind, state,
        sequence, step_id, user_id, group_id, approver_unit_id, quorum, needed,
        vote_count, limit_days, barred, guests, passed, asked, seat)``, one for each
        task in its order, or with None for no task; asked and seat are the principals
        of the first seat that is asked, and of the first one that may decide
    """
    if not documents:
        return []
    env, columns = documents.env, [*_DOCUMENT_COLUMNS, documents._workflow_unit_field]
    documents.flush_model(columns)
    env["mtqg.workflow.task"].flush_model()
    asked, seat = (
        _pick_seat(env.uid, seats, condition)
        for condition in (asked_condition, seat_condition)
    )
    rows = env.execute_query(
        SQL(
            _READ_DOCUMENTS,
            columns=SQL(", ").join(SQL.identifier("d", name) for name in columns),
            asked=asked,
            seat=seat,
            table=SQL.identifier(documents._table),
            model=documents._name,
            open=OPEN,
            ids=list(documents._ids),
        )
    )
    width = 1 + len(columns)
    return [(row[:width], row[width:] if row[width] else None) for row in rows]


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
