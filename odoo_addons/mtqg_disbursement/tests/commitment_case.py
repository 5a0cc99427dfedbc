from odoo import Command

from .common import MtqgCommon

MILLION = 10**6


class CommitmentCase(MtqgCommon):
    """Commune A with 120 triệu of 2024 and 30 triệu carried over from 2022."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        root = cls._assign_root(900 * MILLION)
        cls.balance = cls._allocate(root, cls.commune_a, 120 * MILLION)
        old = cls._assign_root(90 * MILLION, origin_year=2022)
        cls.carried = cls._allocate(old, cls.commune_a, 30 * MILLION)
        cls.foreign = cls._allocate(root, cls.commune_b, 50 * MILLION)
        cls.subject = {
            "program_id": cls.program.id,
            "origin_year": 2024,
            "nature": "investment",
        }

    @classmethod
    def _prepare(cls, months, **values):
        """Return create commands of lines: {month: amount in triệu}."""
        return [
            Command.create(
                {**cls.subject, "month": month, "amount": amount * MILLION, **values}
            )
            for month, amount in months.items()
        ]

    @classmethod
    def _make(cls, months=None, user=None, **values):
        """Return a draft of commune A that gives its reason for every shortfall."""
        unit = values.pop("unit", cls.commune_a)
        return (
            cls.env["mtqg.commitment"]
            .with_user(user or cls.officer_a)
            .create(
                {
                    "number": "12/CK-UBND",
                    "date": "2024-04-05",
                    "unit_id": unit.id,
                    "plan_year": 2024,
                    "shortfall_reason": "Weather",
                    "line_ids": cls._prepare(months or {3: 10, 6: 50}),
                    **values,
                }
            )
        )

    @classmethod
    def _sign(cls, commitment):
        return cls._approve(commitment, cls.leader_a)

    def _codes(self, commitment):
        return {blocker["code"] for blocker in commitment.get_blockers()}
