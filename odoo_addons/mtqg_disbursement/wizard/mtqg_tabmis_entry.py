from odoo import api, fields, models
from odoo.exceptions import UserError

from ..clock import today_vn
from ..fields import Dong


class MtqgTabmisEntry(models.TransientModel):
    """Many balances entered in TABMIS by one document: its day and its number."""

    _name = "mtqg.tabmis.entry"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Enter in TABMIS"

    allocation_ids = fields.Many2many(
        "mtqg.allocation",
        "mtqg_tabmis_entry_allocation_rel",
        "entry_id",
        "allocation_id",
        string="Balances",
    )
    date = fields.Date(
        string="Entered on", required=True, default=lambda _self: today_vn()
    )
    reference = fields.Char(string="TABMIS reference")
    allocation_count = fields.Integer(
        string="Number of balances", compute="_compute_totals"
    )
    amount_missing = Dong(string="Not entered", compute="_compute_totals")

    @api.depends("allocation_ids")
    def _compute_totals(self):
        for wizard in self:
            missing = wizard.allocation_ids.filtered("amount_tabmis_missing")
            wizard.allocation_count = len(missing)
            wizard.amount_missing = sum(missing.mapped("amount_tabmis_missing"))

    def action_confirm(self):
        """Enter all that the balances miss.

        :raise UserError: if nothing is missing, the reference is not given, or the
            role does not enter capital
        """
        self.ensure_one()
        if not (self.reference or "").strip():
            text = self.env._("Give the number of the TABMIS document.")
            raise UserError(text)
        if self.date > today_vn():
            raise UserError(self.env._("The day of entry lies in the future."))
        balances = self.allocation_ids.filtered("amount_tabmis_missing")
        if not balances:
            text = self.env._("All capital of these balances is entered already.")
            raise UserError(text)
        balances.enter_tabmis(date=self.date, reference=self.reference.strip())
        return {"type": "ir.actions.act_window_close"}
