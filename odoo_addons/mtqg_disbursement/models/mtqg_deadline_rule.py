from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..clock import today_vn

SUBJECTS = [
    ("allocation", "Balances"),
    ("unit", "Units"),
    ("treasury", "Treasury offices that serve the units"),
    ("project", "Project dossiers"),
    ("contract", "Contracts"),
    ("disbursement", "Vouchers"),
]
MEASURES = [
    ("allocated", "Allocated in detail"),
    ("tabmis", "Entered in TABMIS"),
    ("disbursed", "Disbursed"),
    ("recovered", "Advances recovered"),
    ("done", "Done, marked by hand"),
]
WEIGHTS = [("law", "Law"), ("campaign", "Campaign")]

# what may change while a rule is switched on: nothing that decides who is late
_FREE_FIELDS = frozenset({"name", "sequence", "step_ids", "source", "source_date"})


class MtqgDeadlineRule(models.Model):
    """Who has to reach what by when, and which text says so.

    Laws and a province's own dates are the same thing: dated data. A rule without a
    unit is a template of the library, or holds for everybody once it is switched on. A
    rule that is on does not change: a new text is a new version with its own validity.
    """

    _name = "mtqg.deadline.rule"
    _inherit = ["mtqg.scoped.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Deadline rule"
    _order = "plan_year desc, sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("draft", "Not switched on"), ("on", "Switched on"), ("off", "Switched off")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    preset = fields.Char(
        readonly=True,
        copy=False,
        help="The set of the library that the rule belongs to.",
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        string="Valid for",
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user.mtqg_unit_ids[:1],
        help="The unit and everything below it; empty: everybody.",
    )
    plan_year = fields.Integer(
        aggregator=None, help="The plan year it speaks of; 0: every year."
    )

    # Who owes it.
    subject = fields.Selection(SUBJECTS, required=True, default="allocation")
    domain = fields.Char(
        string="Only for", default="[]", help="Domain on stored fields of the subject."
    )
    origin = fields.Selection(
        [
            ("any", "Any origin year"),
            ("current", "Capital of the plan year"),
            ("carried", "Capital carried over"),
            ("year", "Capital of one origin year"),
        ],
        required=True,
        default="any",
    )
    origin_year = fields.Integer(aggregator=None)

    # What has to be reached.
    measure = fields.Selection(MEASURES, required=True, default="disbursed")
    threshold = fields.Float(
        string="Threshold %", digits=(5, 2), default=100, required=True, aggregator=None
    )

    # By when.
    due_kind = fields.Selection(
        [
            ("day", "On a day of the year"),
            ("last_day", "On the balance's last day to disburse"),
            ("month", "Every month"),
            ("quarter", "Every quarter"),
            ("after", "Some time after an event"),
        ],
        required=True,
        default="day",
    )
    due_day = fields.Integer(
        default=31, aggregator=None, help="31 is the last day of a shorter month."
    )
    due_month = fields.Integer(default=12, aggregator=None)
    due_year_offset = fields.Integer(
        string="Years after the plan year", aggregator=None
    )
    due_months_later = fields.Integer(
        string="Months after the period",
        aggregator=None,
        help="0: in its last month; 1: in the month that follows it.",
    )
    delay = fields.Integer(aggregator=None)
    delay_unit = fields.Selection(
        [("workday", "Working days"), ("day", "Days"), ("month", "Months")],
        default="workday",
    )
    due_text = fields.Char(string="Due", compute="_compute_due_text")

    # Where it is written.
    weight = fields.Selection(WEIGHTS, required=True, default="campaign")
    legal_basis = fields.Char(
        required=True,
        translate=True,
        help="The article and the date of the text that sets it.",
    )
    source = fields.Char(translate=True, help="Where the text was read.")
    source_date = fields.Date(string="Date of the text")
    date_from = fields.Date(
        string="Valid from", help="First due date for which the text holds."
    )
    date_to = fields.Date(
        string="Valid until", help="Last due date for which the text holds."
    )
    replaces_id = fields.Many2one(
        "mtqg.deadline.rule",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    # What is done about it.
    warning_days = fields.Integer(
        string="Warned before (days)", default=30, aggregator=None
    )
    step_ids = fields.One2many(
        "mtqg.deadline.step", "rule_id", string="Escalation", copy=True
    )

    _version_unique = models.UniqueIndex(
        "(COALESCE(unit_id, 0), plan_year, code, COALESCE(date_from, '-infinity'))",
        "This unit already has a rule with this code, plan year and validity.",
    )
    _threshold_is_percent = models.Constraint(
        "CHECK (threshold BETWEEN 0.01 AND 100)",
        "A threshold lies between 0.01 and 100 %.",
    )
    _day_of_year = models.Constraint(
        "CHECK (due_day BETWEEN 1 AND 31 AND due_month BETWEEN 1 AND 12"
        " AND due_year_offset BETWEEN -1 AND 2 AND due_months_later BETWEEN 0 AND 12)",
        "A due date is a day from 1 to 31 of a month from 1 to 12, at most one year "
        "before and two years after the plan year.",
    )
    _days_in_range = models.Constraint(
        "CHECK (warning_days BETWEEN 0 AND 366 AND delay BETWEEN 0 AND 1000)",
        "Warnings come at most 366 days before, and delays have at most 1,000 days.",
    )
    _plan_year_in_range = models.Constraint(
        "CHECK (plan_year = 0 OR plan_year BETWEEN 2000 AND 2099)",
        "The plan year lies between 2000 and 2099, or is 0 for every year.",
    )
    _validity_in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "A rule ends on or after the day it starts."
    )

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        return f"{self.name} ({self.plan_year})" if self.plan_year else self.name

    @api.depends(
        "due_kind",
        "due_day",
        "due_month",
        "due_year_offset",
        "due_months_later",
        "delay",
        "delay_unit",
    )
    @api.depends_context("lang")
    def _compute_due_text(self):
        for rule in self:
            rule.due_text = rule._describe_due()

    def _describe_due(self):
        self.ensure_one()
        match self.due_kind:
            case "day":
                year = f"{self.due_year_offset:+d}" if self.due_year_offset else ""
                return f"{self.due_day:02d}/{self.due_month:02d}/N{year}"
            case "last_day":
                return self.env._("last day to disburse")
            case "month":
                return self.env._("day %(day)s, every month", day=self.due_day)
            case "quarter":
                return self.env._("day %(day)s, every quarter", day=self.due_day)
        units = dict(self._fields["delay_unit"]._description_selection(self.env))
        return f"+{self.delay} {units.get(self.delay_unit, '').lower()}"

    # === CONSTRAINT METHODS === #

    @api.constrains("subject", "domain", "measure", "due_kind", "origin", "origin_year")
    def _check_terms(self):
        for rule in self:
            if faults := rule._find_faults():
                raise ValidationError("\n".join(faults))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        # a library of rules is no news to anybody
        quiet = self.with_context(mail_create_nolog=True)
        return super(MtqgDeadlineRule, quiet).create(vals_list).with_env(self.env)

    def write(self, vals):
        if vals.keys() - _FREE_FIELDS and not self.env.su:
            self._check_draft()
        self.env.registry.clear_cache()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_never_on(self):
        if any(rule.state != "draft" for rule in self):
            raise UserError(
                self.env._(
                    "A rule that was switched on is kept: its deadlines name it. "
                    "Switch it off, or archive it."
                )
            )

    def _check_draft(self):
        if any(rule.state != "draft" for rule in self):
            raise UserError(
                self.env._(
                    "A rule that was switched on does not change: units are measured "
                    "by it. Make a new version, or switch it off."
                )
            )

    # === ACTION METHODS === #

    def action_switch_on(self):
        """Make the rules count, from now on and for all balances there are.

        :raise AccessError: for other people than finance of the rule's unit, or a
            manager
        """
        self.check_access("write")
        self.sudo().write({"state": "on", "active": True})
        self._refresh_facts()
        return True

    def action_switch_off(self):
        """Make the rules count no longer; what they found stays on record."""
        self.check_access("write")
        self.sudo().write({"state": "off"})
        self._refresh_facts()
        return True

    def action_new_version(self):
        """Open a draft that takes the place of this rule from a day on."""
        self.ensure_one()
        self.check_access("write")
        draft = self.copy({"date_from": self._next_validity(), "name": self.name})
        draft.sudo().write({"replaces_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Follow the rules; whoever has to look at a late unit does not by that."""
        if self.env.context.get("mtqg_no_followers"):
            return True
        return super().message_subscribe(partner_ids, subtype_ids)

    def _next_validity(self):
        """Return the first day of a version that follows this one."""
        self.ensure_one()
        if self.date_to:
            return self.date_to + timedelta(days=1)
        return max(today_vn(), self.date_from or today_vn()) + timedelta(days=1)
