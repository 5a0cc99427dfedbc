import base64
import binascii
import hashlib
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..clock import today_vn
from ..engine.money import group_digits
from ..engine.table_reading import Options, read_plan
from ..fields import Dong
from ..files.reading import read_sheets
from ..files.refusal import FileRefused
from ..models.file_messages import describe_refusal
from ..models.mtqg_allocation import NATURES, SOURCES
from .mtqg_decision_import_messages import describe_cell
from .mtqg_decision_import_resolver import Resolver

SHOWN_ERRORS = 500
NAMED_ERRORS = 10
MONEY_UNITS = [
    ("dong", "đồng"),
    ("thousand", "thousand đồng"),
    ("million", "million đồng"),
    ("billion", "billion đồng"),
]


class MtqgDecisionImport(models.TransientModel):
    """Reads the lines of a decision from an XLSX, XLS or CSV table.

    The whole file is checked first: every error names its cell, and nothing is kept
    from a file with errors. State: new -> wrong or ready.
    """

    _name = "mtqg.decision.import"
    _description = "Import of decision lines"

    # The file.
    file = fields.Binary(required=True)
    filename = fields.Char()
    sheet_name = fields.Char(
        string="Sheet", help="Only needed when several sheets hold a table."
    )
    money_unit = fields.Selection(
        MONEY_UNITS,
        string="Unit of money",
        help="The unit the file says, unless you choose another.",
    )
    decimal_mark = fields.Selection(
        [(",", "Comma: 1.234,5"), (".", "Point: 1,234.5")],
        string="Decimal mark",
        help="Found from the file; choose it when the file uses both ways.",
    )

    # The decision.
    decision_id = fields.Many2one(
        "mtqg.decision",
        string="Add to decision",
        ondelete="cascade",
        domain="[('workflow_state', '=', 'draft'), ('reversal_of_id', '=', False)]",
    )
    number = fields.Char()
    date = fields.Date(string="Decision date", default=lambda _self: today_vn())
    kind = fields.Selection(
        selection=lambda self: self.env["mtqg.decision"]._fields["kind"].selection,
        default="assign",
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        string="Issued by",
        ondelete="cascade",
        default=lambda self: self.env.user.mtqg_unit_ids[:1],
    )
    plan_year = fields.Integer(default=lambda _self: today_vn().year)
    summary = fields.Char()

    # What the lines are, where the file does not say.
    line_kind = fields.Selection(
        [
            ("root", "Capital from outside"),
            ("below", "Capital passed on by the issuer"),
        ],
        string="Lines",
        required=True,
        default="root",
    )
    origin_year = fields.Integer(
        compute="_compute_origin_year",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    nature = fields.Selection(NATURES)
    source = fields.Selection(SOURCES)
    program_id = fields.Many2one("mtqg.program", ondelete="cascade")

    # What was found.
    state = fields.Selection(
        [("new", "Not checked"), ("wrong", "With errors"), ("ready", "Ready")],
        default="new",
        required=True,
        readonly=True,
    )
    notice = fields.Text(readonly=True)
    error_ids = fields.One2many("mtqg.decision.import.error", "import_id")
    line_ids = fields.One2many("mtqg.decision.import.line", "import_id")
    total_ids = fields.One2many("mtqg.decision.import.total", "import_id")
    error_count = fields.Integer(readonly=True)
    totals_checked = fields.Integer(string="Totals checked", readonly=True)
    amount_total = Dong(string="Sum", readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("plan_year", "decision_id")
    def _compute_origin_year(self):
        for wizard in self:
            wizard.origin_year = wizard.decision_id.plan_year or wizard.plan_year

    # === ONCHANGE METHODS === #

    @api.onchange("file")
    def _onchange_file(self):
        self.state = "new"
        if not self.file:
            return None
        try:
            reading = self._read_table()
        except FileRefused as refusal:
            message = describe_refusal(self.env, refusal)
            return {"warning": {"title": self.env._("File"), "message": message}}
        self.money_unit = reading.money_unit_said or self.money_unit
        return None

    # === ACTION METHODS === #

    def action_check(self):
        """Check the file and fill the preview; nothing else is changed.

        :return: list of {sheet, cell, value, reason}, empty when all is well
        """
        self.ensure_one()
        self._check_header()
        lines, errors = self._examine()
        self._show(lines, errors)
        return errors

    def action_preview(self):
        """Check the file and show what was found (button)."""
        self.action_check()
        return self._reopen()

    def action_import(self):
        """Make the draft decision, or add to it, from a file without errors.

        :return: the action that opens the decision
        :raise UserError: naming the cells that are wrong; nothing is kept then
        """
        self.ensure_one()
        if errors := self.action_check():
            raise UserError(self._describe_errors(errors))
        content = self._get_content()
        digest = hashlib.sha256(content).hexdigest()
        self._check_not_imported(digest)
        decision = self._save_decision(digest)
        self._attach_file(decision, content)
        return {
            "type": "ir.actions.act_window",
            "res_model": "mtqg.decision",
            "res_id": decision.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _get_content(self):
        """Return the bytes of the file.

        :raise FileRefused: it is not what a browser or client would have sent
        """
        try:
            return base64.b64decode(self.with_context(bin_size=False).file or b"")
        except (binascii.Error, ValueError) as error:
            raise FileRefused(code="broken") from error

    def _read_table(self):
        options = Options(
            money_unit=self.money_unit or None,
            decimal_mark=self.decimal_mark or None,
            sheet=(self.sheet_name or "").strip() or None,
            with_decreases=self._get_header()["kind"] == "adjust",
        )
        return read_plan(read_sheets(self._get_content(), self.filename or ""), options)

    def _get_header(self):
        """Return what the decision says, that of the form or the one added to."""
        names = ("number", "date", "kind", "unit_id", "plan_year")
        return {name: (self.decision_id or self)[name] for name in names}

    def _check_header(self):
        """Refuse a decision that is not complete, or closed.

        :raise UserError: naming what is missing
        """
        if self.decision_id:
            self.decision_id.check_access("write")
            self.decision_id._check_open_for_editing()
            self.decision_id._check_not_reversal()
        header = self._get_header()
        if missing := [name for name, value in header.items() if not value]:
            labels = [
                self._fields[name]._description_string(self.env) for name in missing
            ]
            raise UserError(
                self.env._(
                    "Fill in %(fields)s before the file is checked.",
                    fields=", ".join(labels),
                )
            )
        header["unit_id"].check_access("read")

    def _examine(self):
        """Read and resolve the file; return (values of lines, error dicts)."""
        try:
            reading = self._read_table()
        except FileRefused as refusal:
            reason = describe_refusal(self.env, refusal)
            return [], [_error("", "", self.filename or "", reason)]
        resolver = Resolver(self)
        lines = resolver.resolve(reading.lines)
        errors = [
            _error(e.sheet, e.cell, e.value, describe_cell(self.env, e))
            for e in [*reading.errors, *resolver.errors]
        ]
        self.totals_checked = reading.totals_checked
        self.notice = self._describe_reading(reading)
        return ([] if errors else lines), errors

    def _describe_reading(self, reading):
        """Say what was assumed about the file, where the user should look."""
        units = dict(self._fields["money_unit"]._description_selection(self.env))
        said = reading.money_unit_said
        if said and said != reading.money_unit:
            return self.env._(
                "Cell %(cell)s says “%(said)s”, but the amounts are read in "
                "%(unit)s, as you chose.",
                cell=reading.money_unit_cell,
                said=units[said],
                unit=units[reading.money_unit],
            )
        return False

    def _show(self, lines, errors):
        """Fill the preview."""
        self.write(
            {
                "state": "wrong" if errors else "ready",
                "error_count": len(errors),
                "amount_total": sum(line["amount"] for line in lines),
                "error_ids": [fields.Command.clear()]
                + [fields.Command.create(error) for error in errors[:SHOWN_ERRORS]],
                "line_ids": [fields.Command.clear()]
                + [fields.Command.create(_as_ids(line)) for line in lines],
                "total_ids": [fields.Command.clear()]
                + [fields.Command.create(total) for total in self._sum_up(lines)],
            }
        )

    def _sum_up(self, lines):
        """Return the totals by program and by source."""
        labels = dict(self._fields["source"]._description_selection(self.env))
        totals = []
        for kind, name_of in (
            ("program", lambda line: line["program_id"].display_name),
            ("source", lambda line: labels[line["source"]]),
        ):
            amounts, counts = Counter(), Counter()
            for line in lines:
                amounts[name_of(line)] += line["amount"]
                counts[name_of(line)] += 1
            totals += [
                {"kind": kind, "name": n, "line_count": counts[n], "amount": amounts[n]}
                for n in amounts
            ]
        return totals

    def _describe_errors(self, errors):
        """Return one message that names the first wrong cells."""
        listed = [
            f"{error['sheet']} {error['cell']}: {error['reason']}".strip(" :")
            for error in errors[:NAMED_ERRORS]
        ]
        return self.env._(
            "Nothing was imported from %(file)s. Errors found: %(count)s\n%(errors)s",
            file=self.filename or self.env._("the file"),
            count=len(errors),
            errors="\n".join(listed),
        )

    def _check_not_imported(self, digest):
        header = self._get_header()
        earlier = self.env["mtqg.decision"]._find_imported(
            digest, header["number"], header["unit_id"]
        )
        if earlier:
            raise UserError(
                self.env._(
                    "%(file)s was already imported on %(day)s as decision %(number)s, "
                    "which has %(count)s lines. Open that decision instead.",
                    file=self.filename or self.env._("The file"),
                    day=earlier.create_date.strftime("%d/%m/%Y"),
                    number=earlier.number,
                    count=earlier.line_count,
                )
            )

    def _save_decision(self, digest):
        commands = [
            fields.Command.create(values)
            for values in self.line_ids._prepare_decision_lines()
        ]
        decision = self.decision_id
        if decision:
            decision.write({"line_ids": commands})
        else:
            decision = decision.create(
                self._prepare_decision() | {"line_ids": commands}
            )
        decision._note_imported(digest)
        return decision

    def _prepare_decision(self):
        header = self._get_header()
        return {
            "number": header["number"].strip(),
            "date": header["date"],
            "kind": header["kind"],
            "unit_id": header["unit_id"].id,
            "plan_year": header["plan_year"],
            "summary": self.summary,
        }

    def _attach_file(self, decision, content):
        body = self.env._(
            "%(count)s lines over %(amount)s đồng were imported from this file.",
            count=len(self.line_ids),
            amount=group_digits(self.amount_total),
        )
        decision.message_post(
            body=body, attachments=[(self.filename or "import", content)]
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import lines"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }


def _error(sheet, cell, value, reason):
    """Shape an error for callers and for the list on the form."""
    return {"sheet": sheet, "cell": cell, "value": value, "reason": reason}


def _as_ids(line):
    """Write records as their ids."""
    return {
        name: value.id if isinstance(value, models.BaseModel) else value
        for name, value in line.items()
    }
