from odoo import Command
from odoo.tests import tagged

from odoo.addons.mtqg_disbursement.tests.common import MtqgCommon


@tagged("post_install", "-at_install")
class TestFigure(MtqgCommon):
    """The district ended: its figures stay its own then, and count for heirs now."""

    def setUp(self):
        super().setUp()
        self.root = self._assign_root(10_000)
        self.held = self._allocate(self.root, self.district, 1_000)
        voucher = self._make_voucher(
            self.held,
            "completed",
            400,
            user=self.officer_d,
            treasury_unit_id=self.treasury.id,
        )
        self._approve(voucher, self.leader_d, self.treasurer)

    def _hand_over(self, **shares):
        decision = self._make_decision(
            kind="hand_over",
            user=self.finance_p,
            predecessor_id=self.district.id,
            date="2025-07-01",
            heir_ids=[
                Command.create({"successor_id": self[name].id, "share": share})
                for name, share in shares.items()
            ],
        )
        return self._approve(decision)

    def __getitem__(self, name):
        return getattr(self, f"commune_{name}")

    def _sum_by(self, unit_field, user=None):
        """Return {unit: (plan held, disbursed)} of this story's capital."""
        groups = (
            self.env["mtqg.figure"]
            .with_user(user or self.inspector_p)
            ._read_group(
                [("allocation_id", "child_of", self.root.id)],
                [unit_field],
                ["amount_kept:sum", "amount_disbursed:sum"],
            )
        )
        return {unit: (kept, spent) for unit, kept, spent in groups}

    def test_then_and_now_are_the_same_while_nobody_ended(self):
        self.assertEqual(self._sum_by("unit_id"), self._sum_by("unit_now_id"))

    def test_heirs_answer_for_what_was_paid_before_them(self):
        self._hand_over(a=3, b=2, c=2)
        self.assertEqual(self._sum_by("unit_id")[self.district], (400, 400))
        now = self._sum_by("unit_now_id")
        self.assertNotIn(self.district, now)
        # 600 left and 400 paid, each by 3 : 2 : 2 with the largest remainder
        self.assertEqual(now[self.commune_a], (257 + 172, 172))
        self.assertEqual(now[self.commune_b], (172 + 114, 114))
        self.assertEqual(now[self.commune_c], (171 + 114, 114))

    def test_the_lists_name_the_same_heir(self):
        self._hand_over(a=1)
        groups = (
            self.env["mtqg.allocation"]
            .with_user(self.inspector_p)
            ._read_group(
                [("id", "child_of", self.root.id)],
                ["unit_now_id"],
                ["amount_kept:sum", "amount_disbursed:sum"],
            )
        )
        listed = {unit: (kept, spent) for unit, kept, spent in groups}
        self.assertEqual(listed, self._sum_by("unit_now_id"))
        self.assertEqual(listed[self.commune_a], (1_000, 400))

    def test_nothing_is_lost(self):
        before = self._sum_by("unit_now_id")
        self._hand_over(a=3, b=2, c=2)
        after = self._sum_by("unit_now_id")
        for column in (0, 1):
            self.assertEqual(
                sum(row[column] for row in before.values()),
                sum(row[column] for row in after.values()),
            )

    def test_heirs_of_heirs_answer_in_the_end(self):
        self._hand_over(a=1, b=1)
        self.env["mtqg.unit.succession"].create(
            {
                "predecessor_id": self.commune_b.id,
                "successor_id": self.commune_c.id,
                "date": "2025-08-01",
                "reference": "2/NQ",
            }
        )
        now = self._sum_by("unit_now_id")
        self.assertNotIn(self.commune_b, now)
        self.assertEqual(now[self.commune_c], (500, 200))

    def test_an_heir_sees_his_part_only(self):
        self._hand_over(a=1, b=1)
        self.assertEqual(
            self._sum_by("unit_now_id", user=self.viewer_a),
            {self.commune_a: (500, 200)},
        )

    def test_programs_continue(self):
        part = self.env.ref("mtqg_disbursement.program_ct2635_hp1")
        figure = self.env["mtqg.figure"].search([("allocation_id", "=", self.held.id)])
        self.assertEqual(
            (figure.program_id, figure.program_now_id), (self.program, part)
        )
        self.assertEqual(self.content.current_id, part)
