from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .hand_over_case import MILLION, HandOverCase


@tagged("post_install", "-at_install")
class TestHandedOverPromise(HandOverCase):
    """What a district promised for the months after its end, its heirs promise."""

    def setUp(self):
        super().setUp()
        self.signed = self._promise({3: 100, 6: 200, 9: 100, 12: 100}, {10: 50})

    def _months(self, commitment):
        """Return {month: đồng} of a commitment, all of its rows together."""
        months = {}
        for line in commitment.sudo().line_ids:
            months[line.month] = months.get(line.month, 0) + line.amount
        return months

    def _committed(self, day, known_at=None):
        scope = [("id", "child_of", self.root.id)]
        value = self.env["mtqg.measure"].value("committed", scope, day, known_at)
        return value["numerator"]

    def test_months_to_come_go_over_to_the_dong(self):
        self._hand_over(shares=(3, 2, 2))
        versions = [self._in_force(heir) for heir in self.heirs]
        # 100 triệu by 3 : 2 : 2, the odd đồng to the largest remainders
        self.assertEqual(
            [self._months(version)[9] for version in versions],
            [42_857_143, 28_571_429, 28_571_428],
        )
        self.assertEqual(
            sum(version.amount_total for version in versions), 250 * MILLION
        )
        left = self._in_force(self.district)
        self.assertEqual(self._months(left), {3: 100 * MILLION, 6: 200 * MILLION})
        self.assertEqual((left.version, left.previous_id), (2, self.signed))

    def test_the_promise_of_a_project_follows_the_project(self):
        self._hand_over()
        holders = [
            heir
            for heir in self.heirs
            if self.road in self._in_force(heir).line_ids.project_id
        ]
        self.assertEqual(holders, [self.commune_b])
        self.assertEqual(self._months(self._in_force(self.commune_b))[10], 50 * MILLION)

    def test_the_whole_promises_the_same_on_every_day(self):
        days = [f"2025-{month:02}-28" for month in range(1, 13)] + ["2026-01-31"]
        before = [self._committed(day) for day in days]
        self.assertEqual(before[-1], 550 * MILLION)
        self._hand_over()
        self.assertEqual([self._committed(day) for day in days], before)

    def test_the_baseline_stays_and_old_reports_too(self):
        hashes = self.signed.content_hash
        scope = [("unit_id", "=", self.district.id)]
        value = self.env["mtqg.measure"].value
        before = value("committed", scope, "2025-12-31")["numerator"]
        with freeze_time("2030-01-01"):
            self._hand_over()
        self.assertFalse(self.signed.is_current)
        self.assertEqual(self.signed.content_hash, hashes)
        self.assertEqual(self.signed.amount_total, 550 * MILLION)
        self.assertEqual(
            value("committed", scope, "2025-12-31", "2029-12-31 00:00:00")["numerator"],
            before,
        )
        now = value("committed", scope, "2025-12-31")["numerator"]
        self.assertEqual(now, 300 * MILLION)

    def test_every_version_says_why_and_who_signed(self):
        decision = self._hand_over()
        for unit in (self.district, *self.heirs):
            version = self._in_force(unit)
            self.assertIn("1/NQ-SX", version.reason)
            self.assertEqual(version.hand_over_id, decision)
            self.assertFalse(version.shortfall_reason)
            self.assertEqual(version.leader_id, self.leader_d)
            self.assertEqual(version.month_locked, 6)
            self.assertEqual(version.workflow_event_ids.name, "submit")
            self.assertEqual(version.content_hash, version._hash_content())

    def test_a_successor_adds_it_to_what_it_promises_itself(self):
        own = self._allocate(
            self.root, self.commune_a, 80 * MILLION, plan_year=2025, date="2025-01-15"
        )
        mine = self._promise(
            {2: 30, 9: 50},
            unit=self.commune_a,
            user=self.officer_a,
            leader=self.leader_a,
        )
        self.assertTrue(own)
        self._hand_over(shares=(1, 1, 2))
        version = self._in_force(self.commune_a)
        self.assertEqual((version.version, version.previous_id), (2, mine))
        self.assertEqual(version.leader_id, self.leader_a)
        self.assertEqual(
            self._months(version),
            {2: 30 * MILLION, 9: 75 * MILLION, 12: 25 * MILLION},
        )

    def test_the_successor_plans_again_in_the_next_window(self):
        self._hand_over()
        inherited = self._in_force(self.commune_a)
        with freeze_time("2025-07-05"):
            draft = inherited.browse(
                inherited.with_user(self.officer_a).action_replan("Ours now")["res_id"]
            )
            draft.shortfall_reason = "Half a year is over"
            self._approve(draft.with_user(self.officer_a), self.leader_a)
        self.assertTrue(draft.is_current)
        self.assertEqual(draft.leader_id, self.leader_a)

    def test_an_advance_that_goes_over_is_no_payment(self):
        voucher = self._make_voucher(
            self.held, "advance", 60 * MILLION, user=self.officer_d, date="2025-05-10"
        )
        voucher.sudo().treasury_unit_id = self.treasury
        self._approve(voucher, self.leader_d, self.treasurer)
        self._hand_over()
        self.env.invalidate_all()
        Deviation = self.env["mtqg.commitment.deviation"]
        rows = Deviation.search([("plan_year", "=", 2025), ("amount_actual", "!=", 0)])
        self.assertEqual(
            [(row.unit_id, row.month, row.amount_actual) for row in rows],
            [(self.district, 5, 60 * MILLION)],
        )

    def test_an_unsigned_commitment_is_named_with_the_way_out(self):
        draft = self._make_commitment({9: 1}, unit=self.commune_a, user=self.officer_a)
        with self.assertRaisesRegex(UserError, "Unit A has a commitment for 2025"):
            self._hand_over()
        draft.unlink()
        self._hand_over()

    def test_nobody_makes_such_a_version_by_hand(self):
        decision = self._hand_over()
        with self.assertRaises(Exception) as refusal, self.cr.savepoint():
            self._make_commitment(
                {9: 1},
                unit=self.commune_a,
                user=self.officer_a,
                hand_over_id=decision.id,
                plan_year=2026,
            )
        self.assertEqual(type(refusal.exception).__name__, "AccessError")

    def test_a_year_that_is_over_stays_as_it_was(self):
        self.assertEqual(
            self.env["mtqg.commitment"]._get_first_year(self._day("2025-01-31")), 2024
        )
        self.assertEqual(
            self.env["mtqg.commitment"]._get_first_year(self._day("2025-02-01")), 2025
        )


@tagged("post_install", "-at_install")
class TestHandBack(HandOverCase):
    """The reversal of a hand-over puts everything back, or says what is in the way."""

    def setUp(self):
        super().setUp()
        self.signed = self._promise({3: 100, 9: 100}, {10: 50})

    def _reverse(self, decision, *approvers):
        maker = decision.with_user(self.finance_p)
        reversal = maker.browse(maker.action_reverse("Wrong shares")["res_id"])
        reversal.action_submit()
        reversal.with_user(self.leader_p).action_approve()
        self.env.invalidate_all()
        return reversal

    def _assert_refused(self, decision, words):
        with self.assertRaisesRegex(UserError, words), self.cr.savepoint():
            self._reverse(decision)

    def test_all_of_it_goes_back(self):
        self.district.date_to = "2030-12-31"
        voucher = self._make_voucher(
            self.roadside, "completed", 50, user=self.officer_d, date="2025-06-20"
        )
        voucher.sudo().treasury_unit_id = self.treasury
        voucher.action_submit()
        held, road = self.held.amount_available, self.roadside.amount_available
        decision = self._hand_over()
        self.assertEqual(voucher.sudo().unit_id, self.commune_b)
        self._reverse(decision)
        self.assertBalance(self.held, available=held)
        self.assertBalance(self.roadside, available=road)
        self.assertEqual(self.road.unit_id, self.district)
        self.assertEqual(str(self.district.date_to), "2030-12-31")
        self.assertEqual(self.commune_a.parent_id, self.district)
        self.assertEqual(self.commune_b.parent_id, self.district)
        self.assertEqual(self.commune_c.parent_id, self.district_2)
        self.assertFalse(any(self.district.successor_ids.mapped("is_effective")))
        self.assertEqual(voucher.sudo().allocation_id, self.roadside)
        self.assertTrue(voucher.with_user(self.leader_d).can_decide)
        self.assertFalse(voucher.with_user(self.leader_b).can_decide)
        self.assertLedgerWhole()

    def test_promises_go_back_as_new_versions(self):
        decision = self._hand_over()
        reversal = self._reverse(decision)
        back = self._in_force(self.district)
        self.assertEqual(back.version, 3)
        self.assertEqual(back._read_matrix(), self.signed._read_matrix())
        self.assertIn(reversal.number, back.reason)
        for heir in self.heirs:
            self.assertFalse(self._in_force(heir).line_ids)
        scope = [("id", "child_of", self.root.id)]
        value = self.env["mtqg.measure"].value("committed", scope, "2025-12-31")
        self.assertEqual(value["numerator"], 250 * MILLION)

    def test_and_the_unit_can_be_handed_over_again(self):
        self._reverse(self._hand_over())
        self._hand_over(shares=(1, 1, 1), number="2/NQ-SX")
        self.assertEqual(
            [self._in_force(heir).amount_total for heir in self.heirs],
            [33_333_334, 83_333_333, 33_333_333],
        )
        self.assertLedgerWhole()

    def test_a_payment_since_is_named(self):
        decision = self._hand_over()
        part = self._find_heir_balances(self.roadside)[self.commune_b]
        part.enter_tabmis(date=self._day("2025-07-02"))
        voucher = self._make_voucher(
            part,
            "completed",
            70,
            user=self.officer_b,
            date="2025-07-03",
            number="UNC-9",
        )
        voucher.sudo().treasury_unit_id = self.treasury
        self._approve(voucher, self.leader_b, self.treasurer)
        self._assert_refused(decision, "70 đồng .* UNC-9.*Reverse these first")
        undo = voucher.browse(voucher.action_reverse("Back")["res_id"])
        self._approve(undo, self.leader_b, self.treasurer)
        self._reverse(decision)
        self.assertBalance(self.roadside, available=500 * MILLION)

    def test_a_promise_signed_since_is_named(self):
        decision = self._hand_over()
        inherited = self._in_force(self.commune_a)
        with freeze_time("2025-07-05"):
            draft = inherited.browse(
                inherited.with_user(self.officer_a).action_replan("Ours")["res_id"]
            )
            draft.shortfall_reason = "Rain"
            draft.line_ids.filtered(lambda line: line.month == 9).amount -= 1
            self._assert_refused(decision, "not signed yet")
            self._approve(draft.with_user(self.officer_a), self.leader_a)
        self._assert_refused(
            decision, "Unit A has signed .*version 2.* decision to adj"
        )

    def test_a_later_hand_over_is_reversed_first(self):
        decision = self._hand_over()
        later = self._make_decision(
            kind="hand_over",
            user=self.finance_p,
            predecessor_id=self.commune_b.id,
            date="2025-09-01",
            number="7/NQ-SX",
            heir_ids=[
                Command.create(
                    {
                        "successor_id": self.commune_a.id,
                        "project_ids": [Command.set(self.road.ids)],
                    }
                )
            ],
        )
        self._approve(later)
        self._assert_refused(decision, "7/NQ-SX: reverse that decision first")
        self._reverse(later)
        self._reverse(decision)
        self.assertEqual(self.road.unit_id, self.district)
        self.assertLedgerWhole()

    def test_a_project_moved_since_is_named(self):
        decision = self._hand_over()
        self.road.unit_id = self.commune_c
        self._assert_refused(decision, "T-ROAD · Road belongs to Unit C by now")

    def test_who_may_not_decide_takes_nothing_back(self):
        decision = self._hand_over()
        with self.assertRaises(Exception) as refusal:
            decision.with_user(self.officer_a).sudo(False).action_reverse("Mine")
        self.assertEqual(type(refusal.exception).__name__, "AccessError")
