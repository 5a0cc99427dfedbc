from odoo import api, models

from .workflow_facts import Facts


class MtqgWorkflowReturn(models.AbstractModel):
    _inherit = "mtqg.workflow.mixin"

    # === BUSINESS METHODS === #

    def _list_return_stages(self):
        """Return the stages to which all of the documents may be sent back.

        :return: stages in their order, and the one that the definition names; no stage
            where the documents have none in common or one of them waits for nobody
        """
        stages = self.env["mtqg.workflow.stage"].sudo()
        facts = Facts(self.exists()._filtered_access("read"))
        common, defaults = None, set()
        for document in facts.documents:
            transition = facts.find_route(document.id, "return")
            if not facts.rows[document.id].transition or transition is None:
                return stages, stages
            allowed = document._list_earlier_stages(transition)
            common = allowed if common is None else common & allowed
            defaults.add(transition.stage_to)
        default = stages.browse(defaults if len(defaults) == 1 else ())
        return common or stages, default


class MtqgWorkflowReturnChoices(models.Model):
    _inherit = "mtqg.workflow.task"

    # === READING === #

    @api.readonly
    def read_return_choices(self):
        """Return what can be chosen when the documents of the tasks are returned.

        :return: dict ``reasons`` and ``stages``, lists of dicts ``code``, ``name``, and
            ``stage``, the code of the stage that the definition names; stages only for
            the tasks of one document
        """
        tasks = self._filter_seen()
        stages = default = self.env["mtqg.workflow.stage"]
        places = {(task.res_model, task.res_id) for task in tasks}
        if len(places) == 1:
            ((model, res_id),) = places
            stages, default = self.env[model].browse(res_id)._list_return_stages()
        return {
            "reasons": self.env["mtqg.workflow.return.reason"]._list_choices(),
            "stages": [{"code": s.code, "name": s.name} for s in stages],
            "stage": default.code,
        }


class MtqgWorkflowReturnReasonChoices(models.Model):
    _inherit = "mtqg.workflow.return.reason"

    # === BUSINESS METHODS === #

    @api.model
    def _list_choices(self):
        """Return the reasons as dicts ``code``, ``name``."""
        if not self.has_access("read"):
            return []
        return [{"code": r.code, "name": r.name} for r in self.search([])]
