from odoo import api, fields, models
from odoo.exceptions import UserError

# more faults than a person reads; the command prints them all
MOST_SHOWN = 200


class MtqgWorkflowVerification(models.TransientModel):
    """What a verification of the history found, in words."""

    _name = "mtqg.workflow.verification"
    _description = "Verification of the history"
    _rec_name = "date"

    date = fields.Datetime(
        string="Verified on", readonly=True, default=lambda self: self.env.cr.now()
    )
    event_count = fields.Integer(string="Events", readonly=True)
    fault_count = fields.Integer(string="Faults", readonly=True)
    anchor_id = fields.Many2one(
        "mtqg.workflow.anchor",
        string="Last anchor",
        readonly=True,
        ondelete="set null",
    )
    line_ids = fields.One2many(
        "mtqg.workflow.verification.line",
        "verification_id",
        string="Found",
        readonly=True,
    )


class MtqgWorkflowVerificationLine(models.TransientModel):
    """An event, a document or an anchor that is not what was written."""

    _name = "mtqg.workflow.verification.line"
    _description = "Fault in the history"

    verification_id = fields.Many2one(
        "mtqg.workflow.verification", required=True, ondelete="cascade", index=True
    )
    res_model = fields.Char(string="Document model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document number", model_field="res_model", readonly=True
    )
    document = fields.Char(compute="_compute_document")
    sequence = fields.Integer(
        string="Event of the document", readonly=True, aggregator=None
    )
    event_id = fields.Many2one("mtqg.workflow.event", readonly=True, ondelete="cascade")
    reason = fields.Selection(
        [
            ("changed", "The event is not what was written"),
            ("gap", "An event before it is missing"),
            ("predecessor", "It does not follow the event before it"),
            ("jump", "It starts from another stage than the event before it ended in"),
            ("cut", "The document is not where its last event left it"),
            ("document", "The document is gone, its events are there"),
            ("anchor", "It is not what was anchored"),
        ],
        string="What is wrong",
        readonly=True,
    )

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_document(self):
        for line in self:
            model = self.env["ir.model"]._get(line.res_model)
            label = model.name or line.res_model
            document = line._find_document()
            name = document.display_name if document else f"no. {line.res_id}"
            line.document = f"{label}: {name}"

    def _find_document(self):
        """Return the document, or nothing if it is gone."""
        if self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()

    def action_open_document(self):
        """Open the document, or what is left of its history.

        :raise UserError: if nothing is chosen
        """
        if len(self) != 1:
            raise UserError(self.env._("Choose one line."))
        action = {"type": "ir.actions.act_window", "name": self.document}
        if self._find_document():
            return action | {
                "res_model": self.res_model,
                "res_id": self.res_id,
                "views": [(False, "form")],
            }
        return action | {
            "res_model": "mtqg.workflow.event",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("res_model", "=", self.res_model),
                ("res_id", "=", self.res_id),
            ],
        }


class MtqgWorkflowEvent(models.Model):
    _inherit = "mtqg.workflow.event"

    def action_verify(self):
        """Verify the history that the user may see, and show what was found.

        :raise AccessError: for others than managers and inspectors
        """
        anchors = self.env["mtqg.workflow.anchor"]
        anchors._check_inspector()
        faults = self.verify()
        verification = self.env["mtqg.workflow.verification"].create(
            {
                "event_count": self.search_count([]),
                "fault_count": len(faults),
                "anchor_id": anchors.search([], limit=1).id,
                "line_ids": [
                    fields.Command.create(
                        {
                            "res_model": fault["res_model"],
                            "res_id": fault["res_id"],
                            "sequence": fault["sequence"],
                            "event_id": fault["id"] or False,
                            "reason": fault["reason"],
                        }
                    )
                    for fault in faults[:MOST_SHOWN]
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verification of the history"),
            "res_model": verification._name,
            "res_id": verification.id,
            "views": [(False, "form")],
            "target": "new",
        }


class MtqgWorkflowAnchor(models.Model):
    _inherit = "mtqg.workflow.anchor"

    def action_verify(self):
        """Verify the history that the user may see, and show what was found."""
        return self.env["mtqg.workflow.event"].action_verify()
