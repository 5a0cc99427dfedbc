from odoo import api, fields, models

from ..engine import workflow as engine
from .mtqg_unit import KINDS


class MtqgWorkflowStep(models.Model):
    """One approver step of a transition: who must agree, and how many of them.

    Steps with the same sequence run side by side, the others one after the other.
    """

    _name = "mtqg.workflow.step"
    _inherit = ["mtqg.workflow.part.mixin"]
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
            ("level_leader", "Leader of the superior at a level"),
            ("climb", "Leaders of all superiors up to a level"),
            ("group", "Members of a group above the unit"),
            ("user", "One user"),
            ("field", "User in a field, or group in the unit of a field"),
        ],
        required=True,
        default="unit_leader",
    )
    user_id = fields.Many2one("res.users", ondelete="restrict")
    group_id = fields.Many2one("res.groups", ondelete="restrict")
    field_name = fields.Char(help="Field of the document that names a unit or a user.")
    level = fields.Selection(KINDS)
    quorum = fields.Selection(
        [
            ("any", "One of them"),
            ("all", "All of them"),
            ("some", "Several of them"),
        ],
        string="Who must agree",
        required=True,
        default="any",
    )
    needed = fields.Integer(
        string="Approvals needed", default=1, required=True, aggregator=None
    )
    condition = fields.Char(
        default="[]", help="The step is asked only for documents for which this holds."
    )
    bar_requester = fields.Boolean(
        string="Not who submitted it",
        default=True,
        help="Whoever submitted the document does not decide on it.",
    )
    bar_editor = fields.Boolean(
        string="Not who wrote it",
        default=True,
        help="Whoever made or last edited the document does not decide on it.",
    )
    bar_earlier = fields.Boolean(
        string="Not who approved earlier",
        default=True,
        help="Nobody approves two steps of the same submission.",
    )
    fallback_group_id = fields.Many2one(
        "res.groups",
        string="If nobody is found",
        ondelete="restrict",
        default=lambda self: self.env.ref(
            "mtqg_disbursement.group_manager", raise_if_not_found=False
        ),
        help="Asked where no unit upwards has enough people who may decide.",
    )
    limit_days = fields.Integer(
        string="Own time limit (working days)",
        aggregator=None,
        help="Zero: that of the transition.",
    )
    remind_days = fields.Integer(
        string="Remind before (working days)", default=1, aggregator=None
    )

    _needed_positive = models.Constraint(
        "CHECK (needed BETWEEN 1 AND 1000)", "A step needs at least one approval."
    )
    _days_positive = models.Constraint(
        "CHECK (COALESCE(limit_days, 0) BETWEEN 0 AND 3650"
        " AND COALESCE(remind_days, 0) BETWEEN 0 AND 3650)",
        "Time limits and reminders are numbers of working days, zero for none.",
    )
    _approver_named = models.Constraint(
        "CHECK ((kind <> 'user' OR user_id IS NOT NULL)"
        " AND (kind <> 'group' OR group_id IS NOT NULL)"
        " AND (kind <> 'field' OR field_name IS NOT NULL)"
        " AND (kind NOT IN ('level_leader', 'climb') OR level IS NOT NULL))",
        "An approver step names its user, its group, its field or its level.",
    )

    # === COMPUTE METHODS === #

    @api.onchange("quorum")
    def _onchange_quorum(self):
        self.needed = 2 if self.quorum == "some" else 1

    # === BUSINESS METHODS === #

    def _as_engine(self):
        """Return the step as the engine reads it."""
        self.ensure_one()
        transition = self.transition_id
        return engine.Step(
            id=self.id,
            kind=self.kind,
            sequence=self.sequence,
            quorum="some" if self.quorum == "any" and self.needed > 1 else self.quorum,
            needed=self.needed if self.quorum != "all" else 1,
            level=self.level or "",
            user=self.user_id.id or 0,
            group=self.group_id.id or 0,
            field_name=self.field_name or "",
            fallback_group=self.fallback_group_id.id or 0,
            bar_requester=self.bar_requester,
            bar_editor=self.bar_editor,
            bar_earlier=self.bar_earlier,
            limit_days=self.limit_days or transition.limit_days,
            condition=transition._as_condition(
                transition._parse_domain(self.condition)
            ),
        )
