from odoo import api, fields, models

from ..clock import today_vn
from ..engine.forecast import forecast, learn_all
from ..engine.money import to_rpc
from ..fields import Dong
from ..store import forecasts, tabmis
from .mtqg_allocation import NATURES, SOURCES

_RUN = "mtqg_disbursement.forecast_run"
_STAGES = [
    ("", "Ready to pay"),
    ("preparation", "In preparation, without contract"),
    ("no_contract", "Without contract"),
    ("stopped", "Stopped"),
]


class MtqgForecast(models.Model):
    """What each balance will have disbursed at its last day, and what it may lose.

    The method is that of ``engine.forecast``: the usual result and season of earlier
    years, own pace, and the stage of the dossier. One row for each balance that still
    has available capital; all rows are made anew in one pass, on opening the list
    after new entries or on a new day, and every night.
    """

    _name = "mtqg.forecast"
    _inherit = ["mtqg.scoped.mixin", "mtqg.unit.now.mixin"]
    _description = "Forecast of disbursement"
    _log_access = False
    _order = "amount_at_risk desc, id"

    allocation_id = fields.Many2one(
        "mtqg.allocation",
        string="Balance",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    unit_id = fields.Many2one(
        "mtqg.unit", index=True, readonly=True, ondelete="cascade"
    )
    program_id = fields.Many2one("mtqg.program", readonly=True, ondelete="cascade")
    project_id = fields.Many2one("mtqg.project", readonly=True, ondelete="cascade")
    nature = fields.Selection(NATURES, readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    plan_year = fields.Integer(string="Plan year", aggregator=None, readonly=True)
    origin_year = fields.Integer(string="Origin year", aggregator=None, readonly=True)
    date_last = fields.Date(string="Last day to disburse", readonly=True)
    stage = fields.Selection(
        [pair for pair in _STAGES if pair[0]], string="What holds it up", readonly=True
    )
    amount_plan = Dong(string="Plan held", readonly=True)
    amount_disbursed = Dong(string="Disbursed", readonly=True)
    amount_available = Dong(string="Available", readonly=True)
    amount_expected = Dong(
        string="Expected from now on",
        readonly=True,
        help="What is likely to be disbursed until the last day.",
    )
    amount_final = Dong(string="Expected at the last day", readonly=True)
    amount_linear = Dong(
        string="At an even pace",
        readonly=True,
        help="What would be disbursed at the last day if every day were like those "
        "until now; for comparison.",
    )
    amount_at_risk = Dong(
        string="At risk of lapsing",
        readonly=True,
        index=True,
        help="Available capital that is not expected to be disbursed in time.",
    )
    amount_capacity = Dong(
        string="Could spend more",
        readonly=True,
        help="What own pace would spend beyond the plan, within the need of the "
        "project.",
    )
    percent_season = fields.Float(
        string="Season %",
        readonly=True,
        aggregator=None,
        help="The share of the end that comparable balances of earlier years had "
        "disbursed at this point of their time.",
    )
    percent_final = fields.Float(
        string="Expected %", compute="_compute_percent_final", aggregator="avg"
    )

    _balance_unique = models.UniqueIndex("(allocation_id)")

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        return self.allocation_id.display_name

    @api.depends("amount_plan", "amount_final")
    def _compute_percent_final(self):
        for row in self:
            plan = row.amount_plan
            row.percent_final = 100 * row.amount_final / plan if plan else 0

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "percent_final:avg":
            return tabmis.ratio(
                self._field_to_sql(self._table, "amount_final", query),
                self._field_to_sql(self._table, "amount_plan", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the forecast, made anew where entries or days have passed since."""
        self._refresh_if_stale()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_disbursement.mtqg_forecast_action"
        )

    @api.model
    @api.readonly
    def forecast_at(self, date, domain=None):
        """Return the forecast as it would have been on a day, from the entries.

        Stages and total investments of projects are those of now, and so are the
        balances that are looked at.

        :param date: the day of the forecast
        :param list domain: domain on ``mtqg.allocation``; all visible ones by default
        :return: list of dicts: ``id`` of the balance, ``date_last``, ``stage``, in đồng
            ``amount_disbursed``, ``amount_available``, ``amount_expected``,
            ``amount_final``, ``amount_linear``, ``amount_at_risk``; those with the most
            at risk first
        """
        measure = self.env["mtqg.measure"]
        day, _known = measure._read_times(date, None)
        seen = self.env["mtqg.allocation"].search(measure._read_domain(domain))
        wanted = set(seen.ids)
        rows = [
            {
                "id": holder.id,
                "date_last": holder.facts.last,
                "stage": holder.facts.stage,
                "amount_disbursed": to_rpc(holder.facts.disbursed),
                "amount_available": to_rpc(holder.facts.available),
                "amount_expected": to_rpc(result.further),
                "amount_final": to_rpc(result.final),
                "amount_linear": to_rpc(result.linear),
                "amount_at_risk": to_rpc(result.at_risk),
            }
            for holder, result in self._compute_all(day, is_past=True)
            if holder.id in wanted
        ]
        return sorted(rows, key=lambda row: (-row["amount_at_risk"], row["id"]))

    # === BUSINESS METHODS === #

    def _compute_all(self, day, is_past=False):
        """Return [(holder, ``engine.forecast.Forecast``)] of all balances."""
        holders = forecasts.read_holders(self.env, day, is_past)
        histories = forecasts.read_histories(self.env, day)
        seasons = learn_all(histories, {holder.season for holder in holders})
        return [
            (holder, forecast(holder.facts, seasons[holder.season], day))
            for holder in holders
        ]

    def _refresh_if_stale(self):
        """Make the forecast anew, unless it is of today and of the last entry."""
        params = self.env["ir.config_parameter"].sudo()
        state = f"{today_vn()} {forecasts.last_entry(self.env)}"
        if params.get_param(_RUN) != state:
            self._refresh()
            params.set_param(_RUN, state)

    def _refresh(self):
        """Make all forecasts and proposals anew."""
        day = today_vn()
        results = self._compute_all(day)
        forecasts.replace_forecasts(
            self.env,
            [_as_row(holder, result) for holder, result in results],
        )
        self.env["mtqg.transfer.proposal"]._propose(results, day)


def _as_row(holder, result):
    """Return a row in the order that ``store.forecasts`` writes."""
    facts = holder.facts
    return (
        holder.id,
        facts.stage or None,
        facts.plan,
        facts.disbursed,
        facts.available,
        result.further,
        result.final,
        result.linear,
        result.at_risk,
        result.capacity,
        100 * result.share,
    )
