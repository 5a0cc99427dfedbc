"""The child that parses one workbook: requests on stdin, answers on stdout.

Run by ``parser.py`` as a script, never imported: its caps on memory and time would bind
the whole process. Answers are lines of JSON, and pieces of CSV after a line that tells
how long they are.
"""

from __future__ import annotations

import csv
import io
import json
import re
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

PIECE_ROWS = 1_000
QUOTED = re.compile('["\r]')
FORMS = {str: "text", float: "number", int: "number", date: "day", datetime: "day"}


def main(path: str, packages: str, memory: int, seconds: int) -> None:
    """Parse the workbook under the caps, then answer until nobody asks."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    sys.path.append(packages)
    import python_calamine as calamine  # noqa: PLC0415 - found under the path above

    try:
        book = Book(calamine.CalamineWorkbook.from_path(path), calamine)
    except calamine.PasswordError:
        answer({"code": "has_password"})
    except calamine.CalamineError:
        answer({"code": "broken"})
    else:
        answer({"sheets": [book.describe(n) for n in range(len(book.sheets))]})
        for line in sys.stdin:
            what, *arguments = json.loads(line)
            getattr(book, what)(*arguments)


def answer(value: object) -> None:
    """Send one line."""
    sys.stdout.buffer.write(json.dumps(value).encode() + b"\n")
    sys.stdout.buffer.flush()


class Book:
    """The parsed sheets, and how far each was read."""

    def __init__(self, workbook: object, calamine: object) -> None:
        kinds = calamine.SheetTypeEnum, calamine.SheetVisibleEnum
        self.visible = kinds[1].Visible
        self.sheets = [
            (about, workbook.get_sheet_by_index(index))
            for index, about in enumerate(workbook.sheets_metadata)
            if about.typ == kinds[0].WorkSheet
        ]
        self.reading: tuple[int, int] = (-1, 0)
        self.rest: Iterator[list[object]] = iter(())

    def describe(self, place: int) -> dict:
        """Tell what a sheet is, and how far it reaches."""
        about, sheet = self.sheets[place]
        return {
            "name": about.name,
            "is_hidden": about.visible != self.visible,
            "start": sheet.start,
            "end": sheet.end,
            "merged_cell_ranges": sheet.merged_cell_ranges or [],
        }

    def rows(self, place: int, first: int) -> None:
        """Send some rows from one on; none after the last."""
        if self.reading != (place, first):
            self.rest = islice(self.sheets[place][1].iter_rows(), first, None)
        rows = list(islice(self.rest, PIECE_ROWS))
        self.reading = place, first + len(rows)
        answer([[plain(cell) for cell in row] for row in rows])

    def pieces(self, place: int, first: int, last: int, columns: list[int]) -> None:
        """Send the rows between two as CSV, with the form of each column."""
        rows = islice(self.sheets[place][1].iter_rows(), first, last)
        while True:
            some = list(islice(rows, PIECE_ROWS))
            piece = written(some).encode()
            answer(
                {"size": len(piece), "rows": len(some), "forms": forms(some, columns)}
            )
            sys.stdout.buffer.write(piece)
            if not some:
                return sys.stdout.buffer.flush()


def written(rows: list[list[object]]) -> str:
    """Write rows as CSV with tabs; cells are but joined where none wants a quote."""
    text = "".join(["\t".join(map(str, row)) + "\n" for row in rows])
    cells = sum(map(len, rows))
    if text.count("\t") + text.count("\n") == cells and not QUOTED.search(text):
        return text
    quoted = io.StringIO()
    csv.writer(quoted, delimiter="\t", lineterminator="\n").writerows(rows)
    return quoted.getvalue()


def forms(rows: list[list[object]], columns: list[int]) -> dict[int, str]:
    """Tell how the cells of each column are written: ``odd`` if in several ways."""
    listed, found = list(zip(*rows, strict=True)), {}
    for index in columns:
        cells = listed[index] if index < len(listed) else ()
        kinds = set(map(type, cells))
        if str in kinds and not any(c for c in cells if type(c) is str):
            kinds.discard(str)  # an empty cell is an empty text
        written = {FORMS.get(kind, "odd") for kind in kinds}
        if written:
            found[index] = written.pop() if len(written) == 1 else "odd"
    return found


def plain(cell: object) -> object:
    """Give what JSON carries; a date as a list of one text, a time as text."""
    if isinstance(cell, datetime):
        return [cell.date().isoformat()]
    if isinstance(cell, date):
        return [cell.isoformat()]
    return str(cell) if isinstance(cell, time | timedelta) else cell


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
