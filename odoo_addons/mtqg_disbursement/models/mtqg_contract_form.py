from odoo import api, models

from ..engine import advance
from ..engine.money import to_rpc
from ..store import advances

# an advance that names no contract: work done without one
_NO_CONTRACT = advance.Terms("no_contract", 0)


class MtqgContract(models.Model):
    """Form 08.a/SDTƯ: outstanding advances of a project owner, by project."""

    _inherit = "mtqg.contract"

    @api.model
    @api.readonly
    def get_form_08a(self, unit_id, date=None):
        """Return form 08.a/SDTƯ of NĐ 254/2025: advances not recovered, by project.

        The scope is the balances of the unit and of those below it that the user may
        see. Each dict holds the 11 columns of the form, amounts in whole đồng:

        1 ``number``; 2 ``content``, the project; 3 ``amount_advance``, all that is not
        recovered; 4 ``project_code``; 5 ``amount_at_bank``, principal kept at a
        commercial bank; 6 ``amount_overdue``, without column 5; causes, where something
        is overdue: 7 ``is_dissolved``, 8 ``is_bankrupt``, 9 ``is_suspended``, 10
        ``other_cause`` in words; 11 ``proposal``, the handling proposed. The contract
        and the cause are as entered today, movements as of the day.

        :param int unit_id: project owner, or a unit above project owners
        :param date: day of the report; today in Vietnam by default
        :raise UserError: if the date is none
        """
        day, _known = self.env["mtqg.measure"]._read_times(date, None)
        units = self.env["mtqg.unit"].search([("id", "=", self._read_id(unit_id))])
        balances = self.env["mtqg.allocation"]._search(
            [("unit_id", "child_of", units.ids)]
        )
        moves = advances.moves_by_project(self.env, balances, day)
        parts = self._watch_parts(moves, day)
        projects = self.env["mtqg.project"].browse(filter(None, parts))
        seen = projects._filtered_access("read")
        ordered = [*seen.sorted("code").ids, *(set(parts) - set(seen.ids))]
        return [
            self._fill_line(number, projects.browse(project), parts[project])
            for number, project in enumerate(ordered, start=1)
        ]

    def _read_id(self, value):
        return value if isinstance(value, int) and abs(value) < 2**31 else 0

    def _watch_parts(self, moves, day):
        """Return {project id: [(contract, state)]} of what is not recovered."""
        contracts = self.browse({contract for _p, contract in moves if contract})
        seen = set(contracts._filtered_access("read").ids)
        parts = {}
        for (project, contract_id), own in moves.items():
            contract = self.browse(contract_id if contract_id in seen else ())
            terms = contract._get_terms() if contract else _NO_CONTRACT
            state = advance.watch(terms, own, (), day)
            if state.outstanding:
                parts.setdefault(project, []).append((contract, state))
        return parts

    def _fill_line(self, number, project, parts):
        """Return the line of a project, or of balances without one."""
        project = project._filtered_access("read")
        overdue = self.browse().union(*(c for c, state in parts if state.overdue))
        causes = overdue.mapped("cause")
        notes = overdue.filtered(lambda contract: contract.cause_note or "")
        kept = sum(
            min(contract.amount_at_bank, state.outstanding)
            for contract, state in parts
            if contract.kind == "clearance"
        )
        return {
            "number": number,
            "content": project.name or self.env._("Without project dossier"),
            "amount_advance": to_rpc(sum(state.outstanding for _c, state in parts)),
            "project_code": project.code or "",
            "amount_at_bank": to_rpc(kept),
            "amount_overdue": to_rpc(sum(state.overdue for _c, state in parts)),
            "is_dissolved": "dissolved" in causes,
            "is_bankrupt": "bankrupt" in causes,
            "is_suspended": "suspended" in causes,
            "other_cause": "; ".join(notes.mapped("cause_note")),
            "proposal": "; ".join(filter(None, overdue.mapped("proposal"))),
        }
