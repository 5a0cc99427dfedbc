from odoo import api, fields, models

from ..engine import workflow as engine
from ..engine.workflow_picture import draw
from ..store import stage_figures
from .mtqg_workflow_editor import key_of

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
            engine.Stage(
                key_of(s), s.kind or "", s.code or "", s.sequence, s.is_outside
            )
            for s in self.stage_ids
        )
        transitions = (
            engine.Transition(
                id=key_of(t),
                kind=t.kind,
                stage_from=key_of(t.stage_from_id),
                stage_to=key_of(t.stage_to_id),
                sequence=t.sequence,
                condition=t._is_conditional() or None,
            )
            for t in self.transition_ids
            if t.kind
        )
        return engine.Definition(0, tuple(stages), tuple(transitions))

    def _find_part(self, parts, key):
        return next((part for part in parts if key_of(part) == key), parts.browse())

    def _draw(self):
        """Return the picture as plain data: boxes, arrows, and what they are called."""
        shape = self._read_shape()
        picture = draw(shape.stages, shape.transitions)
        parts = {key_of(t): t for t in self.transition_ids}
        stages = {key_of(s): s for s in self.stage_ids}
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
                    "transitions": [
                        parts[key]._get_arrow() for key in arrow.transitions
                    ],
                }
                for arrow in picture.arrows
            ],
        }
