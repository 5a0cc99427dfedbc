from odoo import api, fields, models
from odoo.fields import Domain


class MailFollowers(models.Model):
    """Who follows a document of the register is known to those who may read it.

    Odoo shows the followers of every document to every employee: how many documents a
    unit has, and who works on them.
    """

    _inherit = "mail.followers"

    is_mtqg_readable = fields.Boolean(
        string="Followed document can be read",
        compute="_compute_is_mtqg_readable",
        search="_search_is_mtqg_readable",
    )

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_is_mtqg_readable(self):
        readable = self.filtered_domain(self._search_is_mtqg_readable("in", [True]))
        for follower in self:
            follower.is_mtqg_readable = follower in readable

    def _search_is_mtqg_readable(self, operator, value):
        if operator != "in":
            return NotImplemented
        models_ = self.env["ir.model"]._get_workflow_models()
        return Domain.OR(
            [
                Domain("res_model", "not in", models_),
                *map(self._get_readable_domain, models_),
            ]
        )

    def _get_readable_domain(self, model):
        # rules are compiled as superuser; what counts is what the user may read
        readable = self.env[model].sudo(False).with_context(active_test=False)
        if not readable.has_access("read"):
            return Domain.FALSE
        documents = readable._search(Domain.TRUE)
        return Domain("res_model", "=", model) & Domain(
            "res_id", "in", documents.subselect()
        )
