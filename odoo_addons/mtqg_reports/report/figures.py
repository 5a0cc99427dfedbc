"""Capital as organised then and as responsible now."""

from odoo.tools import SQL

from odoo.addons.mtqg_disbursement.store.heirs import HEIRS

# amounts that are split among the units that are responsible now
_AMOUNTS = (
    "amount_kept",
    "amount_disbursed",
    "amount_advance",
    "amount_carried",
    "amount_cancelled",
    "amount_available",
)

_FIGURES = """WITH %(heirs)s,
           place AS (
               SELECT a.*, p.current_id AS program_now_id,
                      CASE WHEN a.project_id IS NULL OR e.unit_id IS NULL
                           THEN a.unit_id ELSE j.unit_id END AS home_id
                 FROM mtqg_allocation a
                 JOIN mtqg_program p ON p.id = a.program_id
                 LEFT JOIN mtqg_project j ON j.id = a.project_id
                 LEFT JOIN (SELECT DISTINCT unit_id FROM ended) e
                      ON e.unit_id = a.unit_id),
           split AS (
               SELECT b.id, ended.heir_id, x.name,
                      floor(x.amount * ended.part) AS base,
                      row_number() OVER (PARTITION BY b.id, x.name
                          ORDER BY mod(x.amount * ended.part, 1) DESC,
                                   ended.heir_id) AS turn,
                      x.amount - SUM(floor(x.amount * ended.part))
                          OVER (PARTITION BY b.id, x.name) AS rest
                 FROM place b
                 JOIN ended ON ended.unit_id = b.home_id
                CROSS JOIN LATERAL (VALUES %(pairs)s) AS x(name, amount)),
           moved AS (
               SELECT id, heir_id, %(gathered)s FROM split GROUP BY id, heir_id)
           SELECT b.id, b.id AS allocation_id, b.unit_id,
                  b.home_id AS unit_now_id, %(dimensions)s,
                  b.home_id <> b.unit_id AS is_moved, %(own)s
             FROM place b
            WHERE NOT EXISTS (SELECT 1 FROM ended WHERE ended.unit_id = b.home_id)
           UNION ALL
           SELECT 1000000000 + row_number() OVER (ORDER BY b.id, m.heir_id),
                  b.id, b.unit_id, m.heir_id, %(dimensions)s, TRUE, %(theirs)s
             FROM place b JOIN moved m ON m.id = b.id"""


def select_figures():
    """Return the query of ``mtqg.figure``: each balance and who answers for it.

    Ids stay below what XML-RPC can carry.
    """
    return SQL(
        _FIGURES,
        heirs=HEIRS,
        pairs=_pairs(),
        gathered=SQL(", ").join(
            SQL(
                "SUM(base + (turn <= rest)::int) FILTER (WHERE name = %s)::int8 AS %s",
                name,
                SQL.identifier(name),
            )
            for name in _AMOUNTS
        ),
        dimensions=SQL(
            "b.program_id, b.program_now_id, b.project_id, b.plan_year,"
            " b.origin_year, b.nature"
        ),
        own=SQL(", ").join(SQL.identifier("b", name) for name in _AMOUNTS),
        theirs=SQL(", ").join(SQL.identifier("m", name) for name in _AMOUNTS),
    )


def _pairs():
    return SQL(", ").join(
        SQL("(%s, %s)", name, SQL.identifier("b", name)) for name in _AMOUNTS
    )
