"""Finding what was done to the events behind the back of the register."""

from odoo.tools import SQL

from ..engine.evidence import FORMAT
from . import anchors
from .events import first_hash_of, hash_of

# Lists longer than this help nobody, and have to fit into memory.
MOST = 100_000


def find_broken_events(env):
    """Return events whose hash, order or predecessor is not what was written.

    The chains are read once, in the order of their index.

    :return: list of dicts ``id``, ``res_model``, ``res_id``, ``reason``, ``sequence``;
        the reason is changed, gap (an event before it is missing), predecessor (it does
        not follow the one before it) or jump (it starts from another stage than the one
        before it ended in)
    """
    env.flush_all()
    return _read_faults(
        env,
        SQL(
            """SELECT id, res_model, res_id, reason, sequence
                 FROM (SELECT ev.id, ev.res_model, ev.res_id, ev.sequence,
                              CASE WHEN is_written IS NOT TRUE OR version < version_before
                                   THEN 'changed'
                                   WHEN sequence IS DISTINCT FROM sequence_before + 1 THEN 'gap'
                                   WHEN previous_hash IS DISTINCT FROM hash_before
                                   THEN 'predecessor'
                                   WHEN stage_from_id <> stage_before THEN 'jump' END AS reason
                         FROM (SELECT e.*, COALESCE(e.format, 1) AS version,
                                      e.hash = CASE COALESCE(e.format, 1)
                                               WHEN 1 THEN %s WHEN %s THEN %s END AS is_written,
                                      COALESCE(lag(e.sequence) OVER chain, 0) AS sequence_before,
                                      COALESCE(lag(e.hash) OVER chain, '') AS hash_before,
                                      lag(COALESCE(e.format, 1)) OVER chain AS version_before,
                                      lag(e.stage_to_id) OVER chain AS stage_before
                                 FROM mtqg_workflow_event e
                               WINDOW chain AS (PARTITION BY e.res_model, e.res_id
                                                ORDER BY e.sequence)) ev) found
                WHERE reason IS NOT NULL
                LIMIT %s""",
            first_hash_of("e"),
            FORMAT,
            hash_of("e"),
            MOST,
        ),
    )


def find_cut_chains(env, model):
    """Return documents that are not where their last event left them, or not there.

    :param str model: name of a model under workflow
    :return: list of dicts like those of ``find_broken_events``; the reason is cut, or
        document (events of a document that is gone); ``id`` is the last event that is
        left, or 0
    """
    env.flush_all()
    return _read_faults(
        env,
        SQL(
            """WITH last AS (
                   SELECT DISTINCT ON (e.res_id) e.res_id, e.id, e.sequence, e.stage_to_id
                     FROM mtqg_workflow_event e
                    WHERE e.res_model = %(model)s AND e.stage_to_id IS NOT NULL
                    ORDER BY e.res_id, e.sequence DESC)
               SELECT COALESCE(last.id, 0), %(model)s, COALESCE(doc.id, last.res_id),
                      CASE WHEN doc.id IS NULL THEN 'document' ELSE 'cut' END,
                      COALESCE(last.sequence, 0)
                 FROM %(table)s doc
                 FULL JOIN last ON last.res_id = doc.id
                 LEFT JOIN mtqg_workflow_stage stage ON stage.id = doc.stage_id
                WHERE doc.id IS NULL
                   OR (last.stage_to_id IS DISTINCT FROM doc.stage_id
                       AND (last.id IS NOT NULL OR stage.kind <> 'start'))
                ORDER BY 3
                LIMIT %(most)s""",
            model=model,
            table=SQL.identifier(env[model]._table),
            most=MOST,
        ),
    )


def find_other_than_anchored(env):
    """Return documents and anchors that are not what was anchored.

    :return: list of dicts like those of ``find_broken_events``, the reason is anchor; a
        broken anchor itself has the model ``mtqg.workflow.anchor`` and its number as
        ``sequence``
    """
    env.flush_all()
    rows = anchors.find_broken_heads(env, MOST) + anchors.find_broken_anchors(env)
    return _name_faults(rows)


def count_faults_before(env, number):
    """Return how many documents and anchors are not what an anchor stands for.

    :param int number: number of the anchor
    """
    faults = find_broken_events(env) + find_other_than_anchored(env)
    places = {(fault["res_model"], fault["res_id"]) for fault in faults}
    heads = anchors.find_heads(env, number, places)
    return len(
        {
            (fault["res_model"], fault["res_id"])
            for fault in faults
            if fault["sequence"]
            <= (
                number
                if fault["res_model"] == "mtqg.workflow.anchor"
                else heads.get((fault["res_model"], fault["res_id"]), 0)
            )
        }
    )


def _read_faults(env, query):
    return _name_faults(env.execute_query(query))


def _name_faults(rows):
    names = ("id", "res_model", "res_id", "reason", "sequence")
    return [dict(zip(names, row, strict=True)) for row in rows]
