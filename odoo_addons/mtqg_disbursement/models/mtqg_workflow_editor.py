from odoo import api, fields, models
from odoo.exceptions import ValidationError


def key_of(record):
    """Return the id of a part, or what stands for it until it is saved; 0 for none."""
    if record._origin:
        return record._origin.id
    return record.id if record else 0


class MtqgWorkflow(models.Model):
    _inherit = "mtqg.workflow"

    # who edits definitions need not read the registry of models
    document_model = fields.Selection(
        selection="_list_document_models",
        string="Documents of the workflow",
        compute="_compute_document_model",
        inverse="_inverse_document_model",
    )

    def _list_document_models(self):
        names = self.env["ir.model"]._get_workflow_models()
        found = self.env["ir.model"].sudo().search([("model", "in", names)])
        return [(model.model, model.name) for model in found.sorted("name")]

    @api.depends("model_id")
    def _compute_document_model(self):
        for workflow in self:
            workflow.document_model = workflow.model or False

    def _inverse_document_model(self):
        for workflow in self:
            if workflow.document_model:
                workflow.model_id = self.env["ir.model"]._get_id(
                    workflow.document_model
                )

    @api.onchange("document_model")
    def _onchange_document_model(self):
        self._inverse_document_model()


class MtqgWorkflowStage(models.Model):
    _inherit = "mtqg.workflow.stage"

    transition_ids = fields.One2many(
        "mtqg.workflow.transition", "stage_from_id", string="Ways out of the stage"
    )
    state = fields.Selection(related="workflow_id.state", related_sudo=False)
    has_amount = fields.Boolean(related="workflow_id.has_amount", related_sudo=False)
    has_group = fields.Boolean(related="workflow_id.has_group", related_sudo=False)
    has_nature = fields.Boolean(related="workflow_id.has_nature", related_sudo=False)
    has_unit_kind = fields.Boolean(
        related="workflow_id.has_unit_kind", related_sudo=False
    )

    def _get_box(self):
        """Return what the picture shows of the stage."""
        self.ensure_one()
        return {
            "stage": self._origin.id or 0,
            "key": str(key_of(self)),
            "name": self.name or "",
            "kind": self.kind or "",
            "is_outside": self.is_outside,
        }


class MtqgWorkflowTransition(models.Model):
    _inherit = "mtqg.workflow.transition"

    state = fields.Selection(related="workflow_id.state", related_sudo=False)
    has_amount = fields.Boolean(related="workflow_id.has_amount", related_sudo=False)
    has_group = fields.Boolean(related="workflow_id.has_group", related_sudo=False)
    has_nature = fields.Boolean(related="workflow_id.has_nature", related_sudo=False)
    has_unit_kind = fields.Boolean(
        related="workflow_id.has_unit_kind", related_sudo=False
    )
    group_choices = fields.Json(compute="_compute_group_choices")

    @api.depends("workflow_id.model")
    @api.depends_context("lang")
    def _compute_group_choices(self):
        """Offer the values of the field that the column “group” stands for."""
        for transition in self:
            transition.group_choices = transition._list_groups()

    def _list_groups(self):
        """Return [value, label] of the column “group”; nothing for free text."""
        model = self.env.get(self.workflow_id.model)
        path = model is not None and model._workflow_columns.get("group")
        if not path:
            return []
        field, _owner, _label = self.env["mtqg.workflow.words"]._find_field(path, model)
        if field.type != "selection":
            return []
        return [list(pair) for pair in field._description_selection(self.env)]

    def _find_condition_faults(self):
        """Return sentences on conditions, and on a group that no document has."""
        faults = super()._find_condition_faults()
        groups = dict(self._list_groups())
        if self.when_group and groups and self.when_group not in groups:
            faults.append(
                self.env._(
                    "%(transition)s: no document has the group “%(group)s”. There are: "
                    "%(groups)s.",
                    transition=self._get_full_name(),
                    group=self.when_group,
                    groups=", ".join(groups),
                )
            )
        return faults

    def _get_full_name(self):
        """Return the name with the stages that the transition joins."""
        if not self:
            return ""
        self.ensure_one()
        return self.env._(
            "“%(name)s” (%(from)s → %(to)s)",
            **{
                "name": self.name or "",
                "from": self.stage_from_id.name or "…",
                "to": self.stage_to_id.name or "…",
            },
        )

    def _is_conditional(self):
        """Tell whether a document may find that the row does not hold for it."""
        self.ensure_one()
        try:
            return self._read_condition() is not None
        except ValidationError:
            return True

    def _get_arrow(self):
        """Return what the picture shows of the transition."""
        self.ensure_one()
        return {
            "transition": self._origin.id or 0,
            "key": str(key_of(self)),
            "name": self.name or "",
            "kind": self.kind,
            "when": self._describe_when(),
            "who": [step._describe_fully() for step in self.step_ids],
            "papers": self.requirement_ids.paper_type_id.mapped("name"),
            "limit_days": self.limit_days,
            "any_earlier": self.any_earlier and self.kind == "return",
        }


class MtqgWorkflowStep(models.Model):
    _inherit = "mtqg.workflow.step"

    document_model = fields.Char(
        related="transition_id.workflow_id.model", related_sudo=False
    )
    field_choices = fields.Json(compute="_compute_field_choices")
    who = fields.Char(string="Who is asked", compute="_compute_who")
    when = fields.Char(string="Asked for", compute="_compute_who")

    @api.depends("transition_id.workflow_id.model")
    @api.depends_context("lang")
    def _compute_field_choices(self):
        """Offer the fields of the documents that name a unit or a user."""
        for step in self:
            workflow = step.transition_id.workflow_id
            model = self.env.get(workflow.model)
            fields_ = model._fields.values() if model is not None else ()
            step.field_choices = [
                [field.name, field._description_string(self.env)]
                for field in fields_
                if field.comodel_name in {"mtqg.unit", "res.users"}
                and field.type == "many2one"
                and field.store
            ]

    @api.depends("kind", "group_id", "user_id", "field_name", "level", "quorum")
    @api.depends("needed", "condition")
    @api.depends_context("lang")
    def _compute_who(self):
        words = self.env["mtqg.workflow.words"]
        for step in self:
            model = step.transition_id.workflow_id.model
            step.who = step._describe_who() if step.kind else ""
            step.when = words._describe_domain(step.condition, model)
