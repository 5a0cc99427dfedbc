from odoo import fields, models

from odoo.addons.mtqg_disbursement.engine import ranking

from .mtqg_scheme import as_decimal


class MtqgSchemeBand(models.Model):
    """A class that a unit can be put in: the score it starts at, and its cap."""

    _name = "mtqg.scheme.band"
    _inherit = ["mtqg.part.mixin"]
    _description = "Class of an evaluation scheme"
    _order = "scheme_id, score_min desc, id"

    scheme_id = fields.Many2one(
        "mtqg.scheme", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    score_min = fields.Float(
        string="From score", digits=(6, 2), required=True, aggregator=None
    )
    rate_min = fields.Float(
        string="Closed below %",
        digits=(6, 2),
        aggregator=None,
        help="A unit with a lower rate gets a lower class, whatever its score. "
        "0 means open to all.",
    )
    is_top = fields.Boolean(
        string="Top class", help="The quota of the scheme limits this class."
    )

    _code_unique = models.Constraint(
        "UNIQUE (scheme_id, code)", "Two classes of a scheme have the same code."
    )
    _limits_are_percent = models.Constraint(
        "CHECK (score_min BETWEEN 0 AND 100 AND COALESCE(rate_min, 0) >= 0)",
        "A class starts at a score between 0 and 100, its lowest rate is not negative.",
    )

    # === BUSINESS METHODS === #

    def _to_engine(self):
        self.ensure_one()
        return ranking.Band(
            code=self.code,
            score_min=as_decimal(self.score_min),
            rate_min=as_decimal(self.rate_min) if self.rate_min else None,
            is_top=self.is_top,
        )
