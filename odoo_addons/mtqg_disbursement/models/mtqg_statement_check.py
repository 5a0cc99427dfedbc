from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..store import statements as store
from .statement_load import StatementLoad
from .statement_messages import describe_totals

SHOWN_ERRORS = 500
NAMED_ERRORS = 10
NAMED_LINES = 5
SAMPLE_CELLS = 3
SAMPLE_LENGTH = 60


class MtqgStatement(models.Model):
    _inherit = "mtqg.statement"

    totals_status = fields.Selection(
        [
            ("agrees", "All proved"),
            ("partly", "Partly proved"),
            ("differs", "A sum is wrong"),
            ("none", "No sums"),
        ],
        string="Own sums",
        readonly=True,
        copy=False,
    )
    totals_checked = fields.Integer(
        string="Sums added up again", readonly=True, copy=False
    )
    totals_uncovered = fields.Integer(
        string="Amounts in no sum", readonly=True, copy=False
    )
    totals_note = fields.Text(
        string="What its own sums prove", compute="_compute_totals_note"
    )
    preview = fields.Json(string="First rows as understood", readonly=True, copy=False)

    # === COMPUTE METHODS === #

    @api.depends("totals_status", "totals_checked", "totals_uncovered")
    @api.depends_context("lang")
    def _compute_totals_note(self):
        for statement in self:
            statement.totals_note = statement.totals_status and describe_totals(
                self.env,
                statement.totals_status,
                statement.totals_checked,
                statement.totals_uncovered,
            )

    # === ACTION METHODS === #

    def action_check(self):
        """Read the whole file and show what is found; no line is kept.

        :return: list of {sheet, cell, value, reason}, empty when all is well
        """
        self._check_may_load()
        return self._list_findings(self._examine())

    def action_import(self):
        """Keep the lines of a file without errors; those known already once only.

        :return: True
        :raise UserError: naming the cells that are wrong; nothing is kept then
        """
        self._check_may_load()
        load = self._examine(self._get_goal())
        if not load.is_sound:
            raise UserError(self._describe_findings(self._list_findings(load)))
        self._keep(load)
        return True

    # === BUSINESS METHODS === #

    def _check_may_load(self):
        """Refuse what cannot be read, or is there already.

        :raise UserError: with what to do instead
        """
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        if not self.file_hash:
            raise UserError(self.env._("Choose the file of the statement first."))
        earlier = self.sudo().search(
            [
                ("file_hash", "=", self.file_hash),
                ("state", "in", ("queued", "loading", "imported")),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if earlier:
            raise UserError(self._describe_same_file(earlier))

    def _describe_same_file(self, earlier):
        """Say which earlier statement has the file, as far as the user may know."""
        visible = earlier.sudo(False)._filtered_access("read")
        return self.env._(
            "%(file)s is already here as statement %(name)s of %(day)s, with %(count)s "
            "lines. Open that statement instead.",
            file=self.filename or self.env._("The file"),
            name=visible.display_name or self.env._("of another unit"),
            day=earlier.create_date.strftime("%d/%m/%Y"),
            count=earlier.line_count,
        )

    def _examine(self, goal=None, progress=None):
        """Read the file, keep its lines if a goal is given; return the load."""
        load = StatementLoad(self)
        if progress:
            load.progress = progress
        load.run(goal)
        self.sudo()._show(load)
        if load.is_sound and load.is_corrected:
            self._remember(load)
        return load

    def _list_findings(self, load):
        """Return the findings as callers get them."""
        found = self.env["mtqg.statement.error"].new
        return [
            {
                "sheet": finding.sheet,
                "cell": finding.cell,
                "value": finding.value,
                "reason": finding.reason
                or found(
                    {
                        "code": finding.code,
                        "value": finding.value,
                        "details": finding.values,
                    }
                ).reason,
            }
            for finding in load.findings
        ]

    def _describe_findings(self, found):
        """Return one message that names the first wrong cells."""
        listed = [
            f"{error['sheet']} {error['cell']}: {error['reason']}".strip(" :")
            for error in found[:NAMED_ERRORS]
        ]
        return self.env._(
            "Nothing was imported from %(file)s. Errors found: %(count)s\n%(errors)s",
            file=self.filename or self.env._("the file"),
            count=len(found),
            errors="\n".join(listed),
        )

    def _keep(self, load):
        """Say what is kept, and what others have already."""
        statement, staged, kept = self.sudo(), load.staged, load.kept
        known = []
        if kept < staged:
            goal = self._get_goal()
            known = store.find_known(self.env, load.source, goal, NAMED_LINES)
        if not kept:
            raise UserError(self._describe_all_known(known))
        found = load.found or store.count_kept(self.env, self.id)
        statement.write(
            {
                "state": "imported",
                "line_count": found["lines"],
                "amount_total": found["amount"],
                "known_count": staged - kept,
                "known_ids": [
                    Command.create(
                        {
                            "earlier_id": earlier,
                            "line_count": count,
                            "names": ", ".join(map(str, rows)),
                        }
                    )
                    for earlier, count, rows in known
                ],
                "project_missing": found["project"],
                "program_missing": found["program"],
                "unit_missing": found["unit"],
            }
        )
        statement.invalidate_recordset(["line_ids"])

    def _describe_all_known(self, known):
        """Say which earlier statements have all the lines."""
        earlier = self.browse([statement_id for statement_id, *_rest in known])
        return self.env._(
            "Nothing was imported from %(file)s: all its lines are already here, in "
            "%(names)s.",
            file=self.filename or self.env._("the file"),
            names=", ".join(earlier.mapped("display_name")),
        )

    # === What was found === #

    def _show(self, load):
        """Keep what was understood and what is wrong, for the form."""
        report = load.reading.report if load.reading else None
        is_sound = load.is_sound
        kinds = [finding.kind for finding in load.findings]
        had_errors = self.error_count or self.question_count
        self.write(
            {
                "state": "wrong" if load.findings else "checked",
                "error_ids": [Command.clear()] * bool(had_errors)
                + [
                    Command.create(self._prepare_finding(finding))
                    for finding in load.findings[:SHOWN_ERRORS]
                ],
                "question_count": kinds.count("question"),
                "error_count": self._count_errors(load),
                "line_count": load.staged if is_sound else 0,
                "amount_total": load.amount if is_sound else 0,
                "totals_status": report and report.status,
                "totals_checked": report.checked if report else 0,
                "totals_uncovered": sum(report.uncovered.values()) if report else 0,
                **self._show_profile(load),
            }
        )

    def _count_errors(self, load):
        if load.reading:
            return load.reading.error_count
        return len(load.findings) - sum(f.kind == "question" for f in load.findings)

    def _prepare_finding(self, finding):
        row = "".join(c for c in finding.cell if c.isdigit())
        details = dict(finding.values)
        if finding.reason:
            details["reason"] = finding.reason
        return {
            "kind": finding.kind,
            "sheet": finding.sheet,
            "cell": finding.cell,
            "value": finding.value,
            "code": finding.code,
            "name": f"{finding.sheet}!{row}" if row else False,
            "details": details,
        }

    def _show_profile(self, load):
        """Return the values that show columns and first rows."""
        found = load.guessed
        if found is None or found.sheet is None:
            return {"column_ids": [Command.clear()], "preview": False}
        rows = found.sheet.rows[found.first_row :]
        prepare = self.env["mtqg.statement.column"]._prepare
        content = found.profile.to_dict()
        if content == self.content and self.preview:
            return {"sheet_read": found.sheet.name}
        columns = [
            Command.create(prepare(column, _sample(rows, column.index)))
            for column in found.profile.columns
        ]
        return {
            "sheet_read": found.sheet.name,
            "content": content,
            "column_ids": [Command.clear(), *columns],
            "preview": _preview(found),
        }

    # === Profiles === #

    def _find_profiles(self, shapes):
        """Return the remembered profiles of shapes: the unit's own go first."""
        unit = self.sudo().unit_id
        path = [int(id_) for id_ in unit.parent_path.strip("/").split("/")]
        found = self.env["mtqg.statement.profile"].search(
            [("shape", "in", list(shapes)), ("unit_id", "in", path)], order="id desc"
        )
        return found.sorted(lambda profile: -path.index(profile.unit_id.id))

    def _remember(self, load):
        """Keep a corrected profile for the next file of its shape."""
        profile = load.get_remembered()
        known = self.env["mtqg.statement.profile"].search(
            [("shape", "=", profile.shape), ("unit_id", "=", self.unit_id.id)], limit=1
        )
        values = {"content": profile.to_dict(), "shape": profile.shape}
        if known:
            known.sudo().write(values)
        else:
            known = known.sudo().create(
                {"name": self.filename, "unit_id": self.unit_id.id, **values}
            )
        self.sudo().profile_id = known


def _sample(rows, index):
    """Return the first filled cells of a column, shortened."""
    cells = [
        str(row[index])[:SAMPLE_LENGTH]
        for row in rows[:50]
        if index < len(row) and row[index] is not None
    ]
    return " · ".join(cells[:SAMPLE_CELLS])


def _preview(found):
    """Return the first rows as they were understood, as plain data."""
    headings = {c.index: c.heading for c in found.profile.columns}
    return [
        {
            "row": view.row + 1,
            "kind": view.kind,
            "label": view.label,
            "amounts": [
                [headings.get(column, ""), amount]
                for column, amount in sorted(view.amounts.items())
            ],
        }
        for view in found.rows
    ]
