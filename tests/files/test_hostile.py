"""What bad files do: one refusal with a code, at once, in little memory."""

import io
import random
import subprocess
import sys
import time
import zipfile

import pytest
import xlwt
from table_files import replaced, with_sheet, workbook

from files.limits import Limits
from files.reading import read_sheets
from files.refusal import FileRefused

# nothing here needs more than this to be refused
SECONDS = 10
MUTATIONS = 1000
ONE = b"<c><v>1</v></c>"
LOOSE = Limits(ratio=10**6)


def refusal(content, limits=LOOSE, filename="a.xlsx"):
    """Return the code a file is refused with, after a short while of work."""
    started = time.process_time()
    with pytest.raises(FileRefused) as refused:
        read_sheets(content, filename, limits)
    assert time.process_time() - started < SECONDS
    return refused.value.code


@pytest.mark.parametrize(
    "body",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><c s=">" r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1'><c r = 'ZZZ9'><v>1</v></c></row>",
        b"<row/>" * 30_000 + b"<row>" + ONE + b"</row>",
        b"<row>" + ONE * 300 + b"</row>",
        b'<x:row r="1"><x:c r="XFD1"><x:v>1</x:v></x:c></x:row>',
        b'<row r="99999999999999999999">' + ONE + b"</row>",
    ],
    ids=["corner", "quoted", "twice", "spaces", "rows", "columns", "prefix", "huge"],
)
def test_a_far_cell_is_refused_before_it_is_allotted(body):
    assert refusal(with_sheet(body)) == "far_cell"


def test_a_wide_rectangle_is_refused_though_each_side_fits():
    body = b'<row r="1"><c r="GR1"><v>1</v></c></row><row r="19999">' + ONE + b"</row>"
    assert refusal(with_sheet(body)) == "too_many_cells"


def test_cells_in_one_place_are_counted_while_they_are_followed():
    again = b"<row r='1'><c r='A1'/></row>" * 1_000
    assert (
        refusal(with_sheet(again), Limits(ratio=10**6, cells=500)) == "too_many_cells"
    )


def test_bombs_are_refused_while_they_unpack():
    blank = b" " * (40 * 2**20)
    assert refusal(with_sheet(blank)) == "too_big_unzipped"
    assert refusal(with_sheet(blank), Limits()) == "packed_too_tightly"


def test_one_long_text_shown_by_many_cells_is_refused():
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 100 + b"</row>"
    assert refusal(with_sheet(row * 5000, [b"x" * 3999])) == "too_much_text"
    hidden = b'<row><c t="s"><v><!-- -->0</v></c></row>'
    assert refusal(with_sheet(hidden, [b"x" * 3999])) == "broken"


def test_texts_have_a_longest_length():
    inline = b'<row><c t="inlineStr"><is><t>' + b"x" * 4001 + b"</t></is></c></row>"
    assert refusal(with_sheet(inline)) == "text_too_long"
    shared = b'<row><c t="s"><v>0</v></c></row>'
    assert refusal(with_sheet(shared, [b"x" * 4001])) == "text_too_long"


@pytest.mark.parametrize(
    "name", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"]
)
def test_document_types_and_entities_are_refused_in_every_part(name):
    evil = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    assert refusal(replaced(workbook(["x"]), {name: evil})) == "doctype"


def test_a_part_in_another_encoding_is_refused():
    evil = '<?xml version="1.0" encoding="UTF-16"?><worksheet/>'.encode("utf-16")
    content = replaced(workbook(["x"]), {"xl/worksheets/sheet1.xml": evil})
    assert refusal(content) == "unknown_encoding"


def test_macros_and_passwords_are_refused():
    with_macros = replaced(workbook(["x"]), {}, {"xl/vbaProject.bin": b"x"})
    assert refusal(with_macros) == "has_macros"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    assert refusal(ole + "EncryptedPackage".encode("utf-16-le")) == "has_password"
    assert refusal(ole + "_VBA_PROJECT_CUR".encode("utf-16-le")) == "has_macros"
    assert refusal(ole) == "broken"


def test_an_encrypted_entry_is_a_password():
    content = bytearray(workbook(["x"]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 4)
    assert refusal(bytes(content)) == "has_password"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"%PDF-1.7 ...", "unsupported_kind"),
        (b"<html><table>", "unsupported_kind"),
        (bytes(range(256)), "unknown_encoding"),
        (b"\x00" * 64, "unknown_encoding"),
        (b"PK\x03\x04" + b"x" * 64, "broken"),
        (workbook(["x"])[:700], "broken"),
        (b'a,"' + b"x" * 200_000, "broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_named(content, code):
    assert refusal(content) == code


def test_other_archives_are_named():
    for name, code in (
        ("xl/workbook.bin", "unsupported_kind"),
        ("word/document.xml", "unsupported_kind"),
        ("readme.txt", "unknown_kind"),
    ):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name, "x")
        assert refusal(packed.getvalue()) == code


@pytest.mark.parametrize("piece", [b"<c ", b'<c r="A1" t="e" ', b'<c r="A1"><f>', b"<"])
def test_searching_takes_linear_time(piece):
    body = piece * (6 * 2**20 // len(piece))
    assert refusal(with_sheet(body)) in {"broken", "too_many_cells"}


def test_an_xls_that_reaches_far_dies_in_its_own_process():
    book, packed = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("x")
    sheet.write(0, 0, 1)
    sheet.write(65535, 255, 1)
    book.save(packed)
    assert refusal(packed.getvalue()) == "broken"


def mutated(content, seed):
    """Return the file with some bytes changed, cut, doubled or inserted."""
    chance, data = random.Random(seed), bytearray(content)
    for _ in range(chance.randint(1, 8)):
        place, size = chance.randrange(len(data) or 1), chance.randint(1, 20)
        kind = chance.randrange(4)
        if kind == 0 and data:
            data[place] = chance.randrange(256)
        elif kind == 1:
            del data[place : place + size]
        elif kind == 2:
            data[place:place] = data[place : place + size]
        else:
            data[place:place] = chance.randbytes(size)
    return bytes(data)


def survives(content):
    """Read a file; only a refusal may come out of it."""
    try:
        read_sheets(content, "a")
    except FileRefused:
        return False
    return True


def test_mutations_of_good_files_never_crash():
    good = workbook(["Chương trình", "NSTW", "Tổng"], ["NTM", 100.5, 100.5])
    read = sum(survives(mutated(good, seed)) for seed in range(MUTATIONS))
    assert read < MUTATIONS


def test_mutations_of_unpacked_parts_never_crash():
    good = workbook(["Chương trình", "NSTW", "Tổng"], ["NTM", 100.5, 100.5])
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = sorted(parts)
    for seed in range(MUTATIONS):
        name = names[seed % len(names)]
        survives(replaced(good, {name: mutated(parts[name], seed)}))


def test_mutations_of_csv_never_crash():
    good = "Chương trình;NSTW\nNTM;1.234,5\n".encode()
    for seed in range(MUTATIONS):
        survives(mutated(good, seed))


@pytest.mark.parametrize(
    "made",
    [
        """wide(b'<c t="s"><v>0</v></c>', 9_000, [b"x" * 1500]), Limits()""",
        'wide(b"<c><v>1</v></c>", 9_500), Limits()',
        'with_sheet(b" " * (250 * 2**20)), STATEMENT_LIMITS',
        'wide(b"<c><v>1</v></c>", 30_000), STATEMENT_LIMITS',
        'with_sheet(b"", [b"x"] * 3_000_000), STATEMENT_LIMITS',
    ],
    ids=["long text", "cells", "blank statement", "cells of a statement", "texts"],
)
def test_the_worst_files_stay_under_300_megabytes(made):
    # in a process of its own; its high water since the file was made, and not
    # ru_maxrss, which keeps that of the parent over a fork
    done = subprocess.run(
        [sys.executable, "-c", WORST % made, *sys.path],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert int(done.stdout) < 300 * 1024, f"{done.stdout} kB"


WORST = r"""
import re
import sys
sys.path[:0] = sys.argv[1:]
sys.path.append("odoo_addons/mtqg_disbursement")
sys.path.append("tests/files")
from dataclasses import replace
from files.limits import STATEMENT_LIMITS, Limits
from files.reading import open_tables
from files.refusal import FileRefused
from table_files import with_sheet

def wide(cell, rows, *texts):
    return with_sheet((b"<row>" + cell * 100 + b"</row>") * rows, *texts)

content, limits = %s
open("/proc/self/clear_refs", "w").write("5")
try:
    for table in open_tables(content, "a", replace(limits, ratio=10**6)):
        sum(1 for _row in table.rows())
except FileRefused:
    pass
print(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1])
"""
