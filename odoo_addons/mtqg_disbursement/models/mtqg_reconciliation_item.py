from odoo import fields, models

from ..engine.matching_items import Item
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
        "(reconciliation_id, statement_line_id, kind)"
        " WHERE statement_line_id IS NOT NULL",
        "This line of the statement already stands in another difference.",
    )
    _one_side = models.Constraint(
        "CHECK (num_nonnulls(entry_id, statement_line_id) = 1)",
        "A figure stands on one side: in the register or in a statement.",
    )

    # === BUSINESS METHODS === #

    def _as_engine_item(self):
        """Return the figure as the engine compares it."""
        self.ensure_one()
        line = self.statement_line_id
        about = self.entry_id.allocation_id or line
        kind = "" if line and self.kind in {"disbursed", "refunded"} else self.kind
        return Item(
            self.id,
            self.amount,
            kind or "",
            about.project_id.code or line.project or "",
            about.program_id.code or line.program or "",
            about.unit_id.code or line.unit or "",
            about.origin_year or 0,
            about.nature or "",
            self.date or None,
            self.reference or "",
        )
