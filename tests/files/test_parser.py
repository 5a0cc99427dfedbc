"""Workbooks parsed in a process of their own: the same rows, and no harm done."""

import csv
import io
import random
from dataclasses import replace

import pytest
from statement_bytes import file_of
from statement_layouts import draw
from table_files import with_sheet, workbook

from files import xlsx
from files.limits import STATEMENT_LIMITS
from files.parser import Parser
from files.reading import open_tables
from files.refusal import FileRefused
from files.xlsx_extent import quick_extent

APART = replace(STATEMENT_LIMITS, apart=0)
HERE = replace(STATEMENT_LIMITS, apart=2**40)
WIDE = replace(APART, columns=20_000)
MEMORY = 2**28
FILES = 25


def tables_of(content, limits):
    """Return all that is read of a file, or why it is refused."""
    try:
        return [
            (table.name, table.is_hidden, table.merged, list(table.rows()))
            for table in open_tables(content, "a.xlsx", limits)
        ]
    except FileRefused as refusal:
        return refusal.code


def parsed(content):
    """Return the sheets of a workbook as a child has them."""
    return Parser(content, ".xlsx", MEMORY).sheets()


def test_a_workbook_gives_the_same_rows_apart_as_here():
    drawn = [layout for layout in map(draw, range(300)) if layout.kind == "xlsx"]
    for layout in drawn[:FILES]:
        content, *_about = file_of(layout)
        assert tables_of(content, APART) == tables_of(content, HERE)


@pytest.mark.parametrize(
    "body",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="3"><c r="C3"><v>1</v></c><c r="D3"><f>SUM(C3)</f></c></row>',
        b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>',
        b"<row>",
        b"",
    ],
    ids=["far", "formula", "error", "cut", "none"],
)
def test_what_is_refused_or_restored_here_is_so_apart(body):
    content = with_sheet(body)
    assert tables_of(content, APART) == tables_of(content, HERE)


def test_a_child_that_dies_is_done_without(monkeypatch):
    content = workbook(["Mã dự án", "Số tiền"], ["7000001", 5])
    monkeypatch.setattr("files.workbook.CHILD_MEMORY", 2**20)
    monkeypatch.setattr("files.workbook.CHILD_MEMORY_PER_BYTE", 0)
    assert tables_of(content, APART) == tables_of(content, HERE)


def test_the_child_goes_with_its_rows():
    parser = Parser(workbook(["x"]), ".xlsx", MEMORY)
    process = parser.process
    assert parser.sheets()[0].end == (0, 0)
    assert process.poll() is None
    del parser
    assert process.poll() is not None


def test_rows_are_read_from_any_place_in_any_order():
    rows = [[float(n), f"dòng {n}"] for n in range(2_500)]
    [sheet] = parsed(workbook(*rows))
    for first in (0, 2_499, 1_000, 1_000, 7):
        assert list(sheet.iter_rows(first)) == rows[first:]


def test_an_answer_that_nobody_wanted_to_its_end_is_left():
    rows = [[float(n)] for n in range(5_000)]
    [sheet] = parsed(workbook(*rows))
    about, piece = next(sheet.pieces(0, 5_000, [0]))
    assert piece.startswith(b"0.0\n1.0\n")
    assert about["forms"] == {"0": "number"}
    assert list(sheet.iter_rows(4_999)) == [[4999.0]]


def test_what_wants_a_quote_gets_it():
    rows = [["a", 'một "hai"', 5.0], ["b\tc", "ba\nbốn", 1.5], ["", "x,y;z", 0.0]]
    [sheet] = parsed(workbook(*rows, ["d", "e", "f"]))
    text = b"".join(piece for _about, piece in sheet.pieces(0, 3, [])).decode()
    read = csv.reader(io.StringIO(text, newline=""), delimiter="\t")
    assert [[a, b, float(c)] for a, b, c in read] == rows


def test_a_column_of_two_forms_is_odd():
    [sheet] = parsed(workbook([1, "a", ""], ["b", "c", 5]))
    [(about, _piece)] = sheet.pieces(0, 2, [0, 1, 2, 3])
    assert about["forms"] == {"0": "odd", "1": "text", "2": "number"}


def test_the_quick_extent_is_never_less_than_what_every_cell_tells(monkeypatch):
    chance = random.Random(5)
    monkeypatch.setattr(xlsx, "quick_extent", lambda _part: None)
    sure = 0
    for _time in range(2_000):
        rows = sorted(chance.sample(range(1, 300), chance.randint(1, 6)))
        body = b"".join(_row(row, chance.randrange(60)) for row in rows)
        if chance.random() < 0.4:
            place = chance.randrange(len(body))
            body = body[:place] + chance.choice(SPOILT) + body[place:]
        part = b"<w><sheetData>" + body + b"</sheetData></w>"
        if found := quick_extent(part):
            sure += 1
            assert found[0] * found[1] >= xlsx._check_extent("", part, WIDE)
    assert 1_000 < sure < 2_000


SPOILT = (
    b"<row r='999'>", b'<c r="ZZ9"/>', b"<c/>", b'<x:c r="ZZ9"/>', b' r="ZZ9"',
    b"<row/>", b'<c r="GA9999"/>', b'<row r="999" r="9999">', b'<c\tr="ZZ9"/>',
)  # fmt: skip


def _row(row, column):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    first, last = divmod(column, 26)
    name = (letters[first - 1] if first else "") + letters[last]
    return f'<row r="{row}" spans="1:9"><c r="{name}{row}" s="1"/></row>'.encode()
