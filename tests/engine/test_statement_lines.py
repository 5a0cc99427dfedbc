"""What makes a line of a statement the same line."""

from datetime import date

import pytest

from engine.statement_lines import Scope, StatementLine
from engine.statement_values import ValueRefusedError, read_date


def test_equal_lines_are_told_apart_by_what_they_do_not_say():
    line = StatementLine("T!1", "T", 1, "A1", content="Road", advance=5)
    dated = line._replace(date=date(2025, 5, 6), project="7000001")
    scopes = [
        Scope("treasury", "2025-05", "A"),
        Scope("treasury", "2025-06", "A"),
        Scope("treasury", "2025-05", "B"),
        Scope("national", "2025-05", "A"),
    ]
    assert len({line.digest(scope) for scope in scopes}) == 4
    # a voucher is the same in whatever statement of the Treasury it stands
    assert len({dated.digest(scope) for scope in scopes}) == 2


@pytest.mark.parametrize("text", ["²", "①", "１２", "٣"])
def test_digits_that_are_no_numbers_are_no_days(text):
    with pytest.raises(ValueRefusedError):
        read_date(text)
