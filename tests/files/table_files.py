"""Files for the tests: good ones by real writers, hostile ones by hand."""

import io
import zipfile

import xlsxwriter

NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="'
    + NAMESPACE
    + b'"><sheetData>'
)
TAIL = b"</sheetData></worksheet>"
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"


def workbook(*rows, title="Kế hoạch", hidden=()):
    """Return an XLSX file with these rows on its first sheet."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for name in hidden:
            book.add_worksheet(name).hide()
    return packed.getvalue()


def replaced(content, parts, extra=None):
    """Return the archive with some of its parts replaced or added."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name, part in (extra or {}).items():
            new.writestr(name, part)
    return packed.getvalue()


def with_sheet(body, texts=None):
    """Return a workbook whose sheet has this XML inside ``sheetData``."""
    parts = {SHEET: HEAD + body + TAIL}
    if texts is not None:
        items = b"".join(b"<si><t>" + text + b"</t></si>" for text in texts)
        parts[TEXTS] = b'<sst xmlns="' + NAMESPACE + b'">' + items + b"</sst>"
    return replaced(workbook(["x"]), parts)
