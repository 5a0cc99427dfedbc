from odoo import api, models


class MtqgPartMixin(models.AbstractModel):
    """A part of a scheme; it changes only while the scheme is a draft."""

    _name = "mtqg.part.mixin"
    _description = "Part of an evaluation scheme"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._get_schemes()._check_draft()
        return parts

    def write(self, vals):
        self._get_schemes()._check_draft()
        result = super().write(vals)
        # nor may a part move into a published scheme
        self._get_schemes()._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        self._get_schemes()._check_draft()

    # === BUSINESS METHODS === #

    def _get_schemes(self):
        return self.scheme_id
