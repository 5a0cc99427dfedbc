from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.money import to_rpc
from ..fields import Dong

MAX_LINES = 20


class MtqgWorkflowPreview(models.AbstractModel):
    """The main facts of a document on half a screen, to decide without opening it."""

    _inherit = "mtqg.workflow.mixin"

    # fields that tell what the document is about
    _workflow_preview_fields = ()
    # one2many field, and the fields of its rows that are shown
    _workflow_preview_lines = ("", ())

    # === READING === #

    @api.readonly
    def read_preview(self):
        """Return what somebody who decides on the document has to know.

        :return: dict ``name``, ``kind``, ``unit``, ``facts`` (``name``, ``label``,
            ``type``, ``value``), ``lines`` (``columns``, ``rows``, ``count``),
            ``papers``, ``overview``, ``history``, ``blockers``, ``returned``,
            ``warning``, ``clock``, ``on_behalf``, ``question``, ``opinions`` (HTML),
            ``can_decide``, ``can_forward``, ``can_answer``
        :raise UserError: if it is not one document
        """
        if len(self.exists()) != 1:
            raise UserError(self.env._("One document at a time is previewed."))
        self.check_access("read")
        return {
            "name": self.display_name,
            "kind": dict(self.env["mtqg.workflow.task"]._list_document_kinds())[
                self._name
            ],
            "unit": self._get_workflow_unit().display_name,
            "facts": self._read_facts(),
            "lines": self._read_lines(),
            "papers": [paper._describe() for paper in self.paper_ids],
            "overview": self.workflow_overview,
            "history": self.workflow_history,
            "blockers": self.workflow_blockers,
            "returned": self.workflow_returned,
            "warning": "warning" in self._fields and self["warning"],
            "clock": self.workflow_clock_text,
            "on_behalf": self.workflow_on_behalf,
            "question": self.workflow_question,
            "opinions": self.workflow_opinions,
            "can_decide": self.can_decide,
            "can_forward": self.can_forward,
            "can_answer": self.can_answer,
        }

    # === BUSINESS METHODS === #

    def _read_facts(self):
        return [
            {
                "name": name,
                "label": self._fields[name]._description_string(self.env),
                **_read_value(self, name),
            }
            for name in self._workflow_preview_fields
            if self[name]
        ]

    def _read_lines(self):
        lines_name, names = self._workflow_preview_lines
        if not lines_name:
            return {"columns": [], "rows": [], "count": 0}
        lines = self[lines_name]
        return {
            "columns": [
                {"name": n, "label": lines._fields[n]._description_string(self.env)}
                for n in names
            ],
            "rows": [
                [_read_value(line, name) for name in names]
                for line in lines[:MAX_LINES]
            ],
            "count": len(lines),
        }


class MtqgPaperPreview(models.Model):
    _inherit = "mtqg.paper"

    # === BUSINESS METHODS === #

    def _describe(self):
        return {
            "id": self.id,
            "name": self.name or "",
            "date": fields.Date.to_string(self.date),
            "issuer": self.issuer or "",
            "filename": self.filename or "",
            "has_file": bool(self.file_hash),
        }


def _read_value(record, name):
    """Return the value of a field as JSON, and its type; names for what is chosen."""
    field, value = record._fields[name], record[name]
    if isinstance(field, Dong):
        return {"type": "dong", "value": to_rpc(value or 0)}
    match field.type:
        case "many2one":
            value = value.display_name or ""
        case "selection":
            value = dict(field._description_selection(record.env)).get(value, "")
        case "date":
            value = fields.Date.to_string(value)
        case "datetime":
            value = fields.Datetime.to_string(value)
    return {"type": field.type, "value": value}
