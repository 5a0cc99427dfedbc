from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestDisbursement(MtqgCommon):
    """Vouchers post the arithmetic of NĐ 254/2025 and keep its limits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = (
            cls.env["mtqg.project"]
            .with_user(cls.officer_a)
            .create(
                {
                    "code": "T-ROAD",
                    "name": "Road",
                    "unit_id": cls.commune_a.id,
                    "program_id": cls.content.id,
                    "amount_total": 4_000,
                }
            )
        )
        cls.contract = (
            cls.env["mtqg.contract"]
            .with_user(cls.officer_a)
            .create(
                {
                    "number": "HĐ-1",
                    "project_id": cls.project.id,
                    "amount": 4_000,
                    "amount_advance_agreed": 1_000,
                }
            )
        )
        root = cls._assign_root(10_000)
        district = cls._allocate(root, cls.district, 5_000)
        cls.balance = cls._allocate(
            district, cls.commune_a, 3_000, program=cls.content, project=cls.project
        )

    def _set_policy(self, limit, policy):
        self.env["ir.config_parameter"].set_param(
            f"mtqg_disbursement.policy_{limit}", policy
        )

    def test_advance_and_recovery_of_the_worked_example(self):
        """Figures of the worked example: contract 4,000, plan of the year 3,000."""
        for kind, amount, recovered, advance, completed, disbursed in (
            ("advance", 1_000, 0, 1_000, 0, 1_000),
            ("completed", 1_500, 600, 400, 1_500, 1_900),
            ("completed", 1_400, 400, 0, 2_900, 2_900),
        ):
            self._pay(
                self.balance,
                kind,
                amount,
                amount_recovered=recovered,
                contract_id=self.contract.id,
            )
            self.assertBalance(
                self.balance, advance=advance, completed=completed, disbursed=disbursed
            )
        self.assertAlmostEqual(self.balance.percent_disbursed, 96.67, 2)
        self.assertEqual(self.contract.amount_disbursed, 2_900)
        self.assertLedgerWhole()

    def test_refunds_lower_what_was_paid(self):
        self._pay(self.balance, "advance", 1_000)
        self._pay(self.balance, "completed", 500)
        self._pay(self.balance, "refund_advance", 300)
        self._pay(self.balance, "refund_completed", 200)
        self.assertBalance(self.balance, advance=700, completed=300, available=2_000)

    def test_more_than_available_is_refused(self):
        voucher = self._make_voucher(self.balance, "completed", 3_001)
        with self.assertRaisesRegex(UserError, "1 đồng too (few|much)"):
            voucher.action_submit()

    def test_more_recovery_than_advance_is_refused(self):
        self._pay(self.balance, "advance", 100)
        voucher = self._make_voucher(
            self.balance, "completed", 500, amount_recovered=101
        )
        with self.assertRaisesRegex(UserError, "1 đồng too few"):
            voucher.action_submit()

    def test_capital_not_entered_in_tabmis_blocks_or_warns(self):
        bare = self._allocate(self.balance.parent_id, self.commune_a, 500, tabmis=False)
        voucher = self._make_voucher(bare, "completed", 100)
        with self.assertRaisesRegex(UserError, "TABMIS"):
            voucher.action_submit()
        self._set_policy("tabmis", "warn")
        self.assertIn("TABMIS", voucher.warning)
        self._approve(voucher, self.leader_a, self.treasurer)
        self.assertBalance(bare, completed=100)

    def test_total_investment_limits_all_years_together(self):
        self.project.sudo().amount_total = 2_000
        self._pay(self.balance, "completed", 1_500)
        voucher = self._make_voucher(self.balance, "completed", 501)
        with self.assertRaisesRegex(UserError, "article 6.4"):
            voucher.action_submit()

    def test_contract_value_and_agreed_advance_limit(self):
        self.contract.write({"amount": 900, "amount_advance_agreed": 200})
        link = {"contract_id": self.contract.id}
        too_much = self._make_voucher(self.balance, "completed", 901, **link)
        with self.assertRaisesRegex(UserError, "article 6.6"):
            too_much.action_submit()
        too_early = self._make_voucher(self.balance, "advance", 201, **link)
        with self.assertRaisesRegex(UserError, "article 9"):
            too_early.action_submit()
        self._set_policy("advance", "off")
        too_early.action_submit()

    def test_without_a_treasury_office_the_leader_is_last(self):
        voucher = self._make_voucher(self.balance, "completed", 10)
        voucher.treasury_unit_id = False
        self._approve(voucher, self.leader_a)
        self.assertEqual(voucher.workflow_state, "done")

    def test_treasury_sees_and_pays_what_it_serves(self):
        voucher = self._make_voucher(self.balance, "completed", 10)
        voucher.action_submit()
        voucher.with_user(self.leader_a).action_approve()
        seen = self.env["mtqg.disbursement"].with_user(self.treasurer).search([])
        self.assertEqual(seen, voucher)
        seen.action_approve("paid")
        self.assertEqual(voucher.stage_id.code, "done")
        self.assertBalance(self.balance, completed=10)

    def test_reversal_mirrors_a_voucher(self):
        voucher = self._pay(self.balance, "completed", 700)
        action = voucher.with_user(self.officer_a).action_reverse("Paid twice")
        reversal = (
            self.env["mtqg.disbursement"]
            .with_user(self.officer_a)
            .browse(action["res_id"])
        )
        with self.assertRaisesRegex(UserError, "mirrors"):
            reversal.amount = 1
        self._approve(reversal, self.leader_a, self.treasurer)
        self.assertBalance(self.balance, completed=0, available=3_000)
        self.assertTrue(voucher.is_reversed)
        self.assertLedgerWhole()
