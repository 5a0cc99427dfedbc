from odoo import api, fields, models
from odoo.fields import Domain

from ..store import heirs


class MtqgUnitNowMixin(models.AbstractModel):
    """A record of a unit, and the unit that answers for it today.

    Units end and others take over (NĐ 125/2025/NĐ-CP articles 5–7). ``unit_id`` stays
    the unit as organised then; ``unit_now_id`` follows the successions in force, heirs
    of heirs included. What belongs to a project goes with the project. Where several
    units took over and nothing tells which of them has the record, their nearest common
    superior answers; where they have none, the unit itself.

    Nothing is stored: it is true on every day, and changes nobody's rights.
    """

    _name = "mtqg.unit.now.mixin"
    _description = "Record and the unit that answers for it today"
    # the many2one to the record whose unit it is, where it has no column of its own
    _unit_of = ""

    unit_now_id = fields.Many2one(
        "mtqg.unit",
        string="Unit responsible now",
        compute="_compute_unit_now_id",
        search="_search_unit_now_id",
        compute_sudo=False,
        help="The unit that answers today: the successor of a unit that ended, the "
        "owner of the project, or the common superior of several successors.",
    )

    # === COMPUTE METHODS === #

    @api.depends(lambda self: ("unit_id",) if "unit_id" in self._fields else ())
    def _compute_unit_now_id(self):
        found = heirs.find_now(self._origin)
        for record in self:
            record.unit_now_id = found.get(record._origin.id)

    def _search_unit_now_id(self, operator, value):
        Unit, units = self.env["mtqg.unit"], value
        if operator in ("child_of", "parent_of"):
            # whose tree it is, as everywhere; which rows are seen, their own rule says
            units = Unit._search([("id", operator, value)], bypass_access=True)
        elif operator in ("any", "any!") and isinstance(value, Domain):
            units = Unit._search(value, bypass_access=operator == "any!")
        elif operator not in ("in", "any", "any!"):
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: heirs.within(
                model._field_to_sql(alias, "unit_now_id", query), units
            )
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == "unit_now_id" or (self._unit_of and field_expr == "unit_id"):
            self._check_field_access(self._fields[field_expr], "read")
            return self._unit_to_sql(alias, field_expr, query)
        return super()._field_to_sql(alias, field_expr, query)

    # === BUSINESS METHODS === #

    def _unit_to_sql(self, alias, name, query):
        """Return the SQL of a unit that has no column, and join what it takes."""
        if self._unit_of:
            holder, alias = self._fields[self._unit_of].join(self, alias, query)
            return holder._field_to_sql(alias, name, query)
        return heirs.unit_now(
            self.env, query, alias, *self._list_units_then(alias, query)
        )

    def _list_units_then(self, alias, query):
        """Return the SQL of the unit then, and of the unit that has the project."""
        unit = self._field_to_sql(alias, "unit_id", query)
        if "project_id" not in self._fields:
            return [unit]
        project, project_alias = self._fields["project_id"].join(self, alias, query)
        return [unit, project._field_to_sql(project_alias, "unit_id", query)]
