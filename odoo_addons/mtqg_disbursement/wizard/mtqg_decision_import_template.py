import base64
import io

import xlsxwriter

from odoo import fields, models

# Headings that the import recognises, as people write them.
ROWS_VI = [
    "Mã đơn vị",
    "Mã chương trình",
    "Mã dự án",
    "Tính chất vốn",
    "Nguồn vốn",
    "Năm KHV",
    "Số tiền",
    "Ghi chú",
]
ROWS_EN = [
    "Unit code",
    "Program code",
    "Project code",
    "Nature",
    "Source",
    "Origin year",
    "Amount",
    "Note",
]
SOURCES_VI = ["Mã chương trình", "NSTW", "NS tỉnh", "NS huyện", "NS xã", "Tổng số"]
SOURCES_EN = [
    "Program code",
    "Central budget",
    "Provincial budget",
    "District budget",
    "Commune budget",
    "Total",
]
TEMPLATES = {
    ("rows", True): ("ĐVT: đồng", ROWS_VI),
    ("rows", False): ("Unit: dong", ROWS_EN),
    ("sources", True): ("ĐVT: triệu đồng", SOURCES_VI),
    ("sources", False): ("Unit: million dong", SOURCES_EN),
}
COLUMN_WIDTH = 18


class MtqgDecisionImport(models.TransientModel):
    """Empty tables to fill in, with headings that the import recognises."""

    _inherit = "mtqg.decision.import"

    template = fields.Binary(readonly=True)
    template_name = fields.Char(readonly=True)

    def action_template_rows(self):
        """Download an empty table with one amount in each row (button)."""
        return self._open_template("rows")

    def action_template_sources(self):
        """Download an empty table of programs by sources (button)."""
        return self._open_template("sources")

    def _open_template(self, kind):
        self.ensure_one()
        is_vietnamese = (self.env.lang or "").startswith("vi")
        self.template = base64.b64encode(_build(*TEMPLATES[kind, is_vietnamese]))
        self.template_name = f"mtqg-{kind}.xlsx"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/template/"
            f"{self.template_name}?download=true",
            "target": "download",
        }


def _build(money_unit, headings):
    """Return an empty workbook: the unit of money, then the headings."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        sheet.write_string(0, 0, money_unit)
        for column, heading in enumerate(headings):
            sheet.write_string(1, column, heading, bold)
        sheet.set_column(0, len(headings) - 1, COLUMN_WIDTH)
        sheet.freeze_panes(2, 0)
    return packed.getvalue()
