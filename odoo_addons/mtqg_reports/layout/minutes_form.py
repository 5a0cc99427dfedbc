"""Form 03/QTDA of Thông tư 73/2026/TT-BTC: the table of reconciled figures.

Columns, numbers, rows and sentences are those of the circular, and so Vietnamese in
every language of the user. Amounts are whole đồng; None leaves a cell blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .formats import Kind, Value
from .page import BLANK_DAY, Letterhead, Page, Signature
from .table import Column, Row, Style, Table

BASIS = (
    "(kèm theo Thông tư số 73/2026/TT-BTC ngày 25 tháng 6 năm 2026 của Bộ trưởng Bộ "
    "Tài chính)"
)
FORM = ("Mẫu số 03/QTDA", BASIS)
TITLE = "BẢNG ĐỐI CHIẾU SỐ LIỆU"
SUMMARY_TITLE = "BẢNG TỔNG HỢP ĐỐI CHIẾU SỐ LIỆU"
UNIT_OF_MONEY = "Đơn vị: đồng"
BLANK = "......................"

WORK_LINE = (
    f"Tên công trình, hạng mục công trình độc lập: {BLANK} (trường hợp quyết toán công "
    "trình, hạng mục công trình độc lập)."
)

_OWNER, _OFFICE = "Số liệu của chủ đầu tư", "Số liệu của cơ quan thanh toán"
_PLAN, _PAID = "Số vốn được giao", "Số vốn đã giải ngân"
_DONE, _ADVANCE = "Thanh toán khối lượng hoàn thành", "Tạm ứng"

LABELS = {
    "cumulative": "Lũy kế từ khởi công",
    "years": "Chi tiết theo năm",
    "investment": "- Vốn đầu tư công",
    "recurrent": "- Vốn chi thường xuyên",
    "other_budget": "- Vốn ngân sách nhà nước khác không thuộc phạm vi điều chỉnh "
    "của pháp luật đầu tư công",
    "other": "- Vốn khác (nếu có)",
}

REMARKS = (
    "1. Nhận xét về việc chấp hành các quy định của nhà nước liên quan đến giải ngân, "
    "quyết toán: "
)
CAUSES = "2. Giải thích nguyên nhân chênh lệch số liệu (nếu có):"
PROPOSALS = "3. Kiến nghị: "
PART_ONE = "I. Tình hình giải ngân:"
PART_TWO = (
    "II. Nhận xét, giải thích nguyên nhân chênh lệch, kiến nghị của cơ quan thanh toán:"
)
FOOTNOTE = (
    "Ghi chú: Đối chiếu chi tiết vốn đã giải ngân đến ngày khóa sổ để lập báo cáo "
    "quyết toán của dự án. Trường hợp dự án có nhiều nguồn vốn, nhiều cơ quan thanh "
    "toán, chủ đầu tư có trách nhiệm đối chiếu số liệu với từng cơ quan để tổng hợp "
    "báo cáo quyết toán của dự án."
)
SUMMARY_NOTE = (
    "Bảng tổng hợp các Mẫu số 03/QTDA của đơn vị, lũy kế từ khởi công của từng dự án; "
    "cột như Mẫu số 03/QTDA."
)
BLANK_CAPITAL_NOTE = (
    "Ô để trống: bên đó không có số liệu. Sổ theo dõi vốn chương trình mục tiêu quốc "
    "gia chỉ có vốn đầu tư công và vốn chi thường xuyên."
)
ASSUMED_NOTE = (
    "Bảng kê của cơ quan thanh toán không có số liệu trước kỳ đối chiếu; phần đó lấy "
    "theo sổ của chủ đầu tư, cơ quan thanh toán xác nhận khi ký."
)
EARLIER_NOTE = (
    "Số liệu của cơ quan thanh toán các kỳ trước: theo bảng đã ký số {number}."
)
NO_DIFFERENCE = " không có chênh lệch."
MANNER = "(Ký, đóng dấu, ghi rõ họ tên)"

# columns 3 to 11 of a row, and its note
Amounts = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class FormLine:
    """A row of part I: number, kind, year, kind of capital, columns 3 to 11."""

    number: str
    kind: str
    year: int
    capital: str
    amounts: Amounts
    note: str = ""

    @property
    def label(self) -> str:
        """Column 2.

        >>> FormLine("2.1", "year", 2024, "", ()).label
        'Năm 2024'
        """
        if self.kind == "year":
            return f"Năm {self.year}"
        return LABELS[self.capital if self.kind == "capital" else self.kind]


@dataclass(frozen=True, slots=True)
class FormHead:
    """What the form names: owner, payment office, period, project, state of signing."""

    owner: str
    office: str
    until: str
    project: str = ""
    project_code: str = ""
    state: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class FormWords:
    """Part II: remarks, one sentence for each difference, proposals."""

    remarks: str = ""
    causes: Sequence[str] = ()
    proposals: str = ""


def form_columns() -> tuple[Column, ...]:
    """Return columns 1 to 12, with the headings and numbers of the circular.

    >>> [column.number for column in form_columns()]
    ['1', '2', '3', '4=5+6', '5', '6', '7', '8=9+10', '9', '10', '11=8-4', '12']
    """
    money, width = Kind.MONEY, 19
    return (
        Column("Số TT", Kind.CODE, 7, number="1"),
        Column("Nội dung", width=38, number="2"),
        Column(_PLAN, money, width, _OWNER, number="3"),
        Column("Tổng số", money, width, _OWNER, subgroup=_PAID, number="4=5+6"),
        Column(_DONE, money, width, _OWNER, subgroup=_PAID, number="5"),
        Column(_ADVANCE, money, width, _OWNER, subgroup=_PAID, number="6"),
        Column(_PLAN, money, width, _OFFICE, number="7"),
        Column("Tổng số", money, width, _OFFICE, subgroup=_PAID, number="8=9+10"),
        Column(_DONE, money, width, _OFFICE, subgroup=_PAID, number="9"),
        Column(_ADVANCE, money, width, _OFFICE, subgroup=_PAID, number="10"),
        Column("Chênh lệch", money, width, number="11=8-4"),
        Column("Ghi chú", width=18, number="12"),
    )


def form_page(head: FormHead, lines: Sequence[FormLine], words: FormWords) -> Page:
    """Return form 03/QTDA of one project and one payment office."""
    table = Table(
        name=head.project_code or "03-QTDA",
        title=TITLE,
        columns=form_columns(),
        rows=tuple(map(_row, lines)),
        money_label=UNIT_OF_MONEY,
        leads=(
            f"Tên dự án: {head.project or BLANK}",
            f"Mã dự án: {head.project_code or BLANK}",
            WORK_LINE,
            f"Chủ đầu tư: {head.owner}",
            f"Cơ quan thanh toán: {head.office}",
            f"Số liệu đến hết ngày {head.until}.",
            PART_ONE,
        ),
        paragraphs=_part_two(words),
        notes=(
            FOOTNOTE,
            BLANK_CAPITAL_NOTE,
            *filter(None, [head.source, head.state]),
        ),
    )
    return Page(
        table,
        Letterhead(head.owner, "Chủ đầu tư", is_dated=False),
        _signatures(),
        FORM,
    )


def summary_page(
    head: FormHead, lines: Sequence[tuple[str, Amounts]], total: Amounts
) -> Page:
    """Return the summary of a unit: one row for each project, and their total."""
    rows = tuple(
        Row((str(number), label, *amounts, ""))
        for number, (label, amounts) in enumerate(lines, start=1)
    )
    table = Table(
        name="Tổng hợp",
        title=SUMMARY_TITLE,
        columns=form_columns(),
        rows=(*rows, Row(("", "Tổng cộng", *total, ""), Style.TOTAL)),
        money_label=UNIT_OF_MONEY,
        leads=(
            f"Đơn vị: {head.owner}",
            f"Cơ quan thanh toán: {head.office}",
            f"Số liệu đến hết ngày {head.until}.",
        ),
        notes=(SUMMARY_NOTE, *filter(None, [head.state])),
    )
    letterhead = Letterhead(head.owner, "Chủ đầu tư", is_dated=False)
    return Page(table, letterhead, _signatures())


def _row(line: FormLine) -> Row:
    style = Style.BODY if line.kind == "capital" else Style.GROUP
    values: tuple[Value, ...] = (line.number, line.label, *line.amounts, line.note)
    return Row(values, style)


def _part_two(words: FormWords) -> tuple[str, ...]:
    causes = tuple(f"- {cause}" for cause in words.causes)
    return (
        PART_TWO,
        REMARKS + (words.remarks or BLANK),
        CAUSES + ("" if causes else NO_DIFFERENCE),
        *causes,
        PROPOSALS + (words.proposals or BLANK),
    )


def _signatures() -> tuple[Signature, ...]:
    return (
        Signature("CHỦ ĐẦU TƯ", MANNER, day=BLANK_DAY),
        Signature("THỦ TRƯỞNG CƠ QUAN THANH TOÁN", MANNER, day=BLANK_DAY),
    )
