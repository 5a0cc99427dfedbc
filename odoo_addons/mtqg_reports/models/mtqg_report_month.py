from datetime import datetime, time
from decimal import Decimal

from odoo import models

from odoo.addons.mtqg_disbursement.engine.treasury_month import add_lines

from ..layout.formats import Kind
from ..layout.page import Letterhead, Page, Signature
from ..layout.table import Column, Row, Style, Table
from ..layout.xlsx import write_workbook


class MtqgReportMonth(models.AbstractModel):
    """The Treasury's monthly report to the People's Committee, as three tables.

    Of the balances that the user may see: allocation and disbursement by program, the
    units that are slow, and the differences that are not settled.
    """

    _name = "mtqg.report.month"
    _description = "Monthly report of the Treasury"

    # === BUSINESS METHODS === #

    def _render_xlsx(self, asked):
        """Return the report as the bytes of an XLSX file.

        :param asked: a ``mtqg.treasury.month``
        """
        pages = self._build_pages(asked)
        stamp = datetime.combine(asked._get_days()[1], time.min)
        return write_workbook(pages, pages[0].table.title, stamp)

    def _build_pages(self, asked):
        month = asked._compile()
        tables = (
            self._build_programs(asked, month),
            self._build_units(asked, month),
            self._build_differences(asked),
        )
        head = Letterhead(asked.office_id.name or asked.unit_id.name or "")
        sign = (
            Signature(self.env._("PREPARED BY"), self.env._("(Signature, full name)")),
            Signature(
                self.env._("HEAD OF THE TREASURY OFFICE"),
                self.env._("(Signature and seal)"),
            ),
        )
        last = len(tables) - 1
        return [
            Page(table, head if not place else None, sign if place == last else ())
            for place, table in enumerate(tables)
        ]

    def _describe_scope(self, asked):
        first, last = asked._get_days()
        return self.env._(
            "Month %(month)s, until %(day)s; plan year %(year)s; %(scope)s",
            month=f"{first:%m/%Y}",
            day=f"{last:%d/%m/%Y}",
            year=asked.plan_year,
            scope=asked.unit_id.name or self.env._("all units served"),
        )

    def _build_programs(self, asked, month):
        total = add_lines(month.by_subject.values())
        return Table(
            name=self.env._("Programs"),
            title=self.env._("ALLOCATION AND DISBURSEMENT OF NATIONAL TARGET PROGRAMS"),
            subtitles=(self._describe_scope(asked),),
            columns=(
                Column(self.env._("Program, nature of capital"), width=46),
                Column(self.env._("Origin year"), Kind.CODE),
                *self._amount_columns(self.env._("Plan assigned (D2)")),
            ),
            rows=(
                *self._list_programs(month),
                _row((self.env._("Total"), None), total, Style.TOTAL),
            ),
            money_label=self.env._("Unit of money: %(unit)s", unit="đồng"),
            notes=(
                self.env._(
                    "Column 6 = column 5 / column 3. D2: capital assigned by the "
                    "province, with all supplements, each đồng counted once; carried "
                    "capital stands under its origin year."
                ),
            ),
        )

    def _list_programs(self, month):
        """Yield a row for each program, and below it its natures and origin years."""
        natures = dict(
            self.env["mtqg.allocation"]
            ._fields["nature"]
            ._description_selection(self.env)
        )
        ids = {program for program, *_rest in month.by_subject}
        for program in self.env["mtqg.program"].browse(ids).sorted("code"):
            own = {
                subject: line
                for subject, line in sorted(month.by_subject.items())
                if subject[0] == program.id
            }
            yield _row((program.name, None), add_lines(own.values()), Style.GROUP)
            for (_program, nature, year), line in own.items():
                yield _row((natures[nature], str(year)), line, level=1)

    def _amount_columns(self, plan):
        return (
            Column(plan, Kind.MONEY),
            Column(self.env._("Disbursed in the month"), Kind.MONEY),
            Column(self.env._("Disbursed in all"), Kind.MONEY),
            Column(self.env._("Ratio"), Kind.PERCENT),
            Column(self.env._("Outstanding advances"), Kind.MONEY),
        )

    def _build_units(self, asked, month):
        slow = month.slow_units(Decimal(str(asked.percent_low)))
        names = asked._name_units(slow)
        return Table(
            name=self.env._("Slow units"),
            title=self.env._("UNITS WITH LITTLE OR NO DISBURSEMENT"),
            subtitles=(self._describe_scope(asked),),
            columns=(
                Column(self.env._("No."), Kind.INTEGER, 6),
                Column(self.env._("Unit"), width=40),
                *self._amount_columns(self.env._("Plan held by the unit itself")),
            ),
            rows=tuple(
                _row((number, names[unit]), month.by_unit[unit])
                for number, unit in enumerate(slow, start=1)
            ),
            money_label=self.env._("Unit of money: %(unit)s", unit="đồng"),
            notes=(
                self.env._(
                    "Units that disbursed less than %(percent)s %% of the capital that "
                    "they hold (assigned less passed on). Column 6 = column 5 / "
                    "column 3.",
                    percent=f"{asked.percent_low:g}",
                ),
            ),
        )

    def _build_differences(self, asked):
        found = asked._sum_differences()
        lines = self.env["mtqg.reconciliation.line"]
        labels = dict(
            lines._fields["difference_class"]._description_selection(self.env)
        )
        names = asked._name_units([unit for unit, *_rest in found if unit])
        total = (
            None,
            self.env._("Total"),
            None,
            sum(count for _u, _k, count, _a in found),
            sum(amount for *_rest, amount in found),
        )
        rows = [
            Row((number, names.get(unit, ""), labels[kind], count, amount))
            for number, (unit, kind, count, amount) in enumerate(found, start=1)
        ]
        return Table(
            name=self.env._("Open differences"),
            title=self.env._("DIFFERENCES WITH THE REGISTER THAT ARE NOT SETTLED"),
            subtitles=(self._describe_scope(asked),),
            columns=(
                Column(self.env._("No."), Kind.INTEGER, 6),
                Column(self.env._("Unit"), width=40),
                Column(self.env._("Class"), width=36),
                Column(self.env._("Number"), Kind.INTEGER, 10),
                Column(self.env._("Amount"), Kind.MONEY),
            ),
            rows=(*rows, Row(total, Style.TOTAL)),
            money_label=self.env._("Unit of money: %(unit)s", unit="đồng"),
            notes=(
                self.env._(
                    "Differences of the reconciliations that end by the last day of "
                    "the month, until they are corrected; amounts whatever their sign."
                ),
            ),
        )


class ReportMonth(models.AbstractModel):
    _name = "report.mtqg_reports.report_month"
    _inherit = ["mtqg.report.pages"]
    _description = "Monthly report of the Treasury on paper"
    _printed = "mtqg.treasury.month"
    _builder = "mtqg.report.month"


def _row(labels, line, style=Style.BODY, level=0):
    values = (line.plan, line.month, line.disbursed, line.percent, line.advance)
    return Row((*labels, *values), style, level)
