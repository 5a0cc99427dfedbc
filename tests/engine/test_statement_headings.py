"""Headings of statements: read as meant, or not at all."""

import pytest

from engine.statement_headings import StatementWords, meaning_of
from engine.statement_values import ValueRefusedError, read_date, read_kind


def said(text):
    """Return what the levels of a heading, written with bars between, mean."""
    meaning = meaning_of(*text.split("|"))
    return meaning.kind, meaning.name, meaning.span


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        # 03/QTDA, the side of the office that pays
        ("Số liệu của cơ quan thanh toán|Số vốn được giao", ("amount", "assigned", "")),
        (
            "Số liệu của cơ quan thanh toán|Số vốn đã giải ngân|Tạm ứng",
            ("amount", "advance", ""),
        ),
        (
            "Số vốn đã giải ngân|Thanh toán khối lượng hoàn thành",
            ("amount", "completed", ""),
        ),
        ("Số liệu của chủ đầu tư|Số vốn đã giải ngân|Tạm ứng", ("rest", "other", "")),
        # office practice
        ("Lũy kế giải ngân đến 31/5/2025", ("amount", "disbursed", "cumulative")),
        (
            "Giải ngân từ 01/01/2025 đến 31/05/2025",
            ("amount", "disbursed", "cumulative"),
        ),
        (
            "Từ ngày 01/05/2025 đến ngày 31/05/2025|KLHT",
            ("amount", "completed", "period"),
        ),
        ("Giải ngân (lũy kế từ đầu năm)", ("amount", "disbursed", "cumulative")),
        ("GN trong tháng", ("amount", "disbursed", "period")),
        ("Số KBNN duyệt thanh toán", ("amount", "disbursed", "")),
        ("Dự toán được sử dụng trong năm", ("amount", "assigned", "")),
        ("Đã nhập TABMIS", ("amount", "entered", "")),
        ("Tổng giải ngân (TƯ + KLHT)", ("amount", "disbursed", "")),
        ("KH và giải ngân|Giải ngân", ("amount", "disbursed", "")),
        ("Thu hồi tạm ứng năm trước", ("", "", "")),
        ("plan_incl_carried", ("amount", "assigned", "")),
    ],
)
def test_headings_are_read_as_meant(heading, meaning):
    assert said(heading) == meaning


@pytest.mark.parametrize(
    "heading",
    [
        "Tổng giải ngân tạm ứng",
        "Tạm ứng và KLHT",
        "GN/KH",
        "Thanh toán tạm ứng",
        "Giải ngân các năm trước",
        "Kế hoạch bổ sung",
        "Số lượng bò",
        "Ngân sách huyện A|Tạm ứng",
        "Vốn đầu tư|Vốn sự nghiệp",
    ],
)
def test_what_may_mean_two_things_means_nothing(heading):
    assert said(heading)[0] == ""


@pytest.mark.parametrize(
    "heading",
    [
        "Tỷ lệ giải ngân (%)",
        "GN/KH (%)",
        "So với kế hoạch",
        "Kế hoạch giải ngân",
        "Số đề nghị thanh toán",
        "Lũy kế giải ngân đến hết năm trước",
        "Ước giải ngân đến 31/12/2025",
        "Dư tạm ứng chưa thu hồi",
        "Số vốn chưa giải ngân",
        "Quyết định đầu tư|TMĐT|Tổng số",
        "Lũy kế từ khởi công|Tạm ứng",
    ],
)
def test_other_amounts_make_no_lines(heading):
    assert said(heading)[0] == "rest"


@pytest.mark.parametrize(
    ("texts", "capital"),
    [
        (["Kế hoạch vốn năm 2024 kéo dài sang 2025"], (None, None, 2024, True)),
        (["Vốn sự nghiệp", "Tạm ứng"], ("recurrent", None, None, None)),
        (["Giải ngân", "NSTW", "Vốn đầu tư"], ("investment", "central", None, None)),
        (["KHV kéo dài"], (None, None, None, True)),
        (["KH giao trong năm"], (None, None, None, False)),
    ],
)
def test_headings_tell_the_capital(texts, capital):
    assert meaning_of(*texts).capital == capital


def test_paid_beside_advances_is_the_volume():
    words = StatementWords()
    row = [meaning_of(text) for text in ("Mã DA", "Tạm ứng", "Thanh toán", "Cộng")]
    assert [m.name for m in words.settle(row)][1:] == [
        "advance",
        "completed",
        "disbursed",
    ]
    row = [meaning_of(*text.split("|")) for text in ("GN|Tạm ứng", "GN|Thanh toán")]
    assert [m.name for m in words.settle(row)] == ["advance", "completed"]
    alone = [meaning_of(text) for text in ("Mã DA", "Thanh toán")]
    assert words.settle(alone)[1].name == "disbursed"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tạm ứng hợp đồng", ("advance", "advance", 1)),
        ("TU", ("advance", "advance", 1)),
        ("Thanh toán", ("completed", "completed", 1)),
        ("Thực chi", ("completed", "completed", 1)),
        ("Thanh toán thu hồi tạm ứng", ("recovered", "recovered", 1)),
        ("Nộp giảm KLHT", ("refund_completed", "completed", -1)),
        ("Hoàn trả tạm ứng", ("refund_advance", "advance", -1)),
    ],
)
def test_kinds_of_payments(text, kind):
    assert read_kind(text) == kind


@pytest.mark.parametrize("text", ["", "Tạm ứng, thanh toán", "Điều chỉnh", "Mã dự án"])
def test_unknown_kinds_are_refused(text):
    with pytest.raises(ValueRefusedError):
        read_kind(text)


@pytest.mark.parametrize(
    ("value", "order", "code"),
    [
        ("31/02/2025", "dmy", "bad_date"),
        ("05/06/2025", "?", "ambiguous_date"),
        (12, "dmy", "bad_date"),
        (True, "dmy", "bad_date"),
        ("1/1/1999", "dmy", "bad_date"),
        ("hôm qua", "dmy", "bad_date"),
    ],
)
def test_days_that_are_none(value, order, code):
    with pytest.raises(ValueRefusedError) as refused:
        read_date(value, order)
    assert refused.value.code == code
