import ast

from odoo import api, models, tools
from odoo.exceptions import UserError

from ..engine import workflow_file as engine
from ..engine.money import MAX_DONG

# (key of the file, field) of each part; a key is called like its field where it can be
_SHAPES = {
    "mtqg.workflow": (
        ("code", "code"),
        ("name", "name"),
        ("model", "model_id"),
        ("condition", "condition"),
        ("sequence", "sequence"),
        ("legal_basis", "legal_basis"),
        ("stages", "stage_ids"),
        ("transitions", "transition_ids"),
    ),
    "mtqg.workflow.stage": (
        ("code", "code"),
        ("name", "name"),
        ("kind", "kind"),
        ("sequence", "sequence"),
        ("is_outside", "is_outside"),
    ),
    "mtqg.workflow.transition": (
        ("name", "name"),
        ("kind", "kind"),
        ("from", "stage_from_id"),
        ("to", "stage_to_id"),
        ("sequence", "sequence"),
        ("when_amount_from", "when_amount_from"),
        ("when_amount_to", "when_amount_to"),
        ("when_group", "when_group"),
        ("when_nature", "when_nature"),
        ("when_unit_kind", "when_unit_kind"),
        ("condition", "condition"),
        ("limit_days", "limit_days"),
        ("any_earlier", "any_earlier"),
        ("steps", "step_ids"),
        ("papers", "requirement_ids"),
        ("escalations", "escalation_ids"),
        ("notices", "notice_ids"),
    ),
    "mtqg.workflow.step": (
        ("name", "name"),
        ("kind", "kind"),
        ("sequence", "sequence"),
        ("user", "user_id"),
        ("group", "group_id"),
        ("field_name", "field_name"),
        ("level", "level"),
        ("quorum", "quorum"),
        ("needed", "needed"),
        ("condition", "condition"),
        ("bar_requester", "bar_requester"),
        ("bar_editor", "bar_editor"),
        ("bar_earlier", "bar_earlier"),
        ("fallback_group", "fallback_group_id"),
        ("limit_days", "limit_days"),
        ("remind_days", "remind_days"),
    ),
    "mtqg.workflow.requirement": (
        ("paper", "paper_type_id"),
        ("sequence", "sequence"),
        ("condition", "condition"),
        ("needs_file", "needs_file"),
        ("needs_validity", "needs_validity"),
    ),
    "mtqg.workflow.escalation": (
        ("days", "days"),
        ("kind", "kind"),
        ("group", "group_id"),
    ),
    "mtqg.workflow.notice": (
        ("audience", "audience"),
        ("group", "group_id"),
    ),
}
# what the file leaves out; these stay as they are, whatever a model's default becomes
_USUAL = {
    "sequence": 10,
    "quorum": "any",
    "needed": 1,
    "bar_requester": True,
    "bar_editor": True,
    "bar_earlier": True,
    "fallback_group": "mtqg_disbursement.group_manager",
    "remind_days": 1,
}
_RANGES = {"needed": (1, 1_000), "days": (1, 3_650), "sequence": (-(10**6), 10**6)}
_REQUIRED = frozenset({"code", "from", "to", "model", "paper", "days", "audience"})
_EMPTY = {"text": "", "number": 0, "flag": False, "parts": [], "domain": []}


class MtqgWorkflowExport(models.Model):
    """A version as a file that people read, compare and carry to another database."""

    _inherit = "mtqg.workflow"

    # === ACTION METHODS === #

    @api.readonly
    def export_text(self):
        """Return the version as the text of its file (JSON).

        Groups are named by their external ids, types of paper, units and programs by
        their codes, users by their logins.
        """
        self.check_access("read")
        if len(self) != 1:
            raise UserError(self.env._("Choose one version to export."))
        return engine.write(self._export_data(), self._get_file_keys())

    def action_export(self):
        """Download the file of the version."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/mtqg_disbursement/workflow/{self.id}.json",
            "target": "download",
        }

    # === SHAPE === #

    @api.model
    @tools.ormcache()
    def _get_file_keys(self):
        """Return the shape of the file: the keys of a version and of its parts."""
        return self._make_keys("mtqg.workflow")

    def _make_keys(self, model):
        fields = self.env[model]._fields
        return tuple(
            self._make_key(name, fields[field]) for name, field in _SHAPES[model]
        )

    def _make_key(self, name, field):
        kind = self._get_kind(name, field)
        choices = field.get_values(self.env) if kind == "choice" else ()
        low, high = _RANGES.get(name, (0, 3_650))
        if name.startswith("when_amount"):
            high = MAX_DONG
        is_chosen = kind == "choice" and field.required and name not in _USUAL
        return engine.Key(
            name=name,
            field=field.name,
            kind=kind,
            default=_USUAL.get(name, _EMPTY.get(kind)),
            is_required=kind == "words" or is_chosen or name in _REQUIRED,
            choices=tuple(choices),
            low=low,
            high=high,
            parts=self._make_keys(field.comodel_name) if kind == "parts" else (),
        )

    def _get_kind(self, name, field):
        if name in {"from", "to", "model"}:
            return "text"
        if field.type == "char":
            is_domain = name == "condition"
            return "domain" if is_domain else "words" if field.translate else "text"
        return {
            "integer": "number",
            "boolean": "flag",
            "selection": "choice",
            "many2one": "reference",
            "one2many": "parts",
        }[field.type]

    # === CONTENT === #

    def _export_data(self):
        """Return the version as data: every key of the shape, in its order."""
        self.ensure_one()
        workflow = self.with_context(lang=engine.BASE_LANGUAGE)
        return _Exporter(workflow).export(workflow, self._get_file_keys())

    def _list_transitions(self):
        """Return the transitions, those of one stage together, as they are tried."""
        order = {stage: place for place, stage in enumerate(self.stage_ids)}
        return self.transition_ids.sorted(
            lambda transition: (
                order.get(transition.stage_from_id, len(order)),
                transition.sequence,
                transition.id,
            )
        )


class _Exporter:
    """Turns records into plain data; what is asked again is asked once."""

    def __init__(self, workflow):
        self.env = workflow.env
        self.model = workflow.model
        installed = workflow.env["res.lang"].sudo().get_installed()
        self.languages = [
            code for code, _name in installed if code != engine.BASE_LANGUAGE
        ]
        self.references = {}

    def export(self, record, keys):
        """Return {key: value} of a record."""
        return {key.name: self._export_value(record, key) for key in keys}

    def _export_value(self, record, key):
        value = record[key.field]
        if key.name == "transitions":
            value = record._list_transitions()
        if key.name == "model":
            return record.model
        if key.name in {"from", "to"}:
            return value.code
        export = {
            "parts": lambda: [self.export(part, key.parts) for part in value],
            "words": lambda: self._export_words(record, key.field),
            "domain": lambda: self._export_domain(value),
            "reference": lambda: self.refer(value),
            "flag": lambda: bool(value),
            "number": lambda: value or 0,
        }.get(key.kind, lambda: value or key.default)
        return export()

    def _export_words(self, record, field):
        """Return the text, or its translations where one differs."""
        base = record[field]
        words = {
            language: word
            for language in self.languages
            if (word := record.with_context(lang=language)[field]) != base
        }
        return {engine.BASE_LANGUAGE: base, **words} if words else base

    # === REFERENCES === #

    def refer(self, record):
        """Return what names a record in every database; None for none."""
        if not record:
            return None
        if record not in self.references:
            self.references[record] = self._make_reference(record.sudo())
        return self.references[record]

    def _make_reference(self, record):
        match record._name:
            case "res.users":
                return record.login
            case "mtqg.paper.type":
                return record.code
        found = (
            self.env["ir.model.data"]
            .sudo()
            .search(
                [("model", "=", record._name), ("res_id", "=", record.id)],
                order="module, name",
            )
        )
        named = found.filtered(lambda data: not data.module.startswith("__"))
        return named[0].complete_name if named else {"name": record.name}

    def _export_domain(self, text):
        """Return a condition as lists; its text where it is no domain."""
        try:
            items = ast.literal_eval(text or "[]")
            items = self._export_items(items, self.env[self.model])
        except (ValueError, SyntaxError, TypeError, KeyError, RecursionError):
            return text
        return items if engine.is_domain(items) else text

    def _export_items(self, items, model):
        if not isinstance(items, (list, tuple)):
            raise TypeError(items)
        return [
            self._export_leaf(item, model) if engine.is_leaf(item) else item
            for item in items
        ]

    def _export_leaf(self, leaf, model):
        path, operator, value = leaf
        field = None
        for name in path.split(".") if isinstance(path, str) else ():
            model = self.env[field.comodel_name] if field else model
            field = model._fields[name]
        if operator in {"any", "not any"} and field is not None:
            return [
                path,
                operator,
                self._export_items(value, self.env[field.comodel_name]),
            ]
        if field is not None and field.comodel_name:
            value = self._export_ids(value, self.env[field.comodel_name])
        return [path, operator, list(value) if isinstance(value, tuple) else value]

    def _export_ids(self, value, model):
        """Name the records of a condition by their codes, where they have codes."""
        if isinstance(value, (list, tuple)):
            return [self._export_ids(item, model) for item in value]
        is_id = isinstance(value, int) and not isinstance(value, bool)
        if not is_id or "code" not in model._fields:
            return value
        code = model.sudo().browse(value).exists().code
        return {"code": code} if code else value
