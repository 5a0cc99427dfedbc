from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..clock import today_vn
from ..engine.approver_faults import Case, find_people_faults

# kinds of transitions whose steps are asked
_ASKING = ("submit", "approve")
# what compares the unit of a document with units themselves
_UNIT_OPERATORS = {"=", "!=", "in", "not in", "child_of", "parent_of"}


class MtqgWorkflowApproverCheck(models.Model):
    """Before a version is published: does every approver step find somebody?

    A step is checked for every unit that could have such a document: what conditions
    say on the document's unit is taken into account, what they say on other fields may
    hold. Units and people are read once, not unit by unit.
    """

    _inherit = "mtqg.workflow"

    def _find_faults(self):
        return super()._find_faults() or self._find_approver_faults()

    def _find_approver_faults(self):
        """Return sentences on approver steps that would leave documents waiting."""
        self.ensure_one()
        try:
            cases = self._list_cases()
        except ValidationError:
            return []  # a condition is no domain, which is told elsewhere
        people = self.env["mtqg.unit"]._get_people()
        return [
            self._describe_people_fault(fault)
            for rows in cases
            for fault in find_people_faults(rows, people)
        ]

    # === WHICH UNITS COULD ASK === #

    def _list_cases(self):
        """Return the cases of each transition that asks somebody."""
        living = Domain("date_to", "=", False) | Domain("date_to", ">=", today_vn())
        own = living & self._project(self._read_condition())
        taken = {}
        found = []
        for transition in self.transition_ids.sorted(lambda t: (t.sequence, t.id)):
            if transition.kind not in _ASKING:
                continue
            row = (transition.stage_from_id, transition.kind)
            rest = own & ~Domain.OR(taken.get(row, ()))
            here = rest & self._project(transition._read_condition())
            found.append([self._make_case(step, here) for step in transition.step_ids])
            if self._is_on_units(transition._read_condition()):
                taken.setdefault(row, []).append(
                    self._project(transition._read_condition())
                )
        return found

    def _make_case(self, step, here):
        units = self.env["mtqg.unit"].sudo()
        engine_step = step._as_engine()
        asking = units.search(here & self._project(engine_step.condition))
        field = self.env[self.model]._fields.get(step.field_name or "")
        names = step.kind == "field" and self._read_names(field)
        targets = units.search(self._read_targets(field)) if names == "unit" else units
        if names == "unit" and field.required:
            asking = units
        return Case(
            step=engine_step,
            units=tuple(asking.ids),
            names=names or "",
            targets=tuple(targets.ids),
            hidden=tuple(asking._list_hidden_from(step.user_id).ids),
        )

    def _read_names(self, field):
        """Return what a field names, user or unit; nothing if no step can ask it."""
        if not field or field.type != "many2one" or not field.store:
            return ""
        return {"mtqg.unit": "unit", "res.users": "user"}.get(field.comodel_name, "")

    def _read_targets(self, field):
        """Return the domain of the units that a field may name."""
        living = Domain("date_to", "=", False) | Domain("date_to", ">=", today_vn())
        own = field.domain if isinstance(field.domain, (list, Domain)) else []
        return living & Domain(own)

    def _project(self, condition):
        """Return what a condition on documents says on their units.

        What it says on other fields may hold, and so counts as true.
        """
        if condition is None:
            return Domain.TRUE
        if children := getattr(condition, "children", None):
            return condition.apply(map(self._project, children))
        if child := getattr(condition, "child", None):
            inner = self._project_one(child)
            return Domain.TRUE if inner is None else ~inner
        inner = self._project_one(condition)
        return Domain.TRUE if inner is None else inner

    def _project_one(self, condition):
        """Return a single condition as one on units, or None if it is on others."""
        path = getattr(condition, "field_expr", "")
        unit = self.env[self.model]._workflow_unit_field
        if path.startswith(f"{unit}."):
            rest = path.removeprefix(f"{unit}.")
            return Domain(rest, condition.operator, condition.value)
        if path == unit and condition.operator in _UNIT_OPERATORS:
            return Domain("id", condition.operator, condition.value)
        return None

    def _is_on_units(self, condition):
        return condition is None or all(
            self._project_one(part) is not None for part in condition.iter_conditions()
        )

    # === WORDS === #

    def _describe_people_fault(self, fault):
        step = self.env["mtqg.workflow.step"].browse(fault.values["step"])
        units = self.env["mtqg.unit"].sudo().browse(fault.values["units"])
        more = fault.values["count"] - len(units)
        values = {
            "step": step.name,
            "transition": step.transition_id.name,
            "units": ", ".join(units.mapped("name")) + (f"… (+{more})" if more else ""),
            "person": step.user_id.name,
            "field": step.field_name,
        }
        return self._choose_words(fault, bool(units)) % values

    def _choose_words(self, fault, has_units):
        if fault.code == "nobody":
            return self.env._(
                "Step “%(step)s” of “%(transition)s” finds nobody for %(units)s. Add "
                "people there or above, or name a fallback group that has enough."
            )
        if fault.code == "field":
            return self.env._(
                "Step “%(step)s” of “%(transition)s”: “%(field)s” is no stored field "
                "of the documents that names a unit or a user."
            )
        if fault.code == "field_group":
            return self.env._(
                "Step “%(step)s” of “%(transition)s”: “%(field)s” names a unit. Name "
                "the group that is asked there, too."
            )
        if has_units:
            return self.env._(
                "Step “%(step)s” of “%(transition)s” asks %(person)s, who cannot see "
                "the documents of %(units)s."
            )
        return self.env._(
            "Step “%(step)s” of “%(transition)s” asks %(person)s, who cannot see "
            "documents."
        )


class MtqgUnitSeen(models.Model):
    _inherit = "mtqg.unit"

    def _list_hidden_from(self, user):
        """Return those units whose documents a user cannot see; none without user."""
        if not user or user.has_group("mtqg_disbursement.group_manager"):
            return self.browse()
        places = set(user.sudo().mtqg_unit_ids.ids)
        people = self._get_people()

        def is_seen(unit):
            return not places.isdisjoint(people.climb(unit.id))

        is_treasurer = user.has_group("mtqg_disbursement.group_treasury")
        return self.filtered(
            lambda unit: (
                not (is_seen(unit) or (is_treasurer and is_seen(unit.treasury_id)))
            )
        )
