from odoo import fields, models

from ..fields import Dong
from ..store import commitments as store
from .mtqg_allocation import NATURES


class MtqgCommitmentDeviation(models.Model):
    """Promised and disbursed, by month and row of the commitments in force.

    What was disbursed are the entries of the balances that the row covers. Figures of
    a month add up; running totals do not, so they have no default sum.
    """

    _name = "mtqg.commitment.deviation"
    _inherit = ["mtqg.unit.now.mixin"]
    _description = "Promised and actual disbursement"
    _auto = False
    _order = "date desc, unit_id, program_id, origin_year, id"
    _rec_name = "commitment_id"
    _depends = {
        "mtqg.commitment": ["workflow_state", "previous_id", "unit_id", "plan_year"],
        "mtqg.commitment.line": ["amount", "month"],
        "mtqg.entry": ["amount", "date"],
    }

    commitment_id = fields.Many2one("mtqg.commitment", readonly=True)
    unit_id = fields.Many2one("mtqg.unit", readonly=True)
    leader_id = fields.Many2one("res.users", readonly=True)
    plan_year = fields.Integer(string="Plan year", readonly=True, aggregator=None)
    program_id = fields.Many2one("mtqg.program", readonly=True)
    origin_year = fields.Integer(string="Origin year", readonly=True, aggregator=None)
    nature = fields.Selection(NATURES, readonly=True)
    project_id = fields.Many2one("mtqg.project", readonly=True)
    month = fields.Integer(
        readonly=True, aggregator=None, help="13 is January of the next year."
    )
    date = fields.Date(string="Due on", readonly=True)
    amount_committed = Dong(string="Promised", readonly=True)
    amount_actual = Dong(string="Disbursed", readonly=True)
    amount_difference = Dong(
        string="Difference", readonly=True, help="Disbursed less promised."
    )
    amount_committed_total = Dong(
        string="Promised so far", readonly=True, aggregator=None
    )
    amount_actual_total = Dong(
        string="Disbursed so far", readonly=True, aggregator=None
    )
    amount_difference_total = Dong(
        string="Difference so far", readonly=True, aggregator=None
    )

    @property
    def _table_query(self):
        return store.deviation_query()
