import io
from urllib.parse import unquote

import openpyxl
from python_calamine import CalamineWorkbook

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import BILLION, EvaluationCommon

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


@tagged("post_install", "-at_install")
class TestDownload(EvaluationCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.district_2.sudo().name = "=1+1"
        cls.district_3.sudo().name = "@SUM(A1)"
        cls._freeze(cls.evaluation)

    def _get(self, user, evaluation=None, query=""):
        self.authenticate(user.login, user.login)
        id_ = (evaluation or self.evaluation).id
        return self.url_open(f"/mtqg_reports/evaluation/{id_}.xlsx{query}")

    def _read(self, response):
        self.assertEqual(response.status_code, 200)
        return openpyxl.load_workbook(io.BytesIO(response.content))

    def test_finance_downloads_the_ranking(self):
        response = self._get(self.finance_p)
        book = self._read(response)
        self.assertEqual(len(book.sheetnames), 3)
        name = unquote(response.headers["Content-Disposition"])
        self.assertIn("Evaluation quarter 2-2024.xlsx", name)

    def test_amounts_are_numbers_in_dong(self):
        book = self._read(self._get(self.finance_p))
        row = next(r for r in book.worksheets[0] if r[1].value == "Unit D1")
        values = [cell.value for cell in row]
        self.assertEqual(
            values[:5], [1, "Unit D1", "T-D1", 120 * BILLION, 70 * BILLION]
        )
        self.assertEqual(row[3].number_format, "#,##0")
        self.assertEqual(row[5].number_format, "0.00%")
        self.assertAlmostEqual(row[5].value, 0.583333, 6)

    def test_the_total_is_the_sum_of_all_units(self):
        book = self._read(self._get(self.finance_p))
        row = next(r for r in book.worksheets[0] if r[1].value == "Total")
        self.assertEqual([row[3].value, row[4].value], [200 * BILLION, 78 * BILLION])
        self.assertAlmostEqual(row[5].value, 0.39, 4)

    def test_names_that_look_like_formulas_are_text(self):
        response = self._get(self.finance_p)
        book = self._read(response)
        types = {
            cell.value: cell.data_type
            for sheet in book
            for row in sheet
            for cell in row
            if cell.value in {"=1+1", "@SUM(A1)"}
        }
        self.assertEqual(types, {"=1+1": "s", "@SUM(A1)": "s"})
        calamine = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
        rows = calamine.get_sheet_by_index(0).to_python()
        self.assertIn("=1+1", [row[1] for row in rows])

    def test_the_page_is_official_and_prints_on_a4(self):
        sheet = self._read(self._get(self.finance_p)).worksheets[0]
        values = {cell.value for row in sheet for cell in row}
        self.assertLessEqual({NATION, "Độc lập - Tự do - Hạnh phúc"}, values)
        self.assertIn("UNIT P", values)
        self.assertIn("HEAD OF THE UNIT", values)
        self.assertEqual(sheet.page_setup.paperSize, 9)
        self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)

    def test_every_criterion_has_its_evidence(self):
        sheet = self._read(self._get(self.finance_p)).worksheets[1]
        texts = [str(row[1].value) for row in sheet]
        for criterion in self.scheme.criterion_ids:
            self.assertTrue(any(criterion.name in text for text in texts))
        self.assertEqual(texts.count("Unit D1"), len(self.scheme.criterion_ids))

    def test_millions_are_a_format_and_not_another_amount(self):
        book = self._read(self._get(self.finance_p, query="?unit=million"))
        row = next(r for r in book.worksheets[0] if r[1].value == "Unit D1")
        self.assertEqual(row[3].value, 120 * BILLION)
        self.assertEqual(row[3].number_format, "#,##0,,")

    def test_the_file_is_the_same_every_time(self):
        first, second = self._get(self.finance_p), self._get(self.finance_p)
        self.assertEqual(first.content, second.content)

    @mute_logger("odoo.http")
    def test_others_find_nothing(self):
        for user in (self.leader_d, self.officer_a, self.treasurer):
            self.assertEqual(self._get(user).status_code, 404)

    @mute_logger("odoo.http")
    def test_a_user_without_a_role_finds_nothing(self):
        outsider = new_test_user(self.env, "t_outsider", groups="base.group_user")
        portal = new_test_user(self.env, "t_portal", groups="base.group_portal")
        for user in (outsider, portal):
            self.assertEqual(self._get(user).status_code, 404)

    @mute_logger("odoo.http")
    def test_a_missing_evaluation_is_not_found(self):
        missing = self.evaluation.browse(10**8)
        self.assertEqual(self._get(self.finance_p, missing).status_code, 404)

    def test_a_stranger_is_sent_to_the_login(self):
        response = self.url_open(
            f"/mtqg_reports/evaluation/{self.evaluation.id}.xlsx", allow_redirects=False
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])

    @mute_logger("odoo.http")
    def test_an_evaluation_without_result_says_so(self):
        fresh = self._make_evaluation()
        response = self._get(self.finance_p, fresh)
        self.assertEqual(response.status_code, 422)
        self.assertIn("Compute it first", response.text)
        self.assertNotIn("Traceback", response.text)

    def test_a_vietnamese_user_gets_a_vietnamese_report(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        self.finance_p.lang = "vi_VN"
        sheet = self._read(self._get(self.finance_p)).worksheets[0]
        values = {cell.value for row in sheet for cell in row}
        self.assertIn("XẾP HẠNG, XẾP LOẠI KẾT QUẢ GIẢI NGÂN VỐN", values)
        self.assertIn("THỦ TRƯỞNG ĐƠN VỊ", values)
        self.assertIn("Đơn vị tính: đồng", values)
        self.assertIn("Không xếp hạng: không có vốn trong kỳ.", values)

    def test_the_national_header_is_vietnamese_in_every_language(self):
        self.finance_p.lang = "en_US"
        sheet = self._read(self._get(self.finance_p)).worksheets[0]
        values = [cell.value for row in sheet for cell in row]
        self.assertIn(NATION, values)
