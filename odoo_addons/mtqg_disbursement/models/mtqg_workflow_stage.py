from odoo import api, fields, models


class MtqgWorkflowStage(models.Model):
    """A place where documents of a workflow can be.

    A document leaves a stage of kind Start or Work when somebody submits it; in a stage
    of kind Review it waits for its approvers from the moment it gets there.
    """

    _name = "mtqg.workflow.stage"
    _inherit = ["mtqg.workflow.part.mixin"]
    _description = "Workflow stage"
    _order = "sequence, id"
    _workflow_path = "workflow_id"

    workflow_id = fields.Many2one(
        "mtqg.workflow", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("start", "Start"),
            ("work", "Work"),
            ("review", "Review"),
            ("done", "Done"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="work",
    )
    is_outside = fields.Boolean(
        string="Waits for an outside body",
        help="The clock of the time limits stands still in this stage.",
    )
    fold = fields.Boolean(compute="_compute_fold")

    _code_unique = models.Constraint(
        "UNIQUE (workflow_id, code)", "Two stages of a workflow have the same code."
    )

    @api.depends("kind")
    def _compute_fold(self):
        for stage in self:
            stage.fold = stage.kind in {"rejected", "cancelled"}
