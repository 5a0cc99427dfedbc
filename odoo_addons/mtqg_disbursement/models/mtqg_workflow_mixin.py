from odoo import api, fields, models
from odoo.exceptions import UserError

from .workflow_facts import Facts

_WORKFLOW_FIELDS = frozenset(
    {
        "workflow_id",
        "stage_id",
        "workflow_state",
        "workflow_transition_id",
        "workflow_requester_id",
        "workflow_editor_id",
        "workflow_run",
        "date_submitted",
    }
)


class MtqgWorkflowMixin(models.AbstractModel):
    """A document that moves through a workflow.

    To put a model under workflow: inherit this mixin, name the field that holds its
    unit, and say in ``_on_workflow_done`` what becomes true with the last approval.
    The fields below are written by transitions only; users may not write them over any
    path, because access to them is refused as such (``_has_field_access``).

    State: draft -> running -> done, rejected or cancelled.
    """

    _name = "mtqg.workflow.mixin"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Document under workflow"

    # field that names the unit whose leader approves
    _workflow_unit_field = "unit_id"
    # fields that may change while the document waits or is done
    _workflow_free_fields = frozenset()
    # paths of fields that conditions of a definition may name
    _workflow_condition_fields = ()
    # what the columns of a decision table stand for: amount, group, nature, unit_kind
    _workflow_columns = {}

    workflow_id = fields.Many2one(
        "mtqg.workflow", readonly=True, copy=False, ondelete="restrict", index=True
    )
    stage_id = fields.Many2one(
        "mtqg.workflow.stage",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index=True,
        domain="[('workflow_id', '=', workflow_id)]",
        group_expand="_group_expand_stages",
    )
    workflow_state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "In progress"),
            ("done", "Done"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ],
        string="State",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    workflow_transition_id = fields.Many2one(
        "mtqg.workflow.transition",
        string="Waiting for",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    workflow_requester_id = fields.Many2one(
        "res.users",
        string="Submitted by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    workflow_editor_id = fields.Many2one(
        "res.users",
        string="Last edited by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    # number of the submission; an approver agrees once in each
    workflow_run = fields.Integer(readonly=True, copy=False, aggregator=None)
    date_submitted = fields.Datetime(string="Submitted on", readonly=True, copy=False)
    paper_ids = fields.One2many(
        "mtqg.paper",
        "res_id",
        string="Papers",
        copy=False,
        bypass_search_access=True,
        domain=lambda self: [("res_model", "=", self._name)],
    )
    workflow_event_ids = fields.One2many(
        "mtqg.workflow.event",
        "res_id",
        string="History",
        readonly=True,
        domain=lambda self: [("res_model", "=", self._name)],
    )
    is_locked = fields.Boolean(compute="_compute_rights")
    can_submit = fields.Boolean(compute="_compute_rights")
    can_decide = fields.Boolean(compute="_compute_rights")
    can_withdraw = fields.Boolean(compute="_compute_rights")
    workflow_returned = fields.Text(
        string="Why it came back", compute="_compute_returned"
    )
    workflow_hint = fields.Text(string="What is missing", compute="_compute_rights")

    # === COMPUTE METHODS === #

    @api.depends("stage_id", "workflow_transition_id", "workflow_state")
    @api.depends_context("uid", "lang")
    def _compute_rights(self):
        saved = self._origin
        facts = Facts(saved)
        blockers = saved._find_move_blockers("next", facts)
        for document in self:
            origin = document._origin
            waits = bool(document.workflow_transition_id)
            is_final = document.workflow_state not in {"draft", "running"}
            document.is_locked = waits or is_final
            document.can_submit = origin and not waits and not is_final
            document.can_decide = any(
                task.asked for task in facts.list_pending(origin.id)
            )
            document.can_withdraw = waits and document._may_withdraw()
            document._note_seats(facts)
            document.workflow_blockers = blockers.get(origin.id, [])
            document.workflow_hint = "\n".join(
                blocker["message"] for blocker in blockers.get(origin.id, ())
            )

    @api.depends("workflow_state", "workflow_transition_id", "workflow_run")
    @api.depends_context("lang")
    def _compute_returned(self):
        """Tell why a document that can be edited again was sent back."""
        for document in self:
            last = document.workflow_event_ids.sorted("sequence")[-1:]
            is_back = last.name == "return" and not document.workflow_transition_id
            document.workflow_returned = is_back and self.env._(
                "Returned by %(person)s: %(reason)s",
                person=last.user_id.name,
                reason=last.comment,
            )

    def _group_expand_stages(self, stages, domain):
        workflow = self.env["mtqg.workflow"]._find_for(self._name)
        return stages | workflow.stage_ids.filtered(lambda stage: not stage.fold)

    # === CRUD METHODS === #

    def _has_field_access(self, field, operation):
        if operation == "write" and field.name in _WORKFLOW_FIELDS:
            return self.env.su
        return super()._has_field_access(field, operation)

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._name_papers(vals) for vals in vals_list]
        documents = super().create(vals_list)
        documents._start_workflow()
        return documents

    def write(self, vals):
        content = vals.keys() - self._get_free_fields()
        if content and not self.env.su:
            self._check_open_for_editing()
        result = super().write(self._name_papers(vals))
        if content and not self.env.su:
            self._note_editor()
        return result

    def _name_papers(self, vals):
        """Say in the commands that make papers which model they belong to."""
        if "paper_ids" not in vals:
            return vals
        return {
            **vals,
            "paper_ids": [
                (0, 0, {**command[2], "res_model": self._name})
                if command[0] == fields.Command.CREATE
                else command
                for command in vals["paper_ids"]
            ],
        }

    def copy_data(self, default=None):
        if forbidden := _WORKFLOW_FIELDS & (default or {}).keys():
            for name in forbidden:
                self._check_field_access(self._fields[name], "write")
        return super().copy_data(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        if started := self.filtered(
            lambda document: (
                document.workflow_state != "draft" or document.sudo().workflow_event_ids
            )
        ):
            raise UserError(
                self.env._(
                    "%(document)s has already been submitted once, so it stays in the "
                    "register. Withdraw or reverse it instead.",
                    document=started[0].display_name,
                )
            )

    # === BUSINESS METHODS === #

    def _on_workflow_done(self):
        """Make true what the last approval decides; overridden by each document.

        Runs as superuser on the documents about to reach their final stage, in the
        transaction of the approval: an error here undoes the approval.
        """

    def _find_document_faults(self):
        """Return reasons ({code, message}) why the content is not ready to move."""
        return []

    def _get_workflow_unit(self):
        """Return the unit whose leader approves the document."""
        return self[self._workflow_unit_field]

    def _list_opener_scopes(self, unit_id):
        """Return ((role, unit id), …): who has the role there or above may open it.

        :param int unit_id: the unit of the document

        It says in short what the record rules say; a document with rules of its own
        says so here, too.
        """
        return (("viewer", unit_id),)

    def _get_free_fields(self):
        return self._workflow_free_fields | {
            name
            for name in self._fields
            if name.startswith(("message_", "activity_", "my_activity_", "website_"))
        }

    def _is_locked(self):
        """Tell whether the content may not change: waiting for approval, or ended."""
        self.ensure_one()
        is_open = self.workflow_state in {"draft", "running"}
        return bool(self.workflow_transition_id) or not is_open

    def _check_open_for_editing(self):
        """Refuse changes to a document that waits for approval or has ended.

        :raise UserError: naming the document and what to do instead
        """
        if self.env.su:
            return
        for document in self:
            if document._is_locked():
                # what it is called and where it stands is not for everybody
                document.check_access("read")
                raise UserError(
                    self.env._(
                        "%(document)s is “%(stage)s” and cannot be changed. While it "
                        "waits, withdraw it first; when it is done, reverse it.",
                        document=document.display_name,
                        stage=document.stage_id.name,
                    )
                )

    def _note_editor(self):
        stale = self.filtered(lambda d: d.workflow_editor_id != self.env.user)
        if stale:
            stale.sudo().write({"workflow_editor_id": self.env.uid})

    def _start_workflow(self):
        """Put new documents at the start of the workflow that fits them."""
        rest = self.sudo().filtered(lambda document: not document.stage_id)
        published = self.env["mtqg.workflow"]._list_published(self._name)
        for workflow_id, condition, start_id in published:
            taken = rest._filter_condition(condition) if condition else rest
            taken.write({"workflow_id": workflow_id, "stage_id": start_id})
            rest -= taken
        if rest:
            raise UserError(
                self.env._(
                    "No published workflow takes %(document)s. Ask a manager to "
                    "publish one.",
                    document=rest[0].display_name,
                )
            )

    def _filter_condition(self, domain):
        """Return the documents for which a condition holds, in one query."""
        return self.with_context(active_test=False).search(
            fields.Domain("id", "in", self.ids) & domain
        )
