"""Dates are Vietnamese dates; moments are kept in UTC."""

import datetime
import importlib.util
import sys
from pathlib import Path

import pytest
from freezegun import freeze_time

_PATH = Path(__file__).parents[2] / "odoo_addons/mtqg_disbursement/clock.py"
_SPEC = importlib.util.spec_from_file_location("clock", _PATH)
clock = importlib.util.module_from_spec(_SPEC)
sys.modules["clock"] = clock  # where freezegun looks for it
_SPEC.loader.exec_module(clock)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-31 16:59:59", "2026-03-31"),
        ("2026-03-31 17:00:00", "2026-04-01"),
        ("2026-12-31 18:30:00", "2027-01-01"),
    ],
)
def test_a_day_begins_at_midnight_in_hanoi(moment, day):
    with freeze_time(moment):
        assert clock.today_vn().isoformat() == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-07-01 10:00:00", "2024-07-01 10:00:00"),
        ("2024-07-01T10:00:00Z", "2024-07-01 10:00:00"),
        ("2024-07-01T10:00:00+07:00", "2024-07-01 03:00:00"),
        ("2024-07-01", "2024-07-01 16:59:59.999999"),
    ],
)
def test_moments_are_read_into_utc(text, moment):
    assert str(clock.read_moment(text)) == moment


def test_a_day_is_read_from_whatever_names_one():
    day = datetime.date(2024, 6, 30)
    for value in (day, "2024-06-30", "2024-06-30 23:00:00"):
        assert clock.read_day(value) == day
