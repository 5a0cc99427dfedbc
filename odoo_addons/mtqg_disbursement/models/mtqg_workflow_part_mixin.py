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
        parts = super().create(vals_list)
        parts._check_draft()
        return parts

    def write(self, vals):
        if vals.keys() - self._workflow_free_words:
            self._check_draft()
            result = super().write(vals)
            # nor may a part move into a version that is not a draft
            self._check_draft()
            return result
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        self._check_draft()

    # === BUSINESS METHODS === #

    def _check_draft(self):
        self.mapped(self._workflow_path)._check_draft()
