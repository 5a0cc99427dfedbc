"""Posted documents do not change, not even for raw SQL."""

from odoo.tools import SQL

# columns of a posted document that carry no meaning of their own
_FREE_COLUMNS = (
    "write_uid",
    "write_date",
    "message_main_attachment_id",
)


def protect_posted(env, table, owner=None):
    """Refuse changes to a document once its workflow is done, and its deletion.

    :param str table: table of the document, or of its lines
    :param tuple owner: for lines, (column that points to the document, its table)
    """
    column, document = owner or ("id", table)
    name = f"{table}_posted"
    env.cr.execute(
        SQL(
            """
CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
BEGIN
    IF (SELECT doc.workflow_state = 'done' FROM %(document)s doc WHERE doc.id = OLD.%(column)s)
       AND (TG_OP = 'DELETE'
            OR to_jsonb(OLD) - %(free)s::text[] IS DISTINCT FROM to_jsonb(NEW) - %(free)s::text[])
    THEN
        RAISE EXCEPTION 'a posted document does not change'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = %(name)s;
    END IF;
    RETURN COALESCE(NEW, OLD);
END $mtqg$;
DROP TRIGGER IF EXISTS %(function)s ON %(table)s;
CREATE TRIGGER %(function)s BEFORE UPDATE OR DELETE ON %(table)s
    FOR EACH ROW EXECUTE FUNCTION %(function)s();
""",
            function=SQL.identifier(name),
            document=SQL.identifier(document),
            column=SQL.identifier(column),
            table=SQL.identifier(table),
            free=list(_FREE_COLUMNS),
            name=name,
        )
    )


def release_posted(cr):
    """Drop every trigger of ``protect_posted``, for the time of an upgrade."""
    cr.execute(
        """SELECT tgname, tgrelid::regclass::text FROM pg_trigger
            WHERE tgname ~ '^mtqg_.*_posted$' AND NOT tgisinternal"""
    )
    for name, table in cr.fetchall():
        cr.execute(
            SQL("DROP TRIGGER %s ON %s", SQL.identifier(name), SQL.identifier(table))
        )


def claim_rows(env, table, ids):
    """Let only one of those who decide on the same rows at the same moment succeed.

    A sum over vouchers is read from the snapshot of one's own transaction, so two
    payments could each fit under a limit and together exceed it. A real UPDATE of the
    row that holds the limit makes the second one start again.
    """
    env.cr.execute(
        SQL(
            """UPDATE %s claimed SET write_date = claimed.write_date
                 FROM (SELECT id FROM %s WHERE id = ANY(%s)
                        ORDER BY id FOR NO KEY UPDATE) AS wanted
                WHERE claimed.id = wanted.id""",
            SQL.identifier(table),
            SQL.identifier(table),
            list(ids),
        )
    )
