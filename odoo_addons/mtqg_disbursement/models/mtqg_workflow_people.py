from collections import defaultdict

from odoo import api, models, tools

from ..engine.approvers import ANYWHERE, People


class MtqgUnitPeople(models.Model):
    """Who holds which group in which unit, read once and kept until people change.

    Every change of users, of their groups or units, and of the tree of units clears
    these caches, so nothing that waits is rewritten when somebody joins or leaves.
    """

    _inherit = "mtqg.unit"

    @api.model
    def _get_people(self):
        """Return units and people as the engine asks for them."""
        tree = self._read_tree()
        # a cached id: ``ref`` asks the database each time whether the group exists
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return People(
            parents=tree[0],
            kinds=tree[1],
            holders=self._read_holders,
            leaders=find("mtqg_disbursement.group_leader"),
            readers=find("mtqg_disbursement.group_viewer"),
        )

    @api.model
    @tools.ormcache()
    def _read_tree(self):
        """Return ({unit: superior or 0}, {unit: kind})."""
        units = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch([], ["parent_id", "kind"], order="id")
        )
        return (
            {unit.id: unit.parent_id.id or 0 for unit in units},
            {unit.id: unit.kind for unit in units},
        )

    @api.model
    @tools.ormcache("group_id")
    def _read_holders(self, group_id):
        """Return {unit: active users of a group}; all of them under ``ANYWHERE``."""
        users = self.env["res.users"].sudo().search([("all_group_ids", "in", group_id)])
        found = defaultdict(set, {ANYWHERE: set(users.ids)})
        for user in users:
            for unit in user.mtqg_unit_ids:
                found[unit.id].add(user.id)
        return {unit: frozenset(ids) for unit, ids in found.items()}
