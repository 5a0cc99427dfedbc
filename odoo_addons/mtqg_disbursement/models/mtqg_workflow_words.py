import ast

from odoo import api, models

from ..engine.domain_tree import grow
from ..engine.money import group_digits

_BILLION, _MILLION = 1_000_000_000, 1_000_000


class MtqgWorkflowWords(models.AbstractModel):
    """Definitions in words: conditions, rows of decision tables, who is asked."""

    _name = "mtqg.workflow.words"
    _description = "Definitions in words"

    # === CONDITIONS === #

    @api.model
    def _describe_domain(self, text, model):
        """Return a condition in words; its text where nobody can read it as one.

        :param str text: domain on the fields of a document model, as it is kept
        :param str model: name of the document model
        """
        try:
            tree = grow(ast.literal_eval(text or "[]"))
            return self._say_node(tree, self.env[model]) if tree else ""
        except (ValueError, SyntaxError, TypeError, KeyError, RecursionError):
            return text

    def _say_node(self, node, model):
        if not node.operator:
            return self._say_leaf(*node.branches, model)
        words = [self._say_node(branch, model) for branch in node.branches]
        if node.operator == "!":
            return self.env._("not (%(condition)s)", condition=words[0])
        if node.operator == "|":
            return self.env._(" or ").join(words)
        inner = [
            f"({word})" if branch.operator == "|" else word
            for word, branch in zip(words, node.branches, strict=True)
        ]
        return self.env._(" and ").join(inner)

    def _say_leaf(self, path, operator, value, model):
        field, owner, label = self._find_field(path, model)
        if operator in {"any", "not any"}:
            inner = grow(value)
            comodel = self.env[field.comodel_name]
            words = self._say_node(inner, comodel) if inner else ""
        else:
            words = self._say_value(value, field, owner)
        if value is False and field.type != "boolean":
            operator += " nothing"
        sentences = self._list_sentences(label, words)
        return sentences.get(operator, f"{label} {operator} {words}")

    def _list_sentences(self, field, value):
        """Return what each operator says of a field and a value."""
        names = {"field": field, "value": value}
        return {
            "=": self.env._("%(field)s is %(value)s", **names),
            "in": self.env._("%(field)s is %(value)s", **names),
            "!=": self.env._("%(field)s is not %(value)s", **names),
            "not in": self.env._("%(field)s is not %(value)s", **names),
            ">": self.env._("%(field)s is above %(value)s", **names),
            ">=": self.env._("%(field)s is at least %(value)s", **names),
            "<": self.env._("%(field)s is below %(value)s", **names),
            "<=": self.env._("%(field)s is at most %(value)s", **names),
            "child_of": self.env._("%(field)s is %(value)s or below", **names),
            "ilike": self.env._("%(field)s contains “%(value)s”", **names),
            "any": self.env._("for one of %(field)s: %(value)s", **names),
            "not any": self.env._("for none of %(field)s: %(value)s", **names),
            "= nothing": self.env._("%(field)s is empty", field=field),
            "!= nothing": self.env._("%(field)s is filled in", field=field),
        }

    def _find_field(self, path, model):
        """Return (field, model that has it, label) of a dotted path."""
        labels, field, owner = [], None, model
        for name in path.split("."):
            owner = self.env[field.comodel_name] if field else model
            field = owner._fields[name]
            labels.append(field._description_string(self.env))
        return field, owner, " › ".join(labels)

    def _say_value(self, value, field, model):
        if isinstance(value, (list, tuple)):
            words = [self._say_value(item, field, model) for item in value]
            return self.env._(" or ").join(words)
        if isinstance(value, dict):  # the name of a record in a file
            return f"“{next(iter(value.values()), '')}”"
        if field.name.startswith(("amount", "when_amount")):
            return self._say_amount(value)
        say = {
            "boolean": self._say_boolean,
            "selection": lambda v: self._say_label(field, v),
            "many2one": lambda v: self._say_record(field, v),
            "one2many": lambda v: self._say_record(field, v),
            "many2many": lambda v: self._say_record(field, v),
        }.get(field.type, str)
        return say(value)

    def _say_boolean(self, value):
        return self.env._("true") if value else self.env._("false")

    def _say_label(self, field, value):
        labels = dict(field._description_selection(self.env))
        return f"“{labels.get(value, value)}”"

    def _say_record(self, field, value):
        if not isinstance(value, int):
            return f"“{value}”"
        record = self.env[field.comodel_name].browse(value).exists()
        return f"“{record.display_name if record else value}”"

    @api.model
    def _say_amount(self, amount):
        """Return an amount in the largest unit that needs at most two decimals."""
        if amount >= _BILLION and amount % (_BILLION // 100) == 0:
            return self.env._(
                "%(number)s billion đồng", number=f"{amount / _BILLION:g}"
            )
        if amount >= _MILLION and amount % (_MILLION // 100) == 0:
            return self.env._(
                "%(number)s million đồng", number=f"{amount / _MILLION:g}"
            )
        return self.env._("%(number)s đồng", number=group_digits(int(amount)))


class MtqgWorkflowTransition(models.Model):
    _inherit = "mtqg.workflow.transition"

    def _describe_when(self):
        """Return for which documents the row of the decision table holds, in words."""
        self.ensure_one()
        words = self.env["mtqg.workflow.words"]
        parts = []
        low, high = self.when_amount_from, self.when_amount_to
        if low:
            parts.append(self.env._("from %(amount)s", amount=words._say_amount(low)))
        if high:
            parts.append(self.env._("below %(amount)s", amount=words._say_amount(high)))
        if self.when_group:
            parts.append(self._say_group())
        for name in ("when_nature", "when_unit_kind"):
            if self[name]:
                labels = dict(self._fields[name]._description_selection(self.env))
                parts.append(labels[self[name]])
        if condition := self.condition:
            parts.append(words._describe_domain(condition, self.workflow_id.model))
        return "; ".join(filter(None, parts))

    def _say_group(self):
        """Return the value of the column “group” as documents show it."""
        return dict(self._list_groups()).get(self.when_group, self.when_group)


class MtqgWorkflowStep(models.Model):
    _inherit = "mtqg.workflow.step"

    def _describe_who(self):
        """Return who is asked, and how many of them must agree, in words."""
        self.ensure_one()
        who = self._say_who()
        if self.quorum == "all":
            return self.env._("all: %(who)s", who=who)
        if self.needed > 1:
            return self.env._("%(count)s of: %(who)s", count=self.needed, who=who)
        return who

    def _describe_fully(self):
        """Return who is asked, and for which documents, in words."""
        self.ensure_one()
        words = self.env["mtqg.workflow.words"]
        model = self.transition_id.workflow_id.model
        condition = words._describe_domain(self.condition, model)
        who = self._describe_who()
        if not condition:
            return who
        return self.env._("%(who)s (if %(condition)s)", who=who, condition=condition)

    def _say_who(self):
        group = self.group_id.name or ""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        levels = dict(self._fields["level"]._description_selection(self.env))
        level = levels.get(self.level, "")
        words = {
            "user": self.user_id.name,
            "group": self.env._("%(group)s, nearest unit upwards", group=group),
            "field": self._say_field(),
            "level_leader": self.env._("superior leader: %(level)s", level=level),
            "climb": self.env._(
                "leaders of all superiors up to: %(level)s", level=level
            ),
        }
        if self.kind == "field" and group:
            return self.env._(
                "%(group)s of “%(field)s”", group=group, field=words["field"]
            )
        return words.get(self.kind) or kinds.get(self.kind, "")

    def _say_field(self):
        model = self.env.get(self.transition_id.workflow_id.model)
        field = model is not None and model._fields.get(self.field_name or "")
        return field._description_string(self.env) if field else self.field_name or ""
