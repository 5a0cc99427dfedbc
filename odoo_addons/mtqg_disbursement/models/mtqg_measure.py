from odoo import api, fields, models
from odoo.exceptions import UserError

from ..clock import read_day, read_moment
from ..engine.money import percent, to_rpc
from ..store import commitments, measures

# ids and years are int4 in the database
MAX_ID = 2**31 - 1


class MtqgMeasure(models.AbstractModel):
    """The figures of the register, each defined once (see ``store.measures``)."""

    _name = "mtqg.measure"
    _description = "Measure"

    @api.model
    @api.readonly
    def value(self, name, domain, date=None, known_at=None, denominator="D2"):
        """Return a measure over the balances that match a domain, and its ratio.

        The scope is the matching balances that the user may see, with all balances
        below them.

        :param str name: assigned, allocated, tabmis, advance, completed, disbursed,
            carried, cancelled, available; committed is what signed commitments
            promise to disburse by the date (``store.commitments``)
        :param list domain: domain on ``mtqg.allocation``
        :param date: last accounting date that counts; today in Vietnam by default
        :param known_at: UTC moment; entries recorded after it are left out
        :param str denominator: D1 assigned from above, D2 decided by the province, D3
            allocated in detail, D4 D1 without supplements after 30 September
        :return: dict ``numerator``, ``denominator`` (đồng), ``percent`` (two decimals;
            False where the denominator is zero)
        :raise UserError: for an unknown measure or denominator
        """
        self._check_names(name, denominator)
        allocations = self.env["mtqg.allocation"]._search(self._read_domain(domain))
        times = self._read_times(date, known_at)
        totals = measures.measure_scope(self.env, allocations, *times)
        if name == "committed":
            numerator = commitments.committed_in_scope(self.env, allocations, *times)
        else:
            numerator = totals[name]
        base = totals[measures.DENOMINATORS[denominator]]
        ratio = percent(numerator, base)
        return {
            "numerator": to_rpc(numerator),
            "denominator": to_rpc(base),
            "percent": False if ratio is None else float(ratio),
        }

    def _measure_by_capital(self, domain, date):
        """Return ``measures.measure_by_capital`` of the balances that the user may see.

        :param Domain domain: on ``mtqg.allocation``
        :param date: last accounting date that counts
        """
        allocations = self.env["mtqg.allocation"]._search(domain)
        return measures.measure_by_capital(self.env, allocations, date)

    def _read_domain(self, domain):
        try:
            scope = fields.Domain(domain or [])
            scope.validate(self.env["mtqg.allocation"])
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._(
                    "“%(domain)s” is no domain on balances: %(error)s",
                    domain=domain,
                    error=error,
                )
            ) from error
        return scope

    def _read_times(self, date, known_at):
        """Return (accounting date, moment known) of a question about figures."""
        try:
            return read_day(date), read_moment(known_at)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "Give dates as 2024-06-30 and moments as 2024-06-30 17:00:00 "
                    "(UTC): %(error)s",
                    error=error,
                )
            ) from error

    def _read_count(self, value, default=0):
        """Return a whole number from 0 up that a caller gave, or the default.

        :raise UserError: for anything else
        """
        if value in (None, False):
            return default
        if type(value) is not int or not 0 <= value <= MAX_ID:
            raise UserError(
                self.env._("“%(value)s” is no whole number from 0 up.", value=value)
            )
        return value

    def _check_names(self, name, denominator):
        for given, known in (
            (name, (*measures.MEASURES, "committed")),
            (denominator, measures.DENOMINATORS),
        ):
            if given not in tuple(known):
                raise UserError(
                    self.env._(
                        "“%(given)s” is not known here. Known are: %(known)s.",
                        given=given,
                        known=", ".join(known),
                    )
                )
