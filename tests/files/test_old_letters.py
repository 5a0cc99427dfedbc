"""Texts typed in the old .Vn fonts, in text files and in workbooks."""

import io

import pytest
import xlsxwriter
from statement_bytes import in_old_font

from files.csv_text import decode
from files.old_letters import TABLE, from_tcvn3, repair_of
from files.reading import open_tables, read_sheets

TEXTS = [
    "Chương trình",
    "Vốn đầu tư",
    "Kế hoạch vốn được giao",
    "Xã Yên Mỹ",
    "Đường liên thôn",
    "Tổng cộng",
    "Giải ngân lũy kế",
    "Nghĩa Lộ",
]


def workbook(texts):
    """Return a workbook with one column of texts."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, text in enumerate(texts):
            sheet.write_string(number, 0, text)
    return packed.getvalue()


def test_every_letter_comes_back():
    letters = "".join(letter for letter in TABLE.values() if letter.islower())
    assert from_tcvn3(in_old_font(letters)) == letters


def test_a_workbook_in_old_letters_is_read_in_new_ones():
    (sheet,) = read_sheets(workbook([in_old_font(text) for text in TEXTS]))
    assert [row[0] for row in sheet.rows] == TEXTS
    (table,) = open_tables(workbook([in_old_font(text) for text in TEXTS]))
    assert [row[0] for row in table.rows()] == TEXTS
    assert table.head(2).rows == sheet.rows[:2]


@pytest.mark.parametrize("texts", [TEXTS, ["Café", "Zürich", "naïve", "crème", "Ærø"]])
def test_new_letters_are_left_alone(texts):
    (sheet,) = read_sheets(workbook(texts))
    assert [row[0] for row in sheet.rows] == texts
    assert repair_of(texts) is None


def test_a_sheet_of_both_changes_only_what_reads_better():
    mixed = [*TEXTS, *(in_old_font(text) for text in TEXTS)]
    repair = repair_of(mixed)
    assert [repair(text) for text in mixed] == [*TEXTS, *TEXTS]
    assert repair("Xã") == "Xã"


def test_text_files_of_old_letters_and_of_windows_are_told_apart():
    text = "|".join(TEXTS)
    assert decode(in_old_font(text).encode("latin-1")) == text
    assert decode("T\u00f4\u0309ng c\u00f4\u0323ng".encode("cp1258")) == "Tổng cộng"
    assert decode(text.encode("utf-16")) == text


def test_joined_areas_of_workbooks_are_known():
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("B2:C2", "Giải ngân")
        sheet.write("B3", 5)
    (sheet,) = read_sheets(packed.getvalue())
    assert sheet.merged == [(1, 1, 1, 2)]
    assert sheet.rows == [[None] * 2, [None, "Giải ngân"], [None, 5]]
