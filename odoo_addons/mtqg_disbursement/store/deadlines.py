"""Deadlines kept true: the day from which each balance reaches what is asked of it.

A fact is one pair of rule and balance with its dates. What it becomes (met, overdue …)
depends on today, so it is not stored: the view ``mtqg_deadline`` tells it. Facts are
brought up to date by the posting that changes a balance, in its transaction, and by a
pass over all balances that a digest makes as cheap as one scan.
"""

from odoo.tools import SQL

from ..engine.ledger import COUNTERS, EFFECTS
from .deadline_terms import FLAGS, due_date, figure_then, holds, required
from .sums import sum_of

# What the entries of the picked balances (and of those below them) made of them, day by
# day, and since when each test has held without a break. One sort by balance serves all
# of it: a join of these rows among themselves is what a planner gets wrong.
_MET = """move AS (
               SELECT p.*, e.kind, e.date, 0 AS given,
                      CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END AS own
                 FROM picked p JOIN mtqg_entry e ON e.allocation_id = p.id
                WHERE %(recorded)s
               UNION ALL
               SELECT p.*, e.kind, e.date,
                      CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END, 0
                 FROM picked p
                 JOIN mtqg_allocation c ON c.parent_id = p.id
                 JOIN mtqg_entry e ON e.allocation_id = c.id
                WHERE e.kind = ANY(%(passing)s) AND %(recorded)s),
           day AS (
               SELECT id, date, %(carried)s, %(moves)s FROM move GROUP BY id, date),
           run AS (
               SELECT id, date, lead(date) OVER days IS NULL AS is_last, %(names)s, %(sums)s
                 FROM day WINDOW days AS (PARTITION BY id ORDER BY date)),
           tried AS (SELECT r.*, %(tests)s FROM run r),
           broken AS (
               SELECT t.*, %(breaks)s FROM tried t WINDOW days AS (PARTITION BY id)),
           held AS (
               SELECT b.*, %(mets)s FROM broken b WINDOW days AS (PARTITION BY id)),
           met AS (SELECT * FROM held WHERE is_last)"""

# Only a balance that reaches something needs its entries: since when? The rest is known
# from its counters.
_KEEP = """WITH now AS MATERIALIZED (
               SELECT * FROM (
                      SELECT a.id, a.ctid AS place, a.unit_id, a.plan_year, a.date_last,
                             %(flags)s, a.deadline_digest AS old, %(digest)s AS digest
                        FROM %(rows)s WHERE a.id IN (%(touched)s)) a
                WHERE %(known)s),
           picked AS MATERIALIZED (
               SELECT id, spends, has_parent FROM now a WHERE %(reached)s),
           %(met)s,
           pair AS (
               SELECT a.id AS allocation_id, a.unit_id, owed.*
                 FROM now a
                 LEFT JOIN met ON met.id = a.id
                CROSS JOIN LATERAL (VALUES %(owed)s)
                   AS owed(rule_id, old, letter, date_met, date_due, date_warn)
                WHERE owed.old IS DISTINCT FROM owed.letter OR owed.letter = 'm'),
           dropped AS (
               UPDATE mtqg_deadline_fact f SET date_met = NULL, is_asked = FALSE
                 FROM pair p
                WHERE (f.allocation_id, f.rule_id) = (p.allocation_id, p.rule_id)
                  AND p.letter = '-'),
           kept AS (
               INSERT INTO mtqg_deadline_fact AS f (rule_id, allocation_id, unit_id,
                      date_met, date_due_first, date_due, date_warn)
               SELECT rule_id, allocation_id, unit_id, date_met, date_due, date_due,
                      date_warn
                 FROM pair WHERE letter <> '-'
               ON CONFLICT (allocation_id, rule_id) WHERE allocation_id IS NOT NULL
               DO UPDATE SET date_met = EXCLUDED.date_met, is_asked = TRUE
                WHERE (f.date_met, f.is_asked) IS DISTINCT FROM (EXCLUDED.date_met, TRUE))
           UPDATE mtqg_allocation a SET deadline_digest = now.digest
             FROM now
            WHERE a.ctid = now.place AND a.id = now.id
              AND now.old IS DISTINCT FROM now.digest"""

_STATE_AT = """WITH picked AS MATERIALIZED (
               SELECT a.id, %(flags)s FROM %(rows)s WHERE a.id IN (%(asked)s)),
           %(met)s,
           pair AS (
               SELECT a.id AS allocation_id, a.unit_id, owed.*
                 FROM %(rows)s
                 JOIN met r ON r.id = a.id
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
                       WHERE e.deadline_id = f.id AND %(extended)s
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
    kinds = {kind for _id, kind in entries}
    passing = {kind for kind in kinds if EFFECTS[kind].parent}
    moved = {counter for kind in kinds for side in EFFECTS[kind] for counter in side}
    if terms := sheet.pick(moved):
        touched = SQL(
            """SELECT unnest(%s::int4[]) UNION
               SELECT parent_id FROM mtqg_allocation WHERE id = ANY(%s)""",
            list({id_ for id_, _kind in entries}),
            list({id_ for id_, kind in entries if kind in passing}),
        )
        _keep(env, sheet, terms, touched)


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
        _keep(env, sheet, sheet.terms, SQL("SELECT unnest(%s::int4[])", stale))
    return len(stale)


def _keep(env, sheet, terms, touched):
    env.cr.execute(
        SQL(
            _KEEP,
            touched=touched,
            flags=_flags(),
            rows=sheet.rows,
            digest=sheet.digest(),
            known=_known(sheet, terms),
            reached=SQL(" OR ").join(
                SQL("%s = 'm'", sheet.letter(term, SQL("a.digest"))) for term in terms
            ),
            met=_met(_tests(terms)),
            owed=_list(_owed_now(sheet, term, _tests(terms)) for term in terms),
        )
    )
    env["mtqg.deadline"].invalidate_model(flush=False)


def _known(sheet, terms):
    """Return the condition under which the terms left out say what they said before.

    A balance that was never looked at, or under other rules, waits for the pass over all
    of them; a new one has nothing to say yet.
    """
    rest = [term for term in sheet.terms if term not in terms]
    silent = [SQL("%s = '-'", sheet.letter(term, SQL("a.digest"))) for term in rest]
    if not rest:
        return SQL("TRUE")
    return SQL(
        "(%s OR a.old IS NULL AND %s)",
        sheet.is_fresh(SQL("a.old")),
        SQL(" AND ").join(silent),
    )


def _owed_now(sheet, term, tests):
    letter = sheet.letter(term, SQL("a.digest"))
    return SQL(
        "(%s, CASE WHEN %s THEN %s END, %s, CASE WHEN %s = 'm' THEN met.%s END, %s, %s)",
        term.id,
        sheet.is_fresh(SQL("a.old")),
        sheet.letter(term, SQL("a.old")),
        letter,
        letter,
        _met_name(tests, term),
        due_date(term),
        _warn_date(term),
    )


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
    tests = _tests(sheet.terms)
    return env.execute_query(
        SQL(
            _STATE_AT,
            asked=allocations.select(SQL("mtqg_allocation.id")),
            flags=_flags(),
            rows=sheet.rows,
            met=_met(tests, SQL("e.date <= %s AND %s", date, known)),
            owed=_list(_owed_at(sheet, term, tests) for term in sheet.terms),
            extended=known,
        )
    )


def _owed_at(sheet, term, tests):
    then = figure_then(term.measure)
    return SQL(
        "(%s, %s AND %s, r.%s, %s, %s, %s, %s)",
        term.id,
        sheet.scopes[term.id],
        then.asked,
        _met_name(tests, term),
        due_date(term),
        _warn_date(term),
        required(then.base, SQL(str(term.threshold))),
        then.reached,
    )


def _tests(terms):
    """Return what the terms test, each once: (measure, threshold)."""
    return sorted({(term.measure, term.threshold) for term in terms})


def _met(tests, recorded=None):
    """Return the CTEs from ``picked`` to ``met``: one row a balance, at the end.

    :param SQL recorded: condition on the entries ``e`` that count
    """
    tests = [
        (figure_then(measure), threshold, *(_numbered(name, n) for name in _COLUMNS))
        for n, (measure, threshold) in enumerate(tests)
    ]
    return SQL(
        _MET,
        recorded=recorded or SQL("TRUE"),
        passing=[kind for kind, effect in EFFECTS.items() if effect.parent],
        carried=_list(
            SQL("bool_or(%s) AS %s", name, name) for name in map(SQL.identifier, FLAGS)
        ),
        names=_list(map(SQL.identifier, FLAGS)),
        moves=_list(
            SQL("%s AS %s", _sum_of(name), SQL.identifier(name)) for name in COUNTERS
        ),
        sums=_list(
            SQL("(SUM(%s) OVER days)::int8 AS %s", name, name)
            for name in map(SQL.identifier, COUNTERS)
        ),
        tests=_list(
            SQL("CASE WHEN %s THEN %s END AS %s", f.asked, holds(f, share), ok)
            for f, share, ok, _broken, _met in tests
        ),
        breaks=_list(
            SQL("MAX(date) FILTER (WHERE NOT %s) OVER days AS %s", ok, broken)
            for _f, _share, ok, broken, _met in tests
        ),
        mets=_list(
            SQL(
                "MIN(date) FILTER (WHERE %s AND (%s IS NULL OR date > %s)) OVER days AS %s",
                ok,
                broken,
                broken,
                met,
            )
            for _f, _share, ok, broken, met in tests
        ),
    )


_COLUMNS = ("ok", "broken", "met")


def _numbered(name, number):
    return SQL.identifier(f"{name}_{number}")


def _sum_of(counter):
    # what is allocated down moves with the entries of the balances below
    if counter == "allocated":
        return sum_of(counter, "parent", amount="given")
    return sum_of(counter, "own", amount="own")


def _flags():
    return _list(
        SQL("%s AS %s", SQL(text), SQL.identifier(n)) for n, text in FLAGS.items()
    )


def _met_name(tests, term):
    return _numbered("met", tests.index((term.measure, term.threshold)))


def _warn_date(term):
    return SQL("%s - %s", due_date(term), SQL(str(int(term.warning_days))))


def _list(items):
    return SQL(", ").join(items)
