from datetime import date, timedelta

from odoo import api, fields, models

from ..clock import today_vn
from ..engine.high_water import Gap, Mark
from ..store import digests, task_clock

# events of one pass; more of them are told in the next one, which follows at once
EVENTS = 20_000
KEPT = timedelta(days=90)


class MtqgWorkflowWatch(models.Model):
    """A pass over the clocks of all tasks, and over what happened since the last one.

    Reminders and escalations are raised by one statement each, and told in the same
    transaction: what was decided in the meantime is not there any more.
    """

    _name = "mtqg.workflow.watch"
    _description = "Pass over the clocks of tasks"
    _order = "id desc"
    _rec_name = "create_date"

    event_top = fields.Integer(string="Last event", readonly=True, aggregator=None)
    event_gaps = fields.Json(string="Missing events", readonly=True)
    reminder_count = fields.Integer(string="Reminders", readonly=True)
    escalation_count = fields.Integer(string="Escalations", readonly=True)
    event_count = fields.Integer(string="Events", readonly=True)
    digest_ids = fields.One2many("mtqg.workflow.digest", "watch_id", readonly=True)

    # === BUSINESS METHODS === #

    @api.model
    def _run_hourly(self):
        """Remind, escalate and tell everybody concerned (scheduled job)."""
        watch, rest = self._watch()
        self.env["ir.cron"]._commit_progress(
            watch.reminder_count + watch.escalation_count + watch.event_count,
            remaining=rest,
        )

    @api.model
    def _start(self):
        """Begin to watch: nobody is told of what happened before."""
        if not self.search_count([], limit=1):
            self.create({"event_top": digests.find_top(self.env)})

    @api.model
    def _watch(self, limit=EVENTS):
        """Make one pass.

        :return: the pass, and 1 if more events wait for the next one, else 0
        """
        self._start()
        today = today_vn()
        days = self.env["mtqg.day"]
        calendar = days._get_calendar(today, task_clock.get_furthest(today))
        reminders = task_clock.remind(self.env, calendar, today)
        calendar = days._get_calendar(task_clock.FIRST_DAY, today)
        escalations = task_clock.escalate(self.env, calendar, today)
        mark = self._read_mark()
        events = digests.read_events(self.env, mark.top, _list_missing(mark), limit)
        mark = mark.advance([row[0] for row in events], today)
        watch = self.create(
            {
                "event_top": mark.top,
                "event_gaps": [
                    [gap.first, gap.last, gap.day.isoformat()] for gap in mark.gaps
                ],
                "reminder_count": len(reminders),
                "escalation_count": len(escalations),
                "event_count": len(events),
            }
        )
        self.env["mtqg.workflow.digest"]._tell(watch, reminders, escalations, events)
        return watch, int(len(events) == limit)

    def _read_mark(self):
        last = self.search([], limit=1)
        return Mark(
            last.event_top,
            tuple(
                Gap(first, end, date.fromisoformat(day))
                for first, end, day in last.event_gaps or ()
            ),
        )

    @api.autovacuum
    def _gc_watches(self):
        """Forget old passes and what was told in them; the last one is the mark."""
        old = self.search([("create_date", "<", fields.Datetime.now() - KEPT)])
        (old - self.search([], limit=1)).unlink()


def _list_missing(mark):
    return [number for gap in mark.gaps for number in range(gap.first, gap.last + 1)]
