from datetime import datetime, time

from odoo import models

from ..layout.formats import DONG, MILLION, MONEY_UNITS, Kind
from ..layout.page import Letterhead, Page, Signature
from ..layout.table import Column, Table, numbered, with_total
from ..layout.xlsx import write_workbook

_TICK = "x"


class MtqgReportAdvance(models.AbstractModel):
    """Form 08.a/SDTƯ of NĐ 254/2025: the state of advances and of their recovery."""

    _name = "mtqg.report.advance"
    _description = "Form 08.a/SDTƯ"

    # === BUSINESS METHODS === #

    def _find_unit(self, unit_id):
        """Return the unit if the user may report on it, else nothing.

        Superiors and Treasury offices are known by name to everybody; their reports
        are not.
        """
        user = self.env.user
        if not user.has_group("mtqg_disbursement.group_viewer"):
            return self.env["mtqg.unit"]
        domain = [("id", "=", unit_id if unit_id < 2**31 else 0)]
        if not user.has_group("mtqg_disbursement.group_manager"):
            domain.append(("id", "child_of", user.mtqg_unit_ids.ids))
        return self.env["mtqg.unit"].search(domain)

    def _render_xlsx(self, unit, day, money_unit="million"):
        """Return the form of a unit at the end of a day, as the bytes of an XLSX file.

        :param str money_unit: dong, thousand, million (as the form asks) or billion;
            the cells hold đồng in any case
        """
        table = self._build_table(unit, day, MONEY_UNITS.get(money_unit, MILLION))
        page = Page(
            table,
            Letterhead(unit.name),
            (
                Signature(
                    self.env._("PREPARED BY"), self.env._("(Signature, full name)")
                ),
                Signature(
                    self.env._("HEAD OF THE UNIT"), self.env._("(Signature and seal)")
                ),
            ),
        )
        return write_workbook([page], table.title, datetime.combine(day, time.min))

    def _build_table(self, unit, day, money_unit=DONG):
        """Return the form as a table of its 11 columns."""
        lines = self.env["mtqg.contract"].get_form_08a(unit.id, day)
        table = Table(
            name=self.env._("08.a SDTƯ"),
            title=self.env._("SUMMARY OF ADVANCES AND OF THE RECOVERY OF ADVANCES"),
            subtitles=(
                self.env._(
                    "Form 08.a/SDTƯ, NĐ 254/2025/NĐ-CP. Until %(day)s.",
                    day=day.strftime("%d/%m/%Y"),
                ),
            ),
            columns=self._get_columns(),
            rows=numbered(self._get_line(line) for line in lines),
            money_unit=money_unit,
            money_label=self.env._("Unit of money: %(unit)s", unit=money_unit.name),
            notes=(
                self.env._(
                    "Column 5: compensation that owners do not take or that is in "
                    "dispute; column 6 does not include it."
                ),
            ),
        )
        return with_total(
            table,
            self.env._("Total"),
            self.env._("Rounded figures of column %s do not add up to the total."),
        )

    def _get_columns(self):
        of_which = self.env._("Of which")
        causes = self.env._("Overdue: why it is not recovered")
        return (
            Column(self.env._("No."), Kind.INTEGER, width=6),
            Column(self.env._("Content"), width=36),
            Column(self.env._("Advances not recovered"), Kind.MONEY, 17, adds_up=True),
            Column(self.env._("Project code"), Kind.CODE),
            Column(
                self.env._("Principal kept at commercial banks"),
                Kind.MONEY,
                17,
                of_which,
                adds_up=True,
            ),
            Column(self.env._("Overdue"), Kind.MONEY, 17, of_which, adds_up=True),
            Column(self.env._("Project owner dissolved"), Kind.CODE, 12, causes),
            Column(self.env._("Contractor bankrupt"), Kind.CODE, 12, causes),
            Column(self.env._("Project suspended"), Kind.CODE, 12, causes),
            Column(self.env._("Other cause"), width=24, group=causes),
            Column(self.env._("Proposed handling"), width=26),
        )

    def _get_line(self, line):
        return (
            line["content"],
            int(line["amount_advance"]),
            line["project_code"],
            int(line["amount_at_bank"]),
            int(line["amount_overdue"]),
            _TICK if line["is_dissolved"] else "",
            _TICK if line["is_bankrupt"] else "",
            _TICK if line["is_suspended"] else "",
            line["other_cause"],
            line["proposal"],
        )
