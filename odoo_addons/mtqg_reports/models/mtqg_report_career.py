from datetime import date

from odoo import models

from odoo.addons.mtqg_disbursement.engine import minutes

from ..layout.career_form import CareerHead, estimate_page, use_page

_REPORT = "mtqg_reports.mtqg_reconciliation_career_report"


class MtqgReportCareer(models.AbstractModel):
    """Forms 01a-SDKP/ĐVDT and 02a-SDKP/ĐVDT from the content of minutes.

    Recurrent capital of the budget year in which the period ends, by program, as the
    unit has it; the Treasury confirms it or says what is different.
    """

    _name = "mtqg.report.career"
    _inherit = ["mtqg.report.minutes"]
    _description = "Forms 01a-SDKP and 02a-SDKP"

    # === BUSINESS METHODS === #

    def _build_pages(self, document, content=None):
        """Return forms 01a and 02a of a reconciliation, as pages."""
        content = content or document._read_content()
        first, last = (
            date.fromisoformat(content[name]) for name in ("date_from", "date_to")
        )
        rows = minutes.career_rows(minutes.read_figures(content), last.year)
        programs = {code: (name, target) for code, name, target in content["programs"]}
        keyed = [(*programs.get(row.program, ("", "")), row) for row in rows]
        head = CareerHead(
            unit=content["unit"][1],
            budget_code=content["unit"][2],
            office=content["office"][1],
            period=f"{first:%d/%m/%Y} - {last:%d/%m/%Y}",
            year=last.year,
            state=self._in_vietnamese()._describe_state(content),
        )
        return [
            estimate_page(head, [(name, code, row[1:7]) for name, code, row in keyed]),
            use_page(head, [(name, code, row[7:]) for name, code, row in keyed]),
        ]


class MtqgReconciliation(models.Model):
    _inherit = "mtqg.reconciliation"

    # === ACTION METHODS === #

    def action_download_career(self):
        """Download forms 01a-SDKP and 02a-SDKP of the unit as a spreadsheet.

        :raise UserError: if nothing is compared yet
        """
        return self._download(f"{self.id}/sdkp")

    def action_print_career(self):
        """Print forms 01a-SDKP and 02a-SDKP of the unit as a PDF.

        :raise UserError: if nothing is compared yet
        """
        return self._print(_REPORT)


class ReportCareer(models.AbstractModel):
    _name = "report.mtqg_reports.report_career"
    _inherit = ["mtqg.report.pages"]
    _description = "Forms 01a-SDKP and 02a-SDKP on paper"
    _printed = "mtqg.reconciliation"
    _builder = "mtqg.report.career"
