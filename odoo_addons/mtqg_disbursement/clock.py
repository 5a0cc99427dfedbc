"""The one clock of the register: dates are Vietnamese dates."""

from datetime import UTC, date, datetime, time, timedelta, timezone

# Vietnam has had no daylight saving time since 1975
VIETNAM = timezone(timedelta(hours=7))


def today_vn() -> date:
    """Return today's date in Hanoi, whatever the server's or the user's time zone."""
    return datetime.now(VIETNAM).date()


def vietnam_day(moment) -> date:
    """Return the day in Hanoi of a moment that is kept in UTC, as Odoo keeps them."""
    return moment.replace(tzinfo=UTC).astimezone(VIETNAM).date()


def read_day(value) -> date:
    """Return a date from a date, a moment, an ISO text, or nothing (today).

    :raise ValueError: if the text is no date
    """
    if not value:
        return today_vn()
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def read_moment(value) -> datetime | None:
    """Return a moment in UTC without its zone, as Odoo keeps them, or None.

    A text without a zone is UTC; a date alone means the end of that day in Vietnam.

    :raise ValueError: if the text is no moment
    """
    if not value:
        return None
    if isinstance(value, str) and len(value) > len("2024-12-31"):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        value = datetime.combine(read_day(value), time.max, tzinfo=VIETNAM)
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
