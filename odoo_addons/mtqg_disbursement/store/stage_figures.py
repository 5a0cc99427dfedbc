"""How many documents are in each stage, and how long documents stayed there."""

from odoo.tools import SQL


def read(env, documents, seen, stages):
    """Return rows (stage, documents there now, stays that are over, average days).

    The first stay of a document begins when it is made; each other one when an event
    brings it to the stage.

    :param documents: the document model
    :param Query seen: the documents that count
    :param list stages: ids of the stages that are asked about
    """
    env.flush_all()
    return env.execute_query(
        SQL(
            """
       WITH seen AS (SELECT d.id, d.create_date, d.stage_id FROM %(table)s d
                      WHERE d.id IN (%(seen)s)),
            here AS (SELECT stage_id, count(*) AS count FROM seen GROUP BY stage_id),
            change AS (
                SELECT e.stage_from_id AS stage_id,
                       e.date - lag(e.date, 1, seen.create_date) OVER (
                           PARTITION BY e.res_id ORDER BY e.sequence) AS stay
                  FROM mtqg_workflow_event e JOIN seen ON seen.id = e.res_id
                 WHERE e.res_model = %(model)s AND e.stage_from_id <> e.stage_to_id),
            past AS (SELECT stage_id, count(*) AS count, avg(stay) AS stay
                       FROM change GROUP BY stage_id)
       SELECT stage.id, COALESCE(here.count, 0), COALESCE(past.count, 0),
              COALESCE(round(EXTRACT(epoch FROM past.stay) / 86400, 1), 0)::float
         FROM unnest(%(stages)s::int[]) AS stage(id)
         LEFT JOIN here ON here.stage_id = stage.id
         LEFT JOIN past ON past.stage_id = stage.id
        ORDER BY stage.id""",
            table=SQL.identifier(documents._table),
            seen=seen.select(SQL("%s.id", SQL.identifier(documents._table))),
            model=documents._name,
            stages=list(stages),
        )
    )
