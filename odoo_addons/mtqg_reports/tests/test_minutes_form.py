import io

import openpyxl

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mtqg_disbursement.tests.minutes_case import BILLION, MinutesCase


@tagged("post_install", "-at_install")
class TestMinutesForm(MinutesCase, HttpCase):
    """Form 03/QTDA as a file: figures of both sides, the same once signed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._fill_ledger()

    def setUp(self):
        super().setUp()
        self.document = self._make(remarks="Chấp hành đúng quy định.")
        self._add_line(self.document, state="accepted", comment="Gõ nhầm chứng từ U3")

    def _get(self, user, document=None):
        self.authenticate(user.login, user.login)
        id_ = (document or self.document).id
        return self.url_open(f"/mtqg_reports/reconciliation/{id_}.xlsx")

    def _read(self, response):
        self.assertEqual(response.status_code, 200)
        return openpyxl.load_workbook(io.BytesIO(response.content))

    def _rows(self, sheet):
        """Return the rows of part I, from the row of column numbers down."""
        rows = [[cell.value for cell in row][:12] for row in sheet.iter_rows()]
        start = next(i for i, row in enumerate(rows) if row[3] == "4=5+6")
        return rows[start:]

    def test_figures_stand_in_the_columns_of_the_form(self):
        book = self._read(self._get(self.officer_a))
        self.assertEqual(book.sheetnames, ["Tổng hợp", "T-CAU", "T-DUONG"])
        rows = self._rows(book["T-CAU"])
        self.assertEqual(
            rows[0],
            [
                "1",
                "2",
                "3",
                "4=5+6",
                "5",
                "6",
                "7",
                "8=9+10",
                "9",
                "10",
                "11=8-4",
                "12",
            ],
        )
        total = 6 * BILLION
        self.assertEqual(
            rows[1][:11],
            [
                *("1", "Lũy kế từ khởi công"),
                *(total, 68_072, 67_772, 300),
                *(total, 68_612, 68_312, 300, 540),
            ],
        )
        self.assertEqual(rows[2][2:4], [total, 68_072])
        self.assertEqual(rows[3][:11], [None, "- Vốn chi thường xuyên", *[None] * 9])
        self.assertEqual(
            [row[1] for row in rows if row[0] in {"2", "2.1", "2.2"}],
            ["Chi tiết theo năm", "Năm 2023", "Năm 2024"],
        )
        year = next(row for row in rows if row[0] == "2.2")
        # capital that was carried over counts in its plan year, once in all
        self.assertEqual(year[2], 5 * BILLION + 400)
        self.assertEqual(year[10], 540)

    def test_what_the_statement_leaves_out_was_not_paid(self):
        book = self._read(self._get(self.officer_a))
        row = self._rows(book["T-DUONG"])[1]
        self.assertEqual(row[2:11], [900, 10, 10, 0, None, 0, None, None, -10])

    def test_the_summary_has_all_projects_and_their_total(self):
        rows = self._rows(self._read(self._get(self.officer_a))["Tổng hợp"])
        self.assertEqual(rows[1][:2], ["1", "Cầu Nậm Tha (T-CAU)"])
        self.assertEqual(rows[2][:2], ["2", "Đường bản Mới (T-DUONG)"])
        self.assertEqual(rows[3][1], "Tổng cộng")
        self.assertEqual([rows[3][3], rows[3][7], rows[3][10]], [68_082, 68_612, 530])

    def test_part_two_explains_each_difference(self):
        sheet = self._read(self._get(self.officer_a))["T-CAU"]
        texts = [str(row[0].value) for row in sheet.iter_rows() if row[0].value]
        self.assertIn(
            "1. Nhận xét về việc chấp hành các quy định của nhà nước liên quan đến "
            "giải ngân, quyết toán: Chấp hành đúng quy định.",
            texts,
        )
        (cause,) = [text for text in texts if "67.712" in text]
        self.assertIn("540 đồng", cause)
        self.assertIn("Gõ nhầm chứng từ U3", cause)

    def test_signed_minutes_print_the_same_bytes_for_ever(self):
        self._sign(self.document)
        first = self._get(self.officer_a).content
        self.project.name = self.commune_a.name = "Renamed"
        self.env.flush_all()
        self.assertEqual(self._get(self.treasurer).content, first)
        text = str(self._cells(first))
        self.assertIn(self.document.content_hash, text)
        self.assertIn(self.treasurer.name, text)

    def _cells(self, content):
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [c.value for sheet in book for row in sheet for c in row if c.value]

    def test_what_looks_like_a_formula_is_text(self):
        self.document.remarks = "x"
        self.document.proposals = "=1+1"
        self.project.name = "=1+1"
        book = self._read(self._get(self.officer_a))
        kinds = {c.data_type for sheet in book for row in sheet for c in row}
        self.assertNotIn("f", kinds)

    @mute_logger("odoo.http")
    def test_others_find_nothing(self):
        for user in (self.officer_b, self.leader_b):
            self.assertEqual(self._get(user).status_code, 404, user.login)
        self.authenticate(self.officer_a.login, self.officer_a.login)
        for wrong in (0, 2**40):
            url = f"/mtqg_reports/reconciliation/{wrong}.xlsx"
            self.assertEqual(self.url_open(url).status_code, 404)

    def test_both_sides_and_superiors_download(self):
        for user in (self.viewer_a, self.leader_a, self.treasurer, self.finance_p):
            self.assertEqual(self._get(user).status_code, 200, user.login)

    def test_the_buttons_lead_to_the_files(self):
        url = self.document.action_download_minutes()["url"]
        self.assertEqual(url, f"/mtqg_reports/reconciliation/{self.document.id}.xlsx")
        action = self.document.action_print_minutes()
        self.assertEqual(action["report_name"], "mtqg_reports.report_minutes")

    def test_paper_has_what_the_spreadsheet_has(self):
        report = self.env["ir.actions.report"].with_user(self.officer_a)
        html, _kind = report._render_qweb_html(
            "mtqg_reports.report_minutes", self.document.ids
        )
        page = html.decode()
        for text in (
            "Mẫu số 03/QTDA",
            "BẢNG ĐỐI CHIẾU SỐ LIỆU",
            "11=8-4",
            "68.072",
            "THỦ TRƯỞNG CƠ QUAN THANH TOÁN",
            "Chấp hành đúng quy định.",
        ):
            self.assertIn(text, page)

    # === RECURRENT CAPITAL === #

    def _get_career(self):
        self.authenticate(self.officer_a.login, self.officer_a.login)
        url = f"/mtqg_reports/reconciliation/{self.document.id}/sdkp.xlsx"
        return self._read(self.url_open(url))

    def test_recurrent_capital_of_the_year_stands_in_01a(self):
        self.content.target_code = "0495"
        sheet = self._get_career()["01a-SDKP"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        row = next(row for row in rows if row[0] == self.content.name)
        self.assertEqual(
            row[1:13],
            [None, None, "0495", 100, 900, 1_000, 10, 10, None, None, None, 990],
        )
        texts = " ".join(str(row[0]) for row in rows)
        self.assertIn("không suy đoán", texts)

    def test_spending_of_recurrent_capital_stands_in_02a(self):
        sheet = self._get_career()["02a-SDKP"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        row = next(row for row in rows if row[0] == self.content.name)
        self.assertEqual(row[5:9], [0, 0, 10, 10])
