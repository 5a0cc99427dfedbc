from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.mtqg_disbursement.clock import VIETNAM
from odoo.addons.mtqg_disbursement.engine.ranking import printed_rate

from ..layout.formats import DONG, MONEY_UNITS, Kind
from ..layout.page import Letterhead, Page, Signature
from ..layout.table import Column, Row, Style, Table, numbered, with_total
from ..layout.xlsx import write_workbook

_NEVER = datetime(2000, 1, 1)  # noqa: DTZ001  # a stamp for files without a date


class MtqgReportEvaluation(models.AbstractModel):
    """An evaluation as tables: the ranking, the evidence, the scheme and its method.

    It prints what was computed and stored, under the rights of the user who asks.
    """

    _name = "mtqg.report.evaluation"
    _description = "Evaluation as tables"

    # === BUSINESS METHODS === #

    def _render_xlsx(self, evaluation, unit="dong"):
        """Return the report of an evaluation as the bytes of an XLSX file.

        :param str unit: money unit of the pages: dong, thousand, million, billion;
            the cells hold đồng in any case
        :raise UserError: if there is no result to print
        """
        evaluation.ensure_one()
        if not evaluation.score_ids:
            raise UserError(
                self.env._(
                    "%(evaluation)s has no result to print. Compute it first.",
                    evaluation=evaluation.display_name,
                )
            )
        created = evaluation.date_frozen or evaluation.date_computed or _NEVER
        pages = self._build_pages(evaluation, MONEY_UNITS.get(unit, DONG))
        return write_workbook(pages, evaluation.name, created)

    def _build_pages(self, evaluation, money_unit):
        """Return the three pages of the report."""
        money = {
            "money_unit": money_unit,
            "money_label": self.env._("Unit of money: %(unit)s", unit=money_unit.name),
        }
        return [
            self._build_page(evaluation, self._build_ranking(evaluation, money)),
            Page(self._build_evidence(evaluation, money)),
            Page(self._build_method(evaluation)),
        ]

    def _build_page(self, evaluation, table):
        """Return the first page, with the national header and the signatures."""
        body = evaluation.unit_id
        frozen = evaluation.date_frozen
        issued = frozen and frozen.replace(tzinfo=UTC).astimezone(VIETNAM).date()
        return Page(
            table,
            Letterhead(
                body.name, body.parent_id.sudo().name or "", issued=issued or None
            ),
            (
                Signature(
                    self.env._("PREPARED BY"), self.env._("(Signature, full name)")
                ),
                Signature(
                    self.env._("HEAD OF THE UNIT"), self.env._("(Signature and seal)")
                ),
            ),
        )

    # === BUSINESS METHODS - RANKING === #

    def _build_ranking(self, evaluation, money):
        """Return the ranking: one line per unit, those without capital at the end."""
        scores = evaluation.score_ids
        table = Table(
            name=self.env._("Ranking"),
            title=self.env._("RANKING AND CLASSIFICATION OF CAPITAL DISBURSEMENT"),
            subtitles=self._describe(evaluation),
            columns=self._get_ranking_columns(),
            rows=tuple(Row(self._rank_line(score)) for score in scores),
            **money,
        )
        total = with_total(
            table,
            self.env._("Total"),
            self.env._("Rounded figures of column %s do not add up to the total."),
            {5: printed_rate(table.true_total(4), table.true_total(3))},
        )
        return self._add_notes(total, evaluation)

    def _get_ranking_columns(self):
        capital = self.env._("Capital")
        rates = self.env._("Disbursement rate")
        return (
            Column(self.env._("Rank"), Kind.INTEGER),
            Column(self.env._("Unit"), width=34),
            Column(self.env._("Code"), Kind.CODE),
            Column(self.env._("Plan"), Kind.MONEY, group=capital, adds_up=True),
            Column(self.env._("Disbursed"), Kind.MONEY, group=capital, adds_up=True),
            Column(self.env._("Rate"), Kind.PERCENT, group=rates),
            Column(self.env._("Drawn to the mean"), Kind.PERCENT, group=rates),
            Column(self.env._("Score"), Kind.POINTS),
            Column(self.env._("Class"), width=24),
            Column(self.env._("Note"), width=28),
        )

    def _rank_line(self, score):
        ranked = score.is_ranked
        return (
            score.rank if ranked else None,
            score.unit_name or "",
            score.unit_code or "",
            score.amount_plan,
            score.amount_disbursed,
            _decimal(score.rate) if ranked else None,
            _decimal(score.rate_shrunk) if ranked else None,
            _decimal(score.score) if ranked else None,
            score.band_id.name or "",
            score.note or "",
        )

    # === BUSINESS METHODS - EVIDENCE === #

    def _build_evidence(self, evaluation, money):
        """Return the figures behind the points, one block per criterion."""
        by_criterion = evaluation.evidence_ids.grouped("criterion_id")
        rows = []
        for criterion in evaluation.scheme_id.criterion_ids:
            lines = by_criterion.get(criterion, evaluation.evidence_ids.browse())
            rows.append(self._head_criterion(evaluation, criterion))
            rows += numbered(
                self._evidence_line(line)
                for line in lines.sorted(lambda e: e.score_id.unit_code or "")
            )
        return Table(
            name=self.env._("Evidence"),
            title=self.env._("EVIDENCE PER CRITERION"),
            subtitles=self._describe(evaluation),
            columns=self._get_evidence_columns(),
            rows=tuple(rows),
            **money,
        )

    def _get_evidence_columns(self):
        rates = self.env._("Rate")
        return (
            Column(self.env._("No."), Kind.INTEGER),
            Column(self.env._("Criterion, unit"), width=44),
            Column(self.env._("Code"), Kind.CODE),
            Column(self.env._("Amount"), Kind.MONEY),
            Column(self.env._("Out of"), Kind.MONEY),
            Column(self.env._("As measured"), Kind.PERCENT, group=rates),
            Column(self.env._("As scored"), Kind.PERCENT, group=rates),
            Column(self.env._("Weight"), Kind.POINTS),
            Column(self.env._("Points"), Kind.POINTS),
        )

    def _head_criterion(self, evaluation, criterion):
        """Return the heading of a criterion's block: its name, rate and weight."""
        text = f"{criterion.name} ({self._name_rate(criterion)})"
        weight = _decimal(criterion.weight)
        values = (None, text, None, None, None, None, None, weight, None)
        return Row(values, Style.GROUP)

    def _evidence_line(self, evidence):
        counted = evidence.is_applicable
        return (
            evidence.score_id.unit_name or "",
            evidence.score_id.unit_code or "",
            evidence.amount_numerator,
            evidence.amount_denominator,
            _decimal(evidence.value) if counted else None,
            _decimal(evidence.value_scored) if counted else None,
            _decimal(evidence.weight),
            _decimal(evidence.points),
        )

    # === BUSINESS METHODS - METHOD === #

    def _build_method(self, evaluation):
        """Return the scheme in words: criteria, classes, and how ranks are made."""
        scheme = evaluation.scheme_id
        blocks = (
            (self.env._("Criteria"), self._explain_criteria(evaluation)),
            (self.env._("Classes"), self._explain_bands(scheme)),
            (self.env._("Method"), self._explain_method(evaluation)),
        )
        rows = []
        for heading, lines in blocks:
            rows.append(Row((heading, None, None), Style.GROUP))
            rows += [Row(line) for line in lines]
        return Table(
            name=self.env._("Scheme and method"),
            title=scheme.display_name.upper(),
            subtitles=(scheme.legal_basis,) if scheme.legal_basis else (),
            columns=(
                Column(self.env._("Item"), width=40),
                Column(self.env._("Weight, score"), Kind.POINTS),
                Column(self.env._("Rule"), width=60),
            ),
            rows=tuple(rows),
            notes=(scheme.note,) if scheme.note else (),
            landscape=False,
        )

    def _explain_criteria(self, evaluation):
        targets = evaluation._get_targets()
        for criterion in evaluation.scheme_id.criterion_ids:
            rule = [self._name_rate(criterion), self._label(criterion, "function")]
            if target := targets[criterion]:
                rule.append(self.env._("target %(target)s %%", target=_comma(target)))
            yield criterion.name, _decimal(criterion.weight), "; ".join(rule)

    def _explain_bands(self, scheme):
        for band in scheme._get_bands():
            rule = ""
            if band.rate_min:
                rule = self.env._(
                    "%(basis)s of at least %(rate)s %%",
                    basis=self._label(scheme, "cap_basis"),
                    rate=_comma(_decimal(band.rate_min)),
                )
            yield band.name, _decimal(band.score_min), rule

    def _explain_method(self, evaluation):
        scheme = evaluation.scheme_id
        tie_break = self._label(scheme, "tie_break")
        yield self.env._("Equal scores"), None, tie_break
        if scheme.shrinkage:
            text = self.env._(
                "rate' = (paid + k × mean of the group) / (plan + k), k = %(k)s đồng",
                k=f"{scheme.shrinkage:,}".replace(",", "."),
            )
            yield self.env._("Tiny plans"), None, text
        if scheme.quota:
            text = self._label(scheme, "quota_base")
            quota = f"≤ {_comma(_decimal(scheme.quota))} % · {text}"
            yield self.env._("Quota of the top class"), None, quota
        text = self.env._("Without capital in the period a unit is not ranked.")
        yield self.env._("Units without capital"), None, text
        known = datetime.fromisoformat(evaluation.known_at).replace(tzinfo=UTC)
        known = f"{known.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S} (UTC+7)"
        yield self.env._("Ledger as known at"), None, known

    # === BUSINESS METHODS - WORDS === #

    def _describe(self, evaluation):
        """Return the lines under the title: period, capital, scheme."""
        period = self.env._(
            "Period %(first)s – %(last)s, capital of plan year %(year)s",
            first=evaluation.date_from.strftime("%d/%m/%Y"),
            last=evaluation.date_to.strftime("%d/%m/%Y"),
            year=evaluation.plan_year,
        )
        scheme = self.env._(
            "Scheme: %(scheme)s", scheme=evaluation.scheme_id.display_name
        )
        return evaluation.name, period, scheme

    def _add_notes(self, table, evaluation):
        if not evaluation.content_hash:
            text = self.env._("Draft: not approved yet.")
        else:
            text = self.env._(
                "Frozen at approval, SHA-256 %(hash)s", hash=evaluation.content_hash
            )
        return replace(table, notes=(*table.notes, text))

    def _name_rate(self, criterion):
        """Return the rate of a criterion in words, with the capital it looks at."""
        rate = (
            f"{self._label(criterion, 'measure')} / "
            f"{self._label(criterion, 'denominator')}"
        )
        parts = [rate]
        if criterion.capital != "all":
            parts.append(self._label(criterion, "capital"))
        if criterion.nature:
            parts.append(self._label(criterion, "nature"))
        return "; ".join(parts)

    def _label(self, record, name):
        """Return the words of a selection value in the user's language."""
        return dict(record._fields[name]._description_selection(self.env)).get(
            record[name], ""
        )


def _decimal(value):
    """Return a stored rate, weight or score as the decimal it was stored as."""
    return Decimal(repr(round(value, 4)))


def _comma(number):
    return f"{number:f}".replace(".", ",")
