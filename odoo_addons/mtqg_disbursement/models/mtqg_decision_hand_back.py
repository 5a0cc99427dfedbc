from odoo import models
from odoo.fields import Domain

from ..engine.money import group_digits
from ..store import hand_over

# so many documents are named where many stand in the way
_NAMED = 5


class MtqgDecisionHandBack(models.Model):
    """The reversal of a hand-over: everything goes back to the unit that had ended.

    Its entries are mirrored like those of any decision. Projects, running vouchers and
    tasks, promises, the unit's last day and its subordinates go back too. What has
    happened since and stands in the way is named, with what to do about it.
    """

    _inherit = "mtqg.decision"

    # === WHAT STANDS IN THE WAY === #

    def _find_reversal_faults(self):
        if self.kind != "hand_over":
            return super()._find_reversal_faults()
        faults = [
            fault
            for fault in super()._find_reversal_faults()
            if fault["code"] != "overdrawn"
        ]
        if any(fault["code"] == "original" for fault in faults):
            return faults
        found = self.sudo()._iter_hand_back_faults(self.reversal_of_id.sudo())
        return faults + [self._blocker(code, text) for code, text in found]

    def _iter_hand_back_faults(self, original):
        yield from self._iter_later_hand_overs(original)
        yield from self._iter_spent(original)
        yield from self._iter_promised_anew(original)
        yield from original._iter_commitment_faults()

    def _iter_later_hand_overs(self, original):
        """Name what another decision has moved on since."""
        later = self.search(
            [
                ("kind", "=", "hand_over"),
                ("workflow_state", "=", "done"),
                ("reversal_of_id", "=", False),
                ("predecessor_id", "in", original.heir_ids.successor_id.ids),
                ("id", "!=", original.id),
            ]
        ).filtered(lambda decision: not decision.is_reversed)
        for decision in later:
            yield (
                "moved_on",
                self.env._(
                    "%(unit)s has handed over itself since, by %(decision)s: reverse "
                    "that decision first.",
                    unit=decision.predecessor_id.name,
                    decision=decision.number,
                ),
            )
        for heir in original.heir_ids:
            for project in heir.project_ids:
                if project.unit_id != heir.successor_id and not later:
                    yield (
                        "moved_on",
                        self.env._(
                            "Project %(project)s belongs to %(unit)s by now: give it "
                            "back to %(heir)s first.",
                            project=project._get_label(),
                            unit=project.unit_id.name,
                            heir=heir.successor_id.name,
                        ),
                    )

    def _iter_spent(self, original):
        """Name the documents that used what was taken over."""
        entries = [e._as_engine_entry(is_reversal=True) for e in original.entry_ids]
        short = {}
        balances = self.env["mtqg.allocation"]
        for balance, _counter, missing in balances._iter_overdrafts(entries):
            short[balance] = max(missing, short.get(balance, 0))
        for balance, missing in short.items():
            yield (
                "spent",
                self.env._(
                    "%(balance)s: %(missing)s đồng of what was taken over are used "
                    "since, by %(documents)s. Reverse these first.",
                    balance=balance.display_name,
                    missing=group_digits(missing),
                    documents=self._describe_later(balance, original),
                ),
            )

    def _describe_later(self, balance, original):
        """Return the numbers of the documents posted on a balance, or passed on."""
        last = max(original.entry_ids.ids)
        later = self.env["mtqg.entry"].search(
            Domain("id", ">", last)
            & Domain("reversal_of_id", "=", False)
            & (
                Domain("allocation_id", "=", balance.id)
                | Domain("allocation_id.parent_id", "=", balance.id)
            ),
            order="id desc",
        )
        documents = [*later.disbursement_id, *later.decision_id]
        names = [d.number for d in documents if not d.is_reversed]
        more = "…" if len(names) > _NAMED else ""
        return ", ".join(names[:_NAMED]) + more or "—"

    def _iter_promised_anew(self, original):
        for version in self.env["mtqg.commitment"]._find_made_by(original):
            latest = version._find_in_force(version.unit_id.id)
            if latest._read_matrix() != version._read_matrix():
                yield (
                    "promised",
                    self.env._(
                        "%(unit)s has signed %(document)s since, and a signed promise "
                        "is not taken back. Move the capital by a decision to adjust, "
                        "and let both units plan again.",
                        unit=version.unit_id.name,
                        document=latest._get_label(),
                    ),
                )

    # === WHAT GOES BACK === #

    def _on_workflow_done(self):
        result = super()._on_workflow_done()
        for reversal in self.filtered("reversal_of_id"):
            original = reversal.reversal_of_id
            if original.kind == "hand_over":
                reversal._revive_unit(original)
                reversal._take_back_dossiers(original)
                self.env["mtqg.commitment"]._hand_back(reversal, original)
        return result

    def _revive_unit(self, original):
        """Give the unit its former last day back, and its subordinates."""
        unit = original.predecessor_id
        unit.date_to = original.former_date_to
        original.moved_unit_ids.filtered(
            lambda child: child.parent_id == unit.parent_id
        ).parent_id = unit

    def _take_back_dossiers(self, original):
        """Move projects and their vouchers under way back to the unit."""
        unit, projects = original.predecessor_id, original.heir_ids.project_ids
        vouchers = self.env["mtqg.disbursement"].search(
            [
                ("project_id", "in", projects.ids),
                ("workflow_state", "in", ("draft", "running")),
            ]
        )
        opened = hand_over.open_heir_balances(
            self.env, [(v.allocation_id.id, unit.id) for v in vouchers]
        )
        for voucher in vouchers:
            voucher.allocation_id = opened[voucher.allocation_id.id, unit.id]
        projects.write({"unit_id": unit.id})
        for documents in (projects, vouchers):
            documents._ask_again(self.number)
