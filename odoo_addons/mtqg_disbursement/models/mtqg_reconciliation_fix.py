from odoo import fields, models
from odoo.exceptions import UserError

# a payment that only the Treasury has, as the voucher that is missing here
KINDS = {
    ("advance", 1): "advance",
    ("completed", 1): "completed",
    ("disbursed", 1): "completed",
    ("advance", -1): "refund_advance",
    ("completed", -1): "refund_completed",
    ("disbursed", -1): "refund_completed",
    ("refunded", -1): "refund_completed",
}


class MtqgReconciliationLine(models.Model):
    """Correcting what caused a difference, from the difference itself."""

    _inherit = "mtqg.reconciliation.line"

    # === ACTION METHODS === #

    def action_create_voucher(self):
        """Make the draft of the voucher that the register lacks, and open it.

        It is filled in from the statement's line; the balance it is paid from is the
        one that fits project, program, origin year and nature.

        :raise UserError: if the difference is not on the Treasury's side only, has a
            voucher already, or no balance fits
        """
        self.ensure_one()
        self._check_fixable("treasury")
        item = self.item_ids.ensure_one()
        kind = KINDS.get((item.kind, 1 if item.amount > 0 else -1))
        if not kind:
            raise UserError(
                self.env._(
                    "The recovery of an advance is part of a payment of completed "
                    "volume. Enter that voucher, with the part that is recovered."
                )
            )
        voucher = self.env["mtqg.disbursement"].create(
            {
                "number": item.reference or self.env._("From the Treasury"),
                "date": item.date or self.reconciliation_id.date_to,
                "kind": kind,
                "amount": abs(item.amount),
                "allocation_id": self._find_balance(item).id,
                "treasury_unit_id": self.reconciliation_id.treasury_unit_id.id,
                "content": item.statement_line_id.content,
            }
        )
        voucher.sudo().reconciliation_line_id = self
        return self._open_voucher(voucher)

    def action_reverse_voucher(self):
        """Make the draft that reverses a voucher which the Treasury does not have.

        :raise UserError: if the difference is not on the own side only, or the entry
            has no voucher that can be reversed
        """
        self.ensure_one()
        self._check_fixable("own")
        voucher = self.item_ids.entry_id.disbursement_id
        if len(voucher) != 1:
            raise UserError(
                self.env._("This entry has no voucher that could be reversed.")
            )
        action = voucher.action_reverse(self.explanation)
        draft = self.env["mtqg.disbursement"].browse(action["res_id"])
        draft.sudo().reconciliation_line_id = self
        return action

    # === BUSINESS METHODS === #

    def _check_fixable(self, side):
        """Refuse where the figure stands on both sides, or is being corrected."""
        self.check_access("write")
        self.reconciliation_id.check_access("write")
        own = self.item_ids.filtered("entry_id")
        is_own = bool(self.item_ids) and own == self.item_ids
        is_treasury = bool(self.item_ids) and not own
        if side == "own" and not is_own:
            raise UserError(
                self.env._("Only what the Treasury lacks can be reversed here.")
            )
        if side == "treasury" and not is_treasury:
            raise UserError(
                self.env._("Only what the register lacks can be entered here.")
            )
        if self.state == "fixed" or any(
            voucher.workflow_state in {"draft", "running", "done"}
            for voucher in self.sudo().voucher_ids
        ):
            raise UserError(
                self.env._("This difference is corrected, or has its voucher already.")
            )

    def _find_balance(self, item):
        """Return the balance that fits best what the statement's line says."""
        line = item.statement_line_id
        said = {
            "project_id": line.project_id.id,
            "program_id": line.program_id.id,
            "origin_year": line.origin_year,
            "nature": line.nature,
            "plan_year": line.plan_year,
        }
        domain = [(name, "=", value) for name, value in said.items() if value]
        if line.program_id:
            domain = [leaf for leaf in domain if leaf[0] != "program_id"]
            domain.append(("program_id", "child_of", line.program_id.id))
        domain.append(("unit_id", "child_of", self.unit_id.id))
        balance = self.env["mtqg.allocation"].search(
            [*domain, ("amount_available", ">=", max(item.amount, 0))],
            order="plan_year desc, origin_year, id",
            limit=1,
        )
        if not balance:
            raise UserError(
                self.env._(
                    "No balance of %(unit)s fits this payment: enter the decision that "
                    "assigns the capital first, or make the voucher by hand.",
                    unit=self.unit_id.display_name,
                )
            )
        return balance

    def _open_voucher(self, voucher):
        return {
            "type": "ir.actions.act_window",
            "res_model": "mtqg.disbursement",
            "res_id": voucher.id,
            "views": [(False, "form")],
        }


class MtqgDisbursement(models.Model):
    """A voucher that was made to correct a difference."""

    _inherit = "mtqg.disbursement"

    reconciliation_line_id = fields.Many2one(
        "mtqg.reconciliation.line",
        string="Corrects",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
