"""A large province made by SQL: balances of three levels with their entries.

The rows are what decisions would have posted. Counters are written with them, for a
table that thousands of postings have just rewritten in one transaction is not what a
running server reads; the ledger's own recount says that they are right.
"""

from contextlib import contextmanager

from odoo import Command

TABLES = ("mtqg_allocation", "mtqg_entry")
COUNTERS = ("assigned", "allocated", "tabmis", "completed")


def make_units(env, code, districts, communes):
    """Return (province, districts, communes); communes are shared out in turn."""

    def units(kind, count, parents):
        return env["mtqg.unit"].create(
            [
                {
                    "code": f"{code}-{kind[0]}{number}",
                    "name": f"{kind} {number}",
                    "kind": kind,
                    "parent_id": parents[number % len(parents)].id
                    if parents
                    else False,
                }
                for number in range(count)
            ]
        )

    province = units("province", 1, None)
    middle = units("district", districts, province)
    return province, middle, units("commune", communes, middle)


def make_user(env, login, role, unit):
    """Return a user of a role in a unit, without a password."""
    group = env.ref(f"mtqg_disbursement.group_{role}")
    values = {
        "name": login,
        "login": f"bench_{login}",
        "group_ids": [Command.set(group.ids)],
        "mtqg_unit_ids": [Command.set(unit.ids)],
    }
    return env["res.users"].with_context(no_reset_password=True).create(values)


@contextmanager
def silent_triggers(env):
    """Write rows as they are; the triggers listen again afterwards."""
    env.flush_all()
    for table in TABLES:
        env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in TABLES:
        env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for table in (*TABLES, "mtqg_unit", "mtqg_program"):
        env.cr.execute(f"ANALYZE {table}")
    env.invalidate_all(flush=False)


def open_balances(env, rows):
    """Open balances.

    :param rows: (unit, program, nature, source, plan year, origin year, parent,
        assigned, allocated, tabmis, completed)
    :return: list of their ids, in the order of the rows
    """
    env.cr.execute(
        """INSERT INTO mtqg_allocation
                  (id, unit_id, program_id, nature, source, plan_year, origin_year,
                   parent_id, amount_assigned, amount_allocated, amount_tabmis,
                   amount_completed, amount_advance, amount_carried, amount_cancelled,
                   date_last, parent_path)
           SELECT r.id, r.unit, r.program, r.nature, r.source, r.plan, r.origin,
                  r.parent,
                  r.assigned, r.allocated, r.tabmis, r.completed, 0, 0, 0,
                  CASE WHEN r.origin < r.plan THEN make_date(r.plan, 12, 31)
                       ELSE make_date(r.plan + 1, 1, 31) END,
                  COALESCE(p.parent_path, '') || r.id || '/'
             FROM (SELECT nextval('mtqg_allocation_id_seq')::int4 AS id, u.*
                     FROM unnest(%s::int4[], %s::int4[], %s::varchar[], %s::varchar[],
                                 %s::int4[], %s::int4[], %s::int4[], %s::int8[],
                                 %s::int8[], %s::int8[], %s::int8[])
                          AS u (unit, program, nature, source, plan, origin, parent,
                                assigned, allocated, tabmis, completed)) r
             LEFT JOIN mtqg_allocation p ON p.id = r.parent
        RETURNING id""",
        [list(column) for column in zip(*rows, strict=True)],
    )
    return sorted(id_ for (id_,) in env.cr.fetchall())


def post(env, rows):
    """Append entries; a row is (balance, kind, amount, date)."""
    env.cr.execute(
        """INSERT INTO mtqg_entry
                  (allocation_id, kind, amount, date, reference, user_id)
           SELECT balance, kind, amount, date, 'BENCH', 1
             FROM unnest(%s::int4[], %s::varchar[], %s::int8[], %s::date[])
                  AS r(balance, kind, amount, date)""",
        [list(column) for column in zip(*rows, strict=True)],
    )
