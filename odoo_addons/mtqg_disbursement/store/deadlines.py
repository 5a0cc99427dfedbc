"""Deadlines kept true: the day from which each balance reaches what is asked of it.

A fact is one pair of rule and balance with its dates. What it becomes (met, overdue …)
depends on today, so it is not stored: the view ``mtqg_deadline`` tells it. Facts are
brought up to date by the posting that changes a balance, in its transaction, and by a
pass over all balances that a digest makes as cheap as one scan.
"""

from odoo.tools import SQL

from ..engine.ledger import COUNTERS, EFFECTS
from .deadline_met import find_met, flags, list_tests, met_name, numbered, warn_date
from .deadline_terms import LOOKS_AT_SPENDER, due_date

# Most postings change no letter and no day met. This finds those that may: for any
# letter, or only where a deadline was met after the day of the posting.
_STIRRED = """SELECT a.id FROM %(rows)s
               WHERE a.id = ANY(%(ids)s)
                 AND (a.deadline_digest IS DISTINCT FROM (%(digest)s)
                      OR strpos(a.deadline_digest, 'm') > 0 AND %(late)s)"""

# Only a balance that reaches something needs its entries: since when? The rest is known
# from its counters.
_KEEP = """WITH now AS MATERIALIZED (
               SELECT a.*, (%(needs)s) AS needs
                 FROM (SELECT a.id, a.ctid AS place, a.unit_id, a.plan_year, a.date_last,
                              a.deadline_met, %(flags)s, a.deadline_digest AS stored,
                              %(digest)s AS digest,
                              CASE WHEN starts_with(a.deadline_digest, %(revision)s)
                                   THEN a.deadline_digest END AS old
                         FROM %(rows)s WHERE a.id = ANY(%(ids)s) OFFSET 0) a
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
           UPDATE mtqg_allocation a
              SET deadline_digest = ready.digest,
                  deadline_met = GREATEST(ready.deadline_met, %(latest)s)
             FROM ready
            WHERE a.ctid = ready.place AND a.id = ready.id
              AND (ready.stored, ready.deadline_met) IS DISTINCT FROM
                  (ready.digest, GREATEST(ready.deadline_met, %(latest)s))"""


def follow_entries(env, entries):
    """Bring the facts that new entries may have changed up to date.

    A few statements, whatever the number of entries.

    :param entries: (balance id, kind, accounting date, reversed entry or None) of what
        was appended
    """
    sheet = env["mtqg.deadline.rule"]._get_sheet()
    if not sheet or not entries:
        return
    ids, kinds, days, undone = map(set, zip(*entries, strict=True))
    moved = {counter for kind in kinds for side in EFFECTS[kind] for counter in side}
    terms = sheet.pick(moved)
    if not terms:
        return
    # compiling these statements to machine code takes longer than running them
    env.cr.execute("SET LOCAL jit = off")
    if any(EFFECTS[kind].parent for kind in kinds):
        ids.update(_list_parents(env, entries))
    only_more = undone == {None} and kinds <= _find_growing(terms)
    growth = min(days) if only_more else None
    stirred = _list_ids(env, _find_stirred(sheet, ids, growth))
    if stirred:
        _keep(env, sheet, stirred, moved, growth)


def _find_stirred(sheet, ids, growth):
    return SQL(
        _STIRRED,
        rows=sheet.rows,
        ids=_array(ids),
        digest=sheet.digest(),
        late=_is_late(growth),
    )


def _is_late(growth):
    """Return SQL that tells whether entries may have changed a day met."""
    if not growth:
        return SQL("TRUE")
    return SQL("COALESCE(a.deadline_met > %s, TRUE)", growth)


def _list_parents(env, entries):
    """Return the ids of the balances that entries below them have moved."""
    children = {id_ for id_, kind, *_rest in entries if EFFECTS[kind].parent}
    query = """SELECT DISTINCT parent_id FROM mtqg_allocation
                WHERE parent_id IS NOT NULL AND id = ANY(%s)"""
    return _list_ids(env, SQL(query, _array(children)))


def _find_growing(terms):
    """Return the kinds of entries that only add to what the terms want reached.

    After them, a threshold that was held on a day before has been held ever since.
    """
    growing = {"completed", "recover", "tabmis"}
    if all(term.measure != "recovered" for term in terms):
        growing.add("advance")
    return growing


def keep_all_facts(env):
    """Find the balances whose digest is not true any more and put them right.

    :return: how many there were
    """
    sheet = env["mtqg.deadline.rule"]._get_sheet()
    if not sheet:
        return 0
    env.flush_all()
    wrong = "SELECT a.id FROM %s WHERE a.deadline_digest IS DISTINCT FROM (%s)"
    stale = _list_ids(env, SQL(wrong, sheet.rows, sheet.digest()))
    if stale:
        env.cr.execute("SET LOCAL jit = off")
        _keep(env, sheet, stale, set(COUNTERS))
    return len(stale)


def move_last_days(env, ids):
    """Let deadlines on the last day of balances follow a day that has changed.

    An extension that is longer still holds.
    """
    env.cr.execute(
        SQL(
            """UPDATE mtqg_deadline_fact f
                  SET date_due_first = moved.first, date_due = moved.due,
                      date_warn = moved.due - moved.warning_days
                 FROM (SELECT f.id, a.date_last AS first, r.warning_days,
                              CASE WHEN f.date_due > f.date_due_first
                                   THEN GREATEST(f.date_due, a.date_last)
                                   ELSE a.date_last END AS due
                         FROM mtqg_deadline_fact f
                         JOIN mtqg_allocation a ON a.id = f.allocation_id
                         JOIN mtqg_deadline_rule r ON r.id = f.rule_id
                        WHERE r.due_kind = 'last_day' AND a.id = ANY(%s)) moved
                WHERE f.id = moved.id""",
            list(ids),
        )
    )
    env["mtqg.deadline"].invalidate_model(flush=False)


def _keep(env, sheet, ids, moved, growth=None):
    terms = sheet.pick(moved)
    tests = list_tests(terms)
    mets = [numbered("met", n) for n in range(len(tests))]
    env.cr.execute(
        SQL(
            _KEEP,
            flags=flags(),
            rows=sheet.rows,
            digest=sheet.digest(),
            revision=sheet.revision,
            ids=_array(ids),
            known=_known(sheet, terms),
            needs=_needs(sheet, terms, moved, growth),
            met=find_met(tests),
            met_names=_list(mets),
            latest=_list(SQL("ready.%s", met) for met in mets),
            owed=SQL(" UNION ALL ").join(
                _owed_now(sheet, term, tests, moved) for term in terms
            ),
        )
    )
    env["mtqg.deadline"].invalidate_model(flush=False)


def _list_ids(env, query):
    return [id_ for (id_,) in env.execute_query(query)]


def _array(ids):
    # one constant: a list would be parsed number by number, a subquery planned as if it
    # were large
    return SQL("%s::int4[]", f"{{{','.join(map(str, ids))}}}")


def _needs(sheet, terms, moved, growth):
    """Return SQL that tells whether the entries of a balance have to be read."""
    reached, moving = [], []
    for term in terms:
        letter = sheet.letter(term, SQL("a.digest"))
        reached.append(SQL("%s = 'm' AND %s", letter, _is_changed(sheet, term)))
        moving.append(SQL("%s = 'm' AND %s", letter, _is_stirred(term, moved)))
    return SQL("%s OR %s AND (%s)", _any(reached), _is_late(growth), _any(moving))


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
        met_name(tests, term),
        due_date(term),
        warn_date(term),
        _is_changed(sheet, term),
        letter,
        _is_stirred(term, moved),
    )


def _any(conditions):
    return SQL(" OR ").join(conditions)


def _list(items):
    return SQL(", ").join(items)
