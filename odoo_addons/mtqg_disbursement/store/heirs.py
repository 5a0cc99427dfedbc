"""Who answers today for a unit of the past."""

from odoo.tools import SQL

# every successor in the end of a unit of the past, and its part of what it takes over;
# successions count from their day on, and a circle leads nowhere
HEIRS = SQL(
    """RECURSIVE today AS (
            SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day),
       force AS (
            SELECT predecessor_id, successor_id, share,
                   SUM(share) OVER (PARTITION BY predecessor_id) AS total
              FROM mtqg_unit_succession
             WHERE is_effective AND date <= (SELECT day FROM today)),
       heir AS (
            SELECT DISTINCT predecessor_id AS unit_id, predecessor_id AS heir_id,
                   1::numeric AS num, 1::numeric AS den, ARRAY[predecessor_id] AS path
              FROM force
            UNION ALL
            SELECT h.unit_id, f.successor_id, h.num * f.share, h.den * f.total,
                   h.path || f.successor_id
              FROM heir h JOIN force f ON f.predecessor_id = h.heir_id
             WHERE f.successor_id <> ALL (h.path)),
       ended AS (
            SELECT unit_id, heir_id, SUM(num / den) AS part,
                   count(*) OVER (PARTITION BY unit_id) AS heirs
              FROM heir
             WHERE heir_id NOT IN (SELECT predecessor_id FROM force)
             GROUP BY unit_id, heir_id)"""
)

# The nearest unit that is all of the successors or stands above them. A superior that
# has ended itself answers for nothing.
_NOW = """(WITH %(heirs)s,
                above AS (
                    SELECT e.unit_id, s.id, a.depth
                      FROM ended e
                      JOIN mtqg_unit h ON h.id = e.heir_id
                     CROSS JOIN LATERAL unnest(
                           string_to_array(rtrim(h.parent_path, '/'), '/')::int4[])
                           WITH ORDINALITY AS a(id, depth)
                      JOIN mtqg_unit s ON s.id = a.id
                     WHERE s.id = e.heir_id
                        OR (COALESCE(s.date_to >= (SELECT day FROM today), TRUE)
                            AND s.id NOT IN (SELECT predecessor_id FROM force))
                     GROUP BY e.unit_id, s.id, a.depth
                    HAVING count(*) = max(e.heirs))
           SELECT DISTINCT ON (e.unit_id) e.unit_id,
                  COALESCE(a.id, e.unit_id) AS now_id
             FROM ended e LEFT JOIN above a ON a.unit_id = e.unit_id
            ORDER BY e.unit_id, a.depth DESC)"""


def unit_now(env, query, alias, unit, project_unit=None):
    """Return the SQL of the unit that answers today, and join what it takes.

    :param SQL unit: the unit as organised then
    :param SQL project_unit: the unit that has the project, where the row is of one: it
        tells the successor, once the unit has one
    """
    own = _join_now(env, query, alias, "unit_now", unit)
    if project_unit is None:
        return SQL("COALESCE(%s, %s)", SQL.identifier(own, "now_id"), unit)
    built = _join_now(env, query, alias, "project_now", project_unit)
    return SQL(
        "CASE WHEN %(own)s IS NULL THEN %(unit)s"
        " ELSE COALESCE(%(built)s, %(project)s, %(own)s) END",
        own=SQL.identifier(own, "now_id"),
        unit=unit,
        built=SQL.identifier(built, "now_id"),
        project=project_unit,
    )


def _join_now(env, query, alias, name, unit):
    joined = query.make_alias(alias, name)
    query.add_join(
        "LEFT JOIN",
        joined,
        SQL(_NOW, heirs=HEIRS, to_flush=_list_fields(env)),
        SQL("%s = %s", SQL.identifier(joined, "unit_id"), unit),
    )
    return joined


def _list_fields(env):
    units, heirs = env["mtqg.unit"]._fields, env["mtqg.unit.succession"]._fields
    return [
        *(units[name] for name in ("parent_id", "date_to")),
        *(
            heirs[name]
            for name in ("predecessor_id", "successor_id", "date", "is_effective")
        ),
    ]


def within(answering, units):
    """Return the condition that the unit that answers is one of these.

    :param units: collection of ids, or a query on units
    """
    if hasattr(units, "subselect"):
        return SQL("%s IN %s", answering, units.subselect())
    known = tuple(unit for unit in units if unit)
    found = SQL("%s IN %s", answering, known) if known else SQL("FALSE")
    if len(known) == len(tuple(units)):
        return found
    return SQL("(%s OR %s IS NULL)", found, answering)


def find_now(records):
    """Return {id: id of the unit that answers today} of saved records."""
    if not records:
        return {}
    query = records._as_query(ordered=False)
    answering = records._field_to_sql(records._table, "unit_now_id", query)
    rows = records.env.execute_query(
        query.select(SQL.identifier(records._table, "id"), answering)
    )
    return dict(rows)
