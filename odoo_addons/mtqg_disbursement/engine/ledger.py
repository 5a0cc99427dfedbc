"""The arithmetic of the capital ledger: what one entry does to which counter.

This table is the only definition. The database trigger and the as-of queries in
``store`` are generated from it, and the friendly checks run on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

COUNTERS = (
    "assigned",
    "allocated",
    "tabmis",
    "advance",
    "completed",
    "carried",
    "cancelled",
)

# counters that use up what was assigned
USES = ("allocated", "advance", "completed", "carried", "cancelled")


class Effect(NamedTuple):
    """Signs that an entry's amount gets on its own balance and on the parent's."""

    own: Mapping[str, int]
    parent: Mapping[str, int]


_UP = Effect({"assigned": 1}, {"allocated": 1})
_DOWN = Effect({"assigned": -1}, {"allocated": -1})

EFFECTS: Mapping[str, Effect] = {
    "assign": _UP,
    "supplement": _UP,
    "increase": _UP,
    "carry_in": _UP,
    "decrease": _DOWN,
    "recall": _DOWN,
    "tabmis": Effect({"tabmis": 1}, {}),
    "advance": Effect({"advance": 1}, {}),
    "completed": Effect({"completed": 1}, {}),
    "recover": Effect({"advance": -1, "completed": 1}, {}),
    "refund_advance": Effect({"advance": -1}, {}),
    "refund_completed": Effect({"completed": -1}, {}),
    "carry_out": Effect({"carried": 1}, {}),
    "cancel": Effect({"cancelled": 1}, {}),
}


class Entry(NamedTuple):
    """One fact of the ledger; ``is_reversal`` turns its effect around."""

    allocation: int
    kind: str
    amount: int
    is_reversal: bool = False


def signs_of(counter: str, side: str = "own") -> dict[str, int]:
    """Return the kinds of entry that move a counter, with their signs.

    :param side: ``own`` or ``parent``, the balance that is looked at

    >>> signs_of("advance")
    {'advance': 1, 'recover': -1, 'refund_advance': -1}
    """
    return {
        kind: getattr(effect, side)[counter]
        for kind, effect in EFFECTS.items()
        if counter in getattr(effect, side)
    }


Balance = dict[str, int]


def empty_balance() -> Balance:
    """Return a balance with every counter at zero.

    >>> available(empty_balance())
    0
    """
    return dict.fromkeys(COUNTERS, 0)


def available(balance: Mapping[str, int]) -> int:
    """Return assigned − allocated − advance − completed − carried − cancelled (đồng).

    >>> available({**empty_balance(), "assigned": 100, "advance": 30})
    70
    """
    return balance["assigned"] - sum(balance[name] for name in USES)


def disbursed(balance: Mapping[str, int]) -> int:
    """Return advance + completed (đồng), NĐ 254/2025 article 3.

    >>> disbursed({**empty_balance(), "advance": 30, "completed": 12})
    42
    """
    return balance["advance"] + balance["completed"]


def compute_deltas(
    entries: Iterable[Entry], parents: Mapping[int, int | None]
) -> dict[int, Balance]:
    """Return what the entries add to each touched balance.

    :param parents: parent of each allocation, or None for a root

    >>> compute_deltas([Entry(2, "assign", 70)], {2: 1})[1]["allocated"]
    70
    """
    deltas: dict[int, Balance] = {}
    for entry in entries:
        effect = EFFECTS[entry.kind]
        amount = -entry.amount if entry.is_reversal else entry.amount
        _add(deltas, entry.allocation, effect.own, amount)
        parent = parents.get(entry.allocation)
        if parent is not None and effect.parent:
            _add(deltas, parent, effect.parent, amount)
    return deltas


def find_faults(balance: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what a balance may not be: (counter or "available", missing đồng).

    >>> find_faults({**empty_balance(), "assigned": 5, "completed": 7})
    [('available', 2)]
    """
    faults = [(name, -balance[name]) for name in COUNTERS if balance[name] < 0]
    short = -available(balance)
    if short > 0:
        faults.append(("available", short))
    return faults


def _add(
    deltas: dict[int, Balance], key: int, signs: Mapping[str, int], amount: int
) -> None:
    balance = deltas.setdefault(key, empty_balance())
    for name, sign in signs.items():
        balance[name] += sign * amount
