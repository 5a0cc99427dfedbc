"""Who is asked and who is told, for many documents: people are read once for all."""

from collections import defaultdict
from functools import cached_property

from ..clock import today_vn
from ..engine.approvers import ANYWHERE, resolve
from ..engine.workflow import Step


class Audience:
    """The people of the register as they are today; what is found is found once.

    :param env: the superuser's; people and delegations of everybody are read
    """

    def __init__(self, env):
        self.env = env
        self.people = env["mtqg.unit"]._get_people()
        self._found = {}

    @cached_property
    def readers(self):
        """Active users who may open the register."""
        return self.people.find_members(self.people.readers, ANYWHERE)

    @cached_property
    def managers(self):
        """Id of the group that is told where nobody else is found."""
        return self.get_group("manager")

    @cached_property
    def stand_ins(self):
        """Who stands in today: {principal: [(delegate, model, unit)]}."""
        today = today_vn()
        found = defaultdict(list)
        for delegation in self.env["mtqg.workflow.delegation"].search(
            [
                ("date_from", "<=", today),
                ("date_to", ">=", today),
                ("date_revoked", "=", False),
            ]
        ):
            found[delegation.user_id.id].append(
                (
                    delegation.delegate_id.id,
                    delegation.model_id.model,
                    delegation.unit_id.id,
                )
            )
        return found

    def get_group(self, name):
        """Return the id of a group of the register."""
        data = self.env["ir.model.data"]
        return data._xmlid_to_res_id(f"mtqg_disbursement.group_{name}")

    # === WHO DECIDES === #

    def list_asked(self, model, unit, who, barred):
        """Return the ids of those who may decide a task now, stand-ins included.

        :param str model: model of the document
        :param int unit: unit of the document
        :param who: user, group and unit that the task asks
        :param barred: users who may not decide
        """
        user, group, place = who
        seats = {user} if user else self.people.find_members(group, place or ANYWHERE)
        seats = (seats & self.readers) - barred
        above = set(self.people.climb(unit))
        return seats | {
            delegate
            for principal in seats
            for delegate, only_model, only_unit in self.stand_ins.get(principal, ())
            if delegate in self.readers - barred
            and only_model in {False, model}
            and (not only_unit or only_unit in above)
        }

    # === WHO IS TOLD === #

    def list_told(self, kind, group, unit):
        """Return the ids of the leaders, or members of a group, in or above a unit.

        :param str kind: unit_leader, superior_leader or group
        """
        key = kind, group, unit
        if key not in self._found:
            step = Step(0, kind, group=group or 0, fallback_group=self.managers)
            (asked,) = resolve(step, unit, self.people)
            members = self.people.find_members(asked.group, asked.unit)
            self._found[key] = members & self.readers
        return self._found[key]

    def find_nearest(self, unit, groups):
        """Return the ids of members of groups in the nearest unit upwards that has any.

        :param int unit: 0 for nobody
        :param groups: ids; members of the first one come first
        """
        for place in self.people.climb(unit):
            found = dict.fromkeys(
                user
                for group in groups
                for user in sorted(
                    self.people.find_members(group, place) & self.readers
                )
            )
            if found:
                return list(found)
        return []

    def list_who_sees(self, unit):
        """Return the ids of the people who work in a unit or above it."""
        return {
            user
            for place in self.people.climb(unit)
            for user in self.people.find_members(self.people.readers, place)
        }
