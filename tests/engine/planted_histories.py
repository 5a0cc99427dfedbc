"""Payments of a month as two books hold them, with differences planted on purpose.

The generator knows nothing of how differences are found: it takes payments that both
books hold alike and falsifies one side the way offices do. What was planted is noted
with the ids on both sides.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.matching_items import Item, Rules

PROGRAMS = ("00471", "00472", "00491", "00511", "00515")
KINDS = ("advance", "completed", "completed", "completed", "recovered")
MONTHS = ((2025, 5), (2025, 8), (2025, 10), (2026, 1))
LAST_DAYS = {1: 31, 5: 31, 8: 31, 10: 31}
OLD_UNITS = {"1100001": ("2200001", "2200002"), "1100002": ("2200003",)}
UNITS = tuple(unit for new in OLD_UNITS.values() for unit in new)

# one way to falsify a payment
SINGLE = (
    "date_shift", "cut_off", "split", "merged", "wrong_project", "wrong_program",
    "wrong_unit", "predecessor_unit", "wrong_origin_year", "advance_as_completed",
    "investment_as_recurrent", "money_unit", "transposed_digits", "dropped_digit",
    "changed_digit", "refund_missed", "only_own", "only_treasury", "cut_off_alone",
)  # fmt: skip
# two at once on one payment
DATES = ("date_shift", "cut_off")
CODES = (
    "wrong_project", "wrong_program", "wrong_unit", "predecessor_unit",
    "wrong_origin_year", "advance_as_completed", "investment_as_recurrent",
)  # fmt: skip
FIGURES = ("money_unit", "transposed_digits", "dropped_digit", "changed_digit")


@dataclass
class Planted:
    """A difference that must be found: its classes and the ids on both sides."""

    classes: frozenset
    own: frozenset
    treasury: frozenset


@dataclass
class History:
    """Two books of one month."""

    rules: Rules
    own: list = field(default_factory=list)
    treasury: list = field(default_factory=list)
    planted: list = field(default_factory=list)


def history(seed, most=30, compound=0.0):
    """Return two books with 1 to ``most`` differences.

    :param compound: the share of differences that falsify two things at once
    """
    return Books(random.Random(seed), most, compound).write()


class Books:
    """Writes two books."""

    def __init__(self, chance, most, compound):
        self.chance = chance
        self.year, self.month = chance.choice(MONTHS)
        self.last = LAST_DAYS[self.month]
        self.count = chance.randint(1, most)
        self.compound = compound
        self.numbers = 0
        self.amounts, self.paid = set(), set()
        succession = {old: frozenset(new) for old, new in OLD_UNITS.items()}
        period = date(self.year, self.month, 1), date(self.year, self.month, self.last)
        self.history = History(Rules(succession=succession, period=period))
        self.projects = [self._project() for _ in range(chance.randint(3, 12))]

    def write(self):
        """Write payments that agree, then those that do not."""
        for _ in range(self.chance.randint(0, 40)):
            payment = self.payment()
            self._note(payment, [payment])
        for _ in range(self.count):
            if self.chance.random() < self.compound:
                self._plant_two()
            else:
                self._plant(self.chance.choice(SINGLE))
        self.chance.shuffle(self.history.own)
        self.chance.shuffle(self.history.treasury)
        return self.history

    # === Payments === #

    def _project(self):
        return {
            "project": str(self.chance.randint(7_000_000, 8_999_999)),
            "program": self.chance.choice(PROGRAMS),
            "unit": self.chance.choice(UNITS),
            "origin_year": self.year - self.chance.choice([0, 0, 1, 2]),
            "nature": self.chance.choice(["investment", "investment", "recurrent"]),
        }

    def number(self):
        """Return the next id."""
        self.numbers += 1
        return self.numbers

    def amount(self, project):
        """Draw an amount that the project has not been paid yet: round ones often.

        In another project the same amount may have been paid, as often happens.
        """
        while True:
            if self.amounts and self.chance.random() < 0.05:
                amount = self.chance.choice(sorted(self.amounts))
            else:
                grains = [1, 1, 1, 1_000, 1_000, 1_000_000, 10_000_000]
                grain = self.chance.choice(grains)
                amount = self.chance.randint(10**6, 10**10) // grain * grain
            if amount >= 10**6 and (project, amount) not in self.paid:
                self.amounts.add(amount)
                self.paid.add((project, amount))
                return amount

    def payment(self, **said):
        """Draw a payment; its day is in the middle of the month."""
        project = self.chance.choice(self.projects)
        values = {
            "id": self.number(),
            "amount": self.amount(project["project"]),
            "kind": self.chance.choice(KINDS),
            "date": date(self.year, self.month, self.chance.randint(8, self.last - 8)),
            "voucher": f"GRV{self.numbers:05}",
            **project,
        }
        return Item(**{**values, **said})

    def _note(self, own, others):
        """Put a payment into the own book, and what the Treasury has into its own."""
        numbering = self.chance.random()
        if own:
            self.history.own.append(own)
        for item in others:
            voucher = item.voucher
            if numbering < 0.3:
                voucher = ""
            elif numbering < 0.5:
                voucher = f"TT{self.chance.randint(1, 99_999):05}"
            copy = item._replace(id=self.number(), voucher=voucher)
            self.history.treasury.append(copy)

    def _expect(self, classes, own, treasury):
        ids = [frozenset(i.id for i in items) for items in (own, treasury)]
        self.history.planted.append(Planted(frozenset(classes), *ids))

    # === Differences === #

    def _plant(self, name):
        """Plant one difference."""
        special = getattr(self, f"_plant_{name}", None)
        if special:
            special()
            return
        payment = self.payment()
        false = self._falsified(payment, name)
        if false is None:
            self._plant("date_shift")
            return
        own = payment if name != "cut_off" else self._at_month_end(payment)
        self._note(own, [false])
        self._expect([name], [own], self.history.treasury[-1:])

    def _plant_two(self):
        """Plant two differences on one payment."""
        names = {
            self.chance.choice(kinds)
            for kinds in self.chance.sample([DATES, CODES, FIGURES], 2)
        }
        payment = false = self.payment()
        if "cut_off" in names:
            payment = false = self._at_month_end(payment)
        for name in sorted(names):
            changed = self._falsified(false, name)
            false = changed or false
            names -= set() if changed else {name}
        if not names:
            self._plant("date_shift")
            return
        self._note(payment, [false])
        self._expect(names, [payment], self.history.treasury[-1:])

    def _falsified(self, payment, name):
        """Return what the Treasury books instead; None when it cannot be."""
        return getattr(self, f"_as_{name}")(payment)

    def _at_month_end(self, payment):
        day = date(self.year, self.month, self.last - self.chance.randint(0, 2))
        return payment._replace(date=day)

    def _as_date_shift(self, payment):
        days = self.chance.choice([-6, -4, -2, -1, 1, 2, 3, 5, 7])
        return payment._replace(date=payment.date + timedelta(days=days))

    def _as_cut_off(self, payment):
        first = date(self.year, self.month, self.last) + timedelta(days=1)
        days = timedelta(days=self.chance.randint(0, 2))
        return payment._replace(date=first + days)

    def _as_wrong_project(self, payment):
        others = [
            p["project"] for p in self.projects if p["project"] != payment.project
        ]
        if self.chance.random() < 0.5:
            return payment._replace(project=self.chance.choice(others))
        digits = list(payment.project)
        place = self.chance.randrange(1, 7)
        digits[place] = str((int(digits[place]) + self.chance.randint(1, 9)) % 10)
        return payment._replace(project="".join(digits))

    def _as_wrong_program(self, payment):
        others = [code for code in PROGRAMS if code != payment.program]
        return payment._replace(program=self.chance.choice(others))

    def _as_wrong_unit(self, payment):
        return payment._replace(unit=str(self.chance.randint(3_000_000, 3_999_999)))

    def _as_predecessor_unit(self, payment):
        old = next(old for old, new in OLD_UNITS.items() if payment.unit in new)
        return (
            payment._replace(unit=old) if (self.year, self.month) > (2025, 6) else None
        )

    def _as_wrong_origin_year(self, payment):
        return payment._replace(
            origin_year=payment.origin_year + self.chance.choice([-1, 1])
        )

    def _as_advance_as_completed(self, payment):
        swapped = {"advance": "completed", "completed": "advance"}
        kind = swapped.get(payment.kind)
        return payment._replace(kind=kind) if kind else None

    def _as_investment_as_recurrent(self, payment):
        swapped = {"investment": "recurrent", "recurrent": "investment"}
        return payment._replace(nature=swapped[payment.nature])

    def _as_money_unit(self, payment):
        factor = self.chance.choice([10**3, 10**6])
        if payment.amount % factor == 0 and payment.amount // factor:
            return payment._replace(amount=payment.amount // factor)
        return payment._replace(amount=payment.amount * 10**3)

    def _as_transposed_digits(self, payment):
        digits = list(str(payment.amount))
        places = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
        places = [i for i in places if i or digits[1] != "0"]
        if not places:
            return None
        i = self.chance.choice(places)
        digits[i], digits[i + 1] = digits[i + 1], digits[i]
        return payment._replace(amount=int("".join(digits)))

    def _as_dropped_digit(self, payment):
        text = str(payment.amount)
        i = self.chance.randrange(1, len(text))
        amount = int(text[:i] + text[i + 1 :])
        is_unit = amount * 1_000 == payment.amount
        return None if is_unit else payment._replace(amount=amount)

    def _as_changed_digit(self, payment):
        digits = list(str(payment.amount))
        i = self.chance.randrange(len(digits))
        digits[i] = self.chance.choice([d for d in "123456789" if d != digits[i]])
        return payment._replace(amount=int("".join(digits)))

    # === Differences of several payments, or of one side === #

    def _plant_split(self):
        whole = self.payment()
        parts = self._parts(whole)
        self._note(whole, parts)
        self._expect(["split"], [whole], self.history.treasury[-len(parts) :])

    def _plant_merged(self):
        whole = self.payment()
        parts = self._parts(whole)
        for part in parts:
            self._note(part, [])
        self._note(None, [whole])
        self._expect(["merged"], parts, self.history.treasury[-1:])

    def _parts(self, whole):
        """Cut a payment into two to five, paid within ten days."""
        count = self.chance.randint(2, 5)
        cuts = sorted(self.chance.sample(range(1, whole.amount), count - 1))
        sizes = [b - a for a, b in zip([0, *cuts], [*cuts, whole.amount], strict=True)]
        return [
            whole._replace(
                id=self.number(),
                amount=size,
                date=whole.date + timedelta(days=self.chance.randint(-7, 7)),
                voucher=f"PH{self.numbers:05}",
            )
            for size in sizes
        ]

    def _plant_refund_missed(self):
        refund = self.payment(
            kind=self.chance.choice(["refund_advance", "refund_completed"])
        )
        self._one_side(refund._replace(amount=-refund.amount), "refund_missed")

    def _plant_only_own(self):
        payment = self.payment()
        self.history.own.append(payment)
        self._expect(["only_own"], [payment], [])

    def _plant_only_treasury(self):
        payment = self.payment(origin_year=self.year)
        self.history.treasury.append(payment)
        self._expect(["only_treasury"], [], [payment])

    def _plant_cut_off_alone(self):
        """Book a payment at the edge of the month that the other side has elsewhere."""
        payment = self.payment()
        if self.chance.random() < 0.5:
            own = self._at_month_end(payment)
            self.history.own.append(own)
            self._expect(["cut_off"], [own], [])
        else:
            first = date(self.year, self.month, self.chance.randint(1, 3))
            self.history.treasury.append(payment._replace(date=first))
            self._expect(["cut_off"], [], self.history.treasury[-1:])

    def _one_side(self, payment, name):
        if self.chance.random() < 0.5:
            self.history.own.append(payment)
            self._expect([name], [payment], [])
        else:
            self.history.treasury.append(payment)
            self._expect([name], [], [payment])
