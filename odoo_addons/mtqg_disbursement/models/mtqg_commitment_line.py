from odoo import api, fields, models

from ..fields import Dong
from ..store import commitments as store
from ..store import documents
from .mtqg_allocation import NATURES


class MtqgCommitmentLine(models.Model):
    """The promise of one month for one subject of a commitment.

    The subject is a program node, an origin year and a nature, perhaps one project.
    Months are those of the plan year; 13 is January of the next year, in which capital
    of the year is still paid (Luật 58/2024/QH15 article 72).
    """

    _name = "mtqg.commitment.line"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Commitment line"
    _order = "commitment_id, program_id, origin_year, nature, project_id, month"
    _rec_name = "commitment_id"

    commitment_id = fields.Many2one(
        "mtqg.commitment", required=True, ondelete="cascade", index=True
    )
    program_id = fields.Many2one(
        "mtqg.program", required=True, ondelete="restrict", index=True
    )
    origin_year = fields.Integer(string="Origin year", required=True, aggregator=None)
    nature = fields.Selection(NATURES, required=True, default="investment")
    project_id = fields.Many2one(
        "mtqg.project", ondelete="restrict", index="btree_not_null"
    )
    month = fields.Integer(
        required=True,
        aggregator=None,
        help="1 to 12; 13 is January of the next year, until 31/01.",
    )
    amount = Dong(required=True, help="To be disbursed in the month, in đồng.")
    unit_id = fields.Many2one(related="commitment_id.unit_id", related_sudo=False)
    plan_year = fields.Integer(related="commitment_id.plan_year", related_sudo=False)
    workflow_state = fields.Selection(
        related="commitment_id.workflow_state", related_sudo=False
    )

    _subject_once = models.UniqueIndex(
        "(commitment_id, program_id, origin_year, nature, COALESCE(project_id, 0),"
        " month)",
        "The commitment already has an amount for this month of the same capital.",
    )
    _month_known = models.Constraint(
        "CHECK (month BETWEEN 1 AND 13)",
        "A month is 1 to 12, or 13 for January of the next year.",
    )
    _amount_in_range = models.Constraint(
        "CHECK (amount BETWEEN 0 AND 9000000000000000)",
        "A promised amount is a whole number of đồng, zero or more.",
    )
    _origin_year_sane = models.Constraint(
        "CHECK (origin_year BETWEEN 2000 AND 2099)", "The origin year has four digits."
    )

    def init(self):
        owner = ("commitment_id", "mtqg_commitment")
        self.pool.post_init(documents.protect_posted, self.env, self._table, owner)
        self.pool.post_init(store.protect_lines, self.env)

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        subject = self.commitment_id._describe_subject(self._get_subject())
        return f"{subject} · {self.month}"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_commitment_open()
        return lines

    def write(self, vals):
        self._check_commitment_open()
        result = super().write(vals)
        if "commitment_id" in vals:
            self._check_commitment_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_commitment_open(self):
        self._check_commitment_open()

    # === BUSINESS METHODS === #

    def _check_commitment_open(self):
        if self.env.su:
            return
        self.commitment_id._check_open_for_editing()
        self.commitment_id._note_editor()

    def _get_subject(self):
        """Return (program, origin year, nature, project or False) as ids."""
        self.ensure_one()
        return (
            self.program_id.id,
            self.origin_year,
            self.nature,
            self.project_id.id,
        )
