import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class MtqgWorkflowTransition(models.Model):
    """A way from one stage to another, with what it asks for."""

    _name = "mtqg.workflow.transition"
    _description = "Workflow transition"
    _order = "sequence, id"

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
    condition = fields.Char(
        default="[]",
        help="Domain on stored fields of the document; the first transition whose "
        "condition holds is taken.",
    )
    step_ids = fields.One2many(
        "mtqg.workflow.step", "transition_id", string="Approver steps", copy=True
    )
    paper_type_ids = fields.Many2many(
        "mtqg.paper.type", string="Required papers", copy=True
    )
    limit_days = fields.Integer(string="Time limit (working days)", aggregator=None)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        transitions = super().create(vals_list)
        transitions.workflow_id._check_draft()
        return transitions

    def write(self, vals):
        if vals.keys() - {"name"}:
            self.workflow_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        self.workflow_id._check_draft()

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

    def _find_condition_faults(self):
        """Return sentences on conditions that name no stored field of the document."""
        self.ensure_one()
        model = self.env[self.workflow_id.model]
        faults = []
        for condition in self._parse_domain(self.condition).iter_conditions():
            field = model._fields.get(condition.field_expr)
            if field is None or not field.store:
                faults.append(
                    self.env._(
                        "Transition %(transition)s: %(field)s is not a stored field "
                        "of the document.",
                        transition=self.name,
                        field=condition.field_expr,
                    )
                )
        return faults

    def _select(self, documents, stage, kind):
        """Return {transition: documents} for the documents in a stage.

        The first transition of the kind whose condition holds takes a document; one
        query per transition with a condition, whatever the number of documents.
        """
        chosen = {}
        rest = documents.sudo()
        for transition in self.sudo().search(
            [("stage_from_id", "=", stage.id), ("kind", "=", kind)]
        ):
            domain = self._parse_domain(transition.condition)
            taken = rest if domain.is_true() else rest._filter_condition(domain)
            if taken:
                chosen[transition] = taken
                rest -= taken
        return chosen


class MtqgWorkflowStep(models.Model):
    """One approver step of a transition: who must agree, and how many of them.

    Steps with the same sequence run side by side, the others one after the other.
    """

    _name = "mtqg.workflow.step"
    _description = "Approver step"
    _order = "sequence, id"

    transition_id = fields.Many2one(
        "mtqg.workflow.transition", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("unit_leader", "Leader of the unit"),
            ("superior_leader", "Leader of the superior unit"),
            ("group", "Members of a group above the unit"),
            ("user", "One user"),
            ("field", "Group in the unit of a field"),
        ],
        required=True,
        default="unit_leader",
    )
    user_id = fields.Many2one("res.users", ondelete="restrict")
    group_id = fields.Many2one("res.groups", ondelete="restrict")
    field_name = fields.Char(help="Field of the document that names a unit.")
    needed = fields.Integer(
        string="Approvals needed", default=1, required=True, aggregator=None
    )

    _needed_positive = models.Constraint(
        "CHECK (needed > 0)", "A step needs at least one approval."
    )
    _approver_named = models.Constraint(
        "CHECK ((kind <> 'user' OR user_id IS NOT NULL)"
        " AND (kind NOT IN ('group', 'field') OR group_id IS NOT NULL)"
        " AND (kind <> 'field' OR field_name IS NOT NULL))",
        "An approver step names its user, its group, or the field and the group.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.transition_id.workflow_id._check_draft()
        return steps

    def write(self, vals):
        if vals.keys() - {"name"}:
            self.transition_id.workflow_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        self.transition_id.workflow_id._check_draft()

    # === BUSINESS METHODS === #

    def _prepare_tasks(self, documents, state):
        """Return values for the tasks that ask the step's approvers on documents."""
        self.ensure_one()
        return [
            {
                "res_model": document._name,
                "res_id": document.id,
                "document_name": document._get_label(),
                "unit_id": document._get_workflow_unit().id,
                "step_id": self.id,
                "transition_id": self.transition_id.id,
                "sequence": self.sequence,
                "run": document.workflow_run,
                "needed": self.needed,
                "state": state,
                "requester_id": document.workflow_requester_id.id,
                **self._prepare_approver(document),
            }
            for document in documents
        ]

    def _prepare_approver(self, document):
        """Return who is asked: a user, or a group in a unit."""
        unit = document._get_workflow_unit()
        leader = self.env.ref("mtqg_disbursement.group_leader")
        match self.kind:
            case "user":
                return {"user_id": self.user_id.id}
            case "unit_leader":
                return self._prepare_group(document, leader, unit)
            case "superior_leader":
                return self._prepare_group(document, leader, unit.parent_id or unit)
            case "field":
                unit = document[self.field_name] or unit
        return self._prepare_group(document, self.group_id, unit)

    def _prepare_group(self, document, group, unit):
        """Return the nearest unit, from ``unit`` upwards, where somebody can decide.

        The makers of the document do not count. Where nobody is found the managers are
        asked, so that no document is stuck.
        """
        makers = document._get_makers()
        while unit:
            if any(
                user.active and group in user.all_group_ids
                for user in unit.user_ids - makers
            ):
                return {"group_id": group.id, "approver_unit_id": unit.id}
            unit = unit.parent_id
        manager = self.env.ref("mtqg_disbursement.group_manager")
        return {"group_id": manager.id, "approver_unit_id": False}
