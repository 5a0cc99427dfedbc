_HELD = (
    "unit_id",
    "transition_id",
    "step_id",
    "user_id",
    "group_id",
    "approver_unit_id",
    "requester_id",
    "create_uid",
    "write_uid",
)


def migrate(cr, version):
    """Bring tasks and their approvals to the shape of this version."""
    if version:
        _lighten_tasks(cr)
        _make_votes(cr)


def _lighten_tasks(cr):
    """What a task names is held by its document; only open tasks are looked for."""
    for column in _HELD:
        cr.execute(
            f"""ALTER TABLE mtqg_workflow_task
                 DROP CONSTRAINT IF EXISTS mtqg_workflow_task_{column}_fkey;
                DROP INDEX IF EXISTS mtqg_workflow_task__{column}_index"""
        )


def _make_votes(cr):
    """Approvals were a table of pairs; now each says when, and for whom."""
    cr.execute(
        """ALTER TABLE mtqg_workflow_vote
             DROP CONSTRAINT IF EXISTS mtqg_workflow_vote_pkey,
              ADD COLUMN id SERIAL PRIMARY KEY,
              ADD COLUMN principal_id integer,
              ADD COLUMN date timestamp;
           UPDATE mtqg_workflow_vote v
              SET principal_id = user_id,
                  date = (SELECT t.write_date FROM mtqg_workflow_task t
                           WHERE t.id = v.task_id)"""
    )
