"""What stands around a table on an official page: letterhead and signatures.

The two lines of the national name and motto are fixed by decree 30/2020/NĐ-CP on
clerical work (annex I): they are Vietnamese in every language of the user.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from .table import Table

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# days below ten and the first two months are written with a zero
FEBRUARY = 2


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The issuing body (with the one above it, if any), place and day of issue.

    A form on which the day stands above the signatures is not dated here.
    """

    issuer: str
    superior: str = ""
    place: str = ""
    issued: date | None = None
    is_dated: bool = True

    @property
    def left(self) -> tuple[str, str]:
        """The two lines on the left: the body above and the issuing body."""
        return self.superior.upper(), self.issuer.upper()

    @property
    def place_and_day(self) -> str:
        """Place and day in the form the decree gives; blanks are filled by hand.

        >>> head = Letterhead("Sở Tài chính", place="Sơn Hà", issued=date(2024, 7, 5))
        >>> head.place_and_day
        'Sơn Hà, ngày 05 tháng 7 năm 2024'
        >>> Letterhead("Sở Tài chính").place_and_day
        '........, ngày ..... tháng ..... năm ........'
        """
        place = self.place or "........"
        if not self.issued:
            return f"{place}, ngày ..... tháng ..... năm ........"
        day, month = f"{self.issued.day:02}", str(self.issued.month)
        if self.issued.month <= FEBRUARY:
            month = f"0{month}"
        return f"{place}, ngày {day} tháng {month} năm {self.issued.year}"


@dataclass(frozen=True, slots=True)
class Signature:
    """A place to sign: the office in capitals, how to sign, and a name if known.

    `day` is a line above the office, as on forms that each side dates itself.
    """

    office: str
    manner: str = ""
    name: str = ""
    day: str = ""


BLANK_DAY = "Ngày ..... tháng ..... năm ........"


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: the table and what stands above and below it.

    `form` names the form and the text that prescribes it, one line each, in the upper
    right corner.
    """

    table: Table
    letterhead: Letterhead | None = None
    signatures: Sequence[Signature] = field(default_factory=tuple)
    form: tuple[str, ...] = ()
