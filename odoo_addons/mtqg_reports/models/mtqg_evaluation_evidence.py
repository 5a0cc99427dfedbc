from odoo import api, fields, models

from odoo.addons.mtqg_disbursement.engine.money import group_digits
from odoo.addons.mtqg_disbursement.fields import Dong


class MtqgEvaluationEvidence(models.Model):
    """The figures behind the points of one unit for one criterion."""

    _name = "mtqg.evaluation.evidence"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Evidence of a score"
    _order = "evaluation_id desc, criterion_id, score_id"

    evaluation_id = fields.Many2one(
        "mtqg.evaluation", required=True, ondelete="cascade", index=True, readonly=True
    )
    score_id = fields.Many2one(
        "mtqg.evaluation.score",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    unit_id = fields.Many2one(
        "mtqg.unit", required=True, ondelete="restrict", index=True, readonly=True
    )
    is_final = fields.Boolean(readonly=True)
    criterion_id = fields.Many2one(
        "mtqg.scheme.criterion",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    is_applicable = fields.Boolean(string="Counted", readonly=True)
    amount_numerator = Dong(string="Amount", readonly=True, aggregator=None)
    amount_denominator = Dong(string="Out of", readonly=True, aggregator=None)
    value = fields.Float(
        string="Rate %", digits=(12, 4), readonly=True, aggregator=None
    )
    value_scored = fields.Float(
        string="Rate scored %", digits=(12, 4), readonly=True, aggregator=None
    )
    weight = fields.Float(digits=(5, 2), readonly=True, aggregator=None)
    points = fields.Float(digits=(6, 2), readonly=True, aggregator="avg")
    explanation = fields.Char(compute="_compute_explanation")

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        return self.criterion_id.name or ""

    @api.depends("criterion_id", "value", "points", "weight", "is_applicable")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for evidence in self:
            evidence.explanation = (
                evidence._explain()
                if evidence.is_applicable
                else evidence._explain_neutral()
            )

    def _explain(self):
        """Return in one sentence how the points came about."""
        self.ensure_one()
        text = self.env._(
            "%(measure)s: %(numerator)s đồng of %(denominator)s đồng "
            "(%(base)s) = %(value)s %%; %(points)s of %(weight)s points.",
            measure=self._name_measure("measure"),
            numerator=group_digits(self.amount_numerator),
            base=self._name_measure("denominator"),
            denominator=group_digits(self.amount_denominator),
            value=_comma(self.value),
            points=_comma(self.points),
            weight=_comma(self.weight),
        )
        if f"{self.value:.4f}" == f"{self.value_scored:.4f}":
            return text
        return (
            text
            + " "
            + self.env._(
                "Scored on %(value)s %%: a small plan is drawn to the group's mean.",
                value=_comma(self.value_scored),
            )
        )

    def _explain_neutral(self):
        return self.env._(
            "Not applicable: %(base)s is zero. Its weight goes to the other criteria.",
            base=self._name_measure("denominator"),
        )

    def _name_measure(self, field_name):
        """Return the name of the criterion's measure or base in the user's language."""
        criterion = self.criterion_id
        field = criterion._fields[field_name]
        return dict(field._description_selection(self.env))[criterion[field_name]]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        evidence = super().create(vals_list)
        evidence.evaluation_id._check_not_frozen(("evidence_ids",))
        return evidence

    def write(self, vals):
        self.evaluation_id._check_not_frozen(("evidence_ids",))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_not_frozen(self):
        self.evaluation_id._check_not_frozen(("evidence_ids",))


def _comma(number):
    """Write a number as Vietnamese papers do: two decimals after a comma."""
    return f"{number:.2f}".replace(".", ",")
