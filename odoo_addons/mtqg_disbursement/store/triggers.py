"""The triggers that keep every balance true.

Locks and sums in Python do not hold against concurrent users: Odoo's transactions are
REPEATABLE READ, so a sum taken after a lock still reads the old snapshot. A trigger
that really updates the rows it counts on does hold, and a CHECK refuses the result.
"""

from odoo.tools import SQL

from ..engine.ledger import COUNTERS
from .ledger import DIMENSIONS, sum_of

# adds what a statement's new entries do to the counters of the balances
_COUNT_ENTRIES = """
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
"""

# entries are facts: added, never changed; a reversal mirrors its original
_GUARD_ENTRIES = """
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

# counters move with entries only; what a balance stands for never changes
_GUARD_ALLOCATIONS = """
CREATE OR REPLACE FUNCTION mtqg_open_allocation() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
DECLARE above mtqg_allocation;
BEGIN
    %(zeros)s
    -- Luật 58/2024/QH15 article 72: capital of the year until 31/01 of the next one,
    -- carried-over capital until 31/12 of the year it was carried to
    NEW.date_last := COALESCE(NEW.date_last, CASE
        WHEN NEW.origin_year < NEW.plan_year THEN make_date(NEW.plan_year, 12, 31)
        ELSE make_date(NEW.plan_year + 1, 1, 31) END);
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
"""


def install_triggers(env):
    """Create or replace the generated columns and the triggers of the ledger."""
    _generate_columns(env.cr)
    env.cr.execute(
        """ALTER TABLE mtqg_entry ALTER COLUMN date_known
           SET DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')"""
    )
    env.cr.execute(_build_count())
    env.cr.execute(SQL(_GUARD_ENTRIES))
    env.cr.execute(_build_guard())


def _generate_columns(cr):
    formulas = {
        "amount_disbursed": ("int8", "amount_advance + amount_completed"),
        "amount_available": (
            "int8",
            """amount_assigned - amount_allocated - amount_advance
             - amount_completed - amount_carried - amount_cancelled""",
        ),
        "amount_kept": ("int8", "amount_assigned - amount_allocated"),
        "amount_tabmis_missing": (
            "int8",
            "GREATEST(amount_assigned - amount_tabmis, 0)",
        ),
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


def _build_count():
    return SQL(
        _COUNT_ENTRIES,
        _list(SQL("%s AS %s", sum_of(c, "own"), SQL.identifier(c)) for c in COUNTERS),
        _list(
            SQL("%s AS %s", sum_of(c, "parent"), SQL.identifier(c)) for c in COUNTERS
        ),
        _list(SQL("SUM(%s)::int8 AS %s", *[SQL.identifier(c)] * 2) for c in COUNTERS),
        _list(
            SQL("%s = a.%s + total.%s", amount, amount, SQL.identifier(c))
            for c in COUNTERS
            for amount in [SQL.identifier(f"amount_{c}")]
        ),
    )


def _build_guard():
    counters = [f"amount_{c}" for c in COUNTERS]
    guarded = (*DIMENSIONS, *counters)
    return SQL(
        _GUARD_ALLOCATIONS,
        zeros=SQL(" ").join(SQL("NEW.%s := 0;", SQL.identifier(n)) for n in counters),
        frozen=_list(SQL.identifier("old", name) for name in guarded),
        wanted=_list(SQL.identifier("new", name) for name in guarded),
    )


def _list(items):
    return SQL(", ").join(items)
