"""How far a sheet reaches, told quickly where its cells are written the usual way.

Programs write each row as ``<row r="5"`` and each cell as ``<c r="B5"``. One search
then proves that no cell lies beyond the last row and column; where anything is written
in another way nothing is claimed, and ``xlsx`` follows every cell.
"""

from __future__ import annotations

import re

from .sheet import column_letters, position

CELL = b'<c r="'
ROW = b'<row r="'
DATA, END_OF_DATA = b"<sheetData", b"</sheetData"
# of a prefix; texts and formulas may hold one, most rows have none
COLON = b":"
PREFIXED = (b":c", b":row")
ROW_NUMBER = re.compile(ROW + rb'([1-9][0-9]{0,6})"(?:(?!\sr\s*=)[^<>])*>')
COLUMN = re.compile(CELL + rb"([A-Z]{1,3})[0-9]")
# nothing after the place but a style and a type: no second place
REST_OF_TAG = rb'"(?: s="[0-9]+")?(?: t="[A-Za-z]+")?/?>'
ANY_PLACE = re.compile(rb"<(?:[^\s<>/:]+:)?(?:row|c|sheetData)[\s/>]")
SEEN_BYTES = 2**20


def quick_extent(part: bytes) -> tuple[int, int] | None:
    """Return how many rows and columns a sheet has at most, or None if unsure."""
    start, end = part.find(DATA), part.rfind(END_OF_DATA)
    if not 0 <= start < end:
        return None
    around, body = part[:start] + part[end:], part[start:end]
    rows = [int(number) for number in ROW_NUMBER.findall(body)]
    columns = set(COLUMN.findall(body[:SEEN_BYTES]))
    is_usual = (
        bool(rows and columns)
        and not ANY_PLACE.search(around)
        and body.count(b"<row") == len(rows)
        and body.count(b"<c") == body.count(CELL)
        and not (COLON in body and any(mark in body for mark in PREFIXED))
    )
    if not is_usual:
        return None
    last_row = max(rows)
    last_column = max(position(letters.decode())[1] for letters in columns)
    place = f"(?:{letters_up_to(last_column)})(?:{number_up_to(last_row)})"
    inside = place.encode() + REST_OF_TAG
    if re.search(CELL + b"(?!" + inside + b")", body):
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
