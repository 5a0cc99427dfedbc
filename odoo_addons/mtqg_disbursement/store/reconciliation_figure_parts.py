"""The parts of the statement that writes figures: sums, grains and what is said."""

from odoo.tools import SQL

from ..engine.ledger import signs_of
from .reconciliation_scope import map_programs, payment_signs
from .sums import sign_of

# what a figure is about, and how a line says it
DIMENSIONS = {
    "project_id": "l.project_id IS NOT NULL OR l.project <> ''",
    "program_id": "l.program_id IS NOT NULL OR l.program <> ''",
    "unit_id": "l.unit_id IS NOT NULL",
    "plan_year": "l.plan_year > 0",
    "origin_year": "l.origin_year > 0",
    "nature": "l.nature IS NOT NULL",
    "carried": "l.is_carried AND COALESCE(l.origin_year, 0) = 0",
}
_BITS = {name: 1 << place for place, name in enumerate(DIMENSIONS)}
# the grain of the register itself
FULL = sum(bit for name, bit in _BITS.items() if name != "carried")
STANDING = ("assigned", "allocated", "entered")
PAID = ("advance", "completed", "recovered", "disbursed")
MEASURES = [(name, "cumulative") for name in STANDING] + [
    (name, span) for name in PAID for span in ("period", "cumulative")
]
_PLAN = signs_of("assigned")
_SINGLE = tuple(f"one_{name}" for name in DIMENSIONS if name != "carried")
_MOVED = tuple(
    f"{measure}_{span}"
    for measure in ("advance", "completed", "recovered")
    for span in ("period", "cumulative")
)
_SAID_COLUMNS = tuple(f"{measure}_{span}" for measure, span in MEASURES)
# own figures come in two readings: an advance with or without what was recovered of it
_COLUMNS = _SAID_COLUMNS + tuple(
    f"{measure}_{span}_other"
    for measure in ("advance", "completed")
    for span in ("period", "cumulative")
)


def parts_of_register(scope, is_paid):
    """Return the parts that sum up entries and balances."""
    return {
        "last": scope.date_to,
        "sums": _sums_of_entries(scope, is_paid),
        "plan": _sum_of(_PLAN, SQL("TRUE")),
        "plan_kinds": list(_PLAN),
        "moved": SQL(", ").join(
            SQL("COALESCE(m.%s, 0) AS %s", SQL.identifier(n), SQL.identifier(n))
            for n in _MOVED
        ),
        "own_said": _said_by_balances(),
        "own_sums": _sums_of_balances(),
        "own_columns": SQL(", ").join(map(SQL.identifier, _COLUMNS)),
        "is_top": _is_top(),
        "is_year": _is_year(scope),
        "single": _single("b"),
        "single_names": SQL(", ").join(map(SQL.identifier, _SINGLE)),
        "single_maxes": SQL(", ").join(
            SQL("MAX(%s) AS %s", SQL.identifier(n), SQL.identifier(n)) for n in _SINGLE
        ),
        "said_names": SQL(", ").join(map(SQL.identifier, DIMENSIONS)),
        "said_numbers": SQL("3, 4, 5, 6, 7, 8, 9"),
        "difference_said": SQL(", ").join(SQL.identifier("c", n) for n in DIMENSIONS),
        "measures": SQL(", ").join(
            SQL("(%s, %s, %s, %s)", m, s, SQL.identifier(f"{m}_{s}"), _other(m, s))
            for m, s in MEASURES
        ),
    }


def parts_of_statements(scope, said, programs):
    """Return the parts that sum up lines of statements."""
    ids = list(scope.statements)
    vouchers = {id_ for found in said.values() for id_ in found}
    maps = _map_families(scope, programs)
    return {
        "statements": ids,
        "kinds": [scope.statements[id_]["kind"] for id_ in ids],
        "totals": [id_ not in vouchers for id_ in ids],
        "families": SQL(
            "CASE x.kind WHEN 'national' THEN %s ELSE 0 END", max(maps, default=0)
        ),
        "grain": _grain(),
        "grains": _grains(ids),
        "said": _said_by_lines(),
        "line_sums": _sums_of_lines(),
        "line_columns": SQL(", ").join(
            SQL.identifier(n) if n in _SAID_COLUMNS else SQL("NULL::int8")
            for n in _COLUMNS
        ),
        "no_single": SQL(", ").join(
            SQL("NULL::varchar" if name == "one_nature" else "NULL::int4")
            for name in _SINGLE
        ),
        "mapped_family": [family for family, found in maps.items() for _ in found],
        "mapped_id": [id_ for found in maps.values() for id_ in found],
        "mapped_said": [said for found in maps.values() for said in found.values()],
    }


def _other(measure, span):
    name = f"{measure}_{span}_other"
    return SQL.identifier(name) if name in _COLUMNS else SQL("NULL::int8")


def _map_families(scope, programs):
    """Return {family: {program: as the statements name it}}.

    Statements of both kinds that name the same programs are one family.
    """
    treasury, national = (
        programs.get(kind, set()) for kind in ("treasury", "national")
    )
    maps = {0: map_programs(scope, treasury or national)}
    if national and treasury and national != treasury:
        maps[1] = map_programs(scope, national)
    return maps


def _sum_of(signs, condition):
    return SQL(
        """SUM(CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END
               * CASE WHEN %s THEN %s ELSE 0 END)""",
        condition,
        sign_of(signs, SQL("e.kind")),
    )


def _sums_of_entries(scope, is_paid):
    """Return the sums of a balance: plan, TABMIS, and payments in both spans."""
    parts = [
        SQL("%s AS plan", _sum_of(_PLAN, SQL("TRUE"))),
        SQL("%s AS tabmis", _sum_of({"tabmis": 1}, SQL("TRUE"))),
    ]
    spans = {"period": SQL("%s AND e.date >= %s", is_paid, scope.date_from)}
    for measure in ("advance", "completed", "recovered"):
        signs = payment_signs(measure)
        for span in ("period", "cumulative"):
            total = _sum_of(signs, spans.get(span, is_paid))
            parts.append(SQL("%s AS %s", total, SQL.identifier(f"{measure}_{span}")))
    return SQL(", ").join(parts)


def _grain():
    """Return the number of what a line says: one bit for each dimension."""
    return SQL(" + ").join(
        SQL("CASE WHEN %s THEN %s ELSE 0 END", SQL(said), _BITS[name])
        for name, said in DIMENSIONS.items()
    )


def _grains(ids):
    """Return the grains in which the register is summed up."""
    full = SQL("SELECT 0 AS family, %s AS grain", FULL)
    if not ids:
        return full
    return SQL(
        """SELECT DISTINCT family, grain FROM line
            UNION
           SELECT * FROM (%s) f
            WHERE NOT EXISTS (SELECT 1 FROM line
                               WHERE source = 'treasury' AND grain & %s <> 0)""",
        full,
        _BITS["project_id"],
    )


def _said_by_lines():
    texts = {"nature": SQL("COALESCE(l.nature, '')")}
    parts = []
    for name, said in DIMENSIONS.items():
        if name == "carried":
            value = SQL("COALESCE(%s, FALSE)", SQL(said))
        else:
            value = texts.get(name) or SQL("COALESCE(l.%s, 0)", SQL.identifier(name))
        parts.append(SQL("%s AS %s", value, SQL.identifier(name)))
    return SQL(", ").join(parts)


def _sums_of_lines():
    """Return what lines say; a sum is empty where no line says it."""
    parts = []
    for measure, span in MEASURES:
        is_total = span == "cumulative" and measure not in STANDING
        column = SQL.identifier("l", f"{measure}_cumulative" if is_total else measure)
        value = SQL("SUM(%s)", column)
        if (measure, span) == ("disbursed", "period"):
            # a list of vouchers says how much of each kind, and no sum of them
            value = SQL(
                """CASE WHEN bool_and(x.is_total) THEN SUM(l.disbursed)
                        ELSE SUM(CASE WHEN l.advance IS NULL AND l.completed IS NULL
                                      THEN l.disbursed
                                      ELSE COALESCE(l.advance, 0) + COALESCE(l.completed, 0)
                                 END) END"""
            )
        parts.append(SQL("%s AS %s", value, SQL.identifier(f"{measure}_{span}")))
    return SQL(", ").join(parts)


def _said_by_balances():
    """Return what a balance is about, as far as the grain says it."""
    values = {"program_id": SQL("r.said")}
    blanks = {"nature": SQL("''"), "carried": SQL("FALSE")}
    return SQL(", ").join(
        SQL(
            "CASE WHEN g.grain & %s <> 0 THEN %s ELSE %s END AS %s",
            _BITS[name],
            values.get(name) or SQL.identifier("b", name),
            blanks.get(name) or SQL("0"),
            SQL.identifier(name),
        )
        for name in DIMENSIONS
    )


def _sums_of_balances():
    """Return the figures of the register in both readings.

    Plan that was passed on to balances of the scope counts where it arrived.
    """
    top, year = SQL("t.is_top AND t.is_year"), SQL("t.is_year")
    parts = {
        "assigned_cumulative": SQL("SUM(plan - passed_here) FILTER (WHERE %s)", year),
        "allocated_cumulative": SQL(
            """SUM(CASE WHEN project_id <> 0 THEN plan ELSE passed END)
               FILTER (WHERE %s)""",
            top,
        ),
        "entered_cumulative": SQL("SUM(LEAST(tabmis, plan)) FILTER (WHERE %s)", top),
    }
    for span, kept in (("period", SQL("TRUE")), ("cumulative", year)):
        advance, completed, recovered = (
            SQL.identifier(f"{name}_{span}")
            for name in ("advance", "completed", "recovered")
        )
        readings = {
            f"advance_{span}": SQL("%s - %s", advance, recovered),
            f"completed_{span}": SQL("%s + %s", completed, recovered),
            f"recovered_{span}": recovered,
            f"disbursed_{span}": SQL("%s + %s", advance, completed),
            f"advance_{span}_other": advance,
            f"completed_{span}_other": completed,
        }
        parts |= {
            name: SQL("SUM(%s) FILTER (WHERE %s)", value, kept)
            for name, value in readings.items()
        }
    return SQL(", ").join(
        SQL("COALESCE(%s, 0)::int8 AS %s", parts[name], SQL.identifier(name))
        for name in _COLUMNS
    )


def _single(alias):
    """Return what is the same for all balances of a figure, though not said."""
    return SQL(", ").join(
        SQL(
            "CASE WHEN MIN(%(c)s) = MAX(%(c)s) THEN MIN(%(c)s) END AS %(name)s",
            c=SQL.identifier(alias, "own_program_id" if name == "program_id" else name),
            name=SQL.identifier(f"one_{name}"),
        )
        for name in DIMENSIONS
        if name != "carried"
    )


def _is_top():
    """Tell a balance whose superior is not part of the same figure."""
    return SQL(
        """b.above_unit IS NULL
           OR g.grain & %s <> 0 AND b.above_project <> b.project_id
           OR g.grain & %s <> 0 AND b.above_program <> b.own_program_id
              AND r.said = b.own_program_id
           OR g.grain & %s <> 0 AND b.above_unit <> b.unit_id""",
        _BITS["project_id"],
        _BITS["program_id"],
        _BITS["unit_id"],
    )


def _is_year(scope):
    """Tell balances of the plan year that a figure without a year is about.

    Until 31 January the plan of the year before is paid.
    """
    year = scope.date_to.year - (scope.date_to.month == 1)
    return SQL("g.grain & %s <> 0 OR b.plan_year = %s", _BITS["plan_year"], year)
