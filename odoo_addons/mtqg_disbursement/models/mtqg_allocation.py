from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.ledger import COUNTERS, Entry, compute_deltas, find_faults
from ..engine.money import group_digits, to_rpc
from ..fields import Dong
from ..store import ledger, measures

NATURES = [("investment", "Investment"), ("recurrent", "Recurrent")]
SOURCES = [
    ("central", "Central budget"),
    ("province", "Provincial budget"),
    ("district", "District budget"),
    ("commune", "Commune budget"),
    ("foreign", "Foreign capital"),
    ("other", "Other"),
]


class MtqgAllocation(models.Model):
    """A balance: capital of one origin that one unit holds for one purpose.

    Its counters are kept by a trigger on the ledger entries; nobody writes them. What
    a balance stands for (unit, program, project, nature, source, years, parent) never
    changes: money moves by decisions.
    """

    _name = "mtqg.allocation"
    _inherit = ["mtqg.scoped.mixin", "mtqg.unit.now.mixin"]
    _description = "Capital allocation"
    _parent_store = True
    _order = "plan_year desc, origin_year, parent_path"
    _rec_names_search = ["unit_id", "program_id", "project_id"]

    # What the balance stands for.
    unit_id = fields.Many2one(
        "mtqg.unit", required=True, ondelete="restrict", index=True, readonly=True
    )
    program_id = fields.Many2one(
        "mtqg.program", required=True, ondelete="restrict", index=True, readonly=True
    )
    root_program_id = fields.Many2one(
        related="program_id.root_id", string="Whole program", related_sudo=True
    )
    project_id = fields.Many2one(
        "mtqg.project", ondelete="restrict", index="btree_not_null", readonly=True
    )
    nature = fields.Selection(NATURES, required=True, readonly=True)
    source = fields.Selection(SOURCES, required=True, readonly=True)
    plan_year = fields.Integer(
        string="Plan year", required=True, aggregator=None, readonly=True
    )
    origin_year = fields.Integer(
        string="Origin year",
        required=True,
        aggregator=None,
        readonly=True,
        help="The year the capital was first planned for; it stays on the money.",
    )
    date_last = fields.Date(
        string="Last day to disburse",
        readonly=True,
        help="31 January of the next year for capital of the year, 31 December for "
        "carried-over capital, or the day its decision names "
        "(Luật 58/2024/QH15 article 72).",
    )
    parent_id = fields.Many2one(
        "mtqg.allocation",
        string="Allocated from",
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("mtqg.allocation", "parent_id", string="Allocated to")
    entry_ids = fields.One2many("mtqg.entry", "allocation_id", string="Entries")

    # Counters, kept by the ledger's trigger. The first three have no default sum: over
    # balances of several levels it would count the same đồng more than once.
    amount_assigned = Dong(string="Assigned", readonly=True, default=0, aggregator=None)
    amount_allocated = Dong(
        string="Allocated down", readonly=True, default=0, aggregator=None
    )
    amount_tabmis = Dong(
        string="Entered in TABMIS", readonly=True, default=0, aggregator=None
    )
    amount_advance = Dong(string="Advance outstanding", readonly=True, default=0)
    amount_completed = Dong(string="Completed volume", readonly=True, default=0)
    amount_carried = Dong(
        string="Carried over to the next year", readonly=True, default=0
    )
    amount_cancelled = Dong(string="Cancelled", readonly=True, default=0)
    # Generated columns.
    amount_disbursed = Dong(string="Disbursed", readonly=True)
    amount_available = Dong(string="Available", readonly=True)
    amount_kept = Dong(
        string="Plan held",
        readonly=True,
        help="Assigned and not allocated further down. Over all balances of a program "
        "or a unit with its subordinates it adds up to their whole plan.",
    )
    amount_tabmis_missing = Dong(
        string="Not entered in TABMIS", readonly=True, aggregator=None
    )
    is_carried_over = fields.Boolean(
        string="From an earlier year",
        readonly=True,
        help="The capital was first planned for an earlier year.",
    )
    # One letter a live deadline rule, written by the store's pass over deadlines.
    deadline_digest = fields.Char(readonly=True, copy=False)
    # No deadline was met later than this: entries of later days change no day met.
    deadline_met = fields.Date(string="Last deadline met", readonly=True, copy=False)
    # Of this balance and everything below it.
    amount_disbursed_total = Dong(
        string="Disbursed with subordinates", compute="_compute_totals"
    )
    percent_disbursed = fields.Float(
        string="Disbursed %", compute="_compute_totals", aggregator=None
    )

    _balance_unique = models.UniqueIndex(
        "(unit_id, program_id, COALESCE(project_id, 0), nature, source, plan_year,"
        " origin_year, COALESCE(parent_id, 0))"
    )
    _path_idx = models.Index('(parent_path COLLATE "C")')
    _scope_idx = models.Index("(plan_year, unit_id)")
    # a page of a list in its own order is read from here, and nothing is sorted
    _order_idx = models.Index("(plan_year DESC, origin_year, parent_path)")
    _available_not_negative = models.Constraint(
        "CHECK (amount_assigned - amount_allocated - amount_advance"
        " - amount_completed - amount_carried - amount_cancelled >= 0)",
        "The balance does not hold that much capital any more. Somebody else may have "
        "used it at this moment: look at the balance again and lower the amount.",
    )
    _counters_not_negative = models.Constraint(
        "CHECK (LEAST(amount_assigned, amount_allocated, amount_tabmis, amount_advance,"
        " amount_completed, amount_carried, amount_cancelled) >= 0)",
        "A counter of the balance would fall below zero. Look at the balance again: "
        "more is taken back than is there.",
    )
    _counters_in_range = models.Constraint(
        "CHECK (GREATEST(amount_assigned, amount_allocated, amount_tabmis)"
        " <= 9000000000000000)",
        "A balance holds at most 9,000,000,000,000,000 đồng.",
    )
    _years_in_order = models.Constraint(
        "CHECK (origin_year BETWEEN 2000 AND plan_year AND plan_year < 2100)",
        "The origin year lies between 2000 and the plan year.",
    )

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        project = f" · {self.project_id.code}" if self.project_id else ""
        return (
            f"{self.unit_id.code} · {self.program_id.code}{project}"
            f" · {self.plan_year}/{self.origin_year} · {self._label('nature')}"
            f" · {self._label('source')}"
        )

    def _label(self, name):
        return dict(self._fields[name]._description_selection(self.env))[self[name]]

    @api.depends("amount_assigned", "amount_disbursed")
    def _compute_totals(self):
        # what nothing was allocated from has nothing below it that could be spent
        above = self.filtered("amount_allocated")
        totals = measures.sum_below(self.env, above._ids) if above else {}
        for allocation in self:
            spent = totals.get(allocation._origin.id, allocation.amount_disbursed)
            allocation.amount_disbursed_total = spent
            assigned = allocation.amount_assigned
            allocation.percent_disbursed = 100 * spent / assigned if assigned else 0

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        # only installed data and the ledger open balances
        if not self.env.su:
            raise UserError(
                self.env._(
                    "Balances are opened by decisions. Enter a decision and submit it."
                )
            )
        return super().create(vals_list)

    # === ACTION METHODS === #

    def enter_tabmis(self, amount=None, date=None, reference=None):
        """Record that assigned capital was entered and approved in TABMIS.

        :param int amount: đồng for each balance; all that is not entered by default
        :param date: accounting date, today in Vietnam by default
        :param str reference: number of the TABMIS document
        :raise UserError: if more would be entered than is assigned
        """
        self.check_access("read")
        self._check_may_enter_tabmis()
        day, _known = self.env["mtqg.measure"]._read_times(date, None)
        rows = [
            {
                "allocation_id": allocation.id,
                "kind": "tabmis",
                "amount": allocation._get_tabmis_amount(amount),
                "date": day,
                "reference": reference or "TABMIS",
            }
            for allocation in self
        ]
        ledger.insert_entries(self.env, [row for row in rows if row["amount"]])
        return True

    def action_enter_tabmis(self):
        """Enter in TABMIS all that is not entered yet (button)."""
        return self.enter_tabmis()

    @api.readonly
    def balance_at(self, date, known_at=None):
        """Return the balances as of an accounting date, from the entries.

        :param date: last accounting date that counts
        :param known_at: UTC moment; entries recorded after it are left out
        :return: list of dicts with ``id``, ``amount_assigned``, … in whole đồng
        """
        self.check_access("read")
        rows = measures.balances_at(
            self.env,
            self.ids,
            *self.env["mtqg.measure"]._read_times(date, known_at),
        )
        return [
            {
                "id": row.pop("id"),
                **{f"amount_{name}": to_rpc(value) for name, value in row.items()},
            }
            for row in rows
        ]

    def action_open_entries(self):
        """Open the ledger entries of this balance and of all below it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_disbursement.mtqg_entry_action"
        )
        action["domain"] = [("allocation_id", "child_of", self.id)]
        return action

    # === BUSINESS METHODS === #

    def _get_root(self):
        """Return the balance that brought this capital in from outside."""
        self.ensure_one()
        return self.browse(int(self.parent_path.partition("/")[0]))

    def _check_may_enter_tabmis(self):
        roles = ("officer", "finance", "treasury")
        if not (
            self.env.su
            or any(
                self.env.user.has_group(f"mtqg_disbursement.group_{r}") for r in roles
            )
        ):
            raise UserError(
                self.env._(
                    "Your role does not enter capital in TABMIS. Ask an officer of the "
                    "unit or the finance department."
                )
            )

    def _get_tabmis_amount(self, amount):
        self.ensure_one()
        missing = self.amount_tabmis_missing
        wanted = missing
        if amount is not None:
            wanted = self._fields["amount_tabmis"].convert_to_cache(amount, self)
        if wanted < 0 or wanted > missing:
            raise UserError(
                self.env._(
                    "%(balance)s: %(wanted)s đồng cannot be entered in TABMIS, only "
                    "%(missing)s đồng are assigned and not entered yet.",
                    balance=self.display_name,
                    wanted=group_digits(wanted),
                    missing=group_digits(missing),
                )
            )
        return wanted

    @api.model
    def _find_overdrafts(self, entries, parents=None):
        """Return sentences on the balances that the entries would overdraw.

        The database refuses the same postings; this only says it kindly and early.

        :param entries: list of ``engine.ledger.Entry``
        :param dict parents: parent of each balance; balances that are not open yet
            have negative keys and only count on their parents
        """
        return [
            allocation._describe_fault(counter, missing)
            for allocation, counter, missing in self._iter_overdrafts(entries, parents)
        ]

    def _iter_overdrafts(self, entries, parents=None):
        """Yield (balance, counter, missing đồng) of what the entries would overdraw."""
        if parents is None:
            touched = self.sudo().browse({entry.allocation for entry in entries})
            parents = {a.id: a.parent_id.id or None for a in touched}
        deltas = compute_deltas(entries, parents)
        for allocation in self.sudo().browse(id_ for id_ in deltas if id_ > 0):
            for counter, missing in find_faults(
                {
                    name: allocation[f"amount_{name}"] + deltas[allocation.id][name]
                    for name in COUNTERS
                }
            ):
                yield allocation, counter, missing

    def _describe_fault(self, counter, missing):
        label = self._fields[f"amount_{counter}"]._description_string(self.env)
        return self.env._(
            "%(balance)s: %(counter)s has %(held)s đồng, %(missing)s đồng too few. "
            "Lower the amount, or add capital to the balance first.",
            balance=self.with_user(self.env.user).display_name,
            counter=label,
            held=group_digits(self[f"amount_{counter}"]),
            missing=group_digits(missing),
        )

    @api.model
    def _check_entries(self, rows):
        """Raise one readable error for entries that the ledger would refuse."""
        entries = [
            Entry(
                r["allocation_id"],
                r["kind"],
                r["amount"],
                bool(r.get("reversal_of_id")),
            )
            for r in rows
        ]
        if faults := self._find_overdrafts(entries):
            raise UserError("\n".join(faults))
