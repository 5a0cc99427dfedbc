from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestScope(MtqgCommon):
    """A user reads and points at his own subtree only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        root = cls._assign_root(1_000)
        cls.district_balance = cls._allocate(root, cls.district, 600)
        cls.balance_a = cls._allocate(cls.district_balance, cls.commune_a, 100)
        cls.balance_b = cls._allocate(cls.district_balance, cls.commune_b, 200)

    def test_sees_his_subtree(self):
        Allocation = self.env["mtqg.allocation"]
        for user, seen in (
            (self.viewer_a, self.balance_a),
            (self.officer_d, self.district_balance | self.balance_a | self.balance_b),
            (self.treasurer, self.balance_a),
            (self.manager_x, Allocation.search([])),
        ):
            self.assertEqual(Allocation.with_user(user).search([]), seen, user.login)

    def test_units_above_are_known_by_name_only_to_those_below(self):
        Unit = self.env["mtqg.unit"].with_user(self.viewer_a)
        self.assertEqual(
            Unit.search([("kind", "!=", "treasury")]),
            self.commune_a | self.district | self.province,
        )

    def test_name_of_a_hidden_balance_is_neutral(self):
        own = self.balance_a.with_user(self.viewer_a)
        ((_id, name),) = [row["parent_id"] for row in own.read(["parent_id"])]
        self.assertEqual(name, "—")
        (group,) = own.formatted_read_group([], ["parent_id"], ["__count"])
        self.assertEqual(group["parent_id"][1], "—")

    def test_amounts_of_a_hidden_balance_are_no_oracle(self):
        Allocation = self.env["mtqg.allocation"].with_user(self.viewer_a)
        self.assertFalse(Allocation.search([("parent_id.amount_assigned", ">", 0)]))

    def test_measure_counts_visible_capital_only(self):
        value = self.env["mtqg.measure"].with_user(self.viewer_a).value("assigned", [])
        self.assertEqual(value["numerator"], 100)

    def test_hidden_records_cannot_be_pointed_at(self):
        officer = {"user": self.officer_a}
        with self.assertRaises(AccessError):
            self._make_voucher(self.balance_b, "advance", 1, **officer)
        with self.assertRaises(AccessError):
            self._make_decision(
                {"parent_id": self.balance_b.id, "amount": 1},
                unit=self.commune_a,
                **officer,
            )
        with self.assertRaises(AccessError):
            self._make_decision(unit=self.commune_b, **officer)

    def test_unsaved_form_tells_nothing_of_a_hidden_balance(self):
        Voucher = self.env["mtqg.disbursement"].with_user(self.officer_a)
        spec = {name: {} for name in ("amount_available", "unit_id", "warning")}
        with self.assertRaises(AccessError):
            Voucher.onchange(
                {"allocation_id": self.balance_b.id, "amount": 1, "kind": "advance"},
                ["allocation_id"],
                spec,
            )

    def test_record_cannot_be_moved_out_of_the_subtree(self):
        project = (
            self.env["mtqg.project"]
            .with_user(self.officer_a)
            .create({"code": "T-1", "name": "Road", "program_id": self.program.id})
        )
        self.assertEqual(project.unit_id, self.commune_a)
        for unit in (self.commune_b, self.district):
            with self.assertRaises(AccessError):
                project.unit_id = unit

    def test_user_cannot_join_a_unit_himself(self):
        with self.assertRaises(AccessError):
            self.officer_a.with_user(self.officer_a).write(
                {"mtqg_unit_ids": [(4, self.commune_b.id)]}
            )

    def test_leaving_a_unit_shows_at_once(self):
        Allocation = self.env["mtqg.allocation"].with_user(self.viewer_a)
        self.assertTrue(Allocation.search_count([]))
        self.viewer_a.mtqg_unit_ids = self.commune_c
        self.assertFalse(Allocation.search_count([]))

    def test_joining_from_the_unit_side_shows_at_once(self):
        Allocation = self.env["mtqg.allocation"].with_user(self.viewer_a)
        self.assertNotIn(self.balance_b, Allocation.search([]))
        self.commune_b.with_user(self.manager_x).user_ids += self.viewer_a
        self.assertIn(self.balance_b, Allocation.search([]))

    def test_members_are_a_matter_of_managers(self):
        self.officer_d.group_ids += self.env.ref("mtqg_disbursement.group_finance")
        with self.assertRaises(AccessError):
            self.commune_a.with_user(self.officer_d).user_ids += self.officer_b

    def test_finance_of_a_district_does_not_rename_the_province(self):
        self.officer_d.group_ids += self.env.ref("mtqg_disbursement.group_finance")
        self.commune_a.with_user(self.officer_d).name = "Commune A, new"
        with self.assertRaises(AccessError):
            self.province.with_user(self.officer_d).name = "Mine"
