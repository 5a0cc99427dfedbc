from odoo import api, models
from odoo.fields import Domain

from ..engine.money import to_rpc
from ..store import branches

# rows of one level that are sent at once
PAGE = 100


class MtqgAllocationTree(models.Model):
    """The tree of balances as a screen opens it, level by level."""

    _inherit = "mtqg.allocation"

    @api.model
    @api.readonly
    def get_tree(self, parent_id=False, plan_year=False, offset=0, domain=None):
        """Return one level of the tree, each row with the sums of its whole branch.

        The top level has the balances whose superior the user does not see: for the
        province the ones from outside, for a commune what it was given.

        :param int parent_id: the balance to unfold; the top level by default
        :param int plan_year: of the top level; all years by default
        :param int offset: number of rows to leave out
        :param list domain: further condition on the top level
        :return: dict ``rows`` (at most 100: id, name, unit, program, project, years,
            amounts in đồng of the branch, ``below``: number of balances under it) and
            ``total``, the number of rows of the level
        """
        read_count = self.env["mtqg.measure"]._read_count
        parent_id, offset = read_count(parent_id), read_count(offset)
        scope = self._get_level_domain(parent_id, read_count(plan_year))
        if domain and not parent_id:
            scope &= self.env["mtqg.measure"]._read_domain(domain)
        balances = self.search(
            scope,
            offset=offset,
            limit=PAGE,
            order="plan_year desc, origin_year desc, amount_assigned desc, id",
        )
        total = offset + len(balances)
        if len(balances) == PAGE:
            total = self.search_count(scope)
        return {"rows": balances._read_rows(), "total": total}

    @api.model
    @api.readonly
    def get_tree_years(self):
        """Return the plan years of which the user sees balances, latest first."""
        groups = self._read_group([], ["plan_year"], order="plan_year desc")
        return [year for (year,) in groups]

    def _get_level_domain(self, parent_id, plan_year):
        if parent_id:
            return Domain("parent_id", "=", parent_id)
        scope = Domain("parent_id", "=", False)
        if units := self.env.user.mtqg_unit_ids:
            scope |= ~Domain("parent_id.unit_id", "child_of", units.ids)
        return scope & Domain("plan_year", "=", plan_year) if plan_year else scope

    def _read_rows(self):
        sums = branches.sum_branches(self.env, self.ids)
        return [
            {
                "id": balance.id,
                "unit": balance.unit_id.display_name,
                "program": balance.program_id.display_name,
                "project": balance.project_id.display_name or "",
                "nature": balance._label("nature"),
                "source": balance._label("source"),
                "plan_year": balance.plan_year,
                "origin_year": balance.origin_year,
                "assigned": to_rpc(balance.amount_assigned),
                "allocated": to_rpc(balance.amount_allocated),
                **{name: to_rpc(value) for name, value in sums[balance.id].items()},
            }
            for balance in self
        ]
