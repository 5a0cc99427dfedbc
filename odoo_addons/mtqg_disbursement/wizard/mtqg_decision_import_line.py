from odoo import fields, models

from ..fields import Dong
from ..models.mtqg_allocation import NATURES, SOURCES


class MtqgDecisionImportLine(models.TransientModel):
    """One line that an import would create, with its records found."""

    _name = "mtqg.decision.import.line"
    _description = "Line found in a file"
    _order = "id"

    import_id = fields.Many2one(
        "mtqg.decision.import", required=True, ondelete="cascade", index=True
    )
    cell = fields.Char()
    unit_id = fields.Many2one("mtqg.unit", ondelete="cascade")
    program_id = fields.Many2one("mtqg.program", ondelete="cascade")
    project_id = fields.Many2one("mtqg.project", ondelete="cascade")
    nature = fields.Selection(NATURES)
    source = fields.Selection(SOURCES)
    origin_year = fields.Integer(aggregator=None)
    parent_id = fields.Many2one(
        "mtqg.allocation", string="Taken from", ondelete="cascade"
    )
    allocation_id = fields.Many2one(
        "mtqg.allocation", string="Balance", ondelete="cascade"
    )
    amount = Dong()

    def _prepare_decision_lines(self):
        """Return the values of the decision lines, in the order of the file."""
        return [
            {
                "sequence": 10 * number,
                "unit_id": line.unit_id.id,
                "program_id": line.program_id.id,
                "project_id": line.project_id.id,
                "nature": line.nature,
                "source": line.source,
                "origin_year": line.origin_year,
                "parent_id": line.parent_id.id,
                "allocation_id": line.allocation_id.id,
                "amount": line.amount,
            }
            for number, line in enumerate(self, start=1)
        ]


class MtqgDecisionImportError(models.TransientModel):
    """One thing wrong in a file, at its cell."""

    _name = "mtqg.decision.import.error"
    _description = "Error found in a file"
    _order = "id"

    import_id = fields.Many2one(
        "mtqg.decision.import", required=True, ondelete="cascade", index=True
    )
    sheet = fields.Char()
    cell = fields.Char()
    value = fields.Char(string="Content")
    reason = fields.Text(string="What is wrong")


class MtqgDecisionImportTotal(models.TransientModel):
    """What a file adds up to for one program or one source."""

    _name = "mtqg.decision.import.total"
    _description = "Total of a file"
    _order = "id"

    import_id = fields.Many2one(
        "mtqg.decision.import", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(
        [("program", "Program"), ("source", "Source")], required=True
    )
    name = fields.Char()
    line_count = fields.Integer(string="Lines")
    amount = Dong()
