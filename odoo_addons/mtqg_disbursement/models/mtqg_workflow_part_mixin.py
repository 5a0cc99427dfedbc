from odoo import api, models


class MtqgWorkflowPartMixin(models.AbstractModel):
    """A part of a workflow's definition: it changes only while the version is a draft.

    Names and hints are words for people; they may be put right at any time.
    """

    _name = "mtqg.workflow.part.mixin"
    _description = "Part of a workflow"

    # where the workflow of a part is found
    _workflow_path = "transition_id.workflow_id"
    _workflow_free_words = frozenset({"name"})

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._find_target(vals)._check_draft()
        parts = super().create(vals_list)
        parts._check_draft()
        return parts

    def write(self, vals):
        if vals.keys() - self._workflow_free_words:
            self._check_draft()
            # nor may a part move into a version that is not a draft
            if self._workflow_path.partition(".")[0] in vals:
                self._find_target(vals)._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        self._check_draft()

    # === BUSINESS METHODS === #

    def _find_target(self, vals):
        """Return the version that parts with these values would belong to."""
        owner, _dot, rest = self._workflow_path.partition(".")
        values = vals if owner in vals else self.default_get([owner])
        found = values.get(owner)
        owners = self.env[self._fields[owner].comodel_name]
        owners = owners.browse(found if isinstance(found, int) and found else ())
        return owners.exists().mapped(rest) if rest else owners.exists()

    def _check_draft(self):
        self.mapped(self._workflow_path)._check_draft()
