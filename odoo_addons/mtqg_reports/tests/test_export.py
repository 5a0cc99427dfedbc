import csv
import io
import json

import openpyxl

from odoo import http
from odoo.tests import HttpCase, tagged

from .common import BILLION, EvaluationCommon

PAYLOADS = ("=1+1", "@SUM(A1)", "+cmd|'/C calc'!A0", "-x", "\t=1", "http://example.com")


@tagged("post_install", "-at_install")
class TestExportsAreText(EvaluationCommon, HttpCase):
    """Odoo's own exports, which `mtqg_disbursement` overrides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager_x.group_ids += cls.env.ref("base.group_allow_export")
        cls.named = cls.env["mtqg.unit"].create(
            [
                {
                    "code": f"T-N{i}",
                    "name": payload,
                    "kind": "commune",
                    "parent_id": cls.district.id,
                }
                for i, payload in enumerate(PAYLOADS)
            ]
        )

    def _export(self, kind, model, ids, fields, **options):
        self.authenticate(self.manager_x.login, self.manager_x.login)
        data = {
            "model": model,
            "ids": ids,
            "domain": [],
            "fields": [
                {"name": name, "label": name, "type": type_} for name, type_ in fields
            ],
            "import_compat": False,
            "groupby": [],
            **options,
        }
        response = self.url_open(
            f"/web/export/{kind}",
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(response.status_code, 200)
        return response

    def _cells(self, response):
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
        cells = [cell for row in sheet for cell in row if cell.value is not None]
        self.assertFalse([cell for cell in cells if cell.data_type == "f"])
        self.assertFalse([cell for cell in cells if cell.hyperlink])
        return cells

    def test_an_xlsx_export_keeps_names_as_text(self):
        response = self._export(
            "xlsx", "mtqg.unit", self.named.ids, [("name", "char"), ("code", "char")]
        )
        values = {cell.value: cell.data_type for cell in self._cells(response)}
        for payload in PAYLOADS:
            self.assertEqual(values[payload], "s")

    def test_a_grouped_xlsx_export_keeps_names_as_text(self):
        response = self._export(
            "xlsx",
            "mtqg.unit",
            self.named.ids,
            [("name", "char"), ("id", "integer")],
            groupby=["name"],
        )
        texts = [str(cell.value) for cell in self._cells(response)]
        for payload in PAYLOADS:
            self.assertTrue(any(text.startswith(payload) for text in texts))

    def test_a_csv_export_marks_names_that_look_like_formulas(self):
        response = self._export("csv", "mtqg.unit", self.named.ids, [("name", "char")])
        rows = list(csv.reader(io.StringIO(response.content.decode())))
        names = {row[0] for row in rows[1:]}
        self.assertEqual(names, {f"'{p}" for p in PAYLOADS[:-1]} | {PAYLOADS[-1]})

    def test_amounts_stay_numbers(self):
        balance = self.balance_a
        fields = [("unit_id", "many2one"), ("amount_assigned", "integer")]
        response = self._export("xlsx", "mtqg.allocation", balance.ids, fields)
        self.assertIn(70 * BILLION, [cell.value for cell in self._cells(response)])
        response = self._export("csv", "mtqg.allocation", balance.ids, fields)
        self.assertIn(f'"{70 * BILLION}"', response.text)

    def test_sums_of_groups_stay_numbers(self):
        balances = self.balance_a | self.balance_old
        response = self._export(
            "xlsx",
            "mtqg.allocation",
            balances.ids,
            [("display_name", "char"), ("amount_completed", "integer")],
            groupby=["unit_id"],
        )
        self.assertIn(70 * BILLION, [cell.value for cell in self._cells(response)])

    def test_a_pivot_download_keeps_names_as_text(self):
        self.authenticate(self.manager_x.login, self.manager_x.login)
        wide = {"title": "=2+2", "width": 1, "height": 1}
        data = {
            "model": "mtqg.unit",
            "title": "[=1]",
            "col_group_headers": [[wide]],
            "measure_headers": [{"title": "@SUM(A1)", "is_bold": False}],
            "origin_measure_headers": [],
            "rows": [
                {"title": "=1+1", "indent": 0, "values": [{"value": 7 * BILLION}]},
                {
                    "title": "-x",
                    "indent": 1,
                    "values": [{"value": "", "is_bold": True}],
                },
            ],
            "measure_count": 1,
        }
        response = self.url_open(
            "/web/pivot/export_xlsx",
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(response.status_code, 200)
        values = [cell.value for cell in self._cells(response)]
        self.assertEqual(values, ["=2+2", "@SUM(A1)", "=1+1", 7 * BILLION, "     -x"])
