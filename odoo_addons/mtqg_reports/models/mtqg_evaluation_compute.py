from datetime import datetime

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.mtqg_disbursement.engine import ranking, score_snapshot, scoring
from odoo.addons.mtqg_disbursement.store import measures

from ..report import frozen, scores


class MtqgEvaluationCompute(models.Model):
    """Computing an evaluation: one query per kind of capital, whatever the units."""

    _inherit = "mtqg.evaluation"

    # === ACTION METHODS === #

    def action_compute(self):
        """Score, rank and classify the units from the ledger as it is known now.

        :raise UserError: naming the evaluation that cannot be computed, and why
        """
        self.check_access("write")
        self._check_not_frozen(("snapshot",))
        self._check_open_for_editing()
        for evaluation in self:
            evaluation._check_inputs()
            evaluation._compute_result()
        self._note_editor()
        return True

    # === BUSINESS METHODS === #

    def _find_document_faults(self):
        """An evaluation goes on only with a result of its present inputs."""
        if self.sudo().snapshot:
            return super()._find_document_faults()
        text = self.env._("The result is not computed yet. Compute it.")
        return [*super()._find_document_faults(), self._blocker("no_result", text)]

    def _check_inputs(self):
        """Refuse to compute without units or with a scheme that is not in force.

        :raise UserError: naming the evaluation and the remedy
        """
        self.ensure_one()
        if not self.unit_ids:
            raise UserError(
                self.env._(
                    "%(evaluation)s names no units. Choose the units to compare.",
                    evaluation=self.display_name,
                )
            )
        scheme = self.scheme_id
        if scheme.state != "published":
            raise UserError(
                self.env._(
                    "Scheme %(scheme)s is not published. Publish it, or choose "
                    "another.",
                    scheme=scheme.display_name,
                )
            )
        if scheme.date_from > self.date_to or (
            scheme.date_to and scheme.date_to < self.date_from
        ):
            raise UserError(
                self.env._(
                    "Scheme %(scheme)s is not in force in the period of "
                    "%(evaluation)s. Choose another scheme or period.",
                    scheme=scheme.display_name,
                    evaluation=self.display_name,
                )
            )

    def _discard_result(self):
        """Take away a result whose inputs have changed."""
        stale = self.sudo().filtered("snapshot")
        stale.evidence_ids.unlink()
        stale.score_ids.unlink()
        stale.write({"snapshot": False, "known_at": False, "date_computed": False})

    def _compute_result(self):
        """Replace the result by one from the ledger as known at this moment."""
        self.ensure_one()
        self._discard_result()
        known_at = frozen.read_clock(self.env)
        codes = {unit.id: unit.code for unit in self.unit_ids}
        subjects = self._measure_subjects(codes, known_at)
        scheme = self.scheme_id._to_engine(self.date_to, self.plan_year)
        outcomes = ranking.evaluate(scheme, subjects)
        snapshot = score_snapshot.snapshot_bytes(
            scheme, subjects, self._describe_inputs(known_at), outcomes
        )
        scores.insert_scores(self.env, self.id, self._prepare_rows(outcomes))
        self.sudo().write(
            {
                "date_computed": fields.Datetime.now(),
                "known_at": known_at,
                "snapshot": snapshot.decode(),
            }
        )

    def _measure_subjects(self, codes, known_at=None):
        """Return what the ledger says of each unit, one figure per criterion.

        :param dict codes: unit id -> code of the unit in this evaluation
        :param str known_at: UTC moment; entries recorded after it are left out
        """
        self.ensure_one()
        criteria = self.scheme_id.criterion_ids
        by_scope = self._measure_scopes(criteria, list(codes), known_at)
        return [
            ranking.Subject(
                code,
                tuple(
                    scoring.Figure(
                        max(by_scope[c._get_scope()][unit_id][c.measure], 0),
                        max(by_scope[c._get_scope()][unit_id][c.denominator], 0),
                    )
                    for c in criteria
                ),
            )
            for unit_id, code in codes.items()
        ]

    def _measure_scopes(self, criteria, unit_ids, known_at):
        """Return {scope: {unit id: {measure: đồng}}}, one statement per scope."""
        result = {}
        for scope, members in criteria.grouped(lambda c: c._get_scope()).items():
            names = {c.measure for c in members} | {c.denominator for c in members}
            result[scope] = measures.measure_by_unit(
                self.env,
                sorted(names),
                unit_ids,
                self.date_to,
                known_at=datetime.fromisoformat(known_at) if known_at else None,
                filters=members[0]._get_filter(self.plan_year),
            )
        return result

    def _get_targets(self):
        """Return the target in percent of each criterion, for the day it was scored."""
        self.ensure_one()
        scheme = self.scheme_id
        engine = scheme._to_engine(self.date_to, self.plan_year)
        return {
            criterion: line.target
            for criterion, line in zip(
                scheme.criterion_ids, engine.criteria, strict=True
            )
        }

    def _describe_inputs(self, known_at):
        """Return what was evaluated, as texts that are frozen with the figures."""
        self.ensure_one()
        rates = {
            f"rate {criterion.code}": criterion._describe_rate()
            for criterion in self.scheme_id.criterion_ids
        }
        return {
            "date_from": self.date_from.isoformat(),
            "date_to": self.date_to.isoformat(),
            "known_at": known_at,
            "plan_year": str(self.plan_year),
            **rates,
        }

    def _prepare_rows(self, outcomes):
        """Return the values of the score rows, each with the marks behind it."""
        units = {unit.code: unit for unit in self.unit_ids}
        bands = {band.code: band.id for band in self.scheme_id.band_ids}
        criteria = {c.code: c.id for c in self.scheme_id.criterion_ids}
        return [
            {
                "unit_id": units[line.code].id,
                "unit_code": line.code,
                "unit_name": units[line.code].name,
                "date_from": self.date_from,
                "date_to": self.date_to,
                "is_ranked": line.rank is not None,
                "score": line.score,
                "rank": line.rank,
                "band_id": bands.get(line.band),
                "amount_plan": line.plan,
                "amount_disbursed": line.disbursed,
                "rate": line.rate,
                "rate_shrunk": line.rate_shrunk,
                "reasons": ",".join(line.reasons),
                "marks": [_prepare_mark(criteria, mark) for mark in line.marks],
            }
            for line in outcomes
        ]


def _prepare_mark(criteria, mark):
    return {
        "criterion_id": criteria[mark.code],
        "is_applicable": mark.is_applicable,
        "amount_numerator": mark.figure.numerator,
        "amount_denominator": mark.figure.denominator,
        "value": mark.value,
        "value_scored": mark.value_scored,
        "weight": mark.weight,
        "points": mark.points,
    }
