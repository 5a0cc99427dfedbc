"""The reference of deadlines: thresholds, days met, states at the borders."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine import deadlines
from engine.deadlines import Figure
from engine.money import MAX_DONG

amounts = st.integers(0, MAX_DONG)
thresholds = st.integers(1, deadlines.WHOLE)


@given(amounts, thresholds)
def test_what_is_required_is_the_share_rounded_up(base, threshold):
    exact = Fraction(base * threshold, deadlines.WHOLE)
    assert deadlines.required(base, threshold) == -(
        -exact.numerator // exact.denominator
    )


figures = st.builds(Figure, st.booleans(), st.integers(0, 20), st.integers(0, 20))


@given(st.lists(figures, max_size=12), thresholds)
def test_the_day_met_is_the_first_of_the_last_unbroken_run(history, threshold):
    first = date(2024, 1, 1)
    days = [(first + timedelta(days=n), figure) for n, figure in enumerate(history)]
    met = deadlines.find_date_met(days, threshold)
    asked = [(day, f.holds(threshold)) for day, f in days if f.asked]
    if met is None:
        assert not days or not days[-1][1].asked or not asked[-1][1]
        return
    since = [holds for day, holds in asked if day >= met]
    before = [holds for day, holds in asked if day < met]
    assert all(since)
    assert not before or not before[-1]


@given(st.integers(-40, 40), st.integers(0, 30), st.none() | st.integers(-40, 40))
def test_a_state_for_every_day_and_one_only(offset, warning, met_offset):
    due = date(2024, 6, 30)
    today = due + timedelta(days=offset)
    met = None if met_offset is None else due + timedelta(days=met_offset)
    state = deadlines.state_of(met, due, due - timedelta(days=warning), today)
    if met is not None and met <= today:
        assert state == ("met" if met <= due else "met_late")
    elif offset > 0:
        assert state == "overdue"
    else:
        assert state == ("at_risk" if -offset <= warning else "on_track")
