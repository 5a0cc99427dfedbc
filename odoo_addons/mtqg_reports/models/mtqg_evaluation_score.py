from odoo import api, fields, models

from odoo.addons.mtqg_disbursement.engine import ranking
from odoo.addons.mtqg_disbursement.fields import Dong


class MtqgEvaluationScore(models.Model):
    """What an evaluation says of one unit; stored by computing, written by nobody.

    Code and name of the unit are those of the day of the evaluation: units merge and
    are renamed, an announced ranking does not change.
    """

    _name = "mtqg.evaluation.score"
    _inherit = ["mtqg.scoped.mixin", "mtqg.unit.now.mixin"]
    _description = "Score of a unit"
    _order = "evaluation_id desc, is_ranked desc, rank, unit_code"
    _rec_names_search = ["unit_name", "unit_code"]

    evaluation_id = fields.Many2one(
        "mtqg.evaluation", required=True, ondelete="cascade", index=True, readonly=True
    )
    unit_id = fields.Many2one(
        "mtqg.unit", required=True, ondelete="restrict", index=True, readonly=True
    )
    unit_code = fields.Char(string="Code", readonly=True)
    unit_name = fields.Char(string="Name of the unit", readonly=True)
    is_final = fields.Boolean(
        readonly=True, help="The evaluation is approved; the unit sees its result."
    )
    date_from = fields.Date(string="Period from", readonly=True)
    date_to = fields.Date(string="Period to", readonly=True)

    is_ranked = fields.Boolean(string="Ranked", readonly=True)
    rank = fields.Integer(readonly=True, aggregator=None)
    score = fields.Float(digits=(6, 2), readonly=True, aggregator="avg")
    band_id = fields.Many2one(
        "mtqg.scheme.band",
        string="Class",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
    )
    # cumulated since the beginning of the year: a sum over quarters means nothing
    amount_plan = Dong(string="Plan", readonly=True, aggregator=None)
    amount_disbursed = Dong(string="Disbursed", readonly=True, aggregator=None)
    rate = fields.Float(string="Rate %", digits=(12, 4), readonly=True, aggregator=None)
    rate_shrunk = fields.Float(
        string="Rate drawn to the mean %",
        digits=(12, 4),
        readonly=True,
        aggregator=None,
        help="What a tiny plan is scored on: its own rate and the mean of the group.",
    )
    reasons = fields.Char(readonly=True)
    note = fields.Char(compute="_compute_note")
    evidence_ids = fields.One2many(
        "mtqg.evaluation.evidence", "score_id", readonly=True
    )

    _unit_once = models.Constraint(
        "UNIQUE (evaluation_id, unit_id)", "A unit is evaluated once in an evaluation."
    )

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        return self.unit_name or ""

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_note(self):
        texts = self._get_reason_texts()
        for score in self:
            codes = filter(None, (score.reasons or "").split(","))
            score.note = " ".join(texts[code] for code in codes)

    def _get_reason_texts(self):
        return {
            ranking.NO_PLAN: self.env._("Not ranked: no capital in the period."),
            ranking.CAPPED: self.env._("Class capped by the disbursement rate."),
            ranking.OVER_QUOTA: self.env._("Top class closed by its quota."),
        }

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        scores = super().create(vals_list)
        scores.evaluation_id._check_not_frozen(("score_ids",))
        return scores

    def write(self, vals):
        self.evaluation_id._check_not_frozen(("score_ids",))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_not_frozen(self):
        self.evaluation_id._check_not_frozen(("score_ids",))
