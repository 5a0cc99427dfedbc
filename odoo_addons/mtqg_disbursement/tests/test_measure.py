import datetime

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mtqg_disbursement.store import measures

from .common import MtqgCommon

MILLION = 10**6
BILLION = 10**9
# thousandths of a tỷ, so that 913,216.2 tỷ stays whole
TENTH_OF_BILLION = 10**8


@tagged("post_install", "-at_install")
class TestMeasure(MtqgCommon):
    """Published figures come out as they were printed."""

    def _value(self, name="disbursed", domain=(), date="2025-12-31", **options):
        Measure = self.env["mtqg.measure"].with_user(self.manager_x)
        scope = [("unit_id", "child_of", self.province.id), *domain]
        return Measure.value(name, scope, date, **options)

    def _pay_at_once(self, allocation, amount, date):
        allocation.enter_tabmis()
        voucher = self._make_voucher(
            allocation, "completed", amount, user=self.officer_p, date=date
        )
        voucher.treasury_unit_id = False
        self._approve(voucher, self.env.user)

    def test_nation_2025_over_both_denominators(self):
        """Ministry of Finance, 27/11/2025: 57.9 % and 59.7 %."""
        regular = self._assign_root(
            8_857_866 * TENTH_OF_BILLION,
            plan_year=2025,
            origin_year=2025,
            date="2025-01-01",
        )
        self._assign_root(
            274_296 * TENTH_OF_BILLION,
            plan_year=2025,
            origin_year=2025,
            date="2025-10-20",
            kind="supplement",
        )
        self._pay_at_once(regular, 5_288_702 * TENTH_OF_BILLION, "2025-11-27")
        d1 = self._value(denominator="D1")
        d4 = self._value(denominator="D4")
        self.assertEqual(d1["denominator"], 9_132_162 * TENTH_OF_BILLION)
        self.assertEqual(d4["denominator"], 8_857_866 * TENTH_OF_BILLION)
        self.assertEqual(
            (round(d1["percent"], 1), round(d4["percent"], 1)), (57.9, 59.7)
        )

    def test_own_capital_of_the_province_counts_in_d2_only(self):
        self._assign_root(780_000 * MILLION)
        self._assign_root(50_140 * MILLION, source="province")
        self.assertEqual(
            self._value("assigned", denominator="D1")["denominator"], 780_000 * MILLION
        )
        self.assertEqual(
            self._value("assigned", denominator="D2")["denominator"], 830_140 * MILLION
        )

    def test_district_counts_what_the_province_gave_as_from_above(self):
        root = self._assign_root(1_000, source="province")
        self._allocate(root, self.district, 400)
        value = (
            self.env["mtqg.measure"]
            .with_user(self.officer_d)
            .value("assigned", [], "2024-12-31", denominator="D1")
        )
        self.assertEqual((value["numerator"], value["denominator"]), (400, 400))

    def test_detailed_plan_of_dong_giang(self):
        """Press, 09/05/2025: 282.1 tỷ, allocated 242.3, disbursed 35.3 = 14.6 %."""
        plan = self._assign_root(282_100 * MILLION, unit=self.district, plan_year=2025)
        below = self._allocate(plan, self.commune_a, 242_300 * MILLION, plan_year=2025)
        self._pay_at_once(below, 35_300 * MILLION, "2025-05-09")
        self.assertEqual(self._value(denominator="D3")["percent"], 14.57)
        self.assertEqual(self._value(denominator="D2")["percent"], 12.51)

    def test_money_below_is_not_counted_twice(self):
        root = self._assign_root(1_000)
        district = self._allocate(root, self.district, 600)
        commune = self._allocate(district, self.commune_a, 300)
        self._pay_at_once(commune, 150, "2024-05-01")
        for scope in ([], [("parent_id", "=", False)]):
            value = self._value(domain=scope)
            self.assertEqual((value["numerator"], value["denominator"]), (150, 1_000))
        value = self._value(domain=[("unit_id", "=", self.district.id)])
        self.assertEqual((value["numerator"], value["denominator"]), (150, 600))

    def test_accounting_date_and_moment_known(self):
        root = self._assign_root(1_000, date="2024-01-02")
        self._pay_at_once(root, 100, "2024-06-30")
        self.assertEqual(self._value(date="2024-06-29")["numerator"], 0)
        self.assertEqual(self._value(date="2024-06-30")["numerator"], 100)
        before = self.env.cr.now() - datetime.timedelta(days=1)
        self.assertEqual(self._value(known_at=before)["numerator"], 0)

    def test_reversed_payment_disappears_from_its_own_period(self):
        root = self._assign_root(1_000)
        self._pay_at_once(root, 100, "2024-03-31")
        voucher = self.env["mtqg.disbursement"].search(
            [("allocation_id", "=", root.id)]
        )
        action = voucher.with_user(self.officer_p).action_reverse("Wrong unit")
        reversal = voucher.with_user(self.officer_p).browse(action["res_id"])
        self._approve(reversal)
        self.assertEqual(self._value(date="2024-03-31")["numerator"], 0)

    def test_nothing_is_no_percentage(self):
        self.assertEqual(
            self._value(), {"numerator": 0, "denominator": 0, "percent": False}
        )

    def test_bad_questions_get_an_answer_in_words(self):
        Measure = self.env["mtqg.measure"].with_user(self.manager_x)
        for question in (
            {"domain": "all of it"},
            {"domain": [("no_such_field", "=", 1)]},
            {"domain": [], "date": "30/06/2024"},
            {"domain": [], "known_at": "yesterday"},
        ):
            with self.subTest(question), self.assertRaises(UserError):
                Measure.value("disbursed", **question)

    def test_unknown_names_are_answered_with_the_known_ones(self):
        with self.assertRaisesRegex(UserError, "disbursed"):
            self._value("paid")
        with self.assertRaisesRegex(UserError, "D1, D2, D3, D4"):
            self._value(denominator="D5")

    def test_units_get_their_figures_in_one_statement(self):
        root = self._assign_root(1_000)
        district = self._allocate(root, self.district, 600)
        commune = self._allocate(district, self.commune_a, 300)
        self._pay_at_once(commune, 150, "2024-05-01")
        units = self.province | self.district | self.commune_a | self.commune_b
        names = ("assigned", "disbursed")
        self.env.flush_all()
        with self.assertQueryCount(1):
            figures = measures.measure_by_unit(
                self.env, names, units.ids, datetime.date(2024, 12, 31)
            )
        self.assertEqual(
            [tuple(figures[unit.id].values()) for unit in units],
            [(1_000, 150), (600, 150), (300, 150), (0, 0)],
        )

    def test_filters_pick_the_years_and_the_nature(self):
        self._assign_root(10, origin_year=2022, kind="carry_over")
        self._assign_root(20, origin_year=2023, kind="carry_over")
        self._assign_root(40)
        self._assign_root(80, nature="recurrent")
        for filters, expected in (
            ({"carried": True}, 30),
            ({"carried": False}, 120),
            ({"origin_year": 2022}, 10),
            ({"nature": "recurrent"}, 80),
            ({"plan_year": 2023}, 0),
            ({"program_ids": self.content.ids}, 0),
        ):
            figures = measures.measure_by_unit(
                self.env,
                ["assigned"],
                self.province.ids,
                datetime.date(2024, 12, 31),
                filters=filters,
            )
            self.assertEqual(figures[self.province.id]["assigned"], expected, filters)


@tagged("post_install", "-at_install")
class TestBachThong(MtqgCommon):
    """A district's figures at 30/06/2023, as the press printed them."""

    def _plan(self, amount, paid, **values):
        plan = self._assign_root(
            amount * MILLION,
            unit=self.district,
            plan_year=2023,
            date="2023-01-10",
            **values,
        )
        plan.enter_tabmis(date="2023-01-31")
        voucher = self._make_voucher(
            plan, "completed", paid * MILLION, user=self.officer_d, date="2023-06-30"
        )
        self._approve(voucher, self.leader_d)

    def test_percentages_are_those_printed(self):
        self._plan(23_000, 502, origin_year=2022, kind="carry_over")
        self._plan(93_000, 12_500, origin_year=2023)
        self._plan(16_000, 2_800, origin_year=2023, nature="recurrent")
        public = self.env["mtqg.program"].create(
            {"code": "T-PI", "name": "Public investment plan", "kind": "program"}
        )
        self._plan(27_400, 6_990, origin_year=2023, program=public)
        Measure = self.env["mtqg.measure"].with_user(self.officer_d)
        targets = [("program_id", "child_of", self.program.id)]
        for domain, percent in (
            ([*targets, ("origin_year", "=", 2022)], 2.18),
            ([*targets, ("origin_year", "=", 2023)], 14.04),
            ([("program_id", "=", public.id)], 25.51),
        ):
            value = Measure.value("disbursed", domain, "2023-06-30")
            self.assertEqual(value["percent"], percent, domain)
