import logging
import time

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..store import jobs as store

_logger = logging.getLogger(__name__)
# a job that was broken off so often is given up
MOST_ATTEMPTS = 5
# seconds between two words about the progress
_PATIENCE = 1.0
UNDER_WAY = ("queued", "running")


class JobCancelledError(Exception):
    """Somebody has cancelled the job."""


class MtqgJobMixin(models.AbstractModel):
    """Long work on a document that waits for the scheduler, or is being done.

    The work is one transaction. The row is there before it and goes after it: a process
    that is killed leaves the row, with nothing of the work, and the next pass begins
    anew. A job that failed stays with its message until somebody asks again.

    A model names its document in ``_document_field``, whose model inherits
    ``mtqg.background.mixin``.
    """

    _name = "mtqg.job.mixin"
    _description = "Job in the background"
    _order = "id"
    _document_field = None

    user_id = fields.Many2one(
        "res.users", string="For", required=True, readonly=True, ondelete="cascade"
    )
    state = fields.Selection(
        [("queued", "In the queue"), ("running", "Running"), ("failed", "Failed")],
        default="queued",
        required=True,
        readonly=True,
    )
    done = fields.Integer(readonly=True, aggregator=None)
    total = fields.Integer(readonly=True, aggregator=None)
    attempts = fields.Integer(readonly=True, aggregator=None)
    is_cancelled = fields.Boolean(readonly=True)
    message = fields.Text(readonly=True)

    # === CRON METHODS === #

    @api.model
    def _run_queue(self):
        """Work on what waits, one job after the other, each in its transaction."""
        cron, seen = self.env["ir.cron"], []
        while job_id := self._take(seen):
            seen.append(job_id)
            cron._commit_progress()
            self.browse(job_id)._run()
            left = store.count_free(self.env, self._table, seen)
            if not cron._commit_progress(1, remaining=left):
                break

    def _take(self, seen):
        """Return the id of the next job, which this session holds from now on."""
        try:
            return store.take(self.env, self._table, seen)
        except psycopg2.errors.SerializationFailure:
            # somebody cancelled it at this very moment
            self.env.cr.rollback()
            return store.take(self.env, self._table, seen)

    def _run(self):
        """Do one job; what others had to break off is tried again soon."""
        try:
            self._attempt()
        except psycopg2.OperationalError:
            _logger.info("%s %s is tried again", self._name, self.id, exc_info=True)
            self.env.cr.rollback()
            self._get_document()._get_job_cron()._trigger()
        except Exception:
            self.env.cr.rollback()
            raise
        finally:
            store.let_go(self.env, self._table, self.id)

    def _attempt(self):
        document = self._get_document()
        if not document._awaits_job():
            # it was done, and the process ended before it could say so
            self.unlink()
        elif self.is_cancelled:
            self._end_cancelled()
        elif self.attempts > MOST_ATTEMPTS:
            self._fail(self._get_document_of_user()._describe_given_up(MOST_ATTEMPTS))
        else:
            document._note_job("running")
            self.env["ir.cron"]._commit_progress()
            self._work()

    def _work(self):
        """Work with the rights of who asked; all of it is kept, or nothing."""
        document, progress = self._get_document_of_user(), Progress(self)
        try:
            message = document._work_in_background(progress)
            progress.check()
            self._tell(message)
            self.env["ir.cron"]._commit_progress()
        except (JobCancelledError, psycopg2.errors.QueryCanceled):
            self.env.cr.rollback()
            if not store.is_cancelled(self.env.cr, self._table, self.id):
                raise
            self._end_cancelled()
        except UserError as error:
            self.env.cr.rollback()
            self._fail(str(error))
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.exception("%s of %s", self._name, document)
            self.env.cr.rollback()
            self._fail(document._describe_broken())
        else:
            self.unlink()

    # === BUSINESS METHODS === #

    def _get_document(self):
        """Return the document that the job is for."""
        return self[self._document_field]

    def _get_document_of_user(self):
        """Return the document as who asked sees it, in his language."""
        document = self._get_document().with_user(self.user_id)
        return document.with_context(lang=self.user_id.lang)

    def _end_cancelled(self):
        """End a job that somebody has cancelled."""
        self._get_document()._note_job("cancelled")
        self._tell(self._get_document_of_user()._describe_cancelled())
        self.unlink()

    def _fail(self, message):
        """Give the job up, and say why; somebody may ask again."""
        self.write({"state": "failed", "message": message})
        self._get_document()._note_job("failed")
        self._tell(message)

    def _tell(self, message):
        """Tell who asked how it ended."""
        user = self.user_id
        self._get_document().with_context(lang=user.lang).message_post(
            body=message, partner_ids=user.partner_id.ids
        )

    def _cancel(self):
        """Cancel the job: at once if nobody works on it."""
        table, job_id, registry = self._table, self.id, self.env.registry
        if not store.is_held(self.env, table, job_id):
            self._end_cancelled()
            return

        def interrupt():
            with registry.cursor() as cr:
                store.cancel_session(cr, table, job_id)

        self.is_cancelled = True
        # who is interrupted looks why: by then it must stand there
        self.env.cr.postcommit.add(interrupt)


class Progress:
    """Tells other transactions how far a job is; hears whether it is cancelled."""

    def __init__(self, job):
        self.table, self.job_id = job._table, job.id
        self.registry = job.env.registry
        self.told = 0.0

    def __call__(self, done, total):
        """Tell how far it is, now and then.

        :raise JobCancelledError: if somebody has cancelled the job
        """
        if time.monotonic() - self.told < _PATIENCE:
            return
        self.told = time.monotonic()
        try:
            with self.registry.cursor() as cr:
                store.tell_progress(cr, self.table, self.job_id, done, total)
        except psycopg2.errors.SerializationFailure:
            # somebody cancels at this very moment
            _logger.debug("%s %s: not told", self.table, self.job_id)
        self.check()

    def step(self, done, total):
        """Tell that a step begins, at once."""
        self.told = 0.0
        self(done, total)

    def check(self):
        """Find out whether to go on.

        :raise JobCancelledError: if somebody has cancelled the job
        """
        with self.registry.cursor() as cr:
            if store.is_cancelled(cr, self.table, self.job_id):
                raise JobCancelledError
