from odoo import api, fields, models

from ..engine.curve import MONTHS, months_past
from ..engine.hand_over import add_promises, share_promise
from ..store import commitments as store


class MtqgCommitment(models.Model):
    """What becomes of a promise when its unit ends, or when that is reversed.

    The promise of the months to come goes over to the successors. Nothing that was
    signed changes: every unit gets a next version that the decision to hand over makes,
    with a reason; figures as of earlier days, or as known earlier, stay as they were.
    """

    _inherit = "mtqg.commitment"

    hand_over_id = fields.Many2one(
        "mtqg.decision",
        string="Made by the hand-over",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The version was made by this decision; nobody signed it anew.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_first_year(self, day):
        """Return the first plan year of which a month has not ended before a day."""
        return day.year if months_past(day.year - 1, day) == MONTHS else day.year - 1

    def _hand_over(self, decision, find_shares):
        """Move the promises of the unit that ends to its successors.

        :param decision: the decision to hand over, about to be done (superuser)
        :param find_shares: returns the weights of the successors for a subject
        """
        promised = self.search(
            [
                ("unit_id", "=", decision.predecessor_id.id),
                ("plan_year", ">=", self._get_first_year(decision.date)),
                ("is_current", "=", True),
            ]
        )
        versions = self.browse()
        for commitment in promised:
            over = months_past(commitment.plan_year, decision.date)
            kept, taken = share_promise(commitment._read_matrix(), over, find_shares)
            if not taken:
                continue
            text = self.env._(
                "Handed over by %(decision)s: the successors promise what was promised "
                "for the months after %(month)s.",
                decision=decision.number,
                month=f"{over:02}/{commitment.plan_year}",
            )
            versions |= commitment._make_moved_version(decision, kept, text)
            for unit_id, part in taken.items():
                versions |= commitment._make_heir_version(decision, unit_id, part)
        versions.action_submit(decision.number)

    def _make_heir_version(self, decision, unit_id, part):
        """Return the draft in which a successor promises its part of this one."""
        own = self._find_in_force(unit_id)
        text = self.env._(
            "Taken over from %(unit)s by %(decision)s: %(promise)s, signed by "
            "%(leader)s.",
            unit=self.unit_id.name,
            decision=decision.number,
            promise=self._get_label(),
            leader=self.leader_id.name,
        )
        if own:
            whole = add_promises(own._read_matrix(), part)
            return own._make_moved_version(decision, whole, text)
        return self._make_moved_version(decision, part, text, unit_id)

    def _find_in_force(self, unit_id):
        """Return what a unit promises for the plan year of this commitment."""
        return self.search(
            [
                ("unit_id", "=", unit_id),
                ("plan_year", "=", self.plan_year),
                ("is_current", "=", True),
            ]
        )

    def _make_moved_version(self, decision, matrix, reason, unit_id=None):
        """Return the draft of a version that a decision to hand over makes.

        :param int unit_id: a unit that promised nothing for the year before
        """
        version = self.create(
            {
                "number": self.number,
                "date": decision.date,
                "unit_id": unit_id or self.unit_id.id,
                "plan_year": self.plan_year,
                "version": 1 if unit_id else self.version + 1,
                "previous_id": not unit_id and self.id,
                "month_locked": months_past(self.plan_year, decision.date),
                "reason": reason,
                "leader_id": self.leader_id.id,
                "hand_over_id": decision.id,
            }
        )
        rows = [
            (*subject[:3], subject[3] or None, month, amount)
            for subject, amounts in matrix.items()
            for month, amount in enumerate(amounts, 1)
        ]
        store.save_lines(self.env, version.id, rows)
        version.modified(["line_ids"])
        return version

    def _find_made_by(self, decision):
        """Return the versions that a decision to hand over has made."""
        return self.search([("hand_over_id", "=", decision.id)])

    def _hand_back(self, reversal, original):
        """Let every unit promise again what it promised before a hand-over.

        :param reversal: the decision that reverses it, about to be done (superuser)
        """
        versions = self.browse()
        for moved in self._find_made_by(original):
            text = self.env._(
                "%(reversal)s takes the hand-over back: promised is what was promised "
                "before.",
                reversal=reversal.number,
            )
            before = moved.previous_id._read_matrix() if moved.previous_id else {}
            latest = moved._find_in_force(moved.unit_id.id)
            versions |= latest._make_moved_version(reversal, before, text)
        versions.action_submit(reversal.number)

    # === WORKFLOW === #

    def _find_document_faults(self):
        # it repeats what was signed; whoever decides on the hand-over answers for it
        return [] if self.hand_over_id else super()._find_document_faults()

    def _on_workflow_done(self):
        moved = self.filtered("hand_over_id")
        for version in moved:
            version.write(
                {
                    "date_signed": fields.Datetime.now(),
                    "content_hash": version._hash_content(),
                }
            )
        return super(MtqgCommitment, self - moved)._on_workflow_done()
