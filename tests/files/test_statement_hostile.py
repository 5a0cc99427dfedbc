"""Broken and hostile statements: a refusal, questions or errors, never a crash."""

import math
import os
import random
import zipfile
from datetime import date
from io import BytesIO

import pytest
from statement_bytes import file_of
from statement_layouts import draw
from table_files import replaced

from engine.statement_guess import guess
from engine.statement_reading import StatementReading
from files.reading import open_tables
from files.refusal import FileRefused
from files.sheet import Sheet

# MTQG_MUTATIONS=20000 for a long night
MUTATIONS = int(os.environ.get("MTQG_MUTATIONS", "1700"))
BASES = 12
WEIRD = [
    None, True, "", 10**18, -1, math.nan, math.inf, 1e300, "=SUM(A1)", "#REF!",
    "1.2.3", "9" * 80, "Tổng cộng", "I", "STT", "x" * 4000, date(1900, 1, 1),
    "\u0000", "-", "(1)", "Mã dự án", "ĐVT: đồng", "1e9", "２３", "Lũy kế",
    "Số dư đầu kỳ", "31/02/2025", "0", 0, "Trong đó", "%", "1.234", "1,234", "٣٤",
    "Nộp giảm tạm ứng", "\ud800", "K\u0301",
]  # fmt: skip


def small(kind):
    """Give a few small layouts of one kind of file."""
    drawn = [draw(seed) for seed in range(400)]
    fitting = [layout for layout in drawn if layout.kind == kind]
    return sorted(fitting, key=lambda layout: len(layout.rows))[:BASES]


def survives(sheets):
    """Read sheets as far as they let themselves be read; nothing may be raised."""
    found = guess(sheets)
    if found.sheet is None:
        assert found.questions
        return
    reading = StatementReading(found.profile, found.sheet)
    lines = list(reading.lines(found.sheet.rows, found.first_row))
    assert reading.errors or lines
    assert all(type(a) is int for line in lines for a in line.amounts.values())
    assert reading.is_sound == (not reading.errors)


def survives_as_file(content):
    """Open bytes and read what is in them; only a refusal may be raised."""
    try:
        sheets = [table.head(10**6) for table in open_tables(content, "a")]
    except FileRefused:
        return
    survives(sheets)


def mutated(content, chance):
    """Return bytes with some changed, cut, doubled or inserted."""
    data = bytearray(content)
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


def disturbed(layout, chance):
    """Return the rows of a layout with rows and cells that no statement has."""
    rows = [list(row) for row in layout.rows]
    for _ in range(chance.randint(1, 12)):
        place, kind = chance.randrange(len(rows)), chance.randrange(6)
        if kind == 0:
            rows[place] = [chance.choice(WEIRD) for _ in range(chance.randint(0, 15))]
        elif kind == 1 and len(rows) > 1:
            del rows[place]
        elif kind == 2:
            rows.insert(place, list(chance.choice(rows)))
        elif kind == 3:
            chance.shuffle(rows[place])
        elif rows[place]:
            rows[place][chance.randrange(len(rows[place]))] = chance.choice(WEIRD)
    areas = [tuple(chance.randrange(20) for _ in range(4)) for _ in range(2)]
    return Sheet("Tháng 5", rows, merged=[*layout.merged, *areas])


def test_mutated_text_files():
    bases = [file_of(layout)[0] for layout in small("csv")]
    for seed in range(MUTATIONS):
        chance = random.Random(seed)
        survives_as_file(mutated(chance.choice(bases), chance))


def test_disturbed_tables():
    bases = [*small("csv"), *small("xlsx")]
    for seed in range(MUTATIONS):
        chance = random.Random(seed)
        survives([disturbed(chance.choice(bases), chance)])


def test_mutated_workbooks():
    bases = [file_of(layout)[0] for layout in small("xlsx")]
    for seed in range(MUTATIONS):
        chance = random.Random(seed)
        content = chance.choice(bases)
        if seed % 3:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                name = chance.choice([n for n in archive.namelist() if "sheet" in n])
                part = archive.read(name)
            content = replaced(content, {name: mutated(part, chance)})
        else:
            content = mutated(content, chance)
        survives_as_file(content)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [["Mã dự án", "Số tiền"]],
        [["Mã dự án", "Số tiền"]] * 100,
        [["Tạm ứng"] * 200, ["Mã dự án"] * 200, [1] * 200],
        [["Mã dự án", "Tạm ứng (đồng)"], *[["7", i] for i in range(2_000)]],
        [["Tổng cộng", 5]] * 50,
    ],
    ids=["none", "empty", "heading", "headings", "wide", "flat", "sums"],
)
def test_strange_tables(rows):
    survives([Sheet("a", rows)])
