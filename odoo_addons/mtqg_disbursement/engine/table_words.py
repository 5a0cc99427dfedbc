"""Headings and values of capital tables, as provinces and programs write them.

Everything here is data, in plain words (``plain_words.plain``): small letters,
no accents. A new way to write a heading is one more word in a line.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from .plain_words import plain

# field -> headings of a column that tells which balance a row is about
KEY_HEADINGS = {
    "unit": """unit|unit code|unit name|agency|recipient|budget code|ma don vi|don vi
        |ten don vi|ma dvqhns|dvqhns|don vi thuc hien|don vi su dung|don vi duoc giao
        |don vi nhan|co quan|co quan don vi|chu dau tu|huyen xa
        |huyen thi xa thanh pho|xa phuong""",
    "program": """program|programme|program code|programme code|program name
        |programme name|program node|chuong trinh|ma chuong trinh|ten chuong trinh
        |chuong trinh mtqg|ctmtqg|ctmt|ma ctmt|ma ctmt da|ma ctmtqg|noi dung
        |chuong trinh muc tieu quoc gia|chuong trinh du an|du an thanh phan
        |tieu du an|noi dung thanh phan""",
    "project": """project|project code|project name|du an|ma du an|ten du an|cong trinh
        |ma cong trinh|ten cong trinh|ma so du an|ma so du an dau tu""",
    "nature": """nature|capital nature|tinh chat|tinh chat von|loai von
        |tinh chat nguon von|tinh chat nguon""",
    "source": """source|budget source|source of capital|nguon|nguon von|cap ngan sach
        |nguon ngan sach""",
    "plan_year": "plan year|year|nam ke hoach|nam",
    "origin_year": """origin year|year of origin|nam khv|nam nguon von|nam goc
        |nam giao von|nam von|nam nguon|thuoc ke hoach nam|nam ke hoach von""",
    "parent_program": """parent program|parent programme|parent|chuong trinh cap tren
        |dong von cap tren""",
}
IGNORED_HEADINGS = """stt|tt|so tt|so thu tu|no|order|ghi chu|note|notes|remark|remarks
    |dia diem|location|dia diem xd|dia diem xay dung|dia diem mo tai khoan|ma nganh
    |ma nganh kt|ma nganh kinh te|loai khoan|thoi gian kc ht|thoi gian thuc hien
    |quyet dinh dau tu|qd dau tu|so quyet dinh"""
AMOUNT_HEADINGS = """amount|money|plan|so tien|so von|ke hoach von|ke hoach|von giao
    |muc von|gia tri|du toan|du toan giao|kinh phi|von phan bo|von|ke hoach von giao
    |khv|ke hoach giao|so von giao|kinh phi phan bo|kinh phi giao"""
TOTAL_HEADINGS = """total|grand total|row total|sum|tong|tong so|tong cong|cong|tong von
    |tong so von|tong kinh phi|tong so tien"""
# said above a group of columns, tells nothing about one of them
EMPTY_HEADINGS = "trong do|gom|bao gom|chia ra|of which|including"

SOURCE_WORDS = {
    "central": """central|central budget|central government|nstw|ns tw|trung uong|tw
        |ngan sach trung uong|ns trung uong|ngan sach tw""",
    "province": """province|provincial|provincial budget|province budget|local budget
        |nsdp|ns dp|nst|ngan sach dia phuong|ns dia phuong|dia phuong|ngan sach tinh
        |ns tinh|tinh|doi ung ngan sach tinh|doi ung|ngan sach cap tinh""",
    "district": """district|district budget|nsh|ngan sach huyen|ns huyen|huyen
        |ngan sach cap huyen""",
    "commune": """commune|commune budget|nsx|ngan sach xa|ns xa|xa|ngan sach cap xa""",
    "foreign": """foreign|foreign capital|foreign budget|oda|nuoc ngoai
        |vay nuoc ngoai|oda vay nuoc ngoai""",
    "other": "other|others|other budget|other source|other sources|khac|huy dong khac",
}
NATURE_WORDS = {
    "investment": """investment|development investment|dau tu|dtpt|dau tu phat trien
        |dau tu cong|dtc|xdcb|dau tu xdcb""",
    "recurrent": """recurrent|su nghiep|sn|thuong xuyen|kinh phi thuong xuyen
        |chi thuong xuyen|kinh phi su nghiep|kpsn|chi su nghiep""",
}
# In a heading these name a place, unless its neighbours are sources too.
PLACE_WORDS = {"tinh", "huyen", "xa", "dia phuong", "province", "district", "commune"}
LEADING = re.compile(r"^(?:nguon von|nguon|von) ")
TRAILING = re.compile(r" (?:ho tro|budget|capital|source)$")

TOTAL_ROWS = "total|grand total|tong|tong so|tong cong|tong cong so|toan tinh|tong von"
SUBTOTAL_ROW = re.compile(r"^(?:cong|subtotal|sub total|tong(?: cong| so)?|total)\b")
# "Cộng" adds up, "công" works: only accents tell them apart, where there are any.
WORK = re.compile(r"(?:tổng\s+)?công\b")
NO_TOTAL_ROW = re.compile(
    r"^(?:cong (?:trinh|ty|tac|an|vien|bo|nghe|dong|nhan|chung|cu|van|suat|trai)"
    r"|tong (?:cong (?:ty|trinh|an|tac)|cuc|hop|ket|thau|muc|du toan|quan))\b"
)

UNIT_PHRASE = re.compile(
    r"(?P<scale>\b(?:nghin|ngan|trieu|ty|ti|tr|trd|tyd|ngd|thousand|million|billion)\b"
    r"|\b1 000 000 000\b|\b1 000 000\b|\b1 000\b|\b1000\b)?"
    r" ?(?P<money>\b(?:dong(?: viet nam)?|vnd|vn dong|viet nam dong|d)\b)?"
)
UNIT_SAID = re.compile(r"\b(?:dvt|don vi tinh|don vi|unit|unit of money|currency)\b")
SCALES = {
    "nghin": "thousand",
    "ngan": "thousand",
    "thousand": "thousand",
    "1 000": "thousand",
    "1000": "thousand",
    "trieu": "million",
    "tr": "million",
    "trd": "million",
    "ngd": "thousand",
    "tyd": "billion",
    "million": "million",
    "1 000 000": "million",
    "ty": "billion",
    "ti": "billion",
    "billion": "billion",
    "1 000 000 000": "billion",
}
TRAILING_UNIT = re.compile(
    r" (?P<scale>nghin|ngan|trieu|ty|ti|thousand|million|billion)?"
    r"(?: ?\b(?P<money>dong|vnd|vn dong))?$"
)
YEAR_SAID = re.compile(r"\b(?:nam )?20\d\d\b")
LONGEST_LABEL = 120  # more is a paragraph
PARENTHESIS = re.compile(r"\([^()]*\)")


def _phrases(text: str) -> frozenset[str]:
    """Cut a line of this file into its phrases."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|"))


KEYS = {name: field for field, t in KEY_HEADINGS.items() for name in _phrases(t)}
IGNORED, AMOUNTS = _phrases(IGNORED_HEADINGS), _phrases(AMOUNT_HEADINGS)
TOTALS, EMPTY = _phrases(TOTAL_HEADINGS), _phrases(EMPTY_HEADINGS)
SOURCES = {name: code for code, t in SOURCE_WORDS.items() for name in _phrases(t)}
NATURES = {name: code for code, t in NATURE_WORDS.items() for name in _phrases(t)}
GRAND_TOTAL_ROWS = _phrases(TOTAL_ROWS)
# what a message lists as known headings: the first of each kind, as people write it
RECOGNISED = (
    "unit / đơn vị, programme / chương trình, project / dự án, nature / tính chất vốn, "
    "source / nguồn vốn, plan year / năm kế hoạch, origin year / năm KHV, "
    "amount / số tiền, total / tổng số, central budget / NSTW, "
    "provincial budget / NS tỉnh, district budget / NS huyện, "
    "commune budget / NS xã, foreign / vốn nước ngoài, other / vốn khác, "
    "investment / vốn đầu tư, recurrent / vốn sự nghiệp, note / ghi chú, no. / STT"
)


@dataclass(frozen=True)
class Heading:
    """What one heading means: a key, or amounts of some source and nature.

    ``kind``: key, value, ignored, empty, or "" when it is not known.
    """

    kind: str = ""
    field: str = ""
    source: str | None = None
    nature: str | None = None
    is_total: bool = False
    is_place: bool = False


def source_of(text: object) -> str | None:
    """Return the source a value names.

    >>> source_of("Ngân sách trung ương"), source_of("NS tỉnh"), source_of("Sao Hỏa")
    ('central', 'province', None)
    """
    return _named(SOURCES, plain(text))


def nature_of(text: object) -> str | None:
    """Return the nature a value names.

    >>> nature_of("Vốn ĐTPT"), nature_of("Kinh phí sự nghiệp")
    ('investment', 'recurrent')
    """
    return _named(NATURES, plain(text))


def _named(names: dict[str, str], words: str) -> str | None:
    """Look words up as they are, then without what people put around them."""
    for form in (words, LEADING.sub("", words), TRAILING.sub("", words)):
        if form in names:
            return names[form]
    return names.get(TRAILING.sub("", LEADING.sub("", words)))


def heading_of(text: object) -> Heading:
    """Tell what a heading means.

    >>> heading_of("Chương trình").field, heading_of("NSTW (triệu đồng)").source
    ('program', 'central')
    >>> heading_of("NSTW - vốn đầu tư")
    Heading(kind='value', field='', source='central', nature='investment', \
is_total=False, is_place=False)
    >>> heading_of("Số lượng bò").kind
    ''
    """
    words = plain(YEAR_SAID.sub("", plain(PARENTHESIS.sub(" ", str(text or "")))))
    words = TRAILING_UNIT.sub("", words)
    if words in PLACE_WORDS:
        return Heading("key", "unit", source=SOURCES[words], is_place=True)
    if words in KEYS:
        return Heading("key", KEYS[words])
    if words in IGNORED:
        return Heading("ignored")
    if words in EMPTY:
        return Heading("empty")
    return _value_heading(words)


def settle_places(headings: list[Heading]) -> list[Heading]:
    """Read "tỉnh", "huyện", "xã" as sources beside other sources, else as units.

    >>> row = ["Chương trình", "NSTW", "Huyện"]
    >>> [h.source for h in settle_places([heading_of(text) for text in row])]
    [None, 'central', 'district']
    """
    are_sources = any(h.source and not h.is_place for h in headings) and any(
        h.kind == "key" and not h.is_place for h in headings
    )
    meant = {"kind": "value", "field": ""} if are_sources else {"source": None}
    return [replace(h, is_place=False, **meant) if h.is_place else h for h in headings]


def _value_heading(words: str) -> Heading:
    """Read a heading of amounts: a source, a nature, a total, or two of them."""
    simple = _simple_value(words)
    if simple.kind:
        return simple
    tokens = words.split()
    for cut in range(1, len(tokens)):
        left = _simple_value(" ".join(tokens[:cut]))
        right = _simple_value(" ".join(tokens[cut:]))
        both = combine(left, right) if left.kind and right.kind else Heading()
        if both.kind:
            return both
    return Heading()


def _simple_value(words: str) -> Heading:
    """Read a heading of amounts that says one thing."""
    if words in TOTALS:
        return Heading("value", is_total=True)
    if words in AMOUNTS:
        return Heading("value")
    source, nature = _named(SOURCES, words), _named(NATURES, words)
    if source or nature:
        return Heading("value", source=source, nature=nature)
    return Heading()


def combine(upper: Heading, lower: Heading) -> Heading:
    """Read two headings of one column, one above the other.

    >>> combine(heading_of("NSTW"), heading_of("Tổng số"))
    Heading(kind='value', field='', source='central', nature=None, \
is_total=True, is_place=False)
    >>> combine(heading_of("NSTW"), heading_of("NS tỉnh")).kind
    ''
    """
    if upper.kind in ("empty", "ignored"):
        return lower if upper.kind == "empty" else upper
    if lower.kind != "value" or upper.kind != "value":
        return Heading()
    if (upper.source and lower.source) or (upper.nature and lower.nature):
        return Heading()
    return Heading(
        "value",
        source=upper.source or lower.source,
        nature=upper.nature or lower.nature,
        is_total=lower.is_total or (upper.is_total and not _narrows(lower)),
    )


def _narrows(heading: Heading) -> bool:
    """Tell a heading under "total" that is one part of it."""
    return bool(heading.source or heading.nature)


def total_row_kind(text: object) -> str:
    """Tell a row of totals by its label: grand, sub, or "" for a plain row.

    >>> total_row_kind("TOTAL"), total_row_kind("Tổng cộng:"), total_row_kind("Cộng")
    ('grand', 'grand', 'sub')
    >>> total_row_kind("Tổng huyện Ba Bể"), total_row_kind("NTM")
    ('sub', '')
    >>> total_row_kind("Công trình A"), total_row_kind("TỔNG CÔNG TRÌNH thủy lợi B")
    ('', '')
    >>> total_row_kind("Cộng đồng dân cư thôn 2"), total_row_kind("Cộng: công trình A")
    ('', 'sub')
    """
    words = plain(text)
    if words in GRAND_TOTAL_ROWS:
        return "grand"
    is_name = NO_TOTAL_ROW.match(words) or WORK.match(
        unicodedata.normalize("NFC", str(text or "").strip()).lower()
    )
    return "sub" if SUBTOTAL_ROW.match(words) and not is_name else ""


def money_unit_of(text: object) -> str | None:
    """Return the unit of money a text says a table is printed in.

    >>> money_unit_of("ĐVT: triệu đồng"), money_unit_of("Số tiền (tỷ đồng)")
    ('million', 'billion')
    >>> money_unit_of("Đơn vị: 1.000 đồng"), money_unit_of("amount_dong")
    ('thousand', 'dong')
    >>> money_unit_of("Giao vốn 5 tỷ đồng"), money_unit_of("Đơn vị"), money_unit_of("D")
    (None, None, None)
    """
    raw = str(text or "")
    if len(raw) > LONGEST_LABEL:
        return None
    words = plain(raw)
    candidates = [plain(inner) for inner in PARENTHESIS.findall(raw)]
    said = UNIT_SAID.search(words)
    if said:
        candidates.append(words[said.end() :].strip())
    trailing = TRAILING_UNIT.search(f" {words}")
    if trailing and (
        (trailing.start() == 0 and trailing["money"]) or heading_of(raw).kind == "value"
    ):
        candidates.append(trailing[0].strip())
    return next(filter(None, map(_unit_named, candidates)), None)


def _unit_named(words: str) -> str | None:
    """Read words that are a unit of money and nothing else."""
    match = UNIT_PHRASE.fullmatch(UNIT_SAID.sub("", words).strip())
    if not match or not match[0]:
        return None
    scale = SCALES.get(match["scale"] or "")
    return scale or ("dong" if match["money"] else None)
