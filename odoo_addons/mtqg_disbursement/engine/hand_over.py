"""What a unit that ends hands over to its successors, balance by balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .ledger import Entry, available
from .shares import split


class Part(NamedTuple):
    """What one successor takes over of a balance, in đồng."""

    heir: int
    available: int
    advance: int


def share_out(balance: Mapping[str, int], shares: Mapping[int, int]) -> list[Part]:
    """Split what is left of a balance and its outstanding advance.

    What is paid for completed volume, and what was passed on to units below, stays
    where it happened; capital that can still be spent, and advances that still have to
    be recovered, go to those who are responsible from now on (NĐ 125/2025 article 7).

    :param balance: counters of the balance
    :param shares: weight of each successor

    >>> from .ledger import empty_balance
    >>> share_out({**empty_balance(), "assigned": 100, "advance": 10}, {7: 1, 8: 2})
    [Part(heir=7, available=30, advance=3), Part(heir=8, available=60, advance=7)]
    """
    heirs, weights = list(shares), list(shares.values())
    return [
        Part(*row)
        for row in zip(
            heirs,
            split(available(balance), weights),
            split(balance["advance"], weights),
            strict=True,
        )
        if any(row[1:])
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
            Entry(heir, "advance", part.advance),
        ]
    return [entry for entry in entries if entry.amount]
