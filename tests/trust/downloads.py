"""The downloads of the web client, and what a text in them may not become."""

import csv
import io
import json
import zipfile

import openpyxl

from odoo import http

# what spreadsheets would run, follow or misread
PAYLOADS = (
    "=1+1",
    "@SUM(A1)",
    "+cmd",
    "-2+3",
    "\t=1",
    "\r=1",
    "=HYPERLINK(A1)",
    "\uff1d1+1",
    "https://example.com",
)
STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def export(case, kind, model, domain, fields, groupby=()):
    """Return the bytes that the export of a list downloads.

    :param case: HttpCase with a user logged in
    :param str kind: xlsx or csv
    :param fields: (name, type) of each column
    """
    data = {
        "model": model,
        "domain": domain,
        "fields": [{"name": n, "label": n, "type": t} for n, t in fields],
        "ids": False,
        "import_compat": False,
        "groupby": list(groupby),
        "context": {},
    }
    form = {"data": json.dumps(data), "csrf_token": http.Request.csrf_token(case)}
    response = case.url_open(f"/web/export/{kind}", data=form, timeout=120)
    assert response.status_code == 200, response.text[:500]
    return response.content


def read_xlsx(content):
    """Return all texts of a workbook, in which nothing is a formula or a link.

    :raise AssertionError: naming the cells that would run
    """
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet for cell in row]
    live = [c.coordinate for c in cells if c.data_type == "f" or c.hyperlink]
    assert not live, f"formulas or links: {live}"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            text = archive.read(name)
            assert b"<f>" not in text and b"<hyperlink" not in text, name
    return [cell.value for cell in cells if isinstance(cell.value, str)]


def read_csv(content):
    """Return all texts of a CSV, none of which a spreadsheet would run.

    :raise AssertionError: naming the texts that would
    """
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    texts = [text for row in rows for text in row]
    live = [text for text in texts if text.startswith(STARTS)]
    assert not live, f"read as formulas: {live}"
    return texts
