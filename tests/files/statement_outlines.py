"""Projects, and tables some rows of which are sums of other rows."""

from statement_wordings import NATURES, OWNERS, PROGRAMS, WORKS
from statement_writer import Writer

PLANS = ("assigned", "allocated", "entered")
PAID = ("advance", "completed", "disbursed")
SHOWN = ("number", "project_name", "project")


class Outlines(Writer):
    """Families of tables with groups of rows."""

    # === Projects === #

    def lead(self, *without):
        """Choose the columns that tell what a row is about."""
        extra = ("program", "origin_year", "unit_name")
        return [*SHOWN, *(n for n in extra if n not in without and self.some(0.5))]

    def project(self, names, number, **said):
        """Draw what a project is about, and write it."""
        about = {
            "project": str(self.chance.randint(7_000_000, 8_999_999)),
            "program": self.pick(list(PROGRAMS)),
            "origin_year": self.pick([2023, 2024, 2025]),
            **said,
        }
        texts = {
            "number": self.plain(number),
            "project": self.code(about["project"]),
            "program": self.code(about["program"]),
            "origin_year": self.plain(about["origin_year"]),
            "project_name": self.pick(WORKS),
            "unit_name": self.pick(OWNERS),
        }
        known = {n: v for n, v in about.items() if n in names or n in said}
        return known, [texts[name] for name in names]

    def figures(self):
        """Draw the figures of a project."""
        advance, completed = self.amount(), self.amount()
        disbursed = advance + completed
        assigned = disbursed + self.amount()
        return {
            "assigned": assigned,
            "allocated": assigned,
            "entered": disbursed,
            "advance": advance,
            "completed": completed,
            "disbursed": disbursed,
            "remaining": assigned - disbursed,
        }

    # === Rows that are sums of others === #

    def write_programs(self):
        """A row a program, by name only."""
        has_number = self.some(0.5)
        names = ["number"] * has_number + ["content", "assigned"]
        words = [self.head(name) for name in names] + ["Giải ngân"]
        first = len(names) - 1
        self.heading(words, money=[first, first + 1])
        lines = []
        for number, title in enumerate(PROGRAMS.values(), 1):
            figures = self.figures()
            amounts = [figures["assigned"], figures["disbursed"]]
            cells = [str(number)] * has_number + [title, *map(self.money, amounts)]
            self.know(
                dict(zip(("assigned", "disbursed"), amounts, strict=True)),
                content=title,
            )
            lines.append((cells, dict(zip((first, first + 1), amounts, strict=True))))
        self.body(lines, first - 1, [first, first + 1])

    def write_numbered(self):
        """Programs numbered I, II with their sums above the projects 1, 2, 3."""
        lead = list(SHOWN[: 2 + self.some(0.6)])
        self._groups(lead, PROGRAMS.values(), numbers=("I", "II", "III"))

    def write_titled(self):
        """Programs by name with their sums; projects below have a code."""
        lead = list(SHOWN[self.some(0.5) :])
        self._groups(lead, PROGRAMS.values(), numbers=(None, None, None))

    def write_sections(self):
        """Investment and recurrent capital under titles of their own, summed below."""
        titles = {
            name: f"{letter}. {self.pick(NATURES[name])}"
            for name, letter in zip(NATURES, "AB", strict=True)
        }
        lead = list(SHOWN)
        places = self._outline_heading(lead)
        every = dict.fromkeys(places.values(), 0)
        for nature, title in titles.items():
            self.rows.append([None, title])
            lines = [
                self._outline_line(lead, places, n, nature=nature)
                for n in range(1, self.chance.randint(3, 8))
            ]
            sums = {p: sum(a[p] for _c, a in lines) for p in every}
            every = {p: every[p] + sums[p] for p in every}
            self.rows += [cells for cells, _amounts in lines]
            self.total(1, self.pick(["Cộng", "Cộng vốn", "Cộng mục"]), sums)
        self.total(1, "Tổng cộng", every)
        self.layout.has_all_sums = True

    def _groups(self, lead, titles, numbers):
        """Write groups with their sums above their lines."""
        places = self._outline_heading(lead)
        every, groups = dict.fromkeys(places.values(), 0), []
        for title in titles:
            count = self.chance.randint(3, 7)
            lines = [self._outline_line(lead, places, n) for n in range(1, count)]
            sums = {p: sum(a[p] for _c, a in lines) for p in every}
            every = {p: every[p] + sums[p] for p in every}
            groups.append((title, sums, lines))
        label, is_on_top = lead.index("project_name"), self.some(0.5)
        if is_on_top:
            self.total(label, "TỔNG CỘNG", every)
        for number, (title, sums, lines) in zip(numbers, groups, strict=True):
            self.total(label, title, sums)
            self.rows[-1][0] = number or self.rows[-1][0]
            self.rows += [cells for cells, _amounts in lines]
        if not is_on_top and self.some(0.6):
            self.total(label, "Tổng cộng", every)
        self.layout.has_all_sums = True

    def _outline_heading(self, lead):
        """Write plan, advance, completed and total in one row."""
        money = ["assigned", *PAID]
        words = [self.head(name) for name in (*lead, *money)]
        words[-1] = "Tổng giải ngân"
        places = {name: len(lead) + i for i, name in enumerate(money)}
        self.heading(words, money=list(places.values()))
        return places

    def _outline_line(self, lead, places, number, **said):
        """Write a project under its group."""
        figures = self.figures()
        about, cells = self.project(lead, number, **said)
        self.know({name: figures[name] for name in places}, **about)
        cells += [self.money(figures[name]) for name in places]
        return cells, {place: figures[name] for name, place in places.items()}
