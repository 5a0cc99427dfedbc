"""The figures of three sources, per project, program, year and nature: one statement.

Each line of a statement is compared about what it says: a line that names a program
only stands for all of its projects. So the register is summed up in the grain of the
lines; where no statement names projects, in its own grain too.
"""

from odoo.tools import SQL

from .reconciliation_figure_parts import parts_of_register, parts_of_statements
from .reconciliation_scope import held_by, lines_of, paid_by

_FIGURES = """WITH held AS MATERIALIZED (%(held)s),
     move AS (
         SELECT e.allocation_id AS id, %(sums)s
           FROM mtqg_entry e JOIN held h ON h.id = e.allocation_id %(office)s
          WHERE e.date <= %(last)s
          GROUP BY e.allocation_id),
     given AS (
         SELECT c.parent_id AS id, %(plan)s AS passed,
                COALESCE(%(plan)s FILTER (WHERE h.id IS NOT NULL), 0) AS passed_here
           FROM mtqg_entry e
           JOIN mtqg_allocation c ON c.id = e.allocation_id
           JOIN held p ON p.id = c.parent_id
           LEFT JOIN held h ON h.id = c.id
          WHERE e.date <= %(last)s AND e.kind = ANY(%(plan_kinds)s)
          GROUP BY c.parent_id),
     line AS (
         SELECT %(families)s AS family, x.kind AS source, %(grain)s AS grain,
                bool_or(x.is_total) AS is_total, %(said)s, %(line_sums)s
           FROM mtqg_statement_line l %(joins)s
           JOIN unnest(%(statements)s::int4[], %(kinds)s::varchar[], %(totals)s::bool[])
                AS k(id, kind, is_total) ON k.id = l.statement_id
          CROSS JOIN LATERAL (SELECT k.kind, k.is_total) x
          WHERE %(condition)s
          GROUP BY 1, 2, 3, %(said_names)s),
     grain AS (%(grains)s),
     base AS (
         SELECT h.*, h.origin_year < h.plan_year AS carried,
                p.project_id AS above_project, p.program_id AS above_program,
                p.unit_id AS above_unit, COALESCE(m.plan, 0) AS plan,
                COALESCE(m.tabmis, 0) AS tabmis, %(moved)s,
                COALESCE(g.passed, 0) AS passed, COALESCE(g.passed_here, 0) AS passed_here
           FROM held h
           LEFT JOIN move m ON m.id = h.id
           LEFT JOIN given g ON g.id = h.id
           LEFT JOIN held p ON p.id = h.parent_id),
     own AS (
         SELECT g.family, g.grain, %(own_said)s, %(own_sums)s, %(single)s
           FROM base b JOIN unnest(%(mapped_family)s::int4[], %(mapped_id)s::int4[],
                                   %(mapped_said)s::int4[]) AS r(family, id, said)
             ON r.id = b.own_program_id
           JOIN grain g ON g.family = r.family
          CROSS JOIN LATERAL (SELECT %(is_top)s AS is_top, %(is_year)s AS is_year) t
          GROUP BY g.family, g.grain, %(said_numbers)s),
     side AS (
         SELECT family, grain, %(said_names)s, 'own' AS source, FALSE AS is_total,
                %(own_columns)s, %(single_names)s FROM own
          UNION ALL
         SELECT family, grain, %(said_names)s, source, is_total,
                %(line_columns)s, %(no_single)s FROM line),
     figure AS (
         SELECT s.family, s.grain, %(said_names)s, v.measure, v.span,
                %(single_maxes)s,
                MAX(v.amount) FILTER (WHERE source = 'own') AS own,
                MAX(v.other) FILTER (WHERE source = 'own') AS own_other,
                MAX(v.amount) FILTER (WHERE source = 'treasury') AS treasury,
                MAX(v.amount) FILTER (WHERE source = 'national') AS national,
                COALESCE(bool_or(is_total) FILTER (WHERE source = 'treasury'), FALSE) AS of_treasury,
                COALESCE(bool_or(is_total) FILTER (WHERE source = 'national'), FALSE) AS of_national
           FROM side s
          CROSS JOIN LATERAL (VALUES %(measures)s) AS v(measure, span, amount, other)
          GROUP BY s.family, s.grain, %(said_names)s, v.measure, v.span),
     compared AS (
         SELECT f.*,
                CASE WHEN COALESCE(treasury, national) = own_other THEN own_other ELSE own
                     END AS ours,
                bool_or(of_treasury AND treasury IS NOT NULL) OVER w AS treasury_says,
                bool_or(of_national AND national IS NOT NULL) OVER w AS national_says
           FROM figure f
         WINDOW w AS (PARTITION BY family, grain, measure, span)),
     gone AS (DELETE FROM mtqg_reconciliation_figure WHERE reconciliation_id = %(id)s),
     kept AS (
         INSERT INTO mtqg_reconciliation_figure
                (reconciliation_id, grain, project_id, program_id, unit_id, plan_year,
                 origin_year, nature, measure, span, amount_own, amount_treasury,
                 amount_national, amount_difference, amount_difference_national,
                 amount_difference_sources, in_treasury, in_national)
         SELECT %(id)s, grain, NULLIF(COALESCE(NULLIF(project_id, 0), one_project_id), 0),
                NULLIF(COALESCE(NULLIF(program_id, 0), one_program_id), 0),
                NULLIF(COALESCE(NULLIF(unit_id, 0), one_unit_id), 0),
                NULLIF(COALESCE(NULLIF(plan_year, 0), one_plan_year), 0),
                NULLIF(COALESCE(NULLIF(origin_year, 0), one_origin_year), 0),
                NULLIF(COALESCE(NULLIF(nature, ''), one_nature), ''), measure, span,
                COALESCE(ours, 0), treasury, national, treasury - COALESCE(ours, 0),
                national - COALESCE(ours, 0), treasury - national,
                treasury IS NOT NULL, national IS NOT NULL
           FROM compared
          WHERE COALESCE(ours, 0) <> 0 OR COALESCE(treasury, 0) <> 0
             OR COALESCE(national, 0) <> 0
          ORDER BY grain, %(said_names)s, measure, span)
SELECT x.source, c.grain, %(difference_said)s, c.measure, c.span,
       COALESCE(c.ours, 0), COALESCE(x.amount, 0)
  FROM compared c
 CROSS JOIN LATERAL (VALUES
           ('treasury', c.treasury, c.treasury_says, c.of_treasury),
           ('national', c.national, c.national_says, c.of_national)
       ) AS x(source, amount, says, is_total)
 WHERE x.says AND COALESCE(x.amount, 0) <> COALESCE(c.ours, 0)
   AND (x.is_total AND x.amount IS NOT NULL
        OR x.amount IS NULL AND c.measure NOT IN ('allocated', 'entered'))
 ORDER BY x.source, c.grain, %(said_names)s, c.measure, c.span"""


def write_figures(env, reconciliation_id, scope, said, programs):
    """Write the figures of a reconciliation; return where totals of statements differ.

    :param said: dict kind of statement -> ids of statements of vouchers
    :param programs: dict kind of statement -> programs that they name
    :return: rows ``(source, grain, project, program, unit, plan year, origin year,
        nature, carried, measure, span, own đồng, the source's đồng)``; what a
        statement does not say is empty
    """
    env.flush_all()
    office, is_paid = paid_by(scope)
    joins, condition = lines_of(scope, list(scope.statements))
    rows = env.execute_query(
        SQL(
            _FIGURES,
            id=reconciliation_id,
            held=held_by(scope, {id_: id_ for id_ in scope.programs}),
            office=office,
            joins=joins,
            condition=condition,
            **parts_of_register(scope, is_paid),
            **parts_of_statements(scope, said, programs),
        )
    )
    env.invalidate_all(flush=False)
    return rows
