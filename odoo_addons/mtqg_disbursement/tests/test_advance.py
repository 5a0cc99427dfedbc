from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MtqgCommon

BILLION = 10**9


class AdvanceCase(MtqgCommon):
    """A contract of 4 tỷ with an advance of 1 tỷ, paid from a plan of 3 tỷ."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls._make_project("T-ROAD")
        root = cls._assign_root(50 * BILLION)
        cls.over = cls._allocate(root, cls.district, 40 * BILLION)
        cls.balance = cls._allocate(
            cls.over,
            cls.commune_a,
            3 * BILLION,
            program=cls.content,
            project=cls.project,
        )
        cls.contract = cls._make_contract("HĐ-1", amount_advance_agreed=BILLION)

    @classmethod
    def _make_project(cls, code, user=None, unit=None):
        values = {"code": code, "name": f"Road {code}", "program_id": cls.content.id}
        values["unit_id"] = (unit or cls.commune_a).id
        return cls.env["mtqg.project"].with_user(user or cls.officer_a).create(values)

    @classmethod
    def _make_contract(cls, number, user=None, project=None, **values):
        values = {
            "number": number,
            "project_id": (project or cls.project).id,
            "amount": 4 * BILLION,
            **values,
        }
        return cls.env["mtqg.contract"].with_user(user or cls.officer_a).create(values)

    @classmethod
    def _guarantee(cls, contract, amount, **values):
        values = {"contract_id": contract.id, "number": "BL-1", **values}
        values["amount"] = amount
        return cls.env["mtqg.guarantee"].with_user(cls.officer_a).create(values)

    def _pay_by(self, contract, kind, amount, recovered=0, **values):
        return self._pay(
            self.balance,
            kind,
            amount,
            contract_id=contract.id,
            amount_recovered=recovered,
            **values,
        )

    def _set_policy(self, policy):
        name = "mtqg_disbursement.policy_advance"
        self.env["ir.config_parameter"].set_param(name, policy)

    def assertAdvance(self, contract, day, **values):
        """Assert figures of a contract as of a day, by their names."""
        (found,) = contract.advance_at(day)
        self.assertEqual({name: found[name] for name in values}, values)


@tagged("post_install", "-at_install")
class TestAdvanceWatch(AdvanceCase):
    """Where an advance stands, on any day."""

    def test_the_worked_example_on_each_of_its_days(self):
        self._pay_by(self.contract, "advance", BILLION, date="2024-03-01")
        self._pay_by(self.contract, "completed", 1_500_000_000, 600_000_000)
        self._pay_by(
            self.contract, "completed", 1_400_000_000, 400_000_000, date="2024-06-01"
        )
        for day, left, disbursed in (
            ("2024-02-29", 0, 0),
            ("2024-03-09", BILLION, BILLION),
            ("2024-03-10", 400_000_000, 1_900_000_000),
            ("2024-06-01", 0, 2_900_000_000),
        ):
            self.assertAdvance(
                self.contract, day, amount_advance=left, amount_disbursed=disbursed
            )
        self.assertEqual(self.contract.amount_recovery_limit, 3_200_000_000)
        self.assertFalse(self.contract.has_advance)

    def test_three_months_after_the_contractual_day_it_is_overdue(self):
        self.contract.date_recovery = "2024-11-30"
        self._pay_by(self.contract, "advance", BILLION)
        self.assertAdvance(self.contract, "2025-02-28", amount_overdue=0)
        self.assertAdvance(
            self.contract, "2025-03-01", amount_overdue=BILLION, is_overdue=True
        )
        self.assertTrue(self.contract.is_overdue)
        self.assertEqual(str(self.contract.date_overdue), "2025-02-28")

    def test_a_reversed_advance_was_never_outstanding(self):
        voucher = self._pay_by(self.contract, "advance", BILLION)
        action = voucher.action_reverse("typed twice")
        reversal = self.env["mtqg.disbursement"].browse(action["res_id"])
        self._approve(reversal.with_user(self.officer_a), self.leader_a, self.treasurer)
        self.assertAdvance(self.contract, "2024-12-31", amount_advance=0)
        self.assertFalse(self.contract.has_advance)

    def test_a_report_knows_what_was_known(self):
        self._pay_by(self.contract, "advance", BILLION)
        (found,) = self.contract.advance_at("2024-12-31", "2024-03-11 00:00:00")
        self.assertEqual(found["amount_advance"], 0)

    def test_lists_find_what_they_are_named_after(self):
        self._pay_by(self.contract, "advance", BILLION)
        paid = self._make_contract("HĐ-2", date_recovery="2024-01-31")
        self._pay_by(paid, "advance", 5_000_000, number="2")
        idle = self._make_contract("HĐ-3", amount_advance_agreed=2 * BILLION)
        contracts = self.env["mtqg.contract"].with_user(self.officer_a)
        for field, value, expected in (
            ("has_advance", True, self.contract | paid),
            ("has_advance", False, idle),
            ("is_overdue", True, paid),
            ("is_recovery_due", True, paid),
            ("guarantee_state", "missing", idle),
            ("guarantee_state", "not_needed", self.contract | paid),
        ):
            found = contracts.search([(field, "=", value)])
            self.assertEqual(found, expected.sorted(), f"{field} {value}")

    def test_advances_add_up_by_cause(self):
        self._pay_by(self.contract, "advance", BILLION)
        self.contract.cause = "bankrupt"
        other = self._make_contract("HĐ-2")
        self._pay_by(other, "advance", 7, number="2")
        groups = (
            self.env["mtqg.contract"]
            .with_user(self.officer_a)
            .formatted_read_group(
                [("has_advance", "=", True)], ["cause"], ["amount_advance:sum"]
            )
        )
        found = {group["cause"]: group["amount_advance:sum"] for group in groups}
        self.assertEqual(found, {"bankrupt": BILLION, False: 7})

    def test_many_contracts_are_read_at_once(self):
        contracts = self.contract
        for number in range(10):
            contracts |= self._make_contract(f"HĐ-N{number}")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(4):
            contracts.sudo().mapped("amount_advance")


@tagged("post_install", "-at_install")
class TestGuarantee(AdvanceCase):
    """An advance above one billion is paid against a guarantee."""

    def _advance(self, amount, **values):
        return self._make_voucher(
            self.balance, "advance", amount, contract_id=self.contract.id, **values
        )

    def test_one_billion_needs_none_and_one_dong_more_does(self):
        self.contract.amount_advance_agreed = 2 * BILLION
        self._advance(BILLION).get_blockers()
        self.contract.amount_advance_agreed = BILLION
        self._advance(BILLION).action_submit()
        self.contract.amount_advance_agreed = BILLION + 1
        with self.assertRaisesRegex(UserError, "article 9.2"):
            self._advance(BILLION, number="2").action_submit()

    def test_the_guarantee_covers_the_advance_on_the_day_of_payment(self):
        self.contract.amount_advance_agreed = 2 * BILLION
        paper = self._guarantee(
            self.contract, 2 * BILLION - 1, date_from="2024-03-01", date_to="2024-03-09"
        )
        voucher = self._advance(2 * BILLION)
        for values in ({"date_to": "2024-12-31"}, {"amount": 2 * BILLION}):
            with self.assertRaisesRegex(UserError, "article 9.2"):
                voucher.action_submit()
            paper.write(values)
        voucher.action_submit()

    def test_the_policy_warns_or_is_silent(self):
        self.contract.amount_advance_agreed = 2 * BILLION
        voucher = self._advance(2 * BILLION)
        self._set_policy("warn")
        self.assertIn("article 9.2", voucher.warning)
        self._set_policy("off")
        voucher.invalidate_recordset()
        self.assertFalse(voucher.warning)
        voucher.action_submit()

    def test_a_guarantee_belongs_to_the_unit_of_its_contract(self):
        paper = self._guarantee(self.contract, 5)
        for user in (self.officer_b, self.leader_b):
            with self.assertRaises(AccessError):
                paper.with_user(user).read(["amount"])
        with self.assertRaises(AccessError):
            self.env["mtqg.guarantee"].with_user(self.officer_b).create(
                {"contract_id": self.contract.id, "number": "X", "amount": 1}
            )
        self.assertEqual(paper.with_user(self.treasurer).amount, 5)
        with self.assertRaises(AccessError):
            paper.with_user(self.viewer_a).write({"amount": 1})


@tagged("post_install", "-at_install")
class TestRecovery(AdvanceCase):
    """At 80 % of the value, nothing of the advance may be left."""

    def setUp(self):
        super().setUp()
        self.contract.write({"amount": 2 * BILLION})
        self._pay_by(self.contract, "advance", BILLION)

    def test_a_payment_that_reaches_it_recovers_the_rest(self):
        voucher = self._make_voucher(
            self.balance,
            "completed",
            900_000_000,
            contract_id=self.contract.id,
            amount_recovered=300_000_000,
        )
        with self.assertRaisesRegex(UserError, "700.000.000.*article 9.5"):
            voucher.action_submit()
        voucher.write({"amount": 1_600_000_000, "amount_recovered": BILLION})
        self._approve(voucher, self.leader_a, self.treasurer)
        self.assertEqual(self.contract.amount_advance, 0)

    def test_below_it_the_advance_may_stay(self):
        self._pay_by(self.contract, "completed", 599_999_999, number="2")
        self.assertFalse(self.contract.is_recovery_due)

    def test_it_is_checked_again_when_the_voucher_is_posted(self):
        first, second = (
            self._make_voucher(
                self.balance,
                "completed",
                400_000_000,
                contract_id=self.contract.id,
                number=number,
            )
            for number in "23"
        )
        for voucher in (first, second):
            voucher.action_submit()
            voucher.with_user(self.leader_a).action_approve()
        first.with_user(self.treasurer).action_approve()
        with self.assertRaisesRegex(UserError, "article 9.5"):
            second.with_user(self.treasurer).action_approve()


@tagged("post_install", "-at_install")
class TestForm08a(AdvanceCase):
    """Form 08.a/SDTƯ: advances not recovered, by project."""

    def _read_form(self, user=None, unit=None, day="2025-06-30"):
        contracts = self.env["mtqg.contract"].with_user(user or self.finance_p)
        return contracts.get_form_08a((unit or self.province).id, day)

    def test_a_line_holds_what_is_outstanding_overdue_and_why(self):
        self.contract.write(
            {
                "date_recovery": "2024-11-30",
                "cause": "other",
                "cause_note": "stopped",
                "proposal": "claim the guarantee",
            }
        )
        self._pay_by(self.contract, "advance", BILLION)
        (line,) = self._read_form(unit=self.commune_a)
        self.assertEqual(
            line,
            {
                "number": 1,
                "content": "Road T-ROAD",
                "amount_advance": BILLION,
                "project_code": "T-ROAD",
                "amount_at_bank": 0,
                "amount_overdue": BILLION,
                "is_dissolved": False,
                "is_bankrupt": False,
                "is_suspended": False,
                "other_cause": "stopped",
                "proposal": "claim the guarantee",
            },
        )
        (in_time,) = self._read_form(unit=self.commune_a, day="2025-02-28")
        self.assertEqual((in_time["amount_overdue"], in_time["proposal"]), (0, ""))

    def test_advances_without_a_contract_are_in_it_too(self):
        self._pay(self.balance, "advance", 5)
        bare = self._allocate(self.over, self.commune_a, 100, number="9")
        self._pay(bare, "advance", 7, number="2")
        lines = self._read_form(unit=self.commune_a)
        found = [(line["project_code"], line["amount_overdue"]) for line in lines]
        self.assertEqual(found, [("T-ROAD", 5), ("", 7)])

    def test_what_is_kept_at_a_bank_is_a_column_of_its_own(self):
        self.contract.write({"kind": "clearance", "amount_at_bank": 300})
        self._pay_by(self.contract, "advance", 1_000)
        (line,) = self._read_form()[:1]
        self.assertEqual((line["amount_at_bank"], line["amount_overdue"]), (300, 700))

    def test_another_unit_reads_nothing(self):
        self._pay_by(self.contract, "advance", BILLION)
        self.assertFalse(self._read_form(self.officer_b))
        self.assertFalse(self._read_form(self.officer_b, self.commune_a))
        self.assertEqual(len(self._read_form(self.officer_a, self.commune_a)), 1)
