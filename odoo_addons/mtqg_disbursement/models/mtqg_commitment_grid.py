from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..clock import today_vn
from ..engine import curve, promise
from ..engine.money import MAX_DONG, to_dong, to_rpc
from ..store import commitments as store
from .mtqg_allocation import NATURES
from .mtqg_commitment import LINE_CONTENT

# more rows than any unit has subjects, and fewer than would burden the server
_MOST_ROWS = 2_000


class MtqgCommitment(models.Model):
    """The commitment as one table: rows of thirteen months, read and saved at once."""

    _inherit = "mtqg.commitment"

    grid = fields.Json(
        string="Amounts by month",
        compute="_compute_grid",
        inverse="_inverse_grid",
        copy=False,
        help="One row for each subject with its capital and thirteen amounts in đồng. "
        "Writing it replaces all lines.",
    )

    # === COMPUTE METHODS === #

    @api.depends("unit_id", "plan_year", "month_locked", *LINE_CONTENT)
    @api.depends_context("uid", "lang")
    def _compute_grid(self):
        held = self._read_capital()
        paid = self._read_disbursed()
        for commitment in self:
            matrix = commitment._read_matrix()
            commitment.grid = {
                "plan_year": commitment.plan_year,
                "locked": commitment.month_locked,
                "past": curve.months_past(commitment.plan_year, today_vn()),
                "rows": [
                    commitment._prepare_row(subject, capital, matrix, paid[commitment])
                    for subject, capital in promise.cover(
                        matrix, held[commitment]
                    ).items()
                ],
            }

    def _prepare_row(self, subject, capital, matrix, paid):
        program_id, origin_year, nature, project_id = subject
        program = self.env["mtqg.program"].browse(program_id)
        project = self.env["mtqg.project"].browse(project_id or ())
        natures = dict(self.line_ids._fields["nature"]._description_selection(self.env))
        return {
            "program": program_id,
            "origin_year": origin_year,
            "nature": nature,
            "project": project_id or False,
            "code": program.code,
            "title": program.display_name,
            "project_title": project.display_name or "",
            "nature_title": natures[nature],
            "capital": to_rpc(capital.total),
            "disbursed": to_rpc(capital.disbursed),
            "last": capital.date_last
            and curve.month_of(self.plan_year, capital.date_last),
            "amounts": [
                to_rpc(amount) for amount in matrix.get(subject) or [0] * curve.MONTHS
            ],
            "actual": [to_rpc(amount) for amount in paid.get(subject, ())],
        }

    def _inverse_grid(self):
        for commitment in self:
            if commitment.grid:
                rows = commitment._check_rows(commitment.grid)
                store.save_lines(self.env, commitment.id, rows)
        self.invalidate_recordset(["line_ids"])
        self.modified(["line_ids"])

    # === ACTION METHODS === #

    @api.readonly
    def propose_grid(self, method):
        """Return the table filled in from the capital that the unit has.

        Months that are over keep what they hold: in a later version what was promised,
        in a first one what was disbursed. The rest of the capital is spread over the
        months up to the last day of the row, to the đồng.

        :param str method: ``even``, ``s_curve`` or ``contracts`` (by the days on which
            the contracts of the row's projects run, or the projects themselves)
        :return: dict as in ``grid``
        :raise UserError: for another method
        """
        self.ensure_one()
        self.check_access("read")
        if method not in curve.METHODS:
            raise UserError(
                self.env._(
                    "“%(method)s” is no way to fill in a commitment. There are: "
                    "%(known)s.",
                    method=method,
                    known=", ".join(curve.METHODS),
                )
            )
        grid = self.grid
        periods = self._read_periods() if method == "contracts" else {}
        for row in grid["rows"]:
            row["amounts"] = self._fill_row(row, method, periods)
        return grid

    def action_fill(self, method="even"):
        """Fill in the drafts with what ``propose_grid`` returns."""
        self.check_access("write")
        for commitment in self:
            commitment.write({"grid": commitment.propose_grid(method)})
        return True

    # === BUSINESS METHODS - FILLING IN === #

    def _fill_row(self, row, method, periods):
        first = self._get_first_month()
        key = (row["program"], row["project"])
        past = row["amounts"] if self.month_locked else row["actual"]
        past = [int(amount) for amount in (past or [0] * first)[: first - 1]]

        def spread(rest):
            last = row["last"] or curve.MONTHS
            return curve.spread(
                rest, method, self.plan_year, first, last, periods.get(key, ())
            )

        filled = curve.fill_row(past, int(row["capital"]), spread)
        return [to_rpc(amount) for amount in filled]

    def _get_first_month(self):
        """Return the first month to fill in: this one, or all of another year."""
        past = curve.months_past(self.plan_year, today_vn())
        if self.month_locked:
            return min(self.month_locked + 1, curve.MONTHS)
        return past + 1 if past < curve.MONTHS else 1

    def _read_periods(self):
        """Return {(program, project or False): [(start, end, đồng)]} of contracts.

        A project without a contract counts from its start to its completion with its
        total investment. Each counts for its own row and for that of its program.
        """
        periods = defaultdict(list)
        projects = self.env["mtqg.project"].search([("unit_id", "=", self.unit_id.id)])
        for project in projects:
            own = [
                (contract.date_start, contract.date_end, contract.amount)
                for contract in project.contract_ids
            ] or [(project.date_start, project.date_end, project.amount_total or 1)]
            periods[project.program_id.id, project.id] += own
            periods[project.program_id.id, False] += own
        return periods

    def _read_disbursed(self):
        """Return {commitment: {subject: thirteen amounts}} of what was disbursed."""
        held = self.env["mtqg.allocation"]._search(
            Domain("unit_id", "in", self.unit_id.ids)
            & Domain("plan_year", "in", self.mapped("plan_year"))
        )
        paid = store.disbursed_by_month(self.env, held)
        return {commitment: commitment._cover_disbursed(paid) for commitment in self}

    def _cover_disbursed(self, paid):
        """Return {subject: thirteen amounts} of what the rows of one version cover."""
        own = (self.unit_id._origin.id, self.plan_year)
        rows = set(self._read_matrix())
        found = {}
        for key, months in paid.items():
            if key[:2] == own:
                subject, whole = key[2:], (*key[2:5], False)
                target = whole if subject not in rows and whole in rows else subject
                row = found.setdefault(target, [0] * curve.MONTHS)
                for month, amount in months.items():
                    row[month - 1] += amount
        return found

    # === BUSINESS METHODS - WHAT COMES FROM OUTSIDE === #

    def _check_rows(self, grid):
        """Return the cells of a table that somebody sent, each checked.

        :return: list of (program, origin year, nature, project or None, month, đồng)
        :raise UserError: if the table is malformed, an amount is below zero or beyond
            what a balance holds, or a row points at what the user does not see
        """
        try:
            rows = [self._read_row(row) for row in grid["rows"]]
        except (
            KeyError,
            TypeError,
            ValueError,
            AttributeError,
            OverflowError,
        ) as error:
            raise UserError(
                self.env._(
                    "The table of months is not readable: %(error)s. Amounts are whole "
                    "đồng, zero or more.",
                    error=error,
                )
            ) from error
        self._check_subjects([subject for subject, _amounts in rows])
        return [
            (*subject[:3], subject[3] or None, month, amount)
            for subject, amounts in rows
            for month, amount in enumerate(amounts, 1)
        ]

    def _read_row(self, row):
        """Return (subject, amounts) of one row, or raise ValueError or the like."""
        subject = (
            int(row["program"]),
            int(row["origin_year"]),
            row["nature"],
            int(row.get("project") or 0) or False,
        )
        amounts = [to_dong(amount) for amount in row["amounts"]]
        if subject[2] not in dict(NATURES) or len(amounts) > curve.MONTHS:
            raise ValueError(subject)
        if not all(0 <= amount <= MAX_DONG for amount in amounts):
            raise ValueError(min(amounts))
        return subject, amounts

    def _check_subjects(self, subjects):
        if len(subjects) > min(len(set(subjects)), _MOST_ROWS):
            raise UserError(
                self.env._("The table of months names a row twice, or has too many.")
            )
        for model, place in (("mtqg.program", 0), ("mtqg.project", 3)):
            ids = {subject[place] for subject in subjects if subject[place]}
            records = self.env[model].browse(ids)
            if len(records.exists()) < len(records):
                raise UserError(
                    self.env._("The table of months names what does not exist.")
                )
            records.check_access("read")
