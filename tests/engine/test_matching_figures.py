"""Two figures that should be one: which error made the one of the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.matching_figures import classify_difference, relation, suspects

MILLION = 1_000_000
AMOUNTS = st.integers(10_000, 9 * 10**15)


def test_the_transposition_of_binh_thuan():
    """Press report of 19/05/2025: 67,172 printed; total and ratio both say 67,712."""
    found = classify_difference(67_712 * MILLION, 67_172 * MILLION)
    assert found.difference_class == "transposed_digits"
    assert found.proposal == 67_712 * MILLION
    assert abs(found.difference) == 540 * MILLION
    assert found.values["proposed_by"] == "register"


def test_a_printed_total_tells_which_figure_is_right():
    own, treasury = 67_172 * MILLION, 67_712 * MILLION
    found = classify_difference(own, treasury, implied=treasury)
    assert found.proposal == treasury
    assert found.values["proposed_by"] == "total"
    assert classify_difference(own, treasury, implied=5).proposal == own


def test_the_line_that_makes_a_total_wrong_is_named():
    plan = {"NTM": 320_197, "GNBV": 67_172, "DTTS": 226_385}
    assert suspects(plan, 614_294 - 613_754) == [
        ("GNBV", 67_172, 67_712, "transposed_digits")
    ]
    assert suspects(plan, 0) == []


@pytest.mark.parametrize(
    ("own", "treasury", "name"),
    [
        (5, 5, "equal"),
        (5, 0, "only_own"),
        (0, 5, "only_treasury"),
        (1_500_000, 1_500, "money_unit"),
        (1_500, 1_500_000_000, "money_unit"),
        (67_712_345_678, 67_712, "money_unit"),
        (67_712_345_678, 67_712_000_000, "rounding"),
        (12_345, 12_354, "transposed_digits"),
        (12_345, 52_341, "transposed_digits"),
        (12_345, 1_345, "dropped_digit"),
        (12_345, 123_345, "dropped_digit"),
        (12_345, 12_945, "changed_digit"),
        (123_000_000, 123_000_004, "changed_digit"),
        (12_345, 98_765, "unexplained"),
        (12_345, -12_345, "unexplained"),
        (12, 21, "unexplained"),
    ],
)
def test_one_error(own, treasury, name):
    assert classify_difference(own, treasury).difference_class == name


@given(AMOUNTS, AMOUNTS)
def test_both_directions_have_one_class(one, other):
    there, back = relation(one, other), relation(other, one)
    assert (there is None) == (back is None)
    if there and back:
        assert there[0] == back[0]


@given(AMOUNTS, st.data())
def test_any_two_swapped_digits_are_seen(amount, data):
    digits = list(str(amount))
    pairs = [
        (i, j)
        for i in range(len(digits))
        for j in range(i)
        if digits[i] != digits[j] and not (j == 0 and digits[i] == "0")
    ]
    if not pairs:
        return
    i, j = data.draw(st.sampled_from(pairs))
    digits[i], digits[j] = digits[j], digits[i]
    found = classify_difference(amount, int("".join(digits)))
    assert found.difference_class == "transposed_digits"
    assert found.difference % 9 == 0


@given(st.integers(-(10**18), 10**18), st.integers(-(10**18), 10**18))
def test_no_figures_do_harm(own, treasury):
    found = classify_difference(own, treasury)
    assert found.proposal == own
    assert found.difference == treasury - own
