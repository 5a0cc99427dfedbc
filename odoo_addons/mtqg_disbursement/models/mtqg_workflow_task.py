from odoo import api, fields, models
from odoo.fields import Domain

from ..clock import today_vn
from ..engine.approvers import ANYWHERE
from ..fields import HeldMany2one
from ..store import inbox, moves


class MtqgWorkflowTask(models.Model):
    """What a document waits for: one approver step, or an opinion somebody asked for.

    Candidates are kept as a user, or as a group in a unit, never as one row a member:
    joining or leaving a group, or standing in for somebody, rewrites nothing. Who may
    not decide (makers, whoever has voted) stands in the column ``barred``, an array
    that only SQL reads.
    """

    _name = "mtqg.workflow.task"
    _inherit = ["mtqg.unit.now.mixin"]
    _description = "Workflow task"
    _order = "id desc"
    _rec_name = "document_name"
    _log_access = False

    kind = fields.Selection(
        [("approve", "Approval"), ("opinion", "Opinion")],
        required=True,
        readonly=True,
        default="approve",
    )
    res_model = fields.Selection(
        selection="_list_document_kinds",
        string="Kind of document",
        required=True,
        readonly=True,
    )
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True
    )
    document_name = fields.Char(string="Document name", readonly=True)
    # no foreign keys: what a task names is held by its document or its step
    unit_id = HeldMany2one("mtqg.unit", readonly=True)
    transition_id = HeldMany2one("mtqg.workflow.transition", readonly=True)
    step_id = HeldMany2one("mtqg.workflow.step", readonly=True)
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
    user_id = HeldMany2one("res.users", string="Asked user", readonly=True)
    group_id = HeldMany2one("res.groups", string="Asked group", readonly=True)
    approver_unit_id = HeldMany2one("mtqg.unit", string="Asked unit", readonly=True)
    requester_id = HeldMany2one("res.users", readonly=True)
    forwarded_by_id = HeldMany2one("res.users", string="Forwarded by", readonly=True)
    quorum = fields.Selection(
        [
            ("any", "One of them"),
            ("all", "All of them"),
            ("some", "Several of them"),
        ],
        string="Who must agree",
        readonly=True,
        default="any",
    )
    needed = fields.Integer(
        string="Approvals needed", readonly=True, default=1, aggregator=None
    )
    vote_count = fields.Integer(string="Approvals", readonly=True, aggregator=None)
    vote_ids = fields.One2many("mtqg.workflow.vote", "task_id", readonly=True)
    bar_earlier = fields.Boolean(readonly=True)
    question = fields.Text(readonly=True)
    answer = fields.Text(readonly=True)
    limit_days = fields.Integer(
        string="Time limit (working days)", readonly=True, aggregator=None
    )
    date_pending = fields.Datetime(string="Waits since", readonly=True)
    date_limit = fields.Date(string="Due on", readonly=True)
    date_paused = fields.Date(string="Clock stands since", readonly=True)
    date_reminded = fields.Date(string="Reminded on", readonly=True)
    escalation_level = fields.Integer(
        string="Escalated", readonly=True, aggregator=None
    )
    is_mine = fields.Boolean(
        string="Waits for me", compute="_compute_is_mine", search="_search_is_mine"
    )

    is_within = fields.Boolean(
        string="Of my units",
        compute="_compute_is_within",
        search="_search_is_within",
        compute_sudo=True,
    )

    # each index costs every step of every document: only open tasks are looked for
    # in the order of the inbox: its first page is read off the index
    _pending_idx = models.Index(
        "(date_limit, date_pending, id) WHERE state = 'pending'"
    )
    _inbox_user_idx = models.Index(
        "(user_id) WHERE state = 'pending' AND user_id IS NOT NULL"
    )
    _inbox_group_idx = models.Index(
        "(group_id, approver_unit_id) WHERE state = 'pending'"
    )
    _document_idx = models.Index("(res_id)")
    _open_once = models.UniqueIndex(
        "(res_id, res_model, step_id, sequence) WHERE state IN ('waiting', 'pending')",
        "The approvers of this step have already been asked.",
    )

    def init(self):
        moves.add_barred_column(self.env)

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

    @api.depends_context("uid")
    @api.depends("unit_id")
    def _compute_is_within(self):
        within = self.filtered_domain(self._search_is_within("in", [True]))
        for task in self:
            task.is_within = task in within

    def _search_is_within(self, operator, value):
        """Return the domain of tasks of the user's units and of those below them.

        Record rules use it: “child_of” would ask for the paths of the units each time.
        """
        if operator != "in":
            return NotImplemented
        people = self.env["mtqg.unit"]._get_people()
        own = self.env["mtqg.workflow.delegation"]._find_seats()[0]
        paths = [people.get_path(unit) for unit in own.unit_ids]
        return Domain.custom(
            to_sql=lambda _model, alias, _query: inbox.within_condition(paths, alias)
        )

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
        """Return the domain of the tasks that the user may decide now, on any seat."""
        seats = self.env["mtqg.workflow.delegation"]._find_seats()
        return Domain("state", "=", "pending") & Domain.custom(
            to_sql=lambda _model, alias, _query: moves.mine_condition(seats, alias)
        )

    @api.model
    @api.readonly
    def count_mine(self):
        """Count what waits for the user, for the counters of the inbox.

        :return: dict ``total``, ``late`` (over their time limit) and ``models``, a
            dict of the numbers by document model
        """
        rows = self._count_mine()
        return {
            "total": sum(total for _model, total, _late in rows),
            "late": sum(late for _model, _total, late in rows),
            "models": {model: total for model, total, _late in rows},
        }

    @api.model
    def _count_mine(self):
        """Return (document model, tasks, late ones) of what the user may decide now.

        By the record rules: a number would tell of documents that are hidden from him.
        """
        if not self.has_access("read"):
            return []
        query = self._search(self._get_mine_domain())
        return inbox.count_mine(self.env, query, today_vn())

    def _describe_approvers(self):
        """Return who is asked, in words: names, or the group and its unit."""
        return "; ".join(task._describe_approver() for task in self.sudo())

    def _describe_approver(self):
        if self.user_id:
            return self.user_id.name
        group, unit = self.group_id, self.approver_unit_id
        holders = self.env["mtqg.unit"]._read_holders(group.id)
        members = self.user_id.browse(sorted(holders.get(unit.id or ANYWHERE, ()))[:5])
        role = f"{group.name}, {unit.name}" if unit else group.name
        names = ", ".join(members.mapped("name"))
        return f"{role} ({names})" if names else role
