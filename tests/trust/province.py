"""A province of four levels with its people, committed to a database of its own."""

from dataclasses import dataclass, field

from odoo.fields import Command

CAPITAL = 40_000_000_000


@dataclass
class Place:
    """A unit with the ids of those who make and approve its documents."""

    unit: int
    officer: int
    leader: int
    below: list = field(default_factory=list)
    projects: list = field(default_factory=list)


class Province:
    """Builds units, users and projects; ``places`` finds a place by its unit."""

    def __init__(self, env):
        self.env = env(context={**env.context, "tracking_disable": True})
        self.program = self.env.ref("mtqg_disbursement.program_ntm").id
        self.treasury = self._unit("KB", "treasury")
        self.treasurer = self._user("treasurer", "treasury", self.treasury)
        self.places = {}

    def build(self, districts=2, communes=2, projects=2):
        """Make the tree: province, districts, communes, and projects of communes.

        :return: this province
        """
        self.root = self._place("P", "province")
        for d in range(districts):
            district = self._place(f"D{d}", "district", self.root)
            for c in range(communes):
                commune = self._place(f"C{d}{c}", "commune", district)
                for p in range(projects):
                    commune.projects.append(self._project(f"R{d}{c}{p}", commune))
        return self

    def give(self, amount=CAPITAL):
        """Bring capital in from outside by an approved decision.

        :return: id of the root balance
        """
        line = {
            "unit_id": self.root.unit,
            "program_id": self.program,
            "nature": "investment",
            "source": "central",
            "origin_year": 2024,
            "amount": amount,
        }
        decision = self.decide(self.root, [line])
        decision.with_user(self.root.leader).action_approve()
        self.opening = ("mtqg.decision", decision.id)
        balance = decision.line_ids.allocation_id
        balance.with_user(self.root.officer).enter_tabmis(date="2024-01-20")
        return balance.id

    def spread(self, parent, place, amount):
        """Pass a third of a balance on to each place and project below it, and so on.

        :param int parent: id of the balance of ``place``, which holds ``amount`` đồng
        """
        share = amount // 3
        targets = [{"unit_id": below.unit} for below in place.below] or [
            {"unit_id": place.unit, "project_id": project} for project in place.projects
        ]
        lines = [
            {
                **target,
                "parent_id": parent,
                "program_id": self.program,
                "amount": share,
            }
            for target in targets
        ]
        decision = self.decide(place, lines)
        decision.with_user(place.leader).action_approve()
        balances = decision.sudo().line_ids.allocation_id
        balances.with_user(place.officer).enter_tabmis(date="2024-01-20")
        for balance in balances - balances.filtered("project_id"):
            self.spread(balance.id, self.places[balance.unit_id.id], share)

    def decide(self, place, lines, **values):
        """Return a submitted decision of a place, as its officer."""
        decisions = self.env["mtqg.decision"].with_user(place.officer)
        decision = decisions.create(
            {
                "number": f"{place.unit}/QĐ-UBND",
                "date": "2024-01-15",
                "kind": "assign",
                "plan_year": 2024,
                "unit_id": place.unit,
                "line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )
        decision.action_submit()
        return decision

    def _unit(self, code, kind, **values):
        values |= {"code": f"R-{code}", "name": f"Unit {code}", "kind": kind}
        return self.env["mtqg.unit"].create(values).id

    def _user(self, login, role, unit):
        # without a password: to hash one takes longer than all the rest
        users = self.env["res.users"].with_context(no_reset_password=True)
        group = self.env.ref(f"mtqg_disbursement.group_{role}")
        values = {
            "name": login,
            "login": f"r_{login}",
            "group_ids": [Command.set(group.ids)],
            "mtqg_unit_ids": [Command.set([unit])],
        }
        return users.create(values).id

    def _place(self, code, kind, above=None):
        unit = self._unit(
            code, kind, parent_id=above and above.unit, treasury_id=self.treasury
        )
        officer = self._user(f"officer_{code}", "officer", unit)
        place = Place(unit, officer, self._user(f"leader_{code}", "leader", unit))
        if above:
            above.below.append(place)
        self.places[unit] = place
        return place

    def _project(self, code, place):
        return (
            self.env["mtqg.project"]
            .with_user(place.officer)
            .create(
                {
                    "code": f"R-{code}",
                    "name": f"Road {code}",
                    "unit_id": place.unit,
                    "program_id": self.program,
                }
            )
            .id
        )
