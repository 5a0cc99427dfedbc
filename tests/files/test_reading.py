"""What good files become: the same cells, whoever wrote them and how."""

import io
from datetime import date

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from files.csv_text import decode, sniff_delimiter
from files.limits import Limits
from files.reading import read_sheets
from files.refusal import FileRefused

VIETNAMESE = "Tổng cộng;Kế hoạch vốn\nNghĩa Lộ;1.234,5\n"


def rows_of(content, filename="a.csv"):
    """Return the cells of the only sheet."""
    (sheet,) = read_sheets(content, filename)
    return sheet.rows


def write_xlsx(fill):
    """Return a workbook that ``fill(book, sheet)`` wrote."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        fill(book, book.add_worksheet("Bảng 1"))
    return packed.getvalue()


def test_cells_keep_their_kind_and_their_place():
    def fill(book, sheet):
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write("B3", "  Chương trình ")
        sheet.write("C3", 180000)
        sheet.write("D3", 0.5)
        sheet.write("B4", True)
        sheet.write("C4", date(2023, 1, 2), day)
        sheet.write("D4", 9_000_000_000_000_000)

    (sheet,) = read_sheets(write_xlsx(fill), "a.xlsx")
    assert sheet.name == "Bảng 1"
    assert sheet.rows[:2] == [[None] * 4, [None] * 4]
    assert sheet.rows[2] == [None, "Chương trình", 180000, 0.5]
    assert sheet.rows[3] == [None, True, date(2023, 1, 2), 9_000_000_000_000_000]


def test_an_error_and_a_formula_without_result_are_not_empty():
    def fill(_book, sheet):
        sheet.write("A1", 1)
        sheet.write_formula("B1", "=1/0", value="#DIV/0!")
        sheet.write_formula("C1", "=A1+1", value=2)
        sheet.write_formula("D1", "=SUM(A1:C1)", value="")

    assert rows_of(write_xlsx(fill)) == [[1, "#DIV/0!", 2, "=SUM(A1:C1)"]]


def test_a_formula_of_openpyxl_has_no_result():
    book, packed = openpyxl.Workbook(), io.BytesIO()
    book.active.append([1, 2, "=A1+B1"])
    book.save(packed)
    assert rows_of(packed.getvalue()) == [[1, 2, "=A1+B1"]]


def test_hidden_sheets_are_told_apart():
    book, packed = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Nháp"
    book.create_sheet("Kế hoạch")["A1"] = 5
    book.active.sheet_state = "hidden"
    book.active = 1
    book.save(packed)
    sheets = read_sheets(packed.getvalue(), "a.xlsx")
    assert [(s.name, s.is_hidden) for s in sheets] == [
        ("Nháp", True),
        ("Kế hoạch", False),
    ]


def test_xls_is_read_too():
    book, packed = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("Cũ")
    sheet.write(1, 1, "Tổng")
    sheet.write(1, 2, 5334)
    sheet.write(1, 3, date(2023, 1, 2), xlwt.easyxf(num_format_str="dd/mm/yyyy"))
    book.save(packed)
    (sheet,) = read_sheets(packed.getvalue(), "a.xls")
    assert sheet.name == "Cũ"
    assert sheet.rows[1] == [None, "Tổng", 5334, date(2023, 1, 2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_csv_of_any_unicode(encoding):
    assert rows_of(VIETNAMESE.encode(encoding)) == [
        ["Tổng cộng", "Kế hoạch vốn"],
        ["Nghĩa Lộ", "1.234,5"],
    ]


def test_csv_of_vietnamese_windows_is_composed():
    # Windows-1258 writes a tone after its letter: o, circumflex, hook above
    content = "T\u00f4\u0309ng".encode("cp1258")
    assert decode(content) == "Tổng"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_csv_of_any_delimiter(delimiter):
    lines = [["a", "b", "c"], ["x", "1", "2"], ["y", "3", "4"]]
    content = "\n".join(delimiter.join(line) for line in lines).encode()
    assert rows_of(content) == lines


def test_decimal_commas_do_not_cut():
    assert sniff_delimiter("a;b\n1,5;2\n3;4,25\n") == ";"


def test_excels_own_hint_keeps_the_addresses():
    assert rows_of(b"sep=|\na|b;c\n") == [[], ["a", "b;c"]]


@given(
    st.lists(
        st.lists(
            st.text(
                st.characters(
                    exclude_categories=("Cs", "Cc", "Cn"), max_codepoint=9999
                ),
                max_size=8,
            ),
            min_size=2,
            max_size=5,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_table_out_of_the_writer_comes_back(rows):
    book, packed = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append([f"x{text}" for text in row])
    book.save(packed)
    read = rows_of(packed.getvalue())
    wanted = [[f"x{text}".strip() for text in row] for row in rows]
    assert [[cell for cell in row if cell is not None] for row in read] == wanted


def test_limits_are_data():
    content = b"a,b\n1,2\n3,4\n"
    assert len(rows_of(content)) == 3
    for limits, code in (
        (Limits(bytes=5), "too_big"),
        (Limits(rows=2), "too_many_rows"),
        (Limits(columns=1), "too_many_columns"),
        (Limits(cells=3), "too_many_cells"),
        (Limits(cell_length=0), "text_too_long"),
    ):
        with pytest.raises(FileRefused) as refused:
            read_sheets(content, "a.csv", limits)
        assert refused.value.code == code
