from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..clock import read_moment
from ..models.workflow_trial import Trial

# documents of one request: a progress bar moves, and no request takes long
_SLICE = 200
_MOST = 5_000
_VERDICTS = [
    ("same", "As it was"),
    ("changed", "Otherwise"),
    ("blocked", "Would have stopped"),
    ("elsewhere", "Another workflow"),
]


class MtqgWorkflowTrial(models.TransientModel):
    """A version tried on past documents before it is published: nothing is written."""

    _name = "mtqg.workflow.trial"
    _description = "Trial of a workflow"
    _rec_name = "workflow_id"

    workflow_id = fields.Many2one(
        "mtqg.workflow", required=True, readonly=True, ondelete="cascade"
    )
    model = fields.Char(related="workflow_id.model", related_sudo=False)
    date_from = fields.Date(string="Made from")
    date_to = fields.Date(string="Made until")
    domain = fields.Char(string="Only documents", default="[]")
    document_limit = fields.Integer(
        string="At most", default=200, help="The latest ones, 5,000 at most."
    )
    total = fields.Integer(string="Documents", readonly=True)
    done_count = fields.Integer(string="Tried", compute="_compute_counts")
    same_count = fields.Integer(string="As it was", compute="_compute_counts")
    changed_count = fields.Integer(string="Otherwise", compute="_compute_counts")
    blocked_count = fields.Integer(
        string="Would have stopped", compute="_compute_counts"
    )
    elsewhere_count = fields.Integer(
        string="Another workflow", compute="_compute_counts"
    )
    line_ids = fields.One2many("mtqg.workflow.trial.line", "trial_id", readonly=True)

    _limit_in_range = models.Constraint(
        f"CHECK (document_limit BETWEEN 1 AND {_MOST})",
        "Try between 1 and 5,000 documents.",
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids.verdict")
    def _compute_counts(self):
        groups = self.env["mtqg.workflow.trial.line"]._read_group(
            [("trial_id", "in", self.ids)], ["trial_id", "verdict"], ["__count"]
        )
        counts = {(trial.id, verdict): count for trial, verdict, count in groups}
        for trial in self:
            found = [
                counts.get((trial._origin.id, key), 0) for key, _label in _VERDICTS
            ]
            trial.same_count, trial.changed_count = found[:2]
            trial.blocked_count, trial.elsewhere_count = found[2:]
            trial.done_count = sum(found)

    # === ACTION METHODS === #

    def action_run(self):
        """Try all chosen documents at once, and show the result."""
        self.ensure_one()
        self.start()
        while self.run_slice()["done"] < self.total:
            pass
        return self._get_action()

    def start(self):
        """Forget the last result, and count the documents to try.

        :return: dict ``done``, ``total``
        :raise UserError: if the version has faults that keep documents from moving
        """
        self.ensure_one()
        self.check_access("write")
        if faults := self.workflow_id._find_faults():
            raise UserError(
                "\n".join([self.env._("First put the version right:"), *faults])
            )
        self.line_ids.unlink()
        self.total = len(self._find_documents())
        return {"done": 0, "total": self.total}

    def run_slice(self):
        """Try the next documents.

        :return: dict ``done``, ``total``
        """
        self.ensure_one()
        self.check_access("write")
        done = len(self.line_ids)
        documents = self._find_documents(offset=done)[:_SLICE]
        if documents and done < self.total:
            lines = Trial(documents, self.workflow_id).list_lines()
            self.env["mtqg.workflow.trial.line"].create(
                [{"trial_id": self.id, **line} for line in lines]
            )
        else:
            # documents may have gone meanwhile: what is left is all there is
            self.total = done
        return {"done": len(self.line_ids), "total": self.total}

    # === BUSINESS METHODS === #

    def _find_documents(self, offset=0):
        """Return the documents of the choice, the latest first."""
        transitions = self.env["mtqg.workflow.transition"]
        model = self.env[self.workflow_id.model].with_context(active_test=False)
        domain = transitions._parse_domain(self.domain)
        try:
            domain.validate(model)
        except (ValueError, TypeError) as error:
            raise UserError(str(error)) from None
        domain &= fields.Domain("workflow_id", "!=", False)
        if self.date_from:
            before = read_moment(self.date_from - timedelta(days=1))
            domain &= fields.Domain("create_date", ">", before)
        if self.date_to:
            domain &= fields.Domain("create_date", "<=", read_moment(self.date_to))
        rest = max(self.document_limit - offset, 0)
        if not rest:
            return model.browse()
        return model.search(domain, offset=offset, limit=rest, order="id desc")

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try on past documents"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }


class MtqgWorkflowTrialLine(models.TransientModel):
    """What a version would have done with one document."""

    _name = "mtqg.workflow.trial.line"
    _description = "Trial of a workflow on a document"
    _order = "id"
    _rec_name = "document_name"

    trial_id = fields.Many2one(
        "mtqg.workflow.trial", required=True, ondelete="cascade", index=True
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True
    )
    document_name = fields.Char(string="Document name", readonly=True)
    unit_id = fields.Many2one("mtqg.unit", readonly=True)
    version_then_id = fields.Many2one(
        "mtqg.workflow", string="Workflow then", readonly=True
    )
    route_then = fields.Text(string="Way then", readonly=True)
    people_then = fields.Char(string="Approved by", readonly=True)
    route_now = fields.Html(string="Way now", readonly=True)
    people_now = fields.Char(string="Would be asked", readonly=True)
    verdict = fields.Selection(_VERDICTS, string="Result", readonly=True)
    difference = fields.Text(string="What differs", readonly=True)

    def action_open_document(self):
        """Open the document of the line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }


class MtqgWorkflow(models.Model):
    _inherit = "mtqg.workflow"

    def action_try(self):
        """Open the trial of the version on past documents."""
        self.ensure_one()
        trial = self.env["mtqg.workflow.trial"].create({"workflow_id": self.id})
        return trial._get_action()
