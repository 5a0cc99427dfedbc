"""Whole đồng: reading, splitting, and ratios that carry their rounding.

Amounts are Python integers from 0 to ``MAX_DONG``. Every whole number in that range
is exact as an IEEE double too (2^53 > 9 × 10^15), so it survives XML-RPC and JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

MAX_DONG = 9_000_000_000_000_000

# đồng in one unit of the money a document is printed in
MONEY_UNITS = {
    "dong": 1,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
}

_RPC_INTEGER_LIMIT = 2**31 - 1


def to_dong(value: object) -> int:
    """Return ``value`` as whole đồng.

    Accepts integers, floats and decimals without a fraction, and plain digit strings.

    :raise ValueError: if the value is no number, has a fraction of a đồng, or lies
        beyond ±``MAX_DONG``

    >>> to_dong(9e15), to_dong("1500"), to_dong(None)
    (9000000000000000, 1500, 0)
    >>> to_dong(0.5)
    Traceback (most recent call last):
    ...
    ValueError: not a whole number of đồng: 0.5
    """
    if value is None or value is False or value == "":
        return 0
    try:
        number = Decimal(str(value).strip())
        whole = int(number)
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueError(f"not an amount of money: {value!r}") from None
    if whole != number:
        raise ValueError(f"not a whole number of đồng: {value!r}")
    if abs(whole) > MAX_DONG:
        raise ValueError(f"beyond 9,000,000,000,000,000 đồng: {value!r}")
    return whole


def to_rpc(amount: int) -> int | float:
    """Return the amount as a type that XML-RPC can carry (it knows 32-bit integers).

    >>> to_rpc(5), to_rpc(9_000_000_000_000_000)
    (5, 9000000000000000.0)
    """
    return amount if abs(amount) <= _RPC_INTEGER_LIMIT else float(amount)


def percent(numerator: int, denominator: int, places: int = 2) -> Decimal | None:
    """Return 100 × numerator / denominator, rounded half up, or None over zero.

    >>> percent(502, 23_000), percent(15_300, 109_000)
    (Decimal('2.18'), Decimal('14.04'))
    >>> percent(5, 0) is None
    True
    """
    if not denominator:
        return None
    ratio = Decimal(100) * numerator / denominator
    return ratio.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def split_by_shares(amount: int, shares: Sequence[int]) -> list[int]:
    """Split whole đồng by shares; the parts always add up to the amount.

    Each part is rounded down, then the largest remainders get one đồng more
    (Hamilton's method); equal remainders are served in the order given.

    :raise ValueError: if a share is negative or all are zero

    >>> split_by_shares(10**15, [1, 1, 1])
    [333333333333334, 333333333333333, 333333333333333]
    """
    total = sum(shares)
    if total <= 0 or min(shares) < 0:
        raise ValueError(f"shares are zero or more, and not all zero: {shares}")
    parts = [amount * share // total for share in shares]
    by_remainder = sorted(
        range(len(shares)), key=lambda i: (-(amount * shares[i] % total), i)
    )
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return parts


def group_digits(amount: int) -> str:
    """Return the amount as Vietnamese papers print it.

    >>> group_digits(830140000000)
    '830.140.000.000'
    """
    return f"{amount:,}".replace(",", ".")
