from odoo import api, models
from odoo.exceptions import UserError

from ..files.reading import is_csv
from ..store import statement_jobs as store
from .statement_plain_load import open_attachment

# files from here on are loaded in the background: about 100,000 vouchers
_LARGE_CSV = 16 * 2**20
_LARGE_WORKBOOK = 4 * 2**20


class MtqgStatement(models.Model):
    _inherit = "mtqg.statement"

    # === ACTION METHODS === #

    def action_import(self):
        """Import now, or in the background if the file is large.

        :return: True when the lines are there; else the notice that they will be
        """
        self.ensure_one()
        if self._is_large():
            return self.action_queue()
        return super().action_import()

    def action_queue(self):
        """Load the file in the background (button); its user gets a message.

        :raise UserError: if there is nothing to load, or it is there already
        """
        self._check_may_load()
        self.env["mtqg.statement.job"].sudo().create(
            {"statement_id": self.id, "user_id": self.env.uid}
        )
        self.sudo().state = "queued"
        self.env.ref("mtqg_disbursement.cron_statements").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The statement is loaded in the background. You may leave this "
                    "page: a message will tell you when it is done."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_lines(self):
        """Open the lines of the statement (button)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_disbursement.mtqg_statement_line_action"
        )
        action["domain"] = [("statement_id", "=", self.id)]
        action["context"] = {"of_statement": True}
        return action

    def action_cancel_loading(self):
        """Take the statement out of the queue, or end its loading (button).

        :raise UserError: if it is not on its way
        """
        self.ensure_one()
        self.check_access("write")
        job = self._get_job()
        if not job or self.state not in ("queued", "loading"):
            raise UserError(self.env._("The statement is not being loaded any more."))
        if self.state == "queued":
            job.unlink()
            self.sudo().state = "draft"
        else:
            job.is_cancelled = True
            store.cancel_session(self.env, job.pid)
        return True

    @api.readonly
    def get_progress(self):
        """Tell how far the loading is.

        :return: dict ``is_under_way``, ``text`` and ``percent``
        """
        self.ensure_one()
        self.check_access("read")
        job = self._get_job()
        is_read = job.done >= job.total
        percent = 100 if is_read else 100 * job.done // job.total
        if self.state == "queued":
            text = self.env._("Waiting for its turn…")
        elif is_read:
            text = self.env._("Reading and checking…")
        else:
            text = self.env._("Read: %(percent)s%%", percent=percent)
        return {
            "is_under_way": self.state in ("queued", "loading"),
            "text": text,
            "percent": percent,
        }

    # === BUSINESS METHODS === #

    def _get_job(self):
        return (
            self.env["mtqg.statement.job"]
            .sudo()
            .search([("statement_id", "=", self.id)], limit=1)
        )

    def _is_large(self):
        """Tell whether the file takes longer than a user waits."""
        attachment = self._get_attachment()
        if attachment.file_size <= _LARGE_WORKBOOK:
            return False
        with open_attachment(attachment)() as file:
            is_workbook = not is_csv(file.read(2**10))
        return is_workbook or attachment.file_size > _LARGE_CSV

    def _load_now(self, progress):
        """Load the file, whatever its size.

        :return: the load; with findings, nothing is kept
        """
        load = self._examine(self._get_goal(), progress)
        if load.is_sound:
            self._keep(load)
        return load
