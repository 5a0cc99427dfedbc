from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import workflow as engine
from ..engine.workflow_picture import draw
from ..store import stage_figures

_STAGE_FIELDS = ("name", "code", "kind", "sequence", "is_outside")
_TRANSITION_FIELDS = (
    "name",
    "kind",
    "sequence",
    "stage_from_id",
    "stage_to_id",
    "when_amount_from",
    "when_amount_to",
    "when_group",
    "when_nature",
    "when_unit_kind",
    "condition",
    "limit_days",
    "any_earlier",
    "step_ids.name",
    "step_ids.kind",
    "step_ids.condition",
    "requirement_ids.paper_type_id",
    "requirement_ids.condition",
)


class MtqgWorkflowCheck(models.Model):
    """What is wrong with a version, and its picture, while it is being edited."""

    _inherit = "mtqg.workflow"

    faults = fields.Text(string="To be put right", compute="_compute_faults")
    diagram = fields.Json(compute="_compute_diagram")
    has_amount = fields.Boolean(compute="_compute_columns")
    has_group = fields.Boolean(compute="_compute_columns")
    has_nature = fields.Boolean(compute="_compute_columns")
    has_unit_kind = fields.Boolean(compute="_compute_columns")

    # === COMPUTE METHODS === #

    @api.depends("model")
    def _compute_columns(self):
        """Tell which columns of a decision table the documents can be compared by."""
        for workflow in self:
            model = self.env.get(workflow.model)
            columns = model._workflow_columns if model is not None else {}
            for name in ("amount", "group", "nature", "unit_kind"):
                workflow[f"has_{name}"] = name in columns

    @api.depends(
        "state",
        "model",
        *(f"stage_ids.{name}" for name in _STAGE_FIELDS),
        *(f"transition_ids.{name}" for name in _TRANSITION_FIELDS),
    )
    @api.depends_context("lang")
    def _compute_faults(self):
        for workflow in self:
            is_open = workflow.state == "draft" and workflow.model
            faults = workflow._find_faults() if is_open else []
            workflow.faults = "\n".join(faults)

    @api.depends(
        "model",
        *(f"stage_ids.{name}" for name in _STAGE_FIELDS),
        *(f"transition_ids.{name}" for name in _TRANSITION_FIELDS),
    )
    @api.depends_context("lang")
    def _compute_diagram(self):
        for workflow in self:
            workflow.diagram = workflow._draw()

    # === ACTION METHODS === #

    @api.readonly
    def get_faults(self):
        """Return why the version cannot be published: a list of sentences."""
        self.check_access("read")
        return [fault for workflow in self for fault in workflow._find_faults()]

    def action_check(self):
        """Say whether the version can be published, and what has to be put right."""
        self.ensure_one()
        faults = self.get_faults()
        text = "\n".join(faults) or self.env._(
            "No faults were found. The version can be published."
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.display_name,
                "message": text,
                "type": "warning" if faults else "success",
                "sticky": bool(faults),
            },
        }

    @api.readonly
    def get_stage_figures(self):
        """Say how many documents are in each stage, and how long they stayed there.

        Counted is what the user may see; a stay is counted when it is over.

        :return: dict of stage ids, as strings: ``count`` (documents there now),
            ``left`` (stays that are over) and ``days`` (their average, in days)
        """
        self.check_access("read")
        figures = {}
        for workflow in self:
            documents = self.env.get(workflow.model)
            if documents is None or not documents.has_access("read"):
                continue
            seen = documents.with_context(active_test=False)._search([])
            rows = stage_figures.read(self.env, documents, seen, workflow.stage_ids.ids)
            figures |= {
                str(stage): {"count": count, "left": left, "days": days}
                for stage, count, left, days in rows
            }
        return figures

    # === BUSINESS METHODS === #

    def _read_shape(self):
        """Return stages and transitions as the engine reads them, faulty ones too.

        What is not saved yet has a key in place of its id.
        """
        stages = (
            engine.Stage(_key(s), s.kind or "", s.code or "", s.sequence, s.is_outside)
            for s in self.stage_ids
        )
        transitions = (
            engine.Transition(
                id=_key(t),
                kind=t.kind,
                stage_from=_key(t.stage_from_id),
                stage_to=_key(t.stage_to_id),
                sequence=t.sequence,
                condition=t._is_conditional() or None,
            )
            for t in self.transition_ids
            if t.kind
        )
        return engine.Definition(0, tuple(stages), tuple(transitions))

    def _find_part(self, parts, key):
        return next((part for part in parts if _key(part) == key), parts.browse())

    def _draw(self):
        """Return the picture as plain data: boxes, arrows, and what they are called."""
        shape = self._read_shape()
        picture = draw(shape.stages, shape.transitions)
        parts = {_key(t): t for t in self.transition_ids}
        stages = {_key(s): s for s in self.stage_ids}
        return {
            "width": picture.width,
            "height": picture.height,
            "boxes": [
                {
                    **stages[box.stage]._get_box(),
                    "x": box.x,
                    "y": box.y,
                    "loops": [
                        parts[key]._get_arrow()
                        for key in picture.loops.get(box.stage, ())
                    ],
                }
                for box in picture.boxes
            ],
            "arrows": [
                {
                    **arrow._asdict(),
                    "transitions": [parts[key]._get_arrow() for key in arrow.transitions],
                }
                for arrow in picture.arrows
            ],
        }


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
            "key": str(_key(self)),
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
        """Return [value, label] of the column “group”; nothing where it is free text."""
        model = self.env.get(self.workflow_id.model)
        path = model is not None and model._workflow_columns.get("group")
        if not path:
            return []
        field, _owner, _label = self.env["mtqg.workflow.words"]._find_field(path, model)
        is_list = field.type == "selection"
        return [list(p) for p in field._description_selection(self.env)] if is_list else []

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
            "key": str(_key(self)),
            "name": self.name or "",
            "kind": self.kind,
            "when": self._describe_when(),
            "who": [step._describe_who() for step in self.step_ids],
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


def _key(record):
    """Return the id of a part, or what stands for it until it is saved."""
    return record._origin.id or record.id or 0
