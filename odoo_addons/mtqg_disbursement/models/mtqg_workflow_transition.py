import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..engine import workflow as engine
from ..fields import Dong
from .mtqg_allocation import NATURES
from .mtqg_unit import KINDS

# columns of a decision table and the operator that compares a cell with the document
_TABLE_CELLS = {
    "when_amount_from": ("amount", ">="),
    "when_amount_to": ("amount", "<"),
    "when_group": ("group", "="),
    "when_nature": ("nature", "="),
    "when_unit_kind": ("unit_kind", "="),
}


class MtqgWorkflowTransition(models.Model):
    """A way from one stage to another, with what it asks for.

    The transitions of one kind out of one stage are the rows of a decision table: they
    are tried from the top, and the first one whose cells and condition hold is taken.
    """

    _name = "mtqg.workflow.transition"
    _inherit = ["mtqg.workflow.part.mixin"]
    _description = "Workflow transition"
    _order = "sequence, id"
    _workflow_path = "workflow_id"

    workflow_id = fields.Many2one(
        "mtqg.workflow", required=True, ondelete="cascade", index=True
    )
    document_model = fields.Char(related="workflow_id.model", related_sudo=False)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("submit", "Submit"),
            ("approve", "Approve"),
            ("return", "Return"),
            ("reject", "Reject"),
            ("withdraw", "Withdraw"),
        ],
        required=True,
        default="approve",
    )
    stage_from_id = fields.Many2one(
        "mtqg.workflow.stage",
        string="From",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('workflow_id', '=', workflow_id)]",
    )
    stage_to_id = fields.Many2one(
        "mtqg.workflow.stage",
        string="To",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('workflow_id', '=', workflow_id)]",
    )
    when_amount_from = Dong(string="Amount from", help="In đồng, included.")
    when_amount_to = Dong(string="Amount below", help="In đồng, not included.")
    when_group = fields.Char(
        string="Group", help="Value of the document's field of this column."
    )
    when_nature = fields.Selection(NATURES, string="Nature of capital")
    when_unit_kind = fields.Selection(KINDS, string="Kind of the unit")
    condition = fields.Char(
        default="[]",
        help="Domain on fields of the document; the first transition whose condition "
        "holds is taken.",
    )
    step_ids = fields.One2many(
        "mtqg.workflow.step", "transition_id", string="Approver steps", copy=True
    )
    requirement_ids = fields.One2many(
        "mtqg.workflow.requirement",
        "transition_id",
        string="Required papers",
        copy=True,
    )
    escalation_ids = fields.One2many(
        "mtqg.workflow.escalation", "transition_id", copy=True
    )
    notice_ids = fields.One2many(
        "mtqg.workflow.notice", "transition_id", string="Notifications", copy=True
    )
    limit_days = fields.Integer(string="Time limit (working days)", aggregator=None)
    any_earlier = fields.Boolean(
        string="To any earlier stage",
        help="Whoever returns a document chooses one of the stages it came through.",
    )

    _limit_positive = models.Constraint(
        "CHECK (COALESCE(limit_days, 0) BETWEEN 0 AND 3650)",
        "A time limit is a number of working days, zero for none.",
    )
    _amounts_in_order = models.Constraint(
        "CHECK (COALESCE(when_amount_from, 0) >= 0 AND COALESCE(when_amount_to, 0) >= 0"
        " AND (COALESCE(when_amount_to, 0) = 0"
        " OR when_amount_to > COALESCE(when_amount_from, 0)))",
        "The amount below which a row holds is larger than the one it starts from.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _parse_domain(self, text):
        """Return the domain that a text spells; it is data, no code is run.

        :raise ValidationError: if the text is not a list of conditions
        """
        try:
            return Domain(ast.literal_eval(text or "[]"))
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            raise ValidationError(
                self.env._("“%(text)s” is not a domain of the document.", text=text)
            ) from None

    def _read_condition(self):
        """Return the domain of the row: its condition and its cells, or None.

        :raise ValidationError: if the condition is no domain
        """
        self.ensure_one()
        columns = self.env[self.document_model]._workflow_columns
        cells = [
            Domain(columns[column], operator, self[name])
            for name, (column, operator) in _TABLE_CELLS.items()
            if self[name] and column in columns
        ]
        return self._as_condition(
            Domain.AND([self._parse_domain(self.condition), *cells])
        )

    @api.model
    def _as_condition(self, domain):
        return None if domain.is_true() else domain

    def _as_engine(self):
        """Return the transition as the engine reads it."""
        self.ensure_one()
        return engine.Transition(
            id=self.id,
            kind=self.kind,
            stage_from=self.stage_from_id.id,
            stage_to=self.stage_to_id.id,
            sequence=self.sequence,
            condition=self._read_condition(),
            steps=tuple(step._as_engine() for step in self.step_ids),
            requirements=tuple(r._as_engine() for r in self.requirement_ids),
            limit_days=self.limit_days,
            any_earlier=self.any_earlier,
        )

    def _find_condition_faults(self):
        """Return sentences on conditions that name no field of the document."""
        self.ensure_one()
        columns = self.env[self.document_model]._workflow_columns
        faults = [
            self.env._(
                "Transition %(transition)s: the documents have no “%(column)s” that "
                "this column of the decision table could compare.",
                transition=self._get_full_name(),
                column=self._fields[name]._description_string(self.env),
            )
            for name, (column, _operator) in _TABLE_CELLS.items()
            if self[name] and column not in columns
        ]
        name = self._get_full_name()
        faults += self._find_domain_faults(self.condition, name)
        for part in (*self.step_ids, *self.requirement_ids):
            faults += self._find_domain_faults(part.condition, f"{name} › {part.name}")
        return faults

    def _find_domain_faults(self, text, name):
        """Return sentences on fields of a condition that conditions may not name."""
        model = self.env[self.document_model]
        try:
            domain = self._parse_domain(text)
            domain.validate(model.sudo())
        except (ValidationError, ValueError, TypeError) as error:
            return [f"{name}: {error}"]
        allowed = set(model._workflow_condition_fields)
        return [
            self.env._(
                "%(part)s: conditions may not use the field “%(field)s”. They may use: "
                "%(allowed)s.",
                part=name,
                field=path,
                allowed=", ".join(sorted(allowed)),
            )
            for path in dict.fromkeys(_list_paths(domain))
            if path not in allowed
        ]


def _list_paths(domain):
    """Yield the dotted paths of fields that a domain and its sub-domains name."""
    for condition in domain.iter_conditions():
        path = condition.field_expr
        if condition.operator in {"any", "not any"} and isinstance(
            condition.value, (Domain, list, tuple)
        ):
            for inner in _list_paths(Domain(condition.value)):
                yield f"{path}.{inner}"
        else:
            yield path
