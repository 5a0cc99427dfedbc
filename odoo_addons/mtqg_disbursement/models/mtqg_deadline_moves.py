from odoo import models
from odoo.exceptions import AccessError, UserError

from ..clock import today_vn
from ..store import deadline_documents


class MtqgDeadline(models.Model):
    """What people may do about a deadline: report it done, or give more time."""

    _inherit = "mtqg.deadline"

    # === ACTION METHODS === #

    def action_mark_done(self, date=None, reference=None):
        """Write down that a report was sent, or a duty of a unit fulfilled.

        :param date: the day it was done, today in Vietnam by default
        :param str reference: number and date of the paper
        :raise UserError: for deadlines that the ledger decides
        """
        self.check_access("read")
        self._check_role("officer", "finance", "leader", "treasury")
        if any(deadline.measure != "done" for deadline in self):
            raise UserError(
                self.env._("The ledger and the workflow tell when this is done.")
            )
        day, _known = self.env["mtqg.measure"]._read_times(date, None)
        if day > today_vn():
            raise UserError(self.env._("What is done was done today or before."))
        paper = str(reference) if reference else None
        deadline_documents.mark_done(self.env, self.ids, day, paper)
        return True

    def action_mark_undone(self):
        """Take the mark of having been done back."""
        self.check_access("read")
        self._check_role("finance", "leader")
        by_hand = self.filtered(lambda deadline: deadline.measure == "done")
        deadline_documents.mark_done(self.env, by_hand.ids, None, None)
        return True

    def action_extend(self, date, reason, reference):
        """Give more time; the first due date stays on record.

        :param date: the new due date
        :param str reason: why
        :param str reference: the decision that gives it
        :raise AccessError: for other people than finance or a leader of a unit above
        :raise UserError: without a reason and a basis, or for an earlier date
        """
        self._check_may_extend()
        day, _known = self.env["mtqg.measure"]._read_times(date, None)
        if not (reason or "").strip() or not (reference or "").strip():
            raise UserError(
                self.env._("Give the reason and the decision that gives more time.")
            )
        if any(day <= deadline.date_due for deadline in self):
            raise UserError(self.env._("An extension ends after the present due date."))
        self._log_extension(
            dict.fromkeys(self, day), {"reason": reason, "reference": reference}
        )
        return True

    def action_revoke_extension(self, reason):
        """Take the last extension back: the due date before it holds again.

        :raise UserError: without a reason, or where nothing was extended
        """
        self._check_may_extend()
        last = {}
        for extension in (
            self.env["mtqg.deadline.extension"]
            .sudo()
            .search([("deadline_id", "in", self.ids)], order="id")
        ):
            last[extension.deadline_id.id] = extension
        found = [last.get(deadline.id) for deadline in self]
        is_extended = found and all(x and not x.is_revoked for x in found)
        if not is_extended or not str(reason or "").strip():
            raise UserError(
                self.env._("Give a reason, for deadlines that are extended now.")
            )
        self._log_extension(
            {d: last[d.id].date_due_before for d in self},
            {"reason": reason, "reference": found[0].reference, "is_revoked": True},
        )
        return True

    # === BUSINESS METHODS === #

    def _log_extension(self, days, values):
        self.env["mtqg.deadline.extension"].sudo().create(
            [
                {
                    **values,
                    "deadline_id": deadline.id,
                    "unit_id": deadline.unit_id.id,
                    "date_due_before": deadline.date_due,
                    "date_due": day,
                    "user_id": self.env.uid,
                }
                for deadline, day in days.items()
            ]
        )
        for day in set(days.values()):
            ids = [d.id for d, new in days.items() if new == day]
            deadline_documents.move_due_date(self.env, ids, day)

    def _check_role(self, *names):
        groups = [f"mtqg_disbursement.group_{name}" for name in names]
        if not (self.env.su or any(map(self.env.user.has_group, groups))):
            raise AccessError(
                self.env._("Your role does not do this. Ask an officer or a leader.")
            )

    def _check_may_extend(self):
        self.check_access("read")
        self._check_role("finance", "leader")
        user = self.env.user
        if self.env.su or user.has_group("mtqg_disbursement.group_manager"):
            return
        for unit in self.unit_id:
            if not any(
                unit != own and unit._is_below(own) for own in user.mtqg_unit_ids
            ):
                raise AccessError(
                    self.env._(
                        "Nobody gives his own unit more time: %(unit)s asks finance or "
                        "a leader of a unit above it.",
                        unit=unit.display_name,
                    )
                )
