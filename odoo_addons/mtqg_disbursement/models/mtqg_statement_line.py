from odoo import api, fields, models

from ..fields import Dong, HeldMany2one
from .mtqg_allocation import NATURES, SOURCES


class MtqgStatementLine(models.Model):
    """One line of a statement, as the file says it, with what its codes stand for.

    Lines come in by the million, in one statement of SQL (``store.statements``), and
    never change. Amounts are whole đồng; empty where the file says nothing.
    """

    _name = "mtqg.statement.line"
    _inherit = ["mtqg.unit.now.mixin"]
    _description = "Line of a Treasury statement"
    _order = "statement_id desc, id"
    _rec_name = "name"
    _log_access = False

    statement_id = HeldMany2one("mtqg.statement", required=True, readonly=True)
    name = fields.Char(compute="_compute_place")
    row = fields.Integer(readonly=True, aggregator=None)
    # where the first amount stands; the sheet is that of the statement
    cell_column = fields.Char(readonly=True)
    cell = fields.Char(compute="_compute_place")
    # As the file says it.
    project = fields.Char(string="Project code", readonly=True)
    project_name = fields.Char(readonly=True)
    program = fields.Char(string="Program code", readonly=True)
    program_name = fields.Char(readonly=True)
    unit = fields.Char(string="Unit code", readonly=True)
    unit_name = fields.Char(readonly=True)
    treasury = fields.Char(string="Treasury code", readonly=True)
    origin_year = fields.Integer(readonly=True, aggregator=None)
    is_carried = fields.Boolean(string="Carried over", readonly=True)
    plan_year = fields.Integer(readonly=True, aggregator=None)
    nature = fields.Selection(NATURES, readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    kind = fields.Char(readonly=True)
    voucher = fields.Char(readonly=True)
    date = fields.Date(readonly=True)
    content = fields.Char(readonly=True)
    groups = fields.Char(string="Titles above", readonly=True)
    # What it stands for in the register.
    project_id = HeldMany2one("mtqg.project", readonly=True)
    program_id = HeldMany2one("mtqg.program", readonly=True)
    unit_id = HeldMany2one("mtqg.unit", readonly=True)
    # Amounts.
    assigned = Dong(readonly=True)
    allocated = Dong(readonly=True)
    entered = Dong(string="Entered in TABMIS", readonly=True)
    advance = Dong(readonly=True)
    completed = Dong(string="Completed volume", readonly=True)
    recovered = Dong(string="Advance recovered", readonly=True)
    refunded = Dong(readonly=True)
    disbursed = Dong(readonly=True)
    advance_cumulative = Dong(string="Advance, cumulative", readonly=True)
    completed_cumulative = Dong(string="Completed, cumulative", readonly=True)
    recovered_cumulative = Dong(string="Recovered, cumulative", readonly=True)
    refunded_cumulative = Dong(string="Refunded, cumulative", readonly=True)
    disbursed_cumulative = Dong(string="Disbursed, cumulative", readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("statement_id.sheet_read", "row", "cell_column")
    def _compute_place(self):
        for line in self:
            line.name = f"{line.statement_id.sheet_read or ''}!{line.row}"
            line.cell = f"{line.cell_column or ''}{line.row}"
