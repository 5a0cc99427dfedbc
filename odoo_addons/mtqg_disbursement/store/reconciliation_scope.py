"""What a reconciliation compares: whose entries, and which lines of which statements.

The own side are the entries of the unit and of all below it, and of units that handed
over to them: of all they had, or of the projects that were handed over. A Treasury
office sees what it pays.
"""

from typing import Any, NamedTuple

from odoo.tools import SQL

# payments: kind of entry -> (measure, sign)
PAYMENTS = {
    "advance": ("advance", 1),
    "completed": ("completed", 1),
    "recover": ("recovered", 1),
    "refund_advance": ("advance", -1),
    "refund_completed": ("completed", -1),
}
# amounts of a line that are payments, and whether they say the kind
MEASURES = {
    "advance": True,
    "completed": True,
    "recovered": True,
    "disbursed": False,
    "refunded": False,
}
SAID = ("project", "program", "unit", "origin_year", "nature", "date", "kind")

_UNITS = """SELECT u.id, u.code, starts_with(u.parent_path, top.parent_path),
       starts_with(u.parent_path, office.parent_path)
  FROM mtqg_unit u
  JOIN mtqg_unit top ON top.id = %(unit)s
  LEFT JOIN mtqg_unit office ON office.id = %(office)s
 WHERE starts_with(u.parent_path, top.parent_path)
    OR starts_with(u.parent_path, office.parent_path)
    OR EXISTS (SELECT 1 FROM mtqg_unit_succession s
                WHERE s.is_effective AND u.id IN (s.predecessor_id, s.successor_id))"""
_HEIRS = """SELECT s.predecessor_id, s.successor_id,
       ARRAY(SELECT r.project_id FROM mtqg_unit_succession_project_rel r
              WHERE r.succession_id = s.id)
  FROM mtqg_unit_succession s
 WHERE s.is_effective"""
# the sorts of a comparison are large, and compiling its SQL takes longer than it saves
_SCOPE = """SELECT set_config('work_mem', '64MB', TRUE), set_config('jit', 'off', TRUE),
    ARRAY(SELECT to_jsonb(x) FROM (%(units)s) AS x(id, code, is_below, is_office)),
    ARRAY(SELECT to_jsonb(x) FROM (%(heirs)s) AS x(before, after, projects)),
    ARRAY(SELECT jsonb_build_array(id, code, parent_path) FROM mtqg_program),
    ARRAY(SELECT to_jsonb(x)
            FROM (SELECT s.id, s.kind, s.unit_id, s.date_from, s.date_to
                    FROM mtqg_statement s WHERE s.id = ANY(%(statements)s)
                   ORDER BY s.id) AS x)"""


class Scope(NamedTuple):
    """What is compared; ids of units, projects and statements."""

    date_from: Any
    date_to: Any
    units: list
    # of these units only these projects, pairwise
    part_units: list
    part_projects: list
    # offices that pay; None for all
    offices: list | None
    succession: dict
    programs: dict
    # statement id -> {kind, is_own: about a unit of the scope, date_from, date_to}
    statements: dict


def payment_signs(measure):
    """Return the kinds of entry that a measure of payments sums up, with signs."""
    return {kind: sign for kind, (name, sign) in PAYMENTS.items() if name == measure}


def read_scope(env, unit_id, office_id, date_from, date_to, statement_ids):
    """Return the ``Scope`` of a reconciliation, in one query."""
    env.flush_all()
    ((_memory, _jit, units, heirs, programs, statements),) = env.execute_query(
        SQL(
            _SCOPE,
            units=SQL(_UNITS, unit=unit_id, office=office_id or None),
            heirs=SQL(_HEIRS),
            statements=list(statement_ids),
        )
    )
    inside = {unit["id"] for unit in units if unit["is_below"]}
    parts = _follow_heirs(inside, heirs)
    codes = {unit["id"]: unit["code"] for unit in units}
    succession = {}
    for heir in heirs:
        before, after = codes[heir["before"]], codes[heir["after"]]
        succession[before] = succession.get(before, frozenset()) | {after}
    offices = sorted(unit["id"] for unit in units if unit["is_office"])
    return Scope(
        date_from,
        date_to,
        sorted(inside),
        [unit for unit, _project in parts],
        [project for _unit, project in parts],
        offices if office_id else None,
        succession,
        {id_: (code, path) for id_, code, path in programs},
        {s["id"]: {**s, "is_own": s["unit_id"] in inside} for s in statements},
    )


def _follow_heirs(inside, heirs):
    """Add to a set of units those that handed all over to it; return the rest's parts.

    :return: sorted pairs (unit that ended, project that it handed over to the set)
    """
    successors = {}
    for heir in heirs:
        successors.setdefault(heir["before"], set()).add(heir["after"])
    grows = True
    while grows:
        whole = {unit for unit, after in successors.items() if after <= inside} - inside
        inside |= whole
        grows = bool(whole)
    return sorted(
        (heir["before"], project)
        for heir in heirs
        if heir["after"] in inside and heir["before"] not in inside
        for project in heir["projects"]
    )


def map_programs(scope, said):
    """Return {program id: the program that the statements mean by it}.

    A statement may name programs above those of the register; a balance then counts
    for the nearest one above it.
    """
    found = {}
    for id_, (_code, path) in scope.programs.items():
        above = [int(part) for part in path.strip("/").split("/") if part]
        found[id_] = next((one for one in reversed(above) if one in said), id_)
    return found


def held_by(scope, programs):
    """Return the SQL of the balances of the scope, with the program as it is said."""
    return SQL(
        """SELECT a.id, a.unit_id, p.said AS program_id, a.program_id AS own_program_id,
                  COALESCE(a.project_id, 0) AS project_id, a.plan_year, a.origin_year,
                  a.nature, a.parent_id, u.treasury_id AS office_id
             FROM mtqg_allocation a
             JOIN mtqg_unit u ON u.id = a.unit_id
             JOIN unnest(%(ids)s::int4[], %(said)s::int4[]) AS p(id, said)
               ON p.id = a.program_id
            WHERE a.unit_id = ANY(%(units)s)
               OR (a.unit_id, a.project_id) IN (
                  SELECT * FROM unnest(%(part_units)s::int4[], %(part_projects)s::int4[]))""",
        ids=list(programs),
        said=list(programs.values()),
        units=scope.units,
        part_units=scope.part_units,
        part_projects=scope.part_projects,
    )


def paid_by(scope):
    """Return (join, condition) that keep the entries that the offices pay.

    An entry is paid by the office of its voucher, else by the one that serves the unit.
    """
    if scope.offices is None:
        return SQL(""), SQL("TRUE")
    return (
        SQL("LEFT JOIN mtqg_disbursement d ON d.id = e.disbursement_id"),
        SQL("COALESCE(d.treasury_unit_id, h.office_id) = ANY(%s)", scope.offices),
    )


def lines_of(scope, statement_ids):
    """Return (joins, condition) that keep the lines ``l`` that are compared.

    Of a statement that is about more than the scope, the lines of its units. A line
    dated outside the period is left to the other periods that its statement covers.
    """
    chosen = [scope.statements[id_] for id_ in statement_ids]
    joins = SQL(
        """JOIN unnest(%s::int4[], %s::bool[], %s::date[], %s::date[])
             AS s(id, is_own, date_from, date_to) ON s.id = l.statement_id""",
        [s["id"] for s in chosen],
        [s["is_own"] for s in chosen],
        [s["date_from"] for s in chosen],
        [s["date_to"] for s in chosen],
    )
    condition = SQL(
        """(l.date IS NULL OR l.date BETWEEN %(first)s AND %(last)s
            OR l.date < s.date_from OR l.date > s.date_to)""",
        first=scope.date_from,
        last=scope.date_to,
    )
    if all(s["is_own"] for s in chosen):
        return joins, condition
    inside = SQL(
        """(s.is_own OR l.unit_id = ANY(%(units)s)
            OR l.unit_id IS NULL AND l.project_id IN (
               SELECT p.id FROM mtqg_project p WHERE p.unit_id = ANY(%(units)s))
            OR l.project_id = ANY(%(projects)s))""",
        units=scope.units,
        projects=scope.part_projects,
    )
    return joins, SQL("%s AND %s", condition, inside)
