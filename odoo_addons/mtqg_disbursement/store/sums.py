"""The arithmetic of the ledger in SQL, generated from the engine's one table."""

from odoo.tools import SQL

from ..engine.ledger import EFFECTS


def sum_of(counter, side, amount="amount", kind="kind"):
    """Return the SQL sum of what entries do to a counter.

    :param str counter: a name of ``engine.ledger.COUNTERS``
    :param str side: ``own`` or ``parent``, the balance that is looked at
    """
    cases = [
        SQL("WHEN %s THEN %s", name, getattr(effect, side)[counter])
        for name, effect in EFFECTS.items()
        if counter in getattr(effect, side)
    ]
    if not cases:
        return SQL("0")
    return SQL(
        "COALESCE(SUM(%s * CASE %s %s ELSE 0 END), 0)",
        SQL.identifier(amount),
        SQL.identifier(kind),
        SQL(" ").join(cases),
    )
