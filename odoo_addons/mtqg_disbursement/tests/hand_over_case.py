from datetime import date

from odoo import Command

from .common import MtqgCommon

MILLION = 10**6


class HandOverCase(MtqgCommon):
    """On 01/07/2025 the district ends; it holds 1 tỷ, and 500 triệu of a road."""

    def setUp(self):
        super().setUp()
        self.heirs = self.commune_a | self.commune_b | self.commune_c
        year = {"plan_year": 2025, "date": "2025-01-15"}
        self.root = self._assign_root(9_000 * MILLION, origin_year=2025, **year)
        self.held = self._allocate(self.root, self.district, 1_000 * MILLION, **year)
        self.road = self.env["mtqg.project"].create(
            {
                "name": "Road",
                "code": "T-ROAD",
                "unit_id": self.district.id,
                "program_id": self.program.id,
            }
        )
        self.roadside = self._allocate(
            self.root, self.district, 500 * MILLION, project=self.road, **year
        )

    def _make_commitment(self, months, road=None, unit=None, user=None, **values):
        """Return a draft for 2025 in triệu: of any capital, and of the road."""
        subject = {
            "program_id": self.program.id,
            "origin_year": 2025,
            "nature": "investment",
        }
        lines = [
            Command.create({**subject, **more, "month": month, "amount": n * MILLION})
            for more, wanted in (
                ({}, months),
                ({"project_id": self.road.id}, road or {}),
            )
            for month, n in wanted.items()
        ]
        return (
            self.env["mtqg.commitment"]
            .with_user(user or self.officer_d)
            .create(
                {
                    "number": "9/CK-UBND",
                    "date": "2025-01-20",
                    "unit_id": (unit or self.district).id,
                    "plan_year": 2025,
                    "shortfall_reason": "Rain",
                    "line_ids": lines,
                    **values,
                }
            )
        )

    def _promise(self, months, road=None, leader=None, **values):
        """Return a signed commitment for 2025 (superuser)."""
        commitment = self._make_commitment(months, road, **values)
        return self._approve(commitment, leader or self.leader_d).sudo()

    def _hand_over(self, shares=(3, 2, 2), road=None, **values):
        road = self.commune_b if road is None else road
        decision = self._make_decision(
            kind="hand_over",
            user=self.finance_p,
            predecessor_id=self.district.id,
            date="2025-07-01",
            number=values.pop("number", "1/NQ-SX"),
            heir_ids=[
                Command.create(
                    {
                        "successor_id": heir.id,
                        "share": share,
                        "project_ids": [
                            Command.set(self.road.ids if heir == road else [])
                        ],
                    }
                )
                for heir, share in zip(self.heirs, shares, strict=True)
            ],
        )
        self._approve(decision)
        self.env.invalidate_all()
        return decision

    def _in_force(self, unit):
        """Return what a unit promises for 2025 (superuser)."""
        return self.env["mtqg.commitment"].search(
            [
                ("unit_id", "=", unit.id),
                ("plan_year", "=", 2025),
                ("is_current", "=", True),
            ]
        )

    def _find_heir_balances(self, balance):
        """Return {unit: balance} of what continues a balance."""
        found = self.env["mtqg.allocation"].search(
            [
                ("parent_id", "=", balance.parent_id.id),
                ("project_id", "=", balance.project_id.id),
                ("unit_id", "in", self.heirs.ids),
            ]
        )
        return {b.unit_id: b for b in found}

    def _day(self, text):
        return date.fromisoformat(text)
