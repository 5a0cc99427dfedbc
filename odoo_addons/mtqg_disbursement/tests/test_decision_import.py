import base64
import io
from datetime import date
from pathlib import Path

import xlsxwriter
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import MtqgCommon

BAC_KAN = Path(__file__).with_name("data") / "bac_kan_2023_plan.csv"
HEADINGS = ["Đơn vị", "Chương trình", "Tính chất vốn", "Nguồn vốn", "Số tiền"]


def workbook(*rows):
    """Return an XLSX file with one sheet of these rows."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Kế hoạch")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return packed.getvalue()


@tagged("post_install", "-at_install")
class TestDecisionImport(MtqgCommon):
    def _import(self, content, user=None, **values):
        """Return a filled wizard of the officer of the province."""
        model = self.env["mtqg.decision.import"].with_user(user or self.officer_p)
        return model.create(
            {
                "file": base64.b64encode(content),
                "filename": values.pop("filename", "plan.xlsx"),
                "number": "12/QĐ-UBND",
                "date": "2023-01-10",
                "plan_year": 2023,
                "unit_id": self.province.id,
                **values,
            }
        )

    def _bac_kan(self, content=None, **values):
        return self._import(
            content or BAC_KAN.read_bytes(),
            **{
                "filename": "bac_kan.csv",
                "nature": "investment",
                "money_unit": "million",
                **values,
            },
        )

    def _count(self):
        return [
            self.env[model].search_count([])
            for model in ("mtqg.decision", "mtqg.decision.line", "mtqg.allocation")
        ]

    def _reasons(self, wizard):
        return {error["cell"]: error["reason"] for error in wizard.action_check()}

    # === The published plan === #

    def test_published_plan_becomes_balances_to_the_dong(self):
        action = self._bac_kan().action_import()
        decision = self.env["mtqg.decision"].browse(action["res_id"])
        self._approve(decision.with_user(self.officer_p))
        roots = decision.line_ids.allocation_id
        self.assertEqual(sum(roots.mapped("amount_assigned")), 830_140_000_000)
        self.assertFalse(roots.parent_id)
        amounts = {
            (root.program_id.code, root.source): root.amount_assigned for root in roots
        }
        self.assertEqual(
            amounts,
            {
                ("GNBV", "central"): 180_000_000_000,
                ("GNBV", "province"): 5_334_000_000,
                ("DTTS", "central"): 500_000_000_000,
                ("DTTS", "province"): 32_033_000_000,
                ("NTM", "central"): 100_000_000_000,
                ("NTM", "province"): 12_773_000_000,
            },
        )
        self.assertEqual(set(roots.mapped("origin_year")), {2023})

    def test_preview_shows_totals_as_printed(self):
        wizard = self._bac_kan()
        self.assertEqual(wizard.action_check(), [])
        self.assertEqual(wizard.state, "ready")
        self.assertEqual(wizard.amount_total, 830_140_000_000)
        self.assertEqual(wizard.totals_checked, 6)
        by_program = wizard.total_ids.filtered(lambda total: total.kind == "program")
        self.assertEqual(
            by_program.mapped("amount"),
            [185_334_000_000, 532_033_000_000, 112_773_000_000],
        )
        by_source = wizard.total_ids.filtered(lambda total: total.kind == "source")
        self.assertEqual(by_source.mapped("amount"), [780_000_000_000, 50_140_000_000])

    def test_one_wrong_total_is_refused_at_its_cell_and_nothing_is_kept(self):
        before = self._count()
        wrong = BAC_KAN.read_bytes().replace(b"50140,830140", b"50141,830140")
        wizard = self._bac_kan(wrong)
        (error,) = wizard.action_check()
        self.assertEqual(
            (error["sheet"], error["cell"], error["value"]), ("bac_kan", "C5", "50141")
        )
        self.assertIn("50.140.000.000", error["reason"])
        with self.assertRaisesRegex(UserError, "bac_kan C5: The total says"):
            wizard.action_import()
        self.assertEqual(self._count(), before)
        self.assertEqual(wizard.state, "wrong")
        self.assertFalse(wizard.line_ids)

    def test_file_is_attached_and_remembered(self):
        decision = self.env["mtqg.decision"].browse(
            self._bac_kan().action_import()["res_id"]
        )
        attachment = decision.message_ids.attachment_ids
        self.assertEqual(attachment.raw, BAC_KAN.read_bytes())
        self.assertEqual(len(decision.import_sha256), 64)

    def test_same_file_onto_same_number_names_the_earlier_decision(self):
        self._bac_kan().action_import()
        before = self._count()
        with self.assertRaisesRegex(UserError, "already imported .* 12/QĐ-UBND"):
            self._bac_kan().action_import()
        self.assertEqual(self._count(), before)
        self._bac_kan(number="13/QĐ-UBND").action_import()

    def test_two_people_cannot_keep_the_same_import(self):
        first = self.env["mtqg.decision"].browse(
            self._bac_kan().action_import()["res_id"]
        )
        other = self._make_decision(number=first.number, plan_year=2023)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            other.sudo().import_sha256 = first.import_sha256
            other.flush_recordset()

    # === What the file says, what the form says === #

    def test_unit_of_money_is_read_from_the_file(self):
        content = workbook(
            ["ĐVT: triệu đồng"], HEADINGS, ["T-D1", "NTM", "Đầu tư", "NSTW", 1500.5]
        )
        wizard = self._import(content)
        self.assertEqual(wizard.action_check(), [])
        self.assertEqual(wizard.line_ids.amount, 1_500_500_000)
        self.assertEqual(wizard.line_ids.unit_id, self.district)
        wizard.money_unit = "thousand"
        self.assertEqual(wizard.action_check(), [])
        self.assertEqual(wizard.line_ids.amount, 1_500_500)
        self.assertIn("A1", wizard.notice)

    def test_form_guesses_the_unit_of_money(self):
        content = workbook(
            ["ĐVT: triệu đồng"], HEADINGS, ["T-D1", "NTM", "Đầu tư", "NSTW", 5]
        )
        with Form(self.env["mtqg.decision.import"].with_user(self.officer_p)) as form:
            form.file = base64.b64encode(content)
            form.number = "1/QĐ"
            self.assertEqual(form.money_unit, "million")

    def test_silent_file_asks_for_unit_of_money_and_nature(self):
        wizard = self._bac_kan(money_unit=False)
        self.assertIn("unit of money", self._reasons(wizard)["B1"])
        wizard = self._bac_kan(nature=False)
        self.assertIn("investment or recurrent", self._reasons(wizard)["B1"])

    def test_unknown_headings_list_the_recognised_ones(self):
        reasons = self._reasons(self._import(b"foo,bar\n1,2\n", filename="x.csv"))
        self.assertIn("foo, bar", reasons["A1"])
        self.assertIn("chương trình", reasons["A1"])

    def test_each_error_is_at_its_cell(self):
        self.commune_a.date_to = date(2022, 12, 31)
        content = workbook(
            [*HEADINGS, "Dự án"],
            ["T-X", "NTM", "Đầu tư", "NSTW", 1],
            ["T-D1", "XYZ", "Đầu tư", "NSTW", 1],
            ["T-D1", "NTM", "Đầu tư", "NSTW", 0],
            ["T-D1", "NTM", "Đầu tư", "NSTW", -5],
            ["T-A", "NTM", "Đầu tư", "NSTW", 1],
            ["T-D1", "NTM", "Đầu tư", "NSTW", 1, "no such project"],
            ["T-D1", "NTM", "Đầu tư", "NSTW", 7],
            ["T-D1", "NTM", "Đầu tư", "NSTW", 8],
            ["T-D1", "NTM", "Đầu tư", "NSTW", 0.5],
        )
        reasons = self._reasons(self._import(content, money_unit="dong"))
        expected = {
            "A2": "No unit “T-X”",
            "B3": "No program “XYZ”",
            "E4": "zero",
            "E5": "below zero",
            "A6": "ended on 31/12/2022",
            "F7": "No project",
            "E9": "already gets an amount in E8",
            "E10": "not a whole number of đồng",
        }
        self.assertEqual(reasons.keys(), expected.keys())
        for cell, words in expected.items():
            self.assertIn(words, reasons[cell])

    def test_unreadable_file_is_one_clear_sentence(self):
        for content, words in (
            (b"", "empty"),
            (b"PK\x03\x04 nothing", "cannot be read"),
            (b"%PDF-1.7", "PDF"),
            (b"\x00" * 50, "no readable text"),
        ):
            wizard = self._import(content or b" ", money_unit="dong")
            (error,) = wizard.action_check()
            self.assertIn(words, error["reason"])

    # === Capital passed on === #

    def _below(self, *rows, **values):
        content = workbook([*HEADINGS, "Năm KHV"], *rows)
        return self._import(
            content,
            **{
                "line_kind": "below",
                "money_unit": "dong",
                "plan_year": 2024,
                "date": "2024-02-01",
                "number": "20/QĐ-UBND",
                **values,
            },
        )

    def test_lines_below_find_the_balance_they_come_from(self):
        root = self._assign_root(1000)
        older = self._assign_root(500, origin_year=2023, number="2/QĐ")
        wizard = self._below(
            ["T-D1", "NTM-02", "", "", 400, 2024], ["T-D2", "NTM", "", "", 100, 2023]
        )
        self.assertEqual(wizard.action_check(), [])
        self.assertEqual(list(wizard.line_ids.mapped("parent_id")), [root, older])
        decision = self.env["mtqg.decision"].browse(wizard.action_import()["res_id"])
        self._approve(decision.with_user(self.officer_p))
        self.assertEqual(root.amount_allocated, 400)
        self.assertEqual(older.amount_allocated, 100)

    def test_missing_or_ambiguous_balance_is_an_error(self):
        self._assign_root(1000)
        self._assign_root(500, source="province", number="2/QĐ")
        wizard = self._below(
            ["T-D1", "GNBV", "Đầu tư", "NSTW", 1], ["T-D1", "NTM", "Đầu tư", "", 1]
        )
        reasons = self._reasons(wizard)
        self.assertIn("no balance to take this from", reasons["E2"])
        self.assertIn("Several balances fit", reasons["E3"])

    def test_program_must_be_part_of_the_named_parent_program(self):
        self._assign_root(1000)
        content = workbook(
            [*HEADINGS, "Parent program"],
            ["T-D1", "GNBV", "Đầu tư", "NSTW", 1, "NTM"],
        )
        wizard = self._below()
        wizard.file = base64.b64encode(content)
        self.assertIn("not part of NTM", self._reasons(wizard)["B2"])

    def test_recall_names_balances_that_are_there(self):
        root = self._assign_root(1000)
        below = self._allocate(root, self.district, 300)
        wizard = self._below(["T-D1", "NTM", "Đầu tư", "NSTW", 100], kind="recall")
        decision = self.env["mtqg.decision"].browse(wizard.action_import()["res_id"])
        self.assertEqual(decision.line_ids.allocation_id, below)
        self._approve(decision.with_user(self.officer_p))
        self.assertEqual(below.amount_assigned, 200)
        wizard = self._below(["T-D2", "NTM", "Đầu tư", "NSTW", 1], kind="recall")
        self.assertIn("no balance to change", self._reasons(wizard)["E2"])

    # === Onto a draft; rights === #

    def test_lines_are_added_to_a_draft(self):
        draft = self._make_decision(plan_year=2023, date="2023-01-10")
        wizard = self._bac_kan(decision_id=draft.id, number=False)
        self.assertEqual(wizard.action_import()["res_id"], draft.id)
        self.assertEqual(draft.line_count, 6)
        again = self._bac_kan(decision_id=draft.id)
        self.assertIn("already has a line", next(iter(self._reasons(again).values())))

    def test_emptied_draft_takes_the_file_again(self):
        draft = self.env["mtqg.decision"].browse(
            self._bac_kan().action_import()["res_id"]
        )
        draft.line_ids.unlink()
        self._bac_kan(decision_id=draft.id).action_import()
        self.assertEqual(draft.line_count, 6)
        self.assertEqual(len(draft.import_sha256), 64)

    def test_waiting_decision_takes_no_lines(self):
        draft = self._bac_kan().action_import()["res_id"]
        decision = self.env["mtqg.decision"].with_user(self.officer_p).browse(draft)
        decision.action_submit()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self._bac_kan(decision_id=draft).action_check()

    def test_officer_finds_no_unit_outside_his_subtree(self):
        content = workbook(HEADINGS, ["T-D2", "NTM", "Đầu tư", "NSTW", 1])
        wizard = self._import(
            content,
            user=self.officer_d,
            unit_id=self.district.id,
            money_unit="dong",
        )
        self.assertIn("No unit “T-D2”", self._reasons(wizard)["A2"])

    def test_nobody_issues_for_a_unit_above_his_own(self):
        before = self._count()
        with self.assertRaises(AccessError):
            self._bac_kan(user=self.officer_d).action_import()
        self.assertEqual(self._count(), before)

    def test_viewer_does_not_import(self):
        with self.assertRaises(AccessError):
            self._bac_kan(user=self.viewer_a)

    def test_templates_are_read_by_the_import(self):
        for lang in ("en_US", "vi_VN"):
            for kind in ("rows", "sources"):
                wizard = self._bac_kan().with_context(lang=lang)
                self.env["res.lang"]._activate_lang(lang)
                getattr(wizard, f"action_template_{kind}")()
                wizard.file = wizard.template
                wizard.money_unit = False
                self.assertEqual(
                    [
                        e["reason"]
                        for e in wizard.with_context(lang="en_US").action_check()
                    ],
                    ["No amounts were found below the headings."],
                )
