from odoo import models

from ..layout.formats import ALIGNMENTS
from ..layout.heading import heading_lines
from ..layout.page import MOTTO, NATION
from ..layout.text import shown


class MtqgReportPages(models.AbstractModel):
    """Pages of the layout room on paper: what a printed report needs to draw them."""

    _name = "mtqg.report.pages"
    _description = "Pages on paper"
    # the model of the records that are printed, and that which builds their pages
    _printed = ""
    _builder = ""

    # === BUSINESS METHODS === #

    def _get_report_values(self, docids, data=None):
        """Return what the template of pages reads.

        :param list docids: ids of the records; of those that the user may read
        """
        printed = self.env[self._printed].search([("id", "in", docids)])
        builder = self.env[self._builder]
        return {
            "docs": printed,
            "pages": [page for one in printed for page in builder._build_pages(one)],
            "nation": NATION,
            "motto": MOTTO,
            "alignments": ALIGNMENTS,
            "heading_lines": heading_lines,
            "shown": shown,
        }
