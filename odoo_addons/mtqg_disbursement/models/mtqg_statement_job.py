from odoo import fields, models


class MtqgStatementJob(models.Model):
    """A statement that waits to be loaded, or is being loaded."""

    _name = "mtqg.statement.job"
    _inherit = ["mtqg.job.mixin"]
    _description = "Loading of a statement"
    _rec_name = "statement_id"
    _document_field = "statement_id"

    statement_id = fields.Many2one(
        "mtqg.statement", required=True, readonly=True, ondelete="cascade"
    )

    _one_each = models.UniqueIndex(
        "(statement_id)", "This statement is already waiting to be loaded."
    )
