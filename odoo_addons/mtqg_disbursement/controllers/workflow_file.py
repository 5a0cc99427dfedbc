"""The file of a workflow version, under the rights of the user who asks."""

from odoo.exceptions import AccessError
from odoo.http import Controller, content_disposition, request, route
from odoo.tools import osutil


class WorkflowFile(Controller):
    @route(
        "/mtqg_disbursement/workflow/<int:workflow_id>.json",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download_workflow(self, workflow_id, **_ignored):
        """Return the file of a version; what nobody may see does not exist."""
        workflow = request.env["mtqg.workflow"].browse(workflow_id).exists()
        try:
            workflow.check_access("read")
        except AccessError:
            return request.not_found()
        if not workflow:
            return request.not_found()
        content = workflow.export_text().encode()
        name = osutil.clean_filename(f"{workflow.code}-v{workflow.version}", "-")
        headers = [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(f"{name}.json")),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers=headers)
