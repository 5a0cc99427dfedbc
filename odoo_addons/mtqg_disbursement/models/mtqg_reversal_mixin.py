from odoo import api, fields, models
from odoo.exceptions import UserError

from ..store import ledger


class MtqgReversalMixin(models.AbstractModel):
    """A posted document that is corrected by a reversing document, never changed.

    The reversal goes through the same workflow as the original, so nobody reverses
    alone. Its entries mirror those of the original and keep their accounting date.
    """

    _name = "mtqg.reversal.mixin"
    _inherit = ["mtqg.workflow.mixin"]
    _description = "Reversible document"

    # column of the entries that names the document
    _entry_document = ""
    # fields in which a reversal equals what it reverses
    _mirrored_fields = ()

    is_reversal = fields.Boolean(
        string="Is a reversal",
        compute="_compute_is_reversal",
        store=True,
        index=True,
        compute_sudo=False,
    )
    is_reversed = fields.Boolean(string="Reversed", compute="_compute_is_reversed")
    reason = fields.Text(string="Reason for the reversal", copy=False)

    @api.depends("reversal_of_id")
    def _compute_is_reversal(self):
        for document in self:
            document.is_reversal = bool(document.reversal_of_id)

    @api.depends("reversal_ids.workflow_state")
    def _compute_is_reversed(self):
        for document in self:
            document.is_reversed = "done" in document.reversal_ids.mapped(
                "workflow_state"
            )

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su and vals.keys() & {*self._mirrored_fields, "reversal_of_id"}:
            self._check_not_reversal()
        return super().write(vals)

    # === ACTION METHODS === #

    def action_reverse(self, comment=None):
        """Make the draft that reverses this posted document, and open it.

        :param str comment: why; it can be completed on the draft before submitting
        :raise UserError: if the document is not posted, or already has a reversal
        """
        self.ensure_one()
        self.check_access("write")
        self._check_reversible()
        # lines of a reversal are closed to users from their first moment
        reversal = self.sudo().copy(
            {
                "reversal_of_id": self.id,
                "reason": comment,
                "number": self.env._("Reversal of %(number)s", number=self.number),
                "date": self.date,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": reversal.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _check_not_reversal(self):
        if reversals := self.filtered("reversal_of_id"):
            raise UserError(
                self.env._(
                    "%(document)s mirrors the document that it reverses. Change its "
                    "number, date of paper or reason only, or delete it.",
                    document=reversals[0].display_name,
                )
            )

    def _check_reversible(self):
        if self.workflow_state != "done" or self.reversal_of_id:
            raise UserError(
                self.env._(
                    "%(document)s is not a posted document, so there is nothing to "
                    "reverse.",
                    document=self.display_name,
                )
            )
        if running := self.reversal_ids.filtered(
            lambda reversal: reversal.workflow_state in {"draft", "running", "done"}
        ):
            raise UserError(
                self.env._(
                    "%(document)s already has a reversal: %(reversal)s.",
                    document=self.display_name,
                    reversal=running[0].number,
                )
            )

    def _find_reversal_faults(self):
        """Return why a reversal cannot be posted."""
        original = self.reversal_of_id
        faults = []
        if not (self.reason or "").strip():
            text = self.env._("Give the reason for the reversal.")
            faults.append(self._blocker("reason", text))
        if any(self[name] != original[name] for name in self._mirrored_fields):
            text = self.env._("It differs from the document that it reverses.")
            faults.append(self._blocker("mirror", text))
        if original.workflow_state != "done" or original.is_reversed:
            text = self.env._("The original is not posted, or is reversed already.")
            faults.append(self._blocker("original", text))
        entries = (
            self.env["mtqg.entry"]
            .sudo()
            .search([(self._entry_document, "=", original.id)])
        )
        overdrafts = self.env["mtqg.allocation"]._find_overdrafts(
            [entry._as_engine_entry(is_reversal=True) for entry in entries]
        )
        return faults + [self._blocker("overdrawn", text) for text in overdrafts]

    def _post_reversals(self):
        """Append the mirrored entries of all reversals among the documents."""
        self._raise_blockers(lambda document: document._find_reversal_faults())
        ledger.reverse_entries(
            self.env, self._entry_document, [(d.id, d.reversal_of_id.id) for d in self]
        )
