"""Random years of a small province: each step is a document, and what it must do."""

from collections import Counter

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.ledger import COUNTERS, available
from .oracle import Name, Oracle, entry

FIRST_YEAR = 2023


class Years:
    """One random sequence of documents, with the oracle that says what becomes true.

    :param random.Random chance: decides what happens, repeatably
    """

    def __init__(self, case, chance):
        self.case, self.env, self.chance = case, case.env, chance
        self.year, self.is_over = FIRST_YEAR, False
        self.oracle = Oracle()
        self.root = Name(case.province.id, FIRST_YEAR, FIRST_YEAR)
        self.district = case.district.id
        self.communes = (case.commune_a.id, case.commune_b.id, case.commune_c.id)
        self.done, self.ids = [], {}
        self.outcomes = Counter()

    def run(self, steps):
        """Take steps; after each one the register equals the oracle."""
        self._decide("assign", [self._root_line(10_000)], [self._in(self.root, 10_000)])
        for kind in ("allocate", "allocate", *self.chance.choices(STEPS, k=steps)):
            self.done.append(kind)
            getattr(self, f"step_{kind}")()
            self._compare()

    # === STEPS === #

    def step_allocate(self):
        """Capital goes from a balance to a unit below it."""
        above = self._pick(lambda n: n.above is None or Name(*n.above).above is None)
        if not above:
            return
        units = (
            self.communes
            if self.is_over or above.above
            else (*self.communes, self.district)
        )
        name = Name(
            self.chance.choice(units), above.plan_year, above.origin_year, above
        )
        amount = self._amount(above)
        line = {"parent_id": self._id(above), "unit_id": name.unit, "amount": amount}
        kind = self.chance.choice(("assign", "supplement"))
        self._decide(kind, [line], [entry(name, kind, amount)], above.plan_year)

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
        self._decide("adjust", lines, entries, source.plan_year)

    def step_take_back(self):
        """Capital is recalled, or cancelled where it lies."""
        kind = self.chance.choice(("recall", "cancel"))
        name = self._pick(lambda n: n.above or kind == "cancel")
        if name:
            amount = self._amount(name)
            line = {"allocation_id": self._id(name), "amount": amount}
            self._decide(kind, [line], [entry(name, kind, amount)], name.plan_year)

    def step_pay(self):
        """An advance, or completed volume that recovers a part of the advance."""
        name = self._pick(lambda n: n.above)
        if not name:
            return
        amount = self._amount(name)
        if self.chance.random() < 0.4:
            self._pay(name, "advance", amount, [entry(name, "advance", amount)])
            return
        recovered = min(amount, self.oracle.balances[name]["advance"] // 2)
        entries = [
            entry(name, "completed", amount - recovered),
            entry(name, "recover", recovered),
        ]
        self._pay(name, "completed", amount, entries, amount_recovered=recovered)

    def step_carry(self):
        """Some of what is left on one or two balances runs on."""
        names = {self._pick(lambda n: n.plan_year == self.year) for _ in range(2)}
        self._carry({name: self._amount(name) for name in sorted(names - {None})})

    def step_close(self):
        """The year ends: everything that is left is carried over or cancelled."""
        year = self.year
        carried, cancelled = {}, []
        for name in self.oracle.find_open(year):
            left = available(self.oracle.balances[name])
            part = self.chance.randint(0, left)
            carried[name] = part
            cancelled.append((name, left - part))
        self._carry({name: part for name, part in carried.items() if part})
        cancelled = [(name, rest) for name, rest in cancelled if rest]
        if cancelled:
            self._decide(
                "cancel",
                [{"allocation_id": self._id(n), "amount": a} for n, a in cancelled],
                [entry(name, "cancel", rest) for name, rest in cancelled],
                year,
            )
        self.case.assertEqual(self.oracle.find_open(year), [])
        self.year += 1
        self.root = self.root._replace(plan_year=self.year, origin_year=self.year)
        self._decide("assign", [self._root_line(900)], [self._in(self.root, 900)])

    def step_hand_over(self):
        """The district ends, once, and three communes take over by random shares."""
        if self.is_over:
            return
        self.is_over = True
        shares = {unit: self.chance.randint(1, 5) for unit in self.communes}
        decision = self._make_decision(
            "hand_over",
            [],
            self.year,
            predecessor_id=self.district,
            heir_ids=[
                Command.create({"successor_id": unit, "share": share})
                for unit, share in shares.items()
            ],
        )
        expected = self.oracle.hand_over(self.district, shares)
        self.case.assertTrue(self.oracle.post(expected))
        decision._on_workflow_done()
        self.outcomes["hand_over", True] += 1
        self._read()

    # === DOCUMENTS === #

    def _decide(self, kind, lines, entries, year=None):
        decision = self._make_decision(kind, lines, year or self.year)
        self._post(decision, entries)

    def _make_decision(self, kind, lines, year, **values):
        return self.env["mtqg.decision"].create(
            {
                "number": kind,
                "kind": kind,
                "date": f"{year}-06-01",
                "plan_year": year,
                "unit_id": self.case.province.id,
                "line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )

    def _pay(self, name, kind, amount, entries, **values):
        voucher = self.env["mtqg.disbursement"].create(
            {
                "number": kind,
                "kind": kind,
                "date": f"{name.plan_year}-07-01",
                "allocation_id": self._id(name),
                "amount": amount,
                **values,
            }
        )
        self._post(voucher, entries)

    def _carry(self, amounts):
        if amounts:
            year = next(iter(amounts)).plan_year
            lines = [
                {"allocation_id": self._id(name), "amount": amount}
                for name, amount in amounts.items()
            ]
            self._decide("carry_over", lines, self.oracle.carry(amounts), year)

    def _post(self, document, entries):
        """Post a document: it is refused exactly when the oracle refuses it."""
        expected = self.oracle.post([e for e in entries if e.amount])
        try:
            with self.env.cr.savepoint():
                document._on_workflow_done()
                self.env.flush_all()
            posted = True
        except UserError:
            posted = False
        self.case.assertEqual(posted, expected, self.done)
        self.outcomes[self.done[-1] if self.done else "open", posted] += 1
        self._read()

    def _root_line(self, amount):
        return {
            "unit_id": self.case.province.id,
            "program_id": self.case.program.id,
            "nature": "investment",
            "source": "central",
            "origin_year": self.year,
            "amount": amount,
        }

    def _in(self, name, amount):
        return entry(name, "assign", amount)

    # === CHANCE === #

    def _pick(self, fits):
        names = [
            name
            for name in sorted(self.oracle.balances, key=repr)
            if fits(name) and not (self.is_over and name.unit == self.district)
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

    def _read(self):
        """Return {name: counters} of every balance of the sequence; note its id."""
        self.env.cr.execute(
            SQL(
                """SELECT a.id, a.parent_id, a.unit_id, a.plan_year, a.origin_year,
                          ARRAY[%s]
                     FROM mtqg_allocation a JOIN mtqg_unit u ON u.id = a.unit_id
                    WHERE u.parent_path LIKE %s
                    ORDER BY a.parent_path""",
                SQL(", ").join(SQL.identifier("a", f"amount_{c}") for c in COUNTERS),
                f"{self.case.province.parent_path}%",
            )
        )
        names, found = {}, {}
        for id_, parent, unit, plan, origin, counters in self.env.cr.fetchall():
            names[id_] = Name(unit, plan, origin, names.get(parent))
            found[names[id_]] = dict(zip(COUNTERS, counters, strict=True))
        self.ids = {name: id_ for id_, name in names.items()}
        return found

    def _compare(self):
        wanted = self.oracle.balances
        stored = {
            name: counters
            for name, counters in self._read().items()
            if name in wanted or any(counters.values())
        }
        self.case.assertEqual(stored, wanted, self.done)
        self.case.assertEqual(self.oracle.find_wrong(), [], self.done)


STEPS = (
    *("allocate",) * 3,
    *("pay",) * 4,
    *("adjust",) * 3,
    *("take_back",) * 2,
    *("carry",) * 2,
    "close",
    "hand_over",
)
