from odoo import fields, models

_AUDIENCES = [
    ("unit_leader", "Leader of the unit"),
    ("superior_leader", "Leader of the superior unit"),
    ("group", "Members of a group above the unit"),
]
_GROUP_NAMED = "CHECK ({} <> 'group' OR group_id IS NOT NULL)"


class MtqgWorkflowEscalation(models.Model):
    """A rung of the ladder: who is told when a task is that many days late."""

    _name = "mtqg.workflow.escalation"
    _inherit = ["mtqg.workflow.part.mixin"]
    _description = "Escalation of late tasks"
    _order = "days, id"

    transition_id = fields.Many2one(
        "mtqg.workflow.transition", required=True, ondelete="cascade", index=True
    )
    days = fields.Integer(
        string="Working days late", default=1, required=True, aggregator=None
    )
    kind = fields.Selection(
        _AUDIENCES, string="Who is told", required=True, default="superior_leader"
    )
    group_id = fields.Many2one("res.groups", ondelete="restrict")

    _days_positive = models.Constraint(
        "CHECK (days BETWEEN 1 AND 3650)", "Escalation starts one working day late."
    )
    _group_named = models.Constraint(
        _GROUP_NAMED.format("kind"), "Name the group that is told."
    )


class MtqgWorkflowNotice(models.Model):
    """Who is told that documents went along a transition."""

    _name = "mtqg.workflow.notice"
    _inherit = ["mtqg.workflow.part.mixin"]
    _description = "Notification of a transition"
    _order = "id"

    transition_id = fields.Many2one(
        "mtqg.workflow.transition", required=True, ondelete="cascade", index=True
    )
    audience = fields.Selection(
        [("requester", "Who submitted it"), *_AUDIENCES],
        required=True,
        default="requester",
    )
    group_id = fields.Many2one("res.groups", ondelete="restrict")

    _group_named = models.Constraint(
        _GROUP_NAMED.format("audience"), "Name the group that is told."
    )
