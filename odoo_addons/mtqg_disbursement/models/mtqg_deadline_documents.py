from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..clock import today_vn
from ..engine import advance
from ..engine import deadlines as terms
from ..store import advances, deadline_documents, deadlines

# the stage in which a document waits for what the law gives a time for
WAITING_STAGES = {"disbursement": "treasury", "project": "settlement"}


class MtqgDeadlineRule(models.Model):
    _inherit = "mtqg.deadline.rule"

    def _refresh_facts(self):
        """Bring all facts up to date with the rules that are on."""
        deadlines.keep_all_facts(self.env)
        others = self.sudo().search(
            [("state", "=", "on"), ("subject", "!=", "allocation")]
        )
        for rule in others:
            rule._write_facts(rule._find_subjects())

    def _find_subjects(self):
        """Return the units or documents that owe a rule."""
        self.ensure_one()
        domain = self._get_domain()
        if self.subject == "treasury":
            served = self.env["mtqg.unit"].sudo().search(self._get_unit_domain("id"))
            domain &= Domain("id", "in", served.treasury_id.ids)
        else:
            is_unit = self.subject == "unit"
            domain &= self._get_unit_domain("id" if is_unit else "unit_id")
        return self._get_subject_model().search(domain)

    def _get_unit_domain(self, name):
        if not self.unit_id:
            return Domain.TRUE
        return Domain(name, "child_of", self.unit_id.id)

    def _write_facts(self, subjects, done_on=None):
        self.ensure_one()
        warning = timedelta(days=self.warning_days)
        rows = [
            (unit, document, period, due, due - warning, met or done_on)
            for unit, document, period, due, met in self._list_dates(subjects)
            if self._is_valid_on(due)
        ]
        by_hand = self.subject in {"unit", "treasury"}
        deadline_documents.write_facts(self.env, self.id, rows, by_hand)

    def _is_valid_on(self, day):
        return (not self.date_from or day >= self.date_from) and (
            not self.date_to or day <= self.date_to
        )

    def _list_dates(self, subjects):
        """Yield (unit id, document id, period, due date, date met) of each subject."""
        if self.subject in WAITING_STAGES:
            yield from self._list_stays(subjects)
        elif self.subject == "contract":
            yield from self._list_contracts(subjects)
        else:
            for period, due in self._list_periods():
                for unit in subjects:
                    if unit._exists_on(due):
                        yield unit.id, None, period, due, None

    def _list_periods(self):
        """Return (first day of the period or None, due date), for its plan years."""
        year = today_vn().year
        years = [self.plan_year] if self.plan_year else [year - 1, year]
        if self.due_kind in {"month", "quarter"}:
            return [
                pair
                for y in years
                for pair in terms.list_periods(
                    self.due_kind, y, self.due_months_later, self.due_day
                )
            ]
        return [
            (
                terms.day_of(y, 1, 1),
                terms.day_of(y + self.due_year_offset, self.due_month, self.due_day),
            )
            for y in years
        ]

    def _list_stays(self, documents):
        stays = deadline_documents.find_stays(
            self.env, documents._name, WAITING_STAGES[self.subject], documents.ids
        )
        due = self._count_from({entered for entered, _left in stays.values()})
        for document in documents:
            if document.id in stays:
                entered, left = stays[document.id]
                yield (
                    document._get_waiting_unit().id,
                    document.id,
                    None,
                    due[entered],
                    left,
                )

    def _list_contracts(self, contracts):
        """Yield the dates of contracts under which an advance was paid."""
        moves = advances.moves_by_contract(self.env, contracts.ids)
        starts = {}
        for contract in contracts:
            terms_, paid = contract._get_terms(), moves.get(contract.id, ())
            start = advance.starts_on(terms_, paid, contract.date_end or None)
            if start and any(move.advanced for move in paid):
                starts[contract] = start
        due = self._count_from(set(starts.values()))
        for contract, start in starts.items():
            last = due[start]
            if contract.kind == "no_contract" and contract.date_recovery:
                last = max(last, contract.date_recovery)
            met = advance.recovered_on(moves[contract.id])
            yield contract.unit_id.id, contract.id, None, last, met

    def _count_from(self, days):
        """Return {day of the event: due date}."""
        if self.delay_unit == "month":
            return {day: terms.add_months(day, self.delay) for day in days}
        if self.delay_unit == "day":
            return {day: day + timedelta(days=self.delay) for day in days}
        if not days:
            return {}
        calendar = self.env["mtqg.day"]._get_calendar(min(days), max(days))
        return {day: calendar.add(day, self.delay) for day in days}

    @api.model
    def _follow_documents(self, documents, subject, done_on=None):
        """Bring the facts of some documents up to date, while they move.

        :param done_on: the day on which they leave their last stage, just now
        """
        rules = self.sudo().search([("state", "=", "on"), ("subject", "=", subject)])
        for rule in rules:
            taken = rule._find_subjects() & documents.sudo()
            if taken:
                rule._write_facts(taken, done_on)


class MtqgUnit(models.Model):
    _inherit = "mtqg.unit"

    def _exists_on(self, day):
        return (not self.date_from or self.date_from <= day) and (
            not self.date_to or day <= self.date_to
        )


class MtqgDisbursement(models.Model):
    _inherit = "mtqg.disbursement"

    def _get_waiting_unit(self):
        return self.treasury_unit_id or self.unit_id

    def _on_workflow_done(self):
        result = super()._on_workflow_done()
        self.env["mtqg.deadline.rule"]._follow_documents(
            self, "disbursement", done_on=today_vn()
        )
        self.env["mtqg.deadline.rule"]._follow_documents(self.contract_id, "contract")
        return result


class MtqgContract(models.Model):
    _inherit = "mtqg.contract"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"date_end", "date_recovery", "kind"}:
            self.env["mtqg.deadline.rule"]._follow_documents(self, "contract")
        return result


class MtqgProject(models.Model):
    _inherit = "mtqg.project"

    def _get_waiting_unit(self):
        return self.unit_id
