"""What the database itself keeps frozen: approved evaluations, published schemes.

The ORM refuses such changes first, with a sentence; these triggers hold against raw
SQL and against code that forgets to ask.
"""

from odoo.tools import SQL

_EVALUATION_COLUMNS = (
    "name",
    "unit_id",
    "scheme_id",
    "date_from",
    "date_to",
    "plan_year",
    "known_at",
    "snapshot",
    "content_hash",
    "date_frozen",
)
# tables whose rows belong to an evaluation
_RESULT_TABLES = (
    "mtqg_evaluation_score",
    "mtqg_evaluation_evidence",
    "mtqg_evaluation_unit_rel",
)
_SCHEME_TABLES = ("mtqg_scheme_criterion", "mtqg_scheme_band")
_CRITERION_TABLES = ("mtqg_scheme_target", "mtqg_scheme_step")


def read_clock(env):
    """Return the present moment of the database as UTC text, to the microsecond.

    Later than every entry of the own transaction, unlike the start of it.
    """
    ((now,),) = env.execute_query(
        SQL(
            "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
            " 'YYYY-MM-DD HH24:MI:SS.US')"
        )
    )
    return now


def install_triggers(env):
    """Create or replace the triggers; safe to run again."""
    statements = [
        SQL(_REFUSE),
        _guard_evaluations(),
        SQL(_REFUSE_RESULT),
        SQL(_REFUSE_PUBLISHED),
        SQL(_REFUSE_SCHEME),
        SQL(_REFUSE_CRITERION),
        *(_guard_truncate(table) for table in _RESULT_TABLES[:2]),
        *(_guard_rows(table, "mtqg_refuse_result") for table in _RESULT_TABLES),
        *(_guard_rows(table, "mtqg_refuse_scheme") for table in _SCHEME_TABLES),
        *(_guard_rows(table, "mtqg_refuse_criterion") for table in _CRITERION_TABLES),
    ]
    for statement in statements:
        env.cr.execute(statement)


_REFUSE = """
CREATE OR REPLACE FUNCTION mtqg_frozen(what text) RETURNS void
LANGUAGE plpgsql AS $mtqg$
BEGIN
    RAISE EXCEPTION USING MESSAGE = what || ' is frozen',
        ERRCODE = 'check_violation', TABLE = what, CONSTRAINT = what || '_frozen';
END $mtqg$;
"""

# a row of a result asks its evaluation, the old one and the new one
_REFUSE_RESULT = """
CREATE OR REPLACE FUNCTION mtqg_refuse_result() RETURNS trigger
LANGUAGE plpgsql AS $mtqg$
DECLARE ids int[] := ARRAY[]::int[];
BEGIN
    IF TG_OP <> 'INSERT' THEN ids := ids || OLD.evaluation_id; END IF;
    IF TG_OP <> 'DELETE' THEN ids := ids || NEW.evaluation_id; END IF;
    IF EXISTS (SELECT 1 FROM mtqg_evaluation e
                WHERE e.id = ANY(ids) AND e.date_frozen IS NOT NULL) THEN
        PERFORM mtqg_frozen(TG_TABLE_NAME);
    END IF;
    RETURN COALESCE(NEW, OLD);
END $mtqg$;
"""

# a published scheme changes in its words only, and never becomes a draft again
_REFUSE_PUBLISHED = """
CREATE OR REPLACE FUNCTION mtqg_same_but_words(old jsonb, new jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $mtqg$
    SELECT old - words = new - words
      FROM (SELECT ARRAY['name', 'heading', 'legal_basis', 'note', 'state',
                         'write_date', 'write_uid'] AS words) w
$mtqg$;

CREATE OR REPLACE FUNCTION mtqg_refuse_published() RETURNS trigger
LANGUAGE plpgsql AS $mtqg$
BEGIN
    IF NEW.state = 'draft'
       OR NOT mtqg_same_but_words(to_jsonb(OLD), to_jsonb(NEW)) THEN
        PERFORM mtqg_frozen(TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_scheme_frozen ON mtqg_scheme;
CREATE TRIGGER mtqg_scheme_frozen BEFORE UPDATE ON mtqg_scheme
    FOR EACH ROW WHEN (OLD.state <> 'draft')
    EXECUTE FUNCTION mtqg_refuse_published();
"""

_REFUSE_SCHEME = """
CREATE OR REPLACE FUNCTION mtqg_refuse_scheme() RETURNS trigger
LANGUAGE plpgsql AS $mtqg$
DECLARE ids int[] := ARRAY[]::int[];
BEGIN
    IF TG_OP = 'UPDATE' AND mtqg_same_but_words(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN ids := ids || OLD.scheme_id; END IF;
    IF TG_OP <> 'DELETE' THEN ids := ids || NEW.scheme_id; END IF;
    IF EXISTS (SELECT 1 FROM mtqg_scheme s
                WHERE s.id = ANY(ids) AND s.state <> 'draft') THEN
        PERFORM mtqg_frozen(TG_TABLE_NAME);
    END IF;
    RETURN COALESCE(NEW, OLD);
END $mtqg$;
"""

_REFUSE_CRITERION = """
CREATE OR REPLACE FUNCTION mtqg_refuse_criterion() RETURNS trigger
LANGUAGE plpgsql AS $mtqg$
DECLARE ids int[] := ARRAY[]::int[];
BEGIN
    IF TG_OP <> 'INSERT' THEN ids := ids || OLD.criterion_id; END IF;
    IF TG_OP <> 'DELETE' THEN ids := ids || NEW.criterion_id; END IF;
    IF EXISTS (SELECT 1 FROM mtqg_scheme s
                 JOIN mtqg_scheme_criterion c ON c.scheme_id = s.id
                WHERE c.id = ANY(ids) AND s.state <> 'draft') THEN
        PERFORM mtqg_frozen(TG_TABLE_NAME);
    END IF;
    RETURN COALESCE(NEW, OLD);
END $mtqg$;
"""


def _guard_evaluations():
    """Return the trigger that keeps the content of an approved evaluation."""
    columns = [SQL.identifier(name) for name in _EVALUATION_COLUMNS]
    return SQL(
        """
CREATE OR REPLACE FUNCTION mtqg_refuse_evaluation() RETURNS trigger
LANGUAGE plpgsql AS $mtqg$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM mtqg_frozen(TG_TABLE_NAME);
    ELSIF (%(old)s) IS DISTINCT FROM (%(new)s) THEN
        PERFORM mtqg_frozen(TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_evaluation_frozen ON mtqg_evaluation;
CREATE TRIGGER mtqg_evaluation_frozen BEFORE UPDATE OR DELETE ON mtqg_evaluation
    FOR EACH ROW WHEN (OLD.date_frozen IS NOT NULL)
    EXECUTE FUNCTION mtqg_refuse_evaluation();
""",
        old=SQL(", ").join(SQL("OLD.%s", column) for column in columns),
        new=SQL(", ").join(SQL("NEW.%s", column) for column in columns),
    )


def _guard_truncate(table):
    return SQL(
        """
DROP TRIGGER IF EXISTS %(trigger)s ON %(table)s;
CREATE TRIGGER %(trigger)s BEFORE TRUNCATE ON %(table)s
    FOR EACH STATEMENT EXECUTE FUNCTION mtqg_refuse_change();
""",
        trigger=SQL.identifier(f"{table}_no_truncate"),
        table=SQL.identifier(table),
    )


def _guard_rows(table, function):
    """Return the trigger that asks a row's owner whether it may still change."""
    return SQL(
        """
DROP TRIGGER IF EXISTS %(trigger)s ON %(table)s;
CREATE TRIGGER %(trigger)s BEFORE INSERT OR UPDATE OR DELETE ON %(table)s
    FOR EACH ROW EXECUTE FUNCTION %(function)s();
""",
        trigger=SQL.identifier(f"{table}_frozen"),
        table=SQL.identifier(table),
        function=SQL.identifier(function),
    )
