from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestTabmis(MtqgCommon):
    """What is not entered in TABMIS is listed, counted by unit, and entered at once.

    District 1 got 1,000 and passed on 600: 400 to A, of which 300 are entered, and 200
    to B, of which nothing is.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        root = cls._assign_root(1_000)
        cls.over = cls._allocate(root, cls.district, 1_000)
        cls.balance_a = cls._allocate(cls.over, cls.commune_a, 400, tabmis=False)
        cls.balance_b = cls._allocate(cls.over, cls.commune_b, 200, tabmis=False)
        cls.balance_a.enter_tabmis(100, "2024-02-01", "T-1")
        cls.balance_a.enter_tabmis(200, "2024-03-01", "T-2")

    def _read_by_unit(self, user):
        groups = (
            self.env["mtqg.tabmis.gap"]
            .with_user(user)
            .formatted_read_group(
                [("plan_year", "=", 2024), ("unit_id.code", "=like", "T-%")],
                ["unit_id"],
                ["amount_held:sum", "amount_missing:sum", "percent_missing:avg"],
            )
        )
        return {
            self.env["mtqg.unit"].browse(group["unit_id"][0]).code: (
                group["amount_held:sum"],
                group["amount_missing:sum"],
                group["percent_missing:avg"],
            )
            for group in groups
        }

    def test_the_ratio_by_unit_counts_capital_where_it_rests(self):
        self.assertEqual(
            self._read_by_unit(self.officer_d),
            {"T-D1": (400, 0, 0), "T-A": (400, 100, 25), "T-B": (200, 200, 100)},
        )

    def test_the_ratio_of_a_group_is_of_its_sums_and_no_mean(self):
        (group,) = (
            self.env["mtqg.tabmis.gap"]
            .with_user(self.officer_d)
            .formatted_read_group(
                [("unit_id", "in", (self.commune_a | self.commune_b).ids)],
                [],
                ["percent_missing:avg"],
            )
        )
        self.assertEqual(group["percent_missing:avg"], 50)

    def test_each_unit_sees_its_own(self):
        self.assertEqual(self._read_by_unit(self.officer_b), {"T-B": (200, 200, 100)})
        self.assertEqual(set(self._read_by_unit(self.treasurer)), {"T-A"})

    def test_the_last_entry_names_its_day_and_document(self):
        balance = self.balance_a.with_user(self.viewer_a)
        self.assertEqual(balance.reference_tabmis, "T-2")
        self.assertEqual(str(balance.date_tabmis), "2024-03-01")
        self.assertFalse(self.balance_b.reference_tabmis)

    def _open_wizard(self, balances, user):
        gap = self.env["mtqg.tabmis.gap"].with_user(user).browse(balances.ids)
        action = gap.action_enter_tabmis()
        model = self.env[action["res_model"]].with_user(user)
        return Form(model.with_context(**action["context"]))

    def test_many_are_entered_by_one_document(self):
        form = self._open_wizard(self.balance_a | self.balance_b, self.officer_d)
        self.assertEqual((form.allocation_count, form.amount_missing), (2, 300))
        form.date, form.reference = "2024-04-15", "T-3"
        form.save().action_confirm()
        for balance in self.balance_a | self.balance_b:
            self.assertFalse(balance.amount_tabmis_missing)
            self.assertEqual(balance.reference_tabmis, "T-3")
            self.assertEqual(str(balance.date_tabmis), "2024-04-15")
        self.assertLedgerWhole()
        again = self._open_wizard(self.balance_a, self.officer_d)
        again.reference = "T-4"
        with self.assertRaisesRegex(UserError, "entered already"):
            again.save().action_confirm()

    def test_a_document_has_a_number_and_a_day_that_was(self):
        Wizard = self.env["mtqg.tabmis.entry"].with_user(self.officer_d)
        link = {"allocation_ids": self.balance_b.ids}
        with self.assertRaisesRegex(UserError, "number"):
            Wizard.create({**link, "reference": " "}).action_confirm()
        with self.assertRaisesRegex(UserError, "future"):
            Wizard.create(
                {**link, "reference": "T", "date": "2099-01-01"}
            ).action_confirm()

    def test_nobody_enters_what_belongs_to_others(self):
        Wizard = self.env["mtqg.tabmis.entry"].with_user(self.officer_b)
        with self.assertRaises(UserError):
            Wizard.create(
                {"allocation_ids": self.balance_a.ids, "reference": "T"}
            ).action_confirm()
