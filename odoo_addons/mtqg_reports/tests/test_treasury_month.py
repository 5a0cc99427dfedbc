import io

import openpyxl

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mtqg_disbursement.tests.minutes_case import MinutesCase

MILLION = 10**6


@tagged("post_install", "-at_install")
class TestTreasuryMonth(MinutesCase, HttpCase):
    """The Treasury's monthly report: of what it serves, and of what each ratio is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        root = cls._assign_root(1_000 * MILLION)
        cls.balance = cls._allocate(root, cls.commune_a, 400 * MILLION)
        cls._allocate(root, cls.commune_b, 100 * MILLION)
        carried = cls._assign_root(
            50 * MILLION, origin_year=2023, number="2/QĐ", nature="recurrent"
        )
        cls._allocate(carried, cls.commune_a, 50 * MILLION)
        cls._pay(cls.balance, "advance", 80 * MILLION, number="1", date="2024-02-20")
        cls._pay(
            cls.balance,
            "completed",
            60 * MILLION,
            amount_recovered=30 * MILLION,
            number="2",
            date="2024-03-31",
        )
        cls._pay(cls.balance, "completed", MILLION, number="3", date="2024-04-01")

    def _ask(self, user, **values):
        return (
            self.env["mtqg.treasury.month"]
            .with_user(user)
            .create({"month": "2024-03-15", **values})
        )

    def _read_lines(self, report):
        report.action_show()
        return {
            (line.nature, line.origin_year): line
            for line in report.line_ids
            if line.program_id == self.program
        }

    def test_a_month_counts_from_its_first_to_its_last_day(self):
        lines = self._read_lines(self._ask(self.finance_p, unit_id=self.province.id))
        line = lines["investment", 2024]
        self.assertEqual(line.amount_plan, 1_000 * MILLION)
        self.assertEqual(line.amount_month, 30 * MILLION)
        self.assertEqual(line.amount_disbursed, 110 * MILLION)
        self.assertEqual(line.amount_advance, 50 * MILLION)
        self.assertEqual(line.percent, 11)
        carried = lines["recurrent", 2023]
        self.assertEqual(carried.amount_plan, 50 * MILLION)
        self.assertEqual(carried.amount_disbursed, 0)

    def test_an_office_reports_what_it_serves(self):
        """Commune A is served, commune B and the province are not."""
        report = self._ask(self.treasurer)
        self.assertEqual(report.office_id, self.treasury)
        line = self._read_lines(report)["investment", 2024]
        self.assertEqual(line.amount_plan, 400 * MILLION)
        self.assertEqual(line.percent, 27.5)

    def test_nobody_reports_on_others(self):
        lines = self._read_lines(self._ask(self.officer_b))
        self.assertEqual(lines["investment", 2024].amount_plan, 100 * MILLION)
        with self.assertRaises(AccessError):
            self._ask(self.officer_b, unit_id=self.commune_a.id)

    def test_showing_again_replaces_the_lines(self):
        report = self._ask(self.treasurer)
        report.action_show()
        count = len(report.line_ids)
        action = report.action_show()
        self.assertEqual(len(report.line_ids), count)
        self.assertEqual(action["domain"], [("report_id", "=", report.id)])

    def _get(self, report):
        user = report.create_uid
        self.authenticate(user.login, user.login)
        response = self.url_open(f"/mtqg_reports/treasury_month/{report.id}.xlsx")
        self.assertEqual(response.status_code, 200)
        return openpyxl.load_workbook(io.BytesIO(response.content))

    def _values(self, sheet):
        return [[cell.value for cell in row] for row in sheet.iter_rows()]

    def test_the_file_has_programs_slow_units_and_differences(self):
        document = self._make()
        self._add_line(document)
        self._add_line(document, amount_difference=-60)
        self._add_line(document, state="fixed")
        self._add_line(self._make(date_to="2024-06-30"))
        self.env.flush_all()
        book = self._get(self._ask(self.finance_p, unit_id=self.province.id))
        self.assertEqual(
            book.sheetnames, ["Programs", "Slow units", "Open differences"]
        )
        programs = self._values(book["Programs"])
        self.assertIn(
            [
                *("Investment", "2024", 1_000 * MILLION, 30 * MILLION),
                *(110 * MILLION, 0.11, 50 * MILLION),
            ],
            programs,
        )
        self.assertTrue(
            any("Column 6 = column 5 / column 3" in str(r) for r in programs)
        )
        units = self._values(book["Slow units"])
        # the district that holds nothing itself is not slow
        slow = [row[1] for row in units if isinstance(row[0], int)]
        self.assertEqual(slow, ["Unit P", "Unit B", "Unit A"])
        differences = self._values(book["Open differences"])
        self.assertIn([1, "Unit A", "Transposed digits", 2, 600], differences)

    def test_who_is_slow_is_a_matter_of_the_percentage(self):
        report = self._ask(self.finance_p, unit_id=self.province.id, percent_low=10)
        rows = self._values(self._get(report)["Slow units"])
        slow = [row[1] for row in rows if isinstance(row[0], int)]
        self.assertEqual(slow, ["Unit P", "Unit B"])

    @mute_logger("odoo.http")
    def test_a_report_is_its_makers_own(self):
        report = self._ask(self.treasurer)
        self.authenticate(self.clerk.login, self.clerk.login)
        for id_ in (report.id, 2**40):
            url = f"/mtqg_reports/treasury_month/{id_}.xlsx"
            self.assertEqual(self.url_open(url).status_code, 404)
        outsider = new_test_user(self.env, "t_outsider", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._ask(outsider)

    def test_paper_has_what_the_spreadsheet_has(self):
        report = self._ask(self.treasurer)
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.treasurer)
            ._render_qweb_html("mtqg_reports.report_month", report.ids)
        )
        page = html.decode()
        for text in ("UNITS WITH LITTLE OR NO DISBURSEMENT", "27,50%", "110.000.000"):
            self.assertIn(text, page)

    def test_a_report_reads_the_ledger_twice(self):
        report = self._ask(self.treasurer)
        self.env.flush_all()
        self.env.invalidate_all()
        report._compile()  # warms what the register keeps of its users
        self.env.invalidate_all()
        with self.assertQueryCount(5):
            report.with_user(self.treasurer)._compile()
