from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models

from ..clock import today_vn

# who is told of what concerns the unit itself, and by each kind of step
_OWN_GROUPS = ("group_leader", "group_officer")
_STEP_GROUPS = {
    "unit_leader": "group_leader",
    "superior_leader": "group_leader",
    "steering": "group_steering",
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
        system._send_mails(concerns, people)

    def _find_people(self, concerns):
        """Return {concern: users}, the first of them being responsible."""
        own = tuple(map(self._get_group_id, _OWN_GROUPS))
        steps = {
            step: self._get_step_group_id(step)
            for concern in concerns
            for step in concern.rule.step_ids[: concern.level]
        }
        members = self._list_members({*own, *steps.values()})
        found = {}
        for concern in concerns:
            ids = self._find_nearest(members, concern.unit, own)
            for step in concern.rule.step_ids[: concern.level]:
                start = concern.unit
                if step.kind == "superior_leader":
                    start = start.parent_id or start
                ids += self._find_nearest(members, start, (steps[step],))
            found[concern] = list(dict.fromkeys(ids))
        everybody = self.env["res.users"].browse(
            {i for ids in found.values() for i in ids}
        )
        user_of = {user.id: user for user in everybody}
        return {concern: [user_of[i] for i in ids] for concern, ids in found.items()}

    def _get_group_id(self, name):
        return self.env["ir.model.data"]._xmlid_to_res_id(f"mtqg_disbursement.{name}")

    def _get_step_group_id(self, step):
        if step.kind == "group":
            return step.group_id.id
        return self._get_group_id(_STEP_GROUPS[step.kind])

    def _list_members(self, group_ids):
        """Return {(unit id, group id): user ids} of the people in some groups."""
        members = defaultdict(list)
        viewer = self.env.ref("mtqg_disbursement.group_viewer")
        for user in viewer.all_user_ids.filtered("active"):
            held = group_ids.intersection(user.all_group_ids.ids)
            for unit_id in user.mtqg_unit_ids.ids:
                for group_id in held:
                    members[unit_id, group_id].append(user.id)
        return members

    def _find_nearest(self, members, unit, group_ids):
        """Return the members of groups in the nearest unit upwards that has any."""
        while unit:
            ids = [i for group_id in group_ids for i in members[unit.id, group_id]]
            if ids:
                return ids
            unit = unit.parent_id
        return []

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

    # === MAILS === #

    def _send_mails(self, concerns, people):
        """Write one mail to everybody who has not had today's yet."""
        today = today_vn()
        told = set(self.search([("date", "=", today)]).user_id.ids)
        news = defaultdict(list)
        for concern in concerns:
            for user in people[concern]:
                if user.id not in told and user.email:
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
        self.env["mail.mail"].create(
            [self._prepare_mail(user, mine, url) for user, mine in news.items()]
        )

    def _prepare_mail(self, user, concerns, url):
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
        return {
            "subject": speaking.env._(
                "Deadlines: %(overdue)s overdue, %(at_risk)s at risk",
                overdue=sum(c.overdue for c in concerns),
                at_risk=sum(c.at_risk for c in concerns),
            ),
            "body_html": body,
            "email_to": user.email_formatted,
            "auto_delete": False,
        }


class MailActivity(models.Model):
    _inherit = "mail.activity"

    mtqg_unit_id = fields.Many2one(
        "mtqg.unit",
        string="Late unit",
        ondelete="cascade",
        index="btree_not_null",
        groups="mtqg_disbursement.group_viewer",
    )
