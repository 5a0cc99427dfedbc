"""What the codes and names of a statement stand for, as tables of SQL."""

from odoo.tools import SQL


def units_below(tops):
    """Return the units in whose books codes are looked up."""
    return SQL(
        """SELECT DISTINCT u.id, u.code, u.budget_code, u.name, u.date_to FROM mtqg_unit u
             JOIN mtqg_unit top ON top.id = ANY(%s)
              AND u.parent_path LIKE top.parent_path || '%%'""",
        list(tops),
    )


def _unambiguous(keys):
    """Return the keys that stand for one record only."""
    return SQL(
        """SELECT key, min(id) AS id FROM (%s) AS named
            WHERE key <> '' GROUP BY key HAVING count(DISTINCT id) = 1""",
        keys,
    )


def known_projects():
    """Return codes and names of projects; needs ``scope``."""
    return _unambiguous(
        SQL(
            """SELECT key, p.id FROM mtqg_project p
                CROSS JOIN LATERAL (VALUES (p.code), (lower(p.name))) AS k(key)
                WHERE p.unit_id IN (SELECT id FROM scope)"""
        )
    )


def known_programs():
    """Return codes and names of programs."""
    # a workbook keeps codes as numbers, which have five digits in the reading
    return _unambiguous(
        SQL(
            """SELECT key, p.id FROM mtqg_program p
                CROSS JOIN LATERAL (VALUES (p.code), (p.target_code),
                    (lpad(p.target_code, 5, '0')), (lower(p.name))) AS k(key)"""
        )
    )


def known_units():
    """Return codes and names of units; of several with one, the only one that lives."""
    return SQL(
        """SELECT key, COALESCE(CASE WHEN count(DISTINCT id) = 1 THEN min(id) END,
                                CASE WHEN count(DISTINCT id) FILTER (WHERE date_to IS NULL) = 1
                                     THEN min(id) FILTER (WHERE date_to IS NULL) END) AS id
             FROM scope CROSS JOIN LATERAL
                  (VALUES (code), (budget_code), (lower(name))) AS k(key)
            WHERE key <> '' GROUP BY key"""
    )
