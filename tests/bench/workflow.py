"""The whole cycle of a workflow: submit, two approver steps, done.

Ours is what people do over RPC, with their rights: an officer submits, the leader of
the commune and the leader of the district approve. The floor is what no solution can
leave out, for each of the three moves: one ``write`` on the documents and one
``create`` of a plain audit row for each of them.
"""

from statistics import median

from odoo import Command

from measure import queries, row, seconds

SIZES, ROUNDS = (1_000, 5_000), 5
GOAL = 1.5


def run(env):
    """Yield the lines of the cycle, of a single document, of writing and the inbox."""
    cast = _make_cast(env)
    _publish_workflow(env)
    for size in SIZES:
        yield _measure_cycle(env, cast, size, f"cycle of {size:,}")


def _make_cast(env):
    """Return the users by role, and their units."""
    Unit, user = env["mtqg.unit"], env.ref("base.user_admin")
    district = Unit.create({"code": "BW-D", "name": "District", "kind": "district"})
    commune = Unit.create(
        {"code": "BW-C", "name": "Commune", "kind": "commune", "parent_id": district.id}
    )
    people = {
        name: user.copy(
            {
                "name": name,
                "login": f"bw_{name}",
                "group_ids": [
                    Command.set(env.ref(f"mtqg_disbursement.group_{group}").ids)
                ],
                "mtqg_unit_ids": [Command.set(unit.ids)],
            }
        )
        for name, group, unit in (
            ("officer", "officer", commune),
            ("leader", "leader", commune),
            ("superior", "leader", district),
        )
    }
    return {**people, "commune": commune, "district": district}


def _publish_workflow(env):
    """Return a published workflow of project dossiers with two approver steps."""
    workflow = env["mtqg.workflow"].create(
        {
            "code": "bench",
            "name": "Bench",
            "model_id": env["ir.model"]._get_id("mtqg.project"),
            "sequence": 0,
            "stage_ids": [
                Command.create({"name": kind, "code": kind, "kind": kind})
                for kind in ("start", "review", "done")
            ],
        }
    )
    start, review, done = workflow.stage_ids
    env["mtqg.workflow.transition"].create(
        [
            {
                "workflow_id": workflow.id,
                "name": kind,
                "kind": kind,
                "stage_from_id": before.id,
                "stage_to_id": after.id,
                "limit_days": 3,
                "step_ids": [Command.create(step) for step in steps],
            }
            for kind, before, after, steps in (
                ("submit", start, review, []),
                (
                    "approve",
                    review,
                    done,
                    [
                        {"name": "1", "kind": "unit_leader", "sequence": 10},
                        {"name": "2", "kind": "superior_leader", "sequence": 20},
                    ],
                ),
                ("return", review, start, []),
            )
        ]
    )
    workflow.action_publish()
    return workflow


def _make_documents(env, cast, size, batch=0):
    program = env.ref("mtqg_disbursement.program_ntm")
    documents = (
        env["mtqg.project"]
        .with_user(cast["officer"])
        .with_context(tracking_disable=True)
        .create(
            [
                {
                    "code": f"BW-{size}-{batch}-{number}",
                    "name": "Road",
                    "unit_id": cast["commune"].id,
                    "program_id": program.id,
                }
                for number in range(size)
            ]
        )
    )
    env.flush_all()
    return documents


def _list_moves(cast, documents):
    """Return the three moves as jobs, each by its own person."""
    return [
        documents.with_user(cast["officer"]).action_submit,
        documents.with_user(cast["leader"]).action_approve,
        documents.with_user(cast["superior"]).action_approve,
    ]


def _measure_cycle(env, cast, size, case):
    """Return the line of the three moves, each a request of its own with its commit."""
    fresh = [_make_documents(env, cast, size, batch) for batch in range(2 * ROUNDS + 2)]
    env.cr.commit()

    def ours():
        for move in _list_moves(cast, fresh.pop()):
            _finish(env, move)

    def floor():
        documents = fresh.pop().sudo()
        stages = documents.workflow_id.stage_ids
        for stage in (stages[1], stages[1], stages[2]):
            _finish(env, lambda stage=stage: _move_plainly(documents, stage))

    count = queries(env, ours)
    floor()
    times = [(seconds(ours), seconds(floor)) for _round in range(ROUNDS)]
    medians = tuple(median(column) for column in zip(*times, strict=True))
    return row("workflow", case, medians, GOAL, count)


def _finish(env, move):
    move()
    env.flush_all()
    env.cr.commit()
    env.invalidate_all()


def _move_plainly(documents, stage):
    documents.write({"stage_id": stage.id, "workflow_state": "running"})
    _write_audit(documents.env, documents)


def _write_audit(env, documents):
    env["ir.logging"].create(
        [
            {
                "name": document._name,
                "type": "server",
                "level": "info",
                "message": "approve",
                "path": str(document.id),
                "func": "audit",
                "line": "1",
            }
            for document in documents
        ]
    )
