"""The XLSX writer, judged by two other programs that read its files."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from layout.formats import BILLION, LARGEST_AMOUNT, MILLION, Kind
from layout.page import MOTTO, NATION, Letterhead, Page, Signature
from layout.table import Column, Row, Style, Table, numbered, with_total
from layout.xlsx import CELL_LIMIT, write_workbook

CREATED = datetime(2024, 7, 5, tzinfo=UTC).replace(tzinfo=None)
PAYLOADS = [
    "=1+1",
    "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "-x",
    "\t=1+1",
    "\r=1+1",
    "{=1+1}",
    "http://example.com",
    "mailto:a@example.com",
    "internal:Sheet1!A1",
    "0123",
    "1e5",
    "TRUE",
    "<b>&amp;</b>",
]
COLUMNS = (
    Column("STT", Kind.INTEGER),
    Column("Đơn vị", width=40),
    Column("Mã", Kind.CODE),
    Column("Kế hoạch", Kind.MONEY, group="Vốn", adds_up=True),
    Column("Giải ngân", Kind.MONEY, group="Vốn", adds_up=True),
    Column("Tỷ lệ", Kind.PERCENT),
    Column("Điểm", Kind.POINTS),
    Column("Ngày", Kind.DATE),
)
LETTERHEAD = Letterhead(
    "Sở Tài chính", "Ủy ban nhân dân tỉnh", place="Sơn Hà", issued=date(2024, 7, 5)
)
SIGNATURES = (
    Signature("NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"),
    Signature("THỦ TRƯỞNG ĐƠN VỊ", "(Ký tên, đóng dấu)", "Chức danh mẫu"),
)
LINE = (
    "Xã A",
    "A01",
    10**9,
    5 * 10**8,
    Decimal(50),
    Decimal("87.25"),
    date(2024, 6, 30),
)


def table_of(*lines, **options):
    values = {"name": "Xếp hạng", "title": "BẢNG XẾP HẠNG", "columns": COLUMNS}
    return Table(**{**values, **options}, rows=numbered(lines))


def write(*pages):
    return write_workbook(pages, "Báo cáo", CREATED)


def read(content, sheet=0):
    """Cells by calamine, as {(row, column): value}."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)
    return {
        (r, c): value
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if value != ""
    }


def find(cells, wanted):
    return next(place for place, value in cells.items() if value == wanted)


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def page_of(*lines, **options):
    return Page(table_of(*lines, **options), LETTERHEAD, SIGNATURES)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text_wherever_it_stands(payload):
    column = (Column(payload), Column("Mã", Kind.CODE))
    table = Table(
        name=payload,
        title=payload,
        columns=column,
        rows=(Row((payload, payload)), Row((payload, payload), Style.GROUP)),
        subtitles=(payload,),
        notes=(payload,),
    )
    head = Letterhead(payload, payload, place=payload)
    content = write(Page(table, head, (Signature(payload, payload, payload),)))
    for name, part in parts(content).items():
        assert "<f>" not in part, name
        assert "hyperlink" not in part, name
    book = openpyxl.load_workbook(io.BytesIO(content))
    types = {cell.data_type for row in book.active for cell in row if cell.value}
    # the column numbers "(1)" and all the payloads are strings
    assert types == {"s"}
    texts = list(read(content).values())
    assert texts.count(payload) >= 5


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-LARGEST_AMOUNT, LARGEST_AMOUNT), min_size=20, max_size=80))
def test_amounts_are_exact_to_the_dong(amounts):
    columns = (Column("Đơn vị"), Column("Vốn", Kind.MONEY))
    rows = tuple(Row(("Xã", amount)) for amount in amounts)
    content = write(Page(Table("t", "T", columns, rows)))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [row[1].value for row in book.active][-len(amounts) :] == amounts
    cells = read(content)
    last = max(row for row, _column in cells)
    first = last - len(amounts) + 1
    assert [int(cells[first + i, 1]) for i in range(len(amounts))] == amounts


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_any_text_survives(text):
    content = write(
        Page(Table("t", "T", (Column("A"), Column("B")), (Row((text, "b")),)))
    )
    book = openpyxl.load_workbook(io.BytesIO(content))
    values = [row[0] for row in book.active.iter_rows()]
    assert values[-1].data_type == "s"
    assert "<f>" not in parts(content)["xl/worksheets/sheet1.xml"]


def test_an_amount_a_spreadsheet_would_change_is_refused():
    line = ("Xã A", "A01", LARGEST_AMOUNT + 1, 0, None, None, None)
    with pytest.raises(ValueError, match="exactly"):
        write(page_of(line))


def test_kinds_arrive_as_what_they_are():
    content = write(page_of(LINE))
    cells = read(content)
    row, _column = find(cells, "A01")
    assert cells[row, 5] == pytest.approx(0.5)
    assert cells[row, 6] == pytest.approx(87.25)
    assert cells[row, 7] == date(2024, 6, 30)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    formats = [cell.number_format for cell in sheet[row + 1]]
    assert formats == [
        "#,##0", "@", "@", "#,##0", "#,##0", "0.00%", "0.00", "dd/mm/yyyy",
    ]  # fmt: skip


def test_money_keeps_its_dong_where_the_page_shows_millions():
    content = write(page_of(LINE, money_unit=MILLION))
    cells = read(content)
    row, _column = find(cells, "A01")
    assert cells[row, 3] == 10**9
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet.cell(row + 1, 4).number_format == "#,##0,,"


def test_the_national_header_stands_on_the_right():
    cells = read(write(page_of(LINE)))
    nation, motto = find(cells, NATION), find(cells, MOTTO)
    assert (nation[0], motto[0]) == (0, 1)
    assert find(cells, "ỦY BAN NHÂN DÂN TỈNH") == (0, 0)
    assert find(cells, "SỞ TÀI CHÍNH") == (1, 0)
    assert nation[1] == motto[1] > 0
    assert find(cells, "Sơn Hà, ngày 05 tháng 7 năm 2024")[0] == 2


def test_signatures_stand_below_the_table_side_by_side():
    cells = read(write(page_of(LINE)))
    left, right = find(cells, "NGƯỜI LẬP BIỂU"), find(cells, "THỦ TRƯỞNG ĐƠN VỊ")
    assert left[0] == right[0] > find(cells, "A01")[0]
    assert left[1] < right[1]
    assert find(cells, "Chức danh mẫu")[0] > right[0] + 3


def test_the_page_prints_on_a4():
    content = write(page_of(LINE), page_of(LINE, landscape=False))
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, orientation in zip(book, ["landscape", "portrait"], strict=True):
        assert sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.orientation or "portrait") == orientation
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert "&P" in sheet.oddFooter.center.text
        heading = find(read(content), "STT")[0] + 1
        assert sheet.print_title_rows == f"${heading}:${heading + 2}"
        assert sheet.freeze_panes == f"A{heading + 3}"
        assert sheet.print_area


def test_the_font_is_times_new_roman():
    sheet = openpyxl.load_workbook(io.BytesIO(write(page_of(LINE)))).active
    fonts = {cell.font.name for row in sheet for cell in row if cell.value is not None}
    assert fonts == {"Times New Roman"}


def test_neighbours_of_a_group_stand_under_one_heading():
    content = write(page_of(LINE))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    row, column = find(read(content), "Vốn")
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert f"D{row + 1}:E{row + 1}" in merged
    assert find(read(content), "Kế hoạch") == (row + 1, column)


def test_the_total_is_true_and_says_when_the_column_does_not_add_up():
    lines = [("Xã", "A", 1_500_000_000, 10**9, None, None, None)] * 2
    table = with_total(table_of(*lines, money_unit=BILLION), "Cộng", "%s: làm tròn")
    assert table.rows[-1].values[3:5] == (3_000_000_000, 2_000_000_000)
    assert table.notes == ("Kế hoạch: làm tròn",)
    assert "Kế hoạch: làm tròn" in read(write(Page(table))).values()


def test_a_total_leaves_out_groups():
    table = table_of(LINE)
    group = Row((None, "Huyện", "", 7, 7, None, None, None), Style.GROUP)
    table = with_total(Table("t", "T", COLUMNS, (group, *table.rows)), "Cộng", "%s")
    assert table.rows[-1].values[3] == 10**9


def test_the_same_pages_give_the_same_bytes():
    assert write(page_of(LINE)) == write(page_of(LINE))


def test_sheet_names_are_made_legal_and_unique():
    names = ["Quý 2/2024: [x]", "quý 2 2024   x", "'", "'", "History", "d" * 40]
    content = write(*(page_of(LINE, name=name) for name in names))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len({name.lower() for name in book.sheetnames}) == len(names)
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_a_text_too_long_for_a_cell_is_cut_visibly():
    cells = read(write(page_of(("x" * 40_000, *LINE[1:]))))
    text = next(v for v in cells.values() if isinstance(v, str) and v.startswith("xx"))
    assert len(text) == CELL_LIMIT
    assert text.endswith("…")


def test_an_empty_table_still_prints():
    cells = read(write(page_of()))
    assert find(cells, "BẢNG XẾP HẠNG")


def test_a_row_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="columns"):
        Table("t", "T", COLUMNS, (Row(("too short",)),))
