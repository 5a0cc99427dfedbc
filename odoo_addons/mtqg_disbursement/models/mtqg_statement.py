import base64
import binascii
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..clock import today_vn
from ..engine.statement_lines import Scope
from ..fields import Dong
from ..store import statements as store

MONEY_UNITS = [
    ("dong", "đồng"),
    ("thousand", "thousand đồng"),
    ("million", "million đồng"),
    ("billion", "billion đồng"),
]
# what says what the lines are: fixed once they are there
_FIXED = {
    "file",
    "filename",
    "kind",
    "unit_id",
    "treasury_unit_id",
    "date_from",
    "date_to",
    "profile_id",
    "sheet_name",
    "heading_row",
    "heading_depth",
    "money_unit",
    "decimal_mark",
    "date_order",
    "outline",
    "column_ids",
    "aside_ids",
}
_CLOSED = ("queued", "loading", "imported")


class MtqgStatement(models.Model):
    """A table that the Treasury, or the national system, hands over, and its lines.

    The whole file is checked before anything is kept. State: draft -> checked (no
    error is left) or wrong -> queued -> loading -> imported, or failed.
    """

    _name = "mtqg.statement"
    _inherit = ["mtqg.scoped.mixin", "mail.thread", "mtqg.unit.now.mixin"]
    _description = "Treasury statement"
    _order = "date_to desc, id desc"

    name = fields.Char(compute="_compute_name", store=True, compute_sudo=False)
    kind = fields.Selection(
        [
            ("treasury", "State Treasury statement"),
            ("national", "Export of TABMIS or the national system"),
        ],
        string="Handed over by",
        required=True,
        default="treasury",
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        string="About",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self._default_unit(),
        help="The unit for which the statement was made: it and its superiors see it.",
    )
    treasury_unit_id = fields.Many2one(
        "mtqg.unit",
        string="Treasury office",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('kind', '=', 'treasury')]",
        default=lambda self: self._default_office(),
    )
    date_from = fields.Date(string="Period from")
    date_to = fields.Date(string="Period to", default=lambda _self: today_vn())

    # The file, and how it is read where a person has said it.
    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char(copy=False)
    file_hash = fields.Char(string="SHA-256 of the file", readonly=True, copy=False)
    profile_id = fields.Many2one(
        "mtqg.statement.profile", ondelete="restrict", index="btree_not_null"
    )
    sheet_name = fields.Char(
        string="Sheet", help="Only needed when several sheets hold a table."
    )
    heading_row = fields.Integer(
        string="Headings begin in row",
        aggregator=None,
        help="Only needed when the headings are not found.",
    )
    heading_depth = fields.Integer(
        string="Rows of headings", default=1, aggregator=None
    )
    money_unit = fields.Selection(MONEY_UNITS, string="Unit of money")
    decimal_mark = fields.Selection([(",", "Comma: 1.234,5"), (".", "Point: 1,234.5")])
    date_order = fields.Selection(
        [("dmy", "Day/month/year"), ("mdy", "Month/day/year")], string="Order of dates"
    )
    outline = fields.Selection(
        [
            ("flat", "Each row is a line"),
            ("keyed", "Rows without a code are sums"),
            ("numbered", "Numbering tells sums from lines"),
        ],
        string="Rows",
    )
    content = fields.Json(
        readonly=True, copy=False, help="The profile in use, as plain data."
    )

    # What was found.
    sheet_read = fields.Char(string="Sheet that was read", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Not checked"),
            ("wrong", "With errors"),
            ("checked", "Ready"),
            ("queued", "In the queue"),
            ("loading", "Being loaded"),
            ("imported", "Imported"),
            ("failed", "Failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    column_ids = fields.One2many(
        "mtqg.statement.column", "statement_id", string="Columns", copy=False
    )
    aside_ids = fields.One2many(
        "mtqg.statement.aside", "statement_id", string="Set aside", copy=False
    )
    error_ids = fields.One2many(
        "mtqg.statement.error", "statement_id", string="Errors", readonly=True
    )
    error_count = fields.Integer(readonly=True, copy=False)
    question_count = fields.Integer(readonly=True, copy=False)
    known_ids = fields.One2many(
        "mtqg.statement.known", "statement_id", string="Already here", readonly=True
    )
    known_count = fields.Integer(string="Lines already here", readonly=True, copy=False)
    line_ids = fields.One2many(
        "mtqg.statement.line", "statement_id", string="Lines", readonly=True
    )
    line_count = fields.Integer(string="Number of lines", readonly=True, copy=False)
    amount_total = Dong(string="Sum", readonly=True, copy=False)
    project_missing = fields.Integer(
        string="Lines of unknown projects", readonly=True, copy=False
    )
    program_missing = fields.Integer(
        string="Lines of unknown programs", readonly=True, copy=False
    )
    unit_missing = fields.Integer(
        string="Lines of unknown units", readonly=True, copy=False
    )

    # holds too when two people import the same file at the same moment
    _import_once = models.UniqueIndex(
        "(file_hash) WHERE state IN ('queued', 'loading', 'imported')",
        "This file was already imported as another statement. Open that statement "
        "instead of importing the file again.",
    )
    _period_in_order = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The period of a statement ends on or after the day it begins.",
    )

    def init(self):
        # the function that refuses changes is made with the ledger
        self.pool.post_init(store.install_guards, self.env)

    # === DEFAULTS === #

    @api.model
    def _default_unit(self):
        """Return the user's unit; of a Treasury office, what it serves."""
        units = self.env.user.mtqg_unit_ids
        own = units.filtered(lambda unit: unit.kind != "treasury")[:1]
        return own or self._find_served(units)[:1] or units[:1]

    @api.model
    def _default_office(self):
        """Return the user's Treasury office, or the one that serves his unit."""
        units = self.env.user.mtqg_unit_ids
        own = units.filtered(lambda unit: unit.kind == "treasury")[:1]
        return own or units[:1].treasury_id

    def _find_served(self, offices):
        """Return the units that Treasury offices serve, the highest first."""
        return self.env["mtqg.unit"].search(
            [("treasury_id.id", "child_of", offices.ids)], order="parent_path"
        )

    # === COMPUTE METHODS === #

    @api.depends("filename", "kind", "date_to")
    def _compute_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for statement in self:
            day = statement.date_to and statement.date_to.strftime("%d/%m/%Y")
            name = statement.filename or labels.get(statement.kind)
            statement.name = " · ".join(filter(None, (name, day)))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        hashes = [self._hash_file(vals) for vals in vals_list]
        statements = super().create(vals_list)
        for statement, digest in zip(statements, hashes, strict=True):
            if digest:
                statement.sudo().file_hash = digest
        return statements

    def write(self, vals):
        changed = _FIXED & vals.keys()
        if changed and not self.env.su:
            self._check_open()
        result = super().write(vals)
        if "file" in vals:
            self.sudo().write({"file_hash": self._hash_file(vals), "content": False})
            self.sudo().column_ids.unlink()
        if changed and not self.env.su:
            self.sudo()._reset()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        """Keep what a reconciliation that is under way or signed rests on."""
        used = (
            self.env["mtqg.reconciliation"]
            .sudo()
            .search([("statement_ids", "in", self.ids)])
            .filtered(lambda document: document.workflow_state != "draft")
        )
        if used:
            raise UserError(
                self.env._(
                    "Reconciliation %(number)s rests on this statement. Cancel it, or "
                    "make a new version without the statement, before deleting.",
                    number=used[:1].number,
                )
            )
        if any(statement.state == "loading" for statement in self):
            raise UserError(
                self.env._("The statement is being loaded. Cancel the loading first.")
            )
        rely = self.env["mtqg.statement.known"].sudo()
        if other := rely.search(
            [("earlier_id", "in", self.ids), ("statement_id", "not in", self.ids)],
            limit=1,
        ):
            raise UserError(
                self.env._(
                    "Statement %(name)s has lines that stand here and were not taken "
                    "twice. Delete that one first, then this one, and import it again.",
                    name=other.statement_id.display_name,
                )
            )

    # === BUSINESS METHODS === #

    def _check_open(self):
        """Refuse to change what lines were read from.

        :raise UserError: naming the statement
        """
        if closed := self.filtered(lambda statement: statement.state in _CLOSED)[:1]:
            raise UserError(
                self.env._(
                    "Statement %(name)s has been imported or is on its way: it does "
                    "not change. Delete it, and import the file again.",
                    name=closed.display_name,
                )
            )

    def _reset(self):
        """Forget the last check."""
        self.filtered(lambda statement: statement.state not in _CLOSED).write(
            {"state": "draft"}
        )

    def _hash_file(self, vals):
        """Return the SHA-256 of the file in values, or False.

        :raise ValidationError: it is not what a browser or client would have sent
        """
        coded = vals.get("file")
        if not coded:
            return False
        try:
            content = base64.b64decode(coded)
        except (binascii.Error, ValueError, TypeError):
            raise ValidationError(
                self.env._("The file is not encoded as base64. Send it so.")
            ) from None
        return hashlib.sha256(content).hexdigest()

    def _get_attachment(self):
        """Return the attachment that holds the file."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", self.id),
                ],
                ["store_fname", "file_size"],
                limit=1,
            )
        )

    def _read_content(self):
        """Return the bytes of the file."""
        return self._get_attachment().raw or b""

    def _get_aside(self):
        """Return the names of rows set aside, and of rows told to be sums."""
        names = {"aside": [], "sum": []}
        for row in self.aside_ids:
            names[row.kind].append(row.name)
        return names["aside"], names["sum"]

    def _get_scope(self):
        """Return what tells equal lines of different statements apart."""
        days = f"{self.date_from or ''}..{self.date_to or ''}"
        office = self.sudo().treasury_unit_id.code or ""
        return Scope(self.kind, f"{days} {office}", self.sudo().unit_id.code)

    def _get_goal(self):
        """Return where staged lines go, and in whose subtrees codes are looked up."""
        unit = self.sudo().unit_id
        tops = (unit | self.sudo()._find_served(unit)).ids
        return store.Goal(self.id, self._get_scope(), tuple(tops))
