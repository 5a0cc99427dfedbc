from odoo import api, fields, models


class MtqgBenchTier(models.Model):
    """A document with a name and a state, under the rival's approval tiers."""

    _name = "mtqg.bench.tier"
    _inherit = ["tier.validation"]
    _description = "Document of the bench"
    _state_from = ["draft"]
    _state_to = ["done"]
    _tier_validation_manual_config = False

    name = fields.Char(required=True)
    state = fields.Selection([("draft", "Draft"), ("done", "Done")], default="draft")


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    @api.model
    def _get_tier_validation_model_names(self):
        return [*super()._get_tier_validation_model_names(), "mtqg.bench.tier"]
