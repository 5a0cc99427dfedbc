"""Advances and their guarantees: NĐ 254/2025/NĐ-CP, article 9.

What a contract owes on a day follows from its terms, its movements (advances paid,
advances settled by accepted volume or given back) and its guarantees. A recovery
settles the oldest advance first. Terms of months end on the same day of a later month,
or on that month's last day (Bộ luật Dân sự 2015, article 148); they are not moved to
the next working day. All amounts are whole đồng.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from .verdict import Reason

# a guarantee is needed above this advance: article 9 clause 2
GUARANTEE_ABOVE = 1_000_000_000
SOON_DAYS = 30
_SOON = timedelta(days=SOON_DAYS)
# the advance is recovered in full once this part of the value is disbursed: clause 5a
RECOVERED_AT_PERCENT = 80
CLEARANCE_DAYS = 30  # clause 5b
CONTRACT_MONTHS = 3  # clause 6d (i)

# no guarantee: clause 2b. Site clearance needs one only where works are built
EXEMPT = frozenset(
    {"clearance", "management", "no_contract", "community", "self_performed"}
)
# clause 5a, without what points b, c and d name
RECOVERED_BY_PAYMENTS = frozenset(
    {"construction", "consulting", "no_contract", "community", "self_performed"}
)
# months that run from the advance itself: clause 6d (ii) and (iii)
MONTHS_FROM_ADVANCE = {"clearance": 3, "no_contract": 6}


@dataclass(frozen=True)
class Terms:
    """What a contract says about its advance.

    ``recovery`` is the day by which the contract wants the advance recovered in full;
    without a contract, the later day that whoever approved the estimate allows.
    ``at_bank`` is the part kept at a commercial bank for owners who do not take it.
    """

    kind: str
    value: int
    agreed: int = 0
    recovery: date | None = None
    builds_works: bool = False
    at_bank: int = 0


class Move(NamedTuple):
    """What one day added: advance paid, advance settled, and amount disbursed."""

    day: date
    advanced: int
    settled: int
    disbursed: int


class Guarantee(NamedTuple):
    """An advance guarantee; without an end it holds until it is given back."""

    amount: int
    date_from: date | None = None
    date_to: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether the bank would pay on that day."""
        return (self.date_from or day) <= day <= (self.date_to or day)


@dataclass(frozen=True)
class State:
    """Where an advance stands on a day; ``date_overdue`` is the last day in time."""

    disbursed: int = 0
    outstanding: int = 0
    advanced: int = 0
    guarantee_state: str = "not_needed"
    guarantee_needed: int = 0
    guaranteed: int = 0
    guarantee_end: date | None = None
    must_recover: bool = False
    date_overdue: date | None = None
    overdue: int = 0


@dataclass(frozen=True)
class Payment:
    """A voucher that is about to be paid under a contract.

    ``growth`` is what it adds to the amount disbursed, ``advance`` to the advance.
    """

    day: date
    growth: int
    advance: int
    guarantees: Sequence[Guarantee] = field(default_factory=tuple)


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day.

    >>> add_months(date(2023, 11, 30), 3), add_months(date(2024, 8, 31), 6)
    (datetime.date(2024, 2, 29), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def open_advances(moves: Iterable[Move], given: int = 0) -> list[tuple[date, int]]:
    """Return [(day, đồng)] of what is not recovered, oldest first.

    :param given: đồng that count as settled besides, from the oldest on

    >>> days = date(2024, 1, 5), date(2024, 2, 5)
    >>> paid = [Move(days[0], 70, 0, 70), Move(days[1], 30, 80, 90)]
    >>> open_advances(paid)
    [(datetime.date(2024, 2, 5), 20)]
    """
    moves = sorted(moves)
    settled = given + sum(move.settled for move in moves)
    left = []
    for move in moves:
        used = min(settled, move.advanced)
        settled -= used
        if move.advanced > used:
            left.append((move.day, move.advanced - used))
    return left


def recovered_on(moves: Iterable[Move]) -> date | None:
    """Return the day from which nothing is outstanding, or None.

    >>> days = date(2024, 1, 5), date(2024, 2, 5), date(2024, 3, 5)
    >>> paid = [Move(days[0], 70, 0, 70), Move(days[1], 0, 70, 70)]
    >>> recovered_on(paid), recovered_on([*paid, Move(days[2], 1, 0, 1)])
    (datetime.date(2024, 2, 5), None)
    """
    left, since = 0, None
    for move in sorted(moves):
        left += move.advanced - move.settled
        since = (since or move.day) if left <= 0 else None
    return since


def starts_on(terms: Terms, moves: Sequence[Move], end: date | None) -> date | None:
    """Return the day from which the time to recover an advance runs (clause 6d).

    The day by which the contract wants it recovered, or its last day; for site
    clearance and without a contract the day of the oldest advance that is open.

    :param end: last day of the contract

    >>> paid = [Move(date(2024, 1, 5), 70, 70, 70), Move(date(2024, 2, 5), 30, 0, 30)]
    >>> starts_on(Terms("clearance", 100), paid, None)
    datetime.date(2024, 2, 5)
    >>> starts_on(Terms("construction", 100), paid, date(2024, 12, 31))
    datetime.date(2024, 12, 31)
    """
    if terms.kind not in MONTHS_FROM_ADVANCE:
        return terms.recovery or end
    if left := open_advances(moves):
        return left[0][0]
    return max((move.day for move in moves if move.advanced > 0), default=None)


def last_day(terms: Terms, advanced_on: date) -> date | None:
    """Return the last day on which an advance is in time, or None where unknown.

    Three months after the contract's day of full recovery; for site clearance three
    and without a contract six months after the advance (clause 6d).

    >>> last_day(Terms("no_contract", 0), date(2024, 8, 31))
    datetime.date(2025, 2, 28)
    >>> last_day(Terms("construction", 0), date(2024, 8, 31)) is None
    True
    """
    if terms.kind == "no_contract" and terms.recovery:
        return max(terms.recovery, add_months(advanced_on, 6))
    if months := MONTHS_FROM_ADVANCE.get(terms.kind):
        return add_months(advanced_on, months)
    return terms.recovery and add_months(terms.recovery, CONTRACT_MONTHS)


def needs_guarantee(terms: Terms, advanced: int = 0) -> bool:
    """Tell whether an advance of that size must be guaranteed (clause 2).

    >>> needs_guarantee(Terms("construction", 4 * 10**9, agreed=10**9))
    False
    >>> needs_guarantee(Terms("construction", 4 * 10**9), advanced=10**9 + 1)
    True
    >>> needs_guarantee(Terms("community", 4 * 10**9), advanced=2 * 10**9)
    False
    """
    builds = terms.kind == "clearance" and terms.builds_works
    if terms.kind in EXEMPT and not builds:
        return False
    return max(terms.agreed, advanced) > GUARANTEE_ABOVE


def guarantee_state(guarantees: Sequence[Guarantee], needed: int, day: date) -> str:
    """Return missing, expired, too_small, expires_soon or valid.

    :param needed: đồng that must be covered, at least one

    >>> paper = Guarantee(5, date(2024, 1, 1), date(2024, 6, 30))
    >>> [guarantee_state([paper], 5, date(2024, month, 30)) for month in (5, 6, 7)]
    ['valid', 'expires_soon', 'expired']
    >>> guarantee_state([paper], 6, date(2024, 3, 1)), guarantee_state([], 6, date.min)
    ('too_small', 'missing')
    """
    holding = [paper for paper in guarantees if paper.holds(day)]
    if not holding:
        ended = any(paper.date_to and paper.date_to < day for paper in guarantees)
        return "expired" if ended else "missing"
    if covered(holding, day) < needed:
        return "too_small"
    later = min(day, date.max - _SOON) + _SOON
    return "valid" if covered(holding, later) >= needed else "expires_soon"


def covered(guarantees: Iterable[Guarantee], day: date) -> int:
    """Return the đồng that guarantees cover on a day.

    >>> covered([Guarantee(5), Guarantee(7, date_to=date(2024, 1, 1))], date.max)
    5
    """
    return sum(paper.amount for paper in guarantees if paper.holds(day))


def recovery_limit(value: int) -> int:
    """Return the đồng disbursed at which the advance must be recovered in full.

    >>> recovery_limit(4_000), recovery_limit(4_001)
    (3200, 3201)
    """
    return -(-value * RECOVERED_AT_PERCENT // 100)


def watch(
    terms: Terms,
    moves: Iterable[Move],
    guarantees: Sequence[Guarantee],
    day: date,
) -> State:
    """Return where the advance of a contract stands at the end of a day.

    >>> terms = Terms("construction", 4_000, 1_000, recovery=date(2024, 11, 30))
    >>> paid = [Move(date(2024, 3, 1), 1_000, 0, 1_000),
    ...         Move(date(2024, 5, 1), 0, 600, 900)]
    >>> state = watch(terms, paid, [], date(2025, 2, 28))
    >>> state.disbursed, state.outstanding, state.overdue, state.guarantee_state
    (1900, 400, 0, 'not_needed')
    >>> watch(terms, paid, [], date(2025, 3, 1)).overdue
    400
    """
    moves = [move for move in moves if move.day <= day]
    left = open_advances(moves)
    outstanding = sum(amount for _day, amount in left)
    disbursed = sum(move.disbursed for move in moves)
    advanced = sum(move.advanced for move in moves)
    needed = _needed(terms, outstanding, advanced)
    ends = [paper.date_to for paper in guarantees if paper.holds(day) and paper.date_to]
    due = [(last_day(terms, start), amount) for start, amount in _claimed(terms, moves)]
    return State(
        disbursed=disbursed,
        outstanding=outstanding,
        advanced=advanced,
        guarantee_state=guarantee_state(guarantees, needed, day)
        if needed
        else "not_needed",
        guarantee_needed=needed,
        guaranteed=covered(guarantees, day),
        guarantee_end=min(ends, default=None),
        must_recover=_must_recover(terms, left, disbursed, day),
        date_overdue=min((last for last, _amount in due if last), default=None),
        overdue=sum(amount for last, amount in due if last and last < day),
    )


def check_payment(terms: Terms, state: State, payment: Payment) -> list[Reason]:
    """Return why a payment breaks article 9: no guarantee, or no recovery at 80 %.

    :param state: where the contract stands before the payment

    >>> terms = Terms("construction", 4 * 10**9, agreed=2 * 10**9)
    >>> first = Payment(date(2024, 3, 1), 2 * 10**9, 2 * 10**9)
    >>> [reason.code for reason in check_payment(terms, State(), first)]
    ['guarantee']
    """
    if payment.growth <= 0:
        return []
    left = state.outstanding + payment.advance
    reasons = []
    if payment.advance > 0 and needs_guarantee(terms, left):
        held = covered(payment.guarantees, payment.day)
        reasons += _reason("guarantee", held, left, left - held)
    total, limit = state.disbursed + payment.growth, recovery_limit(terms.value)
    if terms.kind in RECOVERED_BY_PAYMENTS and terms.value and total >= limit:
        reasons += _reason("recovery", limit, total, left)
    return reasons


def _reason(code: str, limit: int, total: int, excess: int) -> list[Reason]:
    values = {"limit": limit, "total": total, "excess": excess}
    return [Reason(code, values)] if excess > 0 else []


def _needed(terms: Terms, outstanding: int, advanced: int) -> int:
    """Return the đồng to be guaranteed: what is left, or what is about to be paid."""
    if not needs_guarantee(terms, advanced):
        return 0
    return outstanding if advanced else terms.agreed


def _claimed(terms: Terms, moves: Iterable[Move]) -> list[tuple[date, int]]:
    """Return the open advances without what waits at a bank for its owners."""
    at_bank = terms.at_bank if terms.kind == "clearance" else 0
    return open_advances(moves, at_bank)


def _must_recover(
    terms: Terms, left: Sequence[tuple[date, int]], disbursed: int, day: date
) -> bool:
    """Tell whether nothing of the advance may be left by now (clause 5)."""
    if not left:
        return False
    if terms.kind == "clearance":
        return (day - left[0][0]).days > CLEARANCE_DAYS
    reached = disbursed >= recovery_limit(terms.value) if terms.value else False
    by_payments = terms.kind in RECOVERED_BY_PAYMENTS and reached
    return by_payments or bool(terms.recovery and terms.recovery < day)
