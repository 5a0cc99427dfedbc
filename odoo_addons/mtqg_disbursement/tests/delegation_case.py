"""Somebody is absent, and another decides in his place."""

from datetime import timedelta

from odoo.addons.mtqg_disbursement.clock import today_vn

from .approver_case import ApproverCase


class DelegationCase(ApproverCase):
    """Decisions of commune A wait for its leader, who has a deputy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._publish({"kind": "unit_leader"})
        cls.deputy = cls._person("deputy", "viewer", cls.commune_a)

    @classmethod
    def _delegate(cls, absent, delegate, user=None, **values):
        """Return a delegation from today to the day after tomorrow, as its maker."""
        return (
            cls.env["mtqg.workflow.delegation"]
            .with_user(user or absent)
            .create(
                {
                    "user_id": absent.id,
                    "delegate_id": delegate.id,
                    "date_to": today_vn() + timedelta(days=2),
                    "reason": "Business trip",
                    **values,
                }
            )
        )
