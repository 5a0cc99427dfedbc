from odoo import fields, models

from ..clock import today_vn


class MtqgDeadlineReason(models.TransientModel):
    """Asks for what a move of a deadline needs: a day, a reason, a basis."""

    _name = "mtqg.deadline.reason"
    _description = "Reason of a move of deadlines"
    _rec_name = "kind"

    kind = fields.Selection(
        [
            ("done", "Mark as done"),
            ("extend", "Extend"),
            ("revoke", "Take the extension back"),
            ("acknowledge", "Acknowledge"),
        ],
        required=True,
    )
    res_ids = fields.Char(required=True)
    date = fields.Date(default=lambda _self: today_vn())
    reason = fields.Text()
    reference = fields.Char(string="Number and date of the paper")

    def action_confirm(self):
        """Make the move on the records named, with the rights of the user."""
        self.ensure_one()
        ids = [int(part) for part in self.res_ids.split(",") if part.strip().isdigit()]
        deadlines = self.env["mtqg.deadline"].browse(ids)
        match self.kind:
            case "done":
                return deadlines.action_mark_done(self.date, self.reference)
            case "extend":
                return deadlines.action_extend(self.date, self.reason, self.reference)
            case "revoke":
                return deadlines.action_revoke_extension(self.reason)
        alerts = self.env["mtqg.deadline.alert"].browse(ids)
        return alerts.action_acknowledge(self.reason)


class MtqgDeadline(models.Model):
    _inherit = "mtqg.deadline"

    def action_ask_done(self):
        """Ask for the day and paper by which it was done (button)."""
        return self._ask("done")

    def action_ask_extension(self):
        """Ask for the new due date, its reason and basis (button)."""
        return self._ask("extend")

    def action_ask_revocation(self):
        """Ask why an extension is taken back (button)."""
        return self._ask("revoke")

    def _ask(self, kind):
        return _open_reason(self, kind)


class MtqgDeadlineAlert(models.Model):
    _inherit = "mtqg.deadline.alert"

    def action_ask_acknowledgement(self):
        """Ask for a comment with which alerts are acknowledged (button)."""
        return _open_reason(self, "acknowledge")


def _open_reason(records, kind):
    return {
        "type": "ir.actions.act_window",
        "name": dict(
            records.env["mtqg.deadline.reason"]
            ._fields["kind"]
            ._description_selection(records.env)
        )[kind],
        "res_model": "mtqg.deadline.reason",
        "views": [(False, "form")],
        "target": "new",
        "context": {
            "default_kind": kind,
            "default_res_ids": ",".join(map(str, records.ids)),
        },
    }
