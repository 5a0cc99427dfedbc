from odoo import fields, models

from ..engine import workflow as engine


class MtqgWorkflowRequirement(models.Model):
    """A paper that a transition asks for, where its condition holds."""

    _name = "mtqg.workflow.requirement"
    _inherit = ["mtqg.workflow.part.mixin"]
    _description = "Required paper"
    _order = "sequence, id"

    transition_id = fields.Many2one(
        "mtqg.workflow.transition", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    paper_type_id = fields.Many2one(
        "mtqg.paper.type", string="Paper", required=True, ondelete="restrict"
    )
    name = fields.Char(related="paper_type_id.name", related_sudo=False)
    condition = fields.Char(
        default="[]", help="The paper is asked only where this holds."
    )
    needs_file = fields.Boolean(
        string="With its file", help="Number and date alone are not enough."
    )
    needs_validity = fields.Boolean(
        string="Still valid", help="A paper whose last day has passed does not count."
    )

    _paper_once = models.Constraint(
        "UNIQUE (transition_id, paper_type_id, condition)",
        "The transition asks for this paper already.",
    )

    # === BUSINESS METHODS === #

    def _as_engine(self):
        """Return the requirement as the engine reads it."""
        self.ensure_one()
        transition = self.transition_id
        return engine.Requirement(
            id=self.id,
            paper_type=self.paper_type_id.id,
            needs_file=self.needs_file,
            needs_validity=self.needs_validity,
            condition=transition._as_condition(
                transition._parse_domain(self.condition)
            ),
        )
