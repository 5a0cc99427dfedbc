"""Whole đồng in shares, so that the parts add up to what was split."""

from __future__ import annotations

from collections.abc import Sequence


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Return ``amount`` đồng split in proportion to ``weights``.

    Largest remainder method (Hamilton): everybody gets the whole part of his share,
    the đồng that are left go one by one to the largest fractions, earlier ones first.

    :param weights: whole numbers, zero or more, at least one above zero
    :raise ValueError: if no weight is above zero, or one is below

    >>> split(100, [1, 1, 1])
    [34, 33, 33]
    >>> split(7, [1, 2]), split(0, [5, 5])
    ([2, 5], [0, 0])
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        message = "shares need weights of zero or more, one above zero"
        raise ValueError(message)
    parts = [amount * weight // total for weight in weights]
    order = sorted(range(len(parts)), key=lambda i: (-(amount * weights[i] % total), i))
    for index in order[: amount - sum(parts)]:
        parts[index] += 1
    return parts
