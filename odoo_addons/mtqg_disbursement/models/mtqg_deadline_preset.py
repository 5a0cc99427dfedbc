from odoo import Command, api, models
from odoo.exceptions import UserError

FIRST_YEAR, LAST_YEAR = 2000, 2099
# who is told of what is late, unless a rule of the library says otherwise: (working
# days late, kind of the step)
_WORDS = ("name", "legal_basis", "source")
_LADDER = ((0, "superior_leader"), (10, "steering"))


class MtqgDeadlineRule(models.Model):
    _inherit = "mtqg.deadline.rule"

    @api.model
    def load_preset(self, name, unit_id, plan_year):
        """Give a unit the rules of a preset for a plan year, switched on.

        Days and origin years move with the plan year. What is there already is found,
        not made again.

        :param str name: ``quang_nam_2024``, ``hcmc_2025``, ``da_nang_2019``, ``law``
        :param int unit_id: the unit in whose subtree they hold
        :return: list of rule ids
        :raise UserError: for an unknown preset or unit
        :raise AccessError: for other people than finance of the unit, or a manager
        """
        self.check_access("create")
        read_count = self.env["mtqg.measure"]._read_count
        unit = self.env["mtqg.unit"].browse(read_count(unit_id)).exists()
        unit.check_access("read")
        plan_year = read_count(plan_year)
        if not FIRST_YEAR <= plan_year <= LAST_YEAR:
            raise UserError(
                self.env._("Give the plan year that the dates are for, such as 2026.")
            )
        templates = self.search([("preset", "=", str(name)), ("unit_id", "=", False)])
        if not templates or not unit:
            raise UserError(
                self.env._(
                    "The library has no preset “%(name)s”, or there is no such unit. "
                    "Presets are: %(known)s.",
                    name=name,
                    known=", ".join(self._list_presets()),
                )
            )
        rules = templates._find_or_copy(unit, plan_year)
        rules.filtered(lambda rule: rule.state != "on").action_switch_on()
        return rules.ids

    @api.model
    def _list_presets(self):
        groups = self._read_group(
            [("preset", "!=", False), ("unit_id", "=", False)], ["preset"]
        )
        return [preset for (preset,) in groups]

    def _find_or_copy(self, unit, plan_year):
        """Return the rules of a unit that were, or now are, made from templates."""
        there = {
            (rule.code, rule.date_from): rule
            for rule in self.with_context(active_test=False).search(
                [
                    ("unit_id", "=", unit.id),
                    ("plan_year", "=", plan_year),
                    ("code", "in", self.mapped("code")),
                ]
            )
        }
        missing = self.filtered(lambda t: (t.code, t.date_from) not in there)
        copies = self.create(
            [missing._prepare_copy(t, unit, plan_year) for t in missing]
        )
        missing._copy_words(copies)
        there |= {(rule.code, rule.date_from): rule for rule in copies}
        return self.browse(there[t.code, t.date_from].id for t in self)

    def _copy_words(self, copies):
        """Give copies the words of their templates in every language."""
        for code, _name in self.env["res.lang"].get_installed():
            templates, speaking = (
                self.with_context(lang=code),
                copies.with_context(lang=code),
            )
            for template, copy in zip(templates, speaking, strict=True):
                copy.write({name: template[name] for name in _WORDS})

    def _prepare_copy(self, template, unit, plan_year):
        (values,) = template.copy_data()
        shift = plan_year - template.plan_year if template.plan_year else 0
        values |= {"unit_id": unit.id, "plan_year": plan_year, "name": template.name}
        if template.origin == "year":
            values["origin_year"] = template.origin_year + shift
        if not template.step_ids:
            values["step_ids"] = [
                Command.create({"after_days": days, "kind": kind})
                for days, kind in _LADDER
            ]
        return values
