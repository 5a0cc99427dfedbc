"""Posting to the ledger, and the triggers that keep every balance true.

Locks and sums in Python do not hold against concurrent users: Odoo's transactions are
REPEATABLE READ, so a sum taken after a lock still reads the old snapshot. A trigger
that really updates the rows it counts on does hold, and a CHECK refuses the result.
"""

from odoo.tools import SQL

from ..engine.ledger import COUNTERS, EFFECTS

# what a posted line of a decision becomes: (entry for an amount > 0, for one < 0)
ENTRY_KINDS = {
    "assign": ("assign", None),
    "supplement": ("supplement", None),
    "adjust": ("increase", "decrease"),
    "recall": ("recall", None),
    "carry_over": ("carry_in", None),
    "cancel": ("cancel", None),
}

_DIMENSIONS = (
    "unit_id",
    "program_id",
    "project_id",
    "nature",
    "source",
    "plan_year",
    "origin_year",
    "parent_id",
)


def sum_of(counter, side, amount="amount", kind="kind"):
    """Return the SQL sum of what entries do to a counter.

    :param str counter: a name of ``engine.ledger.COUNTERS``
    :param str side: ``own`` or ``parent``, the balance that is looked at
    """
    cases = [
        SQL("WHEN %s THEN %s", name, getattr(effect, side)[counter])
        for name, effect in EFFECTS.items()
        if counter in getattr(effect, side)
    ]
    if not cases:
        return SQL("0")
    return SQL(
        "COALESCE(SUM(%s * CASE %s %s ELSE 0 END), 0)",
        SQL.identifier(amount),
        SQL.identifier(kind),
        SQL(" ").join(cases),
    )


def install_triggers(env):
    """Create or replace the generated columns and the triggers of the ledger."""
    _generate_columns(env.cr)
    env.cr.execute(
        """ALTER TABLE mtqg_entry ALTER COLUMN date_known
           SET DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')"""
    )
    for statement in (_COUNT_ENTRIES, _GUARD_ENTRIES, _GUARD_ALLOCATIONS):
        env.cr.execute(statement())


def insert_entries(env, rows):
    """Append entries to the ledger in one statement.

    :param list rows: dicts with ``allocation_id``, ``kind``, ``amount`` (đồng),
        ``date``, ``reference`` and optionally ``decision_id``, ``disbursement_id``,
        ``reversal_of_id``
    :raise psycopg2.IntegrityError: if a balance would break a rule; Odoo turns it
        into the constraint's message, and retries lost races
    """
    if not rows:
        return
    columns = (
        ("allocation_id", "int4"),
        ("kind", "varchar"),
        ("amount", "int8"),
        ("date", "date"),
        ("reference", "varchar"),
        ("decision_id", "int4"),
        ("disbursement_id", "int4"),
        ("reversal_of_id", "int4"),
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            "INSERT INTO mtqg_entry (%s, user_id) SELECT fresh.*, %s FROM unnest(%s) AS fresh",
            SQL(", ").join(SQL.identifier(name) for name, _type in columns),
            env.uid,
            SQL(", ").join(
                SQL("%s::%s[]", [row.get(name) or None for row in rows], SQL(type_))
                for name, type_ in columns
            ),
        )
    )
    _forget_balances(env)


def open_allocations(env, decision_ids):
    """Give every line of the decisions its allocation, creating what is missing."""
    env.flush_all()
    columns = SQL(", ").join(SQL.identifier(name) for name in _DIMENSIONS)
    values = SQL(", ").join(
        SQL.identifier("d" if name == "plan_year" else "l", name)
        for name in _DIMENSIONS
    )
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_allocation (%s, create_uid, create_date, write_uid, write_date)
               SELECT DISTINCT %s, %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC'
                 FROM mtqg_decision_line l
                 JOIN mtqg_decision d ON d.id = l.decision_id
                WHERE d.id = ANY(%s) AND l.allocation_id IS NULL
               ON CONFLICT DO NOTHING""",
            columns,
            values,
            env.uid,
            env.uid,
            list(decision_ids),
        )
    )
    env.cr.execute(
        SQL(
            """UPDATE mtqg_decision_line l
                  SET allocation_id = a.id
                 FROM mtqg_decision d, mtqg_allocation a
                WHERE d.id = l.decision_id AND d.id = ANY(%s)
                  AND l.allocation_id IS NULL
                  AND (a.unit_id, a.program_id, COALESCE(a.project_id, 0), a.nature,
                       a.source, a.plan_year, a.origin_year, COALESCE(a.parent_id, 0))
                    = (l.unit_id, l.program_id, COALESCE(l.project_id, 0), l.nature,
                       l.source, d.plan_year, l.origin_year, COALESCE(l.parent_id, 0))""",
            list(decision_ids),
        )
    )
    _forget_balances(env)


def post_decision_lines(env, decision_ids):
    """Append the entries of all lines of the decisions, in one statement."""
    up, down = (
        SQL(" ").join(
            SQL("WHEN %s THEN %s", kind, names[side])
            for kind, names in ENTRY_KINDS.items()
            if names[side]
        )
        for side in (0, 1)
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_entry
                      (allocation_id, kind, amount, date, reference, decision_id, user_id)
               SELECT l.allocation_id,
                      CASE WHEN l.amount > 0 THEN CASE d.kind %s END
                           ELSE CASE d.kind %s END END,
                      abs(l.amount), d.date, d.number, d.id, %s
                 FROM mtqg_decision_line l
                 JOIN mtqg_decision d ON d.id = l.decision_id
                WHERE d.id = ANY(%s)
                ORDER BY l.id""",
            up,
            down,
            env.uid,
            list(decision_ids),
        )
    )
    _forget_balances(env)


def reverse_entries(env, document, pairs):
    """Append the mirror of every entry of the reversed documents.

    A reversal keeps the accounting date of what it reverses, so that the period is
    put right; the moment it became known is its own.

    :param str document: ``decision_id`` or ``disbursement_id``
    :param pairs: (id of the reversing document, id of the reversed one)
    """
    env.flush_all()
    for reversing, reversed_ in pairs:
        env.cr.execute(
            SQL(
                """INSERT INTO mtqg_entry (allocation_id, kind, amount, date, reference,
                                           %(column)s, reversal_of_id, user_id)
                   SELECT allocation_id, kind, amount, date, reference,
                          %(reversing)s, id, %(uid)s
                     FROM mtqg_entry
                    WHERE %(column)s = %(reversed)s
                    ORDER BY id""",
                column=SQL.identifier(document),
                reversing=reversing,
                reversed=reversed_,
                uid=env.uid,
            )
        )
    _forget_balances(env)


def recount(env):
    """Return the balances whose counters differ from a recount of the entries.

    :return: list of (allocation id, counter, stored đồng, recounted đồng); empty when
        the ledger is whole
    """
    env.flush_all()
    own = [c for c in COUNTERS if c != "allocated"]
    rows = env.execute_query(
        SQL(
            """WITH move AS (
                   SELECT e.allocation_id, a.parent_id, e.kind,
                          CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END AS amount
                     FROM mtqg_entry e JOIN mtqg_allocation a ON a.id = e.allocation_id),
               own AS (SELECT allocation_id AS id, %s FROM move GROUP BY 1),
               given AS (SELECT parent_id AS id, %s AS allocated FROM move
                          WHERE parent_id IS NOT NULL GROUP BY 1)
               SELECT a.id, pair.counter, pair.stored, pair.counted
                 FROM mtqg_allocation a
                 LEFT JOIN own ON own.id = a.id
                 LEFT JOIN given ON given.id = a.id
                CROSS JOIN LATERAL (VALUES %s) AS pair(counter, stored, counted)
                WHERE pair.stored <> pair.counted
                ORDER BY a.id, pair.counter""",
            SQL(", ").join(
                SQL("%s AS %s", sum_of(c, "own"), SQL.identifier(c)) for c in own
            ),
            sum_of("allocated", "parent"),
            SQL(", ").join(
                SQL(
                    "(%s, %s, COALESCE(%s, 0))",
                    c,
                    SQL.identifier("a", f"amount_{c}"),
                    SQL.identifier("given" if c == "allocated" else "own", c),
                )
                for c in COUNTERS
            ),
        )
    )
    return [(row[0], row[1], int(row[2]), int(row[3])) for row in rows]


def _forget_balances(env):
    # sums over balances are cached on units, projects and contracts too
    env.invalidate_all(flush=False)


def _generate_columns(cr):
    formulas = {
        "amount_disbursed": ("int8", "amount_advance + amount_completed"),
        "amount_available": (
            "int8",
            "amount_assigned - amount_allocated - amount_advance"
            " - amount_completed - amount_carried - amount_cancelled",
        ),
        "amount_kept": ("int8", "amount_assigned - amount_allocated"),
        "amount_tabmis_missing": ("int8", "GREATEST(amount_assigned - amount_tabmis, 0)"),
        "is_carried_over": ("bool", "origin_year < plan_year"),
    }
    cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_schema = current_schema AND table_name = 'mtqg_allocation'
              AND is_generated = 'ALWAYS'"""
    )
    generated = {name for (name,) in cr.fetchall()}
    for column, (type_, formula) in formulas.items():
        if column not in generated:
            cr.execute(
                SQL(
                    """ALTER TABLE mtqg_allocation DROP COLUMN IF EXISTS %s,
                       ADD COLUMN %s %s GENERATED ALWAYS AS (%s) STORED""",
                    SQL.identifier(column),
                    SQL.identifier(column),
                    SQL(type_),
                    SQL(formula),
                )
            )


def _COUNT_ENTRIES():
    """Add what a statement's new entries do to the counters of the balances."""
    own = SQL(", ").join(
        SQL("%s AS %s", sum_of(c, "own"), SQL.identifier(c)) for c in COUNTERS
    )
    parent = SQL(", ").join(
        SQL("%s AS %s", sum_of(c, "parent"), SQL.identifier(c)) for c in COUNTERS
    )
    totals = SQL(", ").join(
        SQL("SUM(%s)::int8 AS %s", SQL.identifier(c), SQL.identifier(c))
        for c in COUNTERS
    )
    assignments = SQL(", ").join(
        SQL(
            "%s = a.%s + total.%s",
            SQL.identifier(f"amount_{c}"),
            SQL.identifier(f"amount_{c}"),
            SQL.identifier(c),
        )
        for c in COUNTERS
    )
    return SQL(
        """
CREATE OR REPLACE FUNCTION mtqg_count_entries() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
BEGIN
    -- in one order for everybody, so that two postings wait instead of deadlocking
    PERFORM 1 FROM mtqg_allocation
      WHERE id IN (SELECT f.allocation_id FROM fresh f
                   UNION SELECT a.parent_id FROM fresh f
                     JOIN mtqg_allocation a ON a.id = f.allocation_id)
      ORDER BY id FOR NO KEY UPDATE;
    WITH move AS (
        SELECT f.allocation_id, a.parent_id, f.kind,
               CASE WHEN f.reversal_of_id IS NULL THEN f.amount ELSE -f.amount END AS amount
          FROM fresh f JOIN mtqg_allocation a ON a.id = f.allocation_id),
    delta AS (
        SELECT allocation_id AS id, %s FROM move GROUP BY 1
        UNION ALL
        SELECT parent_id AS id, %s FROM move WHERE parent_id IS NOT NULL GROUP BY 1),
    total AS (SELECT id, %s FROM delta GROUP BY id)
    UPDATE mtqg_allocation a SET %s FROM total WHERE a.id = total.id;
    RETURN NULL;
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_count_entries ON mtqg_entry;
CREATE TRIGGER mtqg_count_entries AFTER INSERT ON mtqg_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mtqg_count_entries();
""",
        own,
        parent,
        totals,
        assignments,
    )


def _GUARD_ENTRIES():
    """Entries are facts: added, never changed; a reversal mirrors its original."""
    return SQL(
        """
CREATE OR REPLACE FUNCTION mtqg_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only',
        ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_entry_append_only ON mtqg_entry;
CREATE TRIGGER mtqg_entry_append_only BEFORE UPDATE OR DELETE ON mtqg_entry
    FOR EACH ROW EXECUTE FUNCTION mtqg_refuse_change();
DROP TRIGGER IF EXISTS mtqg_entry_no_truncate ON mtqg_entry;
CREATE TRIGGER mtqg_entry_no_truncate BEFORE TRUNCATE ON mtqg_entry
    FOR EACH STATEMENT EXECUTE FUNCTION mtqg_refuse_change();

CREATE OR REPLACE FUNCTION mtqg_check_reversal() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM mtqg_entry o WHERE o.id = NEW.reversal_of_id
           AND o.reversal_of_id IS NULL
           AND (o.allocation_id, o.kind, o.amount, o.date)
             = (NEW.allocation_id, NEW.kind, NEW.amount, NEW.date)) THEN
        RAISE EXCEPTION 'a reversal mirrors an entry that is no reversal itself'
            USING ERRCODE = 'check_violation', TABLE = 'mtqg_entry',
                  CONSTRAINT = 'mtqg_entry_reversal_mirrors';
    END IF;
    RETURN NEW;
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_entry_reversal_mirrors ON mtqg_entry;
CREATE TRIGGER mtqg_entry_reversal_mirrors BEFORE INSERT ON mtqg_entry
    FOR EACH ROW WHEN (NEW.reversal_of_id IS NOT NULL) EXECUTE FUNCTION mtqg_check_reversal();
"""
    )


def _GUARD_ALLOCATIONS():
    """Counters move with entries only; what a balance stands for never changes."""
    counters = [f"amount_{c}" for c in COUNTERS]
    frozen = SQL(", ").join(SQL.identifier("old", n) for n in (*_DIMENSIONS, *counters))
    wanted = SQL(", ").join(SQL.identifier("new", n) for n in (*_DIMENSIONS, *counters))
    zeros = SQL(" ").join(
        SQL("NEW.%s := 0;", SQL.identifier(name)) for name in counters
    )
    return SQL(
        """
CREATE OR REPLACE FUNCTION mtqg_open_allocation() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
DECLARE above mtqg_allocation;
BEGIN
    %(zeros)s
    NEW.parent_path := NEW.id || '/';
    IF NEW.parent_id IS NOT NULL THEN
        SELECT * INTO above FROM mtqg_allocation WHERE id = NEW.parent_id;
        NEW.parent_path := above.parent_path || NEW.parent_path;
        IF (NEW.nature, NEW.source, NEW.plan_year, NEW.origin_year)
           IS DISTINCT FROM (above.nature, above.source, above.plan_year, above.origin_year)
           OR NOT EXISTS (
               SELECT 1 FROM mtqg_program p, mtqg_program c
                WHERE p.id = above.program_id AND c.id = NEW.program_id
                  AND starts_with(c.parent_path, p.parent_path)) THEN
            RAISE EXCEPTION 'a balance keeps the nature, source, years and program of its parent'
                USING ERRCODE = 'check_violation', TABLE = 'mtqg_allocation',
                      CONSTRAINT = 'mtqg_allocation_follows_parent';
        END IF;
    END IF;
    RETURN NEW;
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_open_allocation ON mtqg_allocation;
CREATE TRIGGER mtqg_open_allocation BEFORE INSERT ON mtqg_allocation
    FOR EACH ROW EXECUTE FUNCTION mtqg_open_allocation();

CREATE OR REPLACE FUNCTION mtqg_guard_allocation() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
BEGIN
    RAISE EXCEPTION 'a balance changes by entries only'
        USING ERRCODE = 'check_violation', TABLE = 'mtqg_allocation',
              CONSTRAINT = 'mtqg_allocation_by_entries_only';
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_guard_allocation ON mtqg_allocation;
CREATE TRIGGER mtqg_guard_allocation BEFORE UPDATE ON mtqg_allocation FOR EACH ROW
    WHEN (pg_trigger_depth() = 0 AND (%(frozen)s) IS DISTINCT FROM (%(wanted)s))
    EXECUTE FUNCTION mtqg_guard_allocation();
""",
        zeros=zeros,
        frozen=frozen,
        wanted=wanted,
    )
