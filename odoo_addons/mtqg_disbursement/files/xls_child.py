"""The child that opens one XLS file: bytes on stdin, JSON on stdout.

Run by ``xls.py`` as a script, never imported: its caps on memory and time
would bind the whole process.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta

MEMORY = 512 * 1024 * 1024


def answer(packages: str, caps: dict[str, int]) -> dict:
    """Read the workbook on stdin under the caps."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (caps["seconds"], caps["seconds"]))
    sys.path.append(packages)
    import python_calamine as calamine  # noqa: PLC0415 - found under the path above

    content = io.BytesIO(sys.stdin.buffer.read())
    try:
        return read(calamine.CalamineWorkbook.from_filelike(content), caps)
    except calamine.PasswordError:
        return refusal("has_password")
    except calamine.CalamineError:
        return refusal("broken")


def refusal(code: str, **values: object) -> dict:
    """Shape a refusal for the parent."""
    return {"code": code, "values": values}


def read(workbook: object, caps: dict[str, int]) -> dict:
    """Read every sheet, or tell which cap stops it."""
    sheets, cells = [], 0
    for index, about in enumerate(workbook.sheets_metadata):
        sheet = workbook.get_sheet_by_index(index)
        if sheet.total_height > caps["rows"]:
            return refusal("too_many_rows", sheet=about.name, limit=caps["rows"])
        if sheet.total_width > caps["columns"]:
            return refusal("too_many_columns", sheet=about.name, limit=caps["columns"])
        cells += sheet.total_height * sheet.total_width
        if cells > caps["cells"]:
            return refusal("too_many_cells", limit=caps["cells"])
        rows = sheet.to_python(skip_empty_area=False)
        if longest(rows) > caps["cell_length"]:
            return refusal("text_too_long", limit=caps["cell_length"])
        is_hidden = not str(about.visible).endswith(".Visible")
        merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
        plain_rows = [[plain(cell) for cell in row] for row in rows]
        sheets.append((about.name, plain_rows, is_hidden, merged))
    return {"sheets": sheets}


def longest(rows: list[list[object]]) -> int:
    """Measure the longest text of a sheet."""
    texts = (cell for row in rows for cell in row if isinstance(cell, str))
    return max(map(len, texts), default=0)


def plain(cell: object) -> object:
    """Give what JSON carries; a date as a list of one text, a time as text."""
    if isinstance(cell, datetime):
        return [cell.date().isoformat()]
    if isinstance(cell, date):
        return [cell.isoformat()]
    return str(cell) if isinstance(cell, time | timedelta) else cell


if __name__ == "__main__":
    json.dump(answer(sys.argv[1], json.loads(sys.argv[2])), sys.stdout)
