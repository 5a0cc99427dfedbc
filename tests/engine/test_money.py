"""Amounts are whole, splits add up, percentages round half up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import money

amounts = st.integers(-money.MAX_DONG, money.MAX_DONG)


@given(amounts)
def test_every_whole_amount_survives_every_type(amount):
    assert money.to_dong(amount) == amount
    assert money.to_dong(float(amount)) == amount
    assert money.to_dong(str(amount)) == amount
    assert money.to_dong(money.to_rpc(amount)) == amount


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_float_is_read_whole_or_refused(value):
    try:
        assert money.to_dong(value) == value
    except ValueError:
        assert not (value.is_integer() and abs(value) <= money.MAX_DONG)


@pytest.mark.parametrize("value", ["1.5", "1,000", "x", money.MAX_DONG + 1, "1e-1"])
def test_what_is_not_whole_is_refused(value):
    with pytest.raises(ValueError, match=r"đồng|money"):
        money.to_dong(value)


@given(
    st.integers(0, money.MAX_DONG),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any),
)
def test_no_dong_is_lost_in_a_split(amount, shares):
    parts = money.split_by_shares(amount, shares)
    assert sum(parts) == amount
    total = sum(shares)
    for part, share in zip(parts, shares, strict=True):
        assert 0 <= part - amount * share // total <= 1


def test_shares_must_make_sense():
    for shares in ([0, 0], [1, -1]):
        with pytest.raises(ValueError, match="shares"):
            money.split_by_shares(10, shares)


def test_half_rounds_up():
    assert str(money.percent(1, 8)) == "12.50"
    assert str(money.percent(125, 100_000)) == "0.13"
