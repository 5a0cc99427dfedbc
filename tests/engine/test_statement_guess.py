"""What headings and cells of a statement leave open is asked, at its cell."""

import pytest
from statement_sheets import codes, read, sheet

from engine.statement_guess import guess, review

OPEN = [
    ("Mã dự án|Tạm ứng\n7001234|500", "B1", "money_unit_unknown"),
    (
        "ĐVT: đồng|ĐVT: triệu đồng\nMã dự án|Tạm ứng\n7001234|500",
        "B2",
        "several_units",
    ),
    ("Mã dự án|Số tiền (đồng)\n7001234|500", "B1", "measure_unknown"),
    (
        "Mã dự án|Tạm ứng (đồng)|Kế hoạch bổ sung\n7001234|500|1.000",
        "C1",
        "unknown_column",
    ),
    (
        "Mã dự án|Tạm ứng (đồng)|Vốn tạm ứng (đồng)\n7001234|500|1.000",
        "C1",
        "doubled_column",
    ),
    (
        "Mã dự án|Kế hoạch vốn (đồng)|KHV kéo dài (đồng)\n7001234|900|100",
        "B1",
        "whole_unclear",
    ),
    (
        "ĐVT: đồng\nMã dự án|Kế hoạch vốn||\n|Tổng số|KLHT|Tạm ứng\n7001234|9|5|4",
        "B3",
        "whole_unclear",
    ),
    (
        "ĐVT: đồng\nSố CT|Ngày|Mã dự án|Nợ\n1|1/5/2025|7001234|500",
        "D2",
        "unknown_column",
    ),
    (
        "ĐVT: đồng\nNội dung|Tạm ứng|KLHT\nNăm 2024|500|7\n- Vốn A|500|7\nB|9|8",
        "B3",
        "looks_like_sum",
    ),
    ("a|b\n1|2", "A1", "no_heading"),
    ("a", "A1", "empty_sheet"),
]


def guessed(table):
    return guess([sheet(table)])


@pytest.mark.parametrize(("table", "cell", "code"), OPEN)
def test_what_headings_do_not_tell_is_asked(table, cell, code):
    found = guessed(table)
    assert (cell, code) in codes(found.questions).items()
    assert not found.is_ready


def test_whole_and_part_are_settled_by_a_person():
    table = "Mã dự án|Kế hoạch vốn (đồng)|KHV kéo dài (đồng)\n7001234|900|100"
    found = guessed(table)
    profile = found.profile.with_column(1, kind="amount", name="assigned")
    again = review(profile, found.sheet, found.first_row)
    assert again.is_ready
    assert [c.index for c in again.profile.columns if c.makes_lines] == [1, 2]


def test_large_amounts_can_only_be_dong():
    found, _reading, lines = read("""
        Mã dự án|Tạm ứng
        7001234|150.000.000.000
        7005678|90.000.000.000""")
    assert found.profile.money_unit == "dong"
    assert sum(line.advance for line in lines) == 240_000_000_000
