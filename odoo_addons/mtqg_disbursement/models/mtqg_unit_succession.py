from odoo import api, fields, models


class MtqgUnitSuccession(models.Model):
    """One successor of a unit that ended, with its share of what is handed over."""

    _name = "mtqg.unit.succession"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Unit succession"
    _order = "date desc, id"
    _rec_name = "reference"

    decision_id = fields.Many2one(
        "mtqg.decision",
        string="Decision to hand over",
        ondelete="cascade",
        index="btree_not_null",
    )
    predecessor_id = fields.Many2one(
        "mtqg.unit",
        required=True,
        ondelete="restrict",
        index=True,
        compute="_compute_from_decision",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    successor_id = fields.Many2one(
        "mtqg.unit", required=True, ondelete="restrict", index=True
    )
    date = fields.Date(
        string="Effective date",
        required=True,
        compute="_compute_from_decision",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    share = fields.Integer(
        default=1,
        required=True,
        aggregator=None,
        help="Weight of this successor among all successors of the unit.",
    )
    reference = fields.Char(
        string="Resolution or decision",
        required=True,
        compute="_compute_from_decision",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    project_ids = fields.Many2many(
        "mtqg.project",
        "mtqg_unit_succession_project_rel",
        "succession_id",
        "project_id",
        string="Takes over projects",
    )
    is_effective = fields.Boolean(
        string="In force",
        compute="_compute_is_effective",
        store=True,
        compute_sudo=False,
        help="A succession of a decision counts once the decision is signed.",
    )

    _pair_in_force = models.UniqueIndex(
        "(predecessor_id, successor_id) WHERE is_effective",
        "This succession is already recorded.",
    )
    _not_itself = models.Constraint(
        "CHECK (predecessor_id <> successor_id)", "A unit does not succeed itself."
    )
    _share_positive = models.Constraint("CHECK (share > 0)", "A share is positive.")

    # === COMPUTE METHODS === #

    @api.depends("decision_id.predecessor_id", "decision_id.date", "decision_id.number")
    def _compute_from_decision(self):
        for heir in self:
            decision = heir.decision_id
            heir.predecessor_id = decision.predecessor_id or heir.predecessor_id
            heir.date = decision.date or heir.date
            heir.reference = decision.number or heir.reference

    @api.depends(
        "decision_id.workflow_state", "decision_id.reversal_ids.workflow_state"
    )
    def _compute_is_effective(self):
        for heir in self:
            decision = heir.decision_id
            heir.is_effective = not decision or (
                decision.workflow_state == "done" and not decision.is_reversed
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        heirs = super().create(vals_list)
        heirs._check_decision_open()
        return heirs

    def write(self, vals):
        self._check_decision_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_decision_open(self):
        self._check_decision_open()

    # === BUSINESS METHODS === #

    def _check_decision_open(self):
        if not self.env.su and self.decision_id:
            self.decision_id._check_open_for_editing()
            self.decision_id._note_editor()
