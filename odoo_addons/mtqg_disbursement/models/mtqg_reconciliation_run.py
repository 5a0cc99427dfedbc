from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..clock import today_vn
from ..engine.matching_classes import actor_of
from ..engine.matching_figures import classify_difference
from ..engine.matching_groups import (
    match_in_groups,
    match_what_is_said,
    match_whole_volume,
)
from ..engine.matching_items import Rules
from ..engine.money import group_digits
from ..store import reconciliation_figures, reconciliation_lines, reconciliations
from ..store.reconciliation_scope import read_scope
from .reconciliation_standing import Standing
from .reconciliation_words import Words
from .workflow_audience import Audience


class Found(NamedTuple):
    """What a comparison found, before it is written."""

    scope: object
    # figures that agree: how many, and đồng
    count: int
    amount: int
    # {(side, id, measure): Left} of all that does not agree
    left: dict
    # totals that differ: rows of ``store.reconciliation_figures``
    totals: list


class MtqgReconciliationRun(models.Model):
    """The comparison itself: exact keys in the database, the rest by the engine."""

    _inherit = "mtqg.reconciliation"

    # === ACTION METHODS === #

    def action_run(self):
        """Compare the register with the statements, and propose why they differ.

        It may be run again: what a person decided stays as long as the same figures
        still differ, and a difference that has gone is marked as corrected.

        :raise UserError: if a reconciliation is no draft any more, or if the
            statements have hardly anything in common with the register
        """
        self.check_access("write")
        self._check_draft()
        # what is not saved has nothing to compare
        for reconciliation in self.filtered("id"):
            reconciliation._link_statements()
            if reconciliation._is_large() or reconciliation._is_under_way():
                reconciliation._enqueue()
            else:
                reconciliation._forget_failure()
                reconciliation.sudo()._run()
        return True

    # === BUSINESS METHODS === #

    def _check_draft(self):
        """Refuse to change what both sides are signing, or have signed."""
        for reconciliation in self:
            if reconciliation.workflow_state != "draft" or reconciliation._is_locked():
                raise UserError(
                    self.env._(
                        "%(reconciliation)s is being signed or is signed, so its "
                        "differences stay as they are. Withdraw it, or make a new "
                        "version.",
                        reconciliation=reconciliation.display_name,
                    )
                )

    def _link_statements(self):
        """Take all imported statements that fit where nobody chose any."""
        if not self.statement_ids:
            self.statement_ids = self.env["mtqg.statement"].search(
                self._get_statement_domain(), order="id"
            )

    def _get_statement_domain(self):
        """Return what statements must fulfil: imported, of the period and unit."""
        unit = self.unit_id
        domain = Domain(
            [
                ("state", "=", "imported"),
                ("date_to", ">=", self.date_from),
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", self.date_to),
                "|",
                ("unit_id", "child_of", unit.id),
                ("unit_id", "parent_of", unit.id),
            ]
        )
        if self.treasury_unit_id:
            offices = [False, *self.treasury_unit_id.ids]
            domain &= Domain("treasury_unit_id", "in", offices) | Domain(
                "treasury_unit_id", "child_of", self.treasury_unit_id.id
            )
        return domain

    def _run(self, note=lambda _step: None):
        """Compare and write what was found; all of it or nothing.

        :param note: called with the name of each step
        """
        found = self._compare(note)
        note("explain")
        today = today_vn()
        standing = Standing(
            reconciliation_lines.read_standing(self.env, self.id)
            if self.date_run
            else [],
            today,
        )
        free = standing.keep_decisions(found.left)
        rules = Rules(
            succession=found.scope.succession, period=(self.date_from, self.date_to)
        )
        proposals = match_in_groups(
            [left.item for left in free if left.side == "own"],
            [left.item for left in free if left.side == "treasury"],
            rules,
        )
        lines = [self._prepare_line(p, found.left) for p in proposals]
        lines += [self._prepare_total(row, found.scope) for row in found.totals]
        words = Words(self.env)
        for line in lines:
            line["explanation"] = words.explain(line)
        note("write")
        self._write_lines(standing, lines)
        self.write(
            {
                "matched_count": found.count,
                "matched_amount": found.amount,
                "date_run": self.env.cr.now(),
            }
        )

    def _compare(self, note):
        """Return what agrees and what does not (``Found``)."""
        note("read")
        scope = read_scope(
            self.env,
            self.unit_id.id,
            self.treasury_unit_id.id,
            self.date_from,
            self.date_to,
            self.statement_ids.ids,
        )
        said, programs = {}, {}
        for kind in sorted({s["kind"] for s in scope.statements.values()}):
            said[kind], programs[kind] = reconciliations.read_said(
                self.env, scope, kind
            )
        note("compare")
        left, count, amount = [], 0, 0
        if "treasury" in said:
            left = reconciliations.find_left(self.env, scope, said["treasury"])
            self._check_size(left, said["treasury"])
            left, count, amount = self._settle_vague(left, said["treasury"])
        note("sum")
        totals = reconciliation_figures.write_figures(
            self.env,
            self.id,
            scope,
            {kind: found.statements for kind, found in said.items()},
            programs,
        )
        keyed = {(one.side, *one.item.id): one for one in left}
        return Found(scope, count, amount, keyed, totals)

    def _check_size(self, left, said):
        if len(left) > reconciliations.MOST_LEFT:
            raise UserError(
                self.env._(
                    "More than %(limit)s figures do not agree, of %(count)s in the "
                    "statements. They seem to be about another period, unit or unit "
                    "of money: check the statements, or compare a smaller unit.",
                    limit=group_digits(reconciliations.MOST_LEFT),
                    count=group_digits(said.count),
                )
            )

    def _settle_vague(self, left, said):
        """Take out lines that agree in what they say; return the rest and the count."""
        own, treasury = (
            [one.item for one in left if one.side == side]
            for side in ("own", "treasury")
        )
        pairs, rest_own, rest_treasury = match_what_is_said(own, treasury)
        used = {("own", one.id) for one, _other in pairs} | {
            ("treasury", other.id) for _one, other in pairs
        }
        used |= self._settle_volume(rest_own, rest_treasury)
        rest = [one for one in left if (one.side, one.item.id) not in used]
        missing = [one.item for one in rest if one.side == "treasury"]
        count = said.count - len(missing)
        return rest, count, said.amount - sum(item.amount for item in missing)

    def _settle_volume(self, own, treasury):
        """Return the keys of payments that the Treasury gives as whole volume."""
        if not any(item.kind == "completed" for item in treasury):
            return set()
        recovered = reconciliations.read_recovered(
            self.env, [i.id[0] for i in own if i.kind == "completed" and i.amount > 0]
        )
        found = match_whole_volume(
            own,
            treasury,
            {(id_, ""): (a, (other, "")) for id_, (a, other) in recovered.items()},
        )
        return {("own", one.id) for both, _other in found for one in both} | {
            ("treasury", other.id) for _both, other in found
        }

    # === WHAT A LINE SAYS === #

    def _prepare_line(self, proposal, left):
        """Return the difference that a proposal of the engine explains."""
        sides = {
            side: [left[side, *id_] for id_ in getattr(proposal, side)]
            for side in ("own", "treasury")
        }
        first = (sides["own"] or sides["treasury"])[0]
        own, treasury = (sum(one.item.amount for one in sides[side]) for side in sides)
        details = {
            **proposal.values,
            "also": list(proposal.also),
            "voucher": first.item.voucher,
            "date": first.item.date and first.item.date.isoformat(),
        }
        return {
            "unit_id": first.unit_id or self.unit_id.id,
            "project_id": first.project_id,
            "program_id": first.program_id,
            "origin_year": first.item.origin_year,
            "nature": first.item.nature,
            "measure": "payment",
            "source": "treasury",
            "difference_class": proposal.difference_class,
            "actor": actor_of(proposal.difference_class, proposal.values),
            "amount_own": own,
            "amount_treasury": treasury,
            "amount_difference": treasury - own,
            "amount_proposed": own if sides["own"] else treasury,
            "confidence": proposal.confidence,
            "details": details,
            "items": [
                self._prepare_item(side, one) for side in sides for one in sides[side]
            ],
        }

    def _prepare_item(self, side, left):
        id_, measure = left.item.id
        return {
            "entry_id": id_ if side == "own" else None,
            "statement_line_id": id_ if side == "treasury" else None,
            "kind": measure or left.item.kind,
            "date": left.item.date,
            "reference": left.item.voucher,
            "amount": left.item.amount,
        }

    def _prepare_total(self, row, scope):
        """Return the difference between two totals."""
        source, _grain, project, program, unit, plan, origin, nature, *rest = row
        carried, measure, span, own, other = rest
        own, other = int(own), int(other)
        found = classify_difference(own, other)
        if "side" not in found.values and found.difference_class.startswith("only_"):
            found.values["side"] = found.difference_class.removeprefix("only_")
        return {
            "unit_id": unit or self.unit_id.id,
            "project_id": project,
            "program_id": program if program in scope.programs else None,
            "plan_year": plan,
            "origin_year": origin,
            "nature": nature,
            "measure": measure,
            "span": span,
            "source": source,
            "difference_class": found.difference_class,
            "actor": actor_of(found.difference_class, found.values),
            "amount_own": own,
            "amount_treasury": other,
            "amount_difference": other - own,
            "amount_proposed": found.proposal or other,
            "confidence": found.confidence,
            "details": {**found.values, "is_carried": carried},
        }

    # === WRITING === #

    def _write_lines(self, standing, lines):
        """Write differences: what stood before is updated, settled or replaced."""
        plan = standing.plan(lines)
        released = [key for keys in plan.released for key in keys]
        reconciliation_lines.delete_lines(self.env, plan.deleted)
        reconciliation_lines.release_items(self.env, self.id, released)
        reconciliation_lines.settle_lines(self.env, plan.settled, today_vn())
        reconciliation_lines.update_lines(self.env, plan.updated)
        self._find_owners(plan.created)
        reconciliation_lines.insert_lines(self.env, self.id, plan.created)

    def _find_owners(self, lines):
        """Give new differences the owner who must act: found once for each unit."""
        audience, owners = None, {}
        for line in lines:
            if line.get("owner_id"):
                continue
            key = line["actor"], line["unit_id"]
            if key not in owners:
                audience = audience or self._get_audience()
                owners[key] = self._find_owner(audience, *key)
            line["owner_id"] = owners[key]

    def _get_audience(self):
        return Audience(self.env)

    def _find_owner(self, audience, actor, unit_id):
        """Return the id of who acts: an officer of the unit, or of the office."""
        unit = self.env["mtqg.unit"].browse(unit_id)
        place, role = unit, "officer"
        if actor == "treasury":
            place = self.treasury_unit_id or unit.treasury_id
            role = "treasury"
        people = audience.find_nearest(place.id, [audience.get_group(role)])
        return people[0] if people else None
