"""Deadlines kept true: the day from which each balance reaches what is asked of it.

A fact is one pair of rule and balance with its dates. What it becomes (met, overdue …)
depends on today, so it is not stored: the view ``mtqg_deadline`` tells it. Facts are
brought up to date by the posting that changes a balance, in its transaction, and by a
pass over all balances that a digest makes as cheap as one scan.
"""

from odoo.tools import SQL

from ..engine.ledger import COUNTERS, EFFECTS
from .deadline_terms import (
    FLAGS,
    LOOKS_AT_SPENDER,
    due_date,
    figure_then,
    holds,
    required,
)
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
# from its counters. Balances are fetched one by one (OFFSET 0), for a planner likes to
# read all of them for the sake of a few.
_KEEP = """WITH now AS MATERIALIZED (
               SELECT a.*, (%(needs)s) AS needs
                 FROM (%(touched)s) AS touched(id)
                CROSS JOIN LATERAL (
                      SELECT a.id, a.ctid AS place, a.unit_id, a.plan_year, a.date_last,
                             %(flags)s, a.deadline_digest AS stored, %(digest)s AS digest,
                             CASE WHEN starts_with(a.deadline_digest, %(revision)s)
                                  THEN a.deadline_digest END AS old
                        FROM %(rows)s WHERE a.id = touched.id OFFSET 0) a
                WHERE %(known)s),
           picked AS MATERIALIZED (SELECT id, spends, has_parent FROM now WHERE needs),
           %(met)s,
           ready AS MATERIALIZED (
               SELECT a.*, %(met_names)s FROM now a LEFT JOIN met ON met.id = a.id
                WHERE a.needs OR a.old IS DISTINCT FROM a.digest),
           pair(allocation_id, unit_id, rule_id, letter, date_met, date_due, date_warn)
               AS (%(owed)s),
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
              AND now.stored IS DISTINCT FROM now.digest"""

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


def follow_entries(env, entries):
    """Bring the facts that new entries may have changed up to date.

    One statement, whatever the number of entries.

    :param entries: (balance id, kind, accounting date, reversed entry or None) of what
        was appended
    """
    sheet = env["mtqg.deadline.rule"]._get_sheet()
    if not sheet or not entries:
        return
    kinds = {kind for _id, kind, *_rest in entries}
    moved = {counter for kind in kinds for side in EFFECTS[kind] for counter in side}
    if not sheet.pick(moved):
        return
    touched = SQL(
        """SELECT unnest(%s::int4[]) UNION
           SELECT parent_id FROM mtqg_allocation WHERE id = ANY(%s)""",
        list({id_ for id_, *_rest in entries}),
        list({id_ for id_, kind, *_rest in entries if EFFECTS[kind].parent}),
    )
    _keep(env, sheet, touched, moved, _find_growth(entries, sheet.pick(moved)))


def _find_growth(entries, terms):
    """Return the day from which the entries only add to what is reached, or None.

    Then a threshold that was held on that day already has been held ever since.
    """
    growing = {"completed", "recover", "tabmis"}
    if all(term.measure != "recovered" for term in terms):
        growing.add("advance")
    if all(kind in growing and not undone for _id, kind, _day, undone in entries):
        return min(day for _id, _kind, day, _undone in entries)
    return None


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
        _keep(env, sheet, SQL("SELECT unnest(%s::int4[])", stale), set(COUNTERS))
    return len(stale)


def _keep(env, sheet, touched, moved, growth=None):
    terms = sheet.pick(moved)
    tests = _tests(terms)
    # compiling this statement to machine code takes longer than running it
    env.cr.execute("SET LOCAL jit = off")
    env.cr.execute(
        SQL(
            _KEEP,
            touched=touched,
            flags=_flags(),
            rows=sheet.rows,
            digest=sheet.digest(),
            revision=sheet.revision,
            known=_known(sheet, terms),
            needs=_needs(sheet, terms, moved, growth),
            met=_met(tests),
            met_names=_list(_numbered("met", n) for n in range(len(tests))),
            owed=SQL(" UNION ALL ").join(
                _owed_now(sheet, term, tests, moved) for term in terms
            ),
        )
    )
    env["mtqg.deadline"].invalidate_model(flush=False)


def _needs(sheet, terms, moved, growth):
    """Return SQL that tells whether the entries of a balance have to be read."""
    reached, moving = [], []
    for term in terms:
        letter = sheet.letter(term, SQL("a.digest"))
        reached.append(SQL("%s = 'm' AND %s", letter, _is_changed(sheet, term)))
        moving.append(SQL("%s = 'm' AND %s", letter, _is_stirred(term, moved)))
    later = SQL("TRUE")
    if growth:
        later = SQL(
            """(SELECT MAX(f.date_met) FROM mtqg_deadline_fact f
                 WHERE f.allocation_id = a.id) > %s""",
            growth,
        )
    return SQL("%s OR (%s) AND %s", _any(reached), _any(moving), later)


def _known(sheet, terms):
    """Return the condition under which the terms left out say what they said before.

    A balance that was never looked at, or under other rules, waits for the pass over all
    of them; a new one has nothing to say yet.
    """
    rest = [term for term in sheet.terms if term not in terms]
    if not rest:
        return SQL("TRUE")
    silent = [SQL("%s = '-'", sheet.letter(term, SQL("a.digest"))) for term in rest]
    return SQL(
        "(a.old IS NOT NULL OR a.stored IS NULL AND %s)", SQL(" AND ").join(silent)
    )


def _is_changed(sheet, term):
    letters = (sheet.letter(term, SQL(name)) for name in ("a.old", "a.digest"))
    return SQL("%s IS DISTINCT FROM %s", *letters)


def _is_stirred(term, moved):
    """Return SQL that tells whether a term looks at a counter that has moved."""
    if LOOKS_AT_SPENDER[term.measure] & moved:
        return SQL("TRUE")
    return SQL("NOT a.spends")


def _owed_now(sheet, term, tests, moved):
    """Return the query of the balances for which a term may say something new."""
    letter = sheet.letter(term, SQL("a.digest"))
    return SQL(
        """SELECT a.id, a.unit_id, %s, %s, CASE WHEN %s = 'm' THEN a.%s END, %s, %s
             FROM ready a WHERE %s OR (a.needs AND %s = 'm' AND %s)""",
        term.id,
        letter,
        letter,
        _met_name(tests, term),
        due_date(term),
        _warn_date(term),
        _is_changed(sheet, term),
        letter,
        _is_stirred(term, moved),
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
            scopes=_list(
                SQL("%s AS %s", scope, _numbered("owes", id_))
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
        _met_name(tests, term),
        due_date(term, "r"),
        _warn_date(term, "r"),
        required(then.base, SQL(str(term.threshold))),
        then.reached,
        _numbered("owes", term.id),
        then.asked,
    )


def _tests(terms):
    """Return what the terms test, each once: (measure, threshold)."""
    return sorted({(term.measure, term.threshold) for term in terms})


def _met(tests, recorded=None):
    """Return the CTEs from ``picked`` to ``met``: one row a balance, at the end.

    :param SQL recorded: condition on the entries ``e`` that count
    """
    columns = [[_numbered(name, n) for name in _COLUMNS] for n in range(len(tests))]
    flags, counters = (list(map(SQL.identifier, names)) for names in (FLAGS, COUNTERS))
    return SQL(
        _MET,
        recorded=recorded or SQL("TRUE"),
        passing=[kind for kind, effect in EFFECTS.items() if effect.parent],
        carried=_list(SQL("bool_or(%s) AS %s", name, name) for name in flags),
        names=_list(flags),
        moves=_list(
            SQL("%s AS %s", _sum_of(name), SQL.identifier(name)) for name in COUNTERS
        ),
        sums=_list(
            SQL("(SUM(%s) OVER days)::int8 AS %s", name, name) for name in counters
        ),
        tests=_list(map(_try, tests, columns)),
        breaks=_list(
            SQL("MAX(date) FILTER (WHERE NOT %s) OVER days AS %s", ok, broken)
            for ok, broken, _met in columns
        ),
        mets=_list(_hold(*names) for names in columns),
    )


def _try(test, columns):
    measure, threshold = test
    then = figure_then(measure)
    return SQL(
        "CASE WHEN %s THEN %s END AS %s", then.asked, holds(then, threshold), columns[0]
    )


def _hold(ok, broken, met):
    return SQL(
        "MIN(date) FILTER (WHERE %s AND (%s IS NULL OR date > %s)) OVER days AS %s",
        ok,
        broken,
        broken,
        met,
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


def _warn_date(term, alias="a"):
    return SQL("%s - %s", due_date(term, alias), SQL(str(int(term.warning_days))))


def _any(conditions):
    return SQL(" OR ").join(conditions)


def _list(items):
    return SQL(", ").join(items)
