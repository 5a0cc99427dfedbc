from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class MtqgVersionMixin(models.AbstractModel):
    """A document that is signed for good: what changes later makes its next version.

    For documents under workflow. The model itself has ``number``, ``previous_id``, the
    version that this one replaces, and ``next_ids``, those that replace it.
    """

    _name = "mtqg.version.mixin"
    _description = "Document in versions"

    version = fields.Integer(
        default=1, required=True, readonly=True, copy=False, aggregator=None
    )
    is_current = fields.Boolean(
        string="In force", compute="_compute_is_current", search="_search_is_current"
    )

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        if not self.previous_id:
            return self.number or ""
        return self.env._(
            "%(number)s, version %(version)s",
            number=self.number,
            version=self.version,
        )

    @api.depends("workflow_state", "next_ids.workflow_state")
    def _compute_is_current(self):
        for document in self:
            replaced = "done" in document.next_ids.mapped("workflow_state")
            document.is_current = document.workflow_state == "done" and not replaced

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        done = Domain("workflow_state", "=", "done")
        return done & ~Domain("next_ids", "any", done)

    # === BUSINESS METHODS === #

    def _check_in_force(self):
        """Refuse a next version where there is one, or where this one is not in force.

        :raise UserError: naming the document
        """
        going = {"draft", "running"} & set(self.next_ids.mapped("workflow_state"))
        if self.is_current and not going:
            return
        raise UserError(
            self.env._(
                "%(document)s is not in force, or its next version is already there. "
                "Open its last version.",
                document=self.display_name,
            )
        )
