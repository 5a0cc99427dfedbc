from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .workflow_run import Run
from .workflow_version import VersionFacts

_OPEN_STATES = ("draft", "running")


class MtqgWorkflowMigrate(models.Model):
    """The documents that are on the way on a version, and their move to another one."""

    _inherit = "mtqg.workflow"

    running_count = fields.Integer(
        string="Running documents", compute="_compute_running_count"
    )

    # === COMPUTE METHODS === #

    @api.depends("model", "state")
    @api.depends_context("uid")
    def _compute_running_count(self):
        counts = {}
        for model, workflows in self.grouped("model").items():
            documents = self.env.get(model)
            if documents is not None and documents.has_access("read"):
                counts |= dict(
                    documents._read_group(
                        self._get_running_domain(workflows),
                        ["workflow_id"],
                        ["__count"],
                    )
                )
        for workflow in self:
            workflow.running_count = counts.get(workflow._origin, 0)

    # === ACTION METHODS === #

    def action_open_documents(self):
        """Open the documents that are on the way on this version."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self.model,
            "views": [(False, "list"), (False, "form")],
            "domain": list(self._get_running_domain(self)),
        }

    def action_migrate(self):
        """Open the dialog that moves running documents to another version."""
        self.ensure_one()
        migration = self.env["mtqg.workflow.migration"].create({"source_id": self.id})
        return migration._get_action()

    # === BUSINESS METHODS === #

    @api.model
    def _get_running_domain(self, workflows):
        return fields.Domain("workflow_id", "in", workflows.ids) & fields.Domain(
            "workflow_state", "in", _OPEN_STATES
        )

    def _find_running(self):
        """Return the documents that are on the way on these versions."""
        self.ensure_one()
        documents = self.env[self.model].with_context(active_test=False)
        return documents.search(self._get_running_domain(self), order="id")


class MtqgWorkflowMigrateMixin(models.AbstractModel):
    """Documents go over to another version of their workflow."""

    _inherit = "mtqg.workflow.mixin"

    def _plan_migration(self, target, stage_map):
        """Return {document id: ``Place``}: where documents would be in a version.

        :param target: the version
        :param dict stage_map: {stage id now: stage id of the version}
        """
        facts = VersionFacts(self, target)
        return {
            id_: facts.find_place(id_, stage_map.get(row.stage, 0))
            for id_, row in facts.rows.items()
        }

    def _migrate(self, target, stage_map, comment):
        """Move documents to another version; what they wait for is asked again.

        What cannot go is left where it is.

        :param str comment: why, for the history of each document
        :return: {document id: ``Place``}, of all documents
        :raise UserError: if the version is not published or the user is no manager
        """
        if not self.env.su and not self.env.user.has_group(
            "mtqg_disbursement.group_manager"
        ):
            raise AccessError(
                self.env._("Only managers move documents to another version.")
            )
        if target.state != "published" or target.model != self._name:
            raise UserError(
                self.env._("Documents go over to a published version of their kind.")
            )
        places = self._plan_migration(target, stage_map)
        moving = self.filtered(lambda document: not places[document.id].fault)
        before = {document.id: document.sudo().stage_id.id for document in moving}
        # the conditions of the new version decide from here on
        moving.sudo().write({"workflow_id": target.id})
        facts = VersionFacts(moving, target)
        run = Run(facts, "migrate", comment)
        for id_ in facts.rows:
            run.transplant(id_, before[id_], stage_map[before[id_]], places[id_])
        run.finish()
        return places
