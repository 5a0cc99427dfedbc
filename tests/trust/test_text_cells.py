"""Promise 9: exported text is text, never a formula."""

import json

from downloads import PAYLOADS, export, read_csv, read_xlsx

from odoo import http
from odoo.tests import HttpCase, tagged

from odoo.addons.mtqg_disbursement.tests.common import MtqgCommon
from odoo.addons.mtqg_reports.tests.common import EvaluationCommon

# XML knows no carriage return of its own: XlsxWriter and its readers may drop it
VISIBLE = [payload.strip() for payload in PAYLOADS]


@tagged("post_install", "-at_install")
class TestTextCells(MtqgCommon, HttpCase):
    """Names that somebody typed, in the lists that somebody else downloads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        project = (
            cls.env["mtqg.project"]
            .with_user(cls.officer_a)
            .create(
                {
                    "code": "@CODE",
                    "name": "=2+2",
                    "unit_id": cls.commune_a.id,
                    "program_id": cls.program.id,
                }
            )
        )
        cls.contracts = (
            cls.env["mtqg.contract"]
            .with_user(cls.officer_a)
            .create(
                [
                    {
                        "number": payload,
                        "contractor": payload,
                        "content": payload,
                        "project_id": project.id,
                        "amount": 7,
                    }
                    for payload in PAYLOADS
                ]
            )
        )
        cls.domain = [("id", "in", cls.contracts.ids)]

    def setUp(self):
        super().setUp()
        self.authenticate("t_officer_a", "t_officer_a")

    def _export(self, kind, **options):
        fields = [
            ("number", "char"),
            ("contractor", "char"),
            ("content", "char"),
            ("project_id/code", "char"),
            ("project_id", "many2one"),
            ("display_name", "char"),
            ("amount", "integer"),
        ]
        return export(self, kind, "mtqg.contract", self.domain, fields, **options)

    def _assert_holds(self, texts, wanted):
        found = {text.strip().removeprefix("'").strip() for text in texts}
        self.assertLessEqual(set(wanted), found)

    def test_xlsx_of_a_list(self):
        texts = read_xlsx(self._export("xlsx"))
        self._assert_holds(texts, [*VISIBLE, "@CODE"])

    def test_xlsx_of_a_grouped_list(self):
        for groups in (["contractor"], ["project_id", "number"]):
            texts = read_xlsx(self._export("xlsx", groupby=groups))
            self._assert_holds(texts, VISIBLE)

    def test_csv_of_a_list(self):
        texts = read_csv(self._export("csv"))
        self._assert_holds(texts, [*VISIBLE, "@CODE"])

    def test_xlsx_of_a_pivot(self):
        one = {"width": 1, "height": 1, "measure": "amount", "is_bold": False}
        table = {
            "title": "=1+1",
            "model": "mtqg.contract",
            "measure_count": 1,
            "origin_count": 1,
            "col_group_headers": [[{**one, "title": p} for p in PAYLOADS]],
            "measure_headers": [{**one, "title": p} for p in PAYLOADS],
            "origin_headers": [],
            "rows": [
                {"title": p, "indent": 0, "values": [{"value": p, "is_bold": False}]}
                for p in PAYLOADS
            ],
        }
        response = self.url_open(
            "/web/pivot/export_xlsx",
            data={
                "data": json.dumps(table),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(response.status_code, 200, response.text[:300])
        self._assert_holds(read_xlsx(response.content), VISIBLE)


@tagged("post_install", "-at_install")
class TestTextCellsOfTheRanking(EvaluationCommon, HttpCase):
    """Names of units in the report that leaders open."""

    def test_xlsx_of_the_evaluation(self):
        units = self.district | self.district_2 | self.district_3
        for start in range(0, len(PAYLOADS), 3):
            names = PAYLOADS[start : start + 3]
            for unit, name in zip(units, names, strict=True):
                unit.sudo().name = name
            evaluation = self._make_evaluation()
            evaluation.action_compute()
            self.env.flush_all()
            self.authenticate(self.finance_p.login, self.finance_p.login)
            response = self.url_open(f"/mtqg_reports/evaluation/{evaluation.id}.xlsx")
            self.assertEqual(response.status_code, 200, response.text[:300])
            found = {text.strip() for text in read_xlsx(response.content)}
            self.assertLessEqual({name.strip() for name in names}, found)
