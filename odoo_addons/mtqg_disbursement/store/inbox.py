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
# many2one fields of a row, each with the SELECT of the names of those on the page
NAMED = {
    "unit_id": "SELECT id, name FROM mtqg_unit",
    "transition_id": """SELECT id, COALESCE(name->>%(lang)s, name->>'en_US') AS name
                          FROM mtqg_workflow_transition""",
    "step_id": """SELECT id, COALESCE(name->>%(lang)s, name->>'en_US') AS name
                    FROM mtqg_workflow_step""",
    "requester_id": """SELECT u.id, p.name FROM res_users u
                         JOIN res_partner p ON p.id = u.partner_id""",
    "forwarded_by_id": """SELECT u.id, p.name FROM res_users u
                            JOIN res_partner p ON p.id = u.partner_id""",
}
# names are read once for the page and come with its first row: few stand on it, and a
# join of ten tables takes longer to plan than to run
_PAGE = """
WITH page AS MATERIALIZED (
     SELECT t.*, found.total, found.place
       FROM (SELECT id, total, row_number() OVER () AS place
               FROM (%(page)s) AS ordered(id, total)) found
       JOIN mtqg_workflow_task t ON t.id = found.id)
SELECT total, id, kind, res_model, res_id, document_name, date_pending, date_limit,
       needed, vote_count, question, COALESCE(date_limit < %(today)s, FALSE),
       %(references)s, CASE WHEN place = 1 THEN json_build_array(%(names)s) END
  FROM page
 ORDER BY place
"""


def read_page(tasks, query, today, is_counted):
    """Return a page of tasks, and how many there are on all pages.

    :param tasks: the model of the tasks, in the language of the names
    :param query: ``Query`` over the tasks with its order, limit and offset
    :param today: a task whose last day was before is late
    :param bool is_counted: count them; without, the urgent ones are read off an index
    :return: dicts with the names above, a many2one as ``(id, name)``; number,
        None where they are not counted
    """
    tasks.flush_model()
    total = SQL("count(*) OVER ()" if is_counted else "NULL::bigint")
    lang = tasks.env.lang or "en_US"
    rows = tasks.env.execute_query(
        SQL(
            _PAGE,
            today=today,
            page=query.select(SQL.identifier(query.table, "id"), total),
            references=SQL(", ").join(map(SQL.identifier, NAMED)),
            names=SQL(", ").join(_names_on_page(name, lang) for name in NAMED),
        )
    )
    if not rows:
        return [], 0 if is_counted else None
    names = rows[0][-1]
    split = 1 + len(PLAIN)
    return [
        {
            **dict(zip(PLAIN, row[1:split], strict=True)),
            **{
                name: (id_, (named or {}).get(str(id_)))
                for name, id_, named in zip(NAMED, row[split:-1], names, strict=True)
            },
        }
        for row in rows
    ], rows[0][0]


def _names_on_page(name, lang):
    """Return SQL for the names of all that one field points at, by id."""
    return SQL(
        """(SELECT json_object_agg(named.id, named.name) FROM (%s) named
             WHERE named.id IN (SELECT %s FROM page))""",
        SQL(NAMED[name], lang=lang),
        SQL.identifier(name),
    )


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
