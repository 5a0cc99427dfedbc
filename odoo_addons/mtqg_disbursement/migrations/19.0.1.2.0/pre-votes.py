def migrate(cr, version):
    """Approvals were a table of pairs; now each says when, and for whom."""
    if not version:
        return
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
