from odoo import fields, models


class MtqgUnitSuccession(models.Model):
    """One successor of a unit that ended, with its share of what is handed over."""

    _name = "mtqg.unit.succession"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Unit succession"
    _order = "date desc, id"
    _rec_name = "reference"

    predecessor_id = fields.Many2one(
        "mtqg.unit", required=True, ondelete="restrict", index=True
    )
    successor_id = fields.Many2one(
        "mtqg.unit", required=True, ondelete="restrict", index=True
    )
    date = fields.Date(string="Effective date", required=True)
    share = fields.Integer(
        default=1,
        required=True,
        aggregator=None,
        help="Weight of this successor among all successors of the unit.",
    )
    reference = fields.Char(string="Resolution or decision", required=True)

    _pair_unique = models.Constraint(
        "UNIQUE (predecessor_id, successor_id)",
        "This succession is already recorded.",
    )
    _not_itself = models.Constraint(
        "CHECK (predecessor_id <> successor_id)", "A unit does not succeed itself."
    )
    _share_positive = models.Constraint("CHECK (share > 0)", "A share is positive.")
