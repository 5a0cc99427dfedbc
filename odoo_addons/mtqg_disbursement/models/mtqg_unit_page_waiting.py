from odoo import models
from odoo.fields import Domain

from ..clock import vietnam_day

# rows of each list on the page
ROWS = 8


class MtqgUnitPageWaiting(models.Model):
    """What of a unit waits and is late, and which approvals are late at the unit."""

    _inherit = "mtqg.unit"

    def get_page(self, plan_year=None):
        """Return the page of the unit; see the method that it extends.

        Besides: ``waiting`` (documents of the unit and of those below it that wait, the
        late ones first) and ``late_approvals`` (what the unit has not decided in time),
        each a dict of ``count``, ``late``, ``domain`` (of the tasks) and ``rows``:
        where each document is, who must act, since when, until when.
        """
        page = super().get_page(plan_year)
        asked = Domain("state", "=", "pending") & Domain("kind", "=", "approve")
        below = Domain("unit_id", "child_of", self.id)
        here = Domain("approver_unit_id", "=", self.id) | Domain(
            "user_id", "in", self._list_readers()
        )
        late = Domain("clock", "=", "late")
        return {
            **page,
            "waiting": self._read_waiting(asked & below),
            "late_approvals": self._read_waiting(asked & here & late),
        }

    # === BUSINESS METHODS === #

    def _list_readers(self):
        people = self._get_people()
        return sorted(people.find_members(people.readers, self.id))

    def _read_waiting(self, domain):
        tasks = self.env["mtqg.workflow.task"]
        late = domain & Domain("clock", "=", "late")
        rows = tasks.search(late, order="date_limit, id", limit=ROWS)
        if len(rows) < ROWS:
            rest = domain & Domain("clock", "in", ["soon", "runs", "stands", False])
            rows |= tasks.search(
                rest, order="date_limit, date_pending, id", limit=ROWS - len(rows)
            )
        who = rows._describe_each()
        return {
            "count": tasks.search_count(domain),
            "late": tasks.search_count(late),
            "domain": list(domain),
            "rows": [task._describe_waiting(who[task.id]) for task in rows],
        }


class MtqgWorkflowTask(models.Model):
    _inherit = "mtqg.workflow.task"

    def _describe_waiting(self, who):
        """Return a row of the unit's page."""
        self.ensure_one()
        return {
            "id": self.id,
            "model": self.res_model,
            "res_id": self.res_id,
            "name": self.document_name or self.env._("Document"),
            "unit": self.unit_id.display_name,
            "stage": self.transition_id.stage_from_id.name,
            "who": who,
            "since": vietnam_day(self.date_pending).isoformat(),
            "date_limit": self.date_limit.isoformat() if self.date_limit else "",
            "clock": self.clock or "",
            "days_left": self.days_left,
        }
