"""Deadlines of contracts, dossiers and vouchers: counted from an event, not a date."""

from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..clock import today_vn
from ..engine.deadlines import add_months
from .test_advance import BILLION, AdvanceCase

DAY = timedelta(days=1)


class DocumentRuleCase(AdvanceCase):
    """The law is switched on for the province; everything is paid in 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(
            "mtqg_disbursement.policy_advance", "off"
        )
        Rule = cls.env["mtqg.deadline.rule"]
        ids = Rule.with_user(cls.finance_p).load_preset("law", cls.province.id, 2026)
        cls.rules = {rule.code: rule for rule in Rule.browse(ids)}

    def _find(self, code, **owner):
        domain = [("rule_id", "=", self.rules[code].id)]
        domain += [(name, "=", record.id) for name, record in owner.items()]
        return self.env["mtqg.deadline"].search(domain)

    def _refresh(self):
        self.env["mtqg.deadline.rule"].sudo()._refresh_facts()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestContractRules(DocumentRuleCase):
    """An advance is due 3, 3 or 6 months after what its kind counts from."""

    def _dates(self, contract, code="LAW-ADVANCE-CONTRACT"):
        self.env.invalidate_all()
        found = self._find(code, contract_id=contract)
        return [(d.date_due, d.date_met or None) for d in found]

    def test_three_months_after_the_day_of_the_contract(self):
        self.contract.date_end = "2026-12-31"
        self.assertEqual(self._dates(self.contract), [], "nothing was advanced")
        self._pay_by(self.contract, "advance", BILLION, date="2026-02-10")
        self.assertEqual(self._dates(self.contract), [(date(2027, 3, 31), None)])
        self.contract.date_recovery = "2026-08-31"
        self.assertEqual(self._dates(self.contract), [(date(2026, 11, 30), None)])

    def test_the_day_met_is_that_of_the_payment_that_recovers_the_rest(self):
        self.contract.date_recovery = "2026-08-31"
        self._pay_by(self.contract, "advance", BILLION, date="2026-02-10")
        self._pay_by(
            self.contract, "completed", BILLION, 400_000_000, date="2026-05-04"
        )
        self.assertEqual(self._dates(self.contract)[0][1], None)
        last = self._pay_by(
            self.contract, "completed", BILLION, 600_000_000, date="2026-06-05"
        )
        deadline = self._find("LAW-ADVANCE-CONTRACT", contract_id=self.contract)
        self.assertEqual(deadline.date_met, date(2026, 6, 5))
        self.assertEqual(deadline.unit_id, self.commune_a)
        undo = last.browse(last.action_reverse("Wrong")["res_id"])
        self._approve(undo, self.leader_a, self.treasurer)
        self.assertEqual(self._dates(self.contract), [(date(2026, 11, 30), None)])

    def test_site_clearance_and_works_without_contract_count_from_the_advance(self):
        clearance = self._make_contract("GPMB", kind="clearance", date_end="2026-12-31")
        other = self._make_contract("KHD", kind="no_contract")
        self._pay_by(clearance, "advance", 100, date="2026-01-15")
        self._pay_by(clearance, "advance", 50, date="2026-03-20")
        self._pay_by(other, "advance", 70, date="2026-01-31")
        self.assertEqual(
            self._dates(clearance, "LAW-ADVANCE-CLEARANCE"), [(date(2026, 4, 15), None)]
        )
        self.assertEqual(
            self._dates(other, "LAW-ADVANCE-OTHER"), [(date(2026, 7, 31), None)]
        )
        self.assertFalse(self._dates(clearance))
        # the first advance is recovered: the time of the second one runs
        self._pay_by(clearance, "completed", 100, 100, date="2026-04-10")
        self.assertEqual(
            self._dates(clearance, "LAW-ADVANCE-CLEARANCE"), [(date(2026, 6, 20), None)]
        )
        other.date_recovery = "2026-09-15"
        self.assertEqual(
            self._dates(other, "LAW-ADVANCE-OTHER"), [(date(2026, 9, 15), None)]
        )

    def test_the_deadline_agrees_with_the_advance_watch(self):
        for number, kind in enumerate(("construction", "clearance", "no_contract")):
            contract = self._make_contract(
                f"W-{number}", kind=kind, date_recovery="2026-01-31"
            )
            self._pay_by(contract, "advance", 1_000, date="2026-01-20")
            self.env.invalidate_all()
            found = self.env["mtqg.deadline"].search(
                [("contract_id", "=", contract.id)]
            )
            self.assertEqual(found.date_due, contract.date_overdue, kind)

    def test_an_extension_outlives_a_new_day_of_the_contract(self):
        self.contract.date_recovery = "2026-03-31"
        self._pay_by(self.contract, "advance", BILLION, date="2026-02-10")
        deadline = self._find("LAW-ADVANCE-CONTRACT", contract_id=self.contract)
        until = max(date(2026, 9, 30), today_vn() + DAY)
        deadline.with_user(self.finance_p).action_extend(until, "Flood", "1/QĐ")
        self.contract.date_recovery = "2026-04-30"
        self.env.invalidate_all()
        self.assertEqual(deadline.date_due_first, date(2026, 7, 30))
        self.assertEqual(deadline.date_due, until)
        later = add_months(until, 1)
        self.contract.date_recovery = later
        self.env.invalidate_all()
        self.assertEqual(deadline.date_due, add_months(later, 3))

    def test_contracts_of_others_are_not_in_it(self):
        rule = self.env["mtqg.deadline.rule"].with_user(self.finance_p)
        with self.assertRaises(ValidationError):
            rule.create(
                {
                    "name": "x",
                    "code": "x",
                    "unit_id": self.province.id,
                    "legal_basis": "x",
                    "subject": "contract",
                    "measure": "recovered",
                    "due_kind": "after",
                    "domain": "[('disbursement_ids.amount', '>', 5)]",
                }
            )
        self.contract.date_end = "2026-12-31"
        self._pay_by(self.contract, "advance", BILLION, date="2026-02-10")
        Deadline = self.env["mtqg.deadline"]
        about = [("contract_id", "=", self.contract.id)]
        self.assertTrue(Deadline.with_user(self.viewer_a).search(about))
        self.assertFalse(Deadline.with_user(self.officer_b).search(about))


@tagged("post_install", "-at_install")
class TestDossierRules(DocumentRuleCase):
    """A settlement dossier is due four months after the works are handed over."""

    def _settle(self, *papers):
        project = self.small
        types = [self.env.ref(f"mtqg_disbursement.paper_type_{p}") for p in papers]
        project.write(
            {
                "paper_ids": [
                    Command.create({"type_id": one.id, "number": "1/TTr"})
                    for one in types
                ]
            }
        )
        project.action_submit()
        project.with_user(self.leader_a).action_approve()

    def setUp(self):
        super().setUp()
        self.small = (
            self.env["mtqg.project"]
            .with_user(self.officer_a)
            .create(
                {
                    "code": "T-SMALL",
                    "name": "Well",
                    "kind": "small",
                    "unit_id": self.commune_a.id,
                    "program_id": self.program.id,
                }
            )
        )

    def _deadline(self):
        self._refresh()
        return self._find("LAW-SETTLE-DOSSIER", project_id=self.small)

    def test_four_months_after_it_reached_the_settlement(self):
        self._settle("simple_file")
        self.assertFalse(self._deadline(), "the works are under way")
        self._settle("acceptance")
        self.assertEqual(self.small.stage_id.code, "settlement")
        deadline = self._deadline()
        self.assertEqual(deadline.date_due, add_months(today_vn(), 4))
        self.assertEqual(deadline.unit_id, self.commune_a)
        self.assertFalse(deadline.date_met)
        self._settle("settlement", "settlement_decision")
        self.small.with_user(self.finance_p).action_approve()
        deadline = self._deadline()
        self.assertEqual((deadline.state, deadline.date_met), ("met", today_vn()))

    def test_recurrent_tasks_settle_otherwise(self):
        self.small.kind = "recurrent"
        self._settle("simple_file")
        self._settle("acceptance")
        self.assertFalse(self._deadline())


@tagged("post_install", "-at_install")
class TestVoucherRules(DocumentRuleCase):
    """The Treasury has two working days, from each time it gets the dossier."""

    def test_a_dossier_that_comes_back_starts_its_time_anew(self):
        voucher = self._make_voucher(
            self.balance, "completed", 5, contract_id=self.contract.id
        )
        voucher.action_submit()
        voucher.with_user(self.leader_a).action_approve()
        self._refresh()
        deadline = self._find("LAW-TREASURY-PAYMENT", disbursement_id=voucher.sudo())
        first = deadline.date_due
        voucher.with_user(self.treasurer).action_return("The minutes are missing")
        self._refresh()
        self.assertEqual(deadline.date_met, today_vn())
        # the events of the first round lie ten days back
        self._backdate(voucher, 10)
        self._refresh()
        self.assertLess(deadline.date_due, first)
        voucher.action_submit()
        voucher.with_user(self.leader_a).action_approve()
        self._refresh()
        self.assertEqual(deadline.date_due, first)
        self.assertEqual(deadline.date_due_first, first)
        self.assertFalse(deadline.date_met)
        voucher.with_user(self.treasurer).action_approve()
        self._refresh()
        self.assertEqual((deadline.state, deadline.date_met), ("met", today_vn()))

    def _backdate(self, document, days):
        self.env.flush_all()
        for query in (
            "ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER",
            f"""UPDATE mtqg_workflow_event SET date = date - interval '{days} days'
                 WHERE res_model = 'mtqg.disbursement' AND res_id = {document.id}""",
            "ALTER TABLE mtqg_workflow_event ENABLE TRIGGER USER",
        ):
            self.env.cr.execute(query)
