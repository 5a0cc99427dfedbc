from odoo import api, fields, models
from odoo.exceptions import UserError

from ..store import events


class MtqgWorkflowEvent(models.Model):
    """What happened to a document, by whom and when: append-only, chained by hash."""

    _name = "mtqg.workflow.event"
    _description = "Workflow event"
    _order = "id desc"
    _log_access = False

    res_model = fields.Char(string="Document model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True
    )
    sequence = fields.Integer(readonly=True, aggregator=None)
    name = fields.Selection(
        [
            ("submit", "Submitted"),
            ("approve", "Approved"),
            ("return", "Returned"),
            ("reject", "Rejected"),
            ("withdraw", "Withdrawn"),
            ("hand_over", "Handed over to a successor"),
            ("pause", "Clock stopped"),
            ("resume", "Clock started again"),
        ],
        string="Event",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, ondelete="restrict"
    )
    on_behalf_id = fields.Many2one(
        "res.users", string="On behalf of", readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(readonly=True)
    comment = fields.Text(readonly=True)
    unit_id = fields.Many2one(
        "mtqg.unit", readonly=True, ondelete="restrict", index=True
    )
    stage_from_id = fields.Many2one(
        "mtqg.workflow.stage", string="From", readonly=True, ondelete="restrict"
    )
    stage_to_id = fields.Many2one(
        "mtqg.workflow.stage", string="To", readonly=True, ondelete="restrict"
    )
    transition_id = fields.Many2one(
        "mtqg.workflow.transition", readonly=True, ondelete="restrict"
    )
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(readonly=True)

    _chain_unique = models.Constraint(
        "UNIQUE (res_model, res_id, sequence)",
        "Somebody else has just moved this document. Load it again.",
    )

    # === CRUD METHODS === #
    # there is nothing to pass on to: rows are appended in ``store`` only
    # pylint: disable=method-required-super

    @api.model_create_multi
    def create(self, vals_list):
        raise self._refuse()

    def write(self, vals):
        raise self._refuse()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self._refuse()

    # === BUSINESS METHODS === #

    @api.model
    @api.readonly
    def verify(self):
        """Recompute the hash chain of every document the user may see.

        :return: list of dicts ``id``, ``res_model``, ``res_id``, ``reason``: events
            that were changed, dropped before, or cut off; empty when all is whole
        """
        broken = events.find_broken_events(self.env)
        for model in self.env["ir.model"]._get_workflow_models():
            broken += events.find_cut_chains(self.env, model)
        return [row for row in broken if self._may_see_document(row)]

    def _may_see_document(self, row):
        model = self.env.get(row["res_model"])
        if model is None or self.env.su:
            return True
        return bool(model.search_count([("id", "=", row["res_id"])], limit=1)) or not (
            model.sudo().search_count([("id", "=", row["res_id"])], limit=1)
        )

    def _refuse(self):
        return UserError(
            self.env._(
                "Workflow events are written by the moves of a document and never "
                "change."
            )
        )
