import io

import openpyxl

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mtqg_disbursement.tests.common import MtqgCommon


@tagged("post_install", "-at_install")
class TestAdvanceForm(MtqgCommon, HttpCase):
    """Form 08.a/SDTƯ as a file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        root = cls._assign_root(10**12)
        cls._make_advance(root, "T-1", 1_400_000, cause="bankrupt")
        cls._make_advance(root, "T-2", 1_400_000, cause_note="=1+1", cause="other")

    @classmethod
    def _make_advance(cls, root, code, amount, **values):
        officer = cls.env(user=cls.officer_a, su=False)
        project = officer["mtqg.project"].create(
            {
                "code": code,
                "name": f"Road {code}",
                "unit_id": cls.commune_a.id,
                "program_id": cls.content.id,
            }
        )
        contract = officer["mtqg.contract"].create(
            {
                "number": "HĐ-1",
                "project_id": project.id,
                "amount": 10**8,
                "date_recovery": "2024-06-30",
                **values,
            }
        )
        balance = cls._allocate(
            root, cls.commune_a, 10**8, program=cls.content, project=project
        )
        cls._pay(balance, "advance", amount, contract_id=contract.id, number=code)

    def _get(self, user, unit=None, day="2024-12-31"):
        self.authenticate(user.login, user.login)
        unit_id = (unit or self.commune_a).id
        return self.url_open(f"/mtqg_reports/advance_08a/{unit_id}/{day}.xlsx")

    def _read(self, response):
        self.assertEqual(response.status_code, 200)
        return openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]

    def test_the_form_has_its_columns_and_true_totals(self):
        sheet = self._read(self._get(self.officer_a))
        rows = {row[1].value: [cell.value for cell in row] for row in sheet}
        self.assertEqual(
            rows["Road T-1"],
            [1, "Road T-1", 1_400_000, "T-1", 0, 1_400_000, None, "x", *[None] * 3],
        )
        self.assertEqual(rows["Total"][2:6], [2_800_000, None, 0, 2_800_000])
        self.assertEqual(rows["(2)"][-1], "(11)")

    def test_millions_are_a_format_and_rounding_is_told(self):
        """1,4 + 1,4 triệu are printed as 1 + 1, and their total as 3."""
        sheet = self._read(self._get(self.officer_a))
        row = next(row for row in sheet if row[1].value == "Total")
        self.assertEqual(row[2].number_format, "#,##0,,")
        texts = " ".join(str(cell.value) for row in sheet for cell in row)
        self.assertIn("Advances not recovered, Overdue do not add up", texts)

    def test_what_looks_like_a_formula_is_text(self):
        sheet = self._read(self._get(self.officer_a))
        cell = next(c for row in sheet for c in row if c.value == "=1+1")
        self.assertEqual(cell.data_type, "s")

    @mute_logger("odoo.http")
    def test_others_find_nothing(self):
        outsider = new_test_user(self.env, "t_outsider", groups="base.group_user")
        for user, unit in (
            (self.officer_b, self.commune_a),
            (self.officer_a, self.province),
            (self.officer_a, self.treasury),
            (outsider, self.commune_a),
        ):
            self.assertEqual(self._get(user, unit).status_code, 404, user.login)

    @mute_logger("odoo.http")
    def test_what_is_no_day_is_not_found(self):
        self.assertEqual(self._get(self.officer_a, day="2024-13-41").status_code, 404)

    def test_a_superior_finds_the_forms_of_those_below(self):
        for user, unit in (
            (self.finance_p, self.province),
            (self.officer_d, self.commune_a),
            (self.manager_x, self.commune_a),
        ):
            rows = [row[1].value for row in self._read(self._get(user, unit))]
            self.assertIn("Road T-2", rows, user.login)

    def test_the_wizard_leads_to_the_file(self):
        wizard = (
            self.env["mtqg.advance.report"]
            .with_user(self.officer_a)
            .create({"date": "2024-12-31"})
        )
        url = wizard.action_download()["url"]
        self.assertEqual(
            url, f"/mtqg_reports/advance_08a/{self.commune_a.id}/2024-12-31.xlsx"
        )
