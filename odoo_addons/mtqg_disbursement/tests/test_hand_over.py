from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..clock import today_vn
from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestHandOver(MtqgCommon):
    """On 01/07/2025 the district ends; three communes take over by shares 3 : 2 : 2."""

    def setUp(self):
        super().setUp()
        self.heirs = self.commune_a | self.commune_b | self.commune_c
        self.root = self._assign_root(10_000)
        self.held = self._allocate(self.root, self.district, 1_000)
        self.road = self.env["mtqg.project"].create(
            {
                "name": "Road",
                "code": "T-ROAD",
                "unit_id": self.district.id,
                "program_id": self.program.id,
            }
        )
        self.roadside = self._allocate(
            self.root, self.district, 500, project=self.road, program=self.program
        )

    def _pay_district(self, balance, kind, amount, **values):
        voucher = self._make_voucher(
            balance, kind, amount, user=self.officer_d, **values
        )
        voucher.sudo().treasury_unit_id = self.treasury
        return self._approve(voucher, self.leader_d, self.treasurer)

    def _hand_over(self, shares=(3, 2, 2), road=None):
        road = self.commune_b if road is None else road
        decision = self._make_decision(
            kind="hand_over",
            user=self.finance_p,
            predecessor_id=self.district.id,
            date="2025-07-01",
            number="1/NQ-SX",
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
        return self._approve(decision)

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

    def test_shares_add_up_to_the_dong(self):
        self._hand_over()
        parts = self._find_heir_balances(self.held)
        self.assertEqual(
            [parts[heir].amount_assigned for heir in self.heirs], [428, 286, 286]
        )
        self.assertBalance(self.held, assigned=0, available=0)
        self.assertBalance(self.root, assigned=10_000, allocated=1_500)
        self.assertLedgerWhole()

    def test_what_was_paid_stays_and_advances_go(self):
        self._pay_district(self.held, "completed", 300)
        self._pay_district(self.held, "advance", 101)
        self._hand_over()
        parts = self._find_heir_balances(self.held)
        self.assertBalance(
            self.held, assigned=300, completed=300, advance=0, available=0
        )
        self.assertEqual(
            [parts[heir].amount_advance for heir in self.heirs], [43, 29, 29]
        )
        self.assertEqual(sum(b.amount_assigned for b in parts.values()), 1_000 - 300)
        self.assertLedgerWhole()

    def test_an_advance_was_entered_and_the_rest_is_entered_anew(self):
        self._pay_district(self.held, "advance", 101)
        self._hand_over()
        parts = self._find_heir_balances(self.held)
        self.assertEqual(
            [parts[heir].amount_tabmis for heir in self.heirs], [43, 29, 29]
        )
        value = self.env["mtqg.measure"].value
        scope = [("id", "in", [self.held.id, *(b.id for b in parts.values())])]
        self.assertEqual(value("tabmis", scope)["numerator"], 101)
        for balance in parts.values():
            balance.enter_tabmis()
        self.env.invalidate_all()
        self.assertEqual(value("tabmis", scope)["percent"], 100)

    def test_capital_of_a_project_follows_the_project(self):
        self._hand_over()
        parts = self._find_heir_balances(self.roadside)
        self.assertEqual(list(parts), [self.commune_b])
        self.assertBalance(parts[self.commune_b], assigned=500)
        self.assertEqual(self.road.unit_id, self.commune_b)

    def test_old_figures_stay_as_they_were(self):
        self._pay_district(self.held, "completed", 300)
        before = self.held.balance_at("2025-06-30")
        self._hand_over()
        self.assertEqual(self.held.balance_at("2025-06-30"), before)

    def test_the_whole_stays_the_same_on_every_day(self):
        self._pay_district(self.held, "advance", 300)
        value = self.env["mtqg.measure"].value
        scope = [("id", "child_of", self.root.id)]
        before = value("disbursed", scope, "2025-06-30")
        self._hand_over()
        self.assertEqual(value("disbursed", scope, "2025-07-01"), before)

    def test_a_waiting_dossier_asks_the_new_leader(self):
        voucher = self._make_voucher(
            self.roadside, "completed", 50, user=self.officer_d
        )
        voucher.action_submit()
        self._hand_over()
        self.assertEqual(voucher.sudo().unit_id, self.commune_b)
        self.assertTrue(voucher.with_user(self.leader_b).can_decide)
        self.assertFalse(voucher.with_user(self.leader_d).can_decide)

    def test_the_clock_of_a_dossier_that_waits_for_others_stands_on(self):
        voucher = self._make_voucher(
            self.roadside, "completed", 50, user=self.officer_d
        )
        voucher.action_submit()
        voucher.with_user(self.leader_d).action_pause("Asked the Ministry")
        self._hand_over()
        self.assertTrue(voucher.with_user(self.leader_b).can_resume)
        self.assertEqual(voucher.sudo().workflow_date_paused, today_vn())

    def test_the_unit_ends_on_the_day_before(self):
        self._hand_over()
        self.assertEqual(str(self.district.date_to), "2025-06-30")
        self.assertEqual(self.commune_a.parent_id, self.province)
        heirs = self.district.successor_ids
        self.assertTrue(all(heirs.mapped("is_effective")))

    def test_a_project_without_a_successor_is_named(self):
        with self.assertRaisesRegex(UserError, "T-ROAD · Road"):
            self._hand_over(road=False)

    def test_a_running_voucher_on_a_split_balance_is_named(self):
        voucher = self._make_voucher(self.held, "completed", 50, user=self.officer_d)
        voucher.action_submit()
        with self.assertRaisesRegex(UserError, "UNC-1"):
            self._hand_over()

    def test_nobody_hands_over_units_of_others(self):
        decision = self._make_decision(
            kind="hand_over",
            unit=self.district_2,
            user=self.finance_p,
            predecessor_id=self.district.id,
            heir_ids=[Command.create({"successor_id": self.commune_a.id})],
        )
        with self.assertRaisesRegex(UserError, "only on units below it"):
            decision.action_submit()
