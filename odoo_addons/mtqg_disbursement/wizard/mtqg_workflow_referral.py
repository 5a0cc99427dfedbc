from odoo import api, fields, models
from odoo.exceptions import UserError


class MtqgWorkflowReferral(models.TransientModel):
    """Asks to whom documents are forwarded, whose opinion is wanted, or what it is."""

    _name = "mtqg.workflow.referral"
    _description = "Forwarding and opinions"

    kind = fields.Selection(
        [
            ("forward", "Forward"),
            ("ask", "Ask for an opinion"),
            ("answer", "Give an opinion"),
        ],
        required=True,
        default="forward",
    )
    res_model = fields.Char(required=True)
    res_ids = fields.Char(required=True)
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    user_id = fields.Many2one(
        "res.users", string="Person", domain="[('id', 'in', candidate_ids)]"
    )
    question = fields.Text(string="What you are asked", compute="_compute_question")
    comment = fields.Text(required=True)

    # === COMPUTE METHODS === #

    @api.depends("res_model", "res_ids")
    def _compute_candidate_ids(self):
        """Offer who works in the documents' units, above them, or beside the user."""
        people = self.env["mtqg.unit"]._get_people()
        for referral in self:
            units = self.env.user.mtqg_unit_ids.ids
            for document in referral._get_documents():
                units += people.climb(document.sudo()._get_workflow_unit().id)
            found = set().union(
                *(people.find_members(people.readers, unit) for unit in units)
            )
            referral.candidate_ids = self.user_id.browse(sorted(found - {self.env.uid}))

    @api.depends("res_model", "res_ids", "kind")
    def _compute_question(self):
        for referral in self:
            documents = referral._get_documents()
            referral.question = "\n".join(
                filter(None, documents.mapped("workflow_question"))
            )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Forward the documents, ask, or answer."""
        self.ensure_one()
        documents = self._get_documents()
        if self.kind == "answer":
            return documents.action_give_opinion(self.comment)
        if not self.user_id:
            raise UserError(self.env._("Choose a person."))
        if self.kind == "ask":
            return documents.action_ask_opinion(self.user_id.id, self.comment)
        return documents.action_forward(self.user_id.id, self.comment)

    # === BUSINESS METHODS === #

    def _get_documents(self):
        """Return the documents that are dealt with.

        :raise UserError: if they are not under workflow
        """
        if self.res_model not in self.env["ir.model"]._get_workflow_models():
            raise UserError(self.env._("These documents are not under a workflow."))
        ids = [int(id_) for id_ in self.res_ids.split(",") if id_.isdecimal()]
        documents = self.env[self.res_model].browse(ids)
        documents.check_access("read")
        return documents
