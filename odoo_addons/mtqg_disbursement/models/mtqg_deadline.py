from odoo import api, fields, models
from odoo.fields import Domain

from ..engine.deadlines import state_of
from ..engine.money import to_rpc
from ..fields import Dong
from ..store import deadline_states, deadline_view
from .mtqg_allocation import NATURES, SOURCES
from .mtqg_deadline_rule import MEASURES, SUBJECTS, WEIGHTS

STATES = [
    ("overdue", "Overdue"),
    ("at_risk", "At risk"),
    ("on_track", "On track"),
    ("met_late", "Met late"),
    ("met", "Met"),
]


class MtqgDeadline(models.Model):
    """What a rule asks of one balance, unit, project, contract or voucher.

    A view over the dates that the store keeps: the state follows from them
    and from today's date in Hanoi whenever it is read.
    """

    _name = "mtqg.deadline"
    _inherit = ["mtqg.scoped.mixin", "mtqg.unit.now.mixin"]
    _description = "Deadline"
    _auto = False
    _order = "date_due, rule_id, id"
    _rec_name = "rule_id"
    _rec_names_search = ["rule_id", "unit_id"]

    rule_id = fields.Many2one("mtqg.deadline.rule", readonly=True)
    unit_id = fields.Many2one("mtqg.unit", readonly=True)
    allocation_id = fields.Many2one("mtqg.allocation", string="Balance", readonly=True)
    project_id = fields.Many2one("mtqg.project", readonly=True)
    contract_id = fields.Many2one("mtqg.contract", readonly=True)
    disbursement_id = fields.Many2one(
        "mtqg.disbursement", string="Voucher", readonly=True
    )
    period = fields.Date(readonly=True, help="First day of the period reported on.")
    date_due_first = fields.Date(
        string="First due date",
        readonly=True,
        help="The due date before any extension; it never changes.",
    )
    date_due = fields.Date(string="Due date", readonly=True)
    date_warn = fields.Date(string="Warned from", readonly=True)
    date_met = fields.Date(
        string="Met on",
        readonly=True,
        help="The first day from which the threshold has been held without a break.",
    )
    state = fields.Selection(STATES, readonly=True, group_expand="_expand_states")
    days_left = fields.Integer(readonly=True, aggregator="min")
    is_extended = fields.Boolean(string="Extended", readonly=True)
    reference = fields.Char(readonly=True)
    weight = fields.Selection(WEIGHTS, readonly=True)
    measure = fields.Selection(MEASURES, readonly=True)
    subject = fields.Selection(SUBJECTS, readonly=True)
    legal_basis = fields.Char(related="rule_id.legal_basis", related_sudo=False)
    program_id = fields.Many2one("mtqg.program", readonly=True)
    nature = fields.Selection(NATURES, readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    plan_year = fields.Integer(readonly=True, aggregator=None)
    origin_year = fields.Integer(readonly=True, aggregator=None)
    amount_required = Dong(string="Asked for", readonly=True, aggregator=None)
    amount_reached = Dong(string="Reached", readonly=True, aggregator=None)
    amount_missing = Dong(string="Missing", readonly=True)
    percent_reached = fields.Float(
        string="Reached %", compute="_compute_percent_reached", aggregator=None
    )
    extension_ids = fields.One2many(
        "mtqg.deadline.extension", "deadline_id", string="Extensions"
    )
    alert_ids = fields.One2many("mtqg.deadline.alert", "deadline_id", string="Alerts")

    def init(self):
        # the view names tables of models that are made after this one
        self.pool.post_init(deadline_view.install_view, self.env)

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        about = (
            self.allocation_id
            or self.disbursement_id
            or self.contract_id
            or self.project_id
            or self.unit_id
        )
        return f"{self.rule_id.name} · {about.display_name}"

    @api.depends("amount_required", "amount_reached")
    def _compute_percent_reached(self):
        for deadline in self:
            asked = deadline.amount_required
            deadline.percent_reached = (
                100 * deadline.amount_reached / asked if asked else 0
            )

    def _expand_states(self, states, domain):
        """Return the states in their order: what is open has a column even if empty."""
        return [
            state
            for state, _label in STATES
            if state in states or state in {"overdue", "at_risk", "on_track"}
        ]

    # === ACTION METHODS === #

    @api.model
    @api.readonly
    def state_at(self, date, known_at=None, _known_at=None):
        """Return the deadlines of the balances that the user sees, as of a date.

        They are computed from the ledger's entries, for any date: a payment recorded
        later than ``known_at`` does not count.

        :param date: last accounting date that counts, and “today” for the states.
            Callers that name deadlines first ([ids], date, known_at) get those only
        :param known_at: UTC moment
        :return: list of dicts ``id`` (False where the ledger of today has no such
            deadline), ``rule_id``, ``unit_id``, ``allocation_id``, ``date_due``,
            ``date_due_first``, ``state``, ``date_met`` (ISO texts or False),
            ``amount_required``, ``amount_missing`` (đồng)
        :raise UserError: if a date cannot be read
        """
        wanted = set(self.ids)
        if isinstance(date, (list, tuple)):
            count = self.env["mtqg.measure"]._read_count
            wanted = {count(id_) for id_ in date}
            date, known_at = known_at, _known_at
        day, known = self.env["mtqg.measure"]._read_times(date, known_at)
        rows = deadline_states.list_states(
            self.env, self._find_balances(wanted), day, known
        )
        found = [self._describe_row(row, day) for row in rows]
        return [row for row in found if not wanted or row["id"] in wanted]

    def _find_balances(self, wanted):
        """Return the query of the balances that a question is about."""
        domain = Domain.TRUE
        if wanted:
            held = self.browse(wanted)._filtered_access("read").allocation_id
            domain = Domain("id", "in", held.ids)
        return self.env["mtqg.allocation"]._search(domain)

    def _describe_row(self, row, day):
        id_, rule, unit, balance, due, first, met, warn, asked, missing = row
        return {
            "id": id_ or False,
            "rule_id": rule,
            "unit_id": unit,
            "allocation_id": balance,
            "date_due": due.isoformat(),
            "date_due_first": first.isoformat(),
            "state": state_of(met, due, warn, day),
            "date_met": met.isoformat() if met else False,
            "amount_required": to_rpc(int(asked)),
            "amount_missing": to_rpc(int(missing)),
        }
