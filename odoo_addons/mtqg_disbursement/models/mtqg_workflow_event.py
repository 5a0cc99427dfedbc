from odoo import api, fields, models
from odoo.exceptions import UserError

from ..fields import HeldMany2one
from ..store import verification


class MtqgWorkflowEvent(models.Model):
    """What happened to a document, by whom and when: append-only, chained by hash."""

    _name = "mtqg.workflow.event"
    _inherit = ["mtqg.unit.now.mixin"]
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
            ("forward", "Forwarded"),
            ("ask", "Opinion asked"),
            ("answer", "Opinion given"),
            ("pause", "Clock stopped"),
            ("resume", "Clock started again"),
            ("migrate", "Moved to another version"),
            ("move", "Moved"),
            ("pass", "Passed, nobody was asked"),
        ],
        string="Event",
        required=True,
        readonly=True,
    )
    user_id = HeldMany2one("res.users", string="By", required=True, readonly=True)
    on_behalf_id = HeldMany2one("res.users", string="On behalf of", readonly=True)
    # as they were called then
    actor = fields.Char(string="Name and login", readonly=True)
    principal = fields.Char(string="Name and login of the principal", readonly=True)
    date = fields.Datetime(readonly=True)
    comment = fields.Text(readonly=True)
    unit_id = HeldMany2one("mtqg.unit", readonly=True, index=True)
    # who reads the event sees its unit, and everybody sees the Treasury offices
    treasury_id = fields.Many2one(
        related="unit_id.treasury_id", string="Treasury office", related_sudo=True
    )
    stage_from_id = HeldMany2one("mtqg.workflow.stage", string="From", readonly=True)
    stage_to_id = HeldMany2one("mtqg.workflow.stage", string="To", readonly=True)
    transition_id = HeldMany2one("mtqg.workflow.transition", readonly=True)
    step_id = HeldMany2one("mtqg.workflow.step", string="Approver step", readonly=True)
    reason_id = HeldMany2one(
        "mtqg.workflow.return.reason", string="Reason of return", readonly=True
    )
    # version of the formula of the hash; the first events have none
    format = fields.Integer(readonly=True, aggregator=None)
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(readonly=True)

    _chain_unique = models.Constraint(
        "UNIQUE (res_model, res_id, sequence)",
        "Somebody else has just moved this document. Load it again.",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "sequence")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["name"]._description_selection(self.env))
        for event in self:
            label = labels.get(event.name, event.name)
            event.display_name = f"{event.sequence}. {label}"

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
        """Recompute the chains of all documents, and compare them with the anchors.

        :return: list of dicts, empty when all is whole; only of documents that the user
            may see. ``id`` (the event, or the last one that is left, or 0),
            ``res_model`` and ``res_id`` (the document, or a broken anchor),
            ``sequence`` (which event of the document) and ``reason``:

            - changed: the event is not what was written;
            - gap, predecessor, jump: it does not follow the event before it;
            - cut: the document is not where its last event left it;
            - document: the document is gone, its events are there;
            - anchor: the event is not the one that was anchored, or is gone
        """
        broken = verification.find_broken_events(self.env)
        for model in self.env["ir.model"]._get_workflow_models():
            broken += verification.find_cut_chains(self.env, model)
        broken += verification.find_other_than_anchored(self.env)
        return broken if self.env.su else self._filter_visible(broken)

    @api.model
    def _filter_visible(self, broken):
        """Return the rows on documents that the user may see.

        Where a document is gone, its events or its anchored heads decide.
        """
        visible = set()
        for model in {row["res_model"] for row in broken}:
            ids = {row["res_id"] for row in broken if row["res_model"] == model}
            visible |= {(model, id_) for id_ in self._list_visible(model, ids)}
        return [row for row in broken if (row["res_model"], row["res_id"]) in visible]

    @api.model
    def _list_visible(self, name, ids):
        documents = self.env.get(name)
        if documents is None or not documents._auto:
            return set(self._list_traced(name, ids))
        there = set(documents.sudo().browse(ids).exists().ids)
        seen = documents.browse(there)._filtered_access("read").ids
        return {*seen, *self._list_traced(name, ids - there)}

    @api.model
    def _list_traced(self, name, ids):
        """Return ids of documents with an event or anchored head that the user sees."""
        domain = [("res_model", "=", name), ("res_id", "in", list(ids))]
        heads = self.env["mtqg.workflow.anchor.head"]
        return self.search(domain).mapped("res_id") + heads.search(domain).mapped(
            "res_id"
        )

    def _refuse(self):
        return UserError(
            self.env._(
                "Workflow events are written by the moves of a document and never "
                "change."
            )
        )
