"""The ledger as plain arithmetic: what every balance must hold after each step.

Balances are named by what they stand for, never by their ids, so that the oracle knows
nothing of how the register opens them.
"""

from typing import NamedTuple

from ..engine import carry_over, hand_over
from ..engine.ledger import (
    COUNTERS,
    Entry,
    available,
    compute_deltas,
    empty_balance,
    find_faults,
)


class Name(NamedTuple):
    """What a balance stands for."""

    unit: int
    plan_year: int
    origin_year: int
    above: tuple | None = None

    def next_year(self):
        """Return the balance that continues this one in the next plan year."""
        above = self.above and Name(*self.above).next_year()
        return Name(self.unit, self.plan_year + 1, self.origin_year, above)


class Oracle:
    """Counters by name, moved by ``engine`` only."""

    def __init__(self):
        self.balances = {}

    @property
    def parents(self):
        """Return {name: name of the superior balance or None}."""
        return {name: name.above and Name(*name.above) for name in self.balances}

    def knows(self, entries):
        """Open the balances that the entries name, and those above them."""
        for entry in entries:
            name = entry.allocation
            while name and name not in self.balances:
                self.balances[name] = empty_balance()
                name = name.above and Name(*name.above)

    def post(self, entries):
        """Apply entries; return False, and change nothing, if one would not hold."""
        before = {name: dict(counters) for name, counters in self.balances.items()}
        self.knows(entries)
        for name, delta in compute_deltas(entries, self.parents).items():
            for counter in COUNTERS:
                self.balances[name][counter] += delta[counter]
        if any(find_faults(counters) for counters in self.balances.values()):
            self.balances = before
            return False
        return True

    def carry(self, amounts):
        """Return the entries that carry {name: đồng} into the next year."""
        parents = self.parents
        twins = {name: name.next_year() for name in self.balances}
        return carry_over.list_entries(amounts, parents, twins)

    def hand_over(self, unit, shares):
        """Return the entries with which a unit hands over what it has left."""
        return [
            entry
            for name, counters in self.balances.items()
            if name.unit == unit
            for entry in hand_over.list_entries(
                name,
                hand_over.share_out(counters, shares),
                {heir: name._replace(unit=heir) for heir in shares},
            )
        ]

    def find_wrong(self):
        """Return the names of balances that break an equation of the ledger."""
        below = {}
        for name, counters in self.balances.items():
            if name.above:
                above = Name(*name.above)
                below[above] = below.get(above, 0) + counters["assigned"]
        return [
            name
            for name, counters in self.balances.items()
            if find_faults(counters) or counters["allocated"] != below.get(name, 0)
        ]

    def find_open(self, year):
        """Return the balances of a year on which something is left."""
        return [
            name
            for name, counters in self.balances.items()
            if name.plan_year == year and available(counters)
        ]


def entry(name, kind, amount):
    """Return an entry on a balance, by its name."""
    return Entry(name, kind, amount)
