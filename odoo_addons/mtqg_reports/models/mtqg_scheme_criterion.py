from odoo import fields, models

from odoo.addons.mtqg_disbursement.engine import scoring

from .mtqg_scheme import as_decimal

# The two measures of a rate; each name is one of the library of measures.
NUMERATORS = [
    ("disbursed", "Disbursed"),
    ("completed", "Completed volume paid"),
    ("advance", "Advance outstanding"),
    ("allocated", "Allocated down"),
    ("plan_detailed", "Allocated in detail"),
    ("tabmis", "Entered in TABMIS"),
    ("cancelled", "Cancelled"),
    ("carried", "Carried over to the next year"),
]
DENOMINATORS = [
    ("assigned", "Capital assigned (D2)"),
    ("plan_above", "Capital assigned from above (D1)"),
    ("plan_detailed", "Capital allocated in detail (D3)"),
    ("plan_above_regular", "D1 without supplements after 30/09 (D4)"),
    ("disbursed", "Disbursed"),
]


class MtqgSchemeCriterion(models.Model):
    """One question of a scheme: a rate of two measures, its target, its points."""

    _name = "mtqg.scheme.criterion"
    _inherit = ["mtqg.part.mixin"]
    _description = "Criterion of an evaluation scheme"
    _order = "scheme_id, sequence, id"

    scheme_id = fields.Many2one(
        "mtqg.scheme", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    heading = fields.Char(
        translate=True, help="Criteria of one heading stand together."
    )
    name = fields.Char(required=True, translate=True)
    weight = fields.Float(digits=(5, 2), required=True)

    # What is measured: one measure over another, over which capital.
    measure = fields.Selection(NUMERATORS, required=True, default="disbursed")
    denominator = fields.Selection(DENOMINATORS, required=True, default="assigned")
    capital = fields.Selection(
        [
            ("all", "All capital of the plan year"),
            ("carried", "Carried-over capital only"),
            ("current", "Capital of the year only"),
        ],
        default="all",
        required=True,
    )
    nature = fields.Selection(
        [("investment", "Investment"), ("recurrent", "Recurrent")],
        help="Empty: investment and recurrent capital together.",
    )
    is_main = fields.Boolean(
        string="Main", help="Gives the plan, the paid amount and the rate of a unit."
    )
    is_shrunk = fields.Boolean(
        string="Tiny plans drawn to the mean",
        help="The scheme says how strongly.",
    )

    # How the rate becomes points.
    function = fields.Selection(
        [
            ("linear", "In proportion, up to the target"),
            ("threshold", "All or nothing, at the target"),
            ("steps", "Steps"),
        ],
        default="linear",
        required=True,
    )
    is_lower_better = fields.Boolean(string="Lower is better")
    rate_zero = fields.Float(
        string="No points at %",
        digits=(6, 2),
        aggregator=None,
        help="In proportion: the rate that earns nothing.",
    )
    target = fields.Float(
        string="Target %",
        digits=(6, 2),
        aggregator=None,
        help="Where no target of a month applies.",
    )
    target_ids = fields.One2many(
        "mtqg.scheme.target", "criterion_id", string="Targets by month", copy=True
    )
    step_ids = fields.One2many(
        "mtqg.scheme.step", "criterion_id", string="Steps", copy=True
    )

    _code_unique = models.Constraint(
        "UNIQUE (scheme_id, code)", "Two criteria of a scheme have the same code."
    )
    _weight_is_percent = models.Constraint(
        "CHECK (weight > 0 AND weight <= 100)",
        "The weight of a criterion is more than 0 and at most 100.",
    )

    # === BUSINESS METHODS === #

    def _get_scope(self):
        """Return what tells one measured capital from another."""
        self.ensure_one()
        return self.capital, self.nature or "all"

    def _describe_rate(self):
        """Return the rate in one line that is frozen with an evaluation."""
        capital, nature = self._get_scope()
        return f"{self.measure} / {self.denominator}; {capital}; {nature}"

    def _get_filter(self, plan_year):
        """Return the capital that is measured, as a filter of the measures."""
        self.ensure_one()
        scope = {"plan_year": plan_year}
        if self.capital != "all":
            scope["carried"] = self.capital == "carried"
        if self.nature:
            scope["nature"] = self.nature
        return scope

    def _get_target(self, month):
        """Return the target in percent that is in force when a month has ended."""
        reached = self.target_ids.filtered(lambda target: target.month <= month)
        line = reached.sorted("month")[-1:] or self.target_ids.sorted("month")[:1]
        return as_decimal(line.target if line else self.target)

    def _to_engine(self, month):
        """Return the criterion as the engine's values, with the target of a month."""
        self.ensure_one()
        target = self._get_target(month)
        return scoring.Criterion(
            code=self.code,
            weight=as_decimal(self.weight),
            function=self._get_function(target),
            target=target or None,
            is_main=self.is_main,
            shrinks=self.is_shrunk,
        )

    def _get_function(self, target):
        if self.function == "steps":
            rows = self.step_ids.sorted("value_from")
            return scoring.Steps(
                tuple((as_decimal(r.value_from), as_decimal(r.share)) for r in rows)
            )
        if self.function == "threshold":
            return scoring.Threshold(target, self.is_lower_better)
        return scoring.Linear(as_decimal(self.rate_zero), target)

    def _find_parameter_faults(self):
        """Return why the criterion cannot give points, as sentences."""
        self.ensure_one()
        faults = []
        if self.measure == self.denominator:
            faults.append(
                self.env._(
                    "Criterion %(criterion)s divides a measure by itself.",
                    criterion=self.name,
                )
            )
        try:
            for month in [0, *self.target_ids.mapped("month")]:
                self._to_engine(month)
        except ValueError:
            faults.append(
                self.env._(
                    "Criterion %(criterion)s cannot give points: steps need rising "
                    "values, and the target must differ from the rate without points.",
                    criterion=self.name,
                )
            )
        return faults


class MtqgSchemeTarget(models.Model):
    """The target of a criterion from the end of a month on."""

    _name = "mtqg.scheme.target"
    _inherit = ["mtqg.part.mixin"]
    _description = "Target of a criterion"
    _order = "criterion_id, month"

    criterion_id = fields.Many2one(
        "mtqg.scheme.criterion", required=True, ondelete="cascade", index=True
    )
    month = fields.Integer(
        string="From the end of month", required=True, aggregator=None
    )
    target = fields.Float(
        string="Target %", digits=(6, 2), required=True, aggregator=None
    )

    _month_unique = models.Constraint(
        "UNIQUE (criterion_id, month)", "A criterion has one target per month."
    )
    _month_of_year = models.Constraint(
        "CHECK (month BETWEEN 1 AND 12)", "A month is a number from 1 to 12."
    )

    def _get_schemes(self):
        return self.criterion_id.scheme_id


class MtqgSchemeStep(models.Model):
    """A step of a criterion: the share of its points from a rate on."""

    _name = "mtqg.scheme.step"
    _inherit = ["mtqg.part.mixin"]
    _description = "Step of a criterion"
    _order = "criterion_id, value_from"

    criterion_id = fields.Many2one(
        "mtqg.scheme.criterion", required=True, ondelete="cascade", index=True
    )
    value_from = fields.Float(
        string="From %", digits=(6, 2), required=True, aggregator=None
    )
    share = fields.Float(
        string="Share of the points %", digits=(5, 2), required=True, aggregator=None
    )

    _value_unique = models.Constraint(
        "UNIQUE (criterion_id, value_from)", "A criterion has one step per rate."
    )
    _share_is_percent = models.Constraint(
        "CHECK (share BETWEEN 0 AND 100)", "A share lies between 0 and 100 %."
    )

    def _get_schemes(self):
        return self.criterion_id.scheme_id
