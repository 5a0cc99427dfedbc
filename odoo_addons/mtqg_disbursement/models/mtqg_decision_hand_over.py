from datetime import timedelta

from odoo import api, fields, models

from ..engine.hand_over import list_entries, share_out
from ..engine.ledger import COUNTERS
from ..fields import Dong
from ..store import hand_over, ledger


class MtqgDecisionHandOver(models.Model):
    """A decision of kind hand-over: a unit ends, its successors take over.

    Balances of a project follow their project to one successor; the others are split
    by the shares of the successors, to the đồng. What was paid for completed volume
    stays in the books of the unit that paid it (NĐ 125/2025/NĐ-CP articles 5–7).
    """

    _inherit = "mtqg.decision"

    predecessor_id = fields.Many2one(
        "mtqg.unit",
        string="Unit that ends",
        ondelete="restrict",
        index="btree_not_null",
    )
    heir_ids = fields.One2many(
        "mtqg.unit.succession", "decision_id", string="Successors", copy=False
    )
    amount_handed_over = Dong(
        string="To be handed over",
        compute="_compute_handed_over",
        help="Capital that is still available, with the advances outstanding.",
    )
    balance_count = fields.Integer(
        string="Balances handed over", compute="_compute_handed_over"
    )
    # What the decision changes besides the ledger, for a reversal.
    former_date_to = fields.Date(string="Last day before", readonly=True, copy=False)
    moved_unit_ids = fields.Many2many(
        "mtqg.unit",
        "mtqg_decision_moved_unit_rel",
        "decision_id",
        "unit_id",
        string="Units that got another superior",
        readonly=True,
        copy=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("predecessor_id", "kind", "workflow_state")
    def _compute_handed_over(self):
        for decision in self:
            held = decision._find_held_balances()
            decision.balance_count = len(held)
            decision.amount_handed_over = sum(
                held.mapped("amount_available") + held.mapped("amount_advance")
            )

    @api.onchange("predecessor_id")
    def _onchange_predecessor_id(self):
        """Propose the units below the one that ends, in equal shares."""
        below = self.predecessor_id.child_ids.filtered(lambda unit: not unit.is_ended)
        if self.kind == "hand_over" and not self.heir_ids:
            self.heir_ids = [
                fields.Command.create({"successor_id": unit.id, "share": 1})
                for unit in below
            ]

    # === ACTION METHODS === #

    def action_spread_projects(self):
        """Give every project of the unit that has no successor yet to the largest one.

        People then correct the list: a project follows the place where it is built.
        """
        self.ensure_one()
        self.check_access("write")
        if self.heir_ids:
            largest = self.heir_ids.sorted(lambda heir: -heir.share)[0]
            rest = self._find_projects() - self.heir_ids.project_ids
            largest.project_ids |= rest
        return True

    # === BUSINESS METHODS === #

    def _find_held_balances(self):
        """Return the balances of the ending unit that still have something to hand."""
        unit = self.predecessor_id
        if self.kind != "hand_over" or not unit:
            return self.env["mtqg.allocation"]
        return self.env["mtqg.allocation"].search(
            fields.Domain("unit_id", "=", unit.id)
            & (
                fields.Domain("amount_available", ">", 0)
                | fields.Domain("amount_advance", ">", 0)
            ),
            order="id",
        )

    def _find_projects(self):
        return self.env["mtqg.project"].search(
            [("unit_id", "=", self.predecessor_id.id)]
        )

    def _find_document_faults(self):
        if self.kind != "hand_over" or self.reversal_of_id:
            return super()._find_document_faults()
        return [self._blocker(code, text) for code, text in self._iter_heir_faults()]

    def _iter_heir_faults(self):
        unit, heirs = self.predecessor_id, self.heir_ids
        if not unit or not heirs:
            yield (
                "heirs",
                self.env._("Name the unit that ends and those that take over."),
            )
            return
        if not unit._is_below(self.unit_id) or unit == self.unit_id:
            yield (
                "authority",
                self.env._(
                    "%(issuer)s decides only on units below it.",
                    issuer=self.unit_id.name,
                ),
            )
        if ended := heirs.successor_id.filtered(
            lambda heir: heir.date_to and heir.date_to < self.date
        ):
            yield (
                "ended",
                self.env._(
                    "%(unit)s has ended itself; name its successor.", unit=ended[0].name
                ),
            )
        yield from self._iter_project_faults()

    def _iter_project_faults(self):
        named = [project for heir in self.heir_ids for project in heir.project_ids]
        if twice := {project for project in named if named.count(project) > 1}:
            yield (
                "project_twice",
                self.env._(
                    "Project %(project)s can have one successor only.",
                    project=min(twice, key=lambda project: project.id).display_name,
                ),
            )
        missing = self.sudo()._find_projects() - self.heir_ids.project_ids
        if missing:
            yield (
                "project",
                self.env._(
                    "Say which successor takes over project %(project)s (%(count)s "
                    "projects have none yet).",
                    project=missing[0].display_name,
                    count=len(missing),
                ),
            )
        yield from self._iter_voucher_faults()
        yield from self._iter_decision_faults()
        yield from self._iter_commitment_faults()

    def _iter_decision_faults(self):
        running = (
            self.env["mtqg.decision"]
            .sudo()
            .search(
                [
                    ("unit_id", "=", self.predecessor_id.id),
                    ("workflow_state", "=", "running"),
                ]
            )
        )
        for decision in running:
            yield (
                "decision",
                self.env._(
                    "Decision %(number)s of %(unit)s is still under way: finish or "
                    "withdraw it first.",
                    number=decision.number,
                    unit=self.predecessor_id.name,
                ),
            )

    def _iter_commitment_faults(self):
        """Name commitments of the units that are open, in years that go over."""
        units = self.predecessor_id | self.heir_ids.successor_id
        first_year = self.env["mtqg.commitment"]._get_first_year(self.date)
        unsigned = (
            self.env["mtqg.commitment"]
            .sudo()
            .search(
                [
                    ("unit_id", "in", units.ids),
                    ("plan_year", ">=", first_year),
                    ("workflow_state", "in", ("draft", "running")),
                ]
            )
        )
        for commitment in unsigned:
            yield (
                "commitment",
                self.env._(
                    "%(unit)s has a commitment for %(year)s that is not signed yet "
                    "(%(document)s): have it signed or rejected, or delete the draft, "
                    "first.",
                    unit=commitment.unit_id.name,
                    year=commitment.plan_year,
                    document=commitment._get_label(),
                ),
            )

    def _iter_voucher_faults(self):
        running = (
            self.env["mtqg.disbursement"]
            .sudo()
            .search(
                [
                    ("unit_id", "=", self.predecessor_id.id),
                    ("project_id", "=", False),
                    ("workflow_state", "=", "running"),
                ]
            )
        )
        for voucher in running:
            yield (
                "voucher",
                self.env._(
                    "Voucher %(number)s of %(amount)s đồng is still under way and its "
                    "balance will be split: finish or withdraw it first.",
                    number=voucher.number,
                    amount=voucher.amount,
                ),
            )

    def _on_workflow_done(self):
        moves = self.filtered(lambda d: d.kind == "hand_over" and not d.reversal_of_id)
        for decision in moves:
            decision._raise_blockers(lambda document: document._find_document_faults())
            decision._hand_over_balances()
            decision._hand_over_dossiers()
            decision._hand_over_commitments()
            decision._end_unit()
        return super(MtqgDecisionHandOver, self - moves)._on_workflow_done()

    def _get_shares(self, project):
        """Return {successor id: weight} for what belongs to a project, or to none."""
        if heir := self.heir_ids.filtered(lambda h: project & h.project_ids):
            return {heir.successor_id.id: 1}
        return {heir.successor_id.id: heir.share for heir in self.heir_ids}

    def _hand_over_balances(self):
        """Post the entries that move what is left, to the đồng."""
        held = self._find_held_balances()
        parts = {
            balance: share_out(
                {name: balance[f"amount_{name}"] for name in COUNTERS},
                self._get_shares(balance.project_id),
            )
            for balance in held
        }
        opened = hand_over.open_heir_balances(
            self.env,
            [(balance.id, part.heir) for balance in held for part in parts[balance]],
        )
        entries = [
            entry
            for balance in held
            for entry in list_entries(
                balance.id,
                parts[balance],
                {part.heir: opened[balance.id, part.heir] for part in parts[balance]},
            )
        ]
        ledger.insert_entries(
            self.env,
            [
                {
                    "allocation_id": entry.allocation,
                    "kind": entry.kind,
                    "amount": entry.amount,
                    "date": self.date,
                    "reference": self.number,
                    "decision_id": self.id,
                }
                for entry in entries
            ],
        )

    def _hand_over_dossiers(self):
        """Move projects, their running vouchers and what waits for approval."""
        for heir in self.heir_ids:
            projects = heir.project_ids
            vouchers = self.env["mtqg.disbursement"].search(
                [
                    ("project_id", "in", projects.ids),
                    ("unit_id", "=", self.predecessor_id.id),
                    ("workflow_state", "in", ("draft", "running")),
                ]
            )
            opened = hand_over.open_heir_balances(
                self.env, [(v.allocation_id.id, heir.successor_id.id) for v in vouchers]
            )
            for voucher in vouchers:
                voucher.allocation_id = opened[
                    voucher.allocation_id.id, heir.successor_id.id
                ]
            projects.write({"unit_id": heir.successor_id.id})
            for documents in (projects, vouchers):
                documents._ask_again(self.number)

    def _hand_over_commitments(self):
        """Let the successors promise what the unit promised for the time to come."""
        Project = self.env["mtqg.project"]
        self.env["mtqg.commitment"]._hand_over(
            self, lambda subject: self._get_shares(Project.browse(subject[3] or ()))
        )

    def _end_unit(self):
        """Give the unit its last day, and its subordinates to its superior."""
        unit = self.predecessor_id
        self.write(
            {
                "former_date_to": unit.date_to,
                "moved_unit_ids": [fields.Command.set(unit.child_ids.ids)],
            }
        )
        last_day = self.date - timedelta(days=1)
        if not unit.date_to or unit.date_to > last_day:
            unit.date_to = max(last_day, unit.date_from or last_day)
        unit.child_ids.write({"parent_id": unit.parent_id.id})
