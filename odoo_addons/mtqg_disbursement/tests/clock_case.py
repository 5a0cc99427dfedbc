"""Decisions with time limits, and days that pass between their moves."""

from contextlib import contextmanager
from datetime import UTC, date, datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tools import SQL

from ..clock import VIETNAM
from ..store import move_writing
from .common import MtqgCommon


class ClockCase(MtqgCommon):
    """Decisions of commune A go to its leader, then to the leader of its district."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Task = cls.env["mtqg.workflow.task"]

    # === THE DEFINITION === #

    @classmethod
    def _publish(cls, days=3, district_days=5, change=None, **approval):
        """Publish a version in which the leader of the commune has so many days.

        :param int district_days: those of the leader of the district, in the next stage
        :param change: called with the draft before it is published
        :param approval: values of the transition that the leader of the commune makes
        """
        old = cls.env.ref("mtqg_disbursement.workflow_decision")
        fresh = old.browse(old.action_new_version()["res_id"])
        stages = {stage.code: stage for stage in fresh.stage_ids}
        above = stages["review"].copy(
            {"workflow_id": fresh.id, "code": "above", "name": "Above", "sequence": 25}
        )
        # the tests say themselves who is told
        fresh.transition_ids.escalation_ids.unlink()
        fresh.transition_ids.notice_ids.unlink()
        ways = {way.kind: way for way in fresh.transition_ids}
        ways["approve"].write({"stage_to_id": above.id, "limit_days": days, **approval})
        ways["approve"].step_ids.remind_days = 1
        for kind in ("approve", "return", "withdraw", "reject"):
            way = ways[kind].copy(
                {
                    "workflow_id": fresh.id,
                    "stage_from_id": above.id,
                    "stage_to_id": ways[kind].stage_to_id.id,
                    "limit_days": district_days if kind == "approve" else 0,
                    "escalation_ids": False,
                    "notice_ids": False,
                }
            )
            if kind == "approve":
                way.stage_to_id = stages["done"]
                way.step_ids.write({"kind": "superior_leader", "remind_days": 0})
        if change:
            change(fresh)
        fresh.action_publish()
        return fresh

    @classmethod
    def _ladder(cls, *rungs):
        """Return commands for rungs ``(days late, who, group)``."""
        return [
            Command.create(
                {
                    "days": days,
                    "kind": kind,
                    "group_id": group
                    and cls.env.ref(f"mtqg_disbursement.group_{group}").id,
                }
            )
            for days, kind, group in rungs
        ]

    @classmethod
    def _notices(cls, *audiences):
        return [Command.create({"audience": audience}) for audience in audiences]

    # === TIME PASSES === #

    @contextmanager
    def _at(self, moment):
        """Do something at a moment in Hanoi: ``2024-07-01 09:00``, or a day at noon."""
        if len(moment) == len("2024-07-01"):
            moment += " 12:00"
        here = datetime.fromisoformat(moment).replace(tzinfo=VIETNAM)
        utc = here.astimezone(UTC).replace(tzinfo=None)
        before = self.cr.now()
        moment = SQL("%s::timestamp", utc)
        with freeze_time(utc), patch.object(move_writing, "NOW", moment):
            self.cr._now = utc
            try:
                yield
            finally:
                self.cr._now = before

    # === DOCUMENTS === #

    def _draft(self, number="1/QĐ", unit=None, user=None):
        unit = unit or self.commune_a
        line = {
            "unit_id": unit.id,
            "program_id": self.program.id,
            "amount": 10,
            "source": "commune",
            "nature": "investment",
            "origin_year": 2024,
        }
        return self._make_decision(
            line, user=user or self.officer_a, unit=unit, number=number
        )

    def _submit_at(self, moment, document=None, **values):
        document = document or self._draft(**values)
        with self._at(moment):
            document.action_submit()
        return document

    def _do_at(self, moment, document, user, move, *arguments):
        with self._at(moment):
            getattr(document.with_user(user), f"action_{move}")(*arguments)

    def _asked(self, document):
        """Return what a document waits for now."""
        return self.Task.search(
            [("state", "=", "pending"), *document._get_tasks_domain()], order="id"
        )

    def _due(self, document):
        return self._asked(document).date_limit


class WatchCase(ClockCase):
    """Everybody has an address; what the register writes is read back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Watch = cls.env["mtqg.workflow.watch"]
        # what the demonstration did is of no concern here
        cls.Watch.search([]).unlink()
        cls.Watch._start()
        people = (
            cls.officer_a | cls.leader_a | cls.leader_b | cls.leader_d | cls.leader_p
        )
        for user in people | cls.finance_p | cls.manager_x:
            user.email = f"{user.login}@example.com"

    def _watch_at(self, moment):
        """Make a pass; return the digests that it wrote, by their reader."""
        with self._at(moment):
            watch, _rest = self.Watch._watch()
        return {digest.user_id: digest for digest in watch.digest_ids}

    def _find_mails(self, user):
        """Return the mails to a person, oldest first."""
        return self.env["mail.mail"].search(
            [("email_to", "=", user.email_formatted)], order="id"
        )

    def _read_mails(self, user):
        """Return what the mails to a person say."""
        return self._find_mails(user).mapped("body_html")


def day(text):
    return date.fromisoformat(text)
