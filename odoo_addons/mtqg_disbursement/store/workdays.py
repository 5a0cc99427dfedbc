"""Working days in SQL: a statement carries the calendar along as a table.

Nothing is kept: a day that is declared off changes every figure at once.
"""

from odoo.tools import SQL

_DAYS = """
SELECT d.day,
       (count(*) FILTER (WHERE worked.day IS NOT NULL
                            OR (extract(isodow FROM d.day) < 6 AND off.day IS NULL))
        OVER (ORDER BY d.day))::int4 AS number
  FROM (SELECT generate_series(%(first)s::date, %(last)s::date,
                               interval '1 day')::date AS day) d
  LEFT JOIN unnest(%(off)s::date[]) AS off(day) ON off.day = d.day
  LEFT JOIN unnest(%(worked)s::date[]) AS worked(day) ON worked.day = d.day"""


def number_days(calendar, first, last):
    """Return the SQL of a table ``(day, number)`` of the days from one to another.

    The number of a later day less that of an earlier one are the working days between
    them, as ``calendar.count`` counts them.

    :param engine.workdays.WorkCalendar calendar: it knows the years of both days
    """
    return SQL(
        _DAYS,
        first=first,
        last=last,
        off=sorted(calendar.off),
        worked=sorted(calendar.worked),
    )


def vietnam_day(moment):
    """Return the SQL of the day in Hanoi of a moment that is kept in UTC."""
    return SQL("(%s + interval '7 hours')::date", moment)
