"""Who must act on a difference, by its class: the unit or the Treasury office.

What the register does not have the unit enters; what the Treasury does not have it
looks for. Where both have it and differ, the unit compares with its papers first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BY_SIDE = frozenset({"refund_missed", "cut_off"})


def actor_of(difference_class: str, values: Mapping[str, Any]) -> str:
    """Return who must act: ``unit`` or ``treasury``.

    >>> actor_of("only_own", {}), actor_of("only_treasury", {})
    ('treasury', 'unit')
    >>> actor_of("refund_missed", {"side": "own"})
    'treasury'
    >>> actor_of("money_unit", {"side": "treasury"})
    'treasury'
    """
    if difference_class == "only_own":
        return "treasury"
    side = values.get("side")
    if difference_class in BY_SIDE and side == "own":
        return "treasury"
    if difference_class == "money_unit" and side == "treasury":
        return "treasury"
    if difference_class == "dropped_digit" and values.get("shorter") == "treasury":
        return "treasury"
    return "unit"
