"""Reports as files, under the rights of the user who asks."""

from odoo.exceptions import AccessError
from odoo.http import Controller, content_disposition, request, route
from odoo.tools import osutil

from odoo.addons.mtqg_disbursement.clock import read_day

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReportDownload(Controller):
    @route(
        "/mtqg_reports/evaluation/<int:evaluation_id>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download_evaluation(self, evaluation_id, unit="dong", **_ignored):
        """Return the report of an evaluation.

        What the user may not see answers as what does not exist: the address of a
        report tells nothing about other units.
        """
        evaluation = request.env["mtqg.evaluation"].browse(evaluation_id).exists()
        try:
            evaluation.check_access("read")
        except AccessError:
            return request.not_found()
        if not evaluation:
            return request.not_found()
        content = request.env["mtqg.report.evaluation"]._render_xlsx(evaluation, unit)
        return self._answer(content, evaluation.name)

    @route(
        "/mtqg_reports/advance_08a/<int:unit_id>/<string:day>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download_advance(self, unit_id, day, unit="million", **_ignored):
        """Return form 08.a/SDTƯ of a unit until a day, written 2024-12-31."""
        report = request.env["mtqg.report.advance"]
        holder = report._find_unit(unit_id)
        try:
            until = read_day(day)
        except ValueError:
            return request.not_found()
        if not holder:
            return request.not_found()
        content = report._render_xlsx(holder, until, unit)
        return self._answer(content, f"08a-SDTU {holder.code} {until}")

    @route(
        "/mtqg_reports/reconciliation/<int:reconciliation_id>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download_minutes(self, reconciliation_id, **_ignored):
        """Return form 03/QTDA of every project of a reconciliation, and a summary."""
        return self._answer_minutes(reconciliation_id, "minutes", "03-QTDA")

    @route(
        "/mtqg_reports/reconciliation/<int:reconciliation_id>/sdkp.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download_career(self, reconciliation_id, **_ignored):
        """Return forms 01a-SDKP and 02a-SDKP of the unit of a reconciliation."""
        return self._answer_minutes(reconciliation_id, "career", "SDKP")

    @route(
        "/mtqg_reports/treasury_month/<int:month_id>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download_month(self, month_id, **_ignored):
        """Return the Treasury's monthly report, as somebody asked for it."""
        known = month_id if month_id < 2**31 else 0
        months = request.env["mtqg.treasury.month"]
        month = months.search([("id", "=", known)])
        if not month:
            return request.not_found()
        content = request.env["mtqg.report.month"]._render_xlsx(month)
        return self._answer(content, month._get_filename())

    def _answer_minutes(self, reconciliation_id, report, form):
        known = reconciliation_id if reconciliation_id < 2**31 else 0
        documents = request.env["mtqg.reconciliation"]
        document = documents.search([("id", "=", known)])
        if not document:
            return request.not_found()
        content = request.env[f"mtqg.report.{report}"]._render_xlsx(document)
        return self._answer(content, document._get_minutes_filename(form))

    def _answer(self, content, name):
        filename = f"{osutil.clean_filename(name, '-')}.xlsx"
        headers = [
            ("Content-Type", _XLSX),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(filename)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers=headers)
