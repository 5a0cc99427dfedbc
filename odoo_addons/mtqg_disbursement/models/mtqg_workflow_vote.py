from odoo import fields, models

from ..fields import HeldMany2one


class MtqgWorkflowVote(models.Model):
    """That somebody agreed to a task, for himself or for the one he stands in for.

    Nobody agrees twice to one task, nor does anybody's seat: both are unique, whoever
    writes.
    """

    _name = "mtqg.workflow.vote"
    _description = "Approval of a task"
    _order = "id"
    _log_access = False

    task_id = fields.Many2one(
        "mtqg.workflow.task",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, ondelete="restrict"
    )
    principal_id = HeldMany2one(
        "res.users", string="On behalf of", required=True, readonly=True
    )
    date = fields.Datetime(required=True, readonly=True)

    _user_once = models.UniqueIndex(
        "(task_id, user_id)", "You have approved this already."
    )
    _principal_once = models.UniqueIndex(
        "(task_id, principal_id)", "This was approved for the same person already."
    )
