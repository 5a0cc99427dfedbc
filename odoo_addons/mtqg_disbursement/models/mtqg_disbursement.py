from odoo import api, fields, models

from ..clock import today_vn
from ..engine import payment
from ..engine.ledger import Entry
from ..engine.money import group_digits
from ..fields import Dong
from ..store import documents, ledger


class MtqgDisbursement(models.Model):
    """A disbursement voucher: an advance, completed volume, or a refund.

    For completed volume, ``amount`` is the accepted volume and ``amount_recovered``
    the part of it that settles advances (NĐ 254/2025/NĐ-CP, forms 03.a and 04.b).
    """

    _name = "mtqg.disbursement"
    _inherit = [
        "mtqg.reversal.mixin",
        "mtqg.unit.now.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Disbursement voucher"
    _order = "date desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "content"]
    _entry_document = "disbursement_id"
    _mirrored_fields = ("allocation_id", "kind", "amount", "amount_recovered", "date")
    _workflow_condition_fields = (
        "kind",
        "amount",
        "amount_recovered",
        "is_reversal",
        "treasury_unit_id",
        "contract_id",
        "program_id",
        "project_id",
        "project_id.kind",
        "unit_id",
        "unit_id.kind",
        "unit_id.parent_id",
        "allocation_id.nature",
        "allocation_id.source",
        "allocation_id.plan_year",
        "allocation_id.origin_year",
    )
    _workflow_preview_fields = (
        "kind",
        "date",
        "amount",
        "amount_recovered",
        "payee",
        "content",
        "project_id",
        "contract_id",
        "program_id",
        "allocation_id",
        "amount_available",
        "treasury_unit_id",
        "reversal_of_id",
        "reason",
    )
    _workflow_columns = {
        "amount": "amount",
        "group": "kind",
        "nature": "allocation_id.nature",
        "unit_kind": "unit_id.kind",
    }

    number = fields.Char(required=True, copy=False)
    date = fields.Date(
        string="Payment date",
        required=True,
        default=lambda _self: today_vn(),
        index=True,
    )
    kind = fields.Selection(
        [
            ("advance", "Advance"),
            ("completed", "Completed volume"),
            ("refund_advance", "Refund of an advance"),
            ("refund_completed", "Refund of completed volume"),
        ],
        required=True,
        default="completed",
    )
    allocation_id = fields.Many2one(
        "mtqg.allocation",
        string="Paid from",
        required=True,
        ondelete="restrict",
        index=True,
    )
    unit_id = fields.Many2one(
        related="allocation_id.unit_id",
        store=True,
        index=True,
        precompute=True,
        related_sudo=False,
    )
    program_id = fields.Many2one(
        related="allocation_id.program_id",
        store=True,
        index=True,
        precompute=True,
        related_sudo=False,
    )
    project_id = fields.Many2one(
        related="allocation_id.project_id",
        store=True,
        index=True,
        precompute=True,
        related_sudo=False,
    )
    contract_id = fields.Many2one(
        "mtqg.contract", ondelete="restrict", index="btree_not_null"
    )
    treasury_unit_id = fields.Many2one(
        "mtqg.unit",
        string="Treasury office",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('kind', '=', 'treasury')]",
        compute="_compute_treasury_unit_id",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    amount = Dong(required=True, help="Advance, accepted volume or refund, in đồng.")
    amount_recovered = Dong(
        string="Of which advance recovered",
        default=0,
        help="Part of the accepted volume that settles advances; the rest is paid.",
    )
    amount_paid = Dong(
        string="Paid in cash",
        compute="_compute_amount_paid",
        store=True,
        compute_sudo=False,
    )
    amount_available = Dong(
        string="Available on the balance",
        related="allocation_id.amount_available",
        related_sudo=False,
    )
    content = fields.Char()
    payee = fields.Char()
    warning = fields.Text(compute="_compute_warning")
    reversal_of_id = fields.Many2one(
        "mtqg.disbursement",
        string="Reverses",
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    reversal_ids = fields.One2many("mtqg.disbursement", "reversal_of_id")
    entry_ids = fields.One2many("mtqg.entry", "disbursement_id", string="Entries")

    _amount_in_range = models.Constraint(
        "CHECK (amount BETWEEN 1 AND 9000000000000000)",
        "The amount of a voucher is a whole positive number of đồng.",
    )
    _recovered_in_range = models.Constraint(
        "CHECK (COALESCE(amount_recovered, 0) BETWEEN 0 AND amount)",
        "The recovered advance lies between zero and the accepted volume.",
    )
    _recovered_by_volume = models.Constraint(
        "CHECK (kind = 'completed' OR COALESCE(amount_recovered, 0) = 0)",
        "Only a payment of completed volume recovers an advance.",
    )

    def init(self):
        self.pool.post_init(documents.protect_posted, self.env, self._table)

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        return self.number

    @api.depends("allocation_id")
    def _compute_treasury_unit_id(self):
        for voucher in self:
            voucher.treasury_unit_id = (
                voucher.treasury_unit_id or voucher.allocation_id.unit_id.treasury_id
            )

    @api.depends("amount", "amount_recovered")
    def _compute_amount_paid(self):
        for voucher in self:
            voucher.amount_paid = voucher.amount - voucher.amount_recovered

    @api.depends("allocation_id", "kind", "amount", "amount_recovered", "contract_id")
    @api.depends_context("lang")
    def _compute_warning(self):
        for voucher in self:
            is_open = voucher.workflow_state in {"draft", "running"}
            # a saved draft has the hard ones in its hint already
            is_saved = isinstance(voucher.id, int)
            has_hint = is_saved and not voucher.workflow_transition_id
            reasons = [
                voucher._describe_limit(reason)
                for reason in (voucher._check_limits() if is_open else ())
                if not (has_hint and reason.is_hard)
            ]
            voucher.warning = "\n".join(reasons)

    # === BUSINESS METHODS === #

    def _list_opener_scopes(self, unit_id):
        paying = ("treasury", self.treasury_unit_id.id)
        return *super()._list_opener_scopes(unit_id), paying

    def _find_document_faults(self):
        self.ensure_one()
        if self.reversal_of_id:
            return self._find_reversal_faults()
        return (
            [
                self._blocker(reason.code, self._describe_limit(reason))
                for reason in self._check_limits()
                if reason.is_hard
            ]
            + self._find_contract_faults()
            + [
                self._blocker("overdrawn", text)
                for text in self.env["mtqg.allocation"]._find_overdrafts(
                    [
                        Entry(row["allocation_id"], row["kind"], row["amount"])
                        for row in self._prepare_entries()
                    ]
                )
            ]
        )

    def _find_contract_faults(self):
        contract = self.sudo().contract_id
        if not contract or contract.project_id == self.sudo().project_id:
            return []
        text = self.env._(
            "Contract %(contract)s belongs to another project than the balance.",
            contract=contract.number,
        )
        return [self._blocker("contract_project", text)]

    def _check_limits(self):
        """Return the limits that the voucher breaks, by the policies set."""
        self.ensure_one()
        if not self.allocation_id or self.reversal_of_id:
            return []
        # an unsaved form may name any balance; its facts are read as superuser below
        self.allocation_id.check_access("read")
        policies = self.env["res.config.settings"]._get_mtqg_policies()
        return payment.check_limits(self.sudo()._gather_facts(), policies)

    def _gather_facts(self):
        allocation, contract = self.allocation_id, self.contract_id
        project = allocation.project_id
        disbursed, advance = self._sum_posted("contract_id", contract.ids).get(
            contract.id, (0, 0)
        )
        return payment.Facts(
            growth=payment.growth_of_voucher(
                self.kind, self.amount, self.amount_recovered
            ),
            is_advance=self.kind == "advance",
            tabmis_left=allocation.amount_tabmis - allocation.amount_disbursed,
            project_limit=project.amount_total or None,
            project_disbursed=project.amount_disbursed,
            contract_limit=contract.amount or None,
            contract_disbursed=disbursed,
            advance_limit=contract.amount_advance_agreed or None,
            advance_paid=advance,
        )

    def _describe_limit(self, reason):
        """Return the sentence for a limit of NĐ 254/2025 or NĐ 275/2025."""
        numbers = {name: group_digits(value) for name, value in reason.values.items()}
        match reason.code:
            case "tabmis":
                return self.env._(
                    "Only %(limit)s đồng of the balance are entered in TABMIS and "
                    "unpaid; %(excess)s đồng too much. Enter the capital in TABMIS "
                    "first (NĐ 275/2025).",
                    **numbers,
                )
            case "project":
                return self.env._(
                    "The project would have %(total)s đồng disbursed, %(excess)s đồng "
                    "above its total investment of %(limit)s "
                    "(NĐ 254/2025 article 6.4).",
                    **numbers,
                )
            case "contract":
                return self.env._(
                    "The contract would have %(total)s đồng paid, %(excess)s đồng "
                    "above its value of %(limit)s (NĐ 254/2025 article 6.6).",
                    **numbers,
                )
        return self.env._(
            "Advances would reach %(total)s đồng, %(excess)s đồng above the %(limit)s "
            "agreed in the contract (NĐ 254/2025 article 9).",
            **numbers,
        )

    def _prepare_entries(self):
        """Return the ledger rows that the vouchers post."""
        return [
            {
                "allocation_id": voucher.allocation_id.id,
                "kind": kind,
                "amount": amount,
                "date": voucher.date,
                "reference": voucher.number,
                "disbursement_id": voucher.id,
            }
            for voucher in self
            for kind, amount in payment.entries_of_voucher(
                voucher.kind, voucher.amount, voucher.amount_recovered
            )
        ]

    def _on_workflow_done(self):
        reversals = self.filtered("reversal_of_id")
        reversals._post_reversals()
        vouchers = self - reversals
        vouchers._claim_limits()
        vouchers._raise_blockers(lambda voucher: voucher._find_document_faults())
        rows = vouchers._prepare_entries()
        self.env["mtqg.allocation"]._check_entries(rows)
        ledger.insert_entries(self.env, rows)
        return super()._on_workflow_done()

    def _claim_limits(self):
        """Make payments under the same limit follow each other."""
        for holders in (self.project_id, self.contract_id):
            documents.claim_rows(self.env, holders._table, holders.ids)

    @api.model
    def _sum_posted(self, name, ids):
        """Return {id: (disbursed, advance outstanding)} of posted vouchers, in đồng.

        :param str name: many2one field of the voucher to group by
        """
        totals = {}
        for record, kind, is_reversal, amount, recovered in self._read_group(
            [(name, "in", ids), ("workflow_state", "=", "done")],
            [name, "kind", "is_reversal"],
            ["amount:sum", "amount_recovered:sum"],
        ):
            sign = -1 if is_reversal else 1
            grown = payment.growth_of_voucher(kind, int(amount), int(recovered))
            held = payment.advance_of_voucher(kind, int(amount), int(recovered))
            disbursed, advance = totals.get(record.id, (0, 0))
            totals[record.id] = (disbursed + sign * grown, advance + sign * held)
        return totals
