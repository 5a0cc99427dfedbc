from odoo import fields, models


class MtqgDeadlineStep(models.Model):
    """One rung of a rule's ladder: who is told when it is late, and after how long."""

    _name = "mtqg.deadline.step"
    _description = "Escalation step"
    _order = "after_days, id"
    _rec_name = "kind"

    rule_id = fields.Many2one(
        "mtqg.deadline.rule", required=True, ondelete="cascade", index=True
    )
    unit_id = fields.Many2one(related="rule_id.unit_id", related_sudo=False)
    after_days = fields.Integer(
        string="Working days late",
        required=True,
        default=0,
        aggregator=None,
        help="Working days after the due date; 0: the first working day.",
    )
    kind = fields.Selection(
        [
            ("unit_leader", "Leader of the unit"),
            ("superior_leader", "Leader of the superior unit"),
            ("steering", "Steering committee"),
            ("group", "Members of a group above the unit"),
        ],
        required=True,
        default="superior_leader",
    )
    group_id = fields.Many2one("res.groups", ondelete="restrict")

    _days_in_range = models.Constraint(
        "CHECK (after_days BETWEEN 0 AND 366)",
        "An escalation comes at most 366 working days after the due date.",
    )
    _group_named = models.Constraint(
        "CHECK (kind <> 'group' OR group_id IS NOT NULL)",
        "A step to a group names the group.",
    )
