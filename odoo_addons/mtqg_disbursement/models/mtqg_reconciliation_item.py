from odoo import fields, models

from ..fields import Dong, HeldMany2one


class MtqgReconciliationItem(models.Model):
    """An entry of the register, or a line of a statement, in one difference.

    Within a reconciliation nothing stands in two differences: unique indexes say so.
    """

    _name = "mtqg.reconciliation.item"
    _description = "Figure in a difference"
    _log_access = False

    line_id = fields.Many2one(
        "mtqg.reconciliation.line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    reconciliation_id = HeldMany2one(
        "mtqg.reconciliation", required=True, readonly=True
    )
    entry_id = HeldMany2one("mtqg.entry", readonly=True)
    statement_line_id = HeldMany2one("mtqg.statement.line", readonly=True)
    kind = fields.Char(readonly=True)
    date = fields.Date(readonly=True)
    reference = fields.Char(string="Voucher", readonly=True)
    amount = Dong(readonly=True)

    _entry_once = models.UniqueIndex(
        "(reconciliation_id, entry_id) WHERE entry_id IS NOT NULL",
        "This entry already stands in another difference.",
    )
    _statement_line_once = models.UniqueIndex(
        "(reconciliation_id, statement_line_id, kind) WHERE statement_line_id IS NOT NULL",
        "This line of the statement already stands in another difference.",
    )
    _one_side = models.Constraint(
        "CHECK (num_nonnulls(entry_id, statement_line_id) = 1)",
        "A figure stands on one side: in the register or in a statement.",
    )
