from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.ledger import EFFECTS, Entry
from ..fields import Dong
from ..store import events, triggers

KIND_LABELS = {
    "assign": "Assigned",
    "supplement": "Supplemented",
    "increase": "Increased",
    "carry_in": "Carried in",
    "decrease": "Decreased",
    "recall": "Recalled",
    "tabmis": "Entered in TABMIS",
    "advance": "Advance",
    "completed": "Completed volume",
    "recover": "Advance recovered",
    "refund_advance": "Advance refunded",
    "refund_completed": "Completed volume refunded",
    "carry_out": "Carried out",
    "cancel": "Cancelled",
}


class MtqgEntry(models.Model):
    """One immutable fact of the ledger, on one balance.

    Entries are appended by ``store.ledger`` when a document is posted. Nobody creates,
    changes or deletes them, over any path: a mistake is reversed.
    """

    _name = "mtqg.entry"
    _inherit = ["mtqg.unit.now.mixin"]
    _description = "Ledger entry"
    _order = "date desc, id desc"
    _rec_name = "reference"
    _log_access = False
    _unit_of = "allocation_id"

    allocation_id = fields.Many2one(
        "mtqg.allocation",
        string="Balance",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    unit_id = fields.Many2one(related="allocation_id.unit_id", related_sudo=False)
    program_id = fields.Many2one(related="allocation_id.program_id", related_sudo=False)
    kind = fields.Selection(
        [(kind, KIND_LABELS[kind]) for kind in EFFECTS], required=True, readonly=True
    )
    # no default sum: kinds and reversals have different signs
    amount = Dong(required=True, readonly=True, aggregator=None)
    date = fields.Date(
        string="Accounting date", required=True, readonly=True, index=True
    )
    date_known = fields.Datetime(string="Recorded at", readonly=True)
    reference = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Recorded by", readonly=True, ondelete="restrict"
    )
    decision_id = fields.Many2one(
        "mtqg.decision", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    disbursement_id = fields.Many2one(
        "mtqg.disbursement",
        string="Voucher",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    reversal_of_id = fields.Many2one(
        "mtqg.entry", string="Reverses", readonly=True, ondelete="restrict"
    )

    _amount_positive = models.Constraint(
        "CHECK (amount BETWEEN 1 AND 9000000000000000)",
        "An entry holds a whole amount from 1 to 9,000,000,000,000,000 đồng.",
    )
    _reversed_once = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This document has already been reversed.",
    )

    def init(self):
        # the triggers name tables of models that are made after this one
        self.pool.post_init(triggers.install_triggers, self.env)
        self.pool.post_init(events.install_triggers, self.env)

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

    def _as_engine_entry(self, is_reversal):
        return Entry(self.allocation_id.id, self.kind, self.amount, is_reversal)

    def _refuse(self):
        return UserError(
            self.env._(
                "Ledger entries are written when a document is posted and never "
                "change. To correct a mistake, reverse the document."
            )
        )
