"""Payments of public investment capital: NĐ 254/2025/NĐ-CP, articles 3, 6 and 9.

Disbursement = advances + accepted volume paid, including volume that is paid by
recovering an advance. Recovery moves money from advance to completed; it does not
change what has been disbursed. All amounts are whole đồng.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .verdict import Reason

VOUCHER_KINDS = ("advance", "completed", "refund_advance", "refund_completed")


def entries_of_voucher(
    kind: str, amount: int, recovered: int = 0
) -> list[tuple[str, int]]:
    """Return the ledger entries (kind, đồng) that a voucher posts.

    For ``completed``, ``amount`` is the accepted volume and ``recovered`` the part of
    it that settles an advance; the rest is paid in cash.

    :raise ValueError: if the amounts do not fit together

    >>> entries_of_voucher("completed", 1500, 600)
    [('recover', 600), ('completed', 900)]
    >>> entries_of_voucher("advance", 1000)
    [('advance', 1000)]
    """
    if kind not in VOUCHER_KINDS:
        raise ValueError(f"unknown kind of voucher: {kind}")
    if amount <= 0 or recovered < 0 or recovered > amount:
        raise ValueError(f"cannot recover {recovered} of {amount}")
    if recovered and kind != "completed":
        raise ValueError(f"{kind} recovers no advance")
    entries = [("recover", recovered), (kind, amount - recovered)]
    return [(name, value) for name, value in entries if value]


def growth_of_voucher(kind: str, amount: int, recovered: int = 0) -> int:
    """Return what a voucher adds to the amount disbursed (đồng, may be negative).

    >>> growth_of_voucher("completed", 1500, 600)
    900
    >>> growth_of_voucher("refund_advance", 100)
    -100
    """
    sign = -1 if kind.startswith("refund") else 1
    return sign * (amount - recovered)


def advance_of_voucher(kind: str, amount: int, recovered: int = 0) -> int:
    """Return what a voucher adds to the advance outstanding (đồng, may be negative).

    >>> advance_of_voucher("advance", 1000), advance_of_voucher("completed", 1500, 600)
    (1000, -600)
    """
    signs = {"advance": amount, "refund_advance": -amount}
    return signs.get(kind, -recovered)


@dataclass(frozen=True)
class Facts:
    """What a voucher is measured against; a limit of None is not known, so not checked.

    ``growth`` is what the voucher adds to the amount disbursed, all in đồng.
    """

    growth: int
    is_advance: bool
    tabmis_left: int | None = None
    project_limit: int | None = None
    project_disbursed: int = 0
    contract_limit: int | None = None
    contract_disbursed: int = 0
    advance_limit: int | None = None
    advance_paid: int = 0


def check_limits(facts: Facts, policies: Mapping[str, str]) -> list[Reason]:
    """Return the limits that a voucher would break.

    ``policies`` says for each limit whether it is ``block``, ``warn`` or ``off``;
    a warning is a Reason that is not hard. Sources: NĐ 254/2025 article 6 clause 4
    (total investment), clause 6 (contract), article 9 (advance in the contract);
    NĐ 275/2025 (capital not entered in the national system is not paid).

    >>> (reason,) = check_limits(Facts(10, False, tabmis_left=4), {"tabmis": "warn"})
    >>> reason.code, reason.values["excess"], reason.is_hard
    ('tabmis', 6, False)
    """
    if facts.growth <= 0:
        return []
    pairs = [
        ("tabmis", facts.tabmis_left, facts.growth),
        ("project", facts.project_limit, facts.project_disbursed + facts.growth),
        ("contract", facts.contract_limit, facts.contract_disbursed + facts.growth),
    ]
    if facts.is_advance:
        pairs.append(
            ("advance", facts.advance_limit, facts.advance_paid + facts.growth)
        )
    return [
        Reason(
            code,
            {"limit": limit, "total": total, "excess": total - limit},
            is_hard=policies.get(code, "block") == "block",
        )
        for code, limit, total in pairs
        if limit is not None and total > limit and policies.get(code, "block") != "off"
    ]
