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
        return People(
            parents=tree[0],
            kinds=tree[1],
            holders=self._read_holders,
            leaders=self._find_group("leader"),
            readers=self._find_group("viewer"),
            managers=self._find_group("manager"),
        )

    @api.model
    def _recall(self, unit_ids):
        """Let records of units know what is kept of them: their place and who serves.

        Record rules ask for it, and would read the units each time.
        """
        people, treasuries = self._get_people(), self._read_tree()[2]
        units = self.browse(id_ for id_ in unit_ids if id_ in people.parents)
        for name, get in (
            ("parent_path", people.get_path),
            ("treasury_id", treasuries.get),
        ):
            self._fields[name]._insert_cache(units, map(get, units._ids))

    @api.model
    def _find_group(self, name):
        # by the cache of external names: `env.ref` asks whether the group exists
        data = self.env["ir.model.data"]
        return data._xmlid_to_res_id(f"mtqg_disbursement.group_{name}")

    @api.model
    @tools.ormcache()
    def _read_tree(self):
        """Return ({unit: superior or 0}, {unit: kind}, {unit: its Treasury office})."""
        units = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch([], ["parent_id", "kind", "treasury_id"], order="id")
        )
        return (
            {unit.id: unit.parent_id.id or 0 for unit in units},
            {unit.id: unit.kind for unit in units},
            {unit.id: unit.treasury_id.id for unit in units if unit.treasury_id},
        )

    @api.model
    @tools.ormcache("group_id")
    def _read_holders(self, group_id):
        """Return {unit: active users of a group who may see documents}.

        All of them stand under ``ANYWHERE``.
        """
        groups = (group_id, self._find_group("viewer"))
        users = (
            self.env["res.users"]
            .sudo()
            .search([("all_group_ids", "in", group) for group in groups])
        )
        found = defaultdict(set, {ANYWHERE: set(users.ids)})
        for user in users:
            for unit in user.mtqg_unit_ids:
                found[unit.id].add(user.id)
        return {unit: frozenset(ids) for unit, ids in found.items()}
