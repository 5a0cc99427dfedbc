import os
from collections import Counter
from random import Random

from odoo.tests import tagged

from .common import MtqgCommon
from .years import STEPS as STEP_KINDS
from .years import Years

SEED = int(os.environ.get("MTQG_SEED", "20260101"))
SEQUENCES, STEPS = 2_000, 4


@tagged("post_install", "-at_install")
class TestYears(MtqgCommon):
    """Whatever happens in a province, the register equals the arithmetic."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policy = cls.env["ir.config_parameter"].sudo()
        policy.set_param("mtqg_disbursement.policy_tabmis", "off")

    def test_random_years_equal_the_oracle(self):
        chance, outcomes = Random(SEED), Counter()
        for number in range(SEQUENCES):
            with self.subTest(sequence=number), self.env.cr.savepoint() as savepoint:
                years = Years(self, Random(chance.random()))
                years.run(STEPS)
                outcomes += years.outcomes
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
        self.assertLedgerWhole()
        self._check_much_was_done(outcomes)

    def _check_much_was_done(self, outcomes):
        """Every kind of step was posted, and most kinds were refused at times."""
        for kind in set(STEP_KINDS):
            self.assertGreater(outcomes[kind, True], SEQUENCES / 20, outcomes)
        for kind in ("allocate", "adjust", "take_back", "pay", "carry"):
            self.assertGreater(outcomes[kind, False], SEQUENCES / 100, outcomes)
