"""How the statements of one office are read: a profile, kept by the file's shape.

A profile is plain data. It is guessed from the first rows (``statement_guess``),
corrected by a person, stored as a dictionary, and found again for the next file whose
heading says the same, whatever months and years it names and wherever it stands.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from .money import MONEY_UNITS
from .plain_words import plain
from .statement_headings import Meaning
from .statement_words import FLOWS, KEYS, PLANS, RANKS
from .table_heading import DEEPEST_HEADING, SEARCHED_ROWS, SheetLike, first_data_row
from .table_words import NATURES, SOURCES

VERSION = 1
SHAPE_LENGTH = 32
DIGITS = re.compile(r"\d+")
MARKS = ("", ",", ".", "?")
ORDERS = ("dmy", "mdy", "?")
OUTLINES = ("flat", "keyed", "numbered")
SPANS = ("", "period", "cumulative")
USES = ("line", "total", "part")
FIELDS = set(KEYS.values()) - {"text", "number"}
# how a person names what a column holds: a kind, or what it is
OTHER_KINDS = ("text", "rest", "number", "empty")
MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Column:
    """One column: where it is, what it says, what it holds.

    ``use`` of an amount: it makes lines, is a total that is checked, or is a part of
    one that is not complete. ``reason`` is a code that tells how it was understood.
    """

    index: int
    heading: str
    meaning: Meaning
    money_unit: str | None = None
    use: str = "line"
    reason: str = "recognised"

    @property
    def makes_lines(self) -> bool:
        """Tell whether the amounts of this column become lines."""
        return self.meaning.kind == "amount" and self.use == "line"


@dataclass(frozen=True)
class RowCheck:
    """A column that must be the signed sum of others, in each row."""

    total: int
    parts: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Profile:
    """How to read the statements of one shape.

    ``headings`` are the rows of the heading, digits masked. ``line_keys`` are columns
    of which a line has one at least, where rows without are sums (``outline`` keyed).
    ``constants`` are fields that the title tells for all lines. ``chosen`` names what
    a person has settled: it is not guessed again.
    """

    headings: tuple[tuple[str, ...], ...] = ()
    columns: tuple[Column, ...] = ()
    sheet: str = ""
    money_unit: str | None = None
    decimal_mark: str = ""
    date_order: str = "dmy"
    outline: str = "flat"
    line_keys: tuple[int, ...] = ()
    fill_down: tuple[int, ...] = ()
    checks: tuple[RowCheck, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()

    @property
    def shape(self) -> str:
        """The fingerprint by which the profile is remembered."""
        return shape_of(self.headings)

    @cached_property
    def keys(self) -> dict[str, list[int]]:
        """The columns of each field that tells what a line is about."""
        found: dict[str, list[int]] = {}
        for column in self.columns:
            if column.meaning.kind == "key":
                found.setdefault(column.meaning.name, []).append(column.index)
        return found

    @cached_property
    def amounts(self) -> dict[int, Column]:
        """The columns whose amounts make lines."""
        return {c.index: c for c in self.columns if c.makes_lines}

    def with_column(self, index: int, **said: Any) -> Profile:
        """Correct what a column holds.

        :param said: fields of ``Meaning`` (``kind``, ``name``, ``span``, ``nature``,
            ``source``, ``year``, ``is_carried``) and ``money_unit``
        :raise ValueError: for anything that no column can hold
        """
        unit = said.pop("money_unit", None)
        meaning = _meaning(said)
        if not 0 <= index < len(self.columns):
            raise ValueError(f"no column {index}")
        if unit is not None and unit not in MONEY_UNITS:
            raise ValueError(f"no unit of money: {unit}")
        columns = list(self.columns)
        columns[index] = replace(
            columns[index],
            meaning=meaning,
            money_unit=unit or columns[index].money_unit,
            use="line",
            reason="corrected",
        )
        return replace(self, columns=tuple(columns)).with_choice()

    def with_choice(self, **said: Any) -> Profile:
        """Settle ``money_unit``, ``decimal_mark``, ``date_order`` or ``outline``.

        :raise ValueError: for a value none of them can have
        """
        allowed = {
            "money_unit": (*MONEY_UNITS, None),
            "decimal_mark": MARKS,
            "date_order": ORDERS,
            "outline": OUTLINES,
        }
        for name, value in said.items():
            if name not in allowed or value not in allowed[name]:
                raise ValueError(f"no choice: {name}={value!r}")
        chosen = tuple(sorted({*self.chosen, *said}))
        return replace(self, chosen=chosen, **said)

    def to_dict(self) -> dict[str, Any]:
        """Return the profile as what JSON carries."""
        return {"version": VERSION, **json.loads(json.dumps(asdict(self)))}


def from_dict(stored: Mapping[str, Any]) -> Profile:
    """Return the profile that ``to_dict`` stored.

    :raise ValueError: when it is not one

    >>> profile = Profile(headings=(("ma du an", "so tien"),), money_unit="million")
    >>> from_dict(profile.to_dict()) == profile
    True
    """
    try:
        if stored["version"] != VERSION:
            raise ValueError(f"unknown version: {stored['version']}")
        values = {f.name: stored[f.name] for f in fields(Profile)}
        values["columns"] = tuple(_column(column) for column in stored["columns"])
        values["checks"] = tuple(_check(check) for check in stored["checks"])
        values["headings"] = tuple(tuple(map(str, row)) for row in stored["headings"])
        for name in ("line_keys", "fill_down"):
            values[name] = tuple(map(int, stored[name]))
        values["constants"] = {str(k): str(v) for k, v in stored["constants"].items()}
        values["chosen"] = tuple(map(str, stored["chosen"]))
        profile = Profile(**values)
        _check_profile(profile)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no profile: {error}") from error
    return profile


def _column(stored: Mapping[str, Any]) -> Column:
    """Return a stored column."""
    said = dict(stored)
    return Column(
        **{**said, "index": int(said["index"]), "meaning": _meaning(said["meaning"])}
    )


def _check(stored: Mapping[str, Any]) -> RowCheck:
    """Return a stored check."""
    parts = tuple((int(column), int(sign)) for column, sign in stored["parts"])
    return RowCheck(int(stored["total"]), parts)


def _check_profile(profile: Profile) -> None:
    """Refuse values that no profile has."""
    columns = [column.index for column in profile.columns]
    places = {*profile.line_keys, *profile.fill_down}
    places |= {p for c in profile.checks for p in (c.total, *(q for q, _s in c.parts))}
    sound = (
        profile.money_unit in (*MONEY_UNITS, None)
        and profile.decimal_mark in MARKS
        and profile.date_order in ORDERS
        and profile.outline in OUTLINES
        and columns == list(range(min(len(columns), MOST_COLUMNS)))
        and places <= set(columns)
        and profile.constants.keys() <= FIELDS
        and all(c.use in USES for c in profile.columns)
        and all(c.money_unit in (*MONEY_UNITS, None) for c in profile.columns)
    )
    if not sound:
        raise ValueError(f"no profile: values out of range in {profile.shape}")


def _meaning(said: Mapping[str, Any]) -> Meaning:
    """Return what a column holds, or refuse what none can.

    :raise ValueError: naming what is wrong
    """
    try:
        meaning = Meaning(**said)
    except TypeError as error:
        raise ValueError(str(error)) from error
    names = {"key": FIELDS, "amount": {*PLANS, *FLOWS, "amount"}, "rest": RANKS}
    year = meaning.year
    sound = (
        meaning.kind in ("", *names, *OTHER_KINDS)
        and meaning.name in names.get(meaning.kind, ("",))
        and meaning.span in SPANS
        and meaning.nature in (*set(NATURES.values()), None)
        and meaning.source in (*set(SOURCES.values()), None)
        and (year is None or type(year) is int)
        and meaning.is_carried in (True, False, None)
        and {meaning.is_total, meaning.is_part} <= {True, False}
        and meaning.reduces in ("", "advance", "completed")
    )
    if not sound:
        raise ValueError(f"no column holds this: {dict(said)}")
    return meaning


# === Shapes === #


def masked(row: Sequence[object]) -> tuple[str, ...]:
    """Return a row of a heading without what changes from month to month.

    >>> masked(["Mã DA", "Lũy kế đến 31/05/2025", None])
    ('ma da', 'luy ke den # # #')
    """
    texts = [DIGITS.sub("#", plain(cell)) for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def shape_of(headings: Sequence[Sequence[str]]) -> str:
    """Return the fingerprint of the rows of a heading."""
    written = json.dumps([list(row) for row in headings], ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:SHAPE_LENGTH]


def shapes_in(sheet: SheetLike) -> Iterator[tuple[str, int, int]]:
    """Give every shape the first rows of a sheet may have, the deepest first.

    :return: the shape, the row where it starts, its depth; a stored profile that has
        one of these shapes fits the sheet
    """
    rows = [masked(row) for row in sheet.rows[: SEARCHED_ROWS + DEEPEST_HEADING]]
    for depth in range(DEEPEST_HEADING, 0, -1):
        for top in range(min(len(rows) - depth + 1, SEARCHED_ROWS)):
            if rows[top]:
                yield shape_of(rows[top : top + depth]), top, depth


def first_row(profile: Profile, sheet: SheetLike) -> int | None:
    """Find where the data of a sheet start for a profile; None when it does not fit."""
    depth = len(profile.headings)
    for shape, top, found in shapes_in(sheet):
        if found == depth and shape == profile.shape:
            return first_data_row(sheet, top + depth - 1)
    return None
