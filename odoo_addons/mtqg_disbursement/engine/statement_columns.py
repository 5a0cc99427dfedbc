"""Columns of a statement that are sums of others, found from the rows at hand.

"Total | investment | recurrent", "advance + completed = disbursed": what adds up in
nearly all rows is meant as a sum and checked in each; where nothing adds up, a person
is asked rather than an amount dropped or counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .statement_profile import SPANS, Column, Profile, RowCheck
from .statement_words import PLANS

# a sum that holds in two rows of three is meant as one; the third is wrong
ENOUGH = 2 / 3
FEWEST_ROWS = 2
EPSILON = 1e-9

# sums across a row: the column, and what it may be the sum of
RELATIONS = (
    ("disbursed", (("advance", 1), ("completed", 1))),
    ("disbursed", (("advance", 1), ("completed", 1), ("recovered", -1))),
    ("disbursed", (("advance", 1), ("completed", 1), ("refunded", -1))),
    ("balance", (("advance", 1), ("recovered", -1))),
    ("remaining", (("assigned", 1), ("disbursed", -1))),
    ("remaining", (("assigned", 1), ("allocated", -1))),
)
Amounts = dict[int, int]


def settle_columns(profile: Profile, rows: Sequence[Amounts]) -> Profile:
    """Tell columns that make lines from those that are their sums."""
    profile = replace(profile, columns=tuple(_plain_kinds(profile)))
    uses: dict[int, str] = {}
    checks: list[RowCheck] = []
    columns = [c for c in profile.columns if c.meaning.kind == "amount"]
    # the widest first: what it is the sum of is decided before its parts are
    for column in sorted(columns, key=_narrowness):
        leaves = _leaves(column, columns)
        if leaves and column.reason != "corrected":
            _settle_sum(column, leaves, rows, uses, checks)
    uses |= dict.fromkeys(_totals_of_payments(profile, rows), "unclear")
    checks += _relations(profile, rows)
    settled = [_used(c, uses.get(c.index, "line")) for c in profile.columns]
    return replace(profile, columns=tuple(settled), checks=tuple(checks))


def _narrowness(column: Column) -> int:
    """Count what a column says about its capital."""
    return sum(value is not None for value in column.meaning.capital)


def _used(column: Column, use: str) -> Column:
    """Note what a column is for; ``unclear`` is left to a person."""
    if use == "unclear":
        return replace(column, use="line", reason="whole_unclear")
    reason = "recognised" if column.reason == "whole_unclear" else column.reason
    return replace(column, use=use, reason=reason)


def _plain_kinds(profile: Profile) -> Iterator[Column]:
    """Let the one column of amounts be what the kind of each row says."""
    flows = [
        c
        for c in profile.columns
        if c.meaning.kind == "amount" and c.meaning.name not in PLANS
    ]
    is_single = "kind" in profile.keys and len(flows) == 1
    for column in profile.columns:
        if is_single and column is flows[0] and column.meaning.name == "disbursed":
            yield replace(column, meaning=replace(column.meaning, name="amount"))
        else:
            yield column


def _leaves(whole: Column, columns: Sequence[Column]) -> list[Column]:
    """Give the columns for parts of the capital of a column that have no parts."""
    parts = [column for column in columns if _covers(whole, column)]
    return [c for c in parts if not any(_covers(c, other) for other in parts)]


def _covers(whole: Column, part: Column) -> bool:
    """Tell whether a column is of part of the capital of another one."""
    one, other = whole.meaning, part.meaning
    same = (one.name, one.span, one.reduces) == (other.name, other.span, other.reduces)
    pairs = list(zip(one.capital, other.capital, strict=True))
    return (
        same
        and one.capital != other.capital
        and all(mine is None or mine == theirs for mine, theirs in pairs)
    )


def _settle_sum(
    column: Column,
    leaves: Sequence[Column],
    rows: Sequence[Amounts],
    uses: dict[int, str],
    checks: list[RowCheck],
) -> None:
    """Decide whether a column is the sum of its parts, or they are only some of it."""
    for parts in _breakdowns(leaves):
        check = RowCheck(column.index, tuple((part.index, 1) for part in parts))
        if _holds(check, rows):
            uses[column.index] = "total"
            uses |= {leaf.index: "part" for leaf in leaves if leaf not in parts}
            checks.append(check)
            return
    # "total" over carried-over capital may as well be that of advances and volume
    is_total = column.meaning.is_total and not any(
        leaf.meaning.is_carried for leaf in leaves
    )
    is_whole = is_total or all(leaf.meaning.is_part for leaf in leaves)
    if not rows:
        uses.setdefault(column.index, "total")
    elif not is_whole:
        uses.setdefault(column.index, "unclear")
    elif all(_is_larger(column, parts, rows) for parts in _breakdowns(leaves)):
        uses |= {leaf.index: "part" for leaf in leaves}
    else:
        uses.setdefault(column.index, "total")
        sums = tuple((leaf.index, 1) for leaf in leaves)
        checks.append(RowCheck(column.index, sums))


def _breakdowns(leaves: Sequence[Column]) -> list[list[Column]]:
    """Give the ways in which parts may make up the whole: all, by nature, by source."""
    kinds: dict[tuple[bool, ...], list[Column]] = {}
    for leaf in leaves:
        said = tuple(value is not None for value in leaf.meaning.capital)
        kinds.setdefault(said, []).append(leaf)
    ways = [list(leaves)]
    if len(kinds) > 1:
        ways += [kinds[said] for said in sorted(kinds, reverse=True)]
    return ways


def _holds(check: RowCheck, rows: Sequence[Amounts]) -> bool:
    """Tell whether a sum across is right in nearly all rows."""
    return _right(check, rows) >= ENOUGH


def _right(check: RowCheck, rows: Sequence[Amounts]) -> float:
    """Give the share of rows in which a sum across is right; 0 if none says a thing."""
    told = [row for row in rows if row.get(check.total)]
    right = sum(
        row[check.total] == sum(sign * row.get(c, 0) for c, sign in check.parts)
        for row in told
    )
    return right / len(told) if told else 0.0


def _is_larger(
    column: Column, parts: Sequence[Column], rows: Sequence[Amounts]
) -> bool:
    """Tell whether parts are only some of the whole, row after row."""
    told = [row for row in rows if column.index in row]
    sums = [sum(row.get(part.index, 0) for part in parts) for row in told]
    return bool(told) and all(
        row[column.index] >= summed for row, summed in zip(told, sums, strict=True)
    )


def _relations(profile: Profile, rows: Sequence[Amounts]) -> list[RowCheck]:
    """Find the sums across that hold between measures of the same capital."""
    found: dict[int, tuple[float, RowCheck]] = {}
    for columns in _measures(profile).values():
        for total, parts in RELATIONS:
            if not {total, *(name for name, _sign in parts)} <= columns.keys():
                continue
            signed = tuple((columns[name], sign) for name, sign in parts)
            check = RowCheck(columns[total], signed)
            right = _right(check, rows)
            if right > found.get(check.total, (ENOUGH - EPSILON,))[0]:
                found[check.total] = right, check
    checks = [check for _share, check in found.values()]
    return checks if len(rows) >= FEWEST_ROWS else []


def _totals_of_payments(profile: Profile, rows: Sequence[Amounts]) -> Iterator[int]:
    """Find "total" columns under the title of a plan that are sums of payments."""
    totals = {
        c.index: c
        for c in profile.columns
        if c.meaning.name in PLANS and c.meaning.is_total and c.reason != "corrected"
    }
    for columns in _measures(profile).values():
        for name in PLANS:
            index = columns.get(name)
            if index not in totals or not {"advance", "completed"} <= columns.keys():
                continue
            parts = ((columns["advance"], 1), (columns["completed"], 1))
            if _holds(RowCheck(index, parts), rows):
                yield index


def _measures(profile: Profile) -> dict[tuple, dict[str, int]]:
    """Give the column of each measure, by span and capital; a plan has every span."""
    places: dict[tuple, dict[str, int]] = {}
    for column in profile.columns:
        meaning = column.meaning
        if meaning.kind in ("amount", "rest"):
            for span in (meaning.span,) if meaning.span else SPANS:
                measures = places.setdefault((span, meaning.capital), {})
                measures[meaning.name] = column.index
    return places
