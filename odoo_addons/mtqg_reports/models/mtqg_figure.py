from odoo import fields, models

from odoo.addons.mtqg_disbursement.fields import Dong

from ..report import figures


class MtqgFigure(models.Model):
    """What every balance holds, as organised then and as responsible now.

    A balance of a unit that ended counts for its successors, by their shares and to the
    đồng (largest remainder); a balance of a project counts for the unit that has the
    project. Programs of 2021–2025 count for what continues them.
    """

    _name = "mtqg.figure"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Capital then and now"
    _auto = False
    _order = "plan_year desc, id"
    _rec_name = "allocation_id"
    _depends = {
        "mtqg.unit.succession": [
            "predecessor_id",
            "successor_id",
            "share",
            "date",
            "is_effective",
        ],
        "mtqg.project": ["unit_id"],
        "mtqg.program": ["current_id"],
        "mtqg.allocation": ["unit_id", "program_id", "project_id"],
    }

    allocation_id = fields.Many2one("mtqg.allocation", string="Balance", readonly=True)
    unit_id = fields.Many2one("mtqg.unit", string="Unit then", readonly=True)
    unit_now_id = fields.Many2one(
        "mtqg.unit", string="Unit responsible now", readonly=True
    )
    program_id = fields.Many2one("mtqg.program", string="Program then", readonly=True)
    program_now_id = fields.Many2one(
        "mtqg.program", string="Program now", readonly=True
    )
    project_id = fields.Many2one("mtqg.project", readonly=True)
    plan_year = fields.Integer(string="Plan year", readonly=True, aggregator=None)
    origin_year = fields.Integer(string="Origin year", readonly=True, aggregator=None)
    nature = fields.Selection(
        [("investment", "Investment"), ("recurrent", "Recurrent")], readonly=True
    )
    is_moved = fields.Boolean(string="Handed over", readonly=True)
    amount_kept = Dong(string="Plan held", readonly=True)
    amount_disbursed = Dong(string="Disbursed", readonly=True)
    amount_advance = Dong(string="Advance outstanding", readonly=True)
    amount_carried = Dong(string="Carried over to the next year", readonly=True)
    amount_cancelled = Dong(string="Cancelled", readonly=True)
    amount_available = Dong(string="Available", readonly=True)

    @property
    def _table_query(self):
        return figures.select_figures()

    def _get_label(self):
        self.ensure_one()
        return self.allocation_id.display_name
