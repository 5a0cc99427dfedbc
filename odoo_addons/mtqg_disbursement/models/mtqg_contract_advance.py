from odoo import api, fields, models

from ..clock import today_vn
from ..engine import advance
from ..engine.money import to_rpc
from ..fields import Dong
from ..store import advances

# figures that the database can sum and sort, by their names in ``store.advances``
_SQL_FIGURES = {"amount_advance": "advance", "amount_disbursed": "disbursed"}
_GUARANTEE_STATES = [
    ("not_needed", "Not needed"),
    ("missing", "Missing"),
    ("valid", "Valid"),
    ("expires_soon", "Expires soon"),
    ("expired", "Expired"),
    ("too_small", "Too small"),
]


class MtqgContract(models.Model):
    """The advance of a contract: guaranteed, recovered in time, or overdue and why.

    Rules: NĐ 254/2025/NĐ-CP article 9, as ``engine.advance`` reads it.
    """

    _inherit = "mtqg.contract"

    kind = fields.Selection(
        [
            ("construction", "Construction"),
            ("clearance", "Site clearance"),
            ("equipment", "Equipment"),
            ("consulting", "Consulting"),
            ("management", "Project management"),
            ("no_contract", "Without contract"),
            ("community", "Works by the community"),
            ("self_performed", "Self-performed"),
        ],
        required=True,
        default="construction",
        help="Decides whether the advance needs a guarantee, and when it is overdue "
        "(NĐ 254/2025/NĐ-CP article 9).",
    )
    builds_works = fields.Boolean(
        string="Works are built",
        help="Site clearance that builds works needs a guarantee like construction.",
    )
    date_recovery = fields.Date(
        string="Recover in full by",
        help="The day by which the contract wants the whole advance recovered; three "
        "months later it is overdue. Without a contract: the later day that whoever "
        "approved the estimate allows in writing.",
    )
    amount_at_bank = Dong(
        string="Kept at a commercial bank",
        default=0,
        help="Compensation that owners of land do not take, or that is in dispute "
        "(NĐ 254/2025/NĐ-CP article 9.6d); it is not overdue.",
    )
    guarantee_ids = fields.One2many(
        "mtqg.guarantee", "contract_id", string="Guarantees"
    )
    cause = fields.Selection(
        [
            ("dissolved", "Project owner dissolved"),
            ("bankrupt", "Contractor bankrupt"),
            ("suspended", "Project suspended"),
            ("other", "Other cause"),
        ],
        string="Why not recovered",
    )
    cause_note = fields.Char(string="The cause in words")
    proposal = fields.Char(string="Proposed handling")

    amount_disbursed = Dong(string="Disbursed", compute="_compute_advance")
    amount_advance = Dong(string="Advance outstanding", compute="_compute_advance")
    has_advance = fields.Boolean(
        string="Has an advance outstanding",
        compute="_compute_advance",
        search="_search_has_advance",
    )
    amount_recovery_limit = Dong(
        string="80 % of the value",
        compute="_compute_recovery_limit",
        help="Once so much is disbursed, the advance must be recovered in full.",
    )
    is_recovery_due = fields.Boolean(
        string="Must be recovered now",
        compute="_compute_advance",
        search="_search_is_recovery_due",
    )
    guarantee_state = fields.Selection(
        _GUARANTEE_STATES,
        string="Guarantee",
        compute="_compute_advance",
        search="_search_guarantee_state",
    )
    amount_guarantee_needed = Dong(
        string="To be guaranteed", compute="_compute_advance"
    )
    amount_guaranteed = Dong(string="Guaranteed", compute="_compute_advance")
    date_guarantee_end = fields.Date(
        string="Guaranteed until", compute="_compute_advance"
    )
    date_overdue = fields.Date(
        string="Overdue after",
        compute="_compute_advance",
        help="The last day on which the recovery is in time.",
    )
    amount_overdue = Dong(string="Advance overdue", compute="_compute_advance")
    is_overdue = fields.Boolean(
        string="Recovery overdue",
        compute="_compute_advance",
        search="_search_is_overdue",
    )

    _at_bank_not_negative = models.Constraint(
        "CHECK (COALESCE(amount_at_bank, 0) BETWEEN 0 AND amount)",
        "What is kept at a bank lies between zero and the value of the contract.",
    )

    # === COMPUTE METHODS === #

    @api.depends("amount")
    def _compute_recovery_limit(self):
        for contract in self:
            contract.amount_recovery_limit = advance.recovery_limit(contract.amount)

    @api.depends(
        "kind",
        "builds_works",
        "amount",
        "amount_advance_agreed",
        "amount_at_bank",
        "date_recovery",
        "guarantee_ids.amount",
        "guarantee_ids.date_from",
        "guarantee_ids.date_to",
        "disbursement_ids.workflow_state",
    )
    def _compute_advance(self):
        for contract, state in self._watch(today_vn()).items():
            contract.update(_values_of(state))

    def _search_has_advance(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("id", "in" if True in value else "not in", self._find_outstanding())]

    def _search_is_overdue(self, operator, value):
        return self._search_state(operator, value, "is_overdue", True in value)

    def _search_is_recovery_due(self, operator, value):
        return self._search_state(operator, value, "is_recovery_due", True in value)

    def _search_guarantee_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        # all others need none
        large = [("amount_advance_agreed", ">", advance.GUARANTEE_ABOVE)]
        paid = [("id", "in", self._find_outstanding())]
        states = self.search(fields.Domain.OR([large, paid]))._watch(today_vn())
        is_open = "not_needed" in value
        ids = [
            contract.id
            for contract, state in states.items()
            if (state.guarantee_state in value) != is_open
        ]
        return [("id", "not in" if is_open else "in", ids)]

    def _search_state(self, operator, value, name, wanted):
        """Return the domain of contracts with an advance for which a flag is set."""
        if operator != "in":
            return NotImplemented
        states = self.search([("id", "in", self._find_outstanding())])._watch(
            today_vn()
        )
        ids = [c.id for c, state in states.items() if _values_of(state)[name]]
        return [("id", "in" if wanted else "not in", ids)]

    def _find_outstanding(self):
        return advances.find_outstanding(self.env)

    def _field_to_sql(self, alias, field_expr, query=None):
        if figure := _SQL_FIGURES.get(field_expr):
            self._check_field_access(self._fields[field_expr], "read")
            return advances.figure_sql(alias, figure)
        return super()._field_to_sql(alias, field_expr, query)

    # === ACTION METHODS === #

    @api.readonly
    def advance_at(self, date, known_at=None):
        """Return where the advances stood on a day, from the entries.

        Terms and guarantees are those of today; movements are those of the day.

        :param date: last accounting date that counts
        :param known_at: UTC moment; entries recorded after it are left out
        :return: list of dicts: ``id``; in đồng ``amount_disbursed``,
            ``amount_advance``, ``amount_overdue``, ``amount_guarantee_needed``,
            ``amount_guaranteed``; ``date_overdue``, ``date_guarantee_end`` (date or
            False); ``guarantee_state``, ``has_advance``, ``is_overdue``,
            ``is_recovery_due``
        """
        self.check_access("read")
        day, moment = self.env["mtqg.measure"]._read_times(date, known_at)
        return [
            {"id": contract.id, **_for_rpc(_values_of(state))}
            for contract, state in self._watch(day, moment).items()
        ]

    # === BUSINESS METHODS === #

    def _watch(self, day, known_at=None):
        """Return {contract: ``engine.advance.State``} at the end of a day."""
        ids = [id_ for id_ in self._origin._ids if isinstance(id_, int)]
        moves = advances.moves_by_contract(self.env, ids, day, known_at)
        return {
            contract: advance.watch(
                contract._get_terms(),
                moves.get(contract._origin.id, ()),
                contract.guarantee_ids._as_engine_guarantees(),
                day,
            )
            for contract in self
        }

    def _get_terms(self):
        """Return what the contract says about its advance, for the engine."""
        return advance.Terms(
            kind=self.kind or "construction",
            value=self.amount or 0,
            agreed=self.amount_advance_agreed or 0,
            recovery=self.date_recovery or None,
            builds_works=self.builds_works,
            at_bank=self.amount_at_bank or 0,
        )


def _values_of(state):
    """Return the field values of a state of the engine."""
    return {
        "amount_disbursed": state.disbursed,
        "amount_advance": state.outstanding,
        "has_advance": state.outstanding > 0,
        "is_recovery_due": state.must_recover,
        "guarantee_state": state.guarantee_state,
        "amount_guarantee_needed": state.guarantee_needed,
        "amount_guaranteed": state.guaranteed,
        "date_guarantee_end": state.guarantee_end or False,
        "date_overdue": state.date_overdue or False,
        "amount_overdue": state.overdue,
        "is_overdue": state.overdue > 0,
    }


def _for_rpc(values):
    return {
        name: to_rpc(value) if name.startswith("amount_") else value
        for name, value in values.items()
    }
