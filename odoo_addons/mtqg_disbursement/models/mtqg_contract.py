from odoo import fields, models

from ..fields import Dong


class MtqgContract(models.Model):
    """A contract of a project: its value and its agreed advance limit payments."""

    _name = "mtqg.contract"
    _inherit = ["mtqg.scoped.mixin", "mtqg.unit.now.mixin"]
    _description = "Contract"
    _order = "date desc, number"
    _rec_name = "number"
    _rec_names_search = ["number", "contractor"]

    number = fields.Char(string="Contract number", required=True)
    date = fields.Date(string="Signed on")
    project_id = fields.Many2one(
        "mtqg.project", required=True, ondelete="restrict", index=True
    )
    unit_id = fields.Many2one(
        related="project_id.unit_id", store=True, index=True, related_sudo=False
    )
    contractor = fields.Char()
    content = fields.Char(string="Package")
    amount = Dong(string="Contract value", required=True)
    amount_advance_agreed = Dong(string="Agreed advance")
    date_start = fields.Date(string="Start date")
    date_end = fields.Date(string="Completion date")
    disbursement_ids = fields.One2many("mtqg.disbursement", "contract_id")

    _amount_positive = models.Constraint(
        "CHECK (amount BETWEEN 1 AND 9000000000000000)",
        "The value of a contract is a whole positive amount of đồng.",
    )
    _advance_within_value = models.Constraint(
        "CHECK (COALESCE(amount_advance_agreed, 0) BETWEEN 0 AND amount)",
        "The agreed advance lies between zero and the value of the contract.",
    )
    _number_unique = models.Constraint(
        "UNIQUE (project_id, number)", "The project already has this contract."
    )

    def _get_label(self):
        self.ensure_one()
        return " · ".join(filter(None, (self.number, self.contractor)))
