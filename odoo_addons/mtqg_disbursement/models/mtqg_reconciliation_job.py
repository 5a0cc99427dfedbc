from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.money import group_digits

# a comparison of more lines than this runs in the background
MOST_AT_ONCE = 50_000
STEPS = ("read", "compare", "sum", "explain", "write")


class MtqgReconciliationJob(models.Model):
    """A large comparison that waits for its turn, or is being made."""

    _name = "mtqg.reconciliation.job"
    _inherit = ["mtqg.job.mixin"]
    _description = "Comparison in the background"
    _rec_name = "reconciliation_id"
    _document_field = "reconciliation_id"

    reconciliation_id = fields.Many2one(
        "mtqg.reconciliation", required=True, readonly=True, ondelete="cascade"
    )

    _one_each = models.UniqueIndex(
        "(reconciliation_id)", "This reconciliation is in the queue already."
    )


class MtqgReconciliation(models.Model):
    """Large comparisons wait in a queue."""

    _name = "mtqg.reconciliation"
    _inherit = ["mtqg.reconciliation", "mtqg.background.mixin"]

    job_ids = fields.One2many("mtqg.reconciliation.job", "reconciliation_id")

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_idle(self):
        for reconciliation in self:
            if reconciliation._is_under_way():
                raise UserError(
                    self.env._(
                        "%(reconciliation)s is being compared in the background. "
                        "Cancel the comparison before deleting.",
                        reconciliation=reconciliation.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    def _is_large(self):
        """Tell whether the comparison takes longer than a person waits."""
        return sum(self.sudo().statement_ids.mapped("line_count")) > MOST_AT_ONCE

    def _get_job_cron(self):
        return self.env.ref("mtqg_disbursement.cron_reconciliation").sudo()

    def _work_in_background(self, progress):
        self.check_access("write")
        self._check_draft()
        self._link_statements()
        steps = len(STEPS) + 1
        self.sudo()._run(lambda name: progress.step(STEPS.index(name) + 1, steps))
        return self.env._(
            "The comparison is complete. Figures that agree: %(agreeing)s. "
            "Differences: %(differing)s.",
            agreeing=group_digits(self.matched_count),
            differing=group_digits(self.difference_count),
        )

    def _describe_step(self, job):
        return {
            "read": self.env._("The statements are read."),
            "compare": self.env._("Figures are compared."),
            "sum": self.env._("Sums are compared."),
            "explain": self.env._("Differences are explained."),
            "write": self.env._("Differences are written."),
        }[STEPS[max(job.done - 1, 0)]]

    def _describe_cancelled(self):
        return self.env._(
            "The comparison of %(reconciliation)s was cancelled: its differences are "
            "what they were before. “Compare” begins it anew.",
            reconciliation=self.display_name,
        )

    def _describe_given_up(self, attempts):
        return self.env._(
            "%(reconciliation)s could not be compared: %(attempts)s attempts were "
            "broken off because the server stopped or was out of memory. Nothing has "
            "changed. Compare a smaller unit or a shorter period, or ask the "
            "administrator, who finds the cause in the log.",
            reconciliation=self.display_name,
            attempts=attempts,
        )

    def _describe_broken(self):
        return self.env._(
            "%(reconciliation)s could not be compared because of an error of the "
            "program. Nothing has changed. Compare again; if it fails again, tell the "
            "administrator, who finds the cause in the log.",
            reconciliation=self.display_name,
        )
