from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report import frozen

# what the result was computed from; a change of these takes the result away
_INPUTS = frozenset({"scheme_id", "unit_ids", "date_from", "date_to", "plan_year"})
# what only computing and freezing write
_RESULTS = frozenset(
    {"date_computed", "known_at", "snapshot", "content_hash", "date_frozen"}
)


class MtqgEvaluation(models.Model):
    """An evaluation: units scored, ranked and classed for a period by a scheme.

    It is computed while it is a draft, goes through its workflow, and is frozen with
    its inputs and a hash by the last approval.
    State: draft -> running -> done, rejected or cancelled.
    """

    _name = "mtqg.evaluation"
    _inherit = ["mtqg.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Evaluation"
    _order = "date_to desc, id desc"
    _workflow_condition_fields = (
        "scheme_id",
        "date_from",
        "date_to",
        "plan_year",
        "unit_id",
        "unit_id.kind",
    )
    _workflow_preview_fields = (
        "scheme_id",
        "date_from",
        "date_to",
        "plan_year",
        "date_computed",
        "note",
    )
    _workflow_preview_lines = (
        "score_ids",
        ("rank", "unit_name", "amount_plan", "amount_disbursed", "score", "band_id"),
    )
    _workflow_columns = {"unit_kind": "unit_id.kind"}

    name = fields.Char(
        required=True,
        compute="_compute_name",
        compute_sudo=True,
        store=True,
        readonly=False,
        precompute=True,
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        string="Evaluating body",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self._default_unit_id(),
        help="The unit that runs the evaluation; its members see the whole result.",
    )
    scheme_id = fields.Many2one(
        "mtqg.scheme",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('state', '=', 'published')]",
    )
    unit_ids = fields.Many2many(
        "mtqg.unit",
        "mtqg_evaluation_unit_rel",
        "evaluation_id",
        "unit_id",
        string="Evaluated units",
        help="Units that can be compared with each other.",
    )
    date_from = fields.Date(string="Period from", required=True)
    date_to = fields.Date(string="Period to", required=True)
    plan_year = fields.Integer(
        compute="_compute_plan_year",
        compute_sudo=True,
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        aggregator=None,
        help="The year of the capital that is measured, cumulated to the last day.",
    )
    note = fields.Text()
    score_ids = fields.One2many(
        "mtqg.evaluation.score",
        "evaluation_id",
        string="Ranking",
        readonly=True,
        copy=False,
    )
    evidence_ids = fields.One2many(
        "mtqg.evaluation.evidence",
        "evaluation_id",
        readonly=True,
        copy=False,
    )

    # Written by computing and freezing only.
    date_computed = fields.Datetime(string="Computed on", readonly=True, copy=False)
    known_at = fields.Char(
        string="Ledger as known at (UTC)",
        readonly=True,
        copy=False,
        help="Entries recorded after this moment are not in the result.",
    )
    snapshot = fields.Text(readonly=True, copy=False)
    content_hash = fields.Char(string="SHA-256", readonly=True, copy=False)
    date_frozen = fields.Datetime(string="Frozen on", readonly=True, copy=False)

    # said again, so that its words are translated by this module
    workflow_state = fields.Selection(
        selection_add=[
            ("draft", "Draft"),
            ("running", "In progress"),
            ("done", "Done"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ]
    )
    ranked_count = fields.Integer(compute="_compute_counts")
    unranked_count = fields.Integer(compute="_compute_counts")

    _dates_in_order = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The last day of the period lies on or after its first day.",
    )
    _plan_year_in_range = models.Constraint(
        "CHECK (plan_year BETWEEN 2000 AND 2099)",
        "The plan year lies between 2000 and 2099.",
    )

    def init(self):
        # the tables of its rows are there when the registry is ready
        self.pool.post_init(frozen.install_triggers, self.env)

    @api.model
    def _default_unit_id(self):
        return self.env.user.mtqg_unit_ids[:1] or self.env["mtqg.unit"].search(
            [("parent_id", "=", False)], limit=1
        )

    # === COMPUTE METHODS === #

    @api.depends("date_from", "date_to")
    def _compute_name(self):
        for evaluation in self:
            if not evaluation.name and evaluation.date_from and evaluation.date_to:
                evaluation.name = evaluation._describe_period()

    @api.depends("date_to")
    def _compute_plan_year(self):
        for evaluation in self:
            evaluation.plan_year = evaluation.date_to and evaluation.date_to.year

    @api.depends("score_ids.is_ranked")
    def _compute_counts(self):
        groups = self.env["mtqg.evaluation.score"]._read_group(
            [("evaluation_id", "in", self.ids)],
            ["evaluation_id", "is_ranked"],
            ["__count"],
        )
        counts = {(e.id, ranked): count for e, ranked, count in groups}
        for evaluation in self:
            evaluation.ranked_count = counts.get((evaluation._origin.id, True), 0)
            evaluation.unranked_count = counts.get((evaluation._origin.id, False), 0)

    # === CRUD METHODS === #

    def _has_field_access(self, field, operation):
        if operation == "write" and field.name in _RESULTS:
            return self.env.su
        return super()._has_field_access(field, operation)

    def write(self, vals):
        self._check_not_frozen(vals)
        result = super().write(vals)
        if _INPUTS & vals.keys():
            self._discard_result()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_not_frozen(self):
        self._check_not_frozen(_INPUTS)

    # === ACTION METHODS === #

    def action_add_units(self):
        """Take the units below the evaluating body that exist in the period.

        A body without units below it, such as a department, takes its neighbours.
        """
        for evaluation in self:
            body = evaluation.unit_id
            above = body if body.child_ids else body.parent_id
            evaluation.unit_ids |= self.env["mtqg.unit"].search(
                [
                    ("parent_id", "=", above.id),
                    ("id", "!=", body.id),
                    ("kind", "!=", "treasury"),
                    "|",
                    ("date_from", "=", False),
                    ("date_from", "<=", evaluation.date_to),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", evaluation.date_from),
                ]
            )
        return True

    def action_open_scores(self):
        """Open the ranking as a list that can be filtered, grouped and charted."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_reports.mtqg_evaluation_score_action"
        )
        return {**action, "domain": [("evaluation_id", "=", self.id)], "context": {}}

    def action_download(self):
        """Download the report as a spreadsheet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/mtqg_reports/evaluation/{self.id}.xlsx",
            "target": "download",
        }

    # === BUSINESS METHODS === #

    def _get_label(self):
        self.ensure_one()
        return self.name or ""

    def _describe_period(self):
        """Return the period in words: a quarter or a year where it is one."""
        self.ensure_one()
        first, last = self.date_from, self.date_to
        if self._is_whole("quarter"):
            return self.env._(
                "Evaluation quarter %(quarter)s/%(year)s",
                quarter=(last.month + 2) // 3,
                year=last.year,
            )
        if self._is_whole("year"):
            return self.env._("Evaluation %(year)s", year=last.year)
        return self.env._(
            "Evaluation %(first)s – %(last)s",
            first=first.strftime("%d/%m/%Y"),
            last=last.strftime("%d/%m/%Y"),
        )

    def _is_whole(self, granularity):
        """Tell whether the period is exactly one quarter, or one year."""
        first, last = self.date_from, self.date_to
        return first == fields.Date.start_of(
            last, granularity
        ) and last == fields.Date.end_of(last, granularity)

    def _check_not_frozen(self, names):
        """Refuse changes to what an approval has frozen, whoever asks.

        :raise UserError: naming the evaluation and what to do instead
        """
        free = self._get_free_fields()
        workflow = {name for name in self._fields if name.startswith("workflow_")}
        if not set(names) - free - workflow - {"stage_id", "date_submitted"}:
            return
        if frozen := self.filtered("date_frozen"):
            raise UserError(
                self.env._(
                    "%(evaluation)s is approved and frozen. Make a new evaluation of "
                    "the period; this one stays as it was announced.",
                    evaluation=frozen[0].display_name,
                )
            )
