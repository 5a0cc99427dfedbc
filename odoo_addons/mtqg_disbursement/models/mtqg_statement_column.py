from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.statement_profile import from_dict
from ..files.sheet import column_letters
from .mtqg_allocation import NATURES, SOURCES
from .mtqg_statement import MONEY_UNITS

# kind and name of a meaning in the engine -> what the user chooses from
MEANINGS = [
    ("skip", "Not read"),
    ("key_project", "Project code"),
    ("key_project_name", "Project name"),
    ("key_program", "Program code"),
    ("key_program_name", "Program name"),
    ("key_unit", "Unit code"),
    ("key_unit_name", "Unit name"),
    ("key_treasury", "Treasury code"),
    ("key_origin_year", "Origin year"),
    ("key_plan_year", "Plan year"),
    ("key_nature", "Nature"),
    ("key_source", "Source"),
    ("key_kind", "Kind of payment"),
    ("key_voucher", "Voucher"),
    ("key_date", "Date"),
    ("key_voucher_date", "Date of the voucher"),
    ("key_content", "Content"),
    ("number", "Number of the row"),
    ("amount_assigned", "Amount assigned"),
    ("amount_allocated", "Amount allocated"),
    ("amount_entered", "Amount entered in TABMIS"),
    ("amount_amount", "Amount, of the kind of its row"),
    ("amount_advance", "Advance"),
    ("amount_completed", "Completed volume"),
    ("amount_recovered", "Advance recovered"),
    ("amount_refunded", "Refunded"),
    ("amount_disbursed", "Disbursed"),
]
_SKIPPED = {"": False, "rest": "skip", "text": "skip", "empty": "skip"}
_CORRECTIONS = {
    "meaning",
    "span",
    "nature",
    "source",
    "year",
    "is_carried",
    "money_unit",
}


class MtqgStatementColumn(models.Model):
    """What a column of a statement was understood to hold; a person may correct it."""

    _name = "mtqg.statement.column"
    _description = "Column of a Treasury statement"
    _order = "statement_id, index"
    _rec_name = "heading"

    statement_id = fields.Many2one(
        "mtqg.statement", required=True, ondelete="cascade", index=True, readonly=True
    )
    index = fields.Integer(readonly=True, aggregator=None)
    letter = fields.Char(string="Column", compute="_compute_letter")
    heading = fields.Char(readonly=True)
    sample = fields.Char(string="First cells", readonly=True)
    meaning = fields.Selection(MEANINGS)
    span = fields.Selection([("period", "In the period"), ("cumulative", "Cumulative")])
    nature = fields.Selection(NATURES)
    source = fields.Selection(SOURCES)
    year = fields.Integer(string="Of the plan of", aggregator=None)
    is_carried = fields.Boolean(string="Carried over")
    money_unit = fields.Selection(MONEY_UNITS, string="Unit of money")
    use = fields.Selection(
        [
            ("line", "Read"),
            ("total", "Sum of others, checked"),
            ("part", "Part of another one"),
        ],
        readonly=True,
    )
    is_corrected = fields.Boolean(string="Corrected", readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("index")
    def _compute_letter(self):
        for column in self:
            column.letter = column_letters(column.index)

    # === CRUD METHODS === #

    def write(self, vals):
        is_correction = bool(_CORRECTIONS & vals.keys()) and not self.env.su
        if is_correction:
            self.statement_id._check_open()
        result = super().write(vals)
        if is_correction:
            for column in self:
                column._correct()
        return result

    # === BUSINESS METHODS === #

    def _correct(self):
        """Put what the user says into the profile of the statement.

        :raise UserError: for what no column can hold
        """
        statement = self.statement_id.sudo()
        profile = from_dict(statement.content)
        try:
            profile = profile.with_column(self.index, **self._as_meaning())
        except ValueError:
            raise UserError(
                self.env._(
                    "Column %(column)s cannot hold this. Choose another meaning.",
                    column=self.letter,
                )
            ) from None
        statement.write({"content": profile.to_dict()})
        self.sudo().write({"is_corrected": True})
        statement._reset()

    def _as_meaning(self):
        """Return the choice as the engine names it."""
        kind, _underscore, name = (self.meaning or "skip").partition("_")
        if kind == "skip":
            return {"kind": "rest", "name": "other"}
        said = {"kind": kind, "name": name}
        if kind == "amount":
            said |= {
                "span": self.span or "",
                "nature": self.nature or None,
                "source": self.source or None,
                "year": self.year or None,
                "is_carried": self.is_carried or None,
                "money_unit": self.money_unit or None,
            }
        return said

    @api.model
    def _prepare(self, column, sample):
        """Return the values that show a column of the engine's profile."""
        meaning = column.meaning
        named = f"{meaning.kind}_{meaning.name}".strip("_")
        known = dict(MEANINGS)
        return {
            "index": column.index,
            "heading": column.heading,
            "sample": sample,
            "meaning": named if named in known else _SKIPPED.get(meaning.kind, False),
            "span": meaning.span,
            "nature": meaning.nature,
            "source": meaning.source,
            "year": meaning.year,
            "is_carried": bool(meaning.is_carried),
            "money_unit": column.money_unit,
            "use": column.use if meaning.kind == "amount" else False,
            "is_corrected": column.reason == "corrected",
        }
