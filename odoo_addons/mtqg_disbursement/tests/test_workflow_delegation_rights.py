from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mtqg_disbursement.clock import today_vn

from .delegation_case import DelegationCase


@tagged("post_install", "-at_install")
class TestDelegationRights(DelegationCase):
    """Only the absent person or a manager hands over a seat, and never backwards."""

    def test_nobody_takes_the_seat_of_another(self):
        for thief in (self.officer_a, self.leader_d, self.finance_p):
            with self.assertRaises(AccessError):
                self._delegate(self.leader_a, self.deputy, user=thief)
        with self.assertRaisesRegex(UserError, "hand over this seat"):
            self._delegate(self.leader_a, self.deputy, user=self.deputy)

    def test_a_manager_does_it_for_who_fell_ill(self):
        self._delegate(self.leader_a, self.deputy, user=self.manager_x)
        self.assertWaitsFor(self._submitted(), self.leader_a, self.deputy)

    def test_not_backdated(self):
        yesterday = today_vn() - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "today or later"):
            self._delegate(self.leader_a, self.deputy, date_from=yesterday)
        delegation = self._delegate(self.leader_a, self.deputy)
        with self.assertRaises(UserError):
            delegation.date_from = yesterday
        with self.assertRaisesRegex(UserError, "today or later"):
            delegation.write(
                {
                    "date_to": yesterday,
                }
            )

    def test_the_deputy_does_not_extend_it(self):
        delegation = self._delegate(self.leader_a, self.deputy)
        later = delegation.date_to + timedelta(days=30)
        with self.assertRaisesRegex(UserError, "hand over this seat"):
            delegation.with_user(self.deputy).date_to = later
        delegation.date_to = later
        self.assertEqual(delegation.date_to, later)

    def test_the_deputy_neither_revokes_nor_deletes_it(self):
        tomorrow = today_vn() + timedelta(days=1)
        delegation = self._delegate(self.leader_a, self.deputy, date_from=tomorrow)
        for attack in ("action_revoke", "unlink"):
            with self.assertRaisesRegex(UserError, "hand over this seat"):
                getattr(delegation.with_user(self.deputy), attack)()
        self.assertFalse(delegation.with_user(self.deputy).can_revoke)
        delegation.unlink()

    def test_people_scope_and_first_day_stay(self):
        delegation = self._delegate(
            self.leader_a, self.deputy, unit_id=self.commune_a.id
        )
        for values in (
            {"user_id": self.leader_d.id},
            {"delegate_id": self.officer_a.id},
            {"unit_id": False},
            {"document_model": "mtqg.decision"},
            {"date_revoked": False},
        ):
            with self.assertRaises(UserError):
                delegation.write(values)

    def test_what_was_in_force_stays_in_the_register(self):
        delegation = self._delegate(self.leader_a, self.deputy)
        with self.assertRaisesRegex(UserError, "stays in the register"):
            delegation.unlink()

    def test_what_has_ended_is_not_taken_up_again(self):
        with freeze_time("2024-07-01 03:00:00"):
            ended = self._delegate(self.leader_a, self.deputy)
        revoked = self._delegate(self.leader_a, self.deputy)
        revoked.action_revoke()
        for delegation in (ended, revoked):
            with self.assertRaisesRegex(UserError, "has ended"):
                delegation.date_to = today_vn() + timedelta(days=9)
        self.assertWaitsFor(self._submitted(), self.leader_a)

    def test_the_deputy_can_open_what_he_decides_on(self):
        stranger = self._person("stranger", "viewer", self.commune_b)
        outside = self.env["res.users"].create(
            {
                "name": "outside",
                "login": "outside",
                "mtqg_unit_ids": [Command.set(self.commune_a.ids)],
            }
        )
        left = self._person("left", "viewer", self.commune_a)
        left.active = False
        for person in (stranger, outside, left):
            with self.assertRaisesRegex(UserError, "cannot open the documents"):
                self._delegate(self.leader_a, person)
        with self.assertRaises(UserError):
            self._delegate(self.leader_a, self.deputy, unit_id=self.commune_b.id)
        clerk = self._person("clerk", "viewer", self.treasury)
        with self.assertRaisesRegex(UserError, "cannot open the documents"):
            self._delegate(self.treasurer, clerk)

    def test_a_manager_is_replaced_by_a_manager_or_for_one_unit(self):
        with self.assertRaisesRegex(UserError, "all units"):
            self._delegate(self.manager_x, self.deputy)
        self._delegate(self.manager_x, self.deputy, unit_id=self.commune_a.id)
        self._delegate(self.manager_x, self._person("manager_2", "manager"))

    def test_nobody_stands_in_for_himself(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            self._delegate(self.leader_a, self.leader_a)

    def test_limited_to_documents_under_workflow_only(self):
        model = self.env["ir.model"]._get_id("res.partner")
        with self.assertRaisesRegex(UserError, "documents under workflow"):
            self._delegate(self.leader_a, self.deputy, model_id=model)

    def test_seen_by_the_two_and_by_managers(self):
        delegation = self._delegate(self.leader_a, self.deputy)
        for user in (self.leader_a, self.deputy, self.manager_x):
            self.assertTrue(delegation.with_user(user).reason)
        for user in (self.officer_a, self.leader_d, self.inspector_p):
            with self.assertRaises(AccessError):
                delegation.with_user(user).read(["reason"])
