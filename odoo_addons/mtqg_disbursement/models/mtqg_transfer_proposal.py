from odoo import api, fields, models
from odoo.exceptions import UserError

from ..clock import today_vn
from ..engine import transfer
from ..engine.money import group_digits
from ..fields import Dong
from ..store import forecasts
from .mtqg_allocation import NATURES, SOURCES


class MtqgTransferProposal(models.Model):
    """A proposal to move capital from a slow balance to a fast one.

    Made with the forecast, see ``engine.transfer``: within one tree of allocations, so
    within source, nature, years and program; over the lowest balance above both; before
    the day until which plans are adjusted. ``action_make_decision`` drafts a decision.
    """

    _name = "mtqg.transfer.proposal"
    _inherit = ["mtqg.scoped.mixin", "mtqg.unit.now.mixin"]
    _description = "Proposed transfer"
    _log_access = False
    _order = "rank, id"
    _rec_name = "rank"

    rank = fields.Integer(aggregator=None, readonly=True)
    donor_id = fields.Many2one(
        "mtqg.allocation",
        string="Gives capital",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    receiver_id = fields.Many2one(
        "mtqg.allocation",
        string="Receives capital",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    above_id = fields.Many2one(
        "mtqg.allocation",
        string="Decided over",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The lowest balance from which both get their capital.",
    )
    unit_id = fields.Many2one(
        "mtqg.unit", string="Decided by", readonly=True, ondelete="cascade", index=True
    )
    program_id = fields.Many2one("mtqg.program", readonly=True, ondelete="cascade")
    nature = fields.Selection(NATURES, readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    plan_year = fields.Integer(string="Plan year", aggregator=None, readonly=True)
    origin_year = fields.Integer(string="Origin year", aggregator=None, readonly=True)
    donor_unit_id = fields.Many2one(
        related="donor_id.unit_id", string="From unit", related_sudo=False
    )
    receiver_unit_id = fields.Many2one(
        related="receiver_id.unit_id", string="To unit", related_sudo=False
    )
    amount = Dong(required=True, readonly=True)
    date_limit = fields.Date(string="Decide before", compute="_compute_date_limit")
    reason = fields.Text(compute="_compute_reason")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A transfer moves a positive amount of đồng."
    )

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        return f"{self.donor_unit_id.code} → {self.receiver_unit_id.code}"

    @api.depends("plan_year")
    def _compute_date_limit(self):
        for proposal in self:
            year = proposal.plan_year
            proposal.date_limit = year and transfer.adjustment_limit(year)

    @api.depends("donor_id", "receiver_id", "amount")
    @api.depends_context("lang", "uid")
    def _compute_reason(self):
        rows = self.env["mtqg.forecast"].search(
            [("allocation_id", "in", (self.donor_id | self.receiver_id).ids)]
        )
        forecast = {row.allocation_id.id: row for row in rows}
        nothing = self.env["mtqg.forecast"]
        for proposal in self:
            donor = forecast.get(proposal.donor_id.id, nothing)
            receiver = forecast.get(proposal.receiver_id.id, nothing)
            proposal.reason = proposal._describe(donor, receiver)

    def _describe(self, donor, receiver):
        """Return the reason in words, from the two forecasts."""
        return self.env._(
            "%(donor)s has disbursed %(paid)s of %(plan)s đồng and is likely to lose "
            "%(risk)s by %(last)s. %(receiver)s is ahead of its season (usually "
            "%(season).0f %% by now, %(share).0f %% disbursed) and could spend "
            "%(capacity)s đồng more.",
            donor=_name_holder(self.donor_id),
            paid=group_digits(donor.amount_disbursed),
            plan=group_digits(donor.amount_plan),
            risk=group_digits(donor.amount_at_risk),
            last=donor.date_last and donor.date_last.strftime("%d/%m/%Y"),
            receiver=_name_holder(self.receiver_id),
            season=receiver.percent_season,
            share=100 * receiver.amount_disbursed / (receiver.amount_plan or 1),
            capacity=group_digits(receiver.amount_capacity),
        )

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the proposals, made anew where entries or days have passed since."""
        self.env["mtqg.forecast"]._refresh_if_stale()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_disbursement.mtqg_transfer_proposal_action"
        )

    def action_make_decision(self):
        """Make one draft decision that adjusts what these proposals say, and open it.

        It is issued by the unit of the lowest balance above all of them; balances on
        the way are changed with them, so that every level still adds up.

        :raise UserError: if nothing is chosen, the proposals are of several trees of
            allocations, or the plan may not be adjusted any more
        """
        self.check_access("read")
        self.env["mtqg.decision"].check_access("create")
        self._check_choice()
        paths = self._get_paths()
        above = self.env["mtqg.allocation"].browse(self._find_above(paths))
        lines = transfer.lines_of(
            [
                transfer.Transfer(p.donor_id.id, p.receiver_id.id, p.amount, above.id)
                for p in self
            ],
            paths,
        )
        decision = self.env["mtqg.decision"].create(
            self._prepare_decision(above, lines)
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mtqg.decision",
            "res_id": decision.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _check_choice(self):
        if not self:
            raise UserError(self.env._("Choose the proposals to be decided."))
        year = min(self.mapped("plan_year"))
        limit = transfer.adjustment_limit(year)
        if today_vn() >= limit:
            raise UserError(
                self.env._(
                    "The plan of %(year)s could be adjusted until %(limit)s "
                    "(NĐ 85/2025 article 50, NĐ 275/2025).",
                    year=year,
                    limit=limit.strftime("%d/%m/%Y"),
                )
            )

    def _get_paths(self):
        balances = self.donor_id | self.receiver_id
        return {
            balance.id: tuple(map(int, balance.parent_path.rstrip("/").split("/")))
            for balance in balances
        }

    def _find_above(self, paths):
        """Return the lowest balance above all chosen ones."""
        above = transfer.common_ancestor(list(paths.values()))
        if above is None:
            raise UserError(
                self.env._(
                    "The proposals are of several sources, programs or years. Choose "
                    "those that one decision can deal with."
                )
            )
        return above

    def _prepare_decision(self, above, lines):
        return {
            "number": self.env._("Proposal of %(day)s", day=f"{today_vn():%d/%m/%Y}"),
            "kind": "adjust",
            "unit_id": above.unit_id.id,
            "plan_year": above.plan_year,
            "summary": self.env._(
                "Adjustment from balances that disburse slowly to those that could "
                "spend more: %(amount)s đồng",
                amount=group_digits(sum(self.mapped("amount"))),
            ),
            "line_ids": [
                fields.Command.create({"allocation_id": id_, "amount": amount})
                for id_, amount in lines.items()
            ],
        }

    @api.model
    def _propose(self, results, day):
        """Make the proposals anew from [(holder, forecast)]."""
        busy = forecasts.find_busy(self.env)
        left = {}
        balances = []
        for holder, result in results:
            is_open = day < transfer.adjustment_limit(holder.plan_year)
            if not is_open or not holder.is_leaf or holder.id in busy:
                continue
            capacity = _share_need(holder, result, left)
            balances.append(transfer.Balance(holder.path, result.at_risk, capacity))
        found = sorted(
            transfer.match(balances),
            key=lambda t: (-t.amount, t.donor, t.receiver),
        )
        forecasts.replace_proposals(
            self.env, [(*move, rank) for rank, move in enumerate(found, start=1)]
        )


def _name_holder(balance):
    """Return the unit of a balance, with the code of its project."""
    project = balance.project_id.code
    name = balance.unit_id.name or "—"
    return f"{name} ({project})" if project else name


def _share_need(holder, result, left):
    """Return what a balance may take; those of one project share the project's need."""
    if result.at_risk >= transfer.STEP or not holder.project:
        return 0
    need = holder.facts.room - holder.facts.booked if holder.facts.room else 0
    open_need = left.setdefault(holder.project, max(need, 0))
    capacity = min(result.capacity, open_need)
    left[holder.project] -= capacity
    return capacity
