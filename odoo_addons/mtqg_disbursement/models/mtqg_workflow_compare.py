from markupsafe import Markup

from odoo import api, fields, models

from ..engine.workflow_compare import compare
from ..engine.workflow_file import BASE_LANGUAGE, domain_text

_MODELS = {
    "workflow": "mtqg.workflow",
    "stage": "mtqg.workflow.stage",
    "transition": "mtqg.workflow.transition",
    "step": "mtqg.workflow.step",
    "paper": "mtqg.workflow.requirement",
    "escalation": "mtqg.workflow.escalation",
    "notice": "mtqg.workflow.notice",
}


class MtqgWorkflowCompare(models.Model):
    """What a version changes against the one that is in use, in words."""

    _inherit = "mtqg.workflow"

    previous_id = fields.Many2one(
        "mtqg.workflow",
        string="Compared with",
        compute="_compute_comparison",
        help="The published version of the workflow, or the version before this one.",
    )
    comparison = fields.Html(
        string="What changes", compute="_compute_comparison", sanitize=False
    )

    # === COMPUTE METHODS === #

    @api.depends("code", "version", "state", "stage_ids", "transition_ids")
    @api.depends_context("lang")
    def _compute_comparison(self):
        for workflow in self:
            origin = workflow._origin
            previous = origin._find_previous()
            workflow.previous_id = previous
            lines = origin._describe_changes(previous) if previous else []
            workflow.comparison = _as_list(lines)

    # === ACTION METHODS === #

    @api.readonly
    def get_changes(self):
        """Say what versions change against the one in use: a list of sentences."""
        self.check_access("read")
        return [
            sentence
            for workflow in self
            if (previous := workflow._find_previous())
            for sentence in workflow._describe_changes(previous)
        ]

    # === BUSINESS METHODS === #

    def _find_previous(self):
        """Return the version with which this one is compared; none for a first one."""
        if not self.code:
            return self.browse()
        if self.state == "draft" and (published := self._find_published()):
            return published
        return self.search(
            [("code", "=", self.code), ("version", "<", self.version)],
            order="version desc",
            limit=1,
        )

    def _describe_changes(self, previous):
        """Return sentences on what is otherwise here than in another version."""
        self.ensure_one()
        old, new = previous._export_data(), self._export_data()
        speaker = _Speaker(self, old, new)
        return [speaker.say(change) for change in compare(old, new)]


class _Speaker:
    """Puts differences into words, with the names of the parts as users see them."""

    def __init__(self, workflow, old, new):
        self.workflow, self.env = workflow, workflow.env
        stages = [*old["stages"], *new["stages"]]
        self.stages = {s["code"]: self._say_words(s["name"]) for s in stages}
        self.keys = self._list_keys("mtqg.workflow", workflow._get_file_keys())
        self.words, self.found = workflow.env["mtqg.workflow.words"], {}

    def _list_keys(self, model, keys):
        """Return {(model, key name): (field, key)} of all parts."""
        found = {}
        for key in keys:
            field = self.env[model]._fields[key.field]
            found[model, key.name] = field, key
            if key.kind == "parts":
                found |= self._list_keys(field.comodel_name, key.parts)
        return found

    def say(self, change):
        """Return the sentence of a difference."""
        name = self._name(change.part, change.item, change.owner)
        match change.kind:
            case "added":
                return self.env._("%(part)s is new.", part=name)
            case "removed":
                return self.env._("%(part)s is gone.", part=name)
            case "order":
                return self.env._("%(part)s is tried earlier than before.", part=name)
        field, key = self.keys[_MODELS[change.part], change.key]
        return self.env._(
            "%(part)s: “%(field)s” was %(before)s, is %(after)s.",
            part=name,
            field=field._description_string(self.env),
            before=self._say_value(change.before, field, key),
            after=self._say_value(change.after, field, key),
        )

    def _name(self, part, item, owner):
        """Return what a part is called, with the transition that it belongs to."""
        match part:
            case "workflow":
                return self.env._("The workflow")
            case "stage":
                return self.env._("Stage “%(name)s”", name=self.stages[item["code"]])
            case "transition":
                return self._name_transition(item)
        inner = {
            "step": lambda: self.env._(
                "approver step “%(name)s”", name=self._say_words(item["name"])
            ),
            "paper": lambda: self.env._(
                "paper “%(name)s”", name=self._find("mtqg.paper.type", item["paper"])
            ),
            "escalation": lambda: self.env._(
                "escalation after %(days)s working days", days=item["days"]
            ),
            "notice": lambda: self.env._(
                "notification of “%(name)s”", name=self._say_audience(item)
            ),
        }[part]()
        return f"{self._name_transition(owner)} › {inner}"

    def _name_transition(self, item):
        return self.env._(
            "Transition “%(name)s” (%(from)s → %(to)s)",
            **{
                "name": self._say_words(item["name"]),
                "from": self.stages.get(item["from"], item["from"]),
                "to": self.stages.get(item["to"], item["to"]),
            },
        )

    def _say_audience(self, item):
        field = self.env["mtqg.workflow.notice"]._fields["audience"]
        labels = dict(field._description_selection(self.env))
        return labels[item["audience"]]

    def _say_words(self, value):
        if isinstance(value, dict):
            return value.get(self.env.lang) or value[BASE_LANGUAGE]
        return value

    def _say_value(self, value, field, key):
        is_number = isinstance(value, int) and not key.name.startswith("when_amount")
        if not value and not is_number:
            return self.env._("nothing")
        if key.name in {"from", "to"}:
            return f"“{self.stages.get(value, value)}”"
        say = {
            "words": self._say_quoted,
            "domain": self._say_domain,
            "reference": lambda v: f"“{self._find(field.comodel_name, v)}”",
            "choice": lambda v: self._say_choice(field, v),
            "flag": self._say_flag,
            "number": str if is_number else self.words._say_amount,
        }.get(key.kind, str)
        return say(value)

    def _say_quoted(self, value):
        return f"“{self._say_words(value)}”"

    def _say_domain(self, value):
        text = value if isinstance(value, str) else domain_text(value)
        return f"“{self.words._describe_domain(text, self.workflow.model)}”"

    def _say_choice(self, field, value):
        labels = dict(field._description_selection(self.env))
        return f"“{labels.get(value, value)}”"

    def _say_flag(self, value):
        return self.env._("yes") if value else self.env._("no")

    def _find(self, model, value):
        """Return the name of a record that the file names."""
        if isinstance(value, dict):
            return next(iter(value.values()))
        if (model, value) not in self.found:
            records = self.env[model].sudo().with_context(active_test=False)
            if model == "mtqg.paper.type":
                record = records.search([("code", "=", value)], limit=1)
            elif model == "res.users":
                record = records.search([("login", "=", value)], limit=1)
            else:
                record = self.env.ref(value, raise_if_not_found=False)
            name = record.sudo().display_name if record else value
            self.found[model, value] = name
        return self.found[model, value]


def _as_list(lines):
    if not lines:
        return False
    items = Markup("").join(Markup("<li>%s</li>") % line for line in lines)
    return Markup("<ul>%s</ul>") % items
