from odoo import models

from ..layout.formats import ALIGNMENTS
from ..layout.heading import heading_lines
from ..layout.page import MOTTO, NATION
from ..layout.text import shown


class MtqgReportPages(models.AbstractModel):
    """Pages of the layout room on paper: what a printed report needs to draw them."""

    _name = "mtqg.report.pages"
    _description = "Pages on paper"

    # === BUSINESS METHODS === #

    def _get_page_values(self, docs, pages):
        """Return what the template of pages reads.

        :param docs: the records that are printed
        :param list pages: their pages, in order
        """
        return {
            "docs": docs,
            "pages": pages,
            "nation": NATION,
            "motto": MOTTO,
            "alignments": ALIGNMENTS,
            "heading_lines": heading_lines,
            "shown": shown,
        }
