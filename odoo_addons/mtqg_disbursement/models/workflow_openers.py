"""Who may open a document: nobody else is asked about it, or counts there."""

from ..engine.approvers import ANYWHERE
from ..engine.seats import find_above, keep_readers


class Openers:
    """The people of documents, worked out once for each unit.

    :param people: units and people, as the engine asks for them
    """

    def __init__(self, people):
        self.people, self._found, self._kept = people, {}, {}

    def find(self, document, unit_id):
        """Return the ids of the users who may open a document of a unit."""
        scopes = document._list_opener_scopes(unit_id)
        if scopes not in self._found:
            find = document.env["ir.model.data"]._xmlid_to_res_id
            groups = {r: find(f"mtqg_disbursement.group_{r}") for r, _unit in scopes}
            managers = self.people.find_members(self.people.managers, ANYWHERE)
            self._found[scopes] = managers.union(
                *(find_above(self.people, groups[role], unit) for role, unit in scopes)
            )
        return self._found[scopes]

    def keep(self, document, unit_id):
        """Return the people of a document of a unit: those who may open it."""
        openers = self.find(document, unit_id)
        if openers not in self._kept:
            self._kept[openers] = keep_readers(self.people, openers)
        return self._kept[openers]
