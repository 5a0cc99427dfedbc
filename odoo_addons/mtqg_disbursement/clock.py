"""The one clock of the register: dates are Vietnamese dates."""

from datetime import date, datetime, timedelta, timezone

# Vietnam has had no daylight saving time since 1975
VIETNAM = timezone(timedelta(hours=7))


def today_vn() -> date:
    """Return today's date in Hanoi, whatever the server's or the user's time zone."""
    return datetime.now(VIETNAM).date()
