"""The arithmetic of the ledger in SQL, generated from the engine's one table."""

from odoo.tools import SQL

from ..engine.ledger import signs_of


def sum_of(counter, side, amount="amount", kind="kind"):
    """Return the SQL sum of what entries do to a counter.

    :param str counter: a name of ``engine.ledger.COUNTERS``
    :param str side: ``own`` or ``parent``, the balance that is looked at
    """
    signs = signs_of(counter, side)
    if not signs:
        return SQL("0")
    return SQL(
        "COALESCE(SUM(%s * %s), 0)",
        SQL.identifier(amount),
        sign_of(signs, SQL.identifier(kind)),
    )


def sign_of(signs, kind):
    """Return the SQL of the sign that an entry has by its kind; zero for other kinds.

    :param dict signs: kind of entry -> sign, as ``engine.ledger.signs_of`` gives it
    :param SQL kind: the column of the kind
    """
    cases = SQL(" ").join(
        SQL("WHEN %s THEN %s", name, sign) for name, sign in signs.items()
    )
    return SQL("(CASE %s %s ELSE 0 END)", kind, cases)
