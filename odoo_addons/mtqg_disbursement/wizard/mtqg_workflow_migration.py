from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.workflow_version import Askers, VersionFacts


class MtqgWorkflowMigration(models.TransientModel):
    """Running documents go over to another version: first looked at, then done."""

    _name = "mtqg.workflow.migration"
    _description = "Move of documents to another version"
    _rec_name = "source_id"

    source_id = fields.Many2one(
        "mtqg.workflow",
        string="From version",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    model = fields.Char(related="source_id.model", related_sudo=False)
    target_id = fields.Many2one(
        "mtqg.workflow",
        string="To version",
        compute="_compute_target_id",
        store=True,
        readonly=False,
        compute_sudo=False,
        ondelete="cascade",
        domain="[('model', '=', model), ('state', '=', 'published'),"
        " ('id', '!=', source_id)]",
    )
    comment = fields.Text(
        string="Why", help="Kept in the history of each document that moves."
    )
    stage_ids = fields.One2many(
        "mtqg.workflow.migration.stage",
        "migration_id",
        string="Stages",
        compute="_compute_stage_ids",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    line_ids = fields.One2many(
        "mtqg.workflow.migration.line", "migration_id", readonly=True
    )
    is_done = fields.Boolean(readonly=True)
    moved_count = fields.Integer(string="Can move", compute="_compute_counts")
    left_count = fields.Integer(string="Stay behind", compute="_compute_counts")

    # === COMPUTE METHODS === #

    @api.depends("source_id")
    def _compute_target_id(self):
        for migration in self:
            source = migration.source_id
            published = source._find_published() if source else source
            migration.target_id = published - source

    @api.depends("source_id", "target_id")
    def _compute_stage_ids(self):
        """Propose the stage of the same code for each stage with documents in it."""
        for migration in self:
            stages = {s.code: s.id for s in migration.target_id.stage_ids}
            counts = migration._count_stages()
            migration.stage_ids = [Command.clear()] + [
                Command.create(
                    {
                        "stage_from_id": stage.id,
                        "stage_to_id": stages.get(stage.code, False),
                        "document_count": counts[stage],
                    }
                )
                for stage in migration.source_id.stage_ids
                if stage in counts
            ]

    def _count_stages(self):
        source = self.source_id
        if not source or not self.target_id:
            return {}
        documents = self.env[source.model].with_context(active_test=False)
        domain = source._get_running_domain(source._origin)
        return dict(documents._read_group(domain, ["stage_id"], ["__count"]))

    @api.depends("line_ids.is_moved")
    def _compute_counts(self):
        for migration in self:
            moved = migration.line_ids.filtered("is_moved")
            migration.moved_count = len(moved)
            migration.left_count = len(migration.line_ids) - len(moved)

    # === CRUD METHODS === #

    def write(self, vals):
        # what was looked at before the choice changed says nothing any more
        if vals.keys() & {"target_id", "stage_ids"}:
            self.line_ids.unlink()
        return super().write(vals)

    # === ACTION METHODS === #

    def action_preview(self):
        """List what would become of each document; nothing is moved."""
        self._check_ready()
        documents = self.source_id._find_running()
        places = documents._plan_migration(self.target_id, self._read_map())
        self._show(documents, places)
        return self._get_action()

    def action_migrate(self):
        """Move the documents that can go; the others stay on their version.

        :raise UserError: if nobody looked at the list before, or said why
        """
        self._check_ready()
        if not self.line_ids or self.is_done:
            raise UserError(self.env._("Look at what would happen first."))
        if not (self.comment or "").strip():
            raise UserError(
                self.env._("Say why; it is kept in the history of each document.")
            )
        documents = self.source_id._find_running()
        self._show(
            documents, documents._plan_migration(self.target_id, self._read_map())
        )
        documents._migrate(self.target_id, self._read_map(), self.comment)
        self.is_done = True
        return self._get_action()

    # === BUSINESS METHODS === #

    def _check_ready(self):
        self.ensure_one()
        self.check_access("write")
        if not self.target_id:
            raise UserError(
                self.env._("Choose the published version to which documents go over.")
            )

    def _read_map(self):
        """Return {stage id now: stage id of the other version}.

        :raise UserError: if a stage belongs to neither version
        """
        for line in self.stage_ids:
            if line.stage_to_id and line.stage_to_id not in self.target_id.stage_ids:
                raise UserError(
                    self.env._(
                        "Stage “%(stage)s” is not one of %(workflow)s.",
                        stage=line.stage_to_id.name,
                        workflow=self.target_id.display_name,
                    )
                )
        return {line.stage_from_id.id: line.stage_to_id.id for line in self.stage_ids}

    def _show(self, documents, places):
        """Write the list of what becomes of each document."""
        facts = VersionFacts(documents, self.target_id)
        askers = Askers(facts)
        self.line_ids.unlink()
        self.env["mtqg.workflow.migration.line"].create(
            [
                {
                    "migration_id": self.id,
                    "res_model": document._name,
                    "res_id": document.id,
                    "document_name": document._get_label(),
                    "stage_from_id": document.stage_id.id,
                    "stage_to_id": places[document.id].stage,
                    "is_moved": not places[document.id].fault,
                    "effect": self._describe(document, places[document.id], askers),
                }
                for document in facts.documents
            ]
        )

    def _describe(self, document, place, askers):
        """Return what becomes of a document, in sentences."""
        if place.fault:
            return {
                "no_stage": self.env._(
                    "Stays: its stage has no counterpart. Choose one."
                ),
                "no_way": self.env._("Stays: no way leads on from there for it."),
                "ends": self.env._("Stays: it would end there without any approval."),
            }[place.fault]
        papers = self.env["mtqg.paper.type"].browse(place.missing).mapped("name")
        missing = self.env._("Missing: %(papers)s.", papers=", ".join(papers))
        if place.transition is None:
            if not document.workflow_transition_id:
                return self.env._("Moves.")
            text = self.env._("Moves, and goes back to its maker.")
            return f"{text} {missing}" if papers else text
        stage = askers.facts.definition.stage_of[place.stage]
        asked = askers.list_asked(document, place.transition, stage)
        people = "; ".join(askers.describe(who) for who in dict.fromkeys(asked))
        text = self.env._("Moves; asked again: %(people)s.", people=people)
        return f"{text} {missing}" if papers else text

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move running documents"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }


class MtqgWorkflowMigrationStage(models.TransientModel):
    """The stage of the new version that takes the documents of a stage."""

    _name = "mtqg.workflow.migration.stage"
    _description = "Stage of a move to another version"
    _order = "id"
    _rec_name = "stage_from_id"

    migration_id = fields.Many2one(
        "mtqg.workflow.migration", required=True, ondelete="cascade", index=True
    )
    target_id = fields.Many2one(
        "mtqg.workflow", related="migration_id.target_id", related_sudo=False
    )
    stage_from_id = fields.Many2one(
        "mtqg.workflow.stage", string="Stage now", required=True, ondelete="cascade"
    )
    document_count = fields.Integer(string="Documents", readonly=True)
    stage_to_id = fields.Many2one(
        "mtqg.workflow.stage",
        string="Stage then",
        ondelete="cascade",
        domain="[('workflow_id', '=', target_id),"
        " ('kind', 'in', ('start', 'work', 'review'))]",
    )


class MtqgWorkflowMigrationLine(models.TransientModel):
    """What becomes of one document."""

    _name = "mtqg.workflow.migration.line"
    _description = "Document of a move to another version"
    _order = "is_moved, id"
    _rec_name = "document_name"

    migration_id = fields.Many2one(
        "mtqg.workflow.migration", required=True, ondelete="cascade", index=True
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True
    )
    document_name = fields.Char(string="Document name", readonly=True)
    stage_from_id = fields.Many2one("mtqg.workflow.stage", string="From", readonly=True)
    stage_to_id = fields.Many2one("mtqg.workflow.stage", string="To", readonly=True)
    is_moved = fields.Boolean(string="Moves", readonly=True)
    effect = fields.Text(string="What happens", readonly=True)
