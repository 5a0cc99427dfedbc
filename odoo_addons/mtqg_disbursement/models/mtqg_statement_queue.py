from odoo import fields, models

from ..engine.money import group_digits
from ..files.reading import is_csv
from .statement_plain_load import open_attachment

# files from here on are loaded in the background: about 100,000 vouchers
_LARGE_CSV = 16 * 2**20
_LARGE_WORKBOOK = 4 * 2**20
# the state of a statement while its job is in a state
_STATES = {
    "queued": "queued",
    "running": "loading",
    "failed": "failed",
    "cancelled": "draft",
}


class MtqgStatement(models.Model):
    """Large files wait in a queue."""

    _name = "mtqg.statement"
    _inherit = ["mtqg.statement", "mtqg.background.mixin"]

    job_ids = fields.One2many("mtqg.statement.job", "statement_id")

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
        self._enqueue()
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

    # === BUSINESS METHODS === #

    def _is_large(self):
        """Tell whether the file takes longer than a user waits."""
        attachment = self._get_attachment()
        if attachment.file_size <= _LARGE_WORKBOOK:
            return False
        with open_attachment(attachment)() as file:
            is_workbook = not is_csv(file.read(2**10))
        return is_workbook or attachment.file_size > _LARGE_CSV

    def _get_job_cron(self):
        return self.env.ref("mtqg_disbursement.cron_statements").sudo()

    def _awaits_job(self):
        return self.state in ("queued", "loading")

    def _note_job(self, state):
        self.sudo().state = _STATES[state]

    def _load_now(self, progress):
        """Load the file, whatever its size.

        :return: the load; with findings, nothing is kept
        """
        load = self._examine(self._get_goal(), progress)
        if load.is_sound:
            self._keep(load)
        return load

    def _work_in_background(self, progress):
        load = self._load_now(progress)
        if not load.is_sound:
            return self._describe_findings(self._list_findings(load))
        return self.env._(
            "%(count)s lines over %(amount)s đồng were loaded. Lines that were already "
            "here: %(known)s.",
            count=group_digits(self.line_count),
            amount=group_digits(self.amount_total),
            known=group_digits(self.known_count),
        )

    def _describe_step(self, job):
        if not job.done:
            return self.env._("The file is opened.")
        if not job.total:
            return self.env._("Rows read: %(count)s", count=group_digits(job.done))
        if job.done < job.total:
            read = 100 * job.done // job.total
            return self.env._("Read: %(percent)s%%", percent=read)
        return self.env._("The file is read. Its lines are checked and kept.")

    def _measure_job(self, job):
        # what comes after the reading takes as long again, and has no measure
        percent = super()._measure_job(job)
        return percent // 2 if job.total else percent

    def _describe_cancelled(self):
        return self.env._(
            "The loading of %(statement)s was cancelled: nothing is kept. It can be "
            "loaded again at any time.",
            statement=self.display_name,
        )

    def _describe_given_up(self, attempts):
        return self.env._(
            "%(statement)s could not be loaded: %(attempts)s attempts were broken off "
            "because the server stopped or was out of memory. Nothing is kept. Divide "
            "the file into smaller ones, or ask the administrator, who finds the cause "
            "in the log.",
            statement=self.display_name,
            attempts=attempts,
        )

    def _describe_broken(self):
        return self.env._(
            "%(statement)s could not be loaded because of an error of the program. "
            "Nothing is kept. Load it again; if it fails again, tell the "
            "administrator, who finds the cause in the log.",
            statement=self.display_name,
        )
