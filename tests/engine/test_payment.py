"""NĐ 254/2025: how advances, volume and refunds add up, and their limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import payment

# worked example: contract 4,000, plan of the year 3,000 (million đồng)
CERTIFICATES = [
    # kind, amount, recovered, advance balance, completed volume, disbursed, percent
    ("advance", 1_000, 0, 1_000, 0, 1_000, 33.33),
    ("completed", 1_500, 600, 400, 1_500, 1_900, 63.33),
    ("completed", 1_400, 400, 0, 2_900, 2_900, 96.67),
]


def test_worked_example_of_an_advance_and_two_certificates():
    advance = completed = disbursed = 0
    for kind, amount, recovered, *expected in CERTIFICATES:
        for entry, value in payment.entries_of_voucher(kind, amount, recovered):
            advance += {"advance": value, "recover": -value}.get(entry, 0)
            completed += value if entry in {"completed", "recover"} else 0
        disbursed += payment.growth_of_voucher(kind, amount, recovered)
        assert [
            advance, completed, disbursed, round(disbursed / 30, 2)
        ] == expected  # fmt: skip


@given(
    st.sampled_from(payment.VOUCHER_KINDS),
    st.integers(1, 10**15),
    st.integers(0, 10**15),
)
def test_entries_add_up_to_the_voucher(kind, amount, recovered):
    recovered = min(recovered, amount) if kind == "completed" else 0
    entries = payment.entries_of_voucher(kind, amount, recovered)
    assert sum(value for _kind, value in entries) == amount
    assert all(value > 0 for _kind, value in entries)


@pytest.mark.parametrize(
    ("kind", "amount", "recovered"),
    [("advance", 10, 1), ("completed", 10, 11), ("completed", 0, 0), ("gift", 1, 0)],
)
def test_amounts_that_do_not_fit_are_refused(kind, amount, recovered):
    with pytest.raises(ValueError, match=r"recover|unknown"):
        payment.entries_of_voucher(kind, amount, recovered)


def test_a_limit_is_the_last_amount_that_passes():
    facts = {"growth": 10, "is_advance": True}
    for name, code, used in (
        ("tabmis_left", "tabmis", None),
        ("project_limit", "project", "project_disbursed"),
        ("contract_limit", "contract", "contract_disbursed"),
        ("advance_limit", "advance", "advance_paid"),
    ):
        more = {used: 90} if used else {}
        limit = 100 if used else 10
        fits = payment.Facts(**facts, **more, **{name: limit})
        over = payment.Facts(**facts, **more, **{name: limit - 1})
        assert payment.check_limits(fits, {}) == []
        (reason,) = payment.check_limits(over, {})
        assert (reason.code, reason.is_hard, reason.values["excess"]) == (code, True, 1)


def test_refunds_break_no_limit():
    assert payment.check_limits(payment.Facts(-5, False, tabmis_left=0), {}) == []


def test_policy_off_checks_nothing():
    facts = payment.Facts(10, False, tabmis_left=0)
    assert payment.check_limits(facts, {"tabmis": "off"}) == []
