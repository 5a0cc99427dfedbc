import logging
import time

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.money import group_digits
from ..store import statement_jobs as store

_logger = logging.getLogger(__name__)
_MOST_ATTEMPTS = 5
# seconds between two words about the progress
_PATIENCE = 1.0


class LoadingCancelledError(Exception):
    """Somebody has cancelled the loading."""


class MtqgStatementJob(models.Model):
    """A statement that waits to be loaded, or is being loaded.

    The row stays until the loading has ended. A process that is killed leaves it, with
    nothing of the lines, and the next run of the job loads the statement anew.
    """

    _name = "mtqg.statement.job"
    _description = "Loading of a statement"
    _order = "id"
    _rec_name = "statement_id"

    statement_id = fields.Many2one(
        "mtqg.statement", required=True, readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", string="For", required=True, readonly=True, ondelete="cascade"
    )
    done = fields.Integer(readonly=True)
    total = fields.Integer(readonly=True)
    attempts = fields.Integer(readonly=True)
    pid = fields.Integer(readonly=True)
    is_cancelled = fields.Boolean(readonly=True)

    _statement_once = models.Constraint(
        "UNIQUE (statement_id)", "This statement is already waiting to be loaded."
    )

    # === CRON METHODS === #

    @api.model
    def _run_queue(self):
        """Load what waits, one statement after the other."""
        cron, seen = self.env["ir.cron"], []
        while job := self.search([("id", "not in", seen)], limit=1):
            seen.append(job.id)
            if job._start():
                cron._commit_progress()
                job._load()
                # others write to the job meanwhile: it goes in a transaction of its own
                cron._commit_progress()
            job._forget()
            left = self.search_count([("id", "not in", seen)])
            if not cron._commit_progress(1, remaining=left):
                break

    def _start(self):
        """Take the statement in hand; tell whether there is anything to do."""
        statement = self.statement_id
        if statement.state not in ("queued", "loading"):
            # it was loaded, and the process ended before it could say so
            return False
        if self.attempts >= _MOST_ATTEMPTS:
            self._end("failed", self._describe_failure())
            return False
        self.write({"attempts": self.attempts + 1, "pid": store.own_pid(self.env)})
        statement.state = "loading"
        return True

    def _load(self):
        """Load the statement as its user; whatever happens, nothing is half loaded."""
        statement = self.statement_id.with_user(self.user_id).with_context(
            lang=self.user_id.lang
        )
        try:
            load = statement._load_now(Progress(self))
            self._end(None, self._describe_result(statement, load))
        except (LoadingCancelledError, psycopg2.errors.QueryCanceled):
            self._start_anew()
            self._end("draft", self._describe_cancelled())
        except UserError as error:
            self._start_anew()
            self._end("failed", str(error))
        except Exception:
            _logger.exception("Statement %s could not be loaded", statement.id)
            self._start_anew()
            self.statement_id.state = "queued"

    def _start_anew(self):
        """See what others have written meanwhile."""
        self.env.cr.rollback()

    def _end(self, state, message):
        """End the job, and tell the user."""
        statement, user = self.statement_id, self.user_id
        if state:
            statement.state = state
        statement.with_context(lang=user.lang).message_post(
            body=message, partner_ids=user.partner_id.ids
        )

    def _forget(self):
        """Drop the job, unless its statement is still to be loaded."""
        if self.statement_id.state not in ("queued", "loading"):
            self.unlink()

    # === BUSINESS METHODS === #

    def _describe_cancelled(self):
        env = self.with_context(lang=self.user_id.lang).env
        return env._("The loading was cancelled: nothing is kept.")

    def _describe_failure(self):
        env = self.with_context(lang=self.user_id.lang).env
        return env._(
            "The statement could not be loaded, five times over. Nothing is kept. Ask "
            "the administrator, who finds the cause in the log."
        )

    def _describe_result(self, statement, load):
        """Say in words how the loading ended."""
        env = statement.env
        if not load.is_sound:
            return statement._describe_findings(statement._list_findings(load))
        return env._(
            "%(count)s lines over %(amount)s đồng were loaded. Lines that were already "
            "here: %(known)s.",
            count=group_digits(statement.line_count),
            amount=group_digits(statement.amount_total),
            known=group_digits(statement.known_count),
        )


class Progress:
    """Tells other transactions how far a loading is; hears whether it is cancelled."""

    def __init__(self, job):
        self.job_id = job.id
        self.registry = job.env.registry
        self.told = 0.0

    def __call__(self, done, total):
        if time.monotonic() - self.told < _PATIENCE:
            return
        self.told = time.monotonic()
        try:
            with self.registry.cursor() as cr:
                goes_on = store.tell_progress(cr, self.job_id, done, total)
        except psycopg2.errors.SerializationFailure:
            # somebody cancels at this very moment: the next time tells
            return
        if not goes_on:
            raise LoadingCancelledError
