from lxml import etree

from odoo import api, models


class MtqgWorkflowForm(models.AbstractModel):
    """Buttons, stages and notes of the workflow, put into the form of every document.

    They stand in one view of the mixin, and are added to whatever form a document has.
    A form that has a button or a field of the same name in its header or among its
    notes keeps its own.
    """

    _inherit = "mtqg.workflow.mixin"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if not self._abstract and arch.tag == "form":
            self._add_workflow_parts(arch)
        return arch, view

    def _add_workflow_parts(self, form):
        parts, _view = self.env["mtqg.workflow.mixin"]._get_view(
            self.env.ref("mtqg_disbursement.mtqg_workflow_mixin_view_form").id
        )
        header = form.find("header")
        if header is None:
            header = etree.Element("header")
            form.insert(0, header)
        self._merge_header(header, parts.find("header"))
        own = {node.get("name") for node in form.xpath("div//field")}
        place = form.index(header) + 1
        for note in parts.findall("div"):
            if not own & {node.get("name") for node in note.iter("field")}:
                form.insert(place, note)
                place += 1

    def _merge_header(self, header, parts):
        """Put buttons first and the stages last; what a form has itself is kept."""
        own = {node.get("name"): node for node in reversed(header)}
        place = 0
        for part in list(parts):
            node = own.get(part.get("name"), part)
            if node.tag == "field":
                header.append(node)
            else:
                header.insert(place, node)
                place += 1
