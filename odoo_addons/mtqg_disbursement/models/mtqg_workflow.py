from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..engine import workflow as engine
from ..store import definitions


class MtqgWorkflow(models.Model):
    """One version of a definition: stages, transitions, approver steps, papers.

    State: draft -> published -> retired. A published version is frozen; documents stay
    on the version they started with. A change is a new version of the same code.
    """

    _name = "mtqg.workflow"
    _description = "Workflow"
    _order = "model, code, version desc"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    version = fields.Integer(default=1, required=True, aggregator=None, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Documents",
        required=True,
        ondelete="cascade",
        domain="[('is_mtqg_workflow', '=', True)]",
    )
    # managers need not read the registry of models
    model = fields.Char(
        related="model_id.model", store=True, index=True, related_sudo=True
    )
    condition = fields.Char(
        default="[]", help="Which documents take this workflow when they are created."
    )
    sequence = fields.Integer(default=10)
    stage_ids = fields.One2many("mtqg.workflow.stage", "workflow_id", copy=False)
    transition_ids = fields.One2many(
        "mtqg.workflow.transition", "workflow_id", copy=False
    )
    legal_basis = fields.Char(string="Legal basis")

    _version_unique = models.Constraint(
        "UNIQUE (code, version)", "This version of the workflow already exists."
    )
    _published_once = models.UniqueIndex(
        "(code) WHERE state = 'published'",
        "Another version of this workflow is published. Retire it first.",
    )

    def init(self):
        # the tables of the parts are there when the registry is ready
        self.pool.post_init(definitions.install_triggers, self.env)

    # === COMPUTE METHODS === #

    @api.depends("name", "version")
    def _compute_display_name(self):
        for workflow in self:
            name, version = workflow.name, workflow.version
            workflow.display_name = f"{name} (v{version})" if name else ""

    # === CRUD METHODS === #

    def _has_field_access(self, field, operation):
        # a version is published and retired by its actions, which check it
        if operation == "write" and field.name == "state":
            return self.env.su
        return super()._has_field_access(field, operation)

    def write(self, vals):
        if vals.keys() - {"state", "name", "sequence"}:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        self._check_draft()

    # === ACTION METHODS === #

    def action_publish(self):
        """Publish the version; an older published version of it is retired.

        :raise UserError: naming every fault of the definition
        """
        self.check_access("write")
        for workflow in self:
            workflow._check_draft()
            if faults := workflow._find_faults():
                raise UserError("\n".join([workflow.display_name, *faults]))
            workflow._find_published().sudo().write({"state": "retired"})
            # nothing of the version may be written after the database has frozen it
            self.env.flush_all()
            workflow.sudo().state = "published"
        self.env.registry.clear_cache()
        return True

    def action_retire(self):
        """Take the version out of use for new documents.

        :raise UserError: if it is a draft, which can be deleted instead
        """
        self.check_access("write")
        if drafts := self.filtered(lambda workflow: workflow.state == "draft"):
            raise UserError(
                self.env._(
                    "%(workflow)s was never published. Delete the draft instead.",
                    workflow=drafts[0].display_name,
                )
            )
        self.env.registry.clear_cache()
        return self.sudo().write({"state": "retired"})

    def action_new_version(self):
        """Copy the version into a draft with the next number, and open it."""
        self.ensure_one()
        last = self.search([("code", "=", self.code)], order="version desc", limit=1)
        fresh = self.copy({"version": last.version + 1})
        stages = {
            stage: stage.copy({"workflow_id": fresh.id}) for stage in self.stage_ids
        }
        for transition in self.transition_ids:
            transition.copy(
                {
                    "workflow_id": fresh.id,
                    "stage_from_id": stages[transition.stage_from_id].id,
                    "stage_to_id": stages[transition.stage_to_id].id,
                }
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": fresh.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _check_draft(self):
        if frozen := self.filtered(lambda workflow: workflow.state != "draft"):
            raise UserError(
                self.env._(
                    "Workflow %(workflow)s is not a draft any more, and documents rely "
                    "on it. Make a new version and change that.",
                    workflow=frozen[0].display_name,
                )
            )

    def _find_published(self):
        return self.search(
            [("code", "in", self.mapped("code")), ("state", "=", "published")]
        )

    def _find_faults(self):
        """Return all sentences that say why the version cannot be published."""
        self.ensure_one()
        shape = self._read_shape()
        faults = engine.find_faults(shape.stages, shape.transitions)
        return [
            *(
                sentence
                for transition in self.transition_ids
                for sentence in transition._find_condition_faults()
            ),
            *(self._describe_fault(fault) for fault in faults),
        ]

    def _describe_fault(self, fault):
        stage = self._find_part(self.stage_ids, fault.values.get("stage"))
        transition = self._find_part(
            self.transition_ids, fault.values.get("transition")
        )
        names = {"stage": stage.name, "transition": transition._get_full_name()}
        texts = {
            "one_start": self.env._("There must be exactly one stage of kind Start."),
            "no_end": self.env._("There must be a stage in which documents are done."),
            "foreign_stage": self.env._(
                "Transition %(transition)s joins stages of another workflow.", **names
            ),
            "leaves_end": self.env._(
                "Transition %(transition)s leaves a final stage.", **names
            ),
            "unreachable": self.env._(
                "Stage %(stage)s cannot be reached from the start.", **names
            ),
            "dead_end": self.env._("Stage %(stage)s is a dead end.", **names),
            "table_open": self.env._(
                "Some documents find no way out of stage %(stage)s. Let the last row "
                "of its decision table have no condition.",
                **names,
            ),
            "table_hidden": self.env._(
                "Transition %(transition)s is never taken: a row above it has no "
                "condition.",
                **names,
            ),
        }
        return texts[fault.code]

    @api.model
    def _find_for(self, model, values=None):
        """Return the published workflow for a new document of a model.

        :param dict values: field values of the document, for workflows with a condition
        """
        document = self.env[model].new(values or {})
        found = (
            workflow_id
            for workflow_id, condition, _start in self._list_published(model)
            if not condition or document.filtered_domain(condition)
        )
        return self.sudo().browse(next(found, ()))

    @api.model
    @tools.ormcache("model")
    def _list_published(self, model):
        """Return (id, condition or None, start stage) of the workflows of a model."""
        workflows = self.sudo().search(
            [("model", "=", model), ("state", "=", "published")], order="sequence, id"
        )
        return tuple(
            (
                workflow.id,
                workflow._read_condition(),
                workflow.stage_ids.filtered(lambda stage: stage.kind == "start").id,
            )
            for workflow in workflows
        )

    def _read_condition(self):
        transitions = self.env["mtqg.workflow.transition"]
        return transitions._as_condition(transitions._parse_domain(self.condition))

    def _get_definition(self):
        """Return the version as the engine reads it; a frozen one is read once."""
        self.ensure_one()
        return self._keep_definition(self.id) or self._read_definition()

    @api.model
    @tools.ormcache("workflow_id")
    def _keep_definition(self, workflow_id):
        workflow = self.sudo().browse(workflow_id)
        return workflow.state != "draft" and workflow._read_definition()

    def _read_definition(self):
        workflow = self.sudo()
        return engine.Definition(
            id=workflow.id,
            stages=tuple(
                engine.Stage(s.id, s.kind, s.code, s.sequence, s.is_outside)
                for s in workflow.stage_ids
            ),
            transitions=tuple(t._as_engine() for t in workflow.transition_ids),
        )


class IrModel(models.Model):
    _inherit = "ir.model"

    is_mtqg_workflow = fields.Boolean(
        string="Under workflow",
        compute="_compute_is_mtqg_workflow",
        search="_search_is_mtqg_workflow",
    )

    def _compute_is_mtqg_workflow(self):
        names = set(self._get_workflow_models())
        for model in self:
            model.is_mtqg_workflow = model.model in names

    def _search_is_mtqg_workflow(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("model", "in", self._get_workflow_models())]

    def _get_workflow_models(self):
        """Return the names of all concrete models that have the workflow mixin."""
        return [
            name
            for name, model in self.env.registry.items()
            if not model._abstract and hasattr(model, "_on_workflow_done")
        ]
