"""What the history of documents costs: appending events, and verifying a million.

The floor of appending is one INSERT of the same values, hashes included, from the same
arrays into a table with the same indexes and nothing else: no chain, no protection. The
floor of verifying is one pass that writes out and hashes every event, in whatever order
they lie. The last line compares the seconds with the thirty that are promised.
"""

from odoo.tools import SQL

from odoo.addons.mtqg_disbursement.store import anchors, events

from measure import compare, measure, queries, row, seconds, undone

EVENTS = 1_000_000
CHAIN = 4
SECONDS = 30
MODEL = "mtqg.bench"


def run(env):
    """Yield the lines of appending, anchoring and verifying."""
    env.cr.execute(
        "CREATE TABLE bench_event (LIKE mtqg_workflow_event"
        " INCLUDING DEFAULTS INCLUDING INDEXES)"
    )
    for count in (1, 1_000, 5_000):
        yield _append(env, count)
    _fill(env)
    yield _verify(env)
    yield _promise(env)


# === APPENDING === #


def _append(env, count):
    """Return the line of appending events to as many documents."""
    rows = _make_rows(env, count)

    def ours():
        with undone(env):
            events.append_events(env, rows)

    def floor():
        with undone(env):
            _insert(env, rows)

    asked = queries(env, lambda: events.append_events(env, rows))
    times = measure(ours, floor, rounds=15)
    return row("events", f"append {count:,} in one move", times, 5, asked)


def _make_rows(env, count):
    """Return events of one move of many documents, as a bulk approval makes them."""
    transition = env["mtqg.workflow.transition"].search(
        [("step_ids", "!=", False)], limit=1
    )
    units = env["mtqg.unit"].search([], limit=200).ids
    return [
        {
            "res_model": MODEL,
            "res_id": 10_000_000 + number,
            "name": "approve",
            "unit_id": units[number % len(units)],
            "comment": "Đồng ý theo tờ trình số 12/TTr",
            "stage_from_id": transition.stage_from_id.id,
            "stage_to_id": transition.stage_from_id.id,
            "transition_id": transition.id,
            "step_id": transition.step_ids[0].id,
        }
        for number in range(count)
    ]


def _insert(env, rows):
    """Insert the same values without any chain."""
    same, varying = events._split_columns(rows)
    env.cr.execute(
        SQL(
            """INSERT INTO bench_event (user_id, actor, sequence, date, format,
                                        previous_hash, hash, %s)
               SELECT 1, 'OdooBot <__system__>', 1, now() AT TIME ZONE 'UTC', 2,
                      repeat('a', 64), repeat('b', 64), %s %s""",
            SQL(", ").join(SQL.identifier(name) for name, _type in events._GIVEN),
            SQL(", ").join(
                SQL("%s::%s", same[name], SQL(type_))
                if name in same
                else SQL.identifier("fresh", name)
                for name, type_ in events._GIVEN
            ),
            events._unnest(varying) if varying else SQL(),
        )
    )


# === VERIFYING === #


def _fill(env):
    """Append a million events to chains of four, by the trigger that chains them."""
    units = env["mtqg.unit"].search([], limit=200).ids
    stage = env["mtqg.workflow.stage"].search([], limit=1).id
    env.cr.execute(
        """INSERT INTO mtqg_workflow_event (res_model, res_id, name, user_id, unit_id,
                                            comment, stage_from_id, stage_to_id)
           SELECT %s, d, CASE s WHEN 1 THEN 'submit' ELSE 'approve' END, 2,
                  (%s::int4[])[1 + mod(d, %s)], 'Đồng ý theo tờ trình số 12/TTr', %s, %s
             FROM generate_series(1, %s) s, generate_series(1, %s) d""",
        [MODEL, units, len(units), stage, stage, CHAIN, EVENTS // CHAIN],
    )
    env.cr.execute("ANALYZE mtqg_workflow_event")


def _verify(env):
    """Return the line of verifying all of them, anchored."""
    anchors.make_anchor(env)
    env.cr.execute("ANALYZE mtqg_workflow_anchor_head")
    verify = env["mtqg.workflow.event"].verify
    asked = queries(env, verify)

    def ours():
        if faults := verify():
            raise AssertionError(faults[:9])

    def floor():
        env.cr.execute(
            SQL(
                "SELECT count(*) FROM mtqg_workflow_event e WHERE %s = ''",
                events.hash_of("e"),
            )
        )

    times = measure(ours, floor, rounds=3)
    return row("events", f"verify {EVENTS:,} events", times, 5, asked)


def _promise(env):
    """Return the line of the promise: verifying ends in time."""
    taken = seconds(env["mtqg.workflow.event"].verify)
    case = f"verify {EVENTS:,}, of {SECONDS} s"
    return compare("events", case, taken / SECONDS, 1)
