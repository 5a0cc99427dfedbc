"""Storing the result of an evaluation in one statement, whatever the units."""

import json

from odoo.tools import SQL

_SCORE = {
    "unit_id": "int4",
    "unit_code": "varchar",
    "unit_name": "varchar",
    "date_from": "date",
    "date_to": "date",
    "is_ranked": "bool",
    "score": "numeric",
    "rank": "int4",
    "band_id": "int4",
    "amount_plan": "int8",
    "amount_disbursed": "int8",
    "rate": "numeric",
    "rate_shrunk": "numeric",
    "reasons": "varchar",
}
_EVIDENCE = {
    "criterion_id": "int4",
    "is_applicable": "bool",
    "amount_numerator": "int8",
    "amount_denominator": "int8",
    "value": "numeric",
    "value_scored": "numeric",
    "weight": "numeric",
    "points": "numeric",
}


def insert_scores(env, evaluation_id, rows):
    """Store the score rows of an evaluation with the evidence behind them.

    :param list rows: dicts with the columns of a score and ``marks``, a list of dicts
        with the columns of an evidence row; money in đồng, decimals exact
    """
    env.flush_all()
    env.cr.execute(
        SQL(
            """
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb)
                   AS g(%(score_types)s, marks jsonb)),
stored AS (
    INSERT INTO mtqg_evaluation_score
           (evaluation_id, is_final, %(score)s,
            create_uid, write_uid, create_date, write_date)
    SELECT %(evaluation)s, FALSE, %(score)s, %(uid)s, %(uid)s, %(now)s, %(now)s
      FROM given
    RETURNING id, unit_id)
INSERT INTO mtqg_evaluation_evidence
       (evaluation_id, is_final, score_id, unit_id, %(mark)s,
        create_uid, write_uid, create_date, write_date)
SELECT %(evaluation)s, FALSE, stored.id, stored.unit_id, %(mark)s,
       %(uid)s, %(uid)s, %(now)s, %(now)s
  FROM stored
  JOIN given ON given.unit_id = stored.unit_id
 CROSS JOIN LATERAL jsonb_to_recordset(given.marks) AS m(%(mark_types)s)
""",
            rows=json.dumps(rows, default=str),
            evaluation=evaluation_id,
            score=_columns(_SCORE),
            score_types=_types(_SCORE),
            mark=_columns(_EVIDENCE),
            mark_types=_types(_EVIDENCE),
            uid=env.uid,
            now=env.cr.now(),
        )
    )
    env.invalidate_all(flush=False)


def _columns(types):
    return SQL(", ").join(map(SQL.identifier, types))


def _types(types):
    return SQL(", ").join(
        SQL("%s %s", SQL.identifier(name), SQL(kind))  # pylint: disable=sql-injection
        for name, kind in types.items()
    )
