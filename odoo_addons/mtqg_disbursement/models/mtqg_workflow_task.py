from odoo import api, fields, models
from odoo.fields import Domain


class MtqgWorkflowTask(models.Model):
    """What a document waits for: one approver step that somebody has to decide.

    Candidates are kept as a user, or as a group in a unit, never as one row a member:
    joining or leaving a group rewrites nothing.
    """

    _name = "mtqg.workflow.task"
    _description = "Workflow task"
    _order = "id desc"
    _rec_name = "document_name"

    res_model = fields.Char(string="Document model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True
    )
    document_name = fields.Char(string="Document name", readonly=True)
    unit_id = fields.Many2one(
        "mtqg.unit", readonly=True, ondelete="restrict", index=True
    )
    transition_id = fields.Many2one(
        "mtqg.workflow.transition", readonly=True, ondelete="restrict", index=True
    )
    step_id = fields.Many2one(
        "mtqg.workflow.step", readonly=True, ondelete="restrict", index=True
    )
    sequence = fields.Integer(readonly=True)
    run = fields.Integer(string="Submission", readonly=True, aggregator=None)
    state = fields.Selection(
        [
            ("waiting", "Later"),
            ("pending", "To decide"),
            ("done", "Decided"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Asked user",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    group_id = fields.Many2one(
        "res.groups", string="Asked group", readonly=True, ondelete="restrict"
    )
    approver_unit_id = fields.Many2one(
        "mtqg.unit",
        string="Asked unit",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    requester_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    needed = fields.Integer(readonly=True, default=1)
    vote_count = fields.Integer(string="Approvals", readonly=True)
    voter_ids = fields.Many2many(
        "res.users", "mtqg_workflow_vote", "task_id", "user_id", readonly=True
    )
    is_mine = fields.Boolean(
        string="Waits for me", compute="_compute_is_mine", search="_search_is_mine"
    )

    _inbox_user_idx = models.Index("(user_id) WHERE state = 'pending'")
    _inbox_group_idx = models.Index(
        "(group_id, approver_unit_id) WHERE state = 'pending'"
    )
    _document_idx = models.Index("(res_model, res_id, state)")
    _open_once = models.UniqueIndex(
        "(res_model, res_id, step_id) WHERE state IN ('waiting', 'pending')",
        "The approvers of this step have already been asked.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("uid")
    @api.depends("user_id", "group_id", "approver_unit_id", "state")
    def _compute_is_mine(self):
        mine = self.sudo().filtered_domain(self._get_mine_domain())
        for task in self:
            task.is_mine = task in mine

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_mine_domain()

    # === ACTION METHODS === #

    def action_open_document(self):
        """Open the document that waits."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_mine_domain(self):
        """Return the domain of the tasks that the user may decide now."""
        user = self.env.user
        asked = Domain("user_id", "=", user.id) | (
            Domain("group_id", "in", user.all_group_ids.ids)
            & (
                Domain("approver_unit_id", "in", user.sudo().mtqg_unit_ids.ids)
                | Domain("approver_unit_id", "=", False)
            )
        )
        return Domain("state", "=", "pending") & asked

    def _describe_approvers(self):
        """Return who is asked, in words: names, or the group and its unit."""
        return "; ".join(task._describe_approver() for task in self.sudo())

    def _describe_approver(self):
        if self.user_id:
            return self.user_id.name
        group, unit = self.group_id, self.approver_unit_id
        members = (unit.user_ids or group.all_user_ids).filtered(
            lambda user: user.active and group in user.all_group_ids
        )
        role = f"{group.name}, {unit.name}" if unit else group.name
        names = ", ".join(members[:5].mapped("name"))
        return f"{role} ({names})" if names else role
