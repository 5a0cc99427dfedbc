"""How Treasury offices word their statements: headings, titles, labels, units.

Written from the forms of NĐ 254/2025, TT 91/2025 and TT 73/2026 and from what offices
hand over, not from what the reader knows.
"""

UNITS = {"dong": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9}
UNIT_WORDS = {
    "dong": ["đồng", "Đồng", "VNĐ", "đồng Việt Nam"],
    "thousand": ["nghìn đồng", "1.000 đồng", "ngàn đồng"],
    "million": ["triệu đồng", "Triệu đồng", "trđ"],
    "billion": ["tỷ đồng", "tỉ đồng"],
}
UNIT_LABELS = ["ĐVT: {}", "Đơn vị: {}", "Đơn vị tính: {}", "(ĐVT: {})"]
# what is written -> how it may be worded
HEADINGS = {
    "number": ["STT", "TT", "Số TT"],
    "project": ["Mã dự án", "Mã DA", "Mã số dự án đầu tư", "Mã số dự án", "Ma du an"],
    "project_name": ["Tên dự án", "Dự án", "Tên dự án, công trình", "Tên công trình"],
    "program": ["Mã CTMT", "Mã CTMT, DA", "Mã chương trình", "Mã CTMTQG", "Ma CTMT"],
    "unit": ["Mã ĐVQHNS", "Mã QHNS", "ĐVQHNS", "Mã đơn vị QHNS", "Ma DVQHNS"],
    "unit_name": ["Chủ đầu tư", "Tên chủ đầu tư", "Đơn vị", "CĐT"],
    "origin_year": ["Năm KHV", "Năm kế hoạch vốn", "Thuộc kế hoạch năm", "Năm vốn"],
    "nature": ["Tính chất vốn", "Loại vốn", "Tính chất nguồn vốn"],
    "voucher": ["Số chứng từ", "Số CT", "Số giấy rút vốn", "So chung tu"],
    "date": ["Ngày hạch toán", "Ngày thanh toán", "Ngày", "Ngày HT", "Ngày giải ngân"],
    "content": ["Nội dung", "Diễn giải", "Nội dung thanh toán"],
    "kind": ["Loại nghiệp vụ", "Hình thức thanh toán", "Nghiệp vụ", "Loại thanh toán"],
    "chapter": ["Mã chương", "Chương"],
    "sector": ["Mã ngành KT", "Loại, khoản", "Mã ngành kinh tế"],
    "contractor": ["Tên nhà thầu", "Đơn vị thụ hưởng", "Nhà thầu"],
    "note": ["Ghi chú", "Ghi chu", "GHI CHÚ"],
    "percent": ["Tỷ lệ %", "Tỷ lệ giải ngân (%)", "Tỷ lệ GN", "% giải ngân"],
    "amount": ["Số tiền", "Số tiền thanh toán", "Giá trị", "So tien"],
    "assigned": ["Kế hoạch vốn", "KH vốn được giao", "Số vốn được giao", "KHV giao"],
    "allocated": ["Đã phân bổ chi tiết", "KH đã phân bổ", "Vốn đã phân bổ"],
    "entered": ["Đã nhập TABMIS", "KH nhập Tabmis", "Số đã phê duyệt trên TABMIS"],
    "advance": ["Tạm ứng", "Vốn tạm ứng", "Tạm ứng theo chế độ"],
    "completed": [
        "Thanh toán khối lượng hoàn thành", "Thanh toán KLHT", "KLHT", "TT KLHT",
        "Khối lượng hoàn thành",
    ],
    "recovered": ["Thu hồi tạm ứng", "Thu hồi TƯ", "Thu hồi vốn tạm ứng"],
    "disbursed": ["Tổng số", "Tổng cộng", "Tổng giải ngân", "Cộng", "Tổng"],
    "balance": ["Dư tạm ứng", "Số dư tạm ứng chưa thu hồi", "Tạm ứng chưa thu hồi"],
    "remaining": ["Còn lại", "KH vốn còn lại", "Số vốn chưa giải ngân"],
}  # fmt: skip
PERIOD = [
    "Trong kỳ", "Giải ngân trong tháng", "Số vốn đã giải ngân trong kỳ",
    "Trong tháng 5", "Giải ngân tháng 5/2025", "Từ ngày 01/05/2025 đến ngày 31/05/2025",
]  # fmt: skip
CUMULATIVE = [
    "Lũy kế từ đầu năm", "Lũy kế giải ngân đến 31/05/2025", "Lũy kế",
    "Luỹ kế từ đầu năm",
    "Lũy kế vốn đã thanh toán từ đầu năm đến hết tháng báo cáo",
    "Lũy kế giải ngân từ 01/01/2025 đến 31/5/2025",
]  # fmt: skip
PLAN_GROUPS = ["Kế hoạch vốn năm 2025", "Kế hoạch vốn", "KH vốn giao"]
PAID_GROUPS = ["Số vốn đã giải ngân", "Giải ngân", "Lũy kế giải ngân", "Đã giải ngân"]
NATURES = {
    "investment": ["Vốn đầu tư", "Đầu tư", "Vốn ĐTPT", "Vốn đầu tư phát triển"],
    "recurrent": ["Vốn sự nghiệp", "Sự nghiệp", "Kinh phí thường xuyên", "Vốn SN"],
}
CARRIED = ["Vốn kéo dài", "Kế hoạch vốn năm 2024 kéo dài sang 2025", "KHV kéo dài"]
CURRENT = ["Kế hoạch vốn giao năm 2025", "Vốn năm 2025", "KHV năm 2025"]
KINDS = {
    "advance": ["Tạm ứng", "Tạm ứng hợp đồng", "TU"],
    "completed": ["Thanh toán KLHT", "Thanh toán khối lượng hoàn thành", "TT KLHT"],
    "recovered": ["Thu hồi tạm ứng", "Thu hồi TƯ"],
    "refund_advance": ["Nộp giảm tạm ứng", "Hoàn trả tạm ứng"],
}
PROGRAMS = {
    "00471": "Chương trình MTQG giảm nghèo bền vững",
    "00491": "Chương trình MTQG xây dựng nông thôn mới",
    "00511": "Chương trình MTQG phát triển KT-XH vùng đồng bào DTTS&MN",
}
WORKS = [
    "Đường liên thôn Nà Phặc", "Trường tiểu học Yên Mỹ", "Công trình cấp nước bản Pác",
    "Cầu treo xã Đôn Phong", "Kênh mương nội đồng", "Nhà văn hóa thôn Khuổi Hấu",
    "Cộng đồng dân cư thôn 3: đường nội đồng", "Tổng công trình thủy lợi Nà Cọ",
    "Hỗ trợ phát triển sản xuất", "Nâng cấp trạm y tế xã Sỹ Bình",
]  # fmt: skip
OWNERS = ["Ban QLDA huyện A", "UBND xã Yên Mỹ", "Phòng Kinh tế xã B", "Ban QLDA tỉnh"]
TITLES = [
    "KHO BẠC NHÀ NƯỚC KHU VỰC VII", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "BẢNG KÊ THANH TOÁN VỐN ĐẦU TƯ", "Tháng 5 năm 2025",
    "(Kèm theo Công văn số 123/KBNN-KSC ngày 05/6/2025)",
    "BÁO CÁO TÌNH HÌNH GIẢI NGÂN CÁC CHƯƠNG TRÌNH MỤC TIÊU QUỐC GIA",
]  # fmt: skip
FOOTERS = [
    ["Ghi chú: số liệu đến hết ngày 31/05/2025"],
    ["", "Người lập biểu", "", "Kế toán trưởng"],
    ["", "(Ký, ghi rõ họ tên)", "", "Giám đốc"],
]
# amounts that only a person can name
UNKNOWN = ["KH bổ sung", "Số giải trình", "Kế hoạch điều chỉnh tăng"]
