"""Deadlines kept true: the day from which each balance reaches what is asked of it.

A fact is one pair of rule and balance with its dates. What it becomes (met, overdue …)
depends on today, so it is not stored: the view ``mtqg_deadline`` tells it. Facts are
brought up to date by the posting that changes a balance, in its transaction, and by a
pass over all balances that a digest makes as cheap as one scan.
"""

from odoo.tools import SQL

from ..engine.ledger import COUNTERS, EFFECTS
from .deadline_terms import due_date, figure, holds, required
from .sums import sum_of

# what the entries of some balances (and of the balances below them) did by each day
_DAYS = """move AS (
               SELECT e.allocation_id, e.kind, e.date,
                      CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END AS amount
                 FROM picked p JOIN mtqg_entry e ON e.allocation_id = p.id
                WHERE %(recorded)s),
           passed AS (
               SELECT c.parent_id, e.kind, e.date,
                      CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END AS amount
                 FROM picked p
                 JOIN mtqg_allocation c ON c.parent_id = p.id
                 JOIN mtqg_entry e ON e.allocation_id = c.id
                WHERE e.kind = ANY(%(passing)s) AND %(recorded)s),
           day AS (
               SELECT allocation_id AS id, date, %(own)s FROM move GROUP BY 1, 2
               UNION ALL
               SELECT parent_id, date, %(given)s FROM passed GROUP BY 1, 2),
           run AS (
               SELECT id, date, lead(date) OVER days IS NULL AS is_last, %(sums)s
                 FROM (SELECT id, date, %(merged)s FROM day GROUP BY id, date) daily
               WINDOW days AS (PARTITION BY id ORDER BY date)),
           broken AS (
               SELECT r.id, %(broken)s
                 FROM run r JOIN mtqg_allocation a ON a.id = r.id
                 JOIN mtqg_unit u ON u.id = a.unit_id
                GROUP BY r.id),
           met AS (
               SELECT r.id, %(met)s
                 FROM run r JOIN broken b ON b.id = r.id
                 JOIN mtqg_allocation a ON a.id = r.id
                 JOIN mtqg_unit u ON u.id = a.unit_id
                GROUP BY r.id)"""

# Only a balance that reaches something needs its entries: since when? The rest is known
# from its counters.
_KEEP = """WITH now AS MATERIALIZED (
               SELECT a.id, a.deadline_digest AS old, %(digest)s AS digest
                 FROM %(rows)s WHERE a.id IN (%(touched)s)),
           picked AS MATERIALIZED (SELECT id FROM now WHERE strpos(digest, 'm') > 0),
           %(days)s,
           pair AS MATERIALIZED (
               SELECT a.id AS allocation_id, a.unit_id, owed.*
                 FROM now
                 JOIN mtqg_allocation a ON a.id = now.id
                 LEFT JOIN met ON met.id = now.id
                CROSS JOIN LATERAL (VALUES %(owed)s)
                   AS owed(rule_id, letter, date_met, date_due, date_warn)
                WHERE now.old IS DISTINCT FROM now.digest OR owed.letter = 'm'),
           changed AS (
               UPDATE mtqg_deadline_fact f
                  SET date_met = p.date_met, is_asked = p.letter <> '-'
                 FROM pair p
                WHERE (f.allocation_id, f.rule_id) = (p.allocation_id, p.rule_id)
                  AND (f.date_met, f.is_asked)
                      IS DISTINCT FROM (p.date_met, p.letter <> '-')),
           opened AS (
               INSERT INTO mtqg_deadline_fact (rule_id, allocation_id, unit_id, is_asked,
                      date_met, date_due_first, date_due, date_warn)
               SELECT rule_id, allocation_id, unit_id, TRUE, date_met, date_due, date_due,
                      date_warn
                 FROM pair p
                WHERE letter <> '-' AND NOT EXISTS (
                      SELECT 1 FROM mtqg_deadline_fact f
                       WHERE (f.allocation_id, f.rule_id) = (p.allocation_id, p.rule_id)))
           UPDATE mtqg_allocation a SET deadline_digest = now.digest
             FROM now
            WHERE a.id = now.id AND now.old IS DISTINCT FROM now.digest"""

_STATE_AT = """WITH picked AS MATERIALIZED (%(picked)s),
           %(days)s,
           pair AS (
               SELECT a.id AS allocation_id, a.unit_id, owed.*
                 FROM %(rows)s
                 JOIN run r ON r.id = a.id AND r.is_last
                 JOIN met ON met.id = a.id
                CROSS JOIN LATERAL (VALUES %(owed)s)
                   AS owed(rule_id, is_asked, date_met, date_due, date_warn,
                           required, reached))
           SELECT f.id, p.rule_id, p.unit_id, p.allocation_id,
                  COALESCE(x.date_due, p.date_due), p.date_due, p.date_met,
                  p.date_warn + (COALESCE(x.date_due, p.date_due) - p.date_due),
                  p.required, GREATEST(p.required - p.reached, 0)
             FROM pair p
             LEFT JOIN mtqg_deadline_fact f
                    ON (f.allocation_id, f.rule_id) = (p.allocation_id, p.rule_id)
             LEFT JOIN LATERAL (
                      SELECT e.date_due FROM mtqg_deadline_extension e
                       WHERE e.fact_id = f.id AND %(extended)s
                       ORDER BY e.id DESC LIMIT 1) x ON TRUE
            WHERE p.is_asked
            ORDER BY p.date_due, p.rule_id, p.allocation_id"""


def follow_entries(env, entries):
    """Bring the facts that new entries may have changed up to date.

    One statement, whatever the number of entries.

    :param entries: (balance id, kind) of what was appended
    """
    sheet = env["mtqg.deadline.rule"]._get_sheet()
    if not sheet or not entries:
        return
    passing = {id_ for id_, kind in entries if EFFECTS[kind].parent}
    _keep(
        env,
        sheet,
        SQL(
            """SELECT unnest(%s::int4[]) UNION
               SELECT parent_id FROM mtqg_allocation WHERE id = ANY(%s)""",
            list({id_ for id_, _kind in entries}),
            list(passing),
        ),
    )


def keep_all_facts(env):
    """Find the balances whose digest is not true any more and put them right.

    :return: how many there were
    """
    sheet = env["mtqg.deadline.rule"]._get_sheet()
    if not sheet:
        return 0
    env.flush_all()
    stale = [
        id_
        for (id_,) in env.execute_query(
            SQL(
                "SELECT a.id FROM %s WHERE a.deadline_digest IS DISTINCT FROM (%s)",
                sheet.rows,
                sheet.digest(),
            )
        )
    ]
    if stale:
        _keep(env, sheet, SQL("SELECT unnest(%s::int4[])", stale))
    return len(stale)


def _keep(env, sheet, touched):
    env.cr.execute(
        SQL(
            _KEEP,
            touched=touched,
            rows=sheet.rows,
            digest=sheet.digest(),
            days=_days(sheet),
            owed=_list(
                SQL(
                    "(%s, %s, CASE WHEN %s = 'm' THEN met.%s END, %s, %s)",
                    term.id,
                    letter,
                    letter,
                    _name("met", sheet, term),
                    due_date(term),
                    _warn_date(term),
                )
                for term in sheet.terms
                for letter in [sheet.letter(term, SQL("now.digest"))]
            ),
        )
    )
    env["mtqg.deadline"].invalidate_model(flush=False)


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
    return env.execute_query(
        SQL(
            _STATE_AT,
            picked=allocations.select(SQL("mtqg_allocation.id AS id")),
            rows=sheet.rows,
            days=_days(sheet, SQL("e.date <= %s AND %s", date, known)),
            owed=_list(_owed_at(sheet, term) for term in sheet.terms),
            extended=known,
        )
    )


def _owed_at(sheet, term):
    then = figure(term.measure, "r.")
    return SQL(
        "(%s, %s AND %s, met.%s, %s, %s, %s, %s)",
        term.id,
        sheet.scopes[term.id],
        then.asked,
        _name("met", sheet, term),
        due_date(term),
        _warn_date(term),
        required(then.base, SQL(str(term.threshold))),
        then.reached,
    )


def _days(sheet, recorded=None):
    """Return the CTEs from the entries of ``picked`` to ``run`` and ``met``."""
    passing = [kind for kind, effect in EFFECTS.items() if effect.parent]
    names = [SQL.identifier(name) for name in COUNTERS]
    return SQL(
        _DAYS,
        recorded=recorded or SQL("TRUE"),
        passing=passing,
        own=_list(
            SQL("%s AS %s", sum_of(name, "own"), SQL.identifier(name))
            for name in COUNTERS
        ),
        given=_list(sum_of(name, "parent") for name in COUNTERS),
        merged=_list(SQL("SUM(%s) AS %s", name, name) for name in names),
        sums=_list(
            SQL("(SUM(%s) OVER days)::int8 AS %s", name, name) for name in names
        ),
        broken=_list(
            SQL(
                "MAX(r.date) FILTER (WHERE %s AND NOT %s) AS %s",
                figure(measure, "r.").asked,
                holds(figure(measure, "r."), threshold),
                SQL.identifier(f"broken_{number}"),
            )
            for number, (measure, threshold) in enumerate(sheet.tests)
        ),
        met=_list(
            SQL(
                "MIN(r.date) FILTER (WHERE %s AND r.date > COALESCE(b.%s, '-infinity'))"
                " AS %s",
                figure(measure, "r.").asked,
                SQL.identifier(f"broken_{number}"),
                SQL.identifier(f"met_{number}"),
            )
            for number, (measure, _threshold) in enumerate(sheet.tests)
        ),
    )


def _name(prefix, sheet, term):
    number = sheet.tests.index((term.measure, term.threshold))
    return SQL.identifier(f"{prefix}_{number}")


def _warn_date(term):
    return SQL("%s - %s", due_date(term), SQL(str(int(term.warning_days))))


def _list(items):
    return SQL(", ").join(items)
