"""Capital that runs on into the next year, and what has to close at the end of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from .ledger import Entry, available


def roll_up(
    amounts: Mapping[int, int], parents: Mapping[int, int | None]
) -> dict[int, int]:
    """Return what every balance of the next year receives, in đồng.

    Capital that a commune carries over comes down again from the same superiors, so
    each balance above gets the sum of what is carried below it.

    :param amounts: what is carried out of each balance
    :param parents: parent of each balance, or None for a root

    >>> roll_up({3: 10, 4: 5}, {3: 2, 4: 2, 2: 1, 1: None})
    {3: 10, 2: 15, 1: 15, 4: 5}
    """
    received: dict[int, int] = {}
    for balance, amount in amounts.items():
        above: int | None = balance
        while above is not None:
            received[above] = received.get(above, 0) + amount
            above = parents[above]
    return received


def list_entries(
    amounts: Mapping[int, int],
    parents: Mapping[int, int | None],
    twins: Mapping[int, int],
) -> list[Entry]:
    """Return the entries of one carry-over: out of the old year, into the new one.

    :param twins: the balance of the next year for each balance and its superiors
    """
    return [
        *(Entry(balance, "carry_out", amount) for balance, amount in amounts.items()),
        *(
            Entry(twins[balance], "carry_in", amount)
            for balance, amount in roll_up(amounts, parents).items()
        ),
    ]


def is_closed(balance: Mapping[str, int]) -> bool:
    """Tell whether a year's balance is closed: nothing of it is left to decide on.

    Assigned = allocated + disbursed + carried over + cancelled (Thông tư
    91/2025/TT-BTC, form 01/QTNĐ, columns 15 and 21).

    >>> is_closed({"assigned": 9, "allocated": 0, "advance": 2, "completed": 3,
    ...            "carried": 1, "cancelled": 3})
    True
    """
    return available(balance) == 0


class Leftover(NamedTuple):
    """What is left on a balance when its year ends."""

    amount: int
    amount_late: int
    nature: str
    is_carried: bool
    is_project_open: bool


class Proposal(NamedTuple):
    """What to do with a leftover: parts in đồng, the legal case of what is carried."""

    carried: int
    cancelled: int
    case: str
    reason: str


def propose_closing(left: Leftover) -> Proposal:
    """Propose what is carried over and what is cancelled at the end of a year.

    Luật 58/2024/QH15 article 72: capital supplemented after 30 September runs on by
    itself until 31 December of the next year (clause 1); other investment capital may
    run on once, in the cases of clause 2, which a person has to confirm; recurrent
    capital ends with its year unless a resolution says otherwise.

    >>> propose_closing(Leftover(10, 4, "investment", False, False))
    Proposal(carried=4, cancelled=6, case='late', reason='late')
    >>> propose_closing(Leftover(10, 0, "recurrent", False, True)).reason
    'recurrent'
    """
    if left.nature == "recurrent":
        return Proposal(0, left.amount, "", "recurrent")
    if left.is_carried:
        return Proposal(0, left.amount, "", "carried_before")
    if left.is_project_open:
        return Proposal(left.amount, 0, "g", "project_open")
    late = min(left.amount, left.amount_late)
    if late:
        return Proposal(late, left.amount - late, "late", "late")
    return Proposal(0, left.amount, "", "nothing_running")


def find_last_day(plan_year: int, origin_year: int) -> date:
    """Return the last day to disburse capital by law (article 72).

    >>> find_last_day(2024, 2024), find_last_day(2024, 2022)
    (datetime.date(2025, 1, 31), datetime.date(2024, 12, 31))
    """
    if origin_year < plan_year:
        return date(plan_year, 12, 31)
    return date(plan_year + 1, 1, 31)
