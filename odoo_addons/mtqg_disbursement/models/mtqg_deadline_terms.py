from odoo import api, models, tools
from odoo.fields import Domain

from ..engine.deadlines import day_of
from ..store.deadline_terms import Sheet, Term

SUBJECT_MODELS = {
    "allocation": "mtqg.allocation",
    "unit": "mtqg.unit",
    "treasury": "mtqg.unit",
    "project": "mtqg.project",
    "contract": "mtqg.contract",
    "disbursement": "mtqg.disbursement",
}
# What the condition of a rule may look at. A path to other records would let a rule
# tell what its author may not see.
SCOPE_FIELDS = {
    "allocation": {
        "unit_id",
        "unit_id.kind",
        "program_id",
        "project_id",
        "project_id.kind",
        "nature",
        "source",
        "plan_year",
        "origin_year",
        "is_carried_over",
    },
    "unit": {"id", "kind", "group_name", "parent_id"},
    "treasury": {"id"},
    "project": {"unit_id", "program_id", "kind"},
    "contract": {"unit_id", "project_id", "amount", "kind"},
    "disbursement": {"unit_id", "program_id", "kind", "amount"},
}
_OPERATORS = {"=", "!=", "in", "not in", "<", ">", "<=", ">=", "child_of"}
# capital is carried over a few times at most
_CARRIED_YEARS = 5
# measures that are sums of the ledger; the others are found out record by record
BALANCE_MEASURES = {"allocated", "tabmis", "disbursed", "recovered"}


class MtqgDeadlineRule(models.Model):
    _inherit = "mtqg.deadline.rule"

    # === FAULTS === #

    def _find_faults(self):
        """Return sentences on terms that do not fit together."""
        self.ensure_one()
        faults = self._find_domain_faults()
        is_balance = self.subject == "allocation"
        if is_balance and self.due_kind not in {"day", "last_day"}:
            faults.append(
                self.env._(
                    "%(rule)s: balances are due on a day of the year, or on their last "
                    "day to disburse.",
                    rule=self.name,
                )
            )
        if is_balance != (self.measure in BALANCE_MEASURES) and not (
            self.subject == "contract" and self.measure == "recovered"
        ):
            faults.append(
                self.env._(
                    "%(rule)s: this measure does not fit what the rule is about.",
                    rule=self.name,
                )
            )
        if self.origin == "year" and not self.origin_year:
            faults.append(self.env._("%(rule)s: name the origin year.", rule=self.name))
        return faults

    def _find_domain_faults(self):
        domain = self._get_domain()
        allowed = SCOPE_FIELDS[self.subject]
        wrong = [
            condition.field_expr
            for condition in domain.iter_conditions()
            if condition.field_expr not in allowed
            or condition.operator not in _OPERATORS
            or not _is_plain(condition.value)
        ]
        if not wrong:
            try:
                domain.optimize_full(self._get_subject_model())
            except (TypeError, ValueError) as error:
                wrong = [str(error)]
        return [
            self.env._(
                "%(rule)s: a condition on “%(field)s” is not possible here. Use plain "
                "values and these fields: %(allowed)s.",
                rule=self.name,
                field=field,
                allowed=", ".join(sorted(allowed)),
            )
            for field in wrong
        ]

    # === TERMS === #

    def _get_subject_model(self):
        return self.env[SUBJECT_MODELS[self.subject]].sudo()

    def _get_domain(self):
        self.ensure_one()
        return self.env["mtqg.workflow.transition"]._parse_domain(self.domain)

    def _get_scope(self):
        """Return the domain of the balances that owe a rule, but for its unit."""
        self.ensure_one()
        scope = self._get_domain()
        if self.plan_year:
            scope &= Domain("plan_year", "=", self.plan_year)
        match self.origin:
            case "current":
                scope &= Domain("is_carried_over", "=", False)
            case "carried":
                scope &= Domain("is_carried_over", "=", True)
            case "year":
                scope &= Domain("origin_year", "=", self.origin_year)
        return scope

    def _prepare_term(self):
        self.ensure_one()
        due = (self.due_month, self.due_day, self.due_year_offset)
        return Term(
            id=self.id,
            measure=self.measure,
            threshold=round(self.threshold * 100),
            unit_id=self.unit_id.id,
            scope=self._get_scope(),
            due=due if self.due_kind == "day" else None,
            warning_days=self.warning_days,
            valid=(self.date_from or None, self.date_to or None),
        )

    @api.model
    def _get_milestones(self, unit, plan_year):
        """Return what the rules in force ask a unit to have disbursed by which day.

        :return: list of (date, origin year or None for all, percent, name)
        """
        above = [int(id_) for id_ in (unit.parent_path or "").split("/") if id_]
        rules = self.sudo().search(
            Domain("state", "=", "on")
            & Domain("subject", "=", "allocation")
            & Domain("measure", "=", "disbursed")
            & Domain("due_kind", "=", "day")
            & Domain("plan_year", "in", (0, plan_year))
            & Domain("unit_id", "in", [False, *above])
        )
        return [
            (day, origin_year, rule.threshold, rule.name)
            for rule in rules
            for day in [
                day_of(plan_year + rule.due_year_offset, rule.due_month, rule.due_day)
            ]
            if (rule.date_from or day) <= day <= (rule.date_to or day)
            for origin_year in rule._list_origin_years(plan_year)
        ]

    def _list_origin_years(self, plan_year):
        """Return the origin years of the capital that a rule is about; None for all."""
        match self.origin:
            case "current":
                return [plan_year]
            case "carried":
                return [plan_year - age for age in range(1, _CARRIED_YEARS + 1)]
            case "year":
                return [self.origin_year]
        return [None]

    @api.model
    @tools.ormcache()
    def _read_terms(self):
        """Return the terms of the rules on balances that are switched on."""
        rules = self.sudo().search(
            [("state", "=", "on"), ("subject", "=", "allocation")], order="id"
        )
        return tuple(rule._prepare_term() for rule in rules)

    @api.model
    def _get_sheet(self):
        """Return the terms compiled to SQL, or None if no rule is switched on."""
        terms = self._read_terms()
        return self._compile(terms) if terms else None

    def _compile(self, terms):
        return Sheet(self.env["mtqg.allocation"].sudo(), terms)


def _is_plain(value):
    """Tell whether a value of a condition is data, and no condition of its own."""
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        return all(map(_is_plain, value)) and not isinstance(value, Domain)
    return value is None or isinstance(value, (str, int, float))
