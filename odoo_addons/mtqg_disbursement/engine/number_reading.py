"""Numbers as people write them in Vietnam and abroad -> whole đồng.

``1.234.567,89`` and ``1,234,567.89`` say by themselves which mark is decimal;
``1.234`` does not. What the other numbers of the table show decides; where
they contradict each other the number is refused, not guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Context, Decimal

from .money import MAX_DONG, MONEY_UNITS
from .plain_words import plain

UNKNOWN = ""  # no number of the table tells; a mark before three digits groups
CONTRADICTORY = "?"  # numbers of the table tell different things
LONGEST = 60
APOSTROPHE = "\u2019"
EXACTLY = Context(prec=4 * LONGEST)

SPACES = re.compile("[\\s\u00a0\u2007\u2009\u202f]+")
MINUSES = re.compile("^[\u2212\u2013\u2012-]\\s*")
BRACKETS = re.compile(r"^\((.*)\)$")
NOTHING = re.compile("^[-\u2013\u2014\u2212.\\s]*$")
SCIENTIFIC = re.compile(r"^[\d.,]+e[+-]?\d+$", re.IGNORECASE)
GROUPED = re.compile(
    r"[1-9]\d{0,2}(?P<group>[ '\u2019.,])\d{3}(?:(?P=group)\d{3})*"
    r"(?:(?!(?P=group))(?P<mark>[.,])(?P<fraction>\d+))?"
)
SIMPLE = re.compile(r"\d*(?:(?P<mark>[.,])(?P<fraction>\d+))?")
AMBIGUOUS = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")
LONG_UNGROUPED = re.compile(r"\d{4,}")
# "5,3 tỷ đồng", "1.234 đ", "VND 500"
CURRENCY = re.compile(
    r"^(?:vnd|vnđ|₫)\s*|\s*(?<![^\W\d_])(?:vnd|vnđ|₫|đồng|dong|đ|d)\.?$",
    re.IGNORECASE,
)
SCALE = re.compile(
    r"\s*(?P<word>nghìn|nghin|ngàn|ngan|triệu|trieu|tr|tỷ|ty|tỉ|ti"
    r"|thousand|million|billion)\.?$",
    re.IGNORECASE,
)
SCALE_WORDS = {
    "nghin": "thousand",
    "ngan": "thousand",
    "thousand": "thousand",
    "trieu": "million",
    "tr": "million",
    "million": "million",
    "ty": "billion",
    "ti": "billion",
    "billion": "billion",
}


class NumberRefusedError(ValueError):
    """A cell that is no amount, and why.

    ``code``: not_a_number, formula, scientific, ambiguous_number, not_whole,
    too_large.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_amount(value: object, unit: str, decimal_mark: str = UNKNOWN) -> int | None:
    """Return a cell as whole đồng, or None when it is empty or a dash.

    :param unit: key of ``MONEY_UNITS`` the table is printed in; a unit written
        in the cell itself goes first
    :param decimal_mark: ``,`` or ``.``, or what ``guess_decimal_mark`` returned
    :raise NumberRefusedError: no number, a part of a đồng, or beyond the limit

    >>> read_amount("(1.234,5)", "million"), read_amount("5,3 tỷ đồng", "dong")
    (-1234500000, 5300000000)
    >>> read_amount(5334, "million"), read_amount("-", "million")
    (5334000000, None)
    >>> read_amount("0,5", "dong")
    Traceback (most recent call last):
    ...
    engine.number_reading.NumberRefusedError: not_whole
    """
    text, own_unit = _without_unit(value) if isinstance(value, str) else (value, None)
    number = read_number(text, decimal_mark)
    if number is None:
        if own_unit and not text:
            raise NumberRefusedError(code="not_a_number")
        return None
    dong = EXACTLY.multiply(number, Decimal(MONEY_UNITS[own_unit or unit]))
    if abs(dong) > MAX_DONG:
        raise NumberRefusedError(code="too_large")
    if dong != int(dong):
        raise NumberRefusedError(code="not_whole")
    return int(dong)


def read_number(value: object, decimal_mark: str = UNKNOWN) -> Decimal | None:
    """Return a cell as an exact number, or None when it is empty or a dash.

    A fraction out of a workbook is taken to the 15 digits that spreadsheets
    keep: 0.1 + 0.2 is stored there as 0.30000000000000004 and meant as 0.3.

    :raise NumberRefusedError: the cell is no number

    >>> read_number(0.1 + 0.2), read_number("1.234"), read_number("1.234", ".")
    (Decimal('0.3'), Decimal('1234'), Decimal('1.234'))
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NumberRefusedError(code="not_a_number")
    if isinstance(value, str):
        return _read_text(value, decimal_mark)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NumberRefusedError(code="not_a_number")
        return Decimal(int(value) if value.is_integer() else format(value, ".15g"))
    return Decimal(value)


def guess_decimal_mark(values: Iterable[object]) -> str:
    """Tell the decimal mark that the texts of a table show.

    :return: ``,``, ``.``, ``UNKNOWN`` or ``CONTRADICTORY``

    >>> guess_decimal_mark(["1.234", "12,5"]), guess_decimal_mark(["1,234,567"])
    (',', '.')
    >>> guess_decimal_mark(["1.234", "5.678"]), guess_decimal_mark(["1.234", "5678"])
    ('', '?')
    """
    marks, ungrouped = set(), False
    for value in values:
        if not isinstance(value, str) or len(value) > LONGEST:
            continue
        body = _unsigned(_without_unit(value)[0])[1]
        marks.add(_shown_mark(body))
        ungrouped = ungrouped or bool(LONG_UNGROUPED.fullmatch(body))
    marks.discard(UNKNOWN)
    if len(marks) > 1 or (not marks and ungrouped):
        return CONTRADICTORY
    return marks.pop() if marks else UNKNOWN


def shown_mark(text: str) -> str:
    """Tell which mark the text of one amount proves to be the decimal one.

    >>> shown_mark("1.234,5"), shown_mark("1,234,567 đ"), shown_mark("1.234")
    (',', '.', '')
    """
    if len(text) > LONGEST:
        return UNKNOWN
    return _shown_mark(_unsigned(_without_unit(text)[0])[1])


def is_ambiguous(text: str) -> bool:
    """Tell a number whose mark may group thousands or begin decimals.

    >>> is_ambiguous("1.234"), is_ambiguous("(12,345)"), is_ambiguous("1.234,5")
    (True, True, False)
    """
    if len(text) > LONGEST:
        return False
    return bool(AMBIGUOUS.fullmatch(_unsigned(_without_unit(text)[0])[1]))


def _shown_mark(body: str) -> str:
    """Tell which mark this one number proves to be the decimal one."""
    if AMBIGUOUS.fullmatch(body):
        return UNKNOWN
    grouped = GROUPED.fullmatch(body)
    if grouped:
        return grouped["mark"] or {".": ",", ",": "."}.get(grouped["group"], UNKNOWN)
    simple = SIMPLE.fullmatch(body)
    return (simple["mark"] or UNKNOWN) if simple else UNKNOWN


def _without_unit(text: str) -> tuple[str, str | None]:
    """Take currency and unit words off a text; tell the unit it named."""
    text = SPACES.sub(" ", text).strip()
    is_bracketed = BRACKETS.match(text)
    amount = is_bracketed[1] if is_bracketed else text
    bare = CURRENCY.sub("", amount).strip()
    unit = "dong" if bare != amount.strip() else None
    scale = SCALE.search(bare)
    if scale:
        bare = bare[: scale.start()].strip()
        unit = SCALE_WORDS[plain(scale["word"])]
    return (f"({bare})" if is_bracketed else bare), unit


def _unsigned(text: str) -> tuple[int, str]:
    """Split a text into its sign and the rest; brackets mean minus."""
    text = SPACES.sub(" ", text).strip()
    bracketed = BRACKETS.match(text)
    if bracketed:
        return -1, bracketed[1].strip()
    if MINUSES.match(text):
        return -1, MINUSES.sub("", text)
    return 1, text


def _read_text(text: str, decimal_mark: str) -> Decimal | None:
    """Read a text cell as a number."""
    if NOTHING.match(text):
        return None
    sign, body = _unsigned(text)
    if body.startswith("="):
        raise NumberRefusedError(code="formula")
    if SCIENTIFIC.match(body):
        raise NumberRefusedError(code="scientific")
    if len(body) > LONGEST or not body.replace(APOSTROPHE, "").isascii():
        raise NumberRefusedError(code="not_a_number")
    return sign * _read_body(body, decimal_mark)


def _read_body(body: str, decimal_mark: str) -> Decimal:
    """Read digits and marks, without a sign."""
    ambiguous = AMBIGUOUS.fullmatch(body)
    if ambiguous and decimal_mark == CONTRADICTORY:
        raise NumberRefusedError(code="ambiguous_number")
    if ambiguous and decimal_mark == ambiguous[1]:
        return Decimal(body.replace(",", "."))
    match = GROUPED.fullmatch(body) or SIMPLE.fullmatch(body)
    if not match or not body:
        raise NumberRefusedError(code="not_a_number")
    fraction = match["fraction"] or ""
    whole = body[: -len(fraction) - 1] if fraction else body
    digits = re.sub(r"\D", "", whole)
    return Decimal(f"{digits or 0}.{fraction}" if fraction else digits)
