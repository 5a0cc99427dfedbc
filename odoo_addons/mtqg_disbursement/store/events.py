"""The events of the workflow: append-only, chained by hash per document.

The chain is made and checked by the same SQL expression. A document's row is updated
by every move before its event is written, so two moves of one document can never
append to the same head.
"""

from odoo.tools import SQL

_PAYLOAD = """%(r)s.previous_hash || jsonb_build_array(
    %(r)s.res_model, %(r)s.res_id, %(r)s.sequence, %(r)s.name, %(r)s.user_id,
    %(r)s.on_behalf_id, to_char(%(r)s.date, 'YYYY-MM-DD HH24:MI:SS.US'),
    COALESCE(%(r)s.comment, ''), %(r)s.stage_from_id, %(r)s.stage_to_id)::text"""


def _hash_of(row):
    return SQL(f"encode(sha256(convert_to({_PAYLOAD % {'r': row}}, 'UTF8')), 'hex')")


def install_triggers(env):
    """Create or replace the triggers that chain and protect the events."""
    env.cr.execute(
        SQL(
            """
CREATE OR REPLACE FUNCTION mtqg_chain_event() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
DECLARE head record;
BEGIN
    SELECT sequence, hash INTO head FROM mtqg_workflow_event
     WHERE res_model = NEW.res_model AND res_id = NEW.res_id
     ORDER BY sequence DESC LIMIT 1;
    NEW.sequence := COALESCE(head.sequence, 0) + 1;
    NEW.previous_hash := COALESCE(head.hash, '');
    NEW.date := clock_timestamp() AT TIME ZONE 'UTC';
    NEW.hash := %s;
    RETURN NEW;
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_chain_event ON mtqg_workflow_event;
CREATE TRIGGER mtqg_chain_event BEFORE INSERT ON mtqg_workflow_event
    FOR EACH ROW EXECUTE FUNCTION mtqg_chain_event();
DROP TRIGGER IF EXISTS mtqg_event_append_only ON mtqg_workflow_event;
CREATE TRIGGER mtqg_event_append_only BEFORE UPDATE OR DELETE ON mtqg_workflow_event
    FOR EACH ROW EXECUTE FUNCTION mtqg_refuse_change();
DROP TRIGGER IF EXISTS mtqg_event_no_truncate ON mtqg_workflow_event;
CREATE TRIGGER mtqg_event_no_truncate BEFORE TRUNCATE ON mtqg_workflow_event
    FOR EACH STATEMENT EXECUTE FUNCTION mtqg_refuse_change();
""",
            _hash_of("NEW"),
        )
    )


def append_events(env, rows):
    """Append events in one statement; sequence, date and hashes are the database's.

    :param list rows: dicts with ``res_model``, ``res_id``, ``name``, ``unit_id``,
        ``comment``, ``stage_from_id``, ``stage_to_id``, ``on_behalf_id``
    """
    if not rows:
        return
    columns = (
        ("res_model", "varchar"),
        ("res_id", "int4"),
        ("name", "varchar"),
        ("unit_id", "int4"),
        ("comment", "text"),
        ("stage_from_id", "int4"),
        ("stage_to_id", "int4"),
        ("transition_id", "int4"),
        ("on_behalf_id", "int4"),
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            "INSERT INTO mtqg_workflow_event (%s, user_id) SELECT fresh.*, %s FROM unnest(%s) AS fresh",
            SQL(", ").join(SQL.identifier(name) for name, _type in columns),
            env.uid,
            SQL(", ").join(
                SQL("%s::%s[]", [row.get(name) or None for row in rows], SQL(type_))
                for name, type_ in columns
            ),
        )
    )
    env["mtqg.workflow.event"].invalidate_model(flush=False)


def find_broken_events(env):
    """Return events whose hash, order or predecessor is not what was written.

    :return: list of dicts ``id``, ``res_model``, ``res_id``, ``reason`` (changed,
        predecessor, gap)
    """
    rows = env.execute_query(
        SQL(
            """SELECT id, res_model, res_id,
                      CASE WHEN hash <> %s THEN 'changed'
                           WHEN sequence <> place THEN 'gap'
                           ELSE 'predecessor' END
                 FROM (SELECT e.*,
                              row_number() OVER chain AS place,
                              COALESCE(lag(e.hash) OVER chain, '') AS hash_before
                         FROM mtqg_workflow_event e
                       WINDOW chain AS (PARTITION BY e.res_model, e.res_id
                                        ORDER BY e.sequence)) ev
                WHERE hash <> %s OR sequence <> place OR previous_hash <> hash_before
                ORDER BY id""",
            _hash_of("ev"),
            _hash_of("ev"),
        )
    )
    names = ("id", "res_model", "res_id", "reason")
    return [dict(zip(names, row, strict=True)) for row in rows]


def find_cut_chains(env, model):
    """Return documents whose stage is not where their last event left them.

    :param str model: name of a model under workflow
    :return: list of dicts like those of ``find_broken_events``; ``id`` is the last
        event that is left, or 0
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """SELECT COALESCE(last.id, 0), %(model)s, doc.id, 'cut'
                 FROM %(table)s doc
                 JOIN mtqg_workflow_stage stage ON stage.id = doc.stage_id
                 LEFT JOIN LATERAL (
                     SELECT e.id, e.stage_to_id FROM mtqg_workflow_event e
                      WHERE e.res_model = %(model)s AND e.res_id = doc.id
                      ORDER BY e.sequence DESC LIMIT 1) last ON TRUE
                WHERE COALESCE(last.stage_to_id, 0) <> doc.stage_id
                  AND (last.id IS NOT NULL OR stage.kind <> 'start')
                ORDER BY doc.id""",
            model=model,
            table=SQL.identifier(env[model]._table),
        )
    )
    names = ("id", "res_model", "res_id", "reason")
    return [dict(zip(names, row, strict=True)) for row in rows]
