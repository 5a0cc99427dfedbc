from odoo import api, fields, models
from odoo.exceptions import UserError


class MtqgDeadlineExtension(models.Model):
    """A new due date given by a superior, with its basis; the last one counts.

    Appended, never changed: taking an extension back is a row of its own.
    """

    _name = "mtqg.deadline.extension"
    _description = "Extension of a deadline"
    _order = "id desc"
    _log_access = False
    _rec_name = "reference"

    deadline_id = fields.Many2one(
        "mtqg.deadline", required=True, index=True, readonly=True
    )
    unit_id = fields.Many2one(
        "mtqg.unit", required=True, ondelete="restrict", index=True, readonly=True
    )
    date_due_before = fields.Date(string="Due before", required=True, readonly=True)
    date_due = fields.Date(string="Due now", required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    reference = fields.Char(string="Basis", required=True, readonly=True)
    is_revoked = fields.Boolean(string="Takes it back", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Given by",
        required=True,
        ondelete="restrict",
        readonly=True,
    )
    date_known = fields.Datetime(
        string="Recorded at",
        required=True,
        readonly=True,
        default=lambda _self: fields.Datetime.now(),
    )

    # === CRUD METHODS === #

    def write(self, vals):
        if self:
            raise self._refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self._refuse()

    def _refuse(self):
        return UserError(
            self.env._("Extensions are kept as they were given. Take one back instead.")
        )
