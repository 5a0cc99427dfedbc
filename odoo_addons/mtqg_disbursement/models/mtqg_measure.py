from odoo import api, fields, models
from odoo.exceptions import UserError

from ..clock import today_vn
from ..engine.money import percent, to_rpc
from ..store import measures


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
            carried, cancelled, available
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
        allocations = self.env["mtqg.allocation"]._search(fields.Domain(domain or []))
        totals = measures.measure_scope(
            self.env,
            allocations,
            fields.Date.to_date(date) or today_vn(),
            fields.Datetime.to_datetime(known_at),
        )
        numerator = totals[name]
        base = totals[measures.DENOMINATORS[denominator]]
        ratio = percent(numerator, base)
        return {
            "numerator": to_rpc(numerator),
            "denominator": to_rpc(base),
            "percent": False if ratio is None else float(ratio),
        }

    def _check_names(self, name, denominator):
        for given, known in (
            (name, measures.MEASURES),
            (denominator, measures.DENOMINATORS),
        ):
            if given not in known:
                raise UserError(
                    self.env._(
                        "“%(given)s” is not known here. Known are: %(known)s.",
                        given=given,
                        known=", ".join(known),
                    )
                )
