"""Fields of the register: money, and references that need no key of their own."""

from odoo import fields
from odoo.exceptions import ValidationError

from .engine.money import MAX_DONG, to_dong

_RPC_INTEGER_LIMIT = 2**31 - 1


class Dong(fields.Integer):
    """Whole đồng, exact up to 9 × 10^15 on every path.

    ``Monetary`` and ``Float`` change amounts from 5.28 × 10^14 up, because their
    rounding adds an epsilon that outgrows half a đồng there. This one is an int8
    column that never rounds: a fraction of a đồng is refused, not dropped. To clients
    it is an ``integer``; views show it with ``widget="dong"``.
    """

    _column_type = ("int8", "int8")

    def convert_to_column(self, value, record, values=None, validate=True):
        return self._read_dong(value, record)

    def convert_to_cache(self, value, record, validate=True):
        return self._read_dong(value, record)

    def convert_to_read(self, value, record, use_display_name=True):
        # XML-RPC knows 32-bit integers only; a double holds MAX_DONG exactly
        if value and abs(value) > _RPC_INTEGER_LIMIT:
            return float(value)
        return value or 0

    def _read_dong(self, value, record):
        try:
            return to_dong(value)
        except ValueError:
            raise ValidationError(
                record.env._(
                    "%(field)s: “%(value)s” is no amount in whole đồng between "
                    "−%(limit)s and %(limit)s. Enter the amount without a fraction.",
                    field=self.string,
                    value=value,
                    limit=f"{MAX_DONG:,}",
                )
            ) from None


class HeldMany2one(fields.Many2one):
    """A many2one without a foreign key, because another key holds the same row.

    For rows that are written by the thousand: what a task names is named by its
    document or its step, too; what an event names is noted once in ``store.events``.
    Those keys refuse the deletion. PostgreSQL checks every key of every row, which
    costs more than the row itself.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column without a key."""
