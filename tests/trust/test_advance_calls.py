"""Article 9 of NĐ 254/2025 holds over the public protocols, too."""

from remote import RemoteCase

from odoo.tests import tagged
from odoo.tools import mute_logger

BILLION = 10**9


@tagged("post_install", "-at_install")
class TestAdvanceCalls(RemoteCase):
    """A contract of 10 tỷ, of which 2 tỷ are to be advanced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        officer = cls.env(user=cls.officer_a, su=False)
        project = officer["mtqg.project"].create(
            {"code": "T-1", "name": "Road", "program_id": cls.content.id}
        )
        cls.contract = officer["mtqg.contract"].create(
            {
                "number": "HĐ-1",
                "project_id": project.id,
                "amount": 10 * BILLION,
                "amount_advance_agreed": 2 * BILLION,
                "date_recovery": "2024-06-30",
            }
        )
        cls.balance = cls._allocate(
            cls._assign_root(50 * BILLION),
            cls.commune_a,
            20 * BILLION,
            program=cls.content,
            project=project,
        )

    def _draft(self, kind, amount, **values):
        return self._make_voucher(
            self.balance, kind, amount, contract_id=self.contract.id, **values
        )

    def _submit(self, voucher):
        return self.json2(
            self.officer_a, "mtqg.disbursement", "action_submit", ids=voucher.ids
        )

    @mute_logger("odoo.http")
    def test_an_advance_waits_for_its_guarantee(self):
        voucher = self._draft("advance", 2 * BILLION)
        status, answer = self._submit(voucher)
        self.assertRefusedJson(status, answer)
        self.assertIn("article 9.2", answer["message"])
        status, _id = self.json2(
            self.officer_a,
            "mtqg.guarantee",
            "create",
            vals_list=[
                {
                    "contract_id": self.contract.id,
                    "number": "BL-1",
                    "amount": 2 * BILLION,
                    "date_to": "2024-12-31",
                }
            ],
        )
        self.assertEqual(status, 200)
        self.assertEqual(self._submit(voucher)[0], 200)

    @mute_logger("odoo.http")
    def test_a_payment_that_reaches_80_percent_waits_for_the_recovery(self):
        self.contract.write({"amount_advance_agreed": BILLION})
        paid = {"contract_id": self.contract.id}
        self._pay(self.balance, "advance", BILLION, **paid)
        self._pay(self.balance, "completed", 6 * BILLION, number="2", **paid)
        status, answer = self._submit(self._draft("completed", BILLION, number="3"))
        self.assertRefusedJson(status, answer)
        self.assertIn("article 9.5", answer["message"])
        whole = self._draft(
            "completed", 2 * BILLION, amount_recovered=BILLION, number="4"
        )
        self.assertEqual(self._submit(whole)[0], 200)

    def test_amounts_beyond_32_bits_come_back_whole(self):
        self.contract.write({"amount_advance_agreed": 10 * BILLION})
        self.env["ir.config_parameter"].set_param(
            "mtqg_disbursement.policy_advance", "off"
        )
        paid = {"contract_id": self.contract.id}
        self._pay(self.balance, "advance", 9_999_999_999, **paid)
        for day, overdue in (("2024-09-30", 0), ("2024-10-01", 9_999_999_999)):
            (state,), fault = self.xmlrpc(
                self.officer_a, "mtqg.contract", "advance_at", self.contract.ids, day
            )
            self.assertIsNone(fault)
            self.assertEqual(state["amount_advance"], 9_999_999_999)
            self.assertEqual(state["amount_overdue"], overdue)
        (line,), fault = self.xmlrpc(
            self.officer_a,
            "mtqg.contract",
            "get_form_08a",
            self.commune_a.id,
            "2024-10-01",
        )
        self.assertEqual(line["amount_overdue"], 9_999_999_999)

    @mute_logger("odoo.http")
    def test_another_unit_is_refused(self):
        for user in (self.officer_b, self.leader_b):
            status, answer = self.json2(
                user,
                "mtqg.contract",
                "advance_at",
                ids=self.contract.ids,
                date="2024-12-31",
            )
            self.assertRefusedJson(status, answer)
