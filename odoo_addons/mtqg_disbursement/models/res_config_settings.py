from odoo import api, fields, models

POLICIES = [
    ("block", "Refuse the voucher"),
    ("warn", "Warn only"),
    ("off", "Do not check"),
]


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mtqg_policy_tabmis = fields.Selection(
        POLICIES,
        string="Capital not entered in TABMIS",
        default="block",
        config_parameter="mtqg_disbursement.policy_tabmis",
    )
    mtqg_policy_project = fields.Selection(
        POLICIES,
        string="Above the total investment",
        default="block",
        config_parameter="mtqg_disbursement.policy_project",
    )
    mtqg_policy_contract = fields.Selection(
        POLICIES,
        string="Above the contract value",
        default="block",
        config_parameter="mtqg_disbursement.policy_contract",
    )
    mtqg_policy_advance = fields.Selection(
        POLICIES,
        string="Advances above the contract",
        default="block",
        config_parameter="mtqg_disbursement.policy_advance",
    )

    @api.model
    def _get_mtqg_policies(self):
        """Return what happens to a voucher that breaks a limit, by limit."""
        get = self.env["ir.config_parameter"].sudo().get_param
        return {
            code: get(f"mtqg_disbursement.policy_{code}", "block")
            for code in ("tabmis", "project", "contract", "advance")
        }
