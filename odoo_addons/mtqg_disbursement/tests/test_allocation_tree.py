from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestAllocationTree(MtqgCommon):
    """The tree opens level by level, and adds up on each."""

    def setUp(self):
        super().setUp()
        self.root = self._assign_root(1_000)
        self.middle = self._allocate(self.root, self.district, 600)
        self.leaf = self._allocate(self.middle, self.commune_a, 250)
        self._pay(self.leaf, "completed", 50)

    def _open(self, user, **options):
        options = {"plan_year": 2024, **options}
        level = self.env["mtqg.allocation"].with_user(user).get_tree(**options)
        return {row["id"]: row for row in level["rows"]}

    def test_a_row_sums_its_branch(self):
        row = self._open(self.finance_p)[self.root.id]
        found = {name: row[name] for name in ("assigned", "disbursed", "available")}
        self.assertEqual(found, {"assigned": 1_000, "disbursed": 50, "available": 950})
        self.assertEqual(row["below"], 2)

    def test_a_level_has_the_balances_below(self):
        self.assertEqual(
            list(self._open(self.finance_p, parent_id=self.root.id)), [self.middle.id]
        )

    def test_the_top_of_a_unit_is_what_it_was_given(self):
        self.assertEqual(list(self._open(self.officer_d)), [self.middle.id])
        self.assertEqual(list(self._open(self.viewer_a)), [self.leaf.id])

    def test_a_branch_of_others_stays_closed(self):
        self.assertEqual(self._open(self.viewer_a, parent_id=self.root.id), {})
        with self.assertRaises(AccessError):
            self.env["mtqg.allocation"].with_user(self.viewer_a).browse(
                self.root.id
            ).read(["amount_assigned"])

    def test_another_year_is_another_tree(self):
        self.assertEqual(self._open(self.officer_d, plan_year=2023), {})

    def test_it_costs_few_queries(self):
        tree = self.env["mtqg.allocation"].with_user(self.finance_p)
        self.env.flush_all()
        self.env.invalidate_all()
        tree.get_tree(plan_year=2024)
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            tree.get_tree(plan_year=2024)
