import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .minutes_case import MinutesCase


@tagged("post_install", "-at_install")
class TestMinutes(MinutesCase):
    """Minutes are signed by the unit's leader, then by its Treasury office."""

    # === THE WAY === #

    def test_leader_then_treasury_sign(self):
        document = self._make()
        document.action_submit()
        self.assertEqual(document.stage_id.code, "review")
        document.with_user(self.leader_a).action_approve()
        self.assertEqual(document.stage_id.code, "treasury")
        document.with_user(self.treasurer).action_approve()
        self.assertEqual(document.workflow_state, "done")
        self.assertEqual(document.leader_id, self.leader_a)
        self.assertEqual(document.treasurer_id, self.treasurer)
        self.assertTrue(document.date_leader <= document.date_signed)
        self.assertRegex(document.content_hash, "^[0-9a-f]{64}$")
        self.assertTrue(document.is_current)

    def test_each_step_returns_with_a_reason(self):
        document = self._make()
        document.action_submit()
        with self.assertRaises(UserError):
            document.with_user(self.leader_a).action_return("")
        document.with_user(self.leader_a).action_return("A voucher is missing")
        self.assertEqual(document.stage_id.code, "draft")
        self.assertIn("A voucher is missing", document.workflow_returned)
        document.action_submit()
        document.with_user(self.leader_a).action_approve()
        document.with_user(self.treasurer).action_return("Figures of March")
        self.assertEqual(document.stage_id.code, "draft")

    def test_nobody_signs_what_he_made(self):
        """The treasurer who made it does not confirm it; a colleague does."""
        document = self._make(self.treasurer)
        document.action_submit()
        with self.assertRaises(UserError):
            document.with_user(self.treasurer).action_approve()
        document.with_user(self.leader_a).action_approve()
        with self.assertRaisesRegex(UserError, "somebody else"):
            document.with_user(self.treasurer).action_approve()
        document.with_user(self.clerk).action_approve()
        self.assertEqual(document.treasurer_id, self.clerk)

    def test_each_side_decides_its_own_step_only(self):
        document = self._make()
        document.action_submit()
        for user in (self.officer_a, self.treasurer, self.leader_p, self.manager_x):
            with self.assertRaises(UserError):
                document.with_user(user).action_approve()
        document.with_user(self.leader_a).action_approve()
        for user in (self.officer_a, self.leader_a, self.finance_p, self.leader_p):
            with self.assertRaises(UserError):
                document.with_user(user).action_approve()

    def test_another_office_and_another_unit_see_nothing(self):
        document = self._make()
        other = self.env["mtqg.unit"].create(
            {"code": "T-KB2", "name": "Office 2", "kind": "treasury"}
        )
        stranger = self.clerk.copy(
            {"login": "t_stranger", "mtqg_unit_ids": [Command.set(other.ids)]}
        )
        for user in (stranger, self.officer_b, self.leader_b):
            found = self.env["mtqg.reconciliation"].with_user(user).search([])
            self.assertNotIn(document, found, user.login)
            for attack in (
                lambda d: d.action_submit(),
                lambda d: d.action_new_version("x"),
                lambda d: d.read(["content_hash"]),
                lambda d: d._read_content(),
            ):
                with self.assertRaises(AccessError):
                    attack(document.with_user(user))

    # === WHAT MUST BE DONE BEFORE === #

    def test_what_is_not_compared_is_not_submitted(self):
        document = self._make(compared=False)
        self.assertEqual(self._codes(document), ["not_run"])
        with self.assertRaisesRegex(UserError, "Reconcile first"):
            document.action_submit()

    def test_minutes_name_an_office(self):
        document = self._make(treasury_unit_id=False)
        self.assertEqual(self._codes(document), ["office"])

    def test_undecided_differences_are_counted_and_named(self):
        document = self._make()
        lines = [self._add_line(document) for _twice in range(2)]
        lines.append(self._add_line(document, project_id=self.other_project.id))
        (blocker,) = document.get_blockers()
        self.assertEqual(blocker["code"], "undecided")
        self.assertIn("3 differences are not decided", blocker["message"])
        for project in (self.project, self.other_project):
            self.assertIn(project.display_name, blocker["message"])
        with self.assertRaisesRegex(UserError, "3 differences"):
            document.action_submit()
        for line in lines:
            line.state = "accepted"
        self.assertEqual(document.get_blockers(), [])

    def test_differences_without_a_cause_ask_for_one(self):
        document = self._make()
        rejected = self._add_line(document, state="rejected")
        alone = self._add_line(document, "only_treasury", state="accepted")
        (blocker,) = document.get_blockers()
        self.assertEqual(blocker["code"], "unexplained")
        self.assertIn("2 differences lack an explanation", blocker["message"])
        for line in (rejected, alone):
            line.with_user(self.officer_a).comment = "Paid on 31 March, booked in April"
        self.assertEqual(document.get_blockers(), [])

    def test_no_difference_is_added_while_it_waits(self):
        """Nothing is signed unseen."""
        document = self._make()
        document.action_submit()
        document.with_user(self.leader_a).action_approve()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(psycopg2.IntegrityError, "being signed"),
            self.env.cr.savepoint(),
        ):
            self._add_line(document)
            self.env.flush_all()

    def test_what_became_stale_while_it_waited_is_not_signed(self):
        """The last signature looks at everything again."""
        document = self._make()
        document.action_submit()
        document.with_user(self.leader_a).action_approve()
        document.sudo().date_run = False
        with self.assertRaisesRegex(UserError, "Reconcile first"):
            document.with_user(self.treasurer).action_approve()
        self.assertEqual(document.stage_id.code, "treasury")

    def test_payments_that_are_posted_later_make_it_stale(self):
        """Differences of other figures than those that are signed would be signed."""
        document = self._make()
        document.sudo()._note_own()
        self.assertEqual(document.get_blockers(), [])
        root = self._assign_root(10**6, date="2024-03-01")
        self._allocate(root, self.commune_a, 10**6, date="2024-03-01")
        with self.assertRaisesRegex(UserError, "register has changed"):
            document.action_submit()
        document.sudo()._note_own()
        document.action_submit()
        document.with_user(self.leader_a).action_approve()
        self._allocate(
            self._assign_root(10, date="2024-03-01", number="3"),
            self.commune_a,
            10,
            date="2024-03-01",
            number="4",
        )
        with self.assertRaisesRegex(UserError, "register has changed"):
            document.with_user(self.treasurer).action_approve()

    def test_what_waits_is_closed_to_everybody(self):
        document = self._make()
        line = self._add_line(document, state="accepted")
        document.action_submit()
        for user in (self.officer_a, self.leader_a, self.treasurer):
            with self.assertRaises(UserError):
                line.with_user(user).write({"comment": "changed"})
            with self.assertRaises(UserError):
                document.with_user(user).write({"remarks": "changed"})

    # === NUMBERS === #

    def test_numbers_follow_unit_and_year(self):
        first = self._make()
        second = self._make(date_from="2024-04-01", date_to="2024-06-30")
        later = self._make(date_from="2024-12-01", date_to="2025-01-31")
        mine = self._make(
            self.officer_b, unit_id=self.commune_b.id, number="Số của tôi"
        )
        self.assertEqual(
            (first | second | later | mine).mapped("number"),
            ["ĐC-T-A-2024/01", "ĐC-T-A-2024/02", "ĐC-T-A-2025/01", "Số của tôi"],
        )

    def test_many_made_at_once_get_numbers_of_their_own(self):
        documents = self.env["mtqg.reconciliation"].create(
            [
                {
                    "date_from": f"2024-{month:02}-01",
                    "date_to": f"2024-{month:02}-28",
                    "unit_id": self.commune_a.id,
                    "treasury_unit_id": self.treasury.id,
                }
                for month in range(1, 13)
            ]
        )
        numbers = documents.mapped("number")
        self.assertEqual(numbers[0], "ĐC-T-A-2024/01")
        self.assertEqual(numbers[-1], "ĐC-T-A-2024/12")
