"""Posting to the ledger: the only statements that write entries and open balances."""

from odoo.tools import SQL

from ..engine.ledger import COUNTERS
from . import deadlines
from .sums import sum_of

# what a posted line of a decision becomes: (entry for an amount > 0, for one < 0)
ENTRY_KINDS = {
    "assign": ("assign", None),
    "supplement": ("supplement", None),
    "adjust": ("increase", "decrease"),
    "recall": ("recall", None),
    # capital of earlier years that comes in from outside
    "carry_over": ("carry_in", None),
    "cancel": ("cancel", None),
}

# what a balance stands for; never changes
DIMENSIONS = (
    "unit_id",
    "program_id",
    "project_id",
    "nature",
    "source",
    "plan_year",
    "origin_year",
    "parent_id",
)


def insert_entries(env, rows):
    """Append entries to the ledger in one statement.

    :param list rows: dicts with ``allocation_id``, ``kind``, ``amount`` (đồng),
        ``date``, ``reference`` and optionally ``decision_id``, ``disbursement_id``,
        ``reversal_of_id``
    :raise psycopg2.IntegrityError: if a balance would break a rule; Odoo turns it
        into the constraint's message, and retries lost races
    """
    if not rows:
        return
    columns = (
        ("allocation_id", "int4"),
        ("kind", "varchar"),
        ("amount", "int8"),
        ("date", "date"),
        ("reference", "varchar"),
        ("decision_id", "int4"),
        ("disbursement_id", "int4"),
        ("reversal_of_id", "int4"),
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_entry (%s, user_id)
               SELECT fresh.*, %s FROM unnest(%s) AS fresh
               RETURNING allocation_id, kind, date, reversal_of_id""",
            SQL(", ").join(SQL.identifier(name) for name, _type in columns),
            env.uid,
            SQL(", ").join(
                SQL("%s::%s[]", [row.get(name) or None for row in rows], SQL(type_))
                for name, type_ in columns
            ),
        )
    )
    deadlines.follow_entries(env, env.cr.fetchall())
    forget_balances(env)


def open_allocations(env, decision_ids):
    """Give every line of the decisions its allocation, creating what is missing."""
    env.flush_all()
    _link_allocations(env, decision_ids)
    columns = SQL(", ").join(SQL.identifier(name) for name in DIMENSIONS)
    values = SQL(", ").join(
        SQL.identifier("d" if name == "plan_year" else "l", name) for name in DIMENSIONS
    )
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_allocation (%s, create_uid, create_date, write_uid, write_date)
               SELECT DISTINCT %s, %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC'
                 FROM mtqg_decision_line l
                 JOIN mtqg_decision d ON d.id = l.decision_id
                WHERE d.id = ANY(%s) AND l.allocation_id IS NULL
               ON CONFLICT DO NOTHING""",
            columns,
            values,
            env.uid,
            env.uid,
            list(decision_ids),
        )
    )
    if env.cr.rowcount:
        _link_allocations(env, decision_ids)
    forget_balances(env)


def _link_allocations(env, decision_ids):
    """Point lines without an allocation at the one that stands for the same."""
    env.cr.execute(
        SQL(
            """UPDATE mtqg_decision_line l
                  SET allocation_id = a.id
                 FROM mtqg_decision d, mtqg_allocation a
                WHERE d.id = l.decision_id AND d.id = ANY(%s)
                  AND l.allocation_id IS NULL
                  AND (a.unit_id, a.program_id, COALESCE(a.project_id, 0), a.nature,
                       a.source, a.plan_year, a.origin_year, COALESCE(a.parent_id, 0))
                    = (l.unit_id, l.program_id, COALESCE(l.project_id, 0), l.nature,
                       l.source, d.plan_year, l.origin_year, COALESCE(l.parent_id, 0))""",
            list(decision_ids),
        )
    )


def post_decision_lines(env, decision_ids):
    """Append the entries of all lines of the decisions, in one statement.

    Lines that carry a balance over are posted by ``store.carry_over``.
    """
    up, down = (
        SQL(" ").join(
            SQL("WHEN %s THEN %s", kind, names[side])
            for kind, names in ENTRY_KINDS.items()
            if names[side]
        )
        for side in (0, 1)
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_entry
                      (allocation_id, kind, amount, date, reference, decision_id, user_id)
               SELECT l.allocation_id,
                      CASE WHEN l.amount > 0 THEN CASE d.kind %s END
                           ELSE CASE d.kind %s END END,
                      abs(l.amount), d.date, d.number, d.id, %s
                 FROM mtqg_decision_line l
                 JOIN mtqg_decision d ON d.id = l.decision_id
                WHERE d.id = ANY(%s) AND l.carried_to_id IS NULL
                ORDER BY l.id
               RETURNING allocation_id, kind, date, reversal_of_id""",
            up,
            down,
            env.uid,
            list(decision_ids),
        )
    )
    deadlines.follow_entries(env, env.cr.fetchall())
    forget_balances(env)


def reverse_entries(env, document, pairs):
    """Append the mirror of every entry of the reversed documents.

    A reversal keeps the accounting date of what it reverses, so that the period is
    put right; the moment it became known is its own.

    :param str document: ``decision_id`` or ``disbursement_id``
    :param pairs: (id of the reversing document, id of the reversed one)
    """
    env.flush_all()
    for reversing, reversed_ in pairs:
        env.cr.execute(
            SQL(
                """INSERT INTO mtqg_entry (allocation_id, kind, amount, date, reference,
                                           %(column)s, reversal_of_id, user_id)
                   SELECT allocation_id, kind, amount, date, reference,
                          %(reversing)s, id, %(uid)s
                     FROM mtqg_entry
                    WHERE %(column)s = %(reversed)s
                    ORDER BY id
                   RETURNING allocation_id, kind, date, reversal_of_id""",
                column=SQL.identifier(document),
                reversing=reversing,
                reversed=reversed_,
                uid=env.uid,
            )
        )
        deadlines.follow_entries(env, env.cr.fetchall())
    forget_balances(env)


def recount(env):
    """Return the balances whose counters differ from a recount of the entries.

    :return: list of (allocation id, counter, stored đồng, recounted đồng); empty when
        the ledger is whole
    """
    env.flush_all()
    own = [c for c in COUNTERS if c != "allocated"]
    rows = env.execute_query(
        SQL(
            """WITH move AS (
                   SELECT e.allocation_id, a.parent_id, e.kind,
                          CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END AS amount
                     FROM mtqg_entry e JOIN mtqg_allocation a ON a.id = e.allocation_id),
               own AS (SELECT allocation_id AS id, %s FROM move GROUP BY 1),
               given AS (SELECT parent_id AS id, %s AS allocated FROM move
                          WHERE parent_id IS NOT NULL GROUP BY 1)
               SELECT a.id, pair.counter, pair.stored, pair.counted
                 FROM mtqg_allocation a
                 LEFT JOIN own ON own.id = a.id
                 LEFT JOIN given ON given.id = a.id
                CROSS JOIN LATERAL (VALUES %s) AS pair(counter, stored, counted)
                WHERE pair.stored <> pair.counted
                ORDER BY a.id, pair.counter""",
            SQL(", ").join(
                SQL("%s AS %s", sum_of(c, "own"), SQL.identifier(c)) for c in own
            ),
            sum_of("allocated", "parent"),
            SQL(", ").join(
                SQL(
                    "(%s, %s, COALESCE(%s, 0))",
                    c,
                    SQL.identifier("a", f"amount_{c}"),
                    SQL.identifier("given" if c == "allocated" else "own", c),
                )
                for c in COUNTERS
            ),
        )
    )
    return [(row[0], row[1], int(row[2]), int(row[3])) for row in rows]


def forget_balances(env):
    """Drop what is cached of balances, and of the sums over them."""
    # sums over balances are cached on units, projects and contracts too
    env.invalidate_all(flush=False)
