"""The deadlines of balances as of a date, and as they were known at a moment."""

from odoo.tools import SQL

from .deadline_met import find_met, flags, list_tests, met_name, numbered, warn_date
from .deadline_terms import due_date, figure_then, required

_STATE_AT = """WITH picked AS MATERIALIZED (
               SELECT a.id, %(flags)s FROM %(rows)s WHERE a.id IN (%(asked)s)),
           %(met)s,
           ready AS MATERIALIZED (
               SELECT a.unit_id, a.plan_year, a.date_last, %(scopes)s, r.*
                 FROM %(rows)s JOIN met r ON r.id = a.id),
           pair(allocation_id, unit_id, rule_id, date_met, date_due, date_warn,
                required, reached) AS (%(owed)s)
           SELECT f.id, p.rule_id, p.unit_id, p.allocation_id,
                  COALESCE(x.date_due, p.date_due), p.date_due, p.date_met,
                  p.date_warn + (COALESCE(x.date_due, p.date_due) - p.date_due),
                  p.required, GREATEST(p.required - p.reached, 0)
             FROM pair p
             LEFT JOIN mtqg_deadline_fact f
                    ON (f.allocation_id, f.rule_id) = (p.allocation_id, p.rule_id)
             LEFT JOIN LATERAL (
                      SELECT e.date_due FROM mtqg_deadline_extension e
                       WHERE e.deadline_id = f.id AND %(extended)s
                       ORDER BY e.id DESC LIMIT 1) x ON TRUE
            ORDER BY p.date_due, p.rule_id, p.allocation_id"""


def list_states(env, allocations, date, known_at=None):
    """Return every deadline of the balances as of a date, from the entries.

    :param Query allocations: the balances that are asked about
    :param date: accounting date, inclusive
    :param known_at: UTC moment; entries and extensions recorded later do not count
    :return: rows (fact id or None, rule id, unit id, balance id, due date, first due
        date, date met or None, warning date, required đồng, missing đồng)
    """
    sheet = env["mtqg.deadline.rule"]._get_sheet()
    if not sheet:
        return []
    env.flush_all()
    known = SQL("e.date_known <= %s", known_at) if known_at else SQL("TRUE")
    tests = list_tests(sheet.terms)
    return env.execute_query(
        SQL(
            _STATE_AT,
            asked=allocations.select(SQL("mtqg_allocation.id")),
            flags=flags(),
            rows=sheet.rows,
            met=find_met(tests, SQL("e.date <= %s AND %s", date, known)),
            scopes=_list(
                SQL("%s AS %s", scope, numbered("owes", id_))
                for id_, scope in sheet.scopes.items()
            ),
            owed=SQL(" UNION ALL ").join(_owed_at(term, tests) for term in sheet.terms),
            extended=known,
        )
    )


def _owed_at(term, tests):
    """Return the query of the balances of which a term asks something then."""
    then = figure_then(term.measure)
    return SQL(
        "SELECT r.id, r.unit_id, %s, r.%s, %s, %s, %s, %s FROM ready r WHERE r.%s AND %s",
        term.id,
        met_name(tests, term),
        due_date(term, "r"),
        warn_date(term, "r"),
        required(then.base, SQL(str(term.threshold))),
        then.reached,
        numbered("owes", term.id),
        then.asked,
    )


def _list(items):
    return SQL(", ").join(items)
