"""Headings of a Treasury statement -> what each column holds.

A heading of amounts is read phrase by phrase: a measure (advance, completed …), a span
(in the period, cumulative), a nature, a source, years, carried-over capital. One word
that is not understood, or two that contradict each other, and nothing is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from .plain_words import plain
from .statement_words import (
    ALONE,
    BEGINNINGS,
    CARRIED,
    CURRENT,
    EARLIER,
    FILLERS,
    JOINING,
    KEYS,
    MEASURES,
    MIXED,
    NATURES,
    PLANS,
    RANKS,
    REST_RANK,
    SOURCES,
    SPANS,
    TEXT_BEGINNINGS,
    TOTALS,
)
from .table_words import PARENTHESIS

LONGEST_PHRASE = 9
LONGEST_HEADING = 300
FEWEST_KEYS = 3
ENGLISH = {"no"}  # with accents it is a debt
YEAR = re.compile(r"\b(?:nam )?(20\d\d)\b")
_MONTH = r"thang \d{1,2}(?: nam)?(?: 20\d\d)?"
_QUARTER = r"quy (?:[1-4]|i{1,3}|iv)\b(?: nam)?(?: 20\d\d)?"
_DAY = r"\d{1,2} (?:thang )?\d{1,2} (?:nam )?20\d\d"
_MOMENT = rf"(?:trong )?(?:ngay )?(?:{_DAY}|{_MONTH}|{_QUARTER})"
RANGE = re.compile(rf"\btu {_MOMENT} den (?:het )?{_MOMENT}")
FROM_NEW_YEAR = re.compile(r"\btu (?:ngay )?(?:0?1 (?:thang )?0?1 |thang 0?1\b)")
UP_TO = re.compile(rf"\b(?:tinh )?den (?:het )?{_MOMENT}")
MONTHS = re.compile(r"\b\d{1,2} thang(?: dau nam)?(?: nam)?(?: 20\d\d)?")
MOMENT = re.compile(rf"\b{_MOMENT}")
SMALL_NUMBER = re.compile(r"\d{1,2}")
# A measure over a more general one says it better, and so does a part under its whole.
GENERAL = {"amount", "assigned", "paid", "disbursed"}
JOINED = re.compile(JOINING, re.IGNORECASE)
BEGINNING = re.compile(rf"^(?:{'|'.join(BEGINNINGS)})\b(?! so)")
PART = re.compile(r"trong do\b|of which\b|including\b")
INSIDE = re.compile(r"\(([^()]*)\)")
UNDER_ADVANCE = {"recovered", "balance"}

LEXICON: dict[str, tuple[str, str]] = {
    **dict.fromkeys(FILLERS, ("filler", "")),
    **{phrase: ("sources", source) for phrase, source in SOURCES.items()},
    **{phrase: ("natures", nature) for phrase, nature in NATURES.items()},
    **{phrase: ("spans", span) for phrase, span in SPANS.items()},
    **{phrase: ("measures", measure) for phrase, measure in MEASURES.items()},
    **dict.fromkeys(CURRENT, ("current", "yes")),
    **dict.fromkeys(CARRIED, ("carried", "yes")),
    **dict.fromkeys(EARLIER, ("earlier", "yes")),
    **dict.fromkeys(MIXED, ("mixed", "yes")),
    **dict.fromkeys(TOTALS, ("total", "yes")),
}


@dataclass(frozen=True)
class Meaning:
    """What one column holds.

    ``kind``: key (``name`` tells which), amount (``name`` is the measure), rest (an
    amount that makes no line), text, number (of the row), empty, or "" when the
    heading is not understood.
    """

    kind: str = ""
    name: str = ""
    span: str = ""
    nature: str | None = None
    source: str | None = None
    year: int | None = None
    is_carried: bool | None = None  # False: said to be of the year itself
    reduces: str = ""  # of a refund: advance or completed
    is_total: bool = False
    is_part: bool = False  # said to be "of which"

    @property
    def capital(self) -> tuple:
        """The capital the amounts are of, as far as the heading says."""
        return self.nature, self.source, self.year, self.is_carried


@dataclass
class Scan:
    """The phrases of one text; ``kind`` is set when it is no heading of amounts."""

    kind: str = ""
    name: str = ""
    measures: set[str] = field(default_factory=set)
    spans: set[str] = field(default_factory=set)
    natures: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    carried: set[str] = field(default_factory=set)
    current: set[str] = field(default_factory=set)
    earlier: set[str] = field(default_factory=set)
    mixed: set[str] = field(default_factory=set)
    total: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)

    @property
    def says_amount(self) -> bool:
        """Tell whether anything here speaks of amounts."""
        return any(vars(self).values()) and not self.kind


@lru_cache(maxsize=8192)
def meaning_of(*levels: str) -> Meaning:
    """Tell what a column holds from its headings, top to bottom.

    >>> meaning_of("Mã dự án").name, meaning_of("Ma so DA").name
    ('project', 'project')
    >>> meaning = meaning_of("Giải ngân vốn kéo dài", "Lũy kế", "Tạm ứng (triệu đồng)")
    >>> meaning.name, meaning.span, meaning.is_carried
    ('advance', 'cumulative', True)
    >>> meaning_of("Lũy kế giải ngân từ đầu năm đến hết tháng 5/2025").span
    'cumulative'
    >>> meaning_of("Thanh toán trong tháng 5 năm 2025").span
    'period'
    >>> meaning_of("Tỷ lệ giải ngân (%)").kind, meaning_of("Số lượng bò").kind
    ('rest', '')
    >>> meaning_of("Số liệu của chủ đầu tư", "Tạm ứng").kind
    'rest'
    """
    scans = [scan(text) for text in levels]
    scans = [one for one in scans if one.kind != "empty"]
    if not scans:
        return Meaning("empty")
    last = scans[-1]
    if last.kind:
        return Meaning(last.kind, last.name)
    if not last.says_amount or any(
        not one.kind and not one.says_amount for one in scans
    ):
        return Meaning()
    if any(one.kind == "text" for one in scans):
        # amounts of something that is no concern here: of a decision, of a contract
        return Meaning("rest", "other")
    is_part = any(PART.match(plain(text)) for text in levels)
    return replace(_amount([one for one in scans if not one.kind]), is_part=is_part)


def scan(text: str) -> Scan:
    """Read one text of a heading.

    >>> scan("Trong đó: Vốn đầu tư").natures, scan("Tạm ứng và KLHT").mixed
    ({'investment'}, {'yes'})
    """
    raw = str(text)[:LONGEST_HEADING]
    words = plain(PARENTHESIS.sub(" ", raw)) or plain(raw)
    for form in (words, plain(raw)):
        if form in KEYS and (form not in ENGLISH or raw.isascii()):
            name = KEYS[form]
            kind = name if name in ("text", "number") else "key"
            return Scan(kind=kind, name="" if kind == name else name)
    if words in ALONE:
        return Scan(measures={ALONE[words]})
    if "%" in raw:
        return Scan(measures={"percent"})
    found = _scan_phrases(BEGINNING.sub("", words).strip())
    if found is None:
        return Scan(kind="text") if words.startswith(TEXT_BEGINNINGS) else Scan()
    return _checked(raw, found)


def _checked(raw: str, found: Scan) -> Scan:
    """Add what stands in brackets, unless it is about other measures."""
    for inside in INSIDE.findall(raw):
        more = _scan_phrases(plain(inside))
        if more and not more.measures | more.total | more.mixed:
            for name in ("spans", "natures", "sources", "carried", "years"):
                getattr(found, name).update(getattr(more, name))
    bare = PARENTHESIS.sub(" ", raw)
    is_joined = len(found.measures) > 1 and bool(JOINED.search(bare))
    # "total disbursed, advances" may be the whole or the part
    is_unclear = found.total and "disbursed" in found.measures - _highest(
        found.measures
    )
    if (is_joined or is_unclear) and not _is_rest(found.measures):
        found.mixed.add("yes")
    if found.mixed:
        found.measures.clear()
    found.kind = "" if found.says_amount else "empty"
    return found


def _is_rest(measures: set[str]) -> bool:
    """Tell whether a measure makes no line whatever stands beside it."""
    return any(RANKS[name] >= REST_RANK for name in measures)


def _scan_phrases(words: str) -> Scan | None:
    """Read a text phrase by phrase, the longest first; None at an unknown word."""
    found = Scan()
    words = _without_moments(words, found)
    found.years = {int(year) for year in YEAR.findall(words)}
    tokens = YEAR.sub(" ", words).split()
    if tokens[-1:] == ["nam"]:
        found.current.add("yes")  # "the plan of the year"
    place = 0
    while place < len(tokens):
        size = _phrase_size(tokens, place)
        if size:
            attribute, value = LEXICON[" ".join(tokens[place : place + size])]
            if attribute != "filler":
                getattr(found, attribute).add(value)
        elif not (SMALL_NUMBER.fullmatch(tokens[place]) or tokens[place] == "va"):
            return None
        place += size or 1
    return found


def _phrase_size(tokens: Sequence[str], place: int) -> int:
    """Give the length of the longest known phrase at a place."""
    for size in range(min(LONGEST_PHRASE, len(tokens) - place), 0, -1):
        if " ".join(tokens[place : place + size]) in LEXICON:
            return size
    return 0


def _without_moments(words: str, found: Scan) -> str:
    """Take days, months and quarters out of a text, noting the span they tell."""
    for pattern in (RANGE, UP_TO, MONTHS, MOMENT):
        for match in pattern.finditer(words):
            is_range = pattern is RANGE and not FROM_NEW_YEAR.match(match[0])
            is_moment = pattern is MOMENT and not match[0].startswith("ngay")
            found.spans.add("period" if is_range or is_moment else "cumulative")
        words = pattern.sub(" ", words)
    return words


def _amount(scans: Sequence[Scan]) -> Meaning:
    """Join the levels of a heading of amounts."""
    measure, reduces = _measure(scans)
    natures, sources = _joined(scans, "natures"), _joined(scans, "sources")
    if measure is None or len(natures) > 1 or len(sources) > 1:
        return Meaning()
    years = _joined(scans, "years")
    is_earlier = bool(_joined(scans, "earlier"))
    is_carried = bool(_joined(scans, "carried")) or (is_earlier and measure in PLANS)
    if is_earlier and not is_carried:
        return Meaning()
    is_dated = measure in PLANS and bool(_joined(scans, "spans"))
    is_current = is_dated or bool(years or _joined(scans, "current"))
    return Meaning(
        "rest" if RANKS[measure] >= REST_RANK else "amount",
        measure,
        "" if measure in PLANS else _span(scans),
        next(iter(natures), None),
        next(iter(sources), None),
        min(years) if years else None,
        True if is_carried else (False if is_current else None),
        reduces,
        bool(_joined(scans, "total")),
    )


def _joined(scans: Iterable[Scan], attribute: str) -> set:
    """Join what all levels say about one thing."""
    return set().union(*(getattr(one, attribute) for one in scans))


def _span(scans: Sequence[Scan]) -> str:
    """Give the span of the lowest level that has one; cumulative beats a month."""
    for one in reversed(scans):
        if one.spans:
            return "cumulative" if "cumulative" in one.spans else "period"
    return ""


def _measure(scans: Sequence[Scan]) -> tuple[str | None, str]:
    """Find the measure of a heading; None when two contradict each other."""
    measure: str | None = "amount"
    for one in scans:
        tops = _highest(one.measures)
        if len(tops) > 1 or measure is None:
            return None, ""
        if tops:
            measure = _under(measure, next(iter(tops)))
    if measure == "amount" and any(one.mixed for one in scans):
        return None, ""
    named = _joined(scans, "measures") & {"advance", "completed"}
    return measure, next(iter(named), "") if measure == "refunded" else ""


def _highest(measures: set[str]) -> set[str]:
    """Keep the measures of the highest rank; to disburse and to pay are one."""
    if measures == {"paid", "disbursed"}:
        return {"disbursed"}
    rank = max((RANKS[name] for name in measures), default=0)
    return {name for name in measures if RANKS[name] == rank}


def _under(upper: str, lower: str) -> str | None:
    """Tell what a measure means under another one; None when it makes no sense."""
    if upper == lower or RANKS[upper] >= REST_RANK or lower == "amount":
        return upper
    if upper in GENERAL or (upper == "advance" and lower in UNDER_ADVANCE):
        return lower
    return lower if RANKS[lower] >= REST_RANK else None


class StatementWords:
    """What headings of Treasury statements mean (``table_heading.Words``)."""

    def column(self, texts: Sequence[str]) -> Meaning:
        """Read the heading of one column, from top to bottom."""
        return meaning_of(*texts)

    def settle(self, meanings: list[Meaning]) -> list[Meaning]:
        """Keep years only where they tell columns apart.

        >>> one, two = meaning_of("KH năm 2024 kéo dài"), meaning_of("KH năm 2025")
        >>> [m.year for m in StatementWords().settle([one, two])]
        [2024, 2025]
        >>> [m.year for m in StatementWords().settle([two, meaning_of("Tạm ứng")])]
        [None, None]
        >>> row = [meaning_of(text) for text in ("Tạm ứng", "Thanh toán", "Tổng")]
        >>> [m.name for m in StatementWords().settle(row)]
        ['advance', 'completed', 'disbursed']
        """
        years = {m.year for m in meanings if m.kind == "amount" and m.year}
        if len(years) <= 1:
            meanings = [replace(m, year=None) for m in meanings]
        if not any(m.is_carried for m in meanings):
            # "of the year" tells nothing when nothing else is there
            meanings = [replace(m, is_carried=None) for m in meanings]
        beside = {(m.name, m.span, m.capital) for m in meanings if m.kind == "amount"}
        return [_settle_part(meaning, beside) for meaning in meanings]

    def score(self, meanings: list[Meaning]) -> tuple[int, int]:
        """Count what is understood and not said twice; it has a key and an amount."""
        kinds = [meaning.kind for meaning in meanings]
        if "amount" not in kinds:
            # amounts under words that are not known: the columns are asked about
            keys = kinds.count("key")
            return (keys, 0) if keys >= FEWEST_KEYS else (0, 0)
        if "key" not in kinds:
            return 0, 0
        others = sum(kind not in ("", "empty", "amount") for kind in kinds)
        amounts = [meaning for meaning in meanings if meaning.kind == "amount"]
        said = sum(
            bool(m.span) + sum(v is not None for v in m.capital) for m in amounts
        )
        return others + len(set(amounts)), said

    def continues(self, texts: Sequence[str]) -> bool:
        """Tell whether the texts of a row may be headings: some are, none is data."""
        kinds = [meaning_of(text).kind for text in texts]
        has_digits = any(any(c.isdigit() for c in text[:3]) for text in texts)
        return not has_digits and any(kind not in ("", "empty") for kind in kinds)


def _settle_part(meaning: Meaning, beside: set[tuple]) -> Meaning:
    """Read "paid" beside advances as the completed volume, and a total as all.

    :param beside: measure, span and capital of the columns of the table
    """
    place = meaning.span, meaning.capital
    has = {name for name in ("advance", "completed") if (name, *place) in beside}
    if meaning.name == "paid":
        is_part = has == {"advance"}
        return replace(meaning, name="completed" if is_part else "disbursed")
    if meaning.name == "amount" and (has or ("paid", *place) in beside):
        return replace(meaning, name="disbursed")
    return meaning
