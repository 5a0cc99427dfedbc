"""Opening the balances that continue those of a unit that ended."""

from odoo.tools import SQL

from .ledger import DIMENSIONS, forget_balances


def open_heir_balances(env, pairs):
    """Give each pair of a balance and a successor the balance that continues it.

    It stands for the same as the old one, under the same superior, with the same last
    day; only its unit is another.

    :param pairs: list of (allocation id, unit id of the successor)
    :return: dict (allocation id, unit id) -> allocation id
    """
    if not pairs:
        return {}
    env.flush_all()
    wanted = SQL(
        "unnest(%s::int4[], %s::int4[]) AS w(old_id, heir_id)",
        *(list(column) for column in zip(*pairs, strict=True)),
    )
    _open_missing(env, wanted)
    rows = env.execute_query(
        SQL(
            """SELECT w.old_id, w.heir_id, t.id
                 FROM %s
                 JOIN mtqg_allocation a ON a.id = w.old_id
                 JOIN mtqg_allocation t
                   ON (t.unit_id, t.program_id, COALESCE(t.project_id, 0), t.nature,
                       t.source, t.plan_year, t.origin_year, COALESCE(t.parent_id, 0))
                    = (w.heir_id, a.program_id, COALESCE(a.project_id, 0), a.nature,
                       a.source, a.plan_year, a.origin_year, COALESCE(a.parent_id, 0))""",
            wanted,
        )
    )
    forget_balances(env)
    return {(old_id, heir_id): id_ for old_id, heir_id, id_ in rows}


def _open_missing(env, wanted):
    """Open the balances of successors that do not exist yet."""
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_allocation (%s, date_last, create_uid, create_date,
                                            write_uid, write_date)
               SELECT DISTINCT %s, a.date_last, %s, now() AT TIME ZONE 'UTC',
                      %s, now() AT TIME ZONE 'UTC'
                 FROM %s JOIN mtqg_allocation a ON a.id = w.old_id
               ON CONFLICT DO NOTHING""",
            SQL(", ").join(map(SQL.identifier, DIMENSIONS)),
            SQL(", ").join(
                SQL("w.heir_id") if name == "unit_id" else SQL.identifier("a", name)
                for name in DIMENSIONS
            ),
            env.uid,
            env.uid,
            wanted,
        )
    )
