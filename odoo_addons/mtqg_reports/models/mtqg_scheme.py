from datetime import date, timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.mtqg_disbursement.engine import ranking
from odoo.addons.mtqg_disbursement.fields import Dong

_FULL = 100
_PLACES = "0.01"


def as_decimal(value):
    """Return a stored percent, weight or score as the decimal that a user typed."""
    return Decimal(repr(value or 0.0)).quantize(Decimal(_PLACES))


class MtqgScheme(models.Model):
    """One version of a scheme: what counts, how much, and which class it leads to.

    State: draft -> published -> retired. A published version is frozen, because
    evaluations rely on it; a change is a new version (``action_new_version``).
    """

    _name = "mtqg.scheme"
    _description = "Evaluation scheme"
    _order = "code, version desc"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    version = fields.Integer(default=1, required=True, aggregator=None, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    legal_basis = fields.Text(translate=True)
    note = fields.Text(translate=True)
    date_from = fields.Date(string="Valid from", required=True)
    date_to = fields.Date(string="Valid to")
    criterion_ids = fields.One2many(
        "mtqg.scheme.criterion", "scheme_id", string="Criteria", copy=True
    )
    band_ids = fields.One2many(
        "mtqg.scheme.band", "scheme_id", string="Classes", copy=True
    )
    weight_total = fields.Float(
        string="Sum of weights", digits=(6, 2), compute="_compute_weight_total"
    )

    # How ranks and classes are made of scores.
    shrinkage = Dong(
        string="Weight of the group's mean (đồng)",
        default=0,
        help="A plan of this size counts half by its own rate and half by the mean of "
        "all units, a smaller one less: so a tiny plan does not top the table by luck. "
        "0 turns it off.",
    )
    tie_break = fields.Selection(
        [
            ("rate,plan", "Higher rate, then larger plan"),
            ("plan,rate", "Larger plan, then higher rate"),
            ("", "Equal scores share a rank"),
        ],
        string="Equal scores",
        default="rate,plan",
    )
    rank_style = fields.Selection(
        [("competition", "1, 2, 2, 4"), ("dense", "1, 2, 2, 3")],
        string="Numbering",
        default="competition",
        required=True,
    )
    cap_basis = fields.Selection(
        [
            ("rate", "Disbursement rate"),
            ("attainment", "Part of the target reached"),
        ],
        string="Caps look at",
        default="rate",
        required=True,
    )
    quota = fields.Float(
        string="Quota of the top class %",
        digits=(5, 2),
        help="Largest share of units in the top class; 0 means no quota.",
    )
    quota_base = fields.Selection(
        [
            ("second", "Units of the second class"),
            ("second_and_top", "Units of the first and second class"),
            ("ranked", "All ranked units"),
        ],
        string="Quota counted on",
        default="second",
        required=True,
    )

    _version_unique = models.Constraint(
        "UNIQUE (code, version)", "This version of the scheme already exists."
    )
    _published_once = models.UniqueIndex(
        "(code) WHERE state = 'published'",
        "Another version of this scheme is published. Retire it first.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The last day of a scheme lies on or after its first day.",
    )
    _quota_is_percent = models.Constraint(
        "CHECK (quota BETWEEN 0 AND 100)", "The quota lies between 0 and 100 %."
    )
    _shrinkage_not_negative = models.Constraint(
        "CHECK (shrinkage >= 0)", "The weight of the group's mean is zero or more."
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "version")
    def _compute_display_name(self):
        for scheme in self:
            scheme.display_name = f"{scheme.name} (v{scheme.version})"

    @api.depends("criterion_ids.weight")
    def _compute_weight_total(self):
        for scheme in self:
            scheme.weight_total = sum(scheme.criterion_ids.mapped("weight"))

    # === CRUD METHODS === #

    def _has_field_access(self, field, operation):
        # the state changes by publishing and retiring only
        if operation == "write" and field.name == "state":
            return self.env.su
        return super()._has_field_access(field, operation)

    def write(self, vals):
        if vals.keys() - {"state"}:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        self._check_draft()

    # === ACTION METHODS === #

    def action_publish(self):
        """Publish the version; an older published version of it is retired.

        :raise UserError: naming every fault of the scheme
        """
        self.check_access("write")
        for scheme in self.sudo():
            scheme._check_draft()
            if faults := scheme._find_faults():
                raise UserError("\n".join([scheme.display_name, *faults]))
            older = self.sudo().search(
                [("code", "=", scheme.code), ("state", "=", "published")]
            )
            older.state = "retired"
            older.flush_recordset()
            scheme.state = "published"
        return True

    def action_retire(self):
        """Take the version out of use for new evaluations."""
        self.check_access("write")
        self.sudo().write({"state": "retired"})
        return True

    def action_new_version(self):
        """Copy the version into a draft with the next number, and open it."""
        self.ensure_one()
        self.check_access("write")
        last = self.search([("code", "=", self.code)], order="version desc", limit=1)
        fresh = self.sudo().copy({"version": last.version + 1})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": fresh.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _check_draft(self):
        """Refuse changes to versions that evaluations rely on.

        :raise UserError: naming the scheme and what to do instead
        """
        if frozen := self.filtered(lambda scheme: scheme.state != "draft"):
            raise UserError(
                self.env._(
                    "Scheme %(scheme)s is not a draft any more, and evaluations rely "
                    "on it. Make a new version and change that.",
                    scheme=frozen[0].display_name,
                )
            )

    def _find_faults(self):
        """Return the sentences that say why the version cannot be published."""
        self.ensure_one()
        faults = []
        weights = sum(as_decimal(c.weight) for c in self.criterion_ids)
        if weights != _FULL:
            faults.append(
                self.env._(
                    "The weights add up to %(sum)s, not to 100. Change them.",
                    sum=weights,
                )
            )
        if len(self.criterion_ids.filtered("is_main")) != 1:
            faults.append(
                self.env._(
                    "Exactly one criterion is the main one: it gives plan and rate."
                )
            )
        faults += [
            fault for c in self.criterion_ids for fault in c._find_parameter_faults()
        ]
        return faults + self._find_band_faults()

    def _find_band_faults(self):
        bands = self._get_bands()
        if not bands or bands[-1].score_min > 0 or bands[-1].rate_min > 0:
            return [
                self.env._(
                    "The lowest class starts at 0 points and takes any rate. Add it."
                )
            ]
        faults = []
        if len(set(bands.mapped("score_min"))) < len(bands):
            faults.append(self.env._("Two classes start at the same score."))
        if any(band.is_top for band in bands[1:]):
            faults.append(self.env._("Only the best class can be the top class."))
        return faults

    def _get_bands(self):
        """Return the classes from the best to the worst."""
        return self.band_ids.sorted(lambda band: -band.score_min)

    def _to_engine(self, date_to, plan_year):
        """Return the scheme as the engine's values, with the targets of a period."""
        self.ensure_one()
        last = min(date_to, date(plan_year, 12, 31))
        return ranking.Scheme(
            code=self.code,
            version=self.version,
            criteria=tuple(
                criterion._to_engine(_last_full_month(last))
                for criterion in self.criterion_ids
            ),
            bands=tuple(band._to_engine() for band in self._get_bands()),
            shrinkage=self.shrinkage,
            quota=as_decimal(self.quota) if self.quota else None,
            quota_base=self.quota_base,
            cap_basis=self.cap_basis,
            tie_break=tuple(filter(None, (self.tie_break or "").split(","))),
            rank_style=self.rank_style,
        )


def _last_full_month(day):
    """Return the number of the last month of the year that has ended by that day."""
    tomorrow = day + timedelta(days=1)
    return day.month if tomorrow.month != day.month else day.month - 1
