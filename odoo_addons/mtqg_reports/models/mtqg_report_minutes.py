from datetime import UTC, date, datetime

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.mtqg_disbursement.clock import VIETNAM
from odoo.addons.mtqg_disbursement.engine import minutes
from odoo.addons.mtqg_disbursement.engine.money import group_digits

from ..layout.minutes_form import (
    ASSUMED_NOTE,
    EARLIER_NOTE,
    FormHead,
    FormLine,
    FormWords,
    form_page,
    summary_page,
)
from ..layout.xlsx import write_workbook

_REPORT = "mtqg_reports.mtqg_reconciliation_report"


class MtqgReportMinutes(models.AbstractModel):
    """Minutes of a reconciliation as forms 03/QTDA, and a summary of all projects.

    Everything comes from the content of the minutes: once signed, the same for ever.
    """

    _name = "mtqg.report.minutes"
    _description = "Form 03/QTDA"

    # === BUSINESS METHODS === #

    def _render_xlsx(self, document):
        """Return the forms of a reconciliation as the bytes of an XLSX file.

        Signed minutes give the same bytes whenever they are printed, whoever asks.
        """
        content = document._read_content()
        stamp = datetime.fromisoformat(content["date_to"])
        return write_workbook(
            self._build_pages(document, content), content["number"], stamp
        )

    def _build_pages(self, document, content=None):
        """Return the summary and one form for each project, as pages."""
        content = content or document._read_content()
        speaker = self._in_vietnamese()
        figures = minutes.read_figures(content)
        parts = minutes.by_project(figures)
        names = {code: (name, owner) for code, name, owner in content["projects"]}
        head = speaker._build_head(content)
        pages = [speaker._build_summary(head, figures, parts, names)]
        for code, own in parts.items():
            if code:
                pages.append(speaker._build_form(head, content, code, names[code], own))
        return pages

    def _in_vietnamese(self):
        """Return the builder in the language of the form, where it is installed."""
        installed = dict(self.env["res.lang"].get_installed())
        return self.with_context(lang="vi_VN") if "vi_VN" in installed else self

    def _build_head(self, content):
        return FormHead(
            owner=content["unit"][1],
            office=content["office"][1],
            until=f"{date.fromisoformat(content['date_to']):%d/%m/%Y}",
            state=self._describe_state(content),
        )

    def _describe_state(self, content):
        """Return what the register knows of the signatures."""
        if not content["signed"]:
            return self.env._(
                "Draft of the register, no. %(number)s, version %(version)s: not "
                "signed yet.",
                number=content["number"],
                version=content["version"],
            )
        return self.env._(
            "Signed in the register: no. %(number)s, version %(version)s; "
            "%(signatures)s. SHA-256: %(digest)s",
            number=content["number"],
            version=content["version"],
            signatures="; ".join(
                f"{name} ({_local(moment):%H:%M %d/%m/%Y})"
                for name, moment in content["signed"]
            ),
            digest=minutes.digest(minutes.write_content(content)),
        )

    def _build_summary(self, head, figures, parts, names):
        lines = []
        for code, own in parts.items():
            name = names.get(code, ("",))[0]
            label = f"{name} ({code})" if code else self.env._("Without project")
            lines.append((label, minutes.summary_row("", own).values))
        total = minutes.summary_row("", figures).values
        return summary_page(head, lines, total)

    def _build_form(self, head, content, code, project, figures):
        name, owner = project
        rows = minutes.form_rows(figures)
        return form_page(
            FormHead(
                owner=owner,
                office=head.office,
                until=head.until,
                project=name,
                project_code=code,
                state=head.state,
                source=_describe_source(content, code),
            ),
            [
                FormLine(row.number, row.kind, row.year, row.capital, row.values)
                for row in rows
            ],
            FormWords(
                content["remarks"],
                self._list_causes(content, code),
                content["proposals"],
            ),
        )

    def _list_causes(self, content, code):
        """Return a sentence for each difference of a project: class, amounts, cause."""
        return [
            self.env._(
                "%(kind)s: owner %(own)s, payment office %(office)s, difference "
                "%(difference)s đồng. %(cause)s",
                kind=found["class"],
                own=group_digits(found["own"]),
                office=group_digits(found["treasury"]),
                difference=group_digits(found["difference"]),
                cause=found["comment"] or found["explanation"],
            ).strip()
            for found in content["differences"]
            if found["project"] == code
        ]


class MtqgReconciliation(models.Model):
    _inherit = "mtqg.reconciliation"

    # === ACTION METHODS === #

    def action_download_minutes(self):
        """Download form 03/QTDA of every project, and their summary, as a spreadsheet.

        :raise UserError: if nothing is compared yet
        """
        return self._download(self.id)

    def action_print_minutes(self):
        """Print form 03/QTDA of every project, and their summary, as a PDF.

        :raise UserError: if nothing is compared yet
        """
        return self._print(_REPORT)

    # === BUSINESS METHODS === #

    def _download(self, path):
        self._check_printable()
        return {
            "type": "ir.actions.act_url",
            "url": f"/mtqg_reports/reconciliation/{path}.xlsx",
            "target": "download",
        }

    def _print(self, report):
        self._check_printable()
        return self.env.ref(report).report_action(self)

    def _check_printable(self):
        self.ensure_one()
        self.check_access("read")
        if not self.date_run:
            raise UserError(self.env._("Nothing is compared yet. Reconcile first."))

    def _get_minutes_filename(self, form="03-QTDA"):
        """Return the name of the printed file, without its ending."""
        self.ensure_one()
        return f"{form} {self.number} v{self.version}".replace("/", "-")


class ReportMinutes(models.AbstractModel):
    _name = "report.mtqg_reports.report_minutes"
    _inherit = ["mtqg.report.pages"]
    _description = "Form 03/QTDA on paper"
    _printed = "mtqg.reconciliation"
    _builder = "mtqg.report.minutes"


def _describe_source(content, code):
    """Return where figures come from that no statement of the period gives."""
    if code in content["assumed"]:
        return ASSUMED_NOTE
    number = content["earlier"]
    return EARLIER_NOTE.format(number=number) if number else ""


def _local(moment):
    """Return a moment of the content, in UTC, as a clock in Vietnam shows it."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(VIETNAM)
