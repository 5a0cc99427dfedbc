from odoo import api, fields, models

from .statement_messages import describe_finding


class MtqgStatementError(models.Model):
    """What is wrong, or must be asked, at one cell of a statement's file."""

    _name = "mtqg.statement.error"
    _description = "Error in a Treasury statement"
    _order = "id"
    _rec_name = "cell"
    _log_access = False

    statement_id = fields.Many2one(
        "mtqg.statement", required=True, ondelete="cascade", index=True, readonly=True
    )
    kind = fields.Selection(
        [("question", "To be answered"), ("error", "Error"), ("refusal", "File")],
        required=True,
        readonly=True,
    )
    sheet = fields.Char(readonly=True)
    cell = fields.Char(readonly=True)
    value = fields.Char(readonly=True)
    code = fields.Char(readonly=True)
    # the name of the row, by which it is set aside
    name = fields.Char(string="Row", readonly=True)
    details = fields.Json(readonly=True)
    reason = fields.Text(compute="_compute_reason")

    # === COMPUTE METHODS === #

    @api.depends("code", "value", "details")
    @api.depends_context("lang")
    def _compute_reason(self):
        for error in self:
            details = error.details or {}
            error.reason = details.get("reason") or describe_finding(
                self.env, error.code, error.value, details
            )

    # === ACTION METHODS === #

    def action_set_aside(self):
        """Set the row aside by name, and check again (button)."""
        return self._name_row("aside")

    def action_tell_sum(self):
        """Say that the row is a sum of those below it, and check again (button)."""
        return self._name_row("sum")

    def _name_row(self, kind):
        statement = self.statement_id
        statement.ensure_one()
        statement.check_access("write")
        known = set(statement.aside_ids.mapped("name"))
        self.env["mtqg.statement.aside"].create(
            [
                {
                    "statement_id": statement.id,
                    "name": error.name,
                    "kind": kind,
                    "reason": error.reason,
                }
                for error in self
                if error.name and error.name not in known
            ]
        )
        statement.action_check()
        return True
