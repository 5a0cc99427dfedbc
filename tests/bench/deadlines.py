"""Ten rules over 200,000 balances: a pass over all of them, and after two postings.

The floor is one SQL scan over all balances that counts the states of all pairs of rule
and balance, with the rules' scopes and thresholds written out by hand. It reads nothing
and keeps nothing else: no solution that looks at every balance does less.
"""

from odoo.tools import SQL

from odoo.addons.mtqg_disbursement.store import deadlines

from measure import measure, queries, row, undone

BALANCES = 200_000
TOUCHED = 2_000
YEAR = 2024
# (measure, threshold %, origin year, month, day)
RULES = (
    ("allocated", 100, 0, 4, 15),
    ("tabmis", 100, 0, 4, 15),
    ("disbursed", 100, 2022, 6, 30),
    ("disbursed", 100, 2023, 8, 31),
    ("disbursed", 100, 2024, 12, 31),
    ("disbursed", 7.5, 2024, 3, 31),
    ("disbursed", 25, 2024, 6, 30),
    ("disbursed", 50, 2024, 9, 30),
    ("disbursed", 95, 2024, 12, 31),
    ("recovered", 100, 0, 12, 31),
)


def run(env):
    """Yield the lines of the full and of the incremental pass."""
    province = _make_province(env)
    _make_balances(env, province)
    _make_rules(env, province).action_switch_on()
    env.cr.execute("ANALYZE mtqg_unit, mtqg_allocation, mtqg_entry, mtqg_deadline_fact")

    def floor():
        _count_states(env, province)

    def full():
        deadlines.keep_all_facts(env)

    count = queries(env, full)
    times = measure(full, floor, rounds=5)
    yield row("deadlines", "full pass, 200,000 x 10", times, 2, count)

    touched = _post_payments(env, SQL("1000 + mod(id, 7)"))
    yield _follow(env, floor, "incremental, 2,000 touched", touched, 0.1)
    # facts have to be written then: the floor only reads
    touched = _post_payments(env, SQL("amount_available"))
    yield _follow(env, floor, "incremental, 2,000 met by it", touched)


def _follow(env, floor, case, entries, goal=None):
    """Return the line of what a posting of some entries costs."""

    def incremental():
        with undone(env):
            deadlines.follow_entries(env, entries)

    count = queries(env, incremental)
    return row("deadlines", case, measure(incremental, floor, rounds=5), goal, count)


def _make_province(env):
    """Return a province with 1,000 communes."""
    province = env["mtqg.unit"].create(
        {"code": "BENCH", "name": "Province", "kind": "province"}
    )
    env["mtqg.unit"].create(
        [
            {
                "code": f"BENCH-{number}",
                "name": f"Commune {number}",
                "kind": "commune",
                "parent_id": province.id,
            }
            for number in range(1_000)
        ]
    )
    env.flush_all()
    return province


def _make_balances(env, province):
    """Open balances of three origin years, with five entries each, by SQL.

    A third is paid wholly, the others in part. The triggers that count entries one
    statement at a time only rest while the ledger is built.
    """
    programs = env["mtqg.program"].search([("kind", "!=", "program")], limit=40).ids
    values = {"year": YEAR, "programs": programs, "count": BALANCES}
    values["province"] = province.id
    for table in ("mtqg_allocation", "mtqg_entry"):
        env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    env.cr.execute(SQL(_BALANCES, **values))
    env.cr.execute(SQL(_ENTRIES, **values))
    for table in ("mtqg_allocation", "mtqg_entry"):
        env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    env.cr.execute("ANALYZE mtqg_unit, mtqg_allocation, mtqg_entry")
    env.invalidate_all()


_BALANCES = """INSERT INTO mtqg_allocation (unit_id, program_id, nature, source,
           plan_year, origin_year, date_last, parent_path, amount_assigned,
           amount_allocated, amount_tabmis, amount_advance, amount_completed,
           amount_carried, amount_cancelled)
    SELECT unit, program, nature, source, %(year)s, origin,
           make_date(%(year)s, 12, 31), n || '/', 1000000, 0, 1000000, 200000,
           CASE WHEN mod(n, 3) = 0 THEN 800000 ELSE 390000 END, 0, 0
      FROM (SELECT u.id AS unit, p.id AS program, k.nature, s.source, y.origin,
                   row_number() OVER () AS n
              FROM unnest(%(programs)s) AS p(id)
             CROSS JOIN (VALUES ('investment'), ('recurrent')) AS k(nature)
             CROSS JOIN generate_series(%(year)s - 2, %(year)s) AS y(origin)
             CROSS JOIN (VALUES ('central'), ('province')) AS s(source)
              JOIN mtqg_unit u ON u.parent_id = %(province)s
             LIMIT %(count)s) place"""

_ENTRIES = """INSERT INTO mtqg_entry (allocation_id, kind, amount, date)
    SELECT a.id, e.kind, e.amount, e.date
      FROM mtqg_allocation a
      JOIN mtqg_unit u ON u.id = a.unit_id AND u.parent_id = %(province)s
     CROSS JOIN LATERAL (VALUES
           ('assign', 1000000, make_date(%(year)s, 1, 10)),
           ('tabmis', 1000000, make_date(%(year)s, 2, 1 + mod(a.id, 28))),
           ('advance', 200000, make_date(%(year)s, 3, 1 + mod(a.id, 28))),
           ('completed', 300000, make_date(%(year)s, 5, 1 + mod(a.id, 28))),
           ('completed', a.amount_completed - 300000,
            make_date(%(year)s, 7, 1 + mod(a.id, 28)))) AS e(kind, amount, date)"""


def _make_rules(env, province):
    """Return the ten rules, not switched on."""
    return env["mtqg.deadline.rule"].create(
        [
            {
                "name": f"Rule {number}",
                "code": f"BENCH-{number}",
                "unit_id": province.id,
                "plan_year": YEAR,
                "measure": measure_,
                "threshold": threshold,
                "origin": "year" if origin else "any",
                "origin_year": origin,
                "due_month": month,
                "due_day": day,
                "legal_basis": "Bench",
            }
            for number, (measure_, threshold, origin, month, day) in enumerate(RULES)
        ]
    )


def _count_states(env, province):
    """Count the pairs in each state, on 1 July, in one scan over the balances."""
    pairs = SQL(", ").join(
        _pair(measure_, threshold, origin, month * 100 + day)
        for measure_, threshold, origin, month, day in RULES
    )
    env.cr.execute(
        SQL(
            """SELECT pair.state, count(*)
                 FROM mtqg_allocation a
                 JOIN mtqg_unit u ON u.id = a.unit_id
                CROSS JOIN LATERAL (VALUES %s) AS pair(state)
                WHERE a.plan_year = %s AND starts_with(u.parent_path, %s)
                GROUP BY 1""",
            pairs,
            YEAR,
            province.parent_path,
        )
    )
    return dict(env.cr.fetchall())


def _pair(measure_, threshold, origin, due):
    """Return SQL for the state of a rule on a balance: 0 out, 1 open, 2 late, 3 met."""
    base, reached = {
        "allocated": ("a.amount_assigned", "a.amount_assigned"),
        "tabmis": ("a.amount_assigned", "a.amount_tabmis"),
        "disbursed": (
            (
                "a.amount_assigned - a.amount_allocated - a.amount_carried"
                " - a.amount_cancelled"
            ),
            "a.amount_disbursed",
        ),
        "recovered": ("a.amount_disbursed", "a.amount_completed"),
    }[measure_]
    return SQL(
        "(CASE WHEN %s THEN CASE WHEN %s >= (%s) * %s / 10000 THEN 3 ELSE %s END"
        " ELSE 0 END)",
        SQL("a.origin_year = %s", origin) if origin else SQL("a.amount_assigned > 0"),
        SQL(reached),
        SQL(base),
        SQL(str(round(threshold * 100))),
        SQL("2" if due < 701 else "1"),
    )


def _post_payments(env, amount):
    """Pay an amount (SQL) from some balances; return the entries as the ledger does."""
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_entry (allocation_id, kind, amount, date)
               SELECT id, 'completed', %s, DATE '2024-08-15'
                 FROM mtqg_allocation
                WHERE amount_available > 10000 AND plan_year = %s
                ORDER BY md5(id::text) LIMIT %s
               RETURNING allocation_id, kind, date, reversal_of_id""",
            amount,
            YEAR,
            TOUCHED,
        )
    )
    return env.cr.fetchall()
