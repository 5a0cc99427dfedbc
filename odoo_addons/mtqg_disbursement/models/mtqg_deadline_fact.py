from odoo import fields, models


class MtqgDeadlineFact(models.Model):
    """One thing that one rule asks: its dates, and the day from which it is done.

    Kept by ``store.deadlines``; nobody writes it. What it means today is told by
    ``mtqg.deadline``.
    """

    _name = "mtqg.deadline.fact"
    _description = "Dates of a deadline"
    _log_access = False
    _rec_name = "rule_id"

    rule_id = fields.Many2one(
        "mtqg.deadline.rule", required=True, ondelete="restrict", readonly=True
    )
    unit_id = fields.Many2one(
        "mtqg.unit", required=True, ondelete="restrict", readonly=True
    )
    allocation_id = fields.Many2one(
        "mtqg.allocation", ondelete="cascade", readonly=True
    )
    project_id = fields.Many2one("mtqg.project", ondelete="cascade", readonly=True)
    contract_id = fields.Many2one("mtqg.contract", ondelete="cascade", readonly=True)
    disbursement_id = fields.Many2one(
        "mtqg.disbursement", ondelete="cascade", readonly=True
    )
    period = fields.Date(readonly=True, help="First day of the period reported on.")
    is_asked = fields.Boolean(required=True, readonly=True, default=True)
    date_due_first = fields.Date(required=True, readonly=True)
    date_due = fields.Date(required=True, readonly=True)
    date_warn = fields.Date(required=True, readonly=True)
    date_met = fields.Date(readonly=True)
    reference = fields.Char(readonly=True)

    _balance_once = models.UniqueIndex(
        "(allocation_id, rule_id) WHERE allocation_id IS NOT NULL"
    )
    _other_once = models.UniqueIndex(
        "(rule_id, unit_id, COALESCE(project_id, 0), COALESCE(contract_id, 0),"
        " COALESCE(disbursement_id, 0), COALESCE(period, '-infinity'))"
        " WHERE allocation_id IS NULL"
    )
    _unit_idx = models.Index("(unit_id, rule_id)")
    _rule_idx = models.Index("(rule_id, date_due)")
