"""The people of the model-based test, as the register has them and as the engine does.

Who is in which group and unit is read by one SQL of its own, so the oracle does not
trust what the register remembers of it.
"""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..clock import today_vn
from ..engine.approvers import ANYWHERE, People
from ..engine.seats import Delegation, World

OFFICE = (("officer",), ("officer", "finance"), ("finance",))
LEADER, BOTH = ("leader",), ("officer", "leader")
# who works where, besides one leader: many leaders, few, no more, none
CREWS = {
    "P": (*OFFICE, LEADER, BOTH),
    "D": (*OFFICE, BOTH),
    "A": (*OFFICE, LEADER, LEADER, BOTH),
    "B": OFFICE,
    "C": (),
}
ROLES = ("viewer", "officer", "leader", "finance", "manager")


class Crowd:
    """Users of four units with every mix of roles, and who stands in for whom.

    :param dict units: units by name
    :param others: users who are there already, and stay
    """

    def __init__(self, env, rng, units, others):
        self.env, self.rng, self.units = env, rng, units
        self.groups = {
            role: env.ref(f"mtqg_disbursement.group_{role}").id for role in ROLES
        }
        self.parents = {u.id: u.parent_id.id or 0 for u in env["mtqg.unit"].search([])}
        self.kinds = {u.id: u.kind for u in env["mtqg.unit"].search([])}
        self.users = self._make_users()
        self.everybody = self.users + others.ids
        self.delegations = []
        self.refresh()
        while len(self.delegations) < 6:
            self._hand_over()
        self.refresh()

    def _make_users(self):
        """Make officers and leaders of each unit but the last, some of them both."""
        values = []
        for name, unit in self.units.items():
            for number, roles in enumerate(CREWS[name]):
                login = f"m_{name}_{number}_{'_'.join(roles)}"
                groups = [self.groups[role] for role in roles]
                values.append(
                    {
                        "name": login,
                        "login": login,
                        "lang": "en_US",
                        "group_ids": [Command.set(groups)],
                        "mtqg_unit_ids": [Command.set(unit.ids)],
                    }
                )
        users = self.env["res.users"].with_context(no_reset_password=True)
        return users.create(values).ids

    # === AS THE ENGINE SEES THEM === #

    def refresh(self):
        """Read the people again, after some of them came, went or handed over."""
        self.env.flush_all()
        self._read_members()
        self.world = World(
            People(
                parents=self.parents,
                kinds=self.kinds,
                holders=self._find_holders,
                leaders=self.groups["leader"],
                readers=self.groups["viewer"],
                managers=self.groups["manager"],
            ),
            tuple(standing for _record, standing in self.delegations),
            frozenset({"late"}),
        )
        self._openers, self._holders = {}, {}

    def _read_members(self):
        """Read the groups, implied ones too, and the units of every active user."""
        implied = {}
        for group, other in self.env.execute_query(
            SQL("SELECT gid, hid FROM res_groups_implied_rel")
        ):
            implied.setdefault(group, []).append(other)
        self.members, self.places = {}, {}
        for user, groups, units in self.env.execute_query(
            SQL(
                """SELECT u.id,
                          ARRAY(SELECT gid FROM res_groups_users_rel r
                                 WHERE r.uid = u.id),
                          ARRAY(SELECT unit_id FROM mtqg_unit_user_rel r
                                 WHERE r.user_id = u.id)
                     FROM res_users u WHERE u.active"""
            )
        ):
            self.places[user] = set(units)
            rest = list(groups)
            while rest:
                group = rest.pop()
                if user not in self.members.setdefault(group, set()):
                    self.members[group].add(user)
                    rest += implied.get(group, ())

    def _find_holders(self, group):
        if group not in self._holders:
            self._holders[group] = self._count_holders(group)
        return self._holders[group]

    def _count_holders(self, group):
        found = {ANYWHERE: frozenset(self.members.get(group, ()))}
        for unit in self.parents:
            found[unit] = frozenset(
                user
                for user in self.members.get(group, ())
                if unit in self.places[user]
            )
        return found

    def find_openers(self, unit, role="viewer"):
        """Return who may open documents of a unit: those above, and managers."""
        if (unit, role) not in self._openers:
            above = set(self.world.people.climb(unit))
            allowed = self.members[self.groups[role]]
            self._openers[unit, role] = frozenset(
                {user for user in allowed if self.places[user] & above}
                | self.members[self.groups["manager"]]
            )
        return self._openers[unit, role]

    def find_writers(self, unit):
        """Return who may change documents of a unit."""
        return self.find_openers(unit, "officer") | self.find_openers(unit, "finance")

    def list_active(self):
        """Return the ids of those who are there today."""
        return {user for user in self.everybody if user in self.places}

    # === WHAT CHANGES AMONG THEM === #

    def change(self):
        """Let somebody leave, come back, hand over his seat or take it back."""
        changes = (self._come_or_go, self._hand_over, self._hand_over, self._revoke)
        self.rng.choice(changes)()
        self.refresh()

    def _come_or_go(self):
        users = self.env["res.users"].with_context(active_test=False)
        gone = users.search([("id", "in", self.users), ("active", "=", False)])
        if len(gone) > 3:
            gone.active = True
        else:
            users.browse(self.rng.choice(self.users)).active = False

    def _hand_over(self):
        absent, delegate = self.rng.sample(sorted(self.list_active()), 2)
        scope = self.rng.choice((None, None, *self.units.values()))
        values = {
            "user_id": absent,
            "delegate_id": delegate,
            "date_from": today_vn(),
            "date_to": today_vn(),
            "unit_id": scope and scope.id,
            "reason": "leave",
        }
        try:
            with self.env.cr.savepoint():
                record = self.env["mtqg.workflow.delegation"].create(values)
        except ValidationError:
            return
        units = scope and frozenset(
            unit for unit in self.parents if scope.id in self.world.people.climb(unit)
        )
        self.delegations.append((record, Delegation(absent, delegate, units)))

    def _revoke(self):
        if len(self.delegations) > 6:
            index = self.rng.randrange(len(self.delegations))
            record, _standing = self.delegations.pop(index)
            record.action_revoke()
