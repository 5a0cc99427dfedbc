from dataclasses import replace
from datetime import date

from odoo import models

from ..clock import today_vn
from ..engine import advance, payment
from ..engine.money import group_digits


class MtqgDisbursement(models.Model):
    """What a contract's advance asks of a voucher: a guarantee, and its recovery."""

    _inherit = "mtqg.disbursement"

    def _check_limits(self):
        reasons = super()._check_limits()
        contract = self.sudo().contract_id
        policy = self.env["res.config.settings"]._get_mtqg_policies()["advance"]
        if not contract or self.reversal_of_id or policy == "off":
            return reasons
        self.contract_id.check_access("read")
        return reasons + [
            replace(reason, is_hard=policy == "block")
            for reason in self._check_advance(contract)
        ]

    def _check_advance(self, contract):
        """Return why the voucher breaks NĐ 254/2025 article 9."""
        voucher = (self.kind, self.amount, self.amount_recovered)
        paid = advance.Payment(
            day=self.date or today_vn(),
            growth=payment.growth_of_voucher(*voucher),
            advance=payment.advance_of_voucher(*voucher),
            guarantees=contract.guarantee_ids._as_engine_guarantees(),
        )
        # all vouchers count, those with a later date too: the money is gone
        (state,) = contract._watch(date.max).values()
        return advance.check_payment(contract._get_terms(), state, paid)

    def _describe_limit(self, reason):
        if reason.code not in {"guarantee", "recovery"}:
            return super()._describe_limit(reason)
        numbers = {name: group_digits(value) for name, value in reason.values.items()}
        if reason.code == "guarantee":
            return self.env._(
                "The advance would reach %(total)s đồng, and guarantees that hold on "
                "the day of payment cover %(limit)s: %(excess)s đồng are missing. "
                "Enter the bank's guarantee in the contract first "
                "(NĐ 254/2025 article 9.2).",
                **numbers,
            )
        return self.env._(
            "The contract would have %(total)s đồng disbursed, at least 80 %% of its "
            "value (%(limit)s), with %(excess)s đồng of the advance not recovered. "
            "Recover them with this payment (NĐ 254/2025 article 9.5).",
            **numbers,
        )
