"""Differences are written here: all of a comparison in one statement."""

import json

from odoo.tools import SQL

LINE_COLUMNS = (
    ("unit_id", "int4"),
    ("project_id", "int4"),
    ("program_id", "int4"),
    ("origin_year", "int4"),
    ("plan_year", "int4"),
    ("nature", "varchar"),
    ("measure", "varchar"),
    ("span", "varchar"),
    ("source", "varchar"),
    ("difference_class", "varchar"),
    ("actor", "varchar"),
    ("amount_own", "int8"),
    ("amount_treasury", "int8"),
    ("amount_difference", "int8"),
    ("amount_proposed", "int8"),
    ("confidence", "numeric"),
    ("details", "jsonb"),
    ("explanation", "text"),
    ("is_manual", "bool"),
    ("state", "varchar"),
    ("owner_id", "int4"),
    ("date_due", "date"),
    ("date_found", "date"),
    ("comment", "text"),
    ("date_fixed", "date"),
)
ITEM_COLUMNS = (
    ("entry_id", "int4"),
    ("statement_line_id", "int4"),
    ("kind", "varchar"),
    ("date", "date"),
    ("reference", "varchar"),
    ("amount", "int8"),
)

_INSERT = """WITH fresh AS MATERIALIZED (
         SELECT nextval('mtqg_reconciliation_line_id_seq')::int4 AS id, f.*
           FROM unnest(%(lines)s) WITH ORDINALITY AS f(%(line_names)s, place)),
     line AS (
         INSERT INTO mtqg_reconciliation_line
                (id, reconciliation_id, %(line_names)s,
                 create_uid, create_date, write_uid, write_date)
         SELECT id, %(reconciliation)s, %(line_names)s, %(uid)s,
                now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
           FROM fresh ORDER BY place),
     item AS (
         INSERT INTO mtqg_reconciliation_item (line_id, reconciliation_id, %(item_names)s)
         SELECT fresh.id, %(reconciliation)s, %(item_names)s
           FROM unnest(%(items)s) WITH ORDINALITY AS i(place, %(item_names)s, turn)
           JOIN fresh USING (place) ORDER BY turn)
SELECT id FROM fresh ORDER BY place"""

_STANDING = """SELECT l.id, l.state, l.is_manual, l.owner_id, l.date_due, l.date_found,
       l.comment, l.measure, l.span, l.source, l.project_id, l.program_id, l.unit_id,
       l.plan_year, l.origin_year, l.nature, l.amount_own, l.amount_treasury,
       ARRAY(SELECT jsonb_build_array(
                        CASE WHEN i.entry_id IS NULL THEN 'treasury' ELSE 'own' END,
                        COALESCE(i.entry_id, i.statement_line_id),
                        CASE WHEN i.entry_id IS NULL THEN i.kind ELSE '' END)
               FROM mtqg_reconciliation_item i WHERE i.line_id = l.id ORDER BY i.id)
  FROM mtqg_reconciliation_line l
 WHERE l.reconciliation_id = %(reconciliation)s
 ORDER BY l.id"""
STANDING = (
    "id", "state", "is_manual", "owner_id", "date_due", "date_found", "comment",
    "measure", "span", "source", "project_id", "program_id", "unit_id", "plan_year",
    "origin_year", "nature", "amount_own", "amount_treasury", "keys",
)  # fmt: skip


def insert_lines(env, reconciliation_id, lines):
    """Write differences with their figures, in one statement.

    :param list lines: dicts of ``LINE_COLUMNS``, and ``items``: list of dicts of
        ``ITEM_COLUMNS``
    :return: ids of the lines
    """
    if not lines:
        return []
    env.flush_all()
    items = [
        (place, item)
        for place, line in enumerate(lines, 1)
        for item in line.get("items", ())
    ]
    places = SQL("%s::int8[]", [place for place, _item in items])
    rows = env.execute_query(
        SQL(
            _INSERT,
            lines=_arrays(LINE_COLUMNS, lines),
            items=SQL(
                "%s, %s", places, _arrays(ITEM_COLUMNS, [item for _p, item in items])
            ),
            line_names=_names(LINE_COLUMNS),
            item_names=_names(ITEM_COLUMNS),
            reconciliation=reconciliation_id,
            uid=env.uid,
        )
    )
    _forget(env)
    return [id_ for (id_,) in rows]


def read_standing(env, reconciliation_id):
    """Return the differences that an earlier comparison found, as dicts.

    ``keys`` are their figures: tuples (side, id of the record, measure).
    """
    env.flush_all()
    rows = env.execute_query(SQL(_STANDING, reconciliation=reconciliation_id))
    found = [dict(zip(STANDING, row, strict=True)) for row in rows]
    for line in found:
        line["keys"] = [tuple(key) for key in line["keys"]]
    return found


def update_lines(env, lines):
    """Write differences that are proposed anew, in one statement.

    :param list lines: dicts of ``LINE_COLUMNS`` with ``id``
    """
    if not lines:
        return
    names = [name for name, _type in LINE_COLUMNS]
    env.flush_all()
    env.cr.execute(
        SQL(
            """UPDATE mtqg_reconciliation_line l
                  SET %s, write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                 FROM unnest(%s::int4[], %s) AS f(id, %s)
                WHERE l.id = f.id""",
            SQL(", ").join(
                SQL("%s = %s", SQL.identifier(n), SQL.identifier("f", n)) for n in names
            ),
            env.uid,
            [line["id"] for line in lines],
            _arrays(LINE_COLUMNS, lines),
            _names(LINE_COLUMNS),
        )
    )
    _forget(env)


def settle_lines(env, ids, today):
    """Mark differences as corrected: both sides agree now."""
    if not ids:
        return
    env.flush_all()
    env.cr.execute(
        SQL(
            """UPDATE mtqg_reconciliation_line
                  SET state = 'fixed', date_fixed = %s, write_uid = %s,
                      write_date = now() AT TIME ZONE 'UTC'
                WHERE id = ANY(%s) AND state <> 'fixed'""",
            today,
            env.uid,
            list(ids),
        )
    )
    _forget(env)


def delete_lines(env, ids):
    """Delete proposals that are made anew, with their figures."""
    if ids:
        env.flush_all()
        env.cr.execute(
            SQL("DELETE FROM mtqg_reconciliation_line WHERE id = ANY(%s)", list(ids))
        )
        _forget(env)


def release_items(env, reconciliation_id, keys):
    """Take figures out of the differences that they stood in.

    :param keys: tuples (side, id of the record, measure)
    """
    if not keys:
        return
    env.flush_all()
    env.cr.execute(
        SQL(
            """DELETE FROM mtqg_reconciliation_item i
                USING unnest(%s::varchar[], %s::int4[], %s::varchar[])
                      AS k(side, id, measure)
                WHERE i.reconciliation_id = %s
                  AND (k.side = 'own' AND i.entry_id = k.id
                       OR k.side = 'treasury' AND i.statement_line_id = k.id
                          AND i.kind = k.measure)""",
            *(list(column) for column in zip(*keys, strict=True)),
            reconciliation_id,
        )
    )
    _forget(env)


def move_items(env, line_id, item_ids):
    """Put figures into one difference, whichever they stood in."""
    env.flush_all()
    env.cr.execute(
        SQL(
            "UPDATE mtqg_reconciliation_item SET line_id = %s WHERE id = ANY(%s)",
            line_id,
            list(item_ids),
        )
    )
    _forget(env)


def _names(columns):
    return SQL(", ").join(SQL.identifier(name) for name, _type in columns)


def _arrays(columns, rows):
    """Return the arguments of unnest() for rows that are dicts."""
    return SQL(", ").join(
        SQL("%s::%s[]", [_plain(row.get(name), type_) for row in rows], SQL(type_))
        for name, type_ in columns
    )


def _plain(value, type_):
    if type_ == "jsonb":
        return json.dumps(value or {}, sort_keys=True, ensure_ascii=False)
    if type_ in {"bool", "int8"}:
        return value or 0 if type_ == "int8" else bool(value)
    if type_ == "int4":
        return value or None
    return None if value is False or value == "" else value


def _forget(env):
    env.invalidate_all(flush=False)
