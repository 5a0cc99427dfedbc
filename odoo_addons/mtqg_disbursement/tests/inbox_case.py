from datetime import timedelta

from odoo.addons.mtqg_disbursement.clock import today_vn

from .common import MtqgCommon


class InboxCase(MtqgCommon):
    """Decisions and vouchers that wait for the leader of commune A."""

    def _draft(self, number):
        line = {
            "unit_id": self.commune_a.id,
            "program_id": self.program.id,
            "amount": 10,
            "source": "commune",
            "nature": "investment",
            "origin_year": 2024,
        }
        return self._make_decision(
            line, user=self.officer_a, unit=self.commune_a, number=number
        )

    def _waiting(self, *numbers):
        decisions = self.env["mtqg.decision"].union(*map(self._draft, numbers))
        decisions.with_user(self.officer_a).action_submit()
        return decisions.with_user(self.leader_a)

    def _waiting_voucher(self, number="V-1"):
        balance = self._allocate(self._assign_root(1000), self.commune_a, 100)
        voucher = self._make_voucher(
            balance, "completed", 40, number=number, payee="Builder"
        )
        voucher.action_submit()
        return voucher

    def _tasks_of(self, document):
        return (
            self.env["mtqg.workflow.task"]
            .with_user(self.leader_a)
            .search(
                [
                    ("res_model", "=", document._name),
                    ("res_id", "in", document.ids),
                    ("is_mine", "=", True),
                ],
                order="id",
            )
        )

    def _set_limit(self, document, days):
        """Move the last day of what waits, as the calendar of a real life would."""
        self.env.flush_all()
        self.cr.execute(
            "UPDATE mtqg_workflow_task SET date_limit = %s WHERE id = ANY(%s)",
            [
                (days is not None and today_vn() + timedelta(days=days)) or None,
                self._tasks_of(document).ids,
            ],
        )
        self.env.invalidate_all()

    def _inbox(self, user, **values):
        return self.env["mtqg.workflow.task"].with_user(user).read_inbox(**values)

    def _names(self, user, **values):
        page = self._inbox(user, **values)
        return [row["document_name"] for row in page["records"]]
