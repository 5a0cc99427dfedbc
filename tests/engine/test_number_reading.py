"""Amounts written any way people write them come back to the đồng."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money import MAX_DONG, MONEY_UNITS
from engine.number_reading import (
    CONTRADICTORY,
    NumberRefusedError,
    guess_decimal_mark,
    read_amount,
    read_number,
)

AMOUNTS = st.integers(-MAX_DONG, MAX_DONG)
UNITS = st.sampled_from(sorted(MONEY_UNITS))
GROUPS = {",": [".", "", " ", "\u00a0", "'"], ".": [",", "", " ", "\u202f", "’"]}
SIGNS = ["-{}", "\u2212{}", "({})"]
AROUND = ["{}", " {} ", "\u00a0{}"]
WORDS = {
    "dong": ["đồng", "đ", "VND", "₫"],
    "thousand": ["nghìn đồng", "ngàn", "thousand"],
    "million": ["triệu đồng", "tr.đ", "triệu", "million VND"],
    "billion": ["tỷ đồng", "tỉ", "billion"],
}


def written(amount, unit, mark, group):
    """Write đồng as a number of units, all digits kept."""
    number = Decimal(abs(amount)) / MONEY_UNITS[unit]
    whole, _, fraction = f"{number:f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", group)
    fraction = fraction.rstrip("0")
    return f"{grouped}{mark}{fraction}" if fraction else grouped


@given(AMOUNTS, UNITS, st.sampled_from([",", "."]), st.data())
def test_any_amount_written_any_way_reads_back(amount, unit, mark, data):
    text = written(amount, unit, mark, data.draw(st.sampled_from(GROUPS[mark])))
    if amount < 0:
        text = data.draw(st.sampled_from(SIGNS)).format(text)
    text = data.draw(st.sampled_from(AROUND)).format(text)
    assert read_amount(text, unit, mark) == amount


@given(st.integers(0, MAX_DONG), UNITS, UNITS, st.sampled_from([",", "."]), st.data())
def test_a_unit_in_the_cell_goes_first(amount, unit, other, mark, data):
    text = written(amount, unit, mark, GROUPS[mark][0])
    word = data.draw(st.sampled_from(WORDS[unit]))
    assert read_amount(f"{text} {word}", other, mark) == amount


@given(st.lists(AMOUNTS, min_size=2, max_size=20), UNITS, st.sampled_from([",", "."]))
def test_a_column_reads_back_or_says_it_is_ambiguous(amounts, unit, mark):
    texts = [written(a, unit, mark, GROUPS[mark][0]) for a in amounts]
    proof = f"1{GROUPS[mark][0]}234{mark}5"
    guess = guess_decimal_mark([*texts, proof])
    assert guess == mark
    assert [read_amount(t, unit, guess) for t in texts] == list(map(abs, amounts))


@given(st.integers(0, MAX_DONG), st.sampled_from([",", "."]))
def test_whole_dong_need_no_proof(amount, group):
    text = f"{amount:,}".replace(",", group)
    assert read_amount(text, "dong", guess_decimal_mark([text])) == amount


@given(st.integers(-MAX_DONG, MAX_DONG), UNITS)
def test_numbers_of_a_workbook_read_back(amount, unit):
    # a workbook keeps 15 digits of a fraction; whole numbers are exact
    number = Decimal(amount) / MONEY_UNITS[unit]
    if number == int(number) or len(number.as_tuple().digits) <= 15:
        assert read_amount(float(number), unit) == amount


def test_contradicting_columns_do_not_guess():
    assert guess_decimal_mark(["1.234,5", "1,234.5"]) == CONTRADICTORY
    assert guess_decimal_mark(["180000", "5.334"]) == CONTRADICTORY
    with pytest.raises(NumberRefusedError, match="ambiguous_number"):
        read_number("5.334", CONTRADICTORY)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("x", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("12,34,567", "not_a_number"),
        ("5 %", "not_a_number"),
        ("٣", "not_a_number"),
        ("#REF!", "not_a_number"),
        ("VND", "not_a_number"),
        ("1" * 80, "not_a_number"),
        (True, "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        ("=SUM(A1:A3)", "formula"),
        ("1.8E+11", "scientific"),
        ("0,5", "not_whole"),
        ("0," + "0" * 40 + "1", "not_whole"),
        (0.5, "not_whole"),
        ("9.000.000.000.000.001", "too_large"),
        (9.1e15, "too_large"),
    ],
)
def test_what_is_no_amount_says_why(value, code):
    with pytest.raises(NumberRefusedError) as refused:
        read_amount(value, "dong")
    assert refused.value.code == code


@pytest.mark.parametrize("nothing", [None, "", " ", "-", "–", "—", " - ", "."])
def test_a_dash_is_nothing(nothing):
    assert read_amount(nothing, "million") is None


@given(st.text(max_size=30))
def test_no_text_does_harm(text):
    try:
        amount = read_amount(text, "million", guess_decimal_mark([text]))
    except NumberRefusedError:
        return
    assert amount is None or isinstance(amount, int)
