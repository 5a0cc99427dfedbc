"""Anchors: what the chains of all documents were on a day, in one number.

A chain alone does not betray a table owner who computes it anew, or cuts its end. An
anchor keeps the head of each document that moved since the anchor before, with the
beginnings of its events' hashes; its digest covers them, and the digest before it. So
the last digest stands for every event up to then, and kept on paper or elsewhere it
betrays whoever changes events, heads and anchors together. Heads are told apart by
their sequence in the document, not by a number over all events: a number that was drawn
early may be committed late.
"""

from odoo.tools import SQL

from ..engine.evidence import ANCHORED, TRAIL

TABLES = ("mtqg_workflow_anchor", "mtqg_workflow_anchor_head")

_MAKE = """WITH place AS (
        SELECT nextval('mtqg_workflow_anchor_id_seq')::int4 AS id,
               COALESCE(last.number, 0) + 1 AS number,
               clock_timestamp() AT TIME ZONE 'UTC' AS date,
               mtqg_person(%(uid)s) AS actor,
               COALESCE(last.event_max_id, 0) AS event_max_id,
               COALESCE(last.event_count, 0) AS event_count,
               COALESCE(last.head_count, 0) AS head_count,
               COALESCE(last.digest, '') AS previous_digest
          FROM (VALUES (1)) AS one
          LEFT JOIN (SELECT * FROM mtqg_workflow_anchor ORDER BY number DESC LIMIT 1) last
            ON TRUE),
    known AS (SELECT res_model, res_id, MAX(sequence) AS sequence
                FROM mtqg_workflow_anchor_head GROUP BY 1, 2),
    moved AS MATERIALIZED (
        SELECT e.res_model, e.res_id,
               MIN(e.sequence) AS sequence_from, MAX(e.sequence) AS sequence,
               (array_agg(e.unit_id ORDER BY e.sequence DESC))[1] AS unit_id,
               (array_agg(e.hash ORDER BY e.sequence DESC))[1] AS hash,
               string_agg(left(e.hash, %(trail)s), '' ORDER BY e.sequence) AS trail,
               MAX(e.id) AS event_max_id
          FROM mtqg_workflow_event e
          LEFT JOIN known USING (res_model, res_id)
         WHERE e.sequence > COALESCE(known.sequence, 0)
         GROUP BY 1, 2),
    heads AS (
        INSERT INTO mtqg_workflow_anchor_head
               (anchor_id, res_model, res_id, unit_id, sequence_from, sequence, hash, trail)
        SELECT place.id, m.res_model, m.res_id, m.unit_id, m.sequence_from, m.sequence,
               m.hash, m.trail
          FROM moved m, place ORDER BY m.res_model, m.res_id),
    fresh AS (
        SELECT p.id, p.number, p.date, p.actor, p.previous_digest,
               GREATEST(p.event_max_id, MAX(m.event_max_id)) AS event_max_id,
               (p.event_count
                + COALESCE(SUM(m.sequence - m.sequence_from + 1), 0))::int4 AS event_count,
               (p.head_count + COUNT(*) FILTER (WHERE m.sequence_from = 1))::int4 AS head_count,
               COUNT(m.hash)::int4 AS changed_count,
               %(heads)s AS heads
          FROM place p LEFT JOIN moved m ON TRUE
         GROUP BY p.id, p.number, p.date, p.actor, p.previous_digest, p.event_max_id,
                  p.event_count, p.head_count)
    INSERT INTO mtqg_workflow_anchor (id, %(columns)s, digest)
    SELECT id, %(columns)s, %(digest)s FROM fresh
    RETURNING id"""

_HEADS = """COALESCE(string_agg(m.hash || m.trail, ''
                     ORDER BY m.res_model COLLATE "C", m.res_id), '')"""

# An anchor by its own figures and heads, beside the anchor before it.
_FIND_BROKEN_ANCHORS = """
    SELECT 0, 'mtqg.workflow.anchor', a.id, 'anchor', a.number
      FROM (SELECT fresh.*, digest <> %(digest)s AS is_other,
                   row_number() OVER line AS place,
                   COALESCE(lag(digest) OVER line, '') AS digest_before,
                   event_count - COALESCE(lag(event_count) OVER line, 0) AS event_more,
                   head_count - COALESCE(lag(head_count) OVER line, 0) AS head_more
              FROM (SELECT a.*, h.heads, h.moved, h.started, h.events
                      FROM mtqg_workflow_anchor a
                     CROSS JOIN LATERAL (
                           SELECT %(heads)s AS heads, COUNT(*) AS moved,
                                  COUNT(*) FILTER (WHERE m.sequence_from = 1) AS started,
                                  COALESCE(SUM(m.sequence - m.sequence_from + 1), 0) AS events
                             FROM mtqg_workflow_anchor_head m WHERE m.anchor_id = a.id) h) fresh
            WINDOW line AS (ORDER BY number)) a
     WHERE a.is_other IS NOT FALSE OR a.number <> a.place
        OR a.previous_digest <> a.digest_before OR a.changed_count <> a.moved
        OR a.event_more <> a.events OR a.head_more <> a.started
     ORDER BY a.number"""

# Of each document the first head that is not there, and in it the first event.
_FIND_BROKEN_HEADS = """
    SELECT COALESCE(at.id, before.id, 0), head.res_model, head.res_id, 'anchor', place.sequence
      FROM (SELECT DISTINCT ON (h.res_model, h.res_id) h.*
              FROM mtqg_workflow_anchor_head h
              LEFT JOIN mtqg_workflow_event e
                     ON e.res_model = h.res_model AND e.res_id = h.res_id
                    AND e.sequence = h.sequence
             WHERE e.hash IS DISTINCT FROM h.hash
             ORDER BY h.res_model, h.res_id, h.sequence) head
     CROSS JOIN LATERAL (
           SELECT COALESCE(MIN(s), head.sequence) AS sequence
             FROM generate_series(head.sequence_from, head.sequence) s
             LEFT JOIN mtqg_workflow_event e
                    ON e.res_model = head.res_model AND e.res_id = head.res_id
                   AND e.sequence = s
            WHERE left(e.hash, %(trail)s) IS DISTINCT FROM
                  substr(head.trail, %(trail)s * (s - head.sequence_from) + 1, %(trail)s)) place
      LEFT JOIN mtqg_workflow_event at
             ON at.res_model = head.res_model AND at.res_id = head.res_id
            AND at.sequence = place.sequence
      LEFT JOIN LATERAL (
           SELECT e.id FROM mtqg_workflow_event e
            WHERE e.res_model = head.res_model AND e.res_id = head.res_id
              AND e.sequence < place.sequence
            ORDER BY e.sequence DESC LIMIT 1) before ON TRUE
     ORDER BY 2, 3
     LIMIT %(most)s"""


def make_anchor(env):
    """Anchor the heads of all documents that moved since the last anchor.

    :return: id of the new anchor
    :raise psycopg2.IntegrityError: if somebody else is anchoring at the same moment
    """
    env.flush_all()
    ((anchor_id,),) = env.execute_query(
        SQL(
            _MAKE,
            uid=env.uid,
            trail=TRAIL,
            heads=SQL(_HEADS),
            digest=_digest_of("fresh"),
            columns=SQL(", ").join(map(SQL.identifier, ANCHORED)),
        )
    )
    env["mtqg.workflow.anchor"].invalidate_model(flush=False)
    return anchor_id


def find_broken_anchors(env):
    """Return anchors that were changed, added or dropped.

    :return: list of tuples id (0), res_model, res_id, reason, number of the anchor
    """
    return env.execute_query(
        SQL(_FIND_BROKEN_ANCHORS, digest=_digest_of("fresh"), heads=SQL(_HEADS))
    )


def find_broken_heads(env, most):
    """Return documents whose chain is not the one that was anchored.

    :return: list of tuples id (the first event that differs; where it is gone, the one
        before it, or 0), res_model, res_id, reason, number of that event
    """
    return env.execute_query(SQL(_FIND_BROKEN_HEADS, trail=TRAIL, most=most))


def find_heads(env, number, documents):
    """Return {(res_model, res_id): last event} of documents as of an anchor.

    :param int number: number of the anchor
    :param documents: pairs (res_model, res_id)
    """
    models_, ids = zip(*documents, strict=True) if documents else ((), ())
    rows = env.execute_query(
        SQL(
            """SELECT h.res_model, h.res_id, MAX(h.sequence)
                 FROM mtqg_workflow_anchor_head h
                 JOIN mtqg_workflow_anchor a ON a.id = h.anchor_id AND a.number <= %s
                 JOIN unnest(%s::varchar[], %s::int4[]) AS asked (res_model, res_id)
                      USING (res_model, res_id)
                GROUP BY 1, 2""",
            number,
            list(models_),
            list(ids),
        )
    )
    return {(model, id_): sequence for model, id_, sequence in rows}


def _digest_of(row):
    return SQL(
        "encode(sha256(convert_to(json_build_array(%s)::text, 'UTF8')), 'hex')",
        SQL(", ").join(SQL.identifier(row, name) for name in (*ANCHORED, "heads")),
    )
