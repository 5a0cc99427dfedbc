"""Capital that will lapse goes where it can be spent: from slow to fast balances.

Two balances may exchange capital if they hang in the same tree of allocations: then
source, nature, plan year, origin year and whole program are the same, because a balance
has them from its parent. Who may decide is the unit of the lowest balance above both.
All amounts are whole đồng.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

# amounts are rounded down to this: nobody decides on single đồng
STEP = 1_000_000


class Balance(NamedTuple):
    """A balance that may give (``at_risk``) or take (``capacity``), in đồng.

    ``path`` leads from the root of its tree to itself; nothing hangs below it.
    """

    path: tuple[int, ...]
    at_risk: int = 0
    capacity: int = 0

    @property
    def key(self) -> int:
        """Return the id of the balance itself."""
        return self.path[-1]


class Transfer(NamedTuple):
    """A proposal: from one balance to another, decided over ``above``."""

    donor: int
    receiver: int
    amount: int
    above: int


def adjustment_limit(plan_year: int) -> date:
    """Return the day before which a plan may be adjusted among those who hold it.

    15 December (NĐ 275/2025/NĐ-CP article 1.13, from the plan of 2026 on), 15 November
    for earlier plans (NĐ 85/2025/NĐ-CP article 50.3). The day itself is too late.

    >>> adjustment_limit(2025), adjustment_limit(2026)
    (datetime.date(2025, 11, 15), datetime.date(2026, 12, 15))
    """
    return date(plan_year, 11 if plan_year < 2026 else 12, 15)  # noqa: PLR2004


def match(balances: Iterable[Balance], step: int = STEP) -> list[Transfer]:
    """Return transfers from those that will lose capital to those that can spend it.

    Nearest first: pairs under the same parent, then those that meet one level higher,
    and so on to the root, so that the decision stays as low as it can. At each level
    the largest risk meets the largest capacity. No balance gives more than its risk or
    takes more than its capacity; none does both.

    >>> slow, fast = Balance((1, 2), at_risk=70), Balance((1, 3), capacity=50)
    >>> match([slow, fast, Balance((9, 4), capacity=50)], step=1)
    [Transfer(donor=2, receiver=3, amount=50, above=1)]
    """
    balances = sorted(balances)
    gives = {b.key: b.at_risk for b in balances if b.at_risk >= step}
    takes = {b.key: b.capacity for b in balances if b.key not in gives}
    found = []
    for members in _by_ancestor(balances):
        above, below = members
        found += _match_group(
            above,
            [b for b in below if gives.get(b.key, 0) >= step],
            [b for b in below if takes.get(b.key, 0) >= step],
            (gives, takes, step),
        )
    return found


def lines_of(
    transfers: Iterable[Transfer], paths: dict[int, tuple[int, ...]]
) -> dict[int, int]:
    """Return what each balance gains (+) or gives (−), those in between included.

    Capital moves up from the donor to the balance above both and down again, so every
    balance on the way changes with it; what cancels out is left out.

    >>> paths = {4: (1, 2, 4), 5: (1, 3, 5)}
    >>> lines_of([Transfer(4, 5, 10, 1)], paths)
    {4: -10, 2: -10, 5: 10, 3: 10}
    >>> lines_of([Transfer(4, 6, 10, 2)], {4: (1, 2, 4), 6: (1, 2, 6)})
    {4: -10, 6: 10}
    """
    lines: dict[int, int] = {}
    for transfer in transfers:
        for key, sign in ((transfer.donor, -1), (transfer.receiver, 1)):
            path = paths[key]
            for node in reversed(path[path.index(transfer.above) + 1 :]):
                lines[node] = lines.get(node, 0) + sign * transfer.amount
    return {node: amount for node, amount in lines.items() if amount}


def common_ancestor(paths: Sequence[Sequence[int]]) -> int | None:
    """Return the lowest balance above all paths, or None if they share none.

    >>> common_ancestor([(7, 2, 4), (7, 2, 5)]), common_ancestor([(7, 2), (8, 4)])
    (2, None)
    """
    shared = None
    for nodes in zip(*(path[:-1] for path in paths), strict=False):
        if len(set(nodes)) > 1:
            break
        shared = nodes[0]
    return shared


def _by_ancestor(balances: Iterable[Balance]) -> list[tuple[int, list[Balance]]]:
    """Return [(ancestor, balances below it)], deepest ancestors first."""
    groups: dict[tuple[int, ...], list[Balance]] = {}
    for balance in balances:
        for depth in range(1, len(balance.path)):
            groups.setdefault(balance.path[:depth], []).append(balance)
    ordered = sorted(groups, key=lambda path: (-len(path), path))
    return [(path[-1], groups[path]) for path in ordered]


def _match_group(
    above: int,
    donors: list[Balance],
    receivers: list[Balance],
    books: tuple[dict[int, int], dict[int, int], int],
) -> list[Transfer]:
    """Pair donors and receivers below one balance; the books are kept up to date."""
    gives, takes, step = books
    donors.sort(key=lambda b: (-gives[b.key], b.key))
    receivers.sort(key=lambda b: (-takes[b.key], b.key))
    found = []
    while donors and receivers:
        donor, receiver = donors[0].key, receivers[0].key
        amount = min(gives[donor], takes[receiver]) // step * step
        found.append(Transfer(donor, receiver, amount, above))
        gives[donor] -= amount
        takes[receiver] -= amount
        donors = donors[gives[donor] < step :]
        receivers = receivers[takes[receiver] < step :]
    return found
