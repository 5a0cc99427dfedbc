"""A page of what waits for somebody, with the names that are shown, by one statement."""

from odoo.tools import SQL

# columns that a row shows as they are
PLAIN = (
    "id",
    "kind",
    "res_model",
    "res_id",
    "document_name",
    "date_pending",
    "date_limit",
    "needed",
    "vote_count",
    "question",
    "is_late",
)
# many2one fields of a row, each followed by the name of what it points at
NAMED = ("unit_id", "transition_id", "step_id", "requester_id", "forwarded_by_id")
# names come from sub-selects: a join of ten tables takes longer to plan than to run
_PAGE = """
SELECT page.total,
       t.id, t.kind, t.res_model, t.res_id, t.document_name, t.date_pending,
       t.date_limit, t.needed, t.vote_count, t.question,
       COALESCE(t.date_limit < %(today)s, FALSE),
       t.unit_id, (SELECT name FROM mtqg_unit WHERE id = t.unit_id),
       t.transition_id, (SELECT COALESCE(name->>%(lang)s, name->>'en_US')
                           FROM mtqg_workflow_transition WHERE id = t.transition_id),
       t.step_id, (SELECT COALESCE(name->>%(lang)s, name->>'en_US')
                     FROM mtqg_workflow_step WHERE id = t.step_id),
       t.requester_id, (SELECT name FROM res_partner WHERE id = (
                        SELECT partner_id FROM res_users WHERE id = t.requester_id)),
       t.forwarded_by_id, (SELECT name FROM res_partner WHERE id = (
                           SELECT partner_id FROM res_users WHERE id = t.forwarded_by_id))
  FROM (SELECT found.id, found.total, row_number() OVER () AS place
          FROM (%(page)s) AS found(id, total)) page
  JOIN mtqg_workflow_task t ON t.id = page.id
 ORDER BY page.place
"""


def read_page(tasks, query, today, is_counted):
    """Return a page of tasks, and how many there are on all pages.

    :param tasks: the model of the tasks, in the language of the names
    :param query: ``Query`` over the tasks with its order, limit and offset
    :param today: a task whose last day was before is late
    :param bool is_counted: count them; without, the urgent ones are read off an index
    :return: dicts with the names above, a many2one as ``(id, name)`` or None; number,
        None where they are not counted
    """
    tasks.flush_model()
    total = SQL("count(*) OVER ()" if is_counted else "NULL::bigint")
    rows = tasks.env.execute_query(
        SQL(
            _PAGE,
            today=today,
            lang=tasks.env.lang or "en_US",
            page=query.select(SQL.identifier(query.table, "id"), total),
        )
    )
    split = 1 + len(PLAIN)
    pairs = [zip(row[split::2], row[split + 1 :: 2], strict=True) for row in rows]
    return [
        {
            **dict(zip(PLAIN, row[1:split], strict=True)),
            **dict(zip(NAMED, pair, strict=True)),
        }
        for row, pair in zip(rows, pairs, strict=True)
    ], (rows[0][0] if rows else 0 if is_counted else None)


def within_condition(paths, alias):
    """Return SQL for “the task belongs to a unit on one of these paths, or below”."""
    return SQL(
        "%s.unit_id IN (SELECT u.id FROM mtqg_unit u WHERE u.parent_path LIKE ANY(%s))",
        SQL.identifier(alias),
        [f"{path}%" for path in paths],
    )


def count_mine(env, query, today):
    """Return ``(document model, tasks, late ones)`` of tasks, by one query.

    :param Query query: of the tasks to count, as their record rules let them be seen
    """
    table = "mtqg_workflow_task"
    model = SQL.identifier(table, "res_model")
    query.groupby, query.order = model, None
    return env.execute_query(
        query.select(
            model,
            SQL("count(*)"),
            SQL(
                "count(*) FILTER (WHERE %s < %s AND %s IS NULL)",
                SQL.identifier(table, "date_limit"),
                today,
                SQL.identifier(table, "date_paused"),
            ),
        )
    )
