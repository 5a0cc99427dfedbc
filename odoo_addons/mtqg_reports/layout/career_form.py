"""Forms 01a-SDKP/ĐVDT and 02a-SDKP/ĐVDT: recurrent capital, unit and Treasury.

Both are made in the online service of the State Treasury; no public text prints all of
their columns. Here are those that are known; what the register does not hold stays
blank, and a note says so. The words are those of the forms, in Vietnamese.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .formats import Kind, Value
from .page import BLANK_DAY, Letterhead, Page, Signature
from .table import Column, Row, Style, Table

BLANK = "........"
MONEY = "Đơn vị: đồng"
ESTIMATE_NOTE = (
    "Cột (2), (3), (10), (11), (12): sổ theo dõi vốn không có số liệu, để trống để ghi "
    "khi nộp. Cột (13) = (7) - (9), chưa trừ cam kết chi, số giữ lại và số hủy."
)
USE_NOTE = (
    "Cột (2), (3), (4): sổ theo dõi vốn không có mã nguồn, mã ngành kinh tế và mã nội "
    "dung kinh tế, để trống để ghi khi nộp."
)
FORM_NOTE = (
    "Mẫu đầy đủ ({count} cột giá trị) lập trên Dịch vụ công trực tuyến của Kho bạc Nhà "
    "nước; bảng này chỉ có các cột đã biết, các cột khác không suy đoán."
)
# value columns of the complete forms
ESTIMATE_COLUMNS, USE_COLUMNS = 14, 11

Line = tuple[str, str, tuple[int | None, ...]]


@dataclass(frozen=True, slots=True)
class CareerHead:
    """What the forms name: unit, its budget code, the period, state of signing."""

    unit: str
    budget_code: str
    office: str
    period: str
    year: int
    state: str = ""


def estimate_page(head: CareerHead, lines: Sequence[Line]) -> Page:
    """Return form 01a: the estimate, what was used of it, and what is left.

    :param lines: (content, target code, (carried, given, total, used in the period,
        used in all, left)) in đồng
    """
    money, given = Kind.MONEY, "Dự toán"
    columns = (
        *_key_columns(),
        Column("Năm trước chuyển sang", money, 18, given),
        Column("Giao trong năm", money, 18, given),
        Column("Tổng số", money, 18, given),
        Column("Trong kỳ", money, 18, "Đã sử dụng"),
        Column("Lũy kế đến cuối kỳ", money, 18, "Đã sử dụng"),
        Column("Cam kết chi", money, 15),
        Column("Giữ lại", money, 15),
        Column("Hủy", money, 15),
        Column("Còn lại", money, 18),
    )
    rows: list[tuple[Value, ...]] = [
        (content, None, None, code, *amounts[:5], None, None, None, amounts[5])
        for content, code, amounts in lines
    ]
    return _page(
        head,
        "01a-SDKP",
        "BẢNG ĐỐI CHIẾU DỰ TOÁN KINH PHÍ",
        columns,
        rows,
        (ESTIMATE_NOTE, FORM_NOTE.format(count=ESTIMATE_COLUMNS)),
    )


def use_page(head: CareerHead, lines: Sequence[Line]) -> Page:
    """Return form 02a: advances and real spending.

    :param lines: (content, target code, (advance in the period, advance outstanding,
        spent in the period, spent in all)) in đồng
    """
    money = Kind.MONEY
    columns = (
        *_key_columns(Column("Mã NDKT", Kind.CODE, 10)),
        Column("Trong kỳ", money, 20, "Tạm ứng"),
        Column("Dư đến cuối kỳ", money, 20, "Tạm ứng"),
        Column("Trong kỳ", money, 20, "Thực chi"),
        Column("Lũy kế đến cuối kỳ", money, 20, "Thực chi"),
    )
    rows: list[tuple[Value, ...]] = [
        (content, None, None, None, code, *amounts) for content, code, amounts in lines
    ]
    return _page(
        head,
        "02a-SDKP",
        "BẢNG ĐỐI CHIẾU TÌNH HÌNH SỬ DỤNG KINH PHÍ",
        columns,
        rows,
        (USE_NOTE, FORM_NOTE.format(count=USE_COLUMNS)),
    )


def _key_columns(*more: Column) -> tuple[Column, ...]:
    return (
        Column("Nội dung", width=36),
        Column("Mã nguồn NSNN", Kind.CODE, 10),
        Column("Mã ngành KT", Kind.CODE, 10),
        *more,
        Column("Mã CTMT, DA", Kind.CODE, 11),
    )


def _page(
    head: CareerHead,
    name: str,
    title: str,
    columns: tuple[Column, ...],
    rows: Sequence[tuple[Value, ...]],
    notes: tuple[str, ...],
) -> Page:
    total = ("Tổng cộng", *(_sum(rows, at, columns) for at in range(1, len(columns))))
    table = Table(
        name=name,
        title=title,
        columns=columns,
        rows=(*map(Row, rows), Row(total, Style.TOTAL)),
        money_label=MONEY,
        subtitles=(f"Kỳ đối chiếu: {head.period}",),
        leads=(
            f"Mã chương: {BLANK}   Mã cấp NS: {BLANK}   Loại dự toán: chính thức",
            f"Đơn vị sử dụng ngân sách: {head.unit}   Năm ngân sách: {head.year}",
            f"Mã ĐVQHNS: {head.budget_code or BLANK}",
            f"Kho bạc Nhà nước nơi giao dịch: {head.office}",
        ),
        notes=(*notes, *filter(None, [head.state])),
    )
    return Page(
        table,
        Letterhead(head.unit, is_dated=False),
        (
            Signature("ĐƠN VỊ SỬ DỤNG NGÂN SÁCH", "(Ký, đóng dấu)", day=BLANK_DAY),
            Signature("KHO BẠC NHÀ NƯỚC", "(Ký, đóng dấu)", day=BLANK_DAY),
        ),
        (f"Mẫu số {name}/ĐVDT",),
    )


def _sum(
    rows: Sequence[tuple[Value, ...]], at: int, columns: tuple[Column, ...]
) -> int | None:
    if columns[at].kind is not Kind.MONEY:
        return None
    known = [row[at] for row in rows if isinstance(row[at], int)]
    return sum(value for value in known if isinstance(value, int)) if known else None
