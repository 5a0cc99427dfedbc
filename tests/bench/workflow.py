"""The whole cycle of a workflow: submit, two approver steps, done; inbox and writing.

Ours is what people do over RPC, with their rights: an officer submits, the leader of
the commune and the leader of the district approve. The floor is what no solution can
leave out, for each of the three moves: one ``write`` on the documents and one
``create`` of a plain audit row for each of them. Every move is a request of its own,
with its commit.
"""

from statistics import median

from rivals import tier

from odoo import Command, models
from odoo.tools import SQL

from measure import compare, queries, row, seconds, tidy

SIZES, ROUNDS = (1_000, 5_000), 5
GOAL = 1.5
STATEMENTS = 10
WAITING, FINISHED, PAGE = 5_000, 30_000, 80
INBOX_SECONDS = 0.003


def run(env):
    """Yield the lines of the cycle, of a single document, of writing and the inbox."""
    cast = _make_cast(env)
    _publish_workflow(env)
    for size in SIZES:
        yield _measure_cycle(env, cast, size, f"cycle of {size:,}")
    single = _measure_cycle(env, cast, 1, "cycle of one, 3 requests")
    yield single
    case = f"cycle of one, statements of {STATEMENTS}"
    yield compare("workflow", case, single["queries"] / STATEMENTS, 1)
    yield _measure_write(env, cast)
    yield from _measure_inbox(env, cast)
    yield from _measure_people(env, cast)
    yield _measure_rival(env)


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


TRANSITIONS = (
    ("submit", "start", "review", []),
    (
        "approve",
        "review",
        "done",
        [
            {"name": "1", "kind": "unit_leader", "sequence": 10},
            {"name": "2", "kind": "superior_leader", "sequence": 20},
        ],
    ),
    ("return", "review", "start", []),
)


def _publish_workflow(env):
    """Publish a workflow of project dossiers with two approver steps."""
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
    stages = {stage.kind: stage.id for stage in workflow.stage_ids}
    env["mtqg.workflow.transition"].create(
        [
            {
                "workflow_id": workflow.id,
                "name": kind,
                "kind": kind,
                "stage_from_id": stages[before],
                "stage_to_id": stages[after],
                "limit_days": 3,
                "step_ids": [Command.create(step) for step in steps],
            }
            for kind, before, after, steps in TRANSITIONS
        ]
    )
    workflow.action_publish()


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
    fresh = [_make_documents(env, cast, size, batch) for batch in range(2 * ROUNDS + 3)]
    env.cr.commit()

    def ours():
        for move in _list_moves(cast, fresh.pop()):
            _finish(env, move)

    def floor():
        documents = fresh.pop().sudo()
        stages = documents.workflow_id.stage_ids
        for stage in (stages[1], stages[1], stages[2]):
            _finish(env, lambda stage=stage: _move_plainly(documents, stage))

    ours(), floor()
    count = queries(env, ours)
    times = [(seconds(ours), seconds(floor)) for _round in range(ROUNDS)]
    medians = tuple(median(column) for column in zip(*times, strict=True))
    return row("workflow", case, medians, GOAL if size > 1 else None, count)


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


def _measure_write(env, cast):
    """Return the line of writing a field that has nothing to do with the workflow."""
    documents = _make_documents(env, cast, 200, "write").with_user(cast["officer"])
    documents.with_user(cast["officer"]).action_submit()
    env.cr.commit()

    def ours():
        for document in documents:
            document.write({"percent_progress": 1})

    def floor():
        for document in documents:
            models.BaseModel.write(document, {"percent_progress": 2})

    def finish(job):
        env.invalidate_all()
        return seconds(lambda: (job(), env.flush_all()))

    ours(), floor()
    env.invalidate_all()
    extra = queries(env, ours)
    env.invalidate_all()
    extra -= queries(env, floor)
    times = [(finish(ours), finish(floor)) for _round in range(2 * ROUNDS)]
    medians = tuple(median(column) for column in zip(*times, strict=True))
    return row("workflow", "write another field, extra queries", medians, 1.1, extra)


def _measure_inbox(env, cast):
    """Yield the lines of the first page and of the counters of a full inbox."""
    documents = _make_documents(env, cast, WAITING, "inbox")
    documents.with_user(cast["officer"]).action_submit()
    _copy_finished_tasks(env)
    tidy(env, "mtqg_workflow_task")
    Task = env(user=cast["leader"], su=False)["mtqg.workflow.task"]
    for case, job in (
        ("inbox, first page", lambda: Task.read_inbox(limit=PAGE)),
        ("inbox, counters", Task.read_counters),
    ):
        job()
        count = queries(env, job)
        taken = median(seconds(job) for _round in range(4 * ROUNDS))
        label = f"{case}, {WAITING:,} waiting, <= 3 ms"
        yield row("workflow", label, (taken, INBOX_SECONDS), 1, count)


def _copy_finished_tasks(env):
    """Let the leader have decided a lot before."""
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_workflow_task (kind, res_model, res_id, document_name,
                      unit_id, transition_id, step_id, sequence, run, state, group_id,
                      approver_unit_id, requester_id, quorum, needed, barred)
               SELECT kind, res_model, 1000000000 + n, document_name, unit_id,
                      transition_id, step_id, sequence, run, 'done', group_id,
                      approver_unit_id, requester_id, quorum, needed, barred
                 FROM (SELECT * FROM mtqg_workflow_task WHERE state = 'pending'
                        ORDER BY id DESC LIMIT 1) t, generate_series(1, %s) n""",
            FINISHED,
        )
    )


def _measure_people(env, cast):
    """Yield how many rows of tasks change when people and definitions do."""
    before = _read_tasks(env)
    cast["officer"].group_ids += env.ref("mtqg_disbursement.group_leader")
    yield compare(
        "workflow", "tasks rewritten, a member joins", _changed(env, before), 0
    )
    workflow = env["mtqg.workflow"].search([("code", "=", "bench")])
    fresh = workflow.browse(workflow.action_new_version()["res_id"])
    fresh.transition_ids.step_ids.quorum = "all"
    fresh.action_publish()
    yield compare(
        "workflow", "tasks rewritten, a new version", _changed(env, before), 0
    )


def _measure_rival(env):
    """Return the line of the same cycle in the approval module of reference."""
    figures = tier.time_cycle(env.cr.dbname)
    times = (figures["ours"], figures["floor"])
    case = "base_tier_validation, cycle of 1,000"
    return row("workflow", case, times, queries=figures["queries"])


def _read_tasks(env):
    """Return where each row lies: a row that is rewritten lies elsewhere."""
    env.flush_all()
    return dict(env.execute_query(SQL("SELECT id, ctid::text FROM mtqg_workflow_task")))


def _changed(env, before):
    now = _read_tasks(env)
    return sum(now.get(id_) != place for id_, place in before.items())
