"""Statements read with a profile: lines, sums, and what is refused, and where."""

from datetime import date

import pytest
from statement_sheets import Sheet, codes, read, sheet

from engine.matching_figures import suspects
from engine.statement_guess import review
from engine.statement_lines import AMOUNTS, COLUMNS, Scope
from engine.statement_reading import StatementReading

# Press report of 19/05/2025 on Bình Thuận, in million đồng, as printed
BINH_THUAN = """
    programme|plan_incl_carried|disbursed|percent_printed|disbursed_investment|disbursed_recurrent
    NTM|320197|55882|17.45|50824|5058
    GNBV|67172|4369|6.45|0|4369
    DTTS|226385|24248|10.71|19285|4963
    TOTAL|614294|84499|13.76|70109|14390"""
MILLION = 1_000_000
VOUCHERS = """
    ĐVT: đồng
    Ngày HT|Số CT|Mã dự án|Diễn giải|Tạm ứng|KLHT
    06/05/2025|GRV1|7001234|Đợt 1|1.000.000.000|
    07/05/2025|GRV2|7001234|Đợt 2||500.000.000
    31/05/2025|GRV3|7005678|Đợt 1||250.000.000
    |||Tổng cộng|1.000.000.000|750.000.000"""


def amounts(lines):
    return [line.amounts for line in lines]


# === A published table === #


def test_binh_thuan_has_one_wrong_total():
    found, reading, lines = read(BINH_THUAN, money_unit="million")
    assert found.questions == []
    (error,) = reading.errors
    assert (error.cell, error.value, error.code) == ("B5", "614294", "total_wrong")
    assert error.values["difference"] == 540 * MILLION
    plan = {ln.program: ln.assigned for ln in lines if ln.assigned is not None}
    assert suspects(plan, error.values["difference"]) == [
        ("GNBV", 67_172 * MILLION, 67_712 * MILLION, "transposed_digits")
    ]


def test_binh_thuan_without_the_transposition_agrees():
    _found, reading, lines = read(
        BINH_THUAN.replace("67172", "67712"), money_unit="million"
    )
    assert reading.is_sound
    assert reading.report.status == "agrees"
    assert sum(line.assigned or 0 for line in lines) == 614_294 * MILLION
    recurrent = [line for line in lines if line.nature == "recurrent"]
    assert sum(line.disbursed for line in recurrent) == 14_390 * MILLION


def test_a_wrong_total_may_be_set_aside_by_name():
    _found, reading, lines = read(BINH_THUAN, ["Tháng 5!5"], money_unit="million")
    assert reading.is_sound
    assert reading.aside == ["Tháng 5!5"]
    assert reading.report.status == "none"
    assert len(lines) == 8


# === Lines === #


def test_vouchers_become_tuples():
    _found, reading, lines = read(VOUCHERS)
    assert reading.is_sound
    assert reading.report.status == "agrees"
    first = lines[0]
    assert (first.name, first.cell, first.row) == ("Tháng 5!3", "E3", 3)
    assert (first.project, first.voucher, first.date) == (
        "7001234",
        "GRV1",
        date(2025, 5, 6),
    )
    assert amounts(lines) == [
        {"advance": 1_000_000_000},
        {"completed": 500_000_000},
        {"completed": 250_000_000},
    ]
    assert tuple(first)[COLUMNS.index("advance")] == 1_000_000_000
    assert len(COLUMNS) == len(first)
    assert set(AMOUNTS) <= set(COLUMNS)


def test_the_same_line_has_the_same_digest_wherever_it_stands():
    _found, _reading, lines = read(VOUCHERS)
    _found, _reading, again = read(VOUCHERS.replace("ĐVT", "\n    ĐVT"))
    assert [line.row for line in lines] != [line.row for line in again]
    scope = Scope("treasury", "2025-05", "A")
    digests = [line.digest(scope) for line in lines]
    assert digests == [line.digest(scope) for line in again]
    assert len(set(digests)) == 3


def test_kinds_of_rows_turn_one_amount_into_measures():
    _found, reading, lines = read("""
        Đơn vị: đồng
        Số CT|Mã dự án|Loại nghiệp vụ|Số tiền thanh toán
        1|7001234|Tạm ứng|900.000
        2|7001234|Thu hồi tạm ứng|300.000
        3|7001234|Nộp giảm tạm ứng|100.000
        4|7001234|Nộp giảm tạm ứng|(50.000)
        5|7001234|Thanh toán KLHT|200.000""")
    assert reading.is_sound
    assert amounts(lines) == [
        {"advance": 900_000},
        {"recovered": 300_000},
        {"advance": -100_000},
        {"advance": -50_000},
        {"completed": 200_000},
    ]
    assert [line.kind for line in lines][2:4] == ["refund_advance"] * 2


def test_groups_tell_nature_year_and_program():
    _found, reading, lines = read("""
        ĐVT: triệu đồng
        STT|Mã CTMT|Tên dự án|Mã dự án|Kế hoạch vốn|Giải ngân
        A||Vốn đầu tư||100,5|50,5
        I|00491|Chương trình NTM, năm 2024 kéo dài||100,5|50,5
        1||Đường A|7001234|60|30
        2||Trường B|7005678|40,5|20,5
        B||Vốn sự nghiệp||7|3
        I|00471|Chương trình GNBV||7|3
        1||Tập huấn|7009999|7|3
        ||Tổng cộng||107,5|53,5""")
    assert reading.is_sound, reading.errors
    assert reading.report.status == "agrees"
    assert [(ln.nature, ln.program) for ln in lines] == [
        ("investment", "00491"),
        ("investment", "00491"),
        ("recurrent", "00471"),
    ]
    assert lines[0].groups == "Vốn đầu tư / Chương trình NTM, năm 2024 kéo dài"
    assert lines[1].assigned == 40_500_000


def test_joined_cells_hold_for_the_rows_below():
    table = sheet("""
        ĐVT: đồng
        Mã CTMT|Mã dự án|Giải ngân
        00491|7001234|500.000
        |7005678|600.000
        00471|7009999|700.000
        |7008888|800.000""")
    table.merged = [(2, 0, 3, 0)]
    _found, _reading, lines = read(table)
    assert [line.program for line in lines] == ["00491", "00491", "00471", None]


def test_codes_of_a_workbook_get_their_zeros_back():
    rows = [["Mã dự án", "Mã CTMT", "Tạm ứng (đồng)"], [7_001_234.0, 491, 5_000_000]]
    _found, reading, lines = read(Sheet(rows))
    assert reading.is_sound
    assert (lines[0].project, lines[0].program) == ("7001234", "00491")


FORM_03_QTDA = """
Mã dự án: 7891234
Đơn vị: đồng
Số TT|Nội dung|Số liệu của chủ đầu tư||||Số liệu của cơ quan thanh toán||||Chênh lệch
||Số vốn được giao|Số vốn đã giải ngân|||Số vốn được giao|Số vốn đã giải ngân|||
|||Tổng số|{volume}|Tạm ứng||Tổng Số|{volume}|Tạm ứng|
1|2|3|4=5+6|5|6|7|8=9+10|9|10|11=8-4
1|Lũy kế từ khởi công|3.000|2.000|1.500|500|3.000|2.100|1.600|500|100
|- Vốn đầu tư công|3.000|2.000|1.500|500|3.000|2.100|1.600|500|100
2|Chi tiết theo năm|||||||||
2.1|Năm 2024|1.000|900|900||1.000|900|900||
|- Vốn đầu tư công|1.000|900|900||1.000|900|900||
2.2|Năm 2025|2.000|1.100|600|500|2.000|1.200|700|500|100
|- Vốn đầu tư công|2.000|1.100|600|500|2.000|1.200|700|500|100""".format(
    volume="Thanh toán khối lượng hoàn thành"
)


def test_the_form_of_the_minutes_is_read_on_the_side_of_the_treasury():
    """Form 03/QTDA of TT 73/2026; its first line is the sum of the years below."""
    found, _reading, _lines = read(FORM_03_QTDA)
    assert codes(found.questions) == {"G8": "looks_like_sum"}
    aside = ["Tháng 5!8"]
    again = review(found.profile, found.sheet, found.first_row, aside)
    assert again.is_ready
    reading = StatementReading(again.profile, again.sheet, aside)
    lines = list(reading.lines(again.sheet.rows, again.first_row))
    assert reading.is_sound
    assert [(ln.project, ln.origin_year) for ln in lines] == [
        ("7891234", 2024),
        ("7891234", 2025),
    ]
    assert amounts(lines) == [
        {"assigned": 1_000, "completed": 900, "disbursed": 900},
        {"assigned": 2_000, "advance": 500, "completed": 700, "disbursed": 1_200},
    ]


def test_rows_that_a_person_calls_sums_are_added_up():
    table = sheet("""
        ĐVT: đồng
        Nội dung|Kế hoạch vốn|Giải ngân
        Chương trình NTM|300.000|100.000
        Dự án A|100.000|40.000
        Dự án B|200.000|60.000
        Chương trình GNBV|500.000|200.000
        Dự án C|100.000|50.000
        Dự án D|400.000|150.000
        Tổng cộng|800.000|300.000""")
    found, reading, _lines = read(table)
    assert codes(found.questions) == {"B3": "looks_like_sum", "B6": "looks_like_sum"}
    assert set(codes(reading.errors)) == {"B9", "C9"}
    sums = ["Tháng 5!3", "Tháng 5!6"]
    again = review(found.profile, table, found.first_row, sums=sums)
    assert again.is_ready
    reading = StatementReading(again.profile, table, sums=sums)
    lines = list(reading.lines(table.rows, again.first_row))
    assert reading.is_sound
    assert reading.report.is_whole
    assert [ln.groups for ln in lines] == ["Chương trình NTM"] * 2 + [
        "Chương trình GNBV"
    ] * 2


def test_carried_over_capital_beside_that_of_the_year():
    """Form 01/QTNĐ of TT 91/2025: both blocks have a total of their own."""
    _found, reading, lines = read("""
        Đơn vị: đồng
        Nội dung|Mã số dự án|Kế hoạch vốn kéo dài|||Kế hoạch vốn năm||
        ||Giải ngân|||Giải ngân||
        ||Tổng số|Thanh toán KLHT|Tạm ứng|Tổng số|Thanh toán KLHT|Tạm ứng
        Dự án A|7891234|200.000|150.000|50.000|500.000|400.000|100.000
        Dự án B|7891235|100.000|100.000||300.000|300.000|
        Tổng cộng||300.000|250.000|50.000|800.000|700.000|100.000""")
    assert reading.is_sound
    assert [(ln.is_carried, ln.completed) for ln in lines] == [
        (True, 150_000),
        (False, 400_000),
        (True, 100_000),
        (False, 300_000),
    ]
    assert lines[0].disbursed == 200_000


def test_ratios_may_tell_the_decimal_mark():
    table = """
        ĐVT: triệu đồng
        Mã CTMT|Kế hoạch vốn|Tỷ lệ (%)
        00491|320.197|{}
        00471|167.712|6,45"""
    _found, reading, lines = read(table.format("17,45"))
    assert reading.is_sound
    assert lines[0].assigned == 320_197 * MILLION
    _found, reading, _lines = read(table.replace(".", ",").format("17,45"))
    assert set(codes(reading.errors).values()) == {"ambiguous_number"}


# === Sums === #


def test_opening_page_and_running_sums():
    table = """
        ĐVT: đồng
        Số CT|Mã dự án|Nội dung|Giải ngân
        ||Số dư đầu kỳ|1.000.000
        1|7001234|Đợt 1|500.000
        2|7001234|Đợt 2|250.000
        ||Cộng trang|750.000
        3|7001234|Đợt 3|250.000
        ||Cộng trang|250.000
        ||Cộng phát sinh|1.000.000
        ||Lũy kế đến cuối kỳ|2.000.000"""
    _found, reading, lines = read(table)
    assert reading.is_sound, reading.errors
    assert reading.report.status == "agrees"
    assert sum(line.disbursed for line in lines) == 1_000_000
    _found, reading, _lines = read(table.replace("2.000.000", "2.000.001"))
    assert codes(reading.errors) == {"D10": "total_wrong"}


def test_a_column_no_sum_proves_is_said():
    _found, reading, _lines = read(VOUCHERS.replace("|750.000.000", "|"))
    assert reading.is_sound
    assert reading.report.status == "partly"
    assert reading.report.uncovered == {5: 3}


def test_a_bare_sum_is_no_line():
    table = "\n".join(VOUCHERS.split("\n")[:-1]) + "\n||||1.000.000.000|750.000.000"
    _found, reading, lines = read(table)
    assert reading.is_sound
    assert len(lines) == 3
    assert reading.report.status == "agrees"
    _found, reading, _lines = read(table.replace("|750.", "|751."))
    assert codes(reading.errors) == {"E6": "subject_missing"}


@pytest.mark.parametrize("name", ["Công trình A", "Cộng đồng thôn 3", "Tổng công ty B"])
def test_names_that_begin_like_sums_are_lines(name):
    _found, reading, lines = read(VOUCHERS.replace("Đợt 2", name))
    assert reading.is_sound
    assert len(lines) == 3


# === What is refused === #


@pytest.mark.parametrize(
    ("old", "new", "cell", "code"),
    [
        ("500.000.000", "năm trăm triệu 5", "F4", "not_a_number"),
        ("500.000.000", "=F1*2", "F4", "formula"),
        ("500.000.000", "5E+08", "F4", "scientific"),
        ("500.000.000", "500,5", "F4", "not_whole"),
        ("500.000.000", "914.000.000.000.000", "F4", "implausible"),
        ("07/05/2025", "32/05/2025", "A4", "bad_date"),
        ("Đợt 2", "Nộp trả ngân sách", "F4", "refund_unclear"),
        ("||500.000.000", "||", "E4", "amount_missing"),
        ("7005678", "7E+06", "C5", "bad_code"),
    ],
)
def test_one_bad_cell_is_named(old, new, cell, code):
    _found, reading, _lines = read(VOUCHERS.replace(old, new))
    assert (cell, code) in codes(reading.errors).items()
    assert not reading.is_sound


def test_a_mark_against_the_chosen_one_is_refused():
    text = VOUCHERS.replace("500.000.000", "500,000,000")
    _found, reading, lines = read(text)
    assert reading.is_sound
    assert lines[1].completed == 500_000_000
    _found, reading, _lines = read(text, decimal_mark=",")
    assert codes(reading.errors) == {"F4": "other_mark"}


def test_a_bad_line_may_be_set_aside_by_name():
    text = VOUCHERS.replace("07/05/2025", "32/05/2025")
    _found, reading, lines = read(text, ["Tháng 5!4"])
    assert reading.is_sound
    assert reading.aside == ["Tháng 5!4"]
    assert len(lines) == 2
    assert reading.report.status == "agrees"


def test_numbers_a_workbook_made_of_texts_are_refused():
    """ "12.000" beside "1.234.567" was taken for twelve when the file was opened."""
    rows = [["Mã dự án", "Tạm ứng (đồng)"], ["7001234", "1.234.567"], ["7005678", 12]]
    _found, reading, _lines = read(Sheet(rows))
    assert codes(reading.errors) == {"B3": "mixed_numbers"}
    _found, reading, lines = read(Sheet(rows), decimal_mark=",")
    assert reading.is_sound
    assert lines[1].advance == 12


def test_a_mark_that_may_be_decimal_is_asked_for_unless_sums_tell():
    table = """
        ĐVT: triệu đồng
        Mã dự án|Tạm ứng
        7001234|1.234
        7005678|{}
        Tổng cộng|{}"""
    _found, reading, _lines = read(table.format("5.678", "6.912"))
    assert set(codes(reading.errors).values()) == {"ambiguous_number"}
    _found, reading, lines = read(table.format("523", "1.757"))
    assert reading.is_sound
    assert lines[0].advance == 1_234 * MILLION
    _found, reading, lines = read(table.format("523", "524.234"))
    assert reading.is_sound
    assert lines[0].advance == 1_234_000


def test_sums_across_a_row_are_checked():
    table = """
        ĐVT: đồng
        Mã dự án|Giải ngân||
        |Tạm ứng|KLHT|Tổng số
        7001234|100.000|200.000|300.000
        7005678|400.000|500.000|900.000
        7009999|600.000|700.000|{}"""
    _found, reading, _lines = read(table.format("1.300.000"))
    assert reading.is_sound
    _found, reading, _lines = read(table.format("1.400.000"))
    assert codes(reading.errors) == {"D6": "row_wrong"}
