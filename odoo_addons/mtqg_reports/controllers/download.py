"""Reports as files, under the rights of the user who asks."""

from odoo.exceptions import AccessError
from odoo.http import Controller, content_disposition, request, route
from odoo.tools import osutil

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
        filename = f"{osutil.clean_filename(evaluation.name, '-')}.xlsx"
        headers = [
            ("Content-Type", _XLSX),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(filename)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers=headers)
