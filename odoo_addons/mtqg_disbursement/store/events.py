"""The events of the workflow: append-only, chained by hash per document.

The chain is made and checked by the same SQL expression. A document's row is updated
by every move before its event is written, so two moves of one document can never
append to the same head.

What events mention (people, units, stages …) may not be deleted. A foreign key on each
column costs 2.7 µs a row and key, more than hashing the row; instead the real foreign
keys are those of ``mtqg_workflow_event_mention``, which has one row for each record that
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
     WHERE known.yes IS NULL
     ORDER BY 1, 2
        ON CONFLICT DO NOTHING"""


def hash_of(row):
    """Return SQL for the hash of an event by the present formula.

    :param str row: name of the row in the statement
    """
    return SQL(
        "encode(sha256(convert_to(json_build_array(%s)::text, 'UTF8')), 'hex')",
        SQL(", ").join(SQL.identifier(row.lower(), name) for name in HASHED),
    )


def _first_hash_of(row):
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


# === APPENDING === #


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
    same, varying = _split_columns(rows)
    env.flush_all()
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_workflow_event (user_id, actor, principal, %s)
               SELECT %s, (SELECT mtqg_person(%s)), %s, %s %s""",
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
        )
    )
    env["mtqg.workflow.event"].invalidate_model(flush=False)


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
    return "{%s}" % ",".join(map(_write_item, values))


def _write_item(value):
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')


# === VERIFYING === #

# Lists longer than this help nobody, and have to fit into memory.
MOST = 100_000


def find_broken_events(env):
    """Return events whose hash, order or predecessor is not what was written.

    The chains are read once, in the order of their index.

    :return: list of dicts ``id``, ``res_model``, ``res_id``, ``reason``, ``sequence``;
        the reason is changed, gap (an event before it is missing), predecessor (it does
        not follow the one before it) or jump (it starts from another stage than the one
        before it ended in)
    """
    env.flush_all()
    return _read_faults(
        env,
        SQL(
            """SELECT id, res_model, res_id, reason, sequence
                 FROM (SELECT ev.id, ev.res_model, ev.res_id, ev.sequence,
                              CASE WHEN is_written IS NOT TRUE OR version < version_before
                                   THEN 'changed'
                                   WHEN sequence IS DISTINCT FROM place THEN 'gap'
                                   WHEN previous_hash IS DISTINCT FROM hash_before
                                   THEN 'predecessor'
                                   WHEN stage_from_id <> stage_before THEN 'jump' END AS reason
                         FROM (SELECT e.*, COALESCE(e.format, 1) AS version,
                                      e.hash = CASE COALESCE(e.format, 1)
                                               WHEN 1 THEN %s WHEN %s THEN %s END AS is_written,
                                      row_number() OVER chain AS place,
                                      COALESCE(lag(e.hash) OVER chain, '') AS hash_before,
                                      lag(COALESCE(e.format, 1)) OVER chain AS version_before,
                                      lag(e.stage_to_id) OVER chain AS stage_before
                                 FROM mtqg_workflow_event e
                               WINDOW chain AS (PARTITION BY e.res_model, e.res_id
                                                ORDER BY e.sequence)) ev) found
                WHERE reason IS NOT NULL
                LIMIT %s""",
            _first_hash_of("e"),
            FORMAT,
            hash_of("e"),
            MOST,
        ),
    )


def find_cut_chains(env, model):
    """Return documents that are not where their last event left them, or not there.

    :param str model: name of a model under workflow
    :return: list of dicts like those of ``find_broken_events``; the reason is cut, or
        document (events of a document that is gone); ``id`` is the last event that is
        left, or 0
    """
    env.flush_all()
    return _read_faults(
        env,
        SQL(
            """WITH last AS (
                   SELECT DISTINCT ON (e.res_id) e.res_id, e.id, e.sequence, e.stage_to_id
                     FROM mtqg_workflow_event e
                    WHERE e.res_model = %(model)s AND e.stage_to_id IS NOT NULL
                    ORDER BY e.res_id, e.sequence DESC)
               SELECT COALESCE(last.id, 0), %(model)s, COALESCE(doc.id, last.res_id),
                      CASE WHEN doc.id IS NULL THEN 'document' ELSE 'cut' END,
                      COALESCE(last.sequence, 0)
                 FROM %(table)s doc
                 FULL JOIN last ON last.res_id = doc.id
                 LEFT JOIN mtqg_workflow_stage stage ON stage.id = doc.stage_id
                WHERE doc.id IS NULL
                   OR (last.stage_to_id IS DISTINCT FROM doc.stage_id
                       AND (last.id IS NOT NULL OR stage.kind <> 'start'))
                ORDER BY 3
                LIMIT %(most)s""",
            model=model,
            table=SQL.identifier(env[model]._table),
            most=MOST,
        ),
    )


def find_other_than_anchored(env):
    """Return documents and anchors that are not what was anchored.

    :return: list of dicts like those of ``find_broken_events``, the reason is anchor; a
        broken anchor itself has the model ``mtqg.workflow.anchor`` and its number as
        ``sequence``
    """
    env.flush_all()
    rows = anchors.find_broken_heads(env, MOST) + anchors.find_broken_anchors(env)
    return _name_faults(rows)


def count_faults_before(env, number):
    """Return how many documents and anchors are not what an anchor stands for.

    :param int number: number of the anchor
    """
    faults = find_broken_events(env) + find_other_than_anchored(env)
    places = {(fault["res_model"], fault["res_id"]) for fault in faults}
    heads = anchors.find_heads(env, number, places)
    return len(
        {
            (fault["res_model"], fault["res_id"])
            for fault in faults
            if fault["sequence"]
            <= (
                number
                if fault["res_model"] == "mtqg.workflow.anchor"
                else heads.get((fault["res_model"], fault["res_id"]), 0)
            )
        }
    )


def _read_faults(env, query):
    return _name_faults(env.execute_query(query))


def _name_faults(rows):
    names = ("id", "res_model", "res_id", "reason", "sequence")
    return [dict(zip(names, row, strict=True)) for row in rows]
