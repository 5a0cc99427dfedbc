import psycopg2
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .commitment_case import MILLION, CommitmentCase


@tagged("post_install", "-at_install")
class TestCommitment(CommitmentCase):
    """A unit promises, its leader signs, and what is signed stays."""

    def test_the_leader_signs_and_is_named(self):
        commitment = self._make()
        commitment.action_submit()
        with self.assertRaisesRegex(UserError, "Waits for"):
            commitment.with_user(self.leader_b).sudo(False).with_user(
                self.leader_d
            ).action_approve()
        commitment.with_user(self.leader_a).action_approve()
        self.assertEqual(commitment.workflow_state, "done")
        self.assertEqual(commitment.leader_id, self.leader_a)
        self.assertTrue(commitment.is_current)
        self.assertEqual(commitment.amount_total, 60 * MILLION)
        self.assertEqual(commitment.content_hash, commitment._hash_content())

    def test_a_promise_stays_within_the_capital(self):
        self._pay(self.balance, "completed", 20 * MILLION)
        commitment = self._make({3: 20, 6: 100})
        self.assertNotIn("capital", self._codes(commitment))
        commitment.line_ids[1:].amount = 100 * MILLION + 1
        blocked = [b for b in commitment.get_blockers() if b["code"] == "capital"]
        self.assertIn("1 đồng less", blocked[0]["message"])
        with self.assertRaisesRegex(UserError, "120.000.000"):
            commitment.action_submit()

    def test_capital_taken_away_meanwhile_stops_the_signature(self):
        commitment = self._make({6: 120})
        commitment.action_submit()
        line = {"allocation_id": self.balance.id, "amount": 20 * MILLION}
        self._approve(self._make_decision(line, kind="recall", number="9/QĐ"))
        with self.assertRaisesRegex(UserError, "100.000.000"):
            commitment.with_user(self.leader_a).action_approve()

    def test_nothing_is_promised_of_what_the_unit_does_not_hold(self):
        commitment = self._make()
        commitment.line_ids[0].program_id = self.other_program
        self.assertIn("capital", self._codes(commitment))

    def test_an_empty_commitment_says_so(self):
        commitment = self._make(line_ids=[])
        self.assertIn("empty", self._codes(commitment))

    def test_one_open_version_for_a_unit_and_year(self):
        self._make()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            self._make()

    def test_a_signed_year_is_planned_again_not_anew(self):
        self._sign(self._make())
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError) as refusal,
            self.cr.savepoint(),
        ):
            self._make()
        sentence = self.env["mtqg.commitment"]._sql_error_to_message(refusal.exception)
        self.assertIn("plan again", sentence)

    def test_a_rejected_draft_makes_room(self):
        commitment = self._make()
        commitment.action_submit()
        commitment.with_user(self.leader_a).action_reject("No")
        self.assertEqual(self._make().version, 1)


@tagged("post_install", "-at_install")
class TestReplan(CommitmentCase):
    """A signed commitment is planned again in the window of a quarter only."""

    def test_outside_the_window_the_next_one_is_named(self):
        signed = self._sign(self._make())
        for today, words in (
            ("2024-04-11", "open from 01/07/2024 to 10/07/2024"),
            ("2024-03-31", "open from 01/04/2024"),
            ("2024-10-11", "has none left"),
        ):
            with freeze_time(today), self.assertRaisesRegex(UserError, words):
                signed.action_replan("Rain")

    def test_midnight_in_hanoi_decides(self):
        signed = self._sign(self._make())
        with freeze_time("2024-07-10 17:00:00"), self.assertRaises(UserError):
            signed.action_replan("Rain")
        with freeze_time("2024-06-30 17:00:00"):
            signed.action_replan("Rain")

    def test_the_window_is_a_setting(self):
        signed = self._sign(self._make())
        set_param = self.env["ir.config_parameter"].set_param
        set_param("mtqg_disbursement.replan_last_day", "15")
        with freeze_time("2024-07-14"):
            signed.action_replan("Rain")
        set_param("mtqg_disbursement.replan_last_day", "0")
        self.assertEqual(signed._get_windows(), [])

    def _replan(self, signed, reason="Rain"):
        action = signed.action_replan(reason)
        return signed.browse(action["res_id"])

    def test_a_new_version_keeps_the_months_that_are_over(self):
        signed = self._sign(self._make({3: 10, 6: 50}))
        with freeze_time("2024-07-05"):
            draft = self._replan(signed)
            self.assertEqual((draft.version, draft.month_locked), (2, 6))
            self.assertEqual(draft.previous_id, signed)
            grid = draft.grid
            grid["rows"][0]["amounts"][8] = 15 * MILLION
            draft.grid = grid
            draft.shortfall_reason = "Rain"
            self.assertNotIn("locked", self._codes(draft))
            draft.line_ids.filtered(lambda line: line.month == 3).amount = 1
            self.assertIn("locked", self._codes(draft))
            draft.line_ids.filtered(lambda line: line.month == 3).amount = 10 * MILLION
            self._sign(draft)
        self.assertTrue(draft.is_current)
        self.assertFalse(signed.is_current)
        seen = draft.with_user(self.leader_a).search([("is_current", "=", True)])
        self.assertEqual(seen, draft)
        self.assertEqual(signed.amount_total, 60 * MILLION)
        self.assertEqual(draft.amount_total, 75 * MILLION)

    def test_a_new_version_gives_its_reason_within_the_window(self):
        signed = self._sign(self._make())
        with freeze_time("2024-07-05"):
            draft = self._replan(signed, "")
            draft.shortfall_reason = "Rain"
            self.assertEqual(self._codes(draft), {"reason"})
            draft.write({"reason": "Rain", "date": "2024-04-01"})
            self.assertEqual(self._codes(draft), {"date"})
            draft.date = "2024-07-05"
        with freeze_time("2024-07-12"):
            self.assertEqual(self._codes(draft), {"window"})

    def test_only_the_version_in_force_is_planned_again_and_once(self):
        signed = self._sign(self._make())
        with freeze_time("2024-07-05"):
            self._replan(signed)
            with self.assertRaisesRegex(UserError, "not in force"):
                signed.action_replan("Again")
            with self.assertRaisesRegex(UserError, "not in force"):
                self._make(plan_year=2025, line_ids=[]).action_replan("x")

    def test_a_new_version_stays_with_its_unit_and_year(self):
        signed = self._sign(self._make())
        with freeze_time("2024-07-05"):
            draft = self._replan(signed)
        with self.assertRaisesRegex(UserError, "keeps the unit"):
            draft.plan_year = 2025


@tagged("post_install", "-at_install")
class TestMilestone(CommitmentCase):
    """A commitment that promises less than is asked says so before signing."""

    def test_it_says_how_much_is_missing_by_when(self):
        commitment = self._make({6: 100}, shortfall_reason=False)
        self.assertIn("31/01/2025", commitment.shortfall)
        self.assertIn("20.000.000 đồng too few", commitment.shortfall)
        # the capital carried over has its own last day
        self.assertIn("31/12/2024", commitment.shortfall)
        self.assertEqual(self._codes(commitment), {"milestone"})
        with self.assertRaisesRegex(UserError, "less than is asked"):
            commitment.action_submit()

    def test_with_a_reason_it_is_signed(self):
        commitment = self._make({6: 100}, shortfall_reason=False)
        commitment.action_submit("The road is blocked")
        self.assertEqual(commitment.shortfall_reason, "The road is blocked")
        commitment.with_user(self.leader_a).action_approve()
        self.assertEqual(commitment.workflow_state, "done")

    def test_nothing_is_said_where_all_is_promised_in_time(self):
        commitment = self._make(
            line_ids=self._prepare({6: 100, 13: 20})
            + self._prepare({12: 30}, origin_year=2022),
            shortfall_reason=False,
        )
        self.assertFalse(commitment.shortfall)
        commitment.line_ids.filtered(lambda line: line.month == 12).month = 13
        self.assertIn("capital of 2022", commitment.shortfall)

    def test_a_milestone_of_the_province_is_named_before_signing(self):
        rules = self.env["mtqg.deadline.rule"].with_user(self.finance_p)
        rules.load_preset("quang_nam_2024", self.province.id, 2024)
        late = self._make(
            shortfall_reason=False,
            line_ids=self._prepare({9: 30}, origin_year=2022)
            + self._prepare({12: 120}),
        )
        self.assertIn("30/06/2024", late.shortfall)
        self.assertEqual(self._codes(late), {"milestone"})
