"""Advances by contract and by project, from the entries of their vouchers."""

from odoo.tools import SQL

from ..engine.advance import Move
from .ledger import sum_of

_MOVES = """WITH move AS (
               SELECT %(key)s AS key, v.contract_id, e.date, e.kind,
                      CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END AS amount
                 FROM mtqg_entry e
                 JOIN mtqg_disbursement v ON v.id = e.disbursement_id
                 JOIN mtqg_allocation a ON a.id = e.allocation_id
                WHERE %(scope)s %(date)s %(known)s)
           SELECT key, contract_id, date,
                  COALESCE(SUM(amount) FILTER (WHERE kind = 'advance'), 0) AS advanced,
                  COALESCE(SUM(amount) FILTER (WHERE kind = 'advance'), 0) - %(advance)s AS settled,
                  %(advance)s + %(completed)s AS disbursed
             FROM move
            GROUP BY key, contract_id, date
            ORDER BY key, contract_id, date"""


def moves_by_contract(env, contract_ids, date=None, known_at=None):
    """Return what each day of payment did to the contracts.

    :param date: last accounting date that counts; all by default
    :param known_at: UTC moment; entries recorded later are left out
    :return: dict contract id -> list of ``engine.advance.Move``
    """
    scope = SQL("v.contract_id = ANY(%s)", list(contract_ids))
    found = {}
    for _key, contract, *move in _read_moves(
        env, SQL("0"), scope, date=date, known_at=known_at
    ):
        found.setdefault(contract, []).append(_as_move(move))
    return found


def moves_by_project(env, allocations, date=None, known_at=None):
    """Return what each day of payment did, by project and contract of the balances.

    :param Query allocations: the balances that paid
    :return: dict (project id or None, contract id or None) -> list of ``Move``
    """
    scope = SQL("a.id IN %s", allocations.subselect())
    found = {}
    for project, contract, *move in _read_moves(
        env, SQL("a.project_id"), scope, date=date, known_at=known_at
    ):
        found.setdefault((project, contract), []).append(_as_move(move))
    return found


def find_outstanding(env):
    """Return the ids of the contracts whose advance is not recovered in full."""
    env.flush_all()
    rows = env.execute_query(
        SQL(
            "SELECT contract_id FROM %s figure WHERE advance > 0",
            SQL("(%s)", _figures()),
        )
    )
    return [contract for (contract,) in rows]


def figure_sql(alias, name):
    """Return the SQL of a contract's figure: ``advance`` or ``disbursed``, in đồng."""
    return SQL(
        "COALESCE((SELECT figure.%s FROM (%s) figure), 0)",
        SQL.identifier(name),
        _figures(SQL("v.contract_id = %s", SQL.identifier(alias, "id"))),
    )


def _figures(scope=None):
    """Return the SQL of advance and disbursed by contract, of all posted vouchers."""
    return SQL(
        """SELECT move.contract_id, %(advance)s AS advance,
                  %(advance)s + %(completed)s AS disbursed
             FROM (SELECT v.contract_id, e.kind,
                          CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END AS amount
                     FROM mtqg_disbursement v
                     JOIN mtqg_entry e ON e.disbursement_id = v.id
                    WHERE v.contract_id IS NOT NULL AND %(scope)s) move
            GROUP BY move.contract_id""",
        advance=sum_of("advance", "own"),
        completed=sum_of("completed", "own"),
        scope=scope or SQL("TRUE"),
    )


def _read_moves(env, key, scope, date, known_at):
    env.flush_all()
    return env.execute_query(
        SQL(
            _MOVES,
            key=key,
            scope=scope,
            date=SQL("AND e.date <= %s", date) if date else SQL(""),
            known=SQL("AND e.date_known <= %s", known_at) if known_at else SQL(""),
            advance=sum_of("advance", "own"),
            completed=sum_of("completed", "own"),
        )
    )


def _as_move(row):
    day, *amounts = row
    return Move(day, *map(int, amounts))
