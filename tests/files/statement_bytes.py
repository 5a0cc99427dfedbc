"""Rows of a statement as the bytes of real files, in every encoding offices use."""

import csv
import io
import random
import unicodedata
from datetime import date

import xlsxwriter
import xlwt

from files.old_letters import TABLE

CSV_WAYS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258", "tcvn3",
)  # fmt: skip
# the old fonts have no capitals with tones
OLD_CODES = {
    letter: chr(code)
    for code, letter in TABLE.items()
    if letter.islower() or letter in "ĂÂÊÔƠƯĐ"
}
TONES = ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


def in_old_font(text):
    """Write a text as the old fonts do: small letters, for they had no capitals."""
    return "".join(
        OLD_CODES.get(letter, OLD_CODES.get(letter.lower(), letter))
        for letter in unicodedata.normalize("NFC", text)
    )


def in_windows(text):
    """Write a text as Vietnamese Windows does: the tone after its letter."""
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tones = [part for part in parts if part in TONES]
        rest = "".join(part for part in parts if part not in tones)
        letters.append(unicodedata.normalize("NFC", rest) + "".join(tones))
    return "".join(letters)


def encoded(text, way):
    """Return a text as bytes of an encoding."""
    if way == "tcvn3":
        return in_old_font(text).encode("latin-1", errors="replace")
    if way == "cp1258":
        return in_windows(text).encode("cp1258", errors="replace")
    return text.encode(way)


def csv_file(rows, chance):
    """Return rows as a CSV file."""
    delimiter = chance.choice([";", ";", ",", "\t", "|"])
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=delimiter, lineterminator=chance.choice(["\r\n", "\n"])
    )
    width = max(map(len, rows))
    for row in rows:
        cells = ["" if c is None else str(c) for c in row]
        writer.writerow(cells + [""] * (width - len(cells)))
    return encoded(out.getvalue(), chance.choice(CSV_WAYS))


def xlsx_file(layout, chance):
    """Return a layout as an XLSX workbook, perhaps with a cover and a hidden draft."""
    packed = io.BytesIO()
    is_old = chance.random() < 0.12
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        if chance.random() < 0.2:
            book.add_worksheet("Bìa").write(0, 0, "Kính gửi: Sở Tài chính")
        names = [chance.choice(["Tháng 5", "Sheet1", "BC"])]
        names += ["Bản in"] if layout.asks == "sheet" else []
        for name in names:
            _fill(book, book.add_worksheet(name), layout, is_old)
        if chance.random() < 0.2:
            book.add_worksheet("Nháp").hide()
    return packed.getvalue()


def _fill(book, sheet, layout, is_old):
    """Write the cells of a layout on a sheet."""
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for number, row in enumerate(layout.rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif isinstance(cell, str):
                sheet.write_string(
                    number, column, in_old_font(cell) if is_old else cell
                )
            elif cell is not None:
                sheet.write(number, column, cell)
    for area in layout.merged:
        text = layout.rows[area[0]][area[1]]
        sheet.merge_range(*area, in_old_font(text) if is_old else text)


def xls_file(rows, merged):
    """Return rows as a workbook of the old kind."""
    book, packed = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("Tháng 5", cell_overwrite_ok=True)
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write(number, column, cell, day)
            elif cell is not None:
                sheet.write(number, column, cell)
    for top, left, bottom, right in merged:
        sheet.merge(top, bottom, left, right)
    book.save(packed)
    return packed.getvalue()


def file_of(layout):
    """Return the bytes and the name of the file of a layout."""
    chance = random.Random(layout.seed)
    if layout.kind == "csv":
        return csv_file(layout.rows, chance), "bang-ke.csv"
    if layout.kind == "xls":
        return xls_file(layout.rows, layout.merged), "bang-ke.xls"
    return xlsx_file(layout, chance), "bang-ke.xlsx"
