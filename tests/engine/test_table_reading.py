"""Tables of capital: what is read, and that nothing wrong gets through."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.table_reading import Options, read_plan

MILLION = 1_000_000
PUBLISHED = """programme,central_budget,provincial_budget,total
GNBV,180000,5334,185334
DTTS,500000,32033,532033
NTM,100000,12773,112773
TOTAL,780000,50140,830140"""


@dataclass
class Sheet:
    """A sheet of cells, as the room of files gives it."""

    rows: list
    name: str = "Bảng"
    is_hidden: bool = False

    def address(self, row, column):
        return f"{chr(ord('A') + column)}{row + 1}"


def cells(text):
    """Cut lines of text into cells; nothing between commas is no cell."""
    lines = text.strip("\n").split("\n")
    return [[cell.strip() or None for cell in line.split(",")] for line in lines]


def read(text, **options):
    return read_plan([Sheet(cells(text))], Options(**options))


def codes(reading):
    return {error.cell: error.code for error in reading.errors}


# === Layouts ===


def test_a_published_plan_by_sources():
    reading = read(PUBLISHED, money_unit="million")
    assert reading.errors == []
    assert (reading.layout, reading.totals_checked) == ("crosstab", 6)
    assert sum(line.amount for line in reading.lines) == 830_140 * MILLION
    assert [
        (line.texts["program"], line.source, line.amount // MILLION)
        for line in reading.lines
    ] == [
        ("GNBV", "central", 180_000),
        ("GNBV", "province", 5_334),
        ("DTTS", "central", 500_000),
        ("DTTS", "province", 32_033),
        ("NTM", "central", 100_000),
        ("NTM", "province", 12_773),
    ]


def test_a_form_with_a_heading_of_two_rows():
    reading = read(
        """
        Biểu số 01
        ,,,,,ĐVT: triệu đồng
        TT,Nội dung,Tổng số,NSTW,,NS tỉnh,Ghi chú
        ,,,Vốn đầu tư,Vốn sự nghiệp,,
        A,B,1=2+3+4,2,3,4,5
        ,TỔNG SỐ,1015.5,600,400,15.5
        1,NTM,505.5,300,200,5.5,đợt 1
        2,GNBV,510,300,200,10
        """.replace("        ", "")
    )
    assert reading.errors == []
    assert (reading.money_unit, reading.money_unit_cell) == ("million", "F2")
    assert reading.totals_checked == 6
    assert [(line.cell, line.source, line.nature) for line in reading.lines[:3]] == [
        ("D7", "central", "investment"),
        ("E7", "central", "recurrent"),
        ("F7", "province", None),
    ]
    assert reading.lines[2].amount == 5_500_000


def test_one_amount_a_row():
    reading = read(
        """unit,program,project,nature,source,origin year,parent program,amount
H1,NTM-02,7891234,Đầu tư,NSTW,2022,NTM,1000
H1,NTM-02,,sự nghiệp,NSĐP,năm 2023,,2000
Cộng,,,,,,,3000
H2,NTM,,investment,foreign,2023,,500
Cộng,,,,,,,500
Tổng cộng,,,,,,,3500""",
        money_unit="dong",
    )
    assert reading.errors == []
    assert reading.totals_checked == 3
    first = reading.lines[0]
    assert first.texts == {
        "unit": "H1",
        "program": "NTM-02",
        "project": "7891234",
        "parent_program": "NTM",
    }
    assert (first.nature, first.source, first.origin_year) == (
        "investment",
        "central",
        2022,
    )
    assert first.cells["source"] == "E2"
    assert [line.origin_year for line in reading.lines] == [2022, 2023, 2023]


@pytest.mark.parametrize(
    "heading",
    [
        "Chương trình,NSTW,NSĐP,Tổng cộng",
        "CHUONG TRINH,ngan sach trung uong,NS tinh,TONG SO",
        "program_code,Central Budget,provincial_budget,Total",
        "Mã chương trình,Vốn NSTW hỗ trợ,Vốn ngân sách địa phương,Tổng",
    ],
)
def test_headings_with_and_without_accents(heading):
    reading = read(f"{heading}\nNTM,10,5,15\nCộng,10,5,15", money_unit="million")
    assert reading.errors == []
    assert [line.source for line in reading.lines] == ["central", "province"]


def test_place_names_are_units_or_sources_by_their_neighbours():
    reading = read("program,central,district,commune\nNTM,1,2,3", money_unit="dong")
    assert [line.source for line in reading.lines] == ["central", "district", "commune"]
    reading = read("Xã,NSTW\nYên Mỹ,5", money_unit="dong")
    assert reading.lines[0].texts == {"unit": "Yên Mỹ"}


def test_numbers_and_blanks_of_a_workbook():
    sheet = Sheet([["Program", "NSTW", "NSĐP"], ["NTM", 0.3, None], ["GNBV", 0, 2.0]])
    reading = read_plan([sheet], Options(money_unit="million"))
    assert reading.errors == []
    assert [(line.cell, line.amount) for line in reading.lines] == [
        ("B2", 300_000),
        ("C3", 2_000_000),
    ]


def test_a_heading_repeated_on_each_page_and_remarks_are_passed_over():
    reading = read(
        "program,amount\nNTM,5\nPhần hai\nprogram,amount\nGNBV,6", money_unit="dong"
    )
    assert reading.errors == []
    assert [line.amount for line in reading.lines] == [5, 6]


# === What is refused, and where ===


def test_one_wrong_total_is_named():
    reading = read(PUBLISHED.replace("830140", "830141"), money_unit="million")
    (error,) = reading.errors
    assert (error.cell, error.value, error.code) == ("D5", "830141", "total_wrong")
    assert error.values == {
        "printed": 830_141 * MILLION,
        "summed": 830_140 * MILLION,
        "difference": MILLION,
    }


def test_every_error_is_collected_at_its_cell():
    reading = read(
        """unit,program,nature,source,origin year,amount,xyz
H1,NTM,moon,NSTW,2022,1000,
H1,NTM,đầu tư,mars,22,0,
,,đầu tư,NSTW,2022,5,
H1,NTM,đầu tư,NSTW,2022,,
H1,NTM,đầu tư,NSTW,2022,-5,
H1,NTM,đầu tư,NSTW,2022,=A1,
H1,NTM,đầu tư,NSTW,2022,"five",,note""",
        money_unit="dong",
    )
    assert codes(reading) == {
        "G1": "unknown_column",
        "C2": "unknown_nature",
        "D3": "unknown_source",
        "E3": "bad_year",
        "F3": "zero_amount",
        "A4": "subject_missing",
        "F5": "amount_missing",
        "F6": "negative_amount",
        "F7": "formula",
        "F8": "not_a_number",
        "H8": "unnamed_column",
    }


def test_adjustments_may_be_below_zero():
    text = "program,amount\nNTM,-5\nGNBV,5\nCộng,0"
    assert codes(read(text, money_unit="dong")) == {"B2": "negative_amount"}
    reading = read(text, money_unit="dong", with_decreases=True)
    assert [line.amount for line in reading.lines] == [-5, 5]


@pytest.mark.parametrize(
    ("text", "cell", "code"),
    [
        ("foo,bar\n1,2", "A1", "no_heading"),
        ("program,colour\nNTM,red", "A1", "no_heading"),
        ("program,amount", "A2", "no_lines"),
        ("program,amount,số tiền\nNTM,1,1", "C1", "doubled_column"),
        ("a", "A1", "empty_sheet"),
    ],
)
def test_tables_that_are_none(text, cell, code):
    reading = read(text, money_unit="dong")
    assert (cell, code) in codes(reading).items()


def test_a_silent_table_asks_for_the_unit_of_money():
    assert codes(read("program,amount\nNTM,5")) == {"B1": "money_unit_unknown"}


def test_two_tables_ask_which():
    first, second = Sheet(cells(PUBLISHED)), Sheet(cells(PUBLISHED), name="Bảng 2")
    options = Options(money_unit="million")
    assert read_plan([first, second], options).errors[0].code == "several_tables"
    chosen = Options(money_unit="million", sheet="Bảng 2")
    assert read_plan([first, second], chosen).sheet == "Bảng 2"
    second.is_hidden = True
    assert read_plan([first, second], options).errors == []
    assert read_plan([], options).errors[0].code == "no_sheet"


# === Any table ===

SOURCES = ["NSTW", "NS tỉnh", "NS huyện", "NS xã"]
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(1, 10**9), min_size=width, max_size=width),
        min_size=1,
        max_size=8,
    )
)


def with_totals(amounts, on_top):
    """Return the cells of a table by sources with all its totals."""
    rows = [[f"P{i}", *row, sum(row)] for i, row in enumerate(amounts)]
    total = ["Tổng số", *[sum(c) for c in zip(*amounts, strict=True)]]
    total.append(sum(total[1:]))
    body = [total, *rows] if on_top else [*rows, total]
    return [["Chương trình", *SOURCES[: len(amounts[0])], "Tổng cộng"], *body]


@given(TABLES, st.booleans())
def test_a_sound_table_is_read_whole(amounts, on_top):
    sheet = Sheet(with_totals(amounts, on_top))
    reading = read_plan([sheet], Options(money_unit="million"))
    assert reading.errors == []
    assert sum(line.amount for line in reading.lines) == MILLION * sum(
        map(sum, amounts)
    )


@given(TABLES, st.booleans(), st.data())
def test_one_changed_total_is_always_named(amounts, on_top, data):
    rows = with_totals(amounts, on_top)
    total_row = 1 if on_top else len(rows) - 1
    last = len(rows[0]) - 1
    places = [(row, last) for row in range(1, len(rows))]
    places += [(total_row, column) for column in range(1, last)]
    row, column = data.draw(st.sampled_from(places))
    rows[row][column] += data.draw(st.integers(-(10**9), 10**9).filter(bool))
    sheet = Sheet(rows)
    reading = read_plan([sheet], Options(money_unit="million"))
    assert codes(reading)[sheet.address(row, column)] == "total_wrong"


@given(TABLES, st.booleans(), st.data())
def test_one_changed_amount_never_gets_through(amounts, on_top, data):
    rows = with_totals(amounts, on_top)
    first = 2 if on_top else 1
    row = data.draw(st.integers(first, first + len(amounts) - 1))
    column = data.draw(st.integers(1, len(amounts[0])))
    rows[row][column] += data.draw(st.integers(1, 10**9))
    reading = read_plan([Sheet(rows)], Options(money_unit="million"))
    assert "total_wrong" in codes(reading).values()


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(),
    st.dates(),
    st.text(max_size=12),
    st.sampled_from(
        ["NTM", "Chương trình", "NSTW", "Tổng", "amount", "ĐVT: đồng", "(1)"]
    ),
)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=8), st.booleans())
def test_no_cells_do_harm(rows, with_decreases):
    options = Options(money_unit="million", with_decreases=with_decreases)
    reading = read_plan([Sheet(rows)], options)
    assert reading.errors or reading.lines
