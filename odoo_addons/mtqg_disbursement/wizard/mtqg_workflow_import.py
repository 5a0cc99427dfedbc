import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError

from ..engine.workflow_file import MOST_BYTES


class MtqgWorkflowImportDialog(models.TransientModel):
    """The dialog that makes a draft from a file."""

    _name = "mtqg.workflow.import"
    _description = "Import of a workflow"
    _rec_name = "filename"

    file = fields.Binary(string="File (JSON)", required=True)
    filename = fields.Char()

    def action_import(self):
        """Make the draft and open it.

        :raise UserError: naming every fault of the file; nothing is kept of it
        """
        self.ensure_one()
        text = self._read_text()
        draft = self.env["mtqg.workflow"].import_text(text)
        return {
            "type": "ir.actions.act_window",
            "res_model": "mtqg.workflow",
            "res_id": draft,
            "views": [(False, "form")],
        }

    def _read_text(self):
        try:
            content = base64.b64decode(self.with_context(bin_size=False).file or b"")
        except (binascii.Error, ValueError):
            content = b""
        if len(content) > MOST_BYTES:
            raise UserError(self.env._("The file is too big: at most 1 MB is read."))
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UserError(
                self.env._("The file is no text: export a workflow to see its form.")
            ) from None


class MtqgWorkflow(models.Model):
    _inherit = "mtqg.workflow"

    def action_open_import(self):
        """Open the dialog that makes a draft from a file."""
        self.check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a workflow"),
            "res_model": "mtqg.workflow.import",
            "views": [(False, "form")],
            "target": "new",
        }
