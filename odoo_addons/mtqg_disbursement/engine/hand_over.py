"""What a unit that ends hands over to its successors, balance by balance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from .curve import MONTHS
from .ledger import Entry, available, disbursed
from .promise import Subject
from .shares import split

# thirteen months of đồng by subject, as a commitment promises them
Promise = dict[Subject, list[int]]


class Part(NamedTuple):
    """What one successor takes over of a balance, in đồng."""

    heir: int
    available: int
    advance: int
    entered: int = 0


def share_out(balance: Mapping[str, int], shares: Mapping[int, int]) -> list[Part]:
    """Split what is left of a balance and its outstanding advance.

    What is paid for completed volume, and what was passed on to units below, stays
    where it happened; capital that can still be spent, and advances that still have to
    be recovered, go to those who are responsible from now on (NĐ 125/2025 article 7).
    An advance was entered in TABMIS before it was paid; what is still available, the
    successors enter anew.

    :param balance: counters of the balance
    :param shares: weight of each successor

    >>> from .ledger import empty_balance
    >>> balance = {**empty_balance(), "assigned": 100, "tabmis": 100, "advance": 10}
    >>> share_out(balance, {7: 1, 8: 2})[1]
    Part(heir=8, available=60, advance=7, entered=7)
    """
    heirs, weights = list(shares), list(shares.values())
    is_entered = balance["tabmis"] >= disbursed(balance)
    return [
        Part(heir, left, advance, advance * is_entered)
        for heir, left, advance in zip(
            heirs,
            split(available(balance), weights),
            split(balance["advance"], weights),
            strict=True,
        )
        if left or advance
    ]


def list_entries(
    balance_id: int, parts: Sequence[Part], heir_balances: Mapping[int, int]
) -> list[Entry]:
    """Return the entries that move the parts from a balance to those of its heirs.

    :param heir_balances: the balance of each successor
    """
    entries = []
    for part in parts:
        heir = heir_balances[part.heir]
        entries += [
            Entry(balance_id, "refund_advance", part.advance),
            Entry(balance_id, "decrease", part.available + part.advance),
            Entry(heir, "increase", part.available + part.advance),
            Entry(heir, "tabmis", part.entered),
            Entry(heir, "advance", part.advance),
        ]
    return [entry for entry in entries if entry.amount]


def share_promise(
    promise: Mapping[Subject, Sequence[int]],
    months_over: int,
    find_shares: Callable[[Subject], Mapping[int, int]],
) -> tuple[Promise, dict[int, Promise]]:
    """Return what a unit keeps of its promise, and what each successor takes over.

    Months that are over stay with the unit that promised them; each later month goes
    over to the đồng (largest remainder).

    :param months_over: so many months of the plan year had ended on the day
    :param find_shares: weight of each successor for a subject

    >>> any_, months = (1, 2025, "investment", False), [7, 0, 5] + [0] * 10
    >>> kept, taken = share_promise({any_: months}, 1, lambda subject: {8: 1, 9: 1})
    >>> kept[any_][:3], taken[8][any_][:3], taken[9][any_][:3]
    ([7, 0, 0], [0, 0, 3], [0, 0, 2])
    """
    later = MONTHS - months_over
    kept: Promise = {}
    taken: dict[int, Promise] = {}
    for subject, amounts in promise.items():
        kept[subject] = [*amounts[:months_over], *[0] * later]
        shares = find_shares(subject)
        parts = [split(a, list(shares.values())) for a in amounts[months_over:]]
        for heir, months in zip(shares, zip(*parts, strict=True), strict=False):
            if any(months):
                taken.setdefault(heir, {})[subject] = [*[0] * months_over, *months]
    return kept, taken


def add_promises(
    first: Mapping[Subject, Sequence[int]],
    second: Mapping[Subject, Sequence[int]],
    sign: int = 1,
) -> Promise:
    """Return two promises together, or what is left of the first without the second.

    >>> a, b = {(1, 2025, "investment", False): [5] * 13}, {}
    >>> add_promises(a, b) == a, add_promises(a, a, -1) == {}
    (True, True)
    """
    nothing = [0] * MONTHS
    found = {
        subject: [
            one + sign * other
            for one, other in zip(
                first.get(subject, nothing), second.get(subject, nothing), strict=True
            )
        ]
        for subject in dict.fromkeys([*first, *second])
    }
    return {subject: amounts for subject, amounts in found.items() if any(amounts)}
