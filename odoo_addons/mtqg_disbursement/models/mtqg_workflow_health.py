from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..engine.approver_faults import Open, find_stuck
from ..engine.approvers import ANYWHERE
from ..store import events, seats


class MtqgWorkflowHealth(models.Model):
    """Approvals that nobody can give any more, since people left, and their remedy."""

    _inherit = "mtqg.workflow.task"

    is_stuck = fields.Boolean(
        string="Nobody can decide",
        compute="_compute_is_stuck",
        search="_search_is_stuck",
    )

    is_guest = fields.Boolean(
        string="Forwarded to me",
        compute="_compute_is_guest",
        search="_search_is_guest",
        compute_sudo=True,
    )

    def init(self):
        super().init()
        seats.add_columns(self.env)

    # === COMPUTE METHODS === #

    @api.depends("state", "user_id", "group_id", "approver_unit_id", "vote_count")
    def _compute_is_stuck(self):
        stuck = set(self._find_stuck(self.ids))
        for task in self:
            task.is_stuck = task.id in stuck

    def _search_is_stuck(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self._find_stuck())

    @api.depends_context("uid")
    @api.depends("forwarded_by_id")
    def _compute_is_guest(self):
        guests = self.filtered_domain(self._search_is_guest("in", [True]))
        for task in self:
            task.is_guest = task in guests

    def _search_is_guest(self, operator, value):
        """Return the domain of what was forwarded to the user; record rules use it."""
        if operator != "in":
            return NotImplemented
        own = self.env["mtqg.workflow.delegation"]._find_seats()
        return Domain.custom(
            to_sql=lambda _model, alias, _query: seats.guest_condition(own, alias)
        )

    # === ACTION METHODS === #

    def action_ask_fallback(self):
        """Ask the fallback groups of the steps, where nobody else can decide any more.

        Where a fallback group has not enough people either, managers are asked.

        :raise UserError: if somebody can still decide, or nobody could then
        """
        if not self.env.user.has_group("mtqg_disbursement.group_manager"):
            raise AccessError(
                self.env._("Only managers ask others in place of those who left.")
            )
        self.check_access("read")
        self.exists()._ask_fallback()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _find_stuck(self, ids=None):
        """Return the ids of pending approvals that too few people may still give."""
        waiting = [Open(*row) for row in seats.read_waiting(self.env, ids)]
        return find_stuck(waiting, self.env["mtqg.unit"]._get_people())

    def _ask_fallback(self):
        waiting = {row[0]: Open(*row) for row in seats.read_waiting(self.env, self.ids)}
        stuck = set(self._find_stuck(self.ids))
        rows = []
        for task in self.sudo():
            if task.id not in stuck:
                raise UserError(
                    self.env._(
                        "%(document)s can still be decided: it waits for "
                        "%(approvers)s.",
                        document=task.document_name,
                        approvers=task._describe_approvers(),
                    )
                )
            rows.append((task, task._choose_fallback(waiting[task.id])))
        if rows:
            seats.ask_group(self.env, [(task.id, group.id) for task, group in rows])
            events.append_events(self.env, [self._describe_remedy(*r) for r in rows])

    def _choose_fallback(self, waiting):
        """Return the group that can decide on a task that nobody else can.

        :raise UserError: if there is none
        """
        people = self.env["mtqg.unit"]._get_people()
        needed = 1 if self.quorum == "all" else self.needed - self.vote_count
        groups = self.step_id.fallback_group_id
        groups += self.env["res.groups"].browse(people.managers)
        for group in groups:
            members = people.find_members(group.id, ANYWHERE)
            if len(members.difference(waiting.barred)) >= needed:
                return group
        raise UserError(
            self.env._(
                "%(document)s: nobody in %(groups)s may decide on it. Add people to "
                "them first.",
                document=self.document_name,
                groups=", ".join(groups.mapped("name")),
            )
        )

    def _describe_remedy(self, task, group):
        document = self.env[task.res_model].sudo().browse(task.res_id)
        text = self.env._(
            "Nobody whom this step asked can decide any more: now it asks %s.",
            group.name,
        )
        return {
            "res_model": task.res_model,
            "res_id": task.res_id,
            "name": "forward",
            "unit_id": task.unit_id.id,
            "comment": text,
            "stage_from_id": document.stage_id.id,
            "stage_to_id": document.stage_id.id,
            "transition_id": task.transition_id.id,
            "step_id": task.step_id.id,
        }

    def _describe_approver(self):
        text = super()._describe_approver()
        if self.user_id or not self.forwarded_by_id:
            return text
        guests = [
            guest
            for row in seats.read_waiting(self.env, self.ids)
            for guest in Open(*row).guests
        ]
        return ", ".join([text, *self.user_id.browse(guests).mapped("name")])
