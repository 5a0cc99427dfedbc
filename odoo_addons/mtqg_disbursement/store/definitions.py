"""What is published stays as it was published: for SQL too, and for two at once."""

from odoo.tools import SQL

# words for people may be put right at any time; the rest is what documents rely on
_FREE_COLUMNS = ("name", "sequence", "write_uid", "write_date")
_FREE_PART_COLUMNS = ("name", "write_uid", "write_date")
# tables of the parts of a definition, and the column that leads to their version
_PARTS = {
    "mtqg_workflow_stage": "workflow_id",
    "mtqg_workflow_transition": "workflow_id",
    "mtqg_workflow_step": "transition_id",
    "mtqg_workflow_requirement": "transition_id",
    "mtqg_workflow_escalation": "transition_id",
    "mtqg_workflow_notice": "transition_id",
}

_GUARD_VERSIONS = """
CREATE OR REPLACE FUNCTION mtqg_guard_workflow() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
BEGIN
    -- with its document model, when an addon is uninstalled, a version may go
    IF OLD.state = 'draft' OR (TG_OP = 'DELETE' AND pg_trigger_depth() > 1) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state IN (OLD.state, 'retired')
       AND to_jsonb(OLD) - 'state' - %(free)s::text[] = to_jsonb(NEW) - 'state' - %(free)s::text[]
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'a published definition does not change' USING
        ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'mtqg_workflow_frozen';
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_workflow_posted ON mtqg_workflow;
CREATE TRIGGER mtqg_workflow_posted BEFORE UPDATE OR DELETE ON mtqg_workflow
    FOR EACH ROW EXECUTE FUNCTION mtqg_guard_workflow();
"""

_GUARD_PARTS = """
CREATE OR REPLACE FUNCTION mtqg_guard_part() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
DECLARE owners int[] := '{}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - %(free)s::text[] = to_jsonb(NEW) - %(free)s::text[]
    THEN RETURN NEW; END IF;
    IF TG_OP <> 'INSERT' THEN owners := owners || (to_jsonb(OLD) ->> TG_ARGV[0])::int; END IF;
    IF TG_OP <> 'DELETE' THEN owners := owners || (to_jsonb(NEW) ->> TG_ARGV[0])::int; END IF;
    IF TG_ARGV[0] = 'transition_id' THEN
        owners := ARRAY(SELECT workflow_id FROM mtqg_workflow_transition WHERE id = ANY(owners));
    END IF;
    IF EXISTS (SELECT 1 FROM mtqg_workflow WHERE id = ANY(owners) AND state <> 'draft') THEN
        RAISE EXCEPTION 'a published definition does not change' USING
            ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'mtqg_workflow_frozen';
    END IF;
    -- a real UPDATE: whoever publishes at this moment, or this change, starts again
    UPDATE mtqg_workflow SET write_date = write_date WHERE id = ANY(owners);
    RETURN COALESCE(NEW, OLD);
END $mtqg$;
"""


def install_triggers(env):
    """Create or replace the triggers that freeze versions which are no drafts."""
    env.cr.execute(SQL(_GUARD_VERSIONS, free=list(_FREE_COLUMNS)))
    env.cr.execute(SQL(_GUARD_PARTS, free=list(_FREE_PART_COLUMNS)))
    for table, column in _PARTS.items():
        env.cr.execute(
            SQL(
                """DROP TRIGGER IF EXISTS %(name)s ON %(table)s;
                   CREATE TRIGGER %(name)s BEFORE INSERT OR UPDATE OR DELETE ON %(table)s
                      FOR EACH ROW EXECUTE FUNCTION mtqg_guard_part(%(column)s)""",
                name=SQL.identifier(f"{table}_posted"),
                table=SQL.identifier(table),
                column=column,
            )
        )
