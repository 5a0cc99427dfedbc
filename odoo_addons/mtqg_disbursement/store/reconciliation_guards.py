"""What is being signed does not change; what is signed is closed in ``minutes``."""

from odoo.tools import SQL

# Each trigger looks at all rows of a statement at once, under the name ``touched``;
# ``fresh`` has no name where it is needed but for a change. While the minutes are being
# signed, people may still say who settles a difference, and until when.
_FUNCTION = """
CREATE OR REPLACE FUNCTION mtqg_reconciliation_guard() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
DECLARE is_refused boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        is_refused := EXISTS (
            SELECT 1 FROM touched s
              JOIN mtqg_reconciliation r ON r.id = s.reconciliation_id
              LEFT JOIN fresh f ON f.id = s.id
             WHERE r.workflow_state NOT IN ('draft', 'done')
               AND (r.workflow_state <> 'running'
                    OR to_jsonb(f) - ARRAY['owner_id', 'date_due', 'write_uid', 'write_date']
                       IS DISTINCT FROM
                       to_jsonb(s) - ARRAY['owner_id', 'date_due', 'write_uid', 'write_date']));
    ELSE
        is_refused := EXISTS (
            SELECT 1 FROM touched t
              JOIN mtqg_reconciliation r ON r.id = t.reconciliation_id
             WHERE r.workflow_state NOT IN ('draft', 'done'));
    END IF;
    IF is_refused THEN
        RAISE EXCEPTION USING MESSAGE = 'the reconciliation is being signed',
            ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
            CONSTRAINT = TG_TABLE_NAME || '_locked';
    END IF;
    RETURN NULL;
END $mtqg$;
"""
_TRIGGERS = """
DROP TRIGGER IF EXISTS {table}_added ON {table};
CREATE TRIGGER {table}_added AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION mtqg_reconciliation_guard();
DROP TRIGGER IF EXISTS {table}_changed ON {table};
CREATE TRIGGER {table}_changed AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS touched NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION mtqg_reconciliation_guard();
DROP TRIGGER IF EXISTS {table}_removed ON {table};
CREATE TRIGGER {table}_removed AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION mtqg_reconciliation_guard();
"""
# functions of earlier versions, which no trigger calls any more
_FORMER = """DROP FUNCTION IF EXISTS mtqg_reconciliation_added(),
    mtqg_reconciliation_changed(), mtqg_reconciliation_removed()"""
TABLES = (
    "mtqg_reconciliation_line",
    "mtqg_reconciliation_item",
    "mtqg_reconciliation_figure",
)


def install_guards(env):
    """Make the database keep the differences and figures of what is signed."""
    env.cr.execute(SQL(_FUNCTION))
    for table in TABLES:
        env.cr.execute(SQL(_TRIGGERS.replace("{table}", table)))
    env.cr.execute(SQL(_FORMER))
