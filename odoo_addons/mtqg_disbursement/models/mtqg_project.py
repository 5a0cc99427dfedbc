from odoo import api, fields, models

from ..fields import Dong

# what a project dossier may change in any stage: its physical progress
_LIVING_FIELDS = frozenset({"percent_progress", "note", "paper_ids", "contract_ids"})


class MtqgProject(models.Model):
    """A project dossier: it moves through its stages, each move with its papers.

    The stages are data (preparation, investment decision, contractor selection,
    construction, acceptance, settlement); a project of a target program needs no
    decision on the investment policy (Luật 58/2024/QH15 article 19).
    """

    _name = "mtqg.project"
    _inherit = [
        "mtqg.workflow.mixin",
        "mtqg.unit.now.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Project dossier"
    _order = "code, id"
    _rec_names_search = ["code", "name"]
    _workflow_free_fields = _LIVING_FIELDS
    _workflow_condition_fields = (
        "kind",
        "amount_total",
        "program_id",
        "program_id.kind",
        "unit_id",
        "unit_id.kind",
        "unit_id.parent_id",
        "location",
        "percent_progress",
        "contract_ids",
    )
    _workflow_preview_fields = (
        "code",
        "kind",
        "program_id",
        "location",
        "amount_total",
        "decision_number",
        "date_decision",
        "date_start",
        "date_end",
        "amount_assigned",
        "amount_disbursed",
        "percent_disbursed",
        "percent_progress",
        "note",
    )
    _workflow_columns = {
        "amount": "amount_total",
        "group": "kind",
        "unit_kind": "unit_id.kind",
    }

    name = fields.Char(required=True)
    code = fields.Char(string="Project code", required=True)
    kind = fields.Selection(
        [
            ("normal", "Normal project, group C"),
            ("small", "Small project, special mechanism"),
            ("recurrent", "Task from recurrent capital"),
        ],
        required=True,
        default="normal",
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        string="Project owner",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user.mtqg_unit_ids[:1],
    )
    program_id = fields.Many2one(
        "mtqg.program", required=True, ondelete="restrict", index=True
    )
    location = fields.Char()
    amount_total = Dong(string="Total investment")
    decision_number = fields.Char(string="Investment decision")
    date_decision = fields.Date(string="Decided on")
    date_start = fields.Date(string="Start of works")
    date_end = fields.Date(string="Planned completion")
    percent_progress = fields.Float(
        string="Physical progress %", digits=(5, 2), aggregator="avg"
    )
    note = fields.Text()
    allocation_ids = fields.One2many("mtqg.allocation", "project_id", string="Balances")
    contract_ids = fields.One2many("mtqg.contract", "project_id", string="Contracts")
    disbursement_ids = fields.One2many(
        "mtqg.disbursement", "project_id", string="Vouchers"
    )
    amount_assigned = Dong(string="Capital assigned", compute="_compute_amounts")
    amount_disbursed = Dong(string="Disbursed", compute="_compute_amounts")
    amount_advance = Dong(string="Advance outstanding", compute="_compute_amounts")
    percent_disbursed = fields.Float(string="Disbursed %", compute="_compute_amounts")

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another project already has this code."
    )
    _total_in_range = models.Constraint(
        "CHECK (COALESCE(amount_total, 0) BETWEEN 0 AND 9000000000000000)",
        "The total investment is a whole amount of đồng, zero or more.",
    )
    _progress_is_percent = models.Constraint(
        "CHECK (percent_progress BETWEEN 0 AND 100)",
        "Physical progress lies between 0 and 100 %.",
    )

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        return " · ".join(filter(None, (self.code, self.name)))

    @api.depends("allocation_ids.amount_assigned", "allocation_ids.amount_disbursed")
    def _compute_amounts(self):
        groups = self.env["mtqg.allocation"]._read_group(
            [("project_id", "in", self.ids)],
            ["project_id"],
            ["amount_assigned:sum", "amount_disbursed:sum", "amount_advance:sum"],
        )
        sums = {project.id: amounts for project, *amounts in groups}
        for project in self:
            assigned, paid, advance = sums.get(project._origin.id, (0, 0, 0))
            project.amount_assigned = assigned
            project.amount_disbursed = paid
            project.amount_advance = advance
            project.percent_disbursed = 100 * paid / assigned if assigned else 0

    # === BUSINESS METHODS === #

    def _list_opener_scopes(self, unit_id):
        serving = ("treasury", self.unit_id.treasury_id.id)
        return *super()._list_opener_scopes(unit_id), serving
