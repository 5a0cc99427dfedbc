"""What a raw row must look like for the database to read it: one way only."""

from odoo.tools import SQL

from ..engine.statement_lines import CUT
from ..engine.statement_plain import CODED, DATED, MAPPED
from ..engine.statement_values import DAY_ZERO, FIRST_YEAR, LAST_YEAR, LONGEST_TEXT
from ..engine.statement_words import CODE_DIGITS, LARGEST_SUM

# fields of one form each; the others are free texts
_READ = {*CODED, *DATED, *MAPPED, "origin_year", "plan_year"}
# anything but single spaces between words and letters that Python and PostgreSQL read
# alike: no combining marks, no other spaces, no control characters
_ODD_TEXT = "  |\x1f | \x1f|[^ -~À-ưẠ-ỹ–“”’…₫\x1f]"
_CODE = r"(\d+|[A-Za-z][A-Za-z/-]*\d[0-9A-Za-z/-]*)"
_CODES = rf"^{_CODE}( {_CODE})*$"
_DAYS = {
    "dmy": r"^(\d\d?/\d\d?/\d{4}|\d\d?-\d\d?-\d{4}|\d{4}-\d\d-\d\d)$",
    "mdy": r"^(\d\d?/\d\d?/\d{4}|\d{4}-\d\d-\d\d)$",
}
_USUAL_DAY = "__/__/____"
_LONGEST_NUMBER = 15
_GROUPED = {
    ",": r"^-?([1-9]\d{0,2}(\.\d{3})+|\d{1,15})(,\d{1,%s})?$",
    ".": r"^-?([1-9]\d{0,2}(,\d{3})+|\d{1,15})(\.\d{1,%s})?$",
}
_WHOLE = {
    ",": r"^-?([1-9]\d{0,2}(\.\d{3})+|\d{1,15})$",
    ".": r"^-?([1-9]\d{0,2}(,\d{3})+|\d{1,15})$",
}
# wider than the engine's words for money that comes back
_REFUND = r"n\wp\W*(gi\wm|tr\w|ho\wn)|ho\wn\W*tr\w"
LONG_TEXTS = ("content", "project_name", "program_name", "unit_name", "voucher")
SUBJECTS = (
    "project", "project_name", "program", "program_name", "unit", "unit_name", "content"
)  # fmt: skip


def cell_of(index):
    """Return a raw cell."""
    return SQL.identifier(f"c{index}")


def read_dong(amount, plain):
    """Return how a raw amount is read, in whole đồng."""
    cell = cell_of(amount.index)
    if plain.forms.get(amount.index) == "number":
        # most are whole, and quicker without decimals
        return SQL(
            """CASE WHEN right(%s, 2) = '.0' THEN left(%s, -2)::int8 * %s
                    ELSE (%s::numeric * %s)::int8 END""",
            *(cell, cell, amount.factor, cell, amount.factor),
        )
    if plain.decimal_mark:
        group = "." if plain.decimal_mark == "," else ","
        # the mark becomes a point, what groups goes
        cell = SQL("translate(%s, %s, '.')", cell, plain.decimal_mark + group)
        return SQL("(%s::numeric * %s)::int8", cell, amount.factor)
    if amount.factor == 1:
        return SQL("%s::int8", cell)
    return SQL("%s::int8 * %s", cell, amount.factor)


def dong_of(amount):
    """Return an amount that has been read."""
    return SQL.identifier(f"a{amount.index}")


def day_of(index):
    """Return a day that has been read."""
    return SQL.identifier(f"d{index}")


def typed(plain, raw):
    """Return the raw rows, numbered, with their days and amounts read once.

    A sequence numbers them as they are scanned, and is a fence: nothing is read twice.
    """
    read = [
        SQL("%s AS %s", read_dong(amount, plain), dong_of(amount))
        for amount in (*plain.amounts, *plain.checked)
    ]
    read += [
        SQL("%s::date AS %s", cell_of(index), day_of(index))
        for name, index in plain.fields.items()
        if name in DATED
    ]
    return SQL(
        "(SELECT *, nextval('pg_temp.mtqg_statement_row') AS n, %s FROM %s)",
        SQL(", ").join(read),
        _as_texts(plain, raw),
    )


def _as_texts(plain, raw):
    """Return the raw rows with numbers and days written as a text would be."""
    table = SQL.identifier(raw)
    names = {index: name for name, index in plain.fields.items()}
    changed = {
        index: _as_text(names[index], index, form)
        for index, form in plain.forms.items()
        if form != "text" and index in names
    }
    if not changed:
        return table
    cells = SQL(", ").join(
        SQL("%s AS %s", changed.get(index, cell_of(index)), cell_of(index))
        for index in range(plain.width)
    )
    return SQL("(SELECT %s FROM %s) r", cells, table)


def _as_text(name, index, form):
    """Return a number or a day of a workbook as the engine would write it."""
    cell = cell_of(index)
    if form == "day":
        return SQL("left(%s, 10)", cell)
    digits = SQL("left(%s, -2)", cell)
    if name in DATED:
        text = SQL("(%s::date + %s::int4)::text", DAY_ZERO, digits)
        test = SQL("length(%s) = 5", digits)
    else:
        zeros = CODE_DIGITS.get(name, 0)
        text = SQL("lpad(%s, greatest(length(%s), %s), '0')", digits, digits, zeros)
        test = SQL("length(%s) <= %s", digits, _LONGEST_NUMBER)
    # what is no whole number gets a sign that no text may have
    return SQL(
        """CASE WHEN %s IS NULL THEN NULL
                WHEN right(%s, 2) = '.0' AND translate(%s, '0123456789', '') = '' AND %s
                THEN %s ELSE chr(1) END""",
        cell,
        cell,
        digits,
        test,
        text,
    )


def odd_rows(plain, fields):
    """Return the test of a raw row that the database must not read.

    :param fields: how the fields of a line are read
    """
    tests = [SQL("%s IS NULL", cell_of(index)) for index in plain.keys]
    tests += [SQL("%s IS NOT NULL", cell_of(index)) for index in plain.empty]
    tests.append(_all_empty([cell_of(a.index) for a in plain.amounts]))
    for amount in (*plain.amounts, *plain.checked):
        tests += _odd_amount(amount, plain)
    for name in DATED:
        if name in plain.fields:
            tests.append(_odd_day(plain.fields[name], plain.date_order))
    for name in ("origin_year", "plan_year"):
        if name in plain.fields:
            cell = cell_of(plain.fields[name])
            tests.append(SQL("octet_length(%s) <> 4", cell))
            tests.append(_not_between(SQL("%s::int4", cell), FIRST_YEAR, LAST_YEAR))
    tests += _odd_texts(plain)
    tests += [_odd_sum(check, plain) for check in plain.checks]
    if "voucher" in plain.fields and "content" in plain.fields:
        tests.append(_odd_refund(plain, fields))
    if not any(name in plain.constants for name in SUBJECTS):
        subjects = [cell_of(plain.fields[n]) for n in SUBJECTS if n in plain.fields]
        tests.append(_all_empty(subjects))
    return SQL(" OR ").join(tests)


def _all_empty(cells):
    if not cells:
        return SQL("TRUE")
    return SQL("COALESCE(%s) IS NULL", SQL(", ").join(cells))


def _not_between(value, first, last):
    return SQL("%s NOT BETWEEN %s AND %s", value, first, last)


def _odd_amount(amount, plain):
    """Return the tests of an amount: digits, a decimal mark that is sure, a limit."""
    cell, dong, factor = cell_of(amount.index), dong_of(amount), amount.factor
    places = len(str(factor)) - 1
    # written again it must be the same: quicker than to look at each digit
    again = SQL("%s::text", dong if factor == 1 else SQL("(%s / %s)", dong, factor))
    if plain.forms.get(amount.index) == "number":
        test = SQL(
            """CASE WHEN right(%s, 2) = '.0' THEN left(%s, -2) <> %s
                    ELSE translate(%s, '-.0123456789', '') <> '' OR length(%s) > %s
                      OR %s::numeric * %s %% 1 <> 0 END""",
            *(cell, cell, again, cell, cell, _LONGEST_NUMBER + 2, cell, factor),
        )
    elif plain.decimal_mark:
        pattern = _WHOLE[plain.decimal_mark]
        if places:
            pattern = _GROUPED[plain.decimal_mark] % places
        test = SQL("%s !~ %s", cell, pattern)
    else:
        test = SQL("%s <> %s", cell, again)
    return [test, _not_between(dong, -LARGEST_SUM, LARGEST_SUM)]


def _odd_day(index, order):
    cell, day = cell_of(index), day_of(index)
    return SQL(
        "(%s NOT LIKE %s AND %s !~ %s) OR %s",
        cell,
        _USUAL_DAY,
        cell,
        _DAYS[order],
        SQL(
            "%s NOT BETWEEN %s::date AND %s::date",
            day,
            f"{FIRST_YEAR}-01-01",
            f"{LAST_YEAR}-12-31",
        ),
    )


def _odd_texts(plain):
    """Return the tests of codes and of long texts."""
    codes = [cell_of(plain.fields[name]) for name in CODED if name in plain.fields]
    listed = SQL(", ").join(codes)
    tests = []
    if codes:
        tests.append(
            SQL(
                "(concat(%s) ~ '[^0-9]' AND concat_ws(' ', %s) !~ %s)",
                listed,
                listed,
                _CODES,
            )
        )
    free = [cell_of(index) for name, index in plain.fields.items() if name not in _READ]
    if free:
        listed = SQL(", ").join(SQL("%s, %s", cell, CUT) for cell in free)
        tests.append(SQL("concat(%s, %s) ~ %s", CUT, listed, _ODD_TEXT))
    tests += [
        # bytes are counted quicker than letters
        SQL(
            "(octet_length(%s) > %s AND length(%s) > %s)",
            *(cell, LONGEST_TEXT, cell, LONGEST_TEXT),
        )
        for name in LONG_TEXTS
        if name in plain.fields
        for cell in [cell_of(plain.fields[name])]
    ]
    return tests


def _odd_sum(check, plain):
    """Return the test of a sum across a row."""
    columns = {a.index: dong_of(a) for a in (*plain.amounts, *plain.checked)}
    parts = SQL(" + ").join(
        SQL("%s * COALESCE(%s, 0)", sign, columns[index]) for index, sign in check.parts
    )
    return SQL("%s <> %s", columns[check.total], parts)


def _odd_refund(plain, fields):
    """Return the test of a payment whose text speaks of money that comes back."""
    test = SQL("%s ~* %s", cell_of(plain.fields["content"]), _REFUND)
    if "kind" in plain.fields:
        return SQL("(%s IS NULL AND %s)", fields["kind"], test)
    return test
