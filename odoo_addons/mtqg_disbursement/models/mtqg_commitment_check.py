from odoo import api, fields, models
from odoo.exceptions import UserError

from ..clock import today_vn
from ..engine import promise
from ..engine.curve import MONTHS, months_past
from ..engine.money import group_digits
from ..store import commitments as store
from .mtqg_commitment import LINE_CONTENT


class MtqgCommitment(models.Model):
    """What is asked of a commitment before it is signed, and when it may change."""

    _inherit = "mtqg.commitment"

    shortfall = fields.Text(string="Less than asked", compute="_compute_shortfall")
    shortfall_reason = fields.Text(
        string="Why less is promised",
        copy=False,
        help="A commitment may promise less than a milestone asks, if it says why.",
    )

    # === COMPUTE METHODS === #

    @api.depends(*LINE_CONTENT, "unit_id", "plan_year", "workflow_state")
    @api.depends_context("lang", "uid")
    def _compute_shortfall(self):
        for commitment in self:
            is_open = commitment.workflow_state in {"draft", "running"}
            found = commitment._find_shortfalls() if is_open else ()
            commitment.shortfall = "\n".join(
                commitment._describe_shortfall(one) for one in found
            )

    # === ACTION METHODS === #

    def action_replan(self, reason=None):
        """Make the draft of the next version of this commitment, and open it.

        Months that are over keep what this version promised.

        :param str reason: why; it can be completed on the draft before submitting
        :raise UserError: outside the window of a quarter, naming the next one, and if
            this version is not in force or its next one already exists
        """
        self.ensure_one()
        self.check_access("write")
        self._check_in_force()
        if fault := self._describe_closed_window():
            raise UserError(fault)
        draft = self._make_next_version(reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS - THE NEXT VERSION === #

    def _make_next_version(self, reason):
        today = today_vn()
        draft = self.sudo().create(
            {
                "number": self.number,
                "date": today,
                "unit_id": self.unit_id.id,
                "plan_year": self.plan_year,
                "version": self.version + 1,
                "previous_id": self.id,
                "month_locked": months_past(self.plan_year, today),
                "reason": reason,
            }
        )
        store.copy_lines(self.env, self.id, draft.id)
        draft.modified(["line_ids"])
        return draft

    def _get_windows(self):
        days = self.env["res.config.settings"]._get_mtqg_window()
        return promise.windows(self.plan_year, *days)

    def _describe_closed_window(self):
        """Return why the commitment may not be planned again today, or nothing."""
        today, known = today_vn(), self._get_windows()
        if promise.open_window(today, known):
            return ""
        coming = promise.next_window(today, known)
        if not coming:
            return self.env._(
                "A commitment is planned again in the window of a quarter only, and "
                "plan year %(year)s has none left.",
                year=self.plan_year,
            )
        return self.env._(
            "A commitment is planned again in the window of a quarter only. The next "
            "one is open from %(start)s to %(end)s.",
            start=coming.start.strftime("%d/%m/%Y"),
            end=coming.end.strftime("%d/%m/%Y"),
        )

    # === BUSINESS METHODS - WHAT IS ASKED BEFORE SIGNING === #

    def _find_document_faults(self):
        return [
            *self._find_content_faults(),
            *self._find_moment_faults(),
            *self._find_shortfall_faults(),
        ]

    def _find_content_faults(self):
        """Return what is wrong with the content, at submission and at signature."""
        self.ensure_one()
        if not self.line_ids:
            text = self.env._("It promises nothing. Enter the amounts by month.")
            return [self._blocker("empty", text)]
        return [
            *(self._blocker("capital", text) for text in self._describe_excesses()),
            *(self._blocker("locked", text) for text in self._describe_changed_past()),
        ]

    def _find_moment_faults(self):
        """Return what a later version asks for when it is submitted."""
        if not self.previous_id:
            return []
        faults = []
        if not (self.reason or "").strip():
            text = self.env._("Give the reason for planning again.")
            faults.append(self._blocker("reason", text))
        if closed := self._describe_closed_window():
            faults.append(self._blocker("window", closed))
        if not self.previous_id.date <= self.date <= today_vn():
            text = self.env._(
                "Its date lies between that of the version before, %(day)s, and today.",
                day=self.previous_id.date.strftime("%d/%m/%Y"),
            )
            faults.append(self._blocker("date", text))
        return faults

    def _find_shortfall_faults(self):
        if not self.shortfall or (self.shortfall_reason or "").strip():
            return []
        text = self.env._(
            "It promises less than is asked. Promise more, or say why not:\n"
            "%(missing)s",
            missing=self.shortfall,
        )
        return [self._blocker("milestone", text)]

    def _describe_excesses(self):
        """Yield a sentence on each row that promises more than the unit has for it."""
        matrix = self._read_matrix()
        covered = promise.cover(matrix, self._read_capital()[self])
        for subject, amounts in matrix.items():
            capital = covered[subject].total
            # what is over cannot be taken back, but nothing is promised on top of it
            limit = max(capital, sum(amounts[: self.month_locked]))
            if sum(amounts) > limit:
                yield self.env._(
                    "%(subject)s: %(promised)s đồng are promised, but the unit has "
                    "%(capital)s đồng for it, disbursed capital included. Promise "
                    "%(excess)s đồng less.",
                    subject=self._describe_subject(subject),
                    promised=group_digits(sum(amounts)),
                    capital=group_digits(capital),
                    excess=group_digits(sum(amounts) - limit),
                )

    def _describe_changed_past(self):
        if not self.previous_id:
            return
        for subject in promise.changed_past(
            self.previous_id._read_matrix(), self._read_matrix(), self.month_locked
        ):
            yield self.env._(
                "%(subject)s: the months up to %(month)s are over and keep what the "
                "version before promised.",
                subject=self._describe_subject(subject),
                month=f"{self.month_locked:02}/{self.plan_year}",
            )

    # === BUSINESS METHODS - MILESTONES === #

    def _get_milestones(self):
        """Return the milestones that the unit's capital is under in the plan year.

        The last day of each balance (Luật 58/2024/QH15 article 72) comes on top.

        :return: list of ``engine.promise.Milestone``
        """
        self.ensure_one()
        rules = self.env["mtqg.deadline.rule"]
        return [
            promise.Milestone(*row)
            for row in rules._get_milestones(self.unit_id, self.plan_year)
        ]

    def _find_shortfalls(self):
        """Return where all rows together promise less than a milestone asks."""
        matrix = self._read_matrix()
        covered = promise.cover(matrix, self._read_capital()[self])
        rows = [
            promise.Row(
                subject[1], capital.total, capital.date_last, matrix.get(subject, ())
            )
            for subject, capital in covered.items()
            if capital.date_last
        ]
        return promise.find_shortfalls(
            rows, self._get_milestones(), self.plan_year, self.env._("last day")
        )

    def _describe_shortfall(self, found):
        milestone = found.milestone
        values = {
            "day": milestone.date.strftime("%d/%m/%Y"),
            "name": milestone.name,
            "percent": f"{milestone.percent:g}",
            "asked": group_digits(found.asked),
            "promised": group_digits(found.promised),
            "missing": group_digits(found.asked - found.promised),
        }
        if milestone.origin_year:
            return self.env._(
                "%(day)s, %(name)s, capital of %(year)s: %(percent)s %% asked, "
                "%(asked)s đồng; promised %(promised)s; %(missing)s đồng too few.",
                year=milestone.origin_year,
                **values,
            )
        return self.env._(
            "%(day)s, %(name)s: %(percent)s %% asked, %(asked)s đồng; promised "
            "%(promised)s; %(missing)s đồng too few.",
            **values,
        )

    # === BUSINESS METHODS - ROWS === #

    def _read_matrix(self):
        """Return {subject: thirteen amounts in đồng} of the lines."""
        self.ensure_one()
        matrix = {}
        for line in self.line_ids:
            row = matrix.setdefault(line._get_subject(), [0] * MONTHS)
            if 1 <= line.month <= MONTHS:
                row[line.month - 1] += line.amount
        return matrix

    def _read_capital(self):
        """Return {commitment: {subject: Capital}} of the balances of their units.

        Capital that was passed on, carried over or cancelled is not the unit's to
        promise any more.
        """
        found = {}
        groups = self.env["mtqg.allocation"]._read_group(
            [
                ("unit_id", "in", self.unit_id.ids),
                ("plan_year", "in", self.mapped("plan_year")),
            ],
            [
                "unit_id",
                "plan_year",
                "program_id",
                "origin_year",
                "nature",
                "project_id",
            ],
            ["amount_available:sum", "amount_disbursed:sum", "date_last:max"],
        )
        for unit, year, program, origin, nature, project, *sums in groups:
            capital = promise.Capital(int(sums[0]), int(sums[1]), sums[2])
            if capital.total:
                subject = (program.id, origin, nature, project.id)
                found.setdefault((unit.id, year), {})[subject] = capital
        return {
            commitment: found.get(
                (commitment.unit_id._origin.id, commitment.plan_year), {}
            )
            for commitment in self
        }

    def _describe_subject(self, subject):
        program, origin, nature, project = subject
        natures = dict(
            self.env["mtqg.commitment.line"]
            ._fields["nature"]
            ._description_selection(self.env)
        )
        return " · ".join(
            filter(
                None,
                (
                    self.env["mtqg.program"].browse(program).code,
                    project and self.env["mtqg.project"].browse(project).display_name,
                    str(origin),
                    natures[nature],
                ),
            )
        )
