import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..store import jobs

_logger = logging.getLogger(__name__)

# a comparison of more lines than this runs in the background
MOST_AT_ONCE = 50_000
STEPS = ("read", "compare", "sum", "explain", "write")


class MtqgReconciliationJob(models.Model):
    """A large comparison in the background: who asked for it, and how far it is.

    The comparison is one transaction: a process that is killed leaves nothing of it,
    and the next pass of the queue begins it again.
    """

    _name = "mtqg.reconciliation.job"
    _description = "Comparison in the background"
    _order = "id"
    _log_access = False

    reconciliation_id = fields.Many2one(
        "mtqg.reconciliation", required=True, readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade"
    )
    state = fields.Selection(
        [("queued", "In the queue"), ("running", "Running"), ("failed", "Failed")],
        default="queued",
        required=True,
        readonly=True,
    )
    step = fields.Integer(readonly=True, aggregator=None)
    message = fields.Text(readonly=True)

    _one_each = models.UniqueIndex(
        "(reconciliation_id)", "This reconciliation is in the queue already."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _run_queue(self):
        """Run what waits, and what a killed process left; each in its transaction."""
        Cron = self.env["ir.cron"]
        for job in self.search([("state", "in", ("queued", "running"))]):
            if not jobs.claim(self.env, job.id):
                continue
            id_, error = job.id, job._run()
            if error:
                self.env.cr.rollback()
            Cron._commit_progress(1)
            jobs.end(self.env, id_, error)

    def _run(self):
        """Compare with the rights of who asked; return why it failed, if it did."""
        mine = self.reconciliation_id.with_user(self.user_id)
        mine = mine.with_context(lang=self.user_id.lang)
        try:
            mine.check_access("write")
            mine._check_draft()
            mine._link_statements()
            mine.sudo()._run(self._note_step)
            mine.message_post(body=self.env._("The comparison is complete."))
        except UserError as error:
            return str(error)
        except psycopg2.OperationalError:
            # somebody else changed the same rows: the next pass begins again
            raise
        except Exception:
            _logger.exception("comparison %s", self.reconciliation_id.id)
            return self.env._(
                "The comparison failed. Compare again, or tell the administrator."
            )
        return None

    def _note_step(self, name):
        """Say how far it is; seen at once, whatever becomes of the comparison."""
        jobs.note_step(self.env, self.id, STEPS.index(name))


class MtqgReconciliation(models.Model):
    """Large comparisons wait in a queue."""

    _inherit = "mtqg.reconciliation"

    job_ids = fields.One2many("mtqg.reconciliation.job", "reconciliation_id")
    job_state = fields.Selection(
        [("queued", "In the queue"), ("running", "Running"), ("failed", "Failed")],
        string="Background",
        compute="_compute_job",
    )
    job_text = fields.Text(string="How far it is", compute="_compute_job")

    @api.depends("job_ids.state", "job_ids.step", "job_ids.message")
    @api.depends_context("lang")
    def _compute_job(self):
        for reconciliation in self:
            job = reconciliation.job_ids[:1]
            reconciliation.job_state = job.state
            reconciliation.job_text = job.message or self._name_step(job)

    def _name_step(self, job):
        if not job:
            return False
        if job.state == "queued":
            return self.env._("The comparison waits in the queue.")
        return {
            "read": self.env._("The statements are read."),
            "compare": self.env._("Figures are compared."),
            "sum": self.env._("Sums are compared."),
            "explain": self.env._("Differences are explained."),
            "write": self.env._("Differences are written."),
        }[STEPS[job.step]]

    @api.readonly
    def get_progress(self):
        """Return how far a comparison in the background is.

        :return: dict ``is_under_way``, ``text`` and ``percent``
        """
        self.ensure_one()
        self.check_access("read")
        job = self.job_ids[:1]
        return {
            "is_under_way": job.state in ("queued", "running"),
            "text": self.job_text or "",
            "percent": 100 * (job.step + 1) // (len(STEPS) + 1) if job else 100,
        }

    def _queue(self):
        """Put the comparison into the queue, in place of an earlier attempt."""
        self.job_ids.sudo().filtered(lambda job: job.state == "failed").unlink()
        if not self.job_ids:
            self.env["mtqg.reconciliation.job"].sudo().create(
                {"reconciliation_id": self.id, "user_id": self.env.uid}
            )
        self.env.ref("mtqg_disbursement.cron_reconciliation").sudo()._trigger()

    def _is_large(self):
        """Tell whether the comparison takes longer than a person waits."""
        return sum(self.sudo().statement_ids.mapped("line_count")) > MOST_AT_ONCE
