"""Random years of small provinces: each step is a document, and what it must do.

Many provinces live side by side: the documents that they make at the same time are
posted together, as when somebody approves a whole list of them.
"""

from collections import Counter
from typing import NamedTuple

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.ledger import COUNTERS, available
from .oracle import Name, Oracle, entry

FIRST_YEAR = 2023
CAPITAL = 10_000


class Place(NamedTuple):
    """The units of one province, by their ids."""

    province: int
    district: int
    communes: tuple


class Posting(NamedTuple):
    """A document that a province makes, and the entries that it stands for."""

    model: str
    values: dict
    entries: list


class Years:
    """One random sequence of documents, with the oracle that says what becomes true.

    Its steps are generators of postings, each of which is posted before the next one
    is asked for.

    :param Place place: the province, which got its first capital already
    :param random.Random chance: decides what happens, repeatably
    """

    def __init__(self, place, program_id, chance):
        self.place, self.program_id, self.chance = place, program_id, chance
        self.year, self.is_over = FIRST_YEAR, False
        self.oracle = Oracle()
        self.root = Name(place.province, FIRST_YEAR, FIRST_YEAR)
        self.oracle.post([entry(self.root, "assign", CAPITAL)])
        self.done, self.ids = [], {}

    def run(self, steps):
        """Yield the postings of some steps, one after the other."""
        for kind in ("allocate", "allocate", *self.chance.choices(STEPS, k=steps)):
            self.done.append(kind)
            yield from getattr(self, f"step_{kind}")()

    # === STEPS === #

    def step_allocate(self):
        """Capital goes from a balance to a unit below it."""
        above = self._pick(lambda n: n.above is None or Name(*n.above).above is None)
        if not above:
            return
        units = (
            self.place.communes
            if self.is_over or above.above
            else (*self.place.communes, self.place.district)
        )
        name = Name(
            self.chance.choice(units), above.plan_year, above.origin_year, above
        )
        amount = self._amount(above)
        line = {"parent_id": self._id(above), "unit_id": name.unit, "amount": amount}
        kind = self.chance.choice(("assign", "supplement"))
        yield self._decide(kind, [line], [entry(name, kind, amount)], above.plan_year)

    def step_adjust(self):
        """Capital moves between two balances, whatever lies above them."""
        source = self._pick(lambda n: n.above)
        target = source and self._pick(
            lambda n: n.above and n != source and n.plan_year == source.plan_year
        )
        if not target:
            return
        amount = self._amount(source)
        lines = [
            {"allocation_id": self._id(source), "amount": -amount},
            {"allocation_id": self._id(target), "amount": amount},
        ]
        entries = [
            entry(source, "decrease", amount),
            entry(target, "increase", amount),
        ]
        yield self._decide("adjust", lines, entries, source.plan_year)

    def step_take_back(self):
        """Capital is recalled, or cancelled where it lies."""
        kind = self.chance.choice(("recall", "cancel"))
        name = self._pick(lambda n: n.above or kind == "cancel")
        if name:
            amount = self._amount(name)
            line = {"allocation_id": self._id(name), "amount": amount}
            yield self._decide(
                kind, [line], [entry(name, kind, amount)], name.plan_year
            )

    def step_pay(self):
        """An advance, or completed volume that recovers a part of the advance."""
        name = self._pick(lambda n: n.above)
        if not name:
            return
        amount = self._amount(name)
        if self.chance.random() < 0.4:
            yield self._pay(name, "advance", amount, [entry(name, "advance", amount)])
            return
        recovered = min(amount, self.oracle.balances[name]["advance"] // 2)
        entries = [
            entry(name, "completed", amount - recovered),
            entry(name, "recover", recovered),
        ]
        yield self._pay(name, "completed", amount, entries, amount_recovered=recovered)

    def step_carry(self):
        """Some of what is left on one or two balances runs on."""
        names = {self._pick(lambda n: n.plan_year == self.year) for _ in range(2)}
        yield from self._carry(
            {name: self._amount(name) for name in sorted(names - {None})}
        )

    def step_close(self):
        """The year ends: everything that is left is carried over or cancelled."""
        year = self.year
        carried, cancelled = {}, []
        for name in self.oracle.find_open(year):
            left = available(self.oracle.balances[name])
            part = self.chance.randint(0, left)
            carried[name] = part
            cancelled.append((name, left - part))
        yield from self._carry({name: part for name, part in carried.items() if part})
        cancelled = [(name, rest) for name, rest in cancelled if rest]
        if cancelled:
            yield self._decide(
                "cancel",
                [{"allocation_id": self._id(n), "amount": a} for n, a in cancelled],
                [entry(name, "cancel", rest) for name, rest in cancelled],
                year,
            )
        if left := self.oracle.find_open(year):
            raise AssertionError(left)
        self.year += 1
        self.root = self.root._replace(plan_year=self.year, origin_year=self.year)
        yield self._decide("assign", [self._root_line(900)], [self._in(self.root, 900)])

    def step_hand_over(self):
        """The district ends, once, and three communes take over by random shares."""
        if self.is_over:
            return
        self.is_over = True
        shares = {unit: self.chance.randint(1, 5) for unit in self.place.communes}
        entries = self.oracle.hand_over(self.place.district, shares)
        heirs = [
            Command.create({"successor_id": unit, "share": share})
            for unit, share in shares.items()
        ]
        yield self._decide(
            "hand_over",
            [],
            entries,
            predecessor_id=self.place.district,
            heir_ids=heirs,
        )

    # === DOCUMENTS === #

    def _decide(self, kind, lines, entries, year=None, **values):
        year = year or self.year
        return Posting(
            "mtqg.decision",
            {
                "number": kind,
                "kind": kind,
                "date": f"{year}-06-01",
                "plan_year": year,
                "unit_id": self.place.province,
                "line_ids": [Command.create(line) for line in lines],
                **values,
            },
            entries,
        )

    def _pay(self, name, kind, amount, entries, **values):
        return Posting(
            "mtqg.disbursement",
            {
                "number": kind,
                "kind": kind,
                "date": f"{name.plan_year}-07-01",
                "allocation_id": self._id(name),
                "amount": amount,
                **values,
            },
            entries,
        )

    def _carry(self, amounts):
        if amounts:
            year = next(iter(amounts)).plan_year
            lines = [
                {"allocation_id": self._id(name), "amount": amount}
                for name, amount in amounts.items()
            ]
            yield self._decide("carry_over", lines, self.oracle.carry(amounts), year)

    def _root_line(self, amount):
        return root_line(self.place.province, self.program_id, self.year, amount)

    def _in(self, name, amount):
        return entry(name, "assign", amount)

    # === CHANCE === #

    def _pick(self, fits):
        names = [
            name
            for name in sorted(self.oracle.balances, key=repr)
            if fits(name) and not (self.is_over and name.unit == self.place.district)
        ]
        return self.chance.choice(names) if names else None

    def _amount(self, name):
        """Return an amount for a balance; one in eight is more than it holds."""
        left = available(self.oracle.balances[name])
        if self.chance.random() < 1 / 8:
            return left + self.chance.randint(1, 50)
        return self.chance.randint(1, max(left, 1))

    # === WHAT MUST BE TRUE === #

    def _id(self, name):
        return self.ids[name]

    def find_wrong(self, found):
        """Return what differs between the oracle and {name: counters} as stored."""
        wanted = self.oracle.balances
        stored = {
            name: counters
            for name, counters in found.items()
            if name in wanted or any(counters.values())
        }
        wrong = self.oracle.find_wrong()
        return wrong or ((stored, wanted, self.done) if stored != wanted else None)


def root_line(unit_id, program_id, year, amount):
    """Return the values of a line that brings capital in from outside."""
    return {
        "unit_id": unit_id,
        "program_id": program_id,
        "nature": "investment",
        "source": "central",
        "origin_year": year,
        "amount": amount,
    }


class Fleet:
    """Sequences that go on side by side; after each posting all of them are compared.

    :param case: the test that makes claims
    """

    def __init__(self, case, lanes):
        self.case, self.env, self.lanes = case, case.env, lanes
        self.lane_of = {
            unit: lane
            for lane in lanes
            for unit in (lane.place.province, lane.place.district, *lane.place.communes)
        }
        self.outcomes = Counter()

    def run(self, steps):
        """Let every sequence take its steps."""
        self._compare()
        running = {lane: lane.run(steps) for lane in self.lanes}
        while running:
            wanted = {lane: next(going, None) for lane, going in running.items()}
            running = {lane: running[lane] for lane, one in wanted.items() if one}
            self._post({lane: wanted[lane] for lane in running})
            self._compare()

    def _post(self, postings):
        """Post documents: each is refused exactly when the oracle refuses it."""
        holds = {
            lane: lane.oracle.post([e for e in one.entries if e.amount])
            for lane, one in postings.items()
        }
        for model in ("mtqg.decision", "mtqg.disbursement"):
            mine = [lane for lane, one in postings.items() if one.model == model]
            documents = self.env[model].create([postings[lane].values for lane in mine])
            good = documents.browse()
            for lane, document in zip(mine, documents, strict=True):
                if holds[lane]:
                    good |= document
                else:
                    self.case.assertTrue(self._is_refused(document), lane.done)
                self.outcomes[lane.done[-1], holds[lane]] += 1
            good._on_workflow_done()
        self.env.flush_all()

    def _is_refused(self, document):
        try:
            with self.env.cr.savepoint():
                document._on_workflow_done()
                self.env.flush_all()
        except UserError:
            return True
        return False

    def _compare(self):
        found = self._read()
        for lane in self.lanes:
            self.case.assertIsNone(lane.find_wrong(found.get(lane, {})))

    def _read(self):
        """Return {sequence: {name: counters}} of every balance; note their ids."""
        self.env.cr.execute(
            SQL(
                """SELECT a.id, a.parent_id, a.unit_id, a.plan_year, a.origin_year,
                          ARRAY[%s]
                     FROM mtqg_allocation a WHERE a.unit_id = ANY(%s)
                    ORDER BY a.parent_path""",
                SQL(", ").join(SQL.identifier("a", f"amount_{c}") for c in COUNTERS),
                list(self.lane_of),
            )
        )
        names, found = {}, {}
        for lane in self.lanes:
            lane.ids = {}
        for id_, parent, unit, plan, origin, counters in self.env.cr.fetchall():
            names[id_] = name = Name(unit, plan, origin, names.get(parent))
            lane = self.lane_of[unit]
            lane.ids[name] = id_
            found.setdefault(lane, {})[name] = dict(
                zip(COUNTERS, counters, strict=True)
            )
        return found


STEPS = (
    *("allocate",) * 3,
    *("pay",) * 4,
    *("adjust",) * 3,
    *("take_back",) * 2,
    *("carry",) * 2,
    "close",
    "hand_over",
)
