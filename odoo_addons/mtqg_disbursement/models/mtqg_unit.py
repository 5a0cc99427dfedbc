from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..clock import today_vn

KINDS = [
    ("ministry", "Ministry"),
    ("province", "Province"),
    ("department", "Department"),
    ("district", "District"),
    ("commune", "Commune"),
    ("owner", "Project owner"),
    ("treasury", "State Treasury office"),
]


class MtqgUnit(models.Model):
    """An organisation that gets, passes on, spends or pays out capital.

    Units are dated: a district that ended on 30/06/2025 stays in the tree with its
    last day, and its successors take over (NĐ 125/2025/NĐ-CP articles 5–7).
    """

    _name = "mtqg.unit"
    _inherit = ["mtqg.scoped.mixin", "mtqg.unit.now.mixin"]
    _description = "Unit"
    _parent_store = True
    _order = "parent_path, code"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True)
    code = fields.Char(
        required=True, help="Short code of the unit, unique in the whole tree."
    )
    kind = fields.Selection(KINDS, required=True, default="commune")
    parent_id = fields.Many2one(
        "mtqg.unit", string="Superior unit", ondelete="restrict", index=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("mtqg.unit", "parent_id", string="Subordinate units")
    date_from = fields.Date(string="Established on")
    date_to = fields.Date(string="Last day")
    is_ended = fields.Boolean(
        string="Ended", compute="_compute_is_ended", search="_search_is_ended"
    )
    is_mine = fields.Boolean(
        string="My unit", compute="_compute_is_mine", search="_search_is_mine"
    )
    budget_code = fields.Char(
        string="Budget unit code", help="Seven digits, issued by the finance body."
    )
    treasury_id = fields.Many2one(
        "mtqg.unit",
        string="Serving Treasury office",
        domain="[('kind', '=', 'treasury')]",
        ondelete="restrict",
        index="btree_not_null",
    )
    group_name = fields.Char(
        string="Comparison group",
        help="Units of one group are ranked against each other.",
    )
    user_ids = fields.Many2many(
        "res.users",
        "mtqg_unit_user_rel",
        "unit_id",
        "user_id",
        string="Members",
        groups="mtqg_disbursement.group_manager",
    )
    successor_ids = fields.One2many(
        "mtqg.unit.succession", "predecessor_id", string="Successors"
    )
    predecessor_ids = fields.One2many(
        "mtqg.unit.succession", "successor_id", string="Predecessors"
    )
    allocation_ids = fields.One2many("mtqg.allocation", "unit_id", string="Balances")

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another unit already has this code. Choose a new one."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The last day of a unit lies on or after the day it was established.",
    )
    _budget_code_digits = models.Constraint(
        "CHECK (budget_code ~ '^[0-9]{7}$')",
        "A budget unit code has exactly seven digits.",
    )

    # === COMPUTE METHODS === #

    @api.depends("date_to")
    def _compute_is_ended(self):
        today = today_vn()
        for unit in self:
            unit.is_ended = bool(unit.date_to and unit.date_to < today)

    def _search_is_ended(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("date_to", "<", today_vn())

    @api.depends_context("uid")
    def _compute_is_mine(self):
        for unit in self:
            unit.is_mine = unit._origin in self.env.user.mtqg_unit_ids

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self.env.user.mtqg_unit_ids.ids)

    # === CONSTRAINT METHODS === #

    @api.constrains("parent_id")
    def _check_no_cycle(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._(
                    "Unit %(unit)s cannot be its own superior. Choose another one.",
                    unit=self[:1].name,
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        self._forget_scopes()
        return units

    def write(self, vals):
        if "parent_id" in vals:
            # who sees a unit follows from its superiors: they decide where it goes
            self.parent_id.check_access("write")
        result = super().write(vals)
        if vals.keys() & {"user_ids", "parent_id", "kind", "treasury_id"}:
            self._forget_scopes()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_scopes()
        return result

    def _forget_scopes(self):
        # record rules are cached per user and name his units; so are tree and people
        self.env.registry.clear_cache()

    def _check_targets(self, vals):
        result = super()._check_targets(vals)
        self.browse(vals.get("parent_id") or ()).check_access("write")
        return result

    # === ACTION METHODS === #

    def action_open_allocations(self):
        """Open the balances of this unit and of all units below it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_disbursement.mtqg_allocation_action"
        )
        action["domain"] = [("unit_id", "child_of", self.id)]
        action["context"] = {"search_default_group_program": 1}
        return action

    # === BUSINESS METHODS === #

    def _list_units_then(self, alias, query):
        return [self._field_to_sql(alias, "id", query)]

    def _get_label(self):
        self.ensure_one()
        return f"{self.name} ({self.code})" if self.code else self.name

    def _is_below(self, superior):
        """Tell whether this unit is ``superior`` or lies below it."""
        return (self.parent_path or "").startswith(superior.parent_path or "/")
