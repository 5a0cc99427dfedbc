from odoo import fields, models

from ..fields import Dong


class MtqgSettlementLine(models.TransientModel):
    """A row of form 01/QTNĐ (Thông tư 91/2025/TT-BTC), as a check of a year."""

    _name = "mtqg.settlement.line"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Row of form 01/QTNĐ"
    _rec_name = "program_id"

    unit_id = fields.Many2one("mtqg.unit", ondelete="cascade")
    plan_year = fields.Integer(string="Plan year", aggregator=None)
    program_id = fields.Many2one("mtqg.program", ondelete="cascade")
    project_id = fields.Many2one("mtqg.project", ondelete="cascade")
    amount_total = Dong(
        string="5. Total investment",
        related="project_id.amount_total",
        related_sudo=False,
    )
    amount_left = Dong(
        string="Still open",
        help="Zero when the row is closed: the columns 15 and 21, which the form "
        "computes, are what the ledger holds as cancelled.",
    )

    column_6 = Dong(string="6. Disbursed in earlier years")
    column_7 = Dong(string="7. Of which advance outstanding")
    column_8 = Dong(string="8. Earlier advance paid back")
    column_9 = Dong(string="9. Volume settled from earlier advance")
    column_10 = Dong(string="10. Carried-over plan")
    column_11 = Dong(string="11. Carried-over: disbursed")
    column_12 = Dong(string="12. Carried-over: completed volume")
    column_13 = Dong(string="13. Carried-over: advance")
    column_14 = Dong(string="14. Carried-over: carried on")
    column_15 = Dong(string="15. Carried-over: cancelled")
    column_16 = Dong(string="16. Plan of the year")
    column_17 = Dong(string="17. Year: disbursed")
    column_18 = Dong(string="18. Year: completed volume")
    column_19 = Dong(string="19. Year: advance")
    column_20 = Dong(string="20. Year: carried over")
    column_21 = Dong(string="21. Year: cancelled")
    column_22 = Dong(string="22. Paid back after inspection")
    column_23 = Dong(string="23. Volume to be settled")
    column_24 = Dong(string="24. Advance carried to next year")
    column_25 = Dong(string="25. Disbursed in all")

    def _prepare_row(self, closing, row):
        return {
            "unit_id": closing.unit_id.id,
            "plan_year": closing.plan_year,
            "program_id": row["program_id"],
            "project_id": row["project_id"],
            "amount_left": row["left"],
            **{
                name: row[int(name.removeprefix("column_"))]
                for name in self._fields
                if name.startswith("column_")
            },
        }
