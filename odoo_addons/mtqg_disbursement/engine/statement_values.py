"""Cells of a statement that are no amounts: codes, dates, years, kinds of payment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from .plain_words import plain
from .statement_headings import scan
from .statement_words import CODE_DIGITS, KINDS

FIRST_YEAR, LAST_YEAR = 2000, 2099
# how a workbook counts days, and which numbers are taken for one
DAY_ZERO = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050
CENTURY = 2000
SHORT_YEAR = 100
MONTHS = 12

_TIME = r"(?:[ t]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?"
DAY_MONTH = re.compile(rf"(\d{{1,2}})[/.\- ](\d{{1,2}})[/.\- ](\d{{4}}|\d{{2}}){_TIME}")
YEAR_FIRST = re.compile(rf"(\d{{4}})[/.\-](\d{{1,2}})[/.\-](\d{{1,2}}){_TIME}")
COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)")
IN_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")

GROUPED_CODE = re.compile(r"\d{1,3}(?:[., ]\d{3})+")
CODE_AND_NAME = re.compile(r"(\d{4,10})\s*(?:[-–:.]\s*|\s)(?=\D)(.+)")
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
CODES = ("project", "program", "unit", "treasury")
# a name or a paragraph; longer text is cut off
LONGEST_TEXT = 500


class ValueRefusedError(ValueError):
    """A cell that cannot be what its column holds, and why (``code``)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_date(value: object, order: str = "dmy") -> date | None:
    """Return a cell as a date, or None when it is empty.

    :param order: ``dmy``, ``mdy``, or ``?`` when the column shows both
    :raise ValueRefusedError: bad_date, or ambiguous_date where the column shows both

    >>> read_date("31/05/2025"), read_date(45808), read_date("05/31/2025", "mdy")
    (datetime.date(2025, 5, 31), datetime.date(2025, 5, 31), datetime.date(2025, 5, 31))
    >>> read_date("ngày 5 tháng 6 năm 2025"), read_date("20250605")
    (datetime.date(2025, 6, 5), datetime.date(2025, 6, 5))
    """
    if value is None or (isinstance(value, str) and not value.strip(" -.")):
        return None
    if isinstance(value, date):
        found: date | None = value.date() if isinstance(value, datetime) else value
    elif isinstance(value, bool):
        found = None
    elif isinstance(value, int | float):
        found = _from_number(value)
    else:
        found = _from_text(str(value).strip(), order)
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueRefusedError(code="bad_date")
    return found


def _from_number(value: float) -> date | None:
    """Read the number of a day, or a day written as one number."""
    if FIRST_SERIAL <= value <= LAST_SERIAL:
        return DAY_ZERO + timedelta(days=int(value))
    return _from_text(str(value), "dmy") if isinstance(value, int) else None


def _from_text(text: str, order: str) -> date | None:
    """Read a day written out."""
    for pattern in (YEAR_FIRST, COMPACT):
        if match := pattern.fullmatch(text.lower()):
            return _day(*map(int, match.groups()))
    if match := IN_WORDS.fullmatch(plain(text)):
        day, month, year = map(int, match.groups())
        return _day(year, month, day)
    match = DAY_MONTH.fullmatch(text.lower())
    if not match:
        is_serial = text.isdecimal() and FIRST_SERIAL <= int(text[:9]) <= LAST_SERIAL
        return _from_number(int(text)) if is_serial and len(text) == 5 else None  # noqa: PLR2004
    first, second, year = map(int, match.groups())
    if order == "?" and first <= MONTHS and second <= MONTHS and first != second:
        raise ValueRefusedError(code="ambiguous_date")
    day, month = (second, first) if order == "mdy" else (first, second)
    if order == "?" and second > MONTHS:
        day, month = second, first
    return _day(year + CENTURY if year < SHORT_YEAR else year, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    """Make a date, or None when there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def guess_date_order(values: Iterable[object]) -> str:
    """Tell whether the texts of a column write the day or the month first.

    >>> guess_date_order(["01/02/2025", "31/05/2025"]), guess_date_order(["5/31/25"])
    ('dmy', 'mdy')
    >>> guess_date_order(["31/05/2025", "05/31/2025"]), guess_date_order([])
    ('?', 'dmy')
    """
    orders = set()
    for value in values:
        match = isinstance(value, str) and DAY_MONTH.fullmatch(value.strip().lower())
        if match:
            first, second = int(match[1]), int(match[2])
            orders |= {"dmy"} if first > MONTHS else set()
            orders |= {"mdy"} if second > MONTHS else set()
    return "?" if len(orders) > 1 else (orders or {"dmy"}).pop()


def read_year(value: object) -> int | None:
    """Return a cell as a year of capital, or None when it is empty.

    :raise ValueRefusedError: bad_year

    >>> read_year(2023), read_year("KHV năm 2023"), read_year("2.024"), read_year("-")
    (2023, 2023, 2024, None)
    """
    if value is None or (isinstance(value, str) and not value.strip(" -.")):
        return None
    text = str(value).replace(".", "") if isinstance(value, str) else str(value)
    years = re.findall(r"(?<!\d)20\d\d(?!\d)", text)
    if isinstance(value, bool | date) or len(set(years)) != 1:
        raise ValueRefusedError(code="bad_year")
    return int(years[0])


def read_code(value: object, name: str) -> tuple[str, str]:
    """Return a code as text, and the name written behind it.

    A workbook keeps codes as numbers and drops the zeros they begin with.

    :param name: the field, such as project or program
    :raise ValueRefusedError: bad_code, when digits of it are lost

    >>> read_code(7891234, "project"), read_code(392, "program")
    (('7891234', ''), ('00392', ''))
    >>> read_code("7.891.234", "project"), read_code("7891234 - Đường A", "project")
    (('7891234', ''), ('7891234', 'Đường A'))
    """
    if isinstance(value, bool | date) or (
        isinstance(value, float) and not value.is_integer()
    ):
        raise ValueRefusedError(code="bad_code")
    if isinstance(value, int | float):
        return str(int(value)).zfill(CODE_DIGITS.get(name, 0)), ""
    text = read_text(value).lstrip("'")
    if SCIENTIFIC.fullmatch(text):
        raise ValueRefusedError(code="bad_code")
    if GROUPED_CODE.fullmatch(text):
        return re.sub(r"\D", "", text), ""
    both = CODE_AND_NAME.fullmatch(text)
    return (both[1], both[2].strip()) if both else (text, "")


def read_text(value: object) -> str:
    """Return a cell as one line of text."""
    return " ".join(str(value if value is not None else "").split())[:LONGEST_TEXT]


@lru_cache(maxsize=4096)
def read_kind(text: str) -> tuple[str, str, int]:
    """Return the kind a row says it is, its measure, and the sign of its amount.

    :raise ValueRefusedError: unknown_kind

    >>> read_kind("Tạm ứng"), read_kind("TT KLHT")
    (('advance', 'advance', 1), ('completed', 'completed', 1))
    >>> read_kind("Nộp giảm tạm ứng")
    ('refund_advance', 'advance', -1)
    """
    found = scan(text)
    measures = set(found.measures)
    reduced = measures & {"advance", "completed"}
    if "refunded" in measures and len(reduced) == 1:
        kind = f"refund_{reduced.pop()}"
    elif {"recovered"} <= measures <= {"recovered", "advance", "paid"}:
        kind = "recovered"
    else:
        kind = _one_kind(measures)
    if kind not in KINDS or found.kind:
        raise ValueRefusedError(code="unknown_kind")
    measure, sign = KINDS[kind]
    return KIND_NAMES.get(kind, kind), measure, sign


KIND_NAMES = {"paid": "completed", "refunded": "refund"}


def _one_kind(measures: set[str]) -> str:
    """Give the one kind that measures name; a payment of advances is an advance."""
    special = measures - {"paid", "disbursed", "amount"}
    if len(special) == 1:
        return special.pop()
    general = measures & {"paid", "disbursed"}
    return general.pop() if not special and len(general) == 1 else ""
