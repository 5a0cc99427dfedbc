"""How far a sheet reaches, told quickly where its cells are written the usual way.

Programs write each row as ``<row r="5"`` and each cell as ``<c r="B5"``. A search for
any other then proves that none lies beyond the last row and column; where one is
written in another way nothing is claimed, and ``xlsx`` follows every cell.
"""

from __future__ import annotations

import re

from .sheet import column_letters, position

DATA, END_OF_DATA = b"<sheetData", b"</sheetData"
LAST_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"')
COLUMN = re.compile(rb'<c r="([A-Z]{1,3})[0-9]')
# what follows a place: in a cell a style and a type, in a row no second place
REST_OF_CELL = rb'"(?: s="[0-9]+")?(?: t="[A-Za-z]+")?/?>'
REST_OF_ROW = rb'"(?:(?!\sr\s*=)[^<>])*>'
PREFIXED = re.compile(rb":(?:c|row)[\s/>]")
ANY_PLACE = re.compile(rb"<(?:[^\s<>/:]+:)?(?:row|c|sheetData)[\s/>]")
SEEN_BYTES = 2**20


def quick_extent(part: bytes) -> tuple[int, int] | None:
    """Return how many rows and columns a sheet has at most, or None if unsure."""
    start, end = part.find(DATA), part.rfind(END_OF_DATA)
    last = LAST_ROW.match(part, part.rfind(b"<row", 0, end))
    columns = set(COLUMN.findall(part, start, start + SEEN_BYTES))
    if not (0 <= start < end and last and columns):
        return None
    last_row = int(last[1])
    last_column = max(position(letters.decode())[1] for letters in columns)
    row = number_up_to(last_row).encode()
    column = letters_up_to(last_column).encode()
    # each pattern begins with one letter that stands there: so the search is quick
    otherwise = (
        PREFIXED,
        re.compile(b'<row(?! r="(?:%b)%b)' % (row, REST_OF_ROW)),
        re.compile(b'<c(?! r="(?:%b)(?:%b)%b)' % (column, row, REST_OF_CELL)),
    )
    is_elsewhere = ANY_PLACE.search(part, 0, start) or ANY_PLACE.search(part, end)
    if is_elsewhere or any(form.search(part, start, end) for form in otherwise):
        return None
    return last_row, last_column + 1


def number_up_to(number: int) -> str:
    """Return a pattern of the numbers from 1, without zeros before them.

    >>> [n for n in range(400) if re.fullmatch(number_up_to(207), str(n))][-1]
    207
    """
    digits = str(number)
    ways = [f"[1-9][0-9]{{0,{len(digits) - 2}}}"] if len(digits) > 1 else []
    for place, digit in enumerate(digits):
        first = 0 if place else 1
        rest = len(digits) - place - 1
        if int(digit) > first:
            ways.append(f"{digits[:place]}[{first}-{int(digit) - 1}][0-9]{{{rest}}}")
    return "|".join([digits, *ways])


def letters_up_to(column: int) -> str:
    """Return a pattern of the columns from A on, counted from 0.

    >>> re.fullmatch(letters_up_to(27), "AB") is None, letters_up_to(1)
    (False, 'B|A')
    """
    letters = column_letters(column)
    ways = [f"[A-Z]{{1,{len(letters) - 1}}}"] if len(letters) > 1 else []
    for place, letter in enumerate(letters):
        rest = len(letters) - place - 1
        if letter > "A":
            before = chr(ord(letter) - 1)
            span = "A" if before == "A" else f"[A-{before}]"
            ways.append(letters[:place] + span + f"[A-Z]{{{rest}}}" * bool(rest))
    return "|".join([letters, *ways])
