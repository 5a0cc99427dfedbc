import io

from odoo import models
from odoo.tools.pdf import PdfReader, PdfWriter

ANCHOR_PAGE = "mtqg_disbursement.report_anchor"


class IrActionsReport(models.Model):
    """The printed anchor says its digest in its title, too.

    Whoever keeps the file can have it compared: a title is found in the bytes of the
    file, while the text of a page would have to be unpacked.
    """

    _inherit = "ir.actions.report"

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        content, kind = super()._render_qweb_pdf(report_ref, res_ids, data)
        if kind == "pdf" and self._get_report(report_ref).report_name == ANCHOR_PAGE:
            ids = [res_ids] if isinstance(res_ids, int) else res_ids
            digests = self.env["mtqg.workflow.anchor"].browse(ids).mapped("digest")
            content = _set_title(content, " ".join(digests))
        return content, kind


def _set_title(content, title):
    """Return the bytes of a PDF with a title."""
    reader, writer, out = PdfReader(io.BytesIO(content)), PdfWriter(), io.BytesIO()
    for number in range(reader.getNumPages()):
        writer.addPage(reader.getPage(number))
    writer.addMetadata({"/Title": title})
    writer.write(out)
    return out.getvalue()
