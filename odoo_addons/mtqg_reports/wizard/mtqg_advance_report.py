from odoo import fields, models

from odoo.addons.mtqg_disbursement.clock import today_vn


class MtqgAdvanceReport(models.TransientModel):
    """Whose form 08.a/SDTƯ to print, and until which day."""

    _name = "mtqg.advance.report"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Print form 08.a/SDTƯ"

    unit_id = fields.Many2one(
        "mtqg.unit",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.user.mtqg_unit_ids[:1],
    )
    date = fields.Date(required=True, default=lambda _self: today_vn())

    def action_download(self):
        """Download the form as a spreadsheet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/mtqg_reports/advance_08a/{self.unit_id.id}/{self.date}.xlsx",
            "target": "download",
        }
