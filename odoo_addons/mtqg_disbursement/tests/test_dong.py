from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import MtqgCommon

MOST = 9_000_000_000_000_000


@tagged("post_install", "-at_install")
class TestDong(MtqgCommon):
    """Whole đồng in, whole đồng out."""

    def _round_trip(self, amount):
        decision = self._make_decision(
            {
                "unit_id": self.province.id,
                "program_id": self.program.id,
                "amount": amount,
            }
        )
        self.env.invalidate_all()
        return decision.line_ids.read(["amount"])[0]["amount"]

    def test_every_edge_survives(self):
        for amount in (1, 2**31, 527_765_581_332_481, 10**15 - 1, 2**52 + 1, MOST):
            self.assertEqual(self._round_trip(amount), amount)
            self.assertEqual(self._round_trip(float(amount)), amount)
            self.assertEqual(self._round_trip(str(amount)), amount)

    def test_fractions_and_overflow_are_refused_not_rounded(self):
        for amount in (0.5, "1.5", MOST + 1, "nine", float("inf"), float("nan")):
            with self.assertRaisesRegex(ValidationError, "no amount in whole đồng"):
                self._round_trip(amount)

    def test_a_draft_beyond_every_balance_is_kept_but_not_submitted(self):
        line = {"unit_id": self.province.id, "program_id": self.program.id}
        decision = self._make_decision(
            {**line, "amount": MOST}, {**line, "amount": MOST}
        )
        self.assertEqual(decision.amount_total, MOST)
        with self.assertRaisesRegex(UserError, "18.000.000.000.000.000 đồng, more"):
            decision.action_submit()

    def test_sums_are_whole(self):
        self._round_trip(MOST)
        ((total,),) = self.env["mtqg.decision.line"]._read_group(
            [("decision_id.unit_id", "=", self.province.id)], [], ["amount:sum"]
        )
        self.assertEqual(total, MOST)
