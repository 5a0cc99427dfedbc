from odoo import api, fields, models
from odoo.exceptions import UserError

from .mtqg_job_mixin import UNDER_WAY


class MtqgBackgroundMixin(models.AbstractModel):
    """A document on which long work is done in the background.

    Its model has ``job_ids``, and says in ``_work_in_background`` what the work is.
    """

    _name = "mtqg.background.mixin"
    _description = "Document with work in the background"

    job_state = fields.Selection(
        [("queued", "In the queue"), ("running", "Running"), ("failed", "Failed")],
        string="Background",
        compute="_compute_job",
    )
    job_text = fields.Text(string="How far it is", compute="_compute_job")

    # === COMPUTE METHODS === #

    @api.depends(
        "job_ids.state",
        "job_ids.done",
        "job_ids.total",
        "job_ids.message",
        "job_ids.is_cancelled",
    )
    @api.depends_context("lang")
    def _compute_job(self):
        for document in self:
            job = document._get_job()
            document.job_state = job.state
            document.job_text = document._describe_job(job)

    # === ACTION METHODS === #

    def action_cancel_job(self):
        """Take the document out of the queue, or end the work on it (button).

        :raise UserError: if the work has ended, or nobody has asked for it
        """
        self.ensure_one()
        self.check_access("write")
        job = self._get_job()
        if job.state not in UNDER_WAY:
            raise UserError(
                self.env._(
                    "Nothing is being done on %(document)s in the background any more. "
                    "Open it again to see how it ended.",
                    document=self.display_name,
                )
            )
        job._cancel()
        return True

    @api.readonly
    def get_progress(self):
        """Tell how far the work in the background is.

        :return: dict ``is_under_way``, ``text`` and ``percent``: False while nobody
            knows how much there is to do
        """
        self.ensure_one()
        self.check_access("read")
        job = self._get_job()
        return {
            "is_under_way": job.state in UNDER_WAY,
            "text": self._describe_job(job) or "",
            "percent": self._measure_job(job),
        }

    # === BUSINESS METHODS === #

    def _get_job(self):
        """Return the job of the document, also one that failed."""
        return self.sudo().job_ids[:1]

    def _is_under_way(self):
        """Tell whether the work waits, or is being done."""
        return self._get_job().state in UNDER_WAY

    def _enqueue(self):
        """Put the work into the queue, in place of an earlier attempt that failed."""
        self._forget_failure()
        if not self._get_job():
            self.sudo().job_ids.create(
                {self.job_ids._document_field: self.id, "user_id": self.env.uid}
            )
        self._note_job("queued")
        self._get_job_cron()._trigger()

    def _forget_failure(self):
        """Drop what an earlier attempt left."""
        self._get_job().filtered(lambda job: job.state == "failed").unlink()

    def _describe_job(self, job):
        """Say in words how far the work is, or why it failed."""
        if not job:
            return False
        if job.state == "failed":
            return job.message
        if job.is_cancelled:
            return self.env._("It is being cancelled…")
        if job.state == "queued":
            return self.env._("Waiting for its turn…")
        return self._describe_step(job)

    def _measure_job(self, job):
        """Return how far the work is, in percent; False if that is not known."""
        if not job.total:
            return {False: 100, "queued": 0}.get(job.state, False)
        return min(100 * job.done // job.total, 100)

    # === What a document says === #

    def _get_job_cron(self):
        """Return the scheduled action that takes the jobs, with all rights."""
        raise NotImplementedError

    def _awaits_job(self):
        """Tell whether the work is still to be done."""
        return True

    def _note_job(self, state):
        """Hear that the work is queued, running, failed or cancelled."""

    def _work_in_background(self, progress):
        """Do the work.

        :param progress: a ``Progress``, to be called now and then
        :return: the message that says how it ended
        """
        raise NotImplementedError

    def _describe_step(self, job):
        """Say in words how far a job is that is being done."""
        raise NotImplementedError

    def _describe_cancelled(self):
        """Say that the work was cancelled, and what that means."""
        raise NotImplementedError

    def _describe_given_up(self, attempts):
        """Say that all attempts were broken off, and what to do."""
        raise NotImplementedError

    def _describe_broken(self):
        """Say that an error which nobody foresaw has ended the work."""
        raise NotImplementedError
