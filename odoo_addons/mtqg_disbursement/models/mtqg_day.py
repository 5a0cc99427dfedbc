from datetime import date

import holidays

from odoo import api, fields, models, tools

from ..engine.workdays import WorkCalendar


class MtqgDay(models.Model):
    """A day that differs from the calendar: off by a decision, or worked instead.

    Public holidays, Tết and the days that make up for weekends come from a library.
    This table adds what the Government decides for one year and the library lacks,
    and takes back what it has too much.
    """

    _name = "mtqg.day"
    _description = "Swapped working day"
    _order = "date desc"
    _rec_name = "name"

    date = fields.Date(required=True)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("off", "Day off"), ("work", "Working day")], required=True, default="off"
    )
    reference = fields.Char(
        required=True, help="The decision or notice, with its date."
    )

    _date_unique = models.Constraint(
        "UNIQUE (date)", "This day is in the list already."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # === BUSINESS METHODS === #

    @api.model
    def _get_calendar(self, first, last):
        """Return the working days of the years that two days lie in, and around them.

        :rtype: engine.workdays.WorkCalendar
        """
        return self._read_calendar(first.year - 1, last.year + 1)

    @api.model
    @tools.ormcache("first", "last")
    def _read_calendar(self, first, last):
        known = holidays.country_holidays("VN", years=range(first, last + 1))
        years = range(first, last + 1)
        off = set(known)
        worked = {day for day in known.weekend_workdays if day.year in years}
        days = self.sudo().search(
            [("date", ">=", date(first, 1, 1)), ("date", "<=", date(last, 12, 31))]
        )
        for day in days:
            (off if day.kind == "off" else worked).add(day.date)
            (worked if day.kind == "off" else off).discard(day.date)
        return WorkCalendar(frozenset(off), frozenset(worked))
