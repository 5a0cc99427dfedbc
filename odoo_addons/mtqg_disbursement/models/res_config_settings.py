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

    mtqg_replan_first_day = fields.Integer(
        string="First day of the window",
        default=1,
        config_parameter="mtqg_disbursement.replan_first_day",
    )
    mtqg_replan_last_day = fields.Integer(
        string="Last day of the window",
        default=10,
        config_parameter="mtqg_disbursement.replan_last_day",
        help="In the first month of each quarter. A last day before the first one "
        "closes the window for good.",
    )

    @api.model
    def _get_mtqg_window(self):
        """Return the first and last day on which commitments are planned again."""
        get = self.env["ir.config_parameter"].sudo().get_param
        return tuple(
            int(get(f"mtqg_disbursement.replan_{name}_day", default))
            for name, default in (("first", 1), ("last", 10))
        )

    @api.model
    def _get_mtqg_policies(self):
        """Return what happens to a voucher that breaks a limit, by limit."""
        get = self.env["ir.config_parameter"].sudo().get_param
        return {
            code: get(f"mtqg_disbursement.policy_{code}", "block")
            for code in ("tabmis", "project", "contract", "advance")
        }
