from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Bring definitions and open tasks to the shape of this version."""
    if version:
        _make_requirements(cr)
        _bar_makers(api.Environment(cr, SUPERUSER_ID, {}))


def _make_requirements(cr):
    """Required papers were a list of types; now each is a row with its condition."""
    cr.execute(
        """INSERT INTO mtqg_workflow_requirement
                  (transition_id, paper_type_id, sequence, condition)
           SELECT mtqg_workflow_transition_id, mtqg_paper_type_id, 10, '[]'
             FROM mtqg_paper_type_mtqg_workflow_transition_rel
               ON CONFLICT DO NOTHING;
           DROP TABLE mtqg_paper_type_mtqg_workflow_transition_rel"""
    )


def _bar_makers(env):
    """Who may not decide was found when somebody decided; now it stands on the task."""
    for model in env["ir.model"]._get_workflow_models():
        env.cr.execute(
            SQL(
                """UPDATE mtqg_workflow_task t
                      SET bar_earlier = TRUE, date_pending = t.create_date,
                          kind = 'approve', quorum = 'any',
                          barred = array_remove(ARRAY[d.workflow_requester_id,
                                    d.workflow_editor_id, d.create_uid], NULL)
                                || ARRAY(SELECT v.user_id FROM mtqg_workflow_vote v
                                           JOIN mtqg_workflow_task e ON e.id = v.task_id
                                          WHERE e.res_model = t.res_model
                                            AND e.res_id = t.res_id AND e.run = t.run)
                     FROM %s d
                    WHERE t.res_model = %s AND t.res_id = d.id
                      AND t.state IN ('waiting', 'pending')""",
                SQL.identifier(env[model]._table),
                model,
            )
        )
