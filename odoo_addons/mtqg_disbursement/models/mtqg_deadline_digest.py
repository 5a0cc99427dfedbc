from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models

from ..clock import today_vn
from .workflow_audience import Audience

# who is told of what concerns the unit itself, and by each kind of step
_OWN_GROUPS = ("leader", "officer")
_STEP_GROUPS = {
    "unit_leader": "leader",
    "superior_leader": "leader",
    "steering": "steering",
}


class Concern(NamedTuple):
    """What is open for one unit under one rule."""

    unit: models.BaseModel
    rule: models.BaseModel
    level: int
    overdue: int
    at_risk: int
    date_due: object
    missing: int


class MtqgDeadlineDigest(models.Model):
    """That a person was written to on a day: one mail a day, whatever there is."""

    _name = "mtqg.deadline.digest"
    _inherit = ["mtqg.digest.mixin"]
    _description = "Daily digest of deadlines"
    _order = "date desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", required=True, ondelete="cascade", index=True, readonly=True
    )
    date = fields.Date(required=True, readonly=True)
    overdue_count = fields.Integer(string="Overdue", readonly=True)
    at_risk_count = fields.Integer(string="At risk", readonly=True)

    _once_a_day = models.UniqueIndex("(user_id, date)")

    # === BUSINESS METHODS === #

    @api.model
    def _tell_everybody(self, rows):
        """Give everybody concerned one activity a cause and one mail for today.

        People, units and rules are read together, however many they are.

        :param rows: what ``store.deadline_alerts.sum_open_alerts`` returns
        """
        system = self.sudo()
        units = system.env["mtqg.unit"].browse({row[0] for row in rows})
        rules = system.env["mtqg.deadline.rule"].browse({row[1] for row in rows})
        unit_of, rule_of = ({r.id: r for r in records} for records in (units, rules))
        concerns = [Concern(unit_of[row[0]], rule_of[row[1]], *row[2:]) for row in rows]
        people = system._find_people(concerns)
        system._plan_activities(concerns, people)
        system._send_letters(concerns, people)

    def _find_people(self, concerns):
        """Return {concern: users}, the first of them being responsible."""
        audience = Audience(self.env)
        own = [audience.get_group(name) for name in _OWN_GROUPS]
        found = {}
        for concern in concerns:
            ids = audience.find_nearest(concern.unit.id, own)
            for step in concern.rule.step_ids[: concern.level]:
                ids += self._find_step_users(audience, concern.unit, step)
            found[concern] = list(dict.fromkeys(ids))
        everybody = self.env["res.users"].browse(
            {id_ for ids in found.values() for id_ in ids}
        )
        user_of = {user.id: user for user in everybody}
        return {concern: [user_of[i] for i in ids] for concern, ids in found.items()}

    def _find_step_users(self, audience, unit, step):
        if step.kind == "group":
            return audience.find_nearest(unit.id, step.group_id.ids)
        if step.kind == "superior_leader":
            unit = unit.parent_id or unit
        group = audience.get_group(_STEP_GROUPS[step.kind])
        return audience.find_nearest(unit.id, [group])

    # === ACTIVITIES === #

    def _plan_activities(self, concerns, people):
        """Keep one activity for each unit and rule with something open."""
        kind = self.env.ref("mtqg_disbursement.activity_type_deadline")
        Activity = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True, mtqg_no_followers=True
        )
        there = {
            (activity.res_id, activity.mtqg_unit_id.id): activity
            for activity in Activity.search([("activity_type_id", "=", kind.id)])
        }
        wanted = {(c.rule.id, c.unit.id): c for c in concerns if people[c]}
        gone = [activity.id for key, activity in there.items() if key not in wanted]
        Activity.browse(gone).unlink()
        model_id = self.env["ir.model"]._get_id("mtqg.deadline.rule")
        Activity.create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model_id,
                    "res_id": concern.rule.id,
                    "mtqg_unit_id": concern.unit.id,
                    "user_id": people[concern][0].id,
                    "date_deadline": concern.date_due,
                    "summary": self._summarise(concern, people[concern][0]),
                }
                for key, concern in wanted.items()
                if key not in there
            ]
        )

    def _summarise(self, concern, user):
        speaking = self.with_context(lang=user.lang)
        return speaking.env._(
            "%(unit)s: %(overdue)s overdue, %(at_risk)s at risk",
            unit=concern.unit.name,
            overdue=concern.overdue,
            at_risk=concern.at_risk,
        )

    # === LETTERS === #

    def _send_letters(self, concerns, people):
        """Write one letter to everybody who has not had today's yet."""
        today = today_vn()
        told = set(self.search([("date", "=", today)]).user_id.ids)
        news = defaultdict(list)
        for concern in concerns:
            for user in people[concern]:
                if user.id not in told:
                    news[user].append(concern)
        self.create(
            [
                {
                    "user_id": user.id,
                    "date": today,
                    "overdue_count": sum(c.overdue for c in mine),
                    "at_risk_count": sum(c.at_risk for c in mine),
                }
                for user, mine in news.items()
            ]
        )
        action = self.env.ref("mtqg_disbursement.mtqg_deadline_alert_action")
        url = f"{self.get_base_url()}/odoo/action-{action.id}"
        self._deliver(
            [self._write_letter(user, mine, url) for user, mine in news.items()]
        )

    def _write_letter(self, user, concerns, url):
        speaking = self.with_context(lang=user.lang)
        body = speaking.env["ir.qweb"]._render(
            "mtqg_disbursement.mtqg_deadline_digest_body",
            {
                "user": user,
                "concerns": [
                    c._replace(rule=c.rule.with_context(lang=user.lang))
                    for c in concerns
                ],
                "url": url,
            },
        )
        subject = speaking.env._(
            "Deadlines: %(overdue)s overdue, %(at_risk)s at risk",
            overdue=sum(c.overdue for c in concerns),
            at_risk=sum(c.at_risk for c in concerns),
        )
        return user, subject, body


class MailActivity(models.Model):
    _inherit = "mail.activity"

    mtqg_unit_id = fields.Many2one(
        "mtqg.unit",
        string="Late unit",
        ondelete="cascade",
        index="btree_not_null",
        groups="mtqg_disbursement.group_viewer",
    )
