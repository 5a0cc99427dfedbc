"""The events of the workflow: append-only, chained by hash per document.

The chain is made and checked by the same SQL expression. What a move has read is
updated before its event is written, so two moves of one document can never append to
the same head.

What events mention (people, units, stages …) may not be deleted. A foreign key on each
column costs 2.7 µs a row and key, more than hashing the row; instead the real foreign
keys are those of ``mtqg_workflow_event_mention``, which has a row for each record that
was ever mentioned, written by the statement that mentions it first.
"""

from odoo.tools import SQL

from ..engine.evidence import FORMAT, HASHED
from . import anchors

# who is named in which columns: (column of the mention, columns of the event)
MENTIONS = {
    "user_id": ("user_id", "on_behalf_id"),
    "unit_id": ("unit_id",),
    "stage_id": ("stage_from_id", "stage_to_id"),
    "transition_id": ("transition_id",),
    "step_id": ("step_id",),
    "reason_id": ("reason_id",),
}

_ALWAYS = SQL("TRUE")

# what a caller of ``append_events`` says of an event
_GIVEN = (
    ("res_model", "varchar"),
    ("res_id", "int4"),
    ("name", "varchar"),
    ("unit_id", "int4"),
    ("comment", "text"),
    ("stage_from_id", "int4"),
    ("stage_to_id", "int4"),
    ("transition_id", "int4"),
    ("step_id", "int4"),
    ("reason_id", "int4"),
    ("on_behalf_id", "int4"),
)

# the formula of events written before the format was numbered
_FIRST_PAYLOAD = """%(r)s.previous_hash || jsonb_build_array(
    %(r)s.res_model, %(r)s.res_id, %(r)s.sequence, %(r)s.name, %(r)s.user_id,
    %(r)s.on_behalf_id, to_char(%(r)s.date, 'YYYY-MM-DD HH24:MI:SS.US'),
    COALESCE(%(r)s.comment, ''), %(r)s.stage_from_id, %(r)s.stage_to_id)::text"""

_TRIGGERS = """
-- in plpgsql, which plans its query once a session
CREATE OR REPLACE FUNCTION mtqg_person(int4) RETURNS varchar LANGUAGE plpgsql STABLE STRICT AS $mtqg$
BEGIN
    RETURN (SELECT p.name || ' <' || u.login || '>'
              FROM res_users u JOIN res_partner p ON p.id = u.partner_id WHERE u.id = $1);
END $mtqg$;

CREATE OR REPLACE FUNCTION mtqg_chain_event() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
BEGIN
    SELECT sequence + 1, hash INTO NEW.sequence, NEW.previous_hash FROM mtqg_workflow_event
     WHERE res_model = NEW.res_model AND res_id = NEW.res_id
     ORDER BY sequence DESC LIMIT 1;
    IF NOT FOUND THEN
        NEW.sequence := 1;
        NEW.previous_hash := '';
    END IF;
    IF NEW.actor IS NULL THEN
        NEW.actor := mtqg_person(NEW.user_id);
    END IF;
    IF NEW.principal IS NULL AND NEW.on_behalf_id IS NOT NULL THEN
        NEW.principal := mtqg_person(NEW.on_behalf_id);
    END IF;
    NEW.date := clock_timestamp() AT TIME ZONE 'UTC';
    NEW.format := %(format)s;
    NEW.hash := %(hash)s;
    RETURN NEW;
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_chain_event ON mtqg_workflow_event;
CREATE TRIGGER mtqg_chain_event BEFORE INSERT ON mtqg_workflow_event
    FOR EACH ROW EXECUTE FUNCTION mtqg_chain_event();

-- once a statement: whom the events name is protected, and named as he is
CREATE OR REPLACE FUNCTION mtqg_note_mentions() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
BEGIN
    IF EXISTS (
        WITH shown AS MATERIALIZED (
            SELECT DISTINCT user_id, actor, on_behalf_id, principal FROM fresh)
        SELECT FROM shown
         WHERE actor IS DISTINCT FROM mtqg_person(user_id)
            OR principal IS DISTINCT FROM mtqg_person(on_behalf_id)) THEN
        RAISE EXCEPTION 'an event shows its people as they are called'
            USING ERRCODE = 'check_violation', TABLE = 'mtqg_workflow_event',
                  CONSTRAINT = 'mtqg_workflow_event_people_shown';
    END IF;
    %(note)s
    RETURN NULL;
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_note_mentions ON mtqg_workflow_event;
CREATE TRIGGER mtqg_note_mentions AFTER INSERT ON mtqg_workflow_event
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mtqg_note_mentions();
"""

# the inner LIMIT keeps the planner from reading all mentions to look up a few
_NOTE = """INSERT INTO mtqg_workflow_event_mention (kind, ref, %(columns)s)
    SELECT named.kind, named.ref, %(cases)s
      FROM (WITH row AS MATERIALIZED (SELECT DISTINCT %(mentioning)s FROM %(rows)s)
            SELECT DISTINCT pair.kind, pair.ref
              FROM row CROSS JOIN LATERAL (VALUES %(pairs)s) pair(kind, ref)
             WHERE pair.ref IS NOT NULL
             UNION SELECT DISTINCT 'unit_id', unit_id FROM %(rows)s
                    WHERE unit_id IS NOT NULL) named
      LEFT JOIN LATERAL (SELECT TRUE AS yes FROM mtqg_workflow_event_mention m
                          WHERE m.kind = named.kind AND m.ref = named.ref LIMIT 1) known ON TRUE
     WHERE known.yes IS NULL"""


def hash_of(row):
    """Return SQL for the hash of an event by the present formula.

    :param str row: name of the row in the statement
    """
    return SQL(
        "encode(sha256(convert_to(json_build_array(%s)::text, 'UTF8')), 'hex')",
        SQL(", ").join(SQL.identifier(row.lower(), name) for name in HASHED),
    )


def first_hash_of(row):
    """Return SQL for the hash of an event by the formula of the first events."""
    payload = _FIRST_PAYLOAD % {"r": row}
    return SQL(f"encode(sha256(convert_to({payload}, 'UTF8')), 'hex')")


def _note_mentions(rows):
    """Return SQL that notes what events mention, as far as it is not noted yet.

    :param str rows: name of the table or transition table with the events
    """
    pairs = [
        (kind, column)
        for kind, columns in MENTIONS.items()
        for column in columns
        if kind != "unit_id"  # many units, few of the rest
    ]
    return SQL(
        _NOTE,
        rows=SQL.identifier(rows),
        columns=SQL(", ").join(map(SQL.identifier, MENTIONS)),
        cases=SQL(", ").join(
            SQL("CASE named.kind WHEN %s THEN named.ref END", kind) for kind in MENTIONS
        ),
        mentioning=SQL(", ").join(SQL.identifier(column) for _kind, column in pairs),
        pairs=SQL(", ").join(
            SQL("(%s, %s)", kind, SQL.identifier("row", column))
            for kind, column in pairs
        ),
    )


def install_triggers(env):
    """Create or replace the triggers that chain and protect events and anchors."""
    env.cr.execute(
        SQL(
            _TRIGGERS,
            format=FORMAT,
            hash=hash_of("new"),
            note=SQL("%s;", _note_mentions("fresh")),
        )
    )
    for table in (
        "mtqg_workflow_event",
        "mtqg_workflow_event_mention",
        *anchors.TABLES,
    ):
        env.cr.execute(_refuse_change(table))
    _drop_foreign_keys(env)
    env.cr.execute(_note_mentions("mtqg_workflow_event"))


def _refuse_change(table):
    """Return SQL that makes a table append-only."""
    return SQL(
        """DROP TRIGGER IF EXISTS mtqg_event_append_only ON %(table)s;
        CREATE TRIGGER mtqg_event_append_only BEFORE UPDATE OR DELETE ON %(table)s
            FOR EACH ROW EXECUTE FUNCTION mtqg_refuse_change();
        DROP TRIGGER IF EXISTS mtqg_event_no_truncate ON %(table)s;
        CREATE TRIGGER mtqg_event_no_truncate BEFORE TRUNCATE ON %(table)s
            FOR EACH STATEMENT EXECUTE FUNCTION mtqg_refuse_change();""",
        table=SQL.identifier(table),
    )


def _drop_foreign_keys(env):
    """Drop the keys that events had before mentions were noted."""
    for columns in MENTIONS.values():
        for column in columns:
            env.cr.execute(
                SQL(
                    "ALTER TABLE mtqg_workflow_event DROP CONSTRAINT IF EXISTS %s",
                    SQL.identifier(f"mtqg_workflow_event_{column}_fkey"),
                )
            )


def append_events(env, rows):
    """Append events in one statement; sequence, date and hashes are the database's.

    Who acts is the user of ``env``. Several events of one document are chained in the
    order of the rows.

    :param list rows: dicts with ``res_model``, ``res_id``, ``name`` and as far as they
        apply ``unit_id``, ``comment``, ``stage_from_id``, ``stage_to_id``,
        ``transition_id``, ``step_id``, ``reason_id``, ``on_behalf_id``
    :raise psycopg2.IntegrityError: if somebody else has just appended to a document, or
        an event names a record that is not there
    """
    if not rows:
        return
    env.flush_all()
    env.cr.execute(insertion(env, rows))
    env["mtqg.workflow.event"].invalidate_model(flush=False)


def insertion(env, rows, condition=_ALWAYS):
    """Return the statement that appends events, as a part of a larger one.

    :param list rows: at least one, as ``append_events`` takes them
    :param SQL condition: of the statement it is a part of
    """
    same, varying = _split_columns(rows)
    return SQL(
        """INSERT INTO mtqg_workflow_event (user_id, actor, principal, %s)
           SELECT %s, (SELECT mtqg_person(%s)), %s, %s %s WHERE %s""",
        SQL(", ").join(SQL.identifier(name) for name, _type in _GIVEN),
        env.uid,
        env.uid,
        _principal(same),
        SQL(", ").join(
            SQL("%s::%s", same[name], SQL(type_))
            if name in same
            else SQL.identifier("fresh", name)
            for name, type_ in _GIVEN
        ),
        _unnest(varying),
        condition,
    )


def _split_columns(rows):
    """Return ({name: value that all rows share}, {name: values}).

    A value that is sent and read once costs nothing a row.
    """
    same, varying = {}, {}
    for name, type_ in _GIVEN:
        values = [row.get(name) or None for row in rows]
        if type_ == "text":  # the database knows no character 0
            values = [value and value.replace("\0", "") for value in values]
        if len(set(values)) == 1:
            same[name] = values[0]
        else:
            varying[name] = values
    return same, varying


def _principal(same):
    """Return SQL for the name of the principal, looked up once where all share him."""
    if "on_behalf_id" not in same:
        return SQL("mtqg_person(fresh.on_behalf_id)")
    if same["on_behalf_id"] is None:
        return SQL("NULL")
    return SQL("(SELECT mtqg_person(%s))", same["on_behalf_id"])


def _unnest(varying):
    """Return the FROM clause that makes rows of the columns that vary."""
    if not varying:
        return SQL()
    types = dict(_GIVEN)
    return SQL(
        "FROM unnest(%s) AS fresh (%s)",
        SQL(", ").join(
            SQL("%s::%s[]", _write_array(values), SQL(types[name]))
            for name, values in varying.items()
        ),
        SQL(", ").join(map(SQL.identifier, varying)),
    )


def _write_array(values):
    """Return a list as PostgreSQL reads it: one literal is parsed at once, an ARRAY[…]
    of thousands of parameters is an expression for each of them."""
    return f"{{{','.join(map(_write_item, values))}}}"


def _write_item(value):
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
