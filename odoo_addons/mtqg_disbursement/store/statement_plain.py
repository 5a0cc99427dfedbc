"""Plain statements, read by the database itself: no row passes through Python.

The cells come in as texts. Each must match a strict form that reads one way only; one
that does not, and the whole file is left to ``engine.statement_reading``, which knows
what is wrong with it. So both ways give the same lines, or this one gives none.
"""

from odoo.tools import SQL

from ..engine.statement_lines import AMOUNTS, CUT
from ..engine.statement_plain import DATED, MAPPED, MOST_VALUES
from .statement_strict import (
    cell_of,
    day_of,
    dong_of,
    odd_rows,
    read_dong,
    typed,
)
from .statements import Source

RAW = "mtqg_statement_raw"
FIELDS = frozenset(AMOUNTS)
_STYLES = {"dmy": "ISO, DMY", "mdy": "ISO, MDY"}


def copy_raw(env, plain, stream, delimiter):
    """Copy the raw rows of a file into a table of texts.

    :param stream: a binary file of CSV
    :param delimiter: what stands between cells
    :return: number of rows
    """
    raw = SQL.identifier(RAW)
    names = [SQL.identifier(f"c{index}") for index in range(plain.width)]
    env.cr.execute(
        SQL(
            """DROP TABLE IF EXISTS pg_temp.%s; CREATE TEMP TABLE %s (%s) ON COMMIT DROP;
               CREATE TEMP SEQUENCE IF NOT EXISTS mtqg_statement_row;
               SET LOCAL datestyle = %s""",
            raw,
            raw,
            SQL(", ").join(SQL("%s text", name) for name in names),
            _STYLES[plain.date_order],
        )
    )
    # an empty cell is none, quoted or not
    command = SQL(
        "COPY %s FROM STDIN (FORMAT csv, DELIMITER %s, FORCE_NULL (%s))",
        raw,
        delimiter,
        SQL(", ").join(names),
    )
    env.cr.copy_expert(env.cr.mogrify(command), stream, 2**20)
    return env.cr.rowcount


def list_values(env, plain):
    """Return the values of the columns that hold few of them.

    :return: dict of field to set of texts; None when there are too many
    """
    columns = {name: plain.fields[name] for name in MAPPED if name in plain.fields}
    if not columns:
        return {}
    rows = env.execute_query(
        SQL(
            "SELECT DISTINCT %s FROM %s LIMIT %s",
            SQL(", ").join(cell_of(index) for index in columns.values()),
            SQL.identifier(RAW),
            MOST_VALUES,
        )
    )
    if len(rows) == MOST_VALUES:
        return None
    return {
        name: {row[place] for row in rows if row[place] is not None}
        for place, name in enumerate(columns)
    }


def plain_source(plain, values, letters, place):
    """Return how lines are read from the raw rows.

    :param values: by field, what each text of it means
    :param letters: by column, how it is called
    :param place: number of the first row on the sheet, and how many rows there are
    """
    first_row, count = place
    fields, said = _read_about(plain), None
    about_kind = _read_by_kind(plain, values)
    if about_kind:
        by_kind, said = about_kind
        fields |= by_kind
    fields |= {a.measure: dong_of(a) for a in plain.amounts if a.measure in FIELDS}
    joins = [
        SQL(
            "LEFT JOIN (VALUES %s) AS %s (%s) ON %s = %s",
            SQL(", ").join(_meaning(name, item) for item in known.items()),
            SQL.identifier(f"m_{name}"),
            SQL("key, said, measure, sign" if name == "kind" else "key, said"),
            SQL.identifier(f"m_{name}", "key"),
            cell_of(plain.fields[name]),
        )
        for name, known in values.items()
        if known
    ]
    return Source(
        relation=typed(plain, RAW),
        fields=fields,
        row=SQL("s.n::int4"),
        first_row=first_row,
        cell_column=_first_column(plain, letters),
        joins=SQL(" ").join(joins),
        said_amounts=said if len(plain.amounts) == 1 else None,
        odd=odd_rows(plain, fields),
        count=count,
    )


def sum_raw(env, plain):
    """Return what the amounts of the raw rows add up to.

    :return: (sums by column, number of amounts that are not zero by column)
    """
    columns = [*plain.amounts, *plain.checked]
    values = [read_dong(amount, plain) for amount in columns]
    [row] = env.execute_query(
        SQL(
            "SELECT %s FROM %s s",
            SQL(", ").join(
                SQL("COALESCE(sum(%s), 0)::int8, count(NULLIF(%s, 0))", v, v)
                for v in values
            ),
            SQL.identifier(RAW),
        )
    )
    sums = {a.index: row[2 * place] for place, a in enumerate(columns)}
    filled = {a.index: row[2 * place + 1] for place, a in enumerate(columns)}
    return sums, filled


# === Fields === #


def _read_about(plain):
    """Return the fields that tell what a line is about."""
    fields = {}
    for name, index in plain.fields.items():
        cell = cell_of(index)
        if name in MAPPED:
            fields[name] = SQL.identifier(f"m_{name}", "said")
        elif name in ("origin_year", "plan_year"):
            fields[name] = SQL("%s::int4", cell)
        elif name not in DATED:
            fields[name] = cell
    days = [day_of(plain.fields[n]) for n in DATED if n in plain.fields]
    fields["date"] = SQL("COALESCE(%s)", SQL(", ").join(days))
    for name, value in plain.constants.items():
        said = fields.get(name)
        fields[name] = SQL("COALESCE(%s, %s)", said, value) if said else _const(value)
    for name, value in plain.capital.items():
        fields[name] = _const(value)
    return fields


def _const(value):
    if isinstance(value, bool):
        return SQL("TRUE")
    return SQL("%s::int4" if isinstance(value, int) else "%s::text", value)


def _read_by_kind(plain, values):
    """Return the measures that the kind of a row tells, and how they are written.

    :return: (fields, text of ``StatementLine.written``), or None if kinds tell none
    """
    amount = next((a for a in plain.amounts if a.measure not in FIELDS), None)
    if amount is None:
        return None
    dong, span = dong_of(amount), amount.measure
    kinds = [kind for kind in values.get("kind", {}).values() if kind]
    if not kinds:
        measure = SQL("%s::text", f"disbursed{span}")
        return {f"disbursed{span}": dong}, SQL(
            "%s || '=' || %s || %s", measure, dong, CUT
        )
    if any(sign < 0 for _name, _measure, sign in kinds):
        dong = SQL("CASE WHEN m_kind.sign < 0 THEN -abs(%s) ELSE %s END", dong, dong)
    told = SQL("COALESCE(m_kind.measure, 'disbursed')")
    measures = sorted({"disbursed", *(measure for _name, measure, _sign in kinds)})
    fields = {
        measure + span: SQL("CASE WHEN %s = %s THEN %s END", told, measure, dong)
        for measure in measures
    }
    return fields, SQL("%s || %s || %s || %s", told, f"{span}=", dong, CUT)


def _first_column(plain, letters):
    """Return the letters of the column where the first amount of a line stands."""
    if len(plain.amounts) == 1:
        return SQL("%s::text", letters[plain.amounts[0].index])
    return SQL(
        "CASE %s END",
        SQL(" ").join(
            SQL("WHEN %s IS NOT NULL THEN %s", cell_of(a.index), letters[a.index])
            for a in plain.amounts
        ),
    )


def _meaning(name, item):
    """Return a row of what a text means."""
    text, meaning = item
    if name != "kind":
        return SQL("(%s, %s)", text, meaning)
    said, measure, sign = meaning or (None, None, None)
    return SQL("(%s, %s, %s, %s::int4)", text, said, measure, sign)
