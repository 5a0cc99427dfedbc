"""What the Treasury hands over in the demonstration, and what becomes of it."""

import base64

from odoo.tools import file_open

from .story import ADDON, read_table


def enter_reconciliations(story):
    """Import the statements of the story and compare them, as its people would.

    The Treasury's clerk brings the file in and compares; the commune explains, its
    leader signs, and the head of the Treasury office confirms.
    """
    for row in read_table("statements"):
        document = _compare(story, row, _import_statement(story, row))
        if row["decision"]:
            maker = story.find_maker(document.unit_id)
            lines = document.line_ids.with_user(maker)
            getattr(lines, f"action_{row['decision']}")(row["comment"])
        if row["state"] == "done":
            for name in ("submit", "approve", "approve"):
                _move(story, document, name)


def _find_clerk(story, row):
    return story.env["res.users"].search([("login", "=", row["clerk"])])


def _import_statement(story, row):
    """Return the statement of a row, imported by the clerk."""
    with file_open(f"{ADDON}/demo/story/{row['file']}", "rb") as file:
        content = base64.b64encode(file.read())
    statement = (
        story.env["mtqg.statement"]
        .with_user(_find_clerk(story, row))
        .create(
            {
                "unit_id": story.units[row["unit"]].id,
                "treasury_unit_id": story.units[row["office"]].id,
                "date_from": row["from"],
                "date_to": row["to"],
                "file": content,
                "filename": row["file"],
            }
        )
    )
    statement.action_check()
    statement.action_import()
    return statement


def _compare(story, row, statement):
    """Return the reconciliation of a statement, compared by the clerk."""
    clerk = _find_clerk(story, row)
    document = (
        story.env["mtqg.reconciliation"]
        .with_user(clerk)
        .create(
            {
                "unit_id": statement.unit_id.id,
                "treasury_unit_id": statement.treasury_unit_id.id,
                "date_from": row["from"],
                "date_to": row["to"],
                "statement_ids": statement.ids,
            }
        )
    )
    document.action_run()
    return story.env["mtqg.reconciliation"].browse(document.id)


def _move(story, document, name):
    """Let somebody who may make one move of the minutes: not who made them."""
    if name == "submit":
        story.move(document, name)
        return
    task = story.env["mtqg.workflow.task"].search(
        [
            ("res_model", "=", document._name),
            ("res_id", "=", document.id),
            ("state", "=", "pending"),
        ]
    )
    people = task.approver_unit_id.user_ids.filtered(
        lambda user: task.group_id in user.group_ids
    )
    document.with_user((people - document.create_uid)[0]).action_approve()
