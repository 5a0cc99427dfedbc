import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..clock import today_vn
from ..engine import promise
from ..engine.money import MAX_DONG
from ..fields import Dong
from ..store import commitments as store
from ..store import documents

# what a row and its months are
LINE_CONTENT = tuple(
    f"line_ids.{name}"
    for name in ("program_id", "origin_year", "nature", "project_id", "month", "amount")
)


class MtqgCommitment(models.Model):
    """What a unit promises to disburse, month by month, signed by its leader.

    One document for a unit and a plan year. A signed version never changes: in the
    window of a quarter the unit plans again, with a reason, as the next version.
    """

    _name = "mtqg.commitment"
    _inherit = [
        "mtqg.version.mixin",
        "mtqg.workflow.mixin",
        "mtqg.unit.now.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Disbursement commitment"
    _order = "plan_year desc, unit_id, version desc, id desc"
    _rec_name = "number"
    _workflow_condition_fields = (
        "plan_year",
        "version",
        "hand_over_id",
        "unit_id",
        "unit_id.kind",
        "unit_id.parent_id",
        "line_ids.nature",
        "line_ids.program_id",
        "line_ids.project_id",
    )
    _workflow_preview_fields = (
        "plan_year",
        "date",
        "amount_total",
        "previous_id",
        "reason",
        "shortfall",
        "shortfall_reason",
    )
    _workflow_preview_lines = (
        "line_ids",
        ("month", "program_id", "project_id", "origin_year", "amount"),
    )
    _workflow_columns = {"nature": "line_ids.nature", "unit_kind": "unit_id.kind"}

    number = fields.Char(required=True, copy=False)
    date = fields.Date(
        string="Commitment date",
        required=True,
        copy=False,
        default=lambda _self: today_vn(),
        help="The commitment counts in figures as of this day and later ones.",
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user.mtqg_unit_ids[:1],
    )
    plan_year = fields.Integer(
        string="Plan year",
        required=True,
        aggregator=None,
        default=lambda _self: today_vn().year,
    )
    leader_id = fields.Many2one(
        "res.users",
        string="Signed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The leader who signed, and so answers for what was promised.",
    )
    date_signed = fields.Datetime(string="Signed on", readonly=True, copy=False)
    previous_id = fields.Many2one(
        "mtqg.commitment",
        string="Replaces",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    next_ids = fields.One2many("mtqg.commitment", "previous_id", readonly=True)
    month_locked = fields.Integer(
        string="Months kept",
        readonly=True,
        copy=False,
        aggregator=None,
        help="So many months were over when the unit planned again; they keep what "
        "the version before promised.",
    )
    reason = fields.Text(string="Reason for planning again", copy=False)
    file = fields.Binary(string="Signed file", attachment=True, copy=False)
    filename = fields.Char(copy=False)
    file_hash = fields.Char(
        string="SHA-256 of the file",
        compute="_compute_file_hash",
        store=True,
        copy=False,
        compute_sudo=False,
    )
    content_hash = fields.Char(
        string="SHA-256 of the content",
        readonly=True,
        copy=False,
        help="Of unit, years, version, date and every promised amount, as signed.",
    )
    line_ids = fields.One2many("mtqg.commitment.line", "commitment_id", string="Lines")
    amount_total = Dong(
        string="Promised in all",
        compute="_compute_amount_total",
        store=True,
        compute_sudo=False,
    )
    amount_due = Dong(string="Promised by today", compute="_compute_progress")
    amount_actual = Dong(string="Disbursed", compute="_compute_progress")
    amount_difference = Dong(
        string="Ahead of the promise",
        compute="_compute_progress",
        help="Disbursed less promised by today, of the version in force; below zero is "
        "behind schedule.",
    )
    is_behind = fields.Boolean(
        string="Behind schedule",
        compute="_compute_progress",
        search="_search_is_behind",
    )

    _plan_year_sane = models.Constraint(
        "CHECK (plan_year BETWEEN 2000 AND 2099)", "The plan year has four digits."
    )
    _open_once = models.UniqueIndex(
        "(unit_id, plan_year) WHERE workflow_state IN ('draft', 'running')",
        "The unit already has a commitment for this plan year that is not signed yet. "
        "Open that one.",
    )
    _version_once = models.UniqueIndex(
        "(unit_id, plan_year, version)"
        " WHERE workflow_state NOT IN ('rejected', 'cancelled')",
        "The unit already has a commitment for this plan year. Open the version in "
        "force and plan again from there.",
    )
    _version_positive = models.Constraint(
        "CHECK (version > 0 AND month_locked BETWEEN 0 AND 13)",
        "Versions are counted from one, and a plan year has thirteen months.",
    )

    def init(self):
        self.pool.post_init(documents.protect_posted, self.env, self._table)
        self.pool.post_init(store.protect_files, self.env)

    # === COMPUTE METHODS === #

    @api.depends("file")
    def _compute_file_hash(self):
        for commitment in self:
            commitment.file_hash = commitment._hash_file()

    @api.depends("line_ids.amount")
    def _compute_amount_total(self):
        totals = dict(
            self.env["mtqg.commitment.line"]._read_group(
                [("commitment_id", "in", self.ids)], ["commitment_id"], ["amount:sum"]
            )
        )
        for commitment in self:
            # a draft may promise more than there is; it cannot be submitted
            total = totals.get(commitment._origin, 0)
            commitment.amount_total = min(int(total), MAX_DONG)

    @api.depends(*LINE_CONTENT, "is_current")
    def _compute_progress(self):
        in_force = self._origin.filtered("is_current")
        found = store.find_progress(self.env, today_vn(), in_force.ids)
        for commitment in self:
            due, paid = found.get(commitment._origin.id, (0, 0))
            commitment.amount_due = due
            commitment.amount_actual = paid
            commitment.amount_difference = paid - due
            commitment.is_behind = paid < due

    def _search_is_behind(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = store.find_progress(self.env, today_vn())
        behind = [id_ for id_, (due, paid) in found.items() if paid < due]
        return Domain("id", "in", behind)

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su and vals.keys() & {"unit_id", "plan_year"}:
            self._check_not_replan()
        return super().write(vals)

    def _check_not_replan(self):
        if self.filtered("previous_id"):
            raise UserError(
                self.env._("A later version keeps the unit and the plan year.")
            )

    # === ACTION METHODS === #

    def action_submit(self, comment=None):
        """Ask the leader of the unit to sign.

        :param str comment: kept in the event; where the commitment promises less than
            a milestone asks and gives no reason yet, the comment is that reason
        :raise UserError: naming every commitment that cannot be submitted, and why
        """
        self.check_access("write")
        if comment:
            # of a hand-over the comment only names the decision
            silent = self.filtered(
                lambda c: (
                    not (c._is_locked() or c.shortfall_reason or c.hand_over_id)
                    and c.shortfall
                )
            )
            silent.write({"shortfall_reason": comment})
        return super().action_submit(comment)

    def action_open_deviation(self):
        """Open promised and disbursed amounts of this unit and plan year, by month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_disbursement.mtqg_commitment_deviation_action"
        )
        action["domain"] = [
            ("unit_id", "=", self.unit_id.id),
            ("plan_year", "=", self.plan_year),
        ]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _hash_file(self):
        """Return the SHA-256 of the signed file, or False without one."""
        self.ensure_one()
        content = base64.b64decode(self.with_context(bin_size=False).file or b"")
        return hashlib.sha256(content).hexdigest() if content else False

    def _hash_content(self):
        """Return the SHA-256 of all that is signed, by the codes that people know."""
        self.ensure_one()
        return promise.digest(
            {
                "number": self.number,
                "date": self.date,
                "unit": self.unit_id.code,
                "plan_year": self.plan_year,
                "version": self.version,
                "lines": sorted(
                    [
                        line.program_id.code,
                        line.origin_year,
                        line.nature,
                        line.project_id.code or "",
                        line.month,
                        line.amount,
                    ]
                    for line in self.line_ids
                ),
            }
        )

    def _on_workflow_done(self):
        """Freeze the versions: who signed, when, and what exactly."""
        self._raise_blockers(lambda commitment: commitment._find_content_faults())
        # an attachment may have changed behind the form while it was a draft
        self.invalidate_recordset(["file"])
        for commitment in self:
            commitment.write(
                {
                    "leader_id": self.env.uid,
                    "date_signed": fields.Datetime.now(),
                    "content_hash": commitment._hash_content(),
                    "file_hash": commitment._hash_file(),
                }
            )
        return super()._on_workflow_done()
