"""What the table of a statement is about: vouchers, projects, programs, groups."""

from datetime import date, timedelta

from statement_outlines import PAID, PLANS, Outlines
from statement_wordings import (
    CARRIED,
    CUMULATIVE,
    CURRENT,
    KINDS,
    NATURES,
    PAID_GROUPS,
    PERIOD,
    PLAN_GROUPS,
    PROGRAMS,
    UNKNOWN,
    WORKS,
)


class Families(Outlines):
    """One method a family; each writes the heading and the body."""

    # === Vouchers === #

    def write_vouchers(self, money=("advance", "completed")):
        """One payment a row, with a column for advances and one for volume."""
        names = ["date", "voucher", "project", "content"]
        extra = ["number", "program", "unit", "origin_year", "chapter", "sector"]
        extra += ["contractor", *([] if "amount" in money else ["nature"])]
        names += [name for name in extra if self.some(0.5)]
        self.chance.shuffle(names)
        names += ["kind"] if "amount" in money else []
        names += [*money, *(["note"] if self.some(0.4) else [])]
        columns = {name: i for i, name in enumerate(names)}
        places = [columns[name] for name in money]
        self.heading([self.head(name) for name in names], money=places)
        lines = []
        for number in range(1, self.chance.randint(4, 22)):
            about, cells = self._voucher(number, columns)
            pay = self._pay_of_kind if "amount" in money else self._pay
            lines.append((cells, pay(about, cells, columns)))
        self.body(lines, columns["content"], places)

    def write_kinds(self):
        """One amount a row, with its kind."""
        self.write_vouchers(money=("amount",))

    def write_one_project(self):
        """Vouchers of one project, whose code stands in the title."""
        code, program = (
            str(self.chance.randint(7_000_000, 8_999_999)),
            self.pick(list(PROGRAMS)),
        )
        self.rows.append([self.pick(["Mã dự án: {}", "Mã số dự án: {}"]).format(code)])
        self.rows.append(
            ["Mã CTMT, DA:", program] if self.some(0.5) else [f"Mã CTMT: {program}"]
        )
        names = [
            "number",
            "date",
            "voucher",
            "content",
            "origin_year",
            "advance",
            "completed",
        ]
        columns = {name: i for i, name in enumerate(names)}
        self.heading([self.head(name) for name in names], money=[5, 6])
        lines = []
        for number in range(1, self.chance.randint(4, 12)):
            about, cells = self._voucher(number, columns)
            about |= {"project": code, "program": program}
            lines.append((cells, self._pay(about, cells, columns)))
        self.body(lines, columns["content"], [5, 6])

    def _voucher(self, number, columns):
        """Draw what a payment is about, and write it."""
        day = date(2025, 5, 1) + timedelta(days=self.chance.randint(0, 30))
        about = {
            "project": str(self.chance.randint(7_000_000, 8_999_999)),
            "program": self.pick(list(PROGRAMS)),
            "unit": str(self.chance.randint(1_000_000, 3_999_999)),
            "origin_year": self.pick([2022, 2023, 2024, 2025]),
            "voucher": f"GRV{self.chance.randint(1, 9999):04}",
            "date": day,
            "nature": self.pick(list(NATURES)),
        }
        texts = {
            **{name: self.code(about[name]) for name in ("project", "program", "unit")},
            "voucher": about["voucher"],
            "date": self.day(day),
            "nature": self.pick(NATURES[about["nature"]]),
            "number": self.plain(number),
            "origin_year": self.plain(about["origin_year"]),
            "content": f"{self.pick(WORKS)}, đợt {number}",
            "chapter": "560",
            "sector": "292",
            "contractor": "Công ty TNHH Xây dựng A",
        }
        cells = [texts.get(name) for name in columns]
        return {name: v for name, v in about.items() if name in columns}, cells

    def _pay(self, about, cells, columns):
        """Draw an advance or a payment of volume, and write it."""
        amounts = {"advance": self.amount(), "completed": self.amount()}
        amounts[self.pick(list(amounts))] = 0
        self.know({n: a for n, a in amounts.items() if a}, **about)
        for name, dong in amounts.items():
            cells[columns[name]] = self.money(dong)
        return {columns[name]: dong for name, dong in amounts.items()}

    def _pay_of_kind(self, about, cells, columns):
        """Draw a payment of some kind; a refund may be written below zero or not."""
        kind, dong = self.pick([*KINDS, "completed", "completed"]), self.amount()
        cells[columns["kind"]] = self.pick(KINDS[kind])
        is_refund = kind == "refund_advance"
        shown = -dong if is_refund and self.some(0.5) else dong
        cells[columns["amount"]] = self.money(shown)
        measure = "advance" if is_refund else kind
        self.know({measure: -dong if is_refund else dong}, kind=kind, **about)
        return {columns["amount"]: shown}

    # === Projects === #

    def write_wide(self):
        """A row a project: plan, advance, completed, total, and what is left."""
        lead, money = self.lead(), ["assigned", *PAID]
        if self.some(0.5):
            money.insert(1, self.pick(PLANS[1:]))
        money += self.chance.sample(["remaining", "percent"], self.chance.randint(0, 2))
        if self.some(0.04):
            self.layout.asks = "column"
            money.append("unknown")
        first = len(lead)
        places = {name: first + i for i, name in enumerate(money)}
        words = {name: self.head(name) for name in money if name != "unknown"}
        words["unknown"] = self.pick(UNKNOWN)
        suffix = self._wide_heading(lead, words, places)
        lines = []
        for number in range(1, self.chance.randint(4, 14)):
            about, cells = self.project(lead, number)
            amounts = self.figures()
            known = {n: amounts[n] for n in PLANS if n in places}
            known |= {f"{n}{suffix}": amounts[n] for n in PAID}
            self.know(known, **about)
            cells += [self._figure(name, amounts) for name in places]
            lines.append((cells, {p: amounts.get(n) for n, p in places.items()}))
        sums = [p for n, p in places.items() if n not in ("percent", "unknown")]
        self.body(lines, 1, sums)

    def _wide_heading(self, lead, words, places):
        """Write it in one row or two; return what the group adds to the measures."""
        money = [p for n, p in places.items() if n != "percent"]
        upper = [self.head(name) for name in lead] + [words[name] for name in places]
        if self.some(0.3):
            upper[places["disbursed"]] = "Tổng giải ngân"
            self.heading(upper, money=money)
            return ""
        paid, lower = self.pick(PAID_GROUPS), [""] * len(upper)
        for name in PAID:
            lower[places[name]], upper[places[name]] = upper[places[name]], None
        upper[places["advance"]] = paid
        self.heading(upper, lower, money=money)
        return "_cumulative" if paid.startswith("Lũy") else ""

    def _figure(self, name, amounts):
        """Write a figure or a ratio."""
        if name == "percent":
            ratio = round(100 * amounts["disbursed"] / amounts["assigned"], 2)
            return str(ratio).replace(".", ",") if self.layout.kind == "csv" else ratio
        return self.money(amounts.get(name, self.step))

    # === Groups of columns === #

    def blocks(self, lead, titles, inner, draw):
        """Write groups of columns, each with the same columns under it.

        :param draw: gives, for a block, the figures of its columns and notes them
        """
        first, width = len(lead), len(inner)
        upper, lower = [self.head(name) for name in lead], [""] * first
        for title in titles:
            upper += [title] + [None] * (width - 1)
            lower += inner
        rows = [upper, lower]
        if self.some(0.15):
            top = [
                *upper[:first],
                self.pick(["Tình hình thực hiện", "Số liệu của kho bạc"]),
            ]
            top += [None] * (len(upper) - first - 1)
            rows = [top, [""] * first + upper[first:], lower]
        places = list(range(first, first + width * len(titles)))
        self.heading(*rows, money=places)
        lines = []
        for number in range(1, self.chance.randint(4, 14)):
            about, cells = self.project(lead, number)
            figures = draw(about)
            cells += [self.money(dong) for dong in figures]
            lines.append((cells, dict(zip(places, figures, strict=True))))
        self.body(lines, 1, places)

    def write_spans(self):
        """In the period and cumulative, each by advance, volume, recovery, total."""
        inner = ["advance", "completed"]
        inner += [
            n
            for n, share in (("recovered", 0.4), ("disbursed", 0.7))
            if self.some(share)
        ]
        order = [("", self.pick(PERIOD)), ("_cumulative", self.pick(CUMULATIVE))]
        if self.some(0.3):
            order.reverse()

        def draw(about):
            known, figures = {}, []
            for suffix, _title in order:
                values = self._flows("recovered" in inner)
                known |= {name + suffix: values[name] for name in inner}
                figures += [values[name] for name in inner]
            self.know(known, **about)
            return figures

        titles = [title for _suffix, title in order]
        self.blocks(self.lead(), titles, [self.head(n) for n in inner], draw)

    def _flows(self, with_recovery):
        """Draw advance, completed, recovered and their total."""
        advance, completed = self.amount(), self.amount()
        recovered = self.pick([0, advance // self.step // 2 * self.step])
        total = advance + completed - (recovered if with_recovery else 0)
        return {
            "advance": advance,
            "completed": completed,
            "recovered": recovered,
            "disbursed": total,
        }

    def write_natures(self):
        """Plan and disbursed, each in total, investment and recurrent."""
        titles = [self.pick(PLAN_GROUPS), self.pick(PAID_GROUPS)]
        suffix = "_cumulative" if titles[1].startswith("Lũy") else ""
        with_total = self.some(0.7)
        inner = ["Tổng số"] * with_total + [self.pick(NATURES[n]) for n in NATURES]

        def draw(about):
            known, figures = {nature: {} for nature in NATURES}, []
            for measure in ("assigned", f"disbursed{suffix}"):
                parts = [self.amount(), self.pick([0, self.amount()])]
                figures += [sum(parts)] * with_total + parts
                for nature, dong in zip(NATURES, parts, strict=True):
                    known[nature][measure] = dong
            for nature, amounts in known.items():
                self.know(amounts, nature=nature, **about)
            return figures

        self.blocks(self.lead("origin_year"), titles, inner, draw)

    def write_carried(self):
        """Carried-over capital and that of the year: plan, completed, advance."""
        titles = [self.pick(CARRIED), self.pick(CURRENT)]
        measures = ("assigned", "completed", "advance")
        has_years = "2024" in titles[0]

        def draw(about):
            figures = []
            for is_carried in (True, False):
                values = [self.amount() for _ in measures]
                said = {"is_carried": is_carried}
                if has_years:
                    said["origin_year"] = 2024 if is_carried else 2025
                self.know(dict(zip(measures, values, strict=True)), **said, **about)
                figures += values
            return figures

        inner = [self.head(name) for name in measures]
        self.blocks(self.lead("origin_year"), titles, inner, draw)
