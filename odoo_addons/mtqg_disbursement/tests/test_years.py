import os
from collections import Counter
from random import Random

from odoo.tests import tagged

from .common import MtqgCommon
from .years import CAPITAL, FIRST_YEAR, Fleet, Place, Years, root_line
from .years import STEPS as STEP_KINDS

SEED = int(os.environ.get("MTQG_SEED", "20260101"))
LANES, ROUNDS, STEPS = 200, 10, 4
SEQUENCES = LANES * ROUNDS


@tagged("post_install", "-at_install")
class TestYears(MtqgCommon):
    """Whatever happens in a province, the register equals the arithmetic."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policy = cls.env["ir.config_parameter"].sudo()
        policy.set_param("mtqg_disbursement.policy_tabmis", "off")
        cls.places = cls._make_places()
        cls.env["mtqg.decision"].create(
            {
                "number": "assign",
                "date": f"{FIRST_YEAR}-06-01",
                "plan_year": FIRST_YEAR,
                "unit_id": cls.province.id,
                "line_ids": [
                    (0, 0, root_line(p.province, cls.program.id, FIRST_YEAR, CAPITAL))
                    for p in cls.places
                ],
            }
        )._on_workflow_done()

    @classmethod
    def _make_places(cls):
        """Return provinces that know nothing of each other."""
        provinces = cls._make_level("province", "Y", [cls.province.id] * LANES)
        districts = cls._make_level("district", "YD", provinces)
        communes = cls._make_level(
            "commune", "YC", [*districts, *districts, *provinces]
        )
        return [
            Place(provinces[n], districts[n], tuple(communes[n::LANES]))
            for n in range(LANES)
        ]

    @classmethod
    def _make_level(cls, kind, code, parents):
        units = cls.env["mtqg.unit"].create(
            [
                {"kind": kind, "code": f"{code}-{n}", "name": code, "parent_id": parent}
                for n, parent in enumerate(parents)
            ]
        )
        return units.ids

    def test_random_years_equal_the_oracle(self):
        chance, outcomes = Random(SEED), Counter()
        for number in range(ROUNDS):
            with self.subTest(round=number), self.env.cr.savepoint() as savepoint:
                fleet = Fleet(
                    self,
                    [
                        Years(place, self.program.id, Random(chance.random()))
                        for place in self.places
                    ],
                )
                fleet.run(STEPS)
                self.assertLedgerWhole()
                outcomes += fleet.outcomes
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
        self._check_much_was_done(outcomes)

    def _check_much_was_done(self, outcomes):
        """Every kind of step was posted, and most kinds were refused at times."""
        for kind in set(STEP_KINDS):
            self.assertGreater(outcomes[kind, True], SEQUENCES / 20, outcomes)
        for kind in ("allocate", "adjust", "take_back", "pay", "carry"):
            self.assertGreater(outcomes[kind, False], SEQUENCES / 100, outcomes)
