from collections import defaultdict

from odoo import api, fields, models

from ..clock import today_vn
from ..engine.money import group_digits
from ..store import reconciliation_ageing


class MtqgReconciliationReminder(models.Model):
    """That a person was reminded on a day of differences that are due: once a day."""

    _name = "mtqg.reconciliation.reminder"
    _inherit = ["mtqg.digest.mixin"]
    _description = "Reminder of differences"
    _order = "date desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", required=True, ondelete="cascade", index=True, readonly=True
    )
    date = fields.Date(required=True, readonly=True)
    difference_count = fields.Integer(string="Differences", readonly=True)

    _once_a_day = models.UniqueIndex("(user_id, date)")

    # === BUSINESS METHODS === #

    @api.model
    def _run_nightly(self):
        """Remind everybody of the differences that he owns and whose day has come."""
        today = today_vn()
        rows = reconciliation_ageing.find_due(self.env, today)
        self._plan_activities(rows)
        self._send_letters(rows, today)

    def _plan_activities(self, rows):
        """Keep one activity for each owner and reconciliation with something due."""
        kind = self.env.ref("mtqg_disbursement.activity_type_difference")
        Activity = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True, mtqg_no_followers=True
        )
        there = {
            (activity.user_id.id, activity.res_id): activity.id
            for activity in Activity.search([("activity_type_id", "=", kind.id)])
        }
        wanted = {(user, reconciliation) for user, reconciliation, *_rest in rows}
        Activity.browse([i for key, i in there.items() if key not in wanted]).unlink()
        Activity.create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": self.env["ir.model"]._get_id("mtqg.reconciliation"),
                    "res_id": reconciliation,
                    "user_id": user,
                    "date_deadline": day,
                    "summary": self._summarise(user, count, amount),
                }
                for user, reconciliation, day, count, amount in rows
                if (user, reconciliation) not in there
            ]
        )

    def _summarise(self, user, count, amount):
        speaking = self._speak_to(self.env["res.users"].browse(user))
        return speaking.env._(
            "%(count)s differences are due: %(amount)s đồng",
            count=count,
            amount=group_digits(amount),
        )

    def _speak_to(self, user):
        return self.with_context(lang=user.lang)

    def _send_letters(self, rows, today):
        told = set(self.search([("date", "=", today)]).user_id.ids)
        due = defaultdict(list)
        for user, *rest in rows:
            if user not in told:
                due[user].append(rest)
        users = self.env["res.users"].browse(sorted(due))
        self.create(
            [
                {
                    "user_id": user.id,
                    "date": today,
                    "difference_count": sum(row[2] for row in due[user.id]),
                }
                for user in users
            ]
        )
        self._deliver([self._write_letter(user, due[user.id]) for user in users])

    def _write_letter(self, user, rows):
        speaking = self._speak_to(user)
        documents = self.env["mtqg.reconciliation"].browse([row[0] for row in rows])
        action = self.env.ref("mtqg_disbursement.mtqg_reconciliation_action")
        body = speaking.env["ir.qweb"]._render(
            "mtqg_disbursement.mtqg_reconciliation_reminder_body",
            {
                "user": user,
                "rows": [
                    {
                        "name": document.number,
                        "unit": document.unit_id.name,
                        "day": day.strftime("%d/%m/%Y"),
                        "count": count,
                        "amount": group_digits(amount),
                    }
                    for document, (_id, day, count, amount) in zip(
                        documents, rows, strict=True
                    )
                ],
                "url": f"{self.get_base_url()}/odoo/action-{action.id}",
            },
        )
        subject = speaking.env._(
            "Differences with the Treasury: %s are due", sum(row[2] for row in rows)
        )
        return user, subject, body
