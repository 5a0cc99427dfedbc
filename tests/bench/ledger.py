"""Posting a decision of 10,000 lines, against one INSERT of the same entries.

Ours is the signature of the leader: rights, checks of every line, opening of missing
balances, entries, stage, event. The floor is what no solution can leave out: the rows
themselves, with the trigger that counts them.
"""

from odoo import Command

from measure import measure, queries, row, undone

LINES = 10_000
UNITS = 200


def run(env):
    """Yield the line of posting 10,000 entries in one decision."""
    root, units = _make_province(env)
    programs = env["mtqg.program"].search([("id", "child_of", root.program_id.id)])
    _post(_submit(env, root, units, programs))  # opens the balances
    decision = _submit(env, root, units, programs)
    env.flush_all()

    def ours():
        with undone(env):
            _post(decision)

    def floor():
        with undone(env):
            _insert_entries(env, decision)

    count = queries(env, ours)
    times = measure(ours, floor, rounds=3)
    yield row("ledger", f"post {LINES:,} entries", times, queries=count)


def _make_province(env):
    """Return a root balance and the units that get their part of it."""
    province = env["mtqg.unit"].create(
        {"code": "BENCH", "name": "Province", "kind": "province"}
    )
    units = env["mtqg.unit"].create(
        [
            {
                "code": f"BENCH-{number}",
                "name": f"Commune {number}",
                "kind": "commune",
                "parent_id": province.id,
            }
            for number in range(UNITS)
        ]
    )
    line = {
        "program_id": env.ref("mtqg_disbursement.program_dtts").id,
        "nature": "investment",
        "source": "central",
        "amount": 10**15,
    }
    decision = _make_decision(env, province, [line])
    decision.action_submit()
    _post(decision)
    return decision.line_ids.allocation_id, units


def _submit(env, root, units, programs):
    """Return a submitted decision with a line for each unit and program in turn."""
    places = [(unit, program) for program in programs for unit in units]
    lines = [
        {
            "parent_id": root.id,
            "unit_id": unit.id,
            "program_id": program.id,
            "amount": 1_000 + number,
        }
        for number, (unit, program) in enumerate(
            (places * (LINES // len(places) + 1))[:LINES]
        )
    ]
    decision = _make_decision(env, root.unit_id, lines)
    decision.action_submit()
    return decision


def _make_decision(env, unit, lines):
    return env["mtqg.decision"].create(
        {
            "number": "BENCH",
            "date": "2024-01-15",
            "plan_year": 2024,
            "unit_id": unit.id,
            "line_ids": [Command.create(line) for line in lines],
        }
    )


def _post(decision):
    decision.action_approve()


def _insert_entries(env, decision):
    env.cr.execute(
        """INSERT INTO mtqg_entry
                  (allocation_id, kind, amount, date, reference, decision_id, user_id)
           SELECT a.id, 'assign', l.amount, d.date, d.number, d.id, 1
             FROM mtqg_decision_line l
             JOIN mtqg_decision d ON d.id = l.decision_id
             JOIN mtqg_allocation a
               ON (a.unit_id, a.program_id, a.parent_id, a.plan_year)
                = (l.unit_id, l.program_id, l.parent_id, d.plan_year)
            WHERE d.id = %s""",
        [decision.id],
    )
