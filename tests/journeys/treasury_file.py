"""A statement as an office hands it over: joined headings, triệu, a free title."""

from openpyxl import Workbook

# voucher, day, project, what for, million đồng as the office types it
ROWS = (
    ("01/GRV-BM", "24/05/2024", None, "Hỗ trợ theo danh sách", "257,25"),
    ("02/GRV-BM", "26/06/2024", "7990005", "Tư vấn thiết kế", "286,40"),
    # 128,9 and 402,6 in the register
    ("03/GRV-BM", "30/10/2024", "7990005", "Tư vấn thiết kế, thẩm tra", "129,80"),
    ("04/GRV-BM", "08/11/2024", None, "Hỗ trợ theo danh sách", "420,60"),
)
TOTAL = "1.094,05"
# no rule knows this heading
UNKNOWN = "Đã chi theo hồ sơ"
TITLES = (
    "KHO BẠC NHÀ NƯỚC HUYỆN THƯỢNG SƠN",
    "BẢNG KÊ CHỨNG TỪ CHI CHƯƠNG TRÌNH MỤC TIÊU QUỐC GIA",
    "Từ ngày 01/01/2024 đến ngày 30/11/2024",
)
HEADINGS = {
    "A6": "STT",
    "B6": "Chứng từ",
    "B7": "Số",
    "C7": "Ngày",
    "D6": "Mã dự án",
    "E6": "Nội dung",
    "F6": "Năm KHV",
    "G6": "Giải ngân trong kỳ",
    "G7": "Tạm ứng",
    "H7": UNKNOWN,
}
JOINED = ("A1:H1", "A2:H2", "A3:H3", "A6:A7", "B6:C6", "D6:D7", "E6:E7", "F6:F7")


def write_statement(path):
    """Write the workbook; return its path."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Tháng 1-11"
    for row, title in enumerate(TITLES, start=1):
        sheet.cell(row, 1, title)
    sheet["H4"] = "Đơn vị tính: triệu đồng"
    for cell, text in HEADINGS.items():
        sheet[cell] = text
    for area in (*JOINED, "G6:H6"):
        sheet.merge_cells(area)
    for column in range(1, 9):
        sheet.cell(8, column, str(column))
    sheet["E9"] = "Xã Bình Minh"
    for number, row in enumerate(ROWS, start=1):
        voucher, day, project, content, million = row
        line = (number, voucher, day, project, content, 2024, None, million)
        for column, value in enumerate(line, start=1):
            sheet.cell(9 + number, column, value)
    last = 10 + len(ROWS)
    sheet.cell(last, 5, "Tổng cộng")
    sheet.cell(last, 8, TOTAL)
    sheet.cell(last + 2, 5, "NGƯỜI LẬP BẢNG")
    book.save(path)
    return path
