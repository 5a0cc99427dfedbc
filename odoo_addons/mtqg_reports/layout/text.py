"""Values as a printed page shows them, in the Vietnamese manner."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .formats import DONG, Kind, MoneyUnit, Value

_HUNDREDTH = Decimal("0.01")


def shown(kind: Kind, value: Value, money_unit: MoneyUnit = DONG) -> str:
    """Return a value as text; nothing where nothing is known.

    >>> shown(Kind.MONEY, 1234567), shown(Kind.MONEY, -540), shown(Kind.MONEY, None)
    ('1.234.567', '-540', '')
    >>> shown(Kind.PERCENT, Decimal("14.035")), shown(Kind.DATE, date(2024, 7, 5))
    ('14,04%', '05/07/2024')
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if kind is Kind.MONEY:
        return _grouped(money_unit.shown(int(value)))
    if kind in {Kind.PERCENT, Kind.POINTS}:
        exact = Decimal(value).quantize(_HUNDREDTH, ROUND_HALF_UP)
        return f"{exact}".replace(".", ",") + ("%" if kind is Kind.PERCENT else "")
    return _grouped(int(value))


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
