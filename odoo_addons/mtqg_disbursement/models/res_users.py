from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    mtqg_unit_ids = fields.Many2many(
        "mtqg.unit",
        "mtqg_unit_user_rel",
        "user_id",
        "unit_id",
        string="Units",
        help="The user sees these units and everything below them.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        # who holds which group in which unit is cached
        self.env.registry.clear_cache()
        return users

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802, the name is Odoo's
        return [*super().SELF_READABLE_FIELDS, "mtqg_unit_ids"]

    def _get_invalidation_fields(self):
        # record rules are cached per user and name his units
        return {*super()._get_invalidation_fields(), "mtqg_unit_ids"}
