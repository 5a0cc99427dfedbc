from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.mtqg_disbursement.engine import score_snapshot
from odoo.addons.mtqg_disbursement.engine.money import group_digits, to_rpc


class MtqgEvaluationFrozen(models.Model):
    """Freezing an evaluation, proving it, and telling what has changed since."""

    # split by subject, as one file would be too long
    _inherit = "mtqg.evaluation"  # pylint: disable=consider-merging-classes-inherited

    change_count = fields.Integer(
        string="Figures changed since", compute="_compute_changes"
    )
    changes_since = fields.Html(compute="_compute_changes", sanitize=False)

    # === COMPUTE METHODS === #

    @api.depends("date_frozen")
    @api.depends_context("lang")
    def _compute_changes(self):
        for evaluation in self:
            changes = evaluation._origin.get_changes() if evaluation.date_frozen else []
            evaluation.change_count = len(changes)
            evaluation.changes_since = evaluation._render_changes(changes)

    # === ACTION METHODS === #

    @api.readonly
    def verify(self):
        """Prove frozen evaluations: inputs, outcomes, rows and ledger must agree.

        :return: list of dicts ``id``, ``code``, ``message``; empty when all is well
        """
        self.check_access("read")
        return [
            {"id": evaluation.id, "code": code, "message": message}
            for evaluation in self
            for code, message in evaluation._find_breaks()
        ]

    def action_verify(self):
        """Prove the evaluation and say the result (button)."""
        self.ensure_one()
        faults = self.verify()
        text = "\n".join(fault["message"] for fault in faults) or self.env._(
            "The frozen figures compute to the same result and the same hash, and the "
            "ledger as it was known then gives the same figures."
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.display_name,
                "message": text,
                "type": "danger" if faults else "success",
                "sticky": bool(faults),
            },
        }

    @api.readonly
    def get_changes(self):
        """Return the figures that the ledger gives differently now, for the same days.

        :return: list of dicts ``unit_id``, ``unit``, ``criterion_id``, ``criterion``,
            ``numerator_then``, ``numerator_now``, ``denominator_then``,
            ``denominator_now`` (đồng)
        """
        self.check_access("read")
        return [
            change for evaluation in self for change in evaluation._compare_with_now()
        ]

    # === BUSINESS METHODS === #

    def _on_workflow_done(self):
        """Freeze the evaluations with their inputs, and show the units their result."""
        for evaluation in self.sudo():
            if not evaluation.snapshot:
                raise UserError(
                    self.env._(
                        "%(evaluation)s has no result to approve. Return it, and let "
                        "it be computed.",
                        evaluation=evaluation.display_name,
                    )
                )
            evaluation.score_ids.write({"is_final": True})
            evaluation.evidence_ids.write({"is_final": True})
            # the rows must be stored before the database closes them
            evaluation.flush_recordset()
            self.env.flush_all()
            frozen = evaluation.snapshot.encode()
            evaluation.write(
                {
                    "content_hash": score_snapshot.content_hash(frozen),
                    "date_frozen": fields.Datetime.now(),
                }
            )
        return super()._on_workflow_done()

    def _find_breaks(self):
        """Yield (code, message) for each proof that fails."""
        self.ensure_one()
        name = self.display_name
        if not self.date_frozen:
            yield "not_frozen", self.env._("%(name)s is not frozen yet.", name=name)
            return
        frozen = self.snapshot.encode()
        if score_snapshot.content_hash(frozen) != self.content_hash:
            yield "hash", self.env._("%(name)s: the hash does not fit.", name=name)
        if score_snapshot.recompute(frozen) != frozen:
            yield (
                "outcome",
                self.env._("%(name)s: its figures give another result.", name=name),
            )
        if self._read_stored() != _read_frozen(frozen):
            yield (
                "rows",
                self.env._("%(name)s: the rows on the screen differ.", name=name),
            )
        if self._recompute_from_ledger() != frozen:
            yield (
                "ledger",
                self.env._(
                    "%(name)s: the ledger as known on %(moment)s UTC gives other "
                    "figures.",
                    name=name,
                    moment=self.known_at[:19],
                ),
            )

    def _read_stored(self):
        """Return unit code -> (score, rank, class, plan, paid) of the stored rows."""
        return {
            score.unit_code: (
                f"{score.score:.2f}" if score.is_ranked else None,
                score.rank or None,
                score.band_id.code or None,
                (score.amount_disbursed, score.amount_plan),
            )
            for score in self.score_ids
        }

    def _recompute_from_ledger(self):
        """Return the snapshot that the ledger gives, as known when it was computed."""
        frozen = self.snapshot.encode()
        scheme, _subjects, about = score_snapshot.read_inputs(frozen)
        codes = {score.unit_id.id: score.unit_code for score in self.score_ids}
        subjects = self._measure_subjects(codes, self.known_at)
        return score_snapshot.snapshot_bytes(scheme, subjects, about)

    def _compare_with_now(self):
        """Return the changed figures of one evaluation, in two or three queries."""
        self.ensure_one()
        codes = {score.unit_id.id: score.unit_code for score in self.score_ids}
        if not codes:
            return []
        now = {subject.code: subject for subject in self._measure_subjects(codes)}
        places = {c: i for i, c in enumerate(self.scheme_id.criterion_ids)}
        changes = []
        for evidence in self.evidence_ids:
            score, criterion = evidence.score_id, evidence.criterion_id
            figure = now[score.unit_code].figures[places[criterion]]
            if (figure.numerator, figure.denominator) != (
                evidence.amount_numerator,
                evidence.amount_denominator,
            ):
                changes.append(_describe_change(evidence, figure))
        return changes

    def _render_changes(self, changes):
        """Return the changes as a table for the form; nothing where nothing changed."""
        if not changes:
            return False
        headings = (
            self.env._("Unit"),
            self.env._("Criterion"),
            self.env._("Then"),
            self.env._("Now"),
        )
        rows = [
            (
                change["unit"],
                change["criterion"],
                _pair(change["numerator_then"], change["denominator_then"]),
                _pair(change["numerator_now"], change["denominator_now"]),
            )
            for change in changes
        ]
        return Markup(
            '<table class="table table-sm"><thead><tr>%s</tr></thead>'
            "<tbody>%s</tbody></table>"
        ) % (_cells("th", headings), Markup("").join(map(_row, rows)))


def _read_frozen(frozen):
    """Return the same values as `_read_stored`, from the bytes of the snapshot."""
    scheme, subjects, _about = score_snapshot.read_inputs(frozen)
    figures = {s.code: s.figures[scheme.main_index] for s in subjects}
    return {
        code: (
            None if line["score"] is None else f"{float(line['score']):.2f}",
            line["rank"],
            line["band"],
            (figures[code].numerator, figures[code].denominator),
        )
        for code, line in score_snapshot.read_outcomes(frozen).items()
    }


def _describe_change(evidence, figure):
    return {
        "unit_id": evidence.unit_id.id,
        "unit": evidence.score_id.unit_name,
        "criterion_id": evidence.criterion_id.id,
        "criterion": evidence.criterion_id.name,
        "numerator_then": to_rpc(evidence.amount_numerator),
        "numerator_now": to_rpc(figure.numerator),
        "denominator_then": to_rpc(evidence.amount_denominator),
        "denominator_now": to_rpc(figure.denominator),
    }


def _pair(numerator, denominator):
    return f"{group_digits(int(numerator))} / {group_digits(int(denominator))}"


def _row(values):
    return Markup("<tr>%s</tr>") % _cells("td", values)


def _cells(tag, values):
    cell = Markup("<{tag}>%s</{tag}>").format(tag=tag)
    return Markup("").join(cell % value for value in values)
