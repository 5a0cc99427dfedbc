from collections import defaultdict
from datetime import date
from typing import NamedTuple

from odoo import api, fields, models

from ..clock import vietnam_day
from .workflow_audience import Audience


class Item(NamedTuple):
    """A line of a digest: a task that runs out or is late, or a move of a document."""

    kind: str
    model: str
    id: int
    name: str
    unit: int
    transition: int
    date: date
    task: int = 0
    event: str = ""
    actor: int = 0
    comment: str = ""


class MtqgWorkflowDigest(models.Model):
    """That a person was told what is due, late or done: once in a pass."""

    _name = "mtqg.workflow.digest"
    _inherit = ["mtqg.digest.mixin"]
    _description = "Digest of approvals"
    _order = "id desc"
    _rec_name = "user_id"

    watch_id = fields.Many2one(
        "mtqg.workflow.watch",
        string="Pass",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="cascade"
    )
    soon_count = fields.Integer(string="Due soon", readonly=True)
    late_count = fields.Integer(string="Late", readonly=True)
    moved_count = fields.Integer(string="Moved", readonly=True)

    _once_a_pass = models.UniqueIndex("(watch_id, user_id)")

    # === BUSINESS METHODS === #

    @api.model
    def _tell(self, watch, reminders, escalations, events):
        """Write to everybody concerned; queries do not grow with people or documents.

        :param reminders: what ``store.task_clock.remind`` returns
        :param escalations: what ``store.task_clock.escalate`` returns
        :param events: what ``store.digests.read_events`` returns
        """
        news, audience = defaultdict(dict), Audience(self.env)
        self._collect_reminders(news, audience, reminders)
        self._collect_escalations(news, audience, escalations)
        self._collect_moves(news, audience, events)
        users = self.env["res.users"].browse(sorted(id_ for id_ in news if news[id_]))
        items = {user: list(news[user.id].values()) for user in users}
        self.create(
            [
                {
                    "watch_id": watch.id,
                    "user_id": user.id,
                    **{
                        f"{kind}_count": sum(item.kind == kind for item in mine)
                        for kind in ("soon", "late", "moved")
                    },
                }
                for user, mine in items.items()
            ]
        )
        self._deliver(self._write_letters(items))

    # === WHO IS TOLD WHAT === #

    def _collect_reminders(self, news, audience, rows):
        """Note for everybody who is asked what runs out soon."""
        for row in rows:
            task, model, id_, name, unit, transition, *who, barred, last = row
            item = Item("soon", model, id_, name, unit, transition, last, task)
            for user in audience.list_asked(model, unit, who, set(barred)):
                news[user]["task", task] = item

    def _collect_escalations(self, news, audience, rows):
        """Note for everybody on the rungs that were passed what is late."""
        for row in rows:
            task, model, id_, name, unit, transition = row[:6]
            last, _before, _level, kind, group = row[10], *row[11:]
            item = Item("late", model, id_, name, unit, transition, last, task)
            for user in audience.list_told(kind, group, unit):
                news[user].setdefault(("task", task), item)

    def _collect_moves(self, news, audience, rows):
        """Note for the audience of transitions the last move of each document.

        Who made a move himself knows of it, and of what came before it.
        """
        told, documents = {}, self._read_documents(rows)
        for row in rows:
            _id, model, id_, name, actor, unit, transition, moment, comment, notices = (
                row
            )
            told.pop((actor, model, id_), None)
            if (model, id_) not in documents:
                continue
            label, requester = documents[model, id_]
            item = Item(
                "moved", model, id_, label, unit, transition, vietnam_day(moment),
                event=name, actor=actor, comment=comment,
            )  # fmt: skip
            for kind, group in notices:
                if kind == "requester":
                    users = {requester} & audience.list_who_sees(unit)
                else:
                    users = audience.list_told(kind, group, unit)
                for user in users - {actor}:
                    told.pop((user, model, id_), None)
                    told[user, model, id_] = item
        for (user, *key), item in told.items():
            news[user]["document", *key] = item

    def _read_documents(self, rows):
        """Return {(model, id): (name, requester)} of documents somebody is told of."""
        ids = defaultdict(set)
        for _id, model, id_, *_rest, notices in rows:
            if notices and model in self.env:
                ids[model].add(id_)
        return {
            (model, document.id): (
                document._get_label(),
                document.workflow_requester_id.id,
            )
            for model in ids
            for document in self.env[model].browse(sorted(ids[model])).exists()
        }
