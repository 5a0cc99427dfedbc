"""Headings and values of Treasury statements, as offices write them.

Everything here is data, in plain words (``plain_words.plain``). Two kinds of lists:
headings of columns that say what a line is about are looked up whole; headings of
amounts are made of phrases (what, when, of which capital) in any order.
"""

from __future__ import annotations

from .table_words import KEY_HEADINGS, NATURE_WORDS, PLACE_WORDS, SOURCE_WORDS

# === What a line is about: field -> whole headings === #

KEYS_WRITTEN = {
    "project": """ma du an|ma so du an|ma da|ma so da|ma so du an dau tu
        |ma da dau tu|ma du an dau tu|ma dadt|ma cong trinh|project code|project""",
    "project_name": """ten du an|du an|ten cong trinh|cong trinh|ten da|project name
        |ten du an cong trinh|du an cong trinh|danh muc du an|ten du an dau tu
        |nhiem vu du an|ten nhiem vu du an|danh muc cong trinh|cong trinh du an""",
    "program": """ma ctmt|ma ctmt da|ma ctmtqg|ma chuong trinh
        |ma chuong trinh muc tieu|ma ctmt du an|ma ctmt va du an|ma muc tieu|ctmt
        |ctmt da|ctmtqg|ma ct|target code|program code|programme code|program
        |programme|ma so chuong trinh|ma ctmt du an thanh phan""",
    "program_name": """chuong trinh|ten chuong trinh|ten ctmt|ten ctmt da|ten ctmtqg
        |chuong trinh mtqg|chuong trinh muc tieu quoc gia|chuong trinh du an
        |du an thanh phan|tieu du an|noi dung thanh phan|program name|programme name
        |chuong trinh muc tieu""",
    "unit": """ma dvqhns|dvqhns|ma qhns|ma dv qhns|ma don vi qhns|ma don vi
        |ma quan he ngan sach|ma don vi quan he ngan sach|ma dv|ma chu dau tu|ma cdt
        |ma so dvqhns|ma dvsdns|ma don vi su dung ngan sach|budget code|unit code
        |unit""",
    "unit_name": """chu dau tu|ten chu dau tu|cdt|ten cdt|don vi|ten don vi
        |don vi su dung ngan sach|don vi thuc hien|don vi su dung|chu dau tu don vi
        |don vi chu dau tu|chu dau tu ban qlda|owner|unit name|huyen|xa|xa phuong
        |huyen xa|dia ban|dia phuong""",
    "origin_year": KEY_HEADINGS["origin_year"]
    + """|khv nam|nam ke hoach|ke hoach nam|nam cap von|nam giao ke hoach
        |nam bo tri von|thuoc kh nam|thuoc ke hoach|nam khv goc""",
    "plan_year": "nam ngan sach|nien do|nien do ngan sach|nam|nam ns|plan year|year",
    "nature": KEY_HEADINGS["nature"] + "|tinh chat chi|linh vuc chi|loai nguon von",
    "source": KEY_HEADINGS["source"] + "|nguon von dau tu|ten nguon von",
    "kind": """loai nghiep vu|nghiep vu|loai thanh toan|hinh thuc
        |hinh thuc thanh toan|loai giao dich|noi dung nghiep vu|tam ung thanh toan
        |tam ung thuc chi|loai chi|tinh chat thanh toan|loai cap phat
        |hinh thuc cap phat|loai giai ngan|kind|type|loai so lieu""",
    "voucher": """so chung tu|so ct|so ctu|chung tu|so phieu|so giay rut von|so grv
        |so but toan|so hieu chung tu|so hieu|so ngay chung tu|chung tu so ngay
        |so yctt|so lenh|so giay rut|voucher|voucher number|document""",
    "date": """ngay hach toan|ngay thanh toan|ngay giai ngan|ngay hieu luc
        |ngay ghi so|ngay ht|ngay tt|ngay kbnn thanh toan|ngay kbnn hach toan
        |ngay duyet|ngay|ngay thang|posting date|accounting date|date|ngay gl
        |ngay phat sinh""",
    "voucher_date": "ngay chung tu|ngay ct|ngay ctu|ngay lap|ngay de nghi|voucher date",
    "content": """noi dung|dien giai|noi dung thanh toan|noi dung chi
        |noi dung chung tu|ly do|content|description|chi tieu|noi dung cong viec
        |danh muc|ten|dien giai|noi dung khoan chi""",
    "treasury": """ma kbnn|kbnn|kho bac|ma kb|kho bac nha nuoc|ten kbnn|ma kho bac
        |kbnn giao dich|kbnn noi giao dich|kbnn noi mo tai khoan|phong giao dich
        |noi mo tai khoan|dia diem mo tai khoan|treasury""",
    "number": "stt|tt|so tt|so thu tu|no|order",
    "text": """ghi chu|note|notes|remark|remarks|ma chuong|chuong|ma nganh
        |ma nganh kt|ma nganh kinh te|nganh kinh te|loai khoan|khoan|ma ndkt|ndkt
        |tieu muc|muc|ma tieu muc|ma nguon|ma nguon nsnn|ma nguon ns
        |ma tinh chat nguon|ma cap ns|cap ns|ma dbhc|dbhc|ma dia ban|tai khoan
        |so tai khoan|so tk|tk|nha thau|ten nha thau|don vi thu huong|don vi huong
        |so hop dong|hop dong so|dia diem|dia diem xd|dia diem xay dung|nguoi duyet
        |trang thai|ma quy|ma kbnn huong|thoi gian kc ht|thoi gian thuc hien
        |quyet dinh dau tu|qd dau tu|quyet dinh so|so quyet dinh|location
        |tai khoan tu nhien|tk tu nhien|ma du phong|ngan hang|nhom du an
        |so quyet dinh|ma thong ke|tknnh""",
}
# A heading that begins so is a code, a name or a reference: text, whatever follows.
TEXT_BEGINNINGS = ("ma ", "ten ", "so hop dong", "so quyet dinh", "so hieu", "so tk")

# === Amounts: what === #

# Of two measures in one heading the higher rank is meant: the plan that is disbursed.
RANKS = {
    "amount": 0,
    "assigned": 1,
    "paid": 2,
    "disbursed": 2,
    "allocated": 3,
    "entered": 3,
    "advance": 3,
    "completed": 3,
    "recovered": 3,
    "refunded": 4,
    "remaining": 5,
    "balance": 5,
    "percent": 5,
    "other": 5,
}
REST_RANK = 5  # from here on: amounts that are looked at, but make no line
PLANS = ("assigned", "allocated", "entered")
FLOWS = ("advance", "completed", "recovered", "refunded", "disbursed")
MEASURES_WRITTEN = {
    "amount": "so tien|gia tri|so von|kinh phi|amount|so phat sinh|thanh tien|tri gia",
    "assigned": """ke hoach|ke hoach von|kh von|khv|kh|von giao|duoc giao
        |von duoc giao|du toan duoc su dung|kinh phi duoc su dung
        |du toan duoc su dung trong nam|kinh phi duoc su dung trong nam
        |ke hoach giao|ke hoach von giao|du toan|du toan giao|von bo tri|bo tri|plan
        |so giao|giao|assigned|ke hoach vdt|du toan duoc giao|von ke hoach|kh giao
        |muc von""",
    # beside a column of advances this is the completed volume
    "paid": "thanh toan|thanh toan von|paid|payment|payments",
    "disbursed": """giai ngan|chi|da chi|su dung|rut von|cap phat|disbursed|gn
        |da rut|cap von|duyet|chap nhan|kiem soat chi|chap nhan thanh toan
        |duyet thanh toan|thanh toan duyet|giai ngan thanh toan|thanh toan giai ngan""",
    "allocated": """phan bo|phan bo chi tiet|phan khai|giao chi tiet|phan bo von
        |allocated|ke hoach von phan bo|ke hoach phan bo|von phan bo|phan bo kh""",
    "entered": """tabmis|nhap tabmis|nhap tren tabmis|phe duyet tabmis|entered
        |phe duyet tren tabmis|dong bo tabmis|nhap vao tabmis|nhap he thong tabmis""",
    "advance": """tam ung|von tam ung|tam ung hop dong|tam ung von
        |tam ung theo che do|tam ung theo hop dong|advance|advances""",
    "completed": """klht|khoi luong hoan thanh|thanh toan klht|tt klht|thuc chi
        |completed|thanh toan khoi luong hoan thanh|tt khoi luong hoan thanh
        |thanh toan kl|tt kl|thanh toan khoi luong|kl hoan thanh
        |gia tri khoi luong hoan thanh|completed volume
        |khoi luong hoan thanh duoc thanh toan|khoi luong""",
    "recovered": """thu hoi|thu hoi tam ung|thu hoi von tam ung|recovered|recovery
        |hoan ung|thu hoi tu|thanh toan thu hoi tam ung|thu hoi ung
        |thu hoi tam ung von|tam ung da thu hoi|chuyen tam ung thanh thuc chi""",
    "refunded": """nop giam|hoan tra|nop tra|nop hoan|nop hoan tra|giam chi
        |nop tra nsnn|nop tra ngan sach|nop lai|refund|refunds|refunded
        |nop giam giai ngan|hoan tra von|nop khoi phuc""",
    "remaining": """con lai|chua giai ngan|con phai giai ngan|von con lai|remaining
        |chua su dung|chua thanh toan|con duoc thanh toan|ton|du du toan
        |du toan con lai|ke hoach con lai|kh con lai|so du du toan
        |con duoc giai ngan|con duoc su dung|chua phan bo|chua phan bo chi tiet
        |chua nhap tabmis""",
    "balance": """du tam ung|so du tam ung|tam ung chua thu hoi|chua thu hoi
        |advance balance|so du tam ung chua thu hoi|du tam ung chua thu hoi
        |tam ung con lai|du ung|so du|so du ung|tam ung con du""",
    "percent": "ty le|ti le|phan tram|percent|dat|ty trong|ratio|rate|so voi",
    "other": """tong muc dau tu|tmdt|uoc|uoc thuc hien|uoc giai ngan|trung han
        |chenh lech|so sanh|de nghi|dang ky|cam ket|hop dong|gia tri hop dong
        |nghiem thu|huy|huy bo|quyet toan|khoi cong|tu khoi cong|giu lai|cam ket chi
        |so lieu cua chu dau tu|chu dau tu de nghi|thue|nop thue|ung truoc
        |thu hoi von ung truoc|no dong|thu hoi ung truoc|tra no dong|du kien
        |ke hoach trung han|don vi de nghi|so lieu chu dau tu|luy ke tu khoi cong
        |tong du toan|gia tri nghiem thu|nhu cau|ke hoach giai ngan|kh giai ngan
        |ke hoach thanh toan|ke hoach chi|den nam truoc|den het nam truoc
        |den cuoi nam truoc|den het nien do nam truoc|luy ke nam truoc
        |so lieu don vi|khoi luong thuc hien|gia tri khoi luong thuc hien""",
}

# === Amounts: when, of which capital === #

SPANS_WRITTEN = {
    "cumulative": """luy ke|luy ke tu dau nam|lk|cong don|tu dau nam|tinh den
        |den nay|den het|den ngay|den cuoi|den thoi diem|cumulative|to date
        |year to date|trong nam|den ky|den thang|den ky bao cao|tu dau nam den nay
        |den cuoi ky|den het ky""",
    "period": """trong ky|ky nay|trong thang|thang nay|trong quy|quy nay|phat sinh
        |phat sinh trong ky|in period|in the period|ky bao cao|thang bao cao
        |trong ky nay|quy bao cao|thang|quy|trong ky bao cao|trong thang bao cao""",
}
CARRIED_WRITTEN = """keo dai|duoc keo dai|chuyen nguon|chuyen sang|carried
        |carried over|nam truoc chuyen sang|nam truoc keo dai
        |cac nam truoc chuyen sang|keo dai sang|cac nam truoc keo dai
        |keo dai thoi gian|nam truoc duoc keo dai|keo dai sang nam|chuyen sang nam
        |chuyen nguon sang|duoc chuyen sang|keo dai tu nam|nam truoc con lai
        |nam truoc chuyen nguon"""
# capital of the year itself, beside capital carried over
CURRENT_WRITTEN = """nam nay|nam hien hanh|hien hanh|giao trong nam|giao dau nam
        |ke hoach nam nay|ke hoach trong nam|current year|giao nam nay|nam ke hoach"""
# of a plan: carried over; of payments it may as well mean those made before
EARLIER_WRITTEN = "nam truoc|cac nam truoc"
# one heading over two measures, or a phrase that is used for either
MIXED_WRITTEN = "thanh toan tam ung|tam ung thanh toan"
TOTAL_WRITTEN = "tong|tong so|tong cong|cong|total|grand total|tong von|tong kinh phi"
# Words that change nothing about the amounts they stand with.
FILLERS_WRITTEN = """so|cac|da|duoc|cua|tai|theo|cho|doi voi|tu|den|het|hang|nam|nay
        |trong|kbnn|nha nuoc|kho bac nha nuoc|thuoc|du an|nguon|tien|thuc hien
        |chi tiet|bao cao|thoi diem|ngay|ky|so lieu|co quan thanh toan
        |so lieu cua kho bac|kho bac|von|nsnn|so lieu cua co quan thanh toan
        |so lieu kho bac|sau dieu chinh|ket qua|tinh hinh|printed|of|the|in
        |incl carried|gom ca keo dai|bao gom ca keo dai|ca nam
        |gom ca ke hoach keo dai|phe duyet|thong bao|noi dung|chuong trinh|ctmtqg
        |nguon von|cac du an|thuc te|tong hop|theo che do|vnd|dong|trieu dong
        |ty dong|nghin dong|trieu|he thong"""
# Titles of groups that say nothing, and beginnings that say no more.
BEGINNINGS = ("trong do", "bao gom", "gom", "chia ra", "of which", "including")
# Between two measures these make one column of both.
JOINING = r"[/+&,;=]|\b(?:và|va|gồm|gom|hoặc|hoac|and|or)\b"

# === Values === #

# Vouchers: what the kind of a line says. A refund lowers what it names.
KINDS = {
    "advance": ("advance", 1),
    "completed": ("completed", 1),
    "recovered": ("recovered", 1),
    "paid": ("completed", 1),
    "disbursed": ("disbursed", 1),
    "refund_advance": ("advance", -1),
    "refund_completed": ("completed", -1),
    "refunded": ("disbursed", -1),
}
# Rows of sums in a statement that are not sums of lines alone.
OPENING_ROWS = r"^(?:so du dau|du dau|so dau ky|dau ky|luy ke (?:ky|thang) truoc)\b"
RUNNING_ROWS = (
    r"^(?:mang sang|cong mang sang|chuyen sang trang|trang truoc chuyen sang"
    r"|luy ke|so du cuoi|cong luy ke|so cuoi ky|cong don)\b"
)
# Under the table: who made it and who signs.
FOOTER_ROWS = (
    r"^(?:nguoi lap|lap bieu|ke toan|giam doc|pho giam doc|thu truong|ky ghi|ky ten"
    r"|ky dong|chu tich|kt |tm |tl |truong phong|lanh dao|noi nhan|phu trach|xac nhan"
    r"|nguoi duyet|kiem soat|ngay .{0,9}thang|chu dau tu ky|dai dien|can bo)"
)
# A payment whose text speaks of money that comes back.
REFUND_TEXT = (
    r"\b(?:nop giam|nop tra|nop hoan"
    r"|hoan tra (?:von|tam ung|kinh phi|ngan sach|nsnn))\b"
)
# Units of one digit string: how long the codes of the budget's registers are.
CODE_DIGITS = {"program": 5}

# The whole public investment of the country in 2025 (913,216 billion đồng): no
# statement holds more.
LARGEST_SUM = 913_216_000_000_000
# No province disburses more in a year (the largest plan of 2025: 153,615 billion).
LARGEST_PROVINCE = 200_000_000_000_000


def phrases(text: str) -> list[str]:
    """Cut a list of this file into its phrases.

    >>> phrases("so tien|gia  tri")
    ['so tien', 'gia tri']
    """
    return [" ".join(phrase.split()) for phrase in text.split("|")]


def inverted(written: dict[str, str]) -> dict[str, str]:
    """Return what each phrase stands for."""
    return {name: field for field, text in written.items() for name in phrases(text)}


KEYS = inverted(KEYS_WRITTEN)
MEASURES = inverted(MEASURES_WRITTEN)
SPANS = inverted(SPANS_WRITTEN)
CURRENT = set(phrases(CURRENT_WRITTEN))
CARRIED, TOTALS = set(phrases(CARRIED_WRITTEN)), set(phrases(TOTAL_WRITTEN))
# abbreviations that mean something else inside a longer heading
ALONE = {"tu": "advance", "kl": "completed", "tt": "disbursed", "gt": "amount"}
EARLIER, MIXED = set(phrases(EARLIER_WRITTEN)), set(phrases(MIXED_WRITTEN))
FILLERS = set(phrases(FILLERS_WRITTEN))
NATURES = inverted(NATURE_WORDS)
SOURCES = {
    name: code
    for name, code in inverted(SOURCE_WORDS).items()
    if name not in PLACE_WORDS and code != "other"
}
