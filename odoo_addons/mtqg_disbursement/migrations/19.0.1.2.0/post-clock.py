def migrate(cr, version):
    """Tasks say when they were closed; nothing wrote to them after that."""
    if version:
        cr.execute(
            """UPDATE mtqg_workflow_task SET date_closed = write_date
                WHERE state IN ('done', 'cancelled') AND date_closed IS NULL"""
        )
