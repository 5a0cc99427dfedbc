from odoo import Command, api, models
from odoo.exceptions import UserError

from ..engine import workflow_file as engine
from ..engine.verdict import Reason

# references that are filled by what names them in every database
_NAMED_BY = {"mtqg.paper.type": "code", "res.users": "login"}


class MtqgWorkflowImport(models.Model):
    """A version made from a file: a draft of the next number, or nothing at all."""

    _inherit = "mtqg.workflow"

    # === ACTION METHODS === #

    @api.model
    def import_text(self, text):
        """Make a draft from the text of a file; a published version is never touched.

        :param str text: what ``export_text`` returns
        :return: id of the new draft
        :raise UserError: naming every fault of the file with its place; nothing is kept
        """
        self.check_access("create")
        if not isinstance(text, str):
            raise UserError(self.env._("A definition is imported from text (JSON)."))
        data, faults = engine.read(text, self._get_file_keys())
        if not faults:
            return self._make_draft(data).id
        raise UserError(self._explain_faults(faults))

    # === BUSINESS METHODS === #

    def _make_draft(self, data):
        """Return the draft that complete and sound data describe."""
        finder = _Finder(self.env, data["model"])
        values = finder.fill(data, self._get_file_keys(), "")
        faults = finder.faults + self._find_foreign_faults(data, finder)
        if faults:
            raise UserError(self._explain_faults(faults[: engine.MOST_FAULTS]))
        last = self.search([("code", "=", data["code"])], order="version desc", limit=1)
        base = self.with_context(lang=engine.BASE_LANGUAGE)
        stages, transitions = values.pop("stage_ids"), values.pop("transition_ids")
        draft = base.create({**values, "version": last.version + 1})
        made = base.env["mtqg.workflow.stage"].create(
            [{**stage, "workflow_id": draft.id} for stage in stages]
        )
        codes = dict(zip(made.mapped("code"), made.ids, strict=True))
        base.env["mtqg.workflow.transition"].create(
            [
                {
                    **transition,
                    "workflow_id": draft.id,
                    "stage_from_id": codes[transition["stage_from_id"]],
                    "stage_to_id": codes[transition["stage_to_id"]],
                }
                for transition in transitions
            ]
        )
        draft.invalidate_recordset()
        draft._translate_parts(draft, data, self._get_file_keys())
        return draft.with_env(self.env)

    def _translate_parts(self, record, data, keys):
        """Write the translations of a record and of all its parts."""
        for key in keys:
            value = data[key.name]
            if key.kind == "words" and isinstance(value, dict):
                for language, word in value.items():
                    record.with_context(lang=language)[key.field] = word
            elif key.kind == "parts":
                # as they were made, whatever their sequence
                parts = record[key.field].sorted("id")
                for part, row in zip(parts, value, strict=True):
                    self._translate_parts(part, row, key.parts)

    def _find_foreign_faults(self, data, finder):
        """Return what the file asks for and this database does not have."""
        model, code = data["model"], data["code"]
        faults = []
        if model not in self.env["ir.model"]._get_workflow_models():
            faults.append(Reason("no_model", {"path": "model", "name": model}))
        others = self.search([("code", "=", code), ("model", "!=", model)], limit=1)
        if others:
            faults.append(Reason("other_model", {"path": "code", "code": code}))
        installed = {
            language for language, _name in self.env["res.lang"].sudo().get_installed()
        }
        missing = sorted(finder.languages - installed - {engine.BASE_LANGUAGE})
        return faults + [
            Reason("language", {"path": "name", "name": name}) for name in missing
        ]

    def _explain_faults(self, faults):
        heading = self.env._(
            "Nothing was imported. The file has to be put right first:"
        )
        lines = [self._explain_fault(fault) for fault in faults]
        return "\n".join([heading, *dict.fromkeys(lines)])

    def _explain_fault(self, fault):
        values = {"path": "", **fault.values}
        texts = self._list_shape_faults(values) | self._list_link_faults(values)
        text = texts[fault.code]
        return f"{values['path']}: {text}" if values["path"] else text

    def _list_shape_faults(self, values):
        """Return what is wrong with the shape of a file, by code."""
        return {
            "too_big": self.env._("The file is too big: at most 1 MB is read."),
            "too_deep": self.env._("The file is nested too deeply."),
            "no_json": self.env._(
                "The file is no JSON: see line %(line)s.", line=values.get("line", 1)
            ),
            "no_definition": self.env._("The file holds no workflow."),
            "format": self.env._(
                "The file has the form “%(name)s”, which is not known here.",
                name=values.get("format", ""),
            ),
            "twice": self.env._("this key stands twice."),
            "object": self.env._("an object {…} belongs here."),
            "unknown": self.env._("this key is not known."),
            "missing": self.env._("this is missing."),
            "parts": self.env._("a list […] belongs here."),
            "too_many": self.env._(
                "there are too many entries: at most %(limit)s.",
                limit=values.get("limit", 0),
            ),
            "text": self.env._("a text of at most 2,000 letters belongs here."),
            "words": self.env._(
                "a text belongs here, or an object of texts by language with en_US."
            ),
            "number": self.env._(
                "a whole number from %(low)s to %(high)s belongs here.",
                low=values.get("low", 0),
                high=values.get("high", 0),
            ),
            "flag": self.env._("true or false belongs here."),
            "choice": self.env._(
                "one of these belongs here: %(choices)s.",
                choices=values.get("choices", ""),
            ),
            "domain": self.env._("a list of conditions belongs here."),
            "reference": self.env._("the name of a record belongs here, as a text."),
        }

    def _list_link_faults(self, values):
        """Return what does not fit together, or is missing here, by code."""
        names = {"code": values.get("code", ""), "name": values.get("name", "")}
        return {
            "stage_twice": self.env._(
                "another stage has the code “%(code)s”.", **names
            ),
            "no_stage": self.env._("there is no stage “%(code)s”.", **names),
            "amounts": self.env._(
                "the amount below which a row holds is larger than the one it starts "
                "from."
            ),
            "paper_twice": self.env._(
                "the paper “%(code)s” is asked for already.", **names
            ),
            "no_model": self.env._(
                "documents “%(name)s” are not under workflow here.", **names
            ),
            "other_model": self.env._(
                "“%(code)s” is the workflow of other documents here.", **names
            ),
            "language": self.env._(
                "the language %(name)s is not installed here. Install it, or take its "
                "words out of the file.",
                **names,
            ),
            "no_record": self.env._("nothing here is called “%(name)s”.", **names),
            "many_records": self.env._(
                "several here are called “%(name)s”. Give the group an external id.",
                **names,
            ),
        }


class _Finder:
    """Turns the data of a file into values of records, and finds what it names."""

    def __init__(self, env, model):
        self.env, self.model = env, model
        self.faults, self.languages = [], set()
        self.found = {}

    def fill(self, data, keys, path):
        """Return the values of a record; what cannot be found is noted as a fault."""
        values = {}
        for key in keys:
            place = f"{path}.{key.name}" if path else key.name
            values[key.field] = self._fill_value(data[key.name], key, place)
        return values

    def _fill_value(self, value, key, path):
        if key.name == "model":
            is_known = self.model in self.env["ir.model"]._get_workflow_models()
            return self.env["ir.model"]._get_id(self.model) if is_known else False
        fill = {
            "words": lambda: self._fill_words(value),
            "domain": lambda: self._fill_domain(value, path),
            "reference": lambda: self._find_reference(key, value, path),
            "parts": lambda: self._fill_parts(value, key, path),
        }.get(key.kind, lambda: value)
        return fill()

    def _fill_words(self, value):
        if not isinstance(value, dict):
            return value
        self.languages |= value.keys()
        return value[engine.BASE_LANGUAGE]

    def _fill_parts(self, rows, key, path):
        """Return values of parts; commands where their owner makes them."""
        filled = [
            self.fill(row, key.parts, f"{path}[{number}]")
            for number, row in enumerate(rows)
        ]
        is_top = key.field in {"stage_ids", "transition_ids"}
        return filled if is_top else [Command.create(row) for row in filled]

    def _find_reference(self, key, value, path):
        if value is None:
            return False
        model = self.env[
            {
                "paper_type_id": "mtqg.paper.type",
                "user_id": "res.users",
            }.get(key.field, "res.groups")
        ]
        if (model._name, str(value)) not in self.found:
            self.found[model._name, str(value)] = self._search(model.sudo(), value)
        records = self.found[model._name, str(value)]
        return self._take(records, value, path)

    def _take(self, records, value, path):
        if len(records) == 1:
            return records.id
        name = next(iter(value.values())) if isinstance(value, dict) else value
        code = "many_records" if records else "no_record"
        self.faults.append(Reason(code, {"path": path, "name": name}))
        return False

    def _search(self, model, value):
        model = model.with_context(active_test=False, lang=engine.BASE_LANGUAGE)
        if isinstance(value, dict):
            ((kind, name),) = value.items()
            if kind not in {"name", "code"} or kind not in model._fields:
                return model.browse()
            return model.search([(kind, "=", name)], limit=2)
        if model._name in _NAMED_BY:
            return model.search([(_NAMED_BY[model._name], "=", value)], limit=2)
        record = self.env.ref(value, raise_if_not_found=False) if "." in value else None
        is_right = record is not None and record._name == model._name
        return record.sudo() if is_right else model.browse()

    # === CONDITIONS === #

    def _fill_domain(self, value, path):
        if isinstance(value, str):
            return value
        model = self.env.get(self.model)
        return engine.domain_text(self._fill_items(value, model, path))

    def _fill_items(self, items, model, path):
        return [
            self._fill_leaf(item, model, path) if engine.is_leaf(item) else item
            for item in items
        ]

    def _fill_leaf(self, leaf, model, path):
        name, operator, value = leaf
        field = self._find_field(name, model)
        comodel = self.env.get(field.comodel_name) if field else None
        if operator in {"any", "not any"} and isinstance(value, list):
            return [name, operator, self._fill_items(value, comodel, path)]
        return [name, operator, self._fill_ids(value, comodel, path)]

    def _find_field(self, path, model):
        field = None
        for name in path.split(".") if isinstance(path, str) else ():
            model = self.env.get(field.comodel_name) if field else model
            field = model._fields.get(name) if model is not None else None
            if field is None:
                return None
        return field

    def _fill_ids(self, value, model, path):
        if isinstance(value, list):
            return [self._fill_ids(item, model, path) for item in value]
        if not isinstance(value, dict):
            return value
        records = self._search(model.sudo(), value) if model is not None else ()
        return self._take(records, value, path)
