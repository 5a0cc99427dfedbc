from odoo import fields, models


class MtqgWorkflowEventMention(models.Model):
    """A record that some event names: it stays in the register as long as the event.

    One row for each record (more, where several name it first at the same moment),
    written by the statement that names it. Its keys keep people, units and definitions
    from being deleted, so that events need none.
    """

    _name = "mtqg.workflow.event.mention"
    _description = "Record named by events"
    _order = "id"
    _log_access = False

    kind = fields.Char(required=True, readonly=True)
    ref = fields.Integer(string="Number", required=True, readonly=True, aggregator=None)
    user_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    unit_id = fields.Many2one("mtqg.unit", readonly=True, ondelete="restrict")
    stage_id = fields.Many2one(
        "mtqg.workflow.stage", readonly=True, ondelete="restrict"
    )
    transition_id = fields.Many2one(
        "mtqg.workflow.transition", readonly=True, ondelete="restrict"
    )
    step_id = fields.Many2one("mtqg.workflow.step", readonly=True, ondelete="restrict")
    reason_id = fields.Many2one(
        "mtqg.workflow.return.reason", readonly=True, ondelete="restrict"
    )

    _names_one = models.Constraint(
        """CHECK (num_nonnulls(user_id, unit_id, stage_id, transition_id, step_id,
                               reason_id) = 1
                  AND ref = CASE kind WHEN 'user_id' THEN user_id
                                      WHEN 'unit_id' THEN unit_id
                                      WHEN 'stage_id' THEN stage_id
                                      WHEN 'transition_id' THEN transition_id
                                      WHEN 'step_id' THEN step_id
                                      WHEN 'reason_id' THEN reason_id END)""",
        "A mention names one record.",
    )
    # not unique: whoever names a record for the first time waits for nobody
    _ref_idx = models.Index("(kind, ref)")
    _user_idx = models.Index("(user_id) WHERE user_id IS NOT NULL")
    _unit_idx = models.Index("(unit_id) WHERE unit_id IS NOT NULL")
