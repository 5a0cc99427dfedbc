"""Writes the rows of one statement: title, heading, lines, sums, footer."""

from dataclasses import dataclass, field
from datetime import date

from statement_wordings import FOOTERS, HEADINGS, TITLES, UNIT_LABELS, UNIT_WORDS, UNITS

MARKS = {
    "dots": (".", ","),
    "commas": (",", "."),
    "spaces": (" ", ","),
    "plain": ("", "."),
}


@dataclass
class Layout:
    """How a statement looks, and what must be read from it.

    ``truth`` is a list of (what a line is about, {measure: đồng}); ``asks`` is the one
    thing a person has to answer, if the statement leaves it open.
    """

    seed: int
    family: str
    kind: str
    unit: str
    unit_place: str
    numbers: str
    dates: str
    decimals: int
    merged: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    truth: list = field(default_factory=list)
    has_all_sums: bool = False
    money: set = field(default_factory=set)
    asks: str = ""


def grouped(text, group, mark):
    """Write digits in groups of three, with a decimal mark."""
    whole, _point, fraction = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    whole = whole.lstrip("-")
    parts = []
    while whole:
        parts.insert(0, whole[-3:])
        whole = whole[:-3]
    return sign + group.join(parts) + (mark + fraction if fraction else "")


class Writer:
    """Fills the rows of a layout; each family says what the table is about."""

    def __init__(self, layout, chance):
        self.layout = layout
        self.chance = chance
        self.rows = []
        self.headings = []
        self.upper = chance.random() < 0.25
        self.broken = chance.random() < 0.2
        self.step = UNITS[layout.unit] // 10**layout.decimals

    def write(self):
        """Write title, heading, body and footer."""
        self.write_title()
        getattr(self, f"write_{self.layout.family}")()
        if self.chance.random() < 0.6:
            count = self.chance.randint(1, len(FOOTERS))
            self.rows += [list(row) for row in FOOTERS[:count]]
        self.layout.rows = self.rows

    # === Pieces === #

    def pick(self, words):
        """Choose one of several."""
        return self.chance.choice(words)

    def some(self, share):
        """Tell whether something that happens at times happens now."""
        return self.chance.random() < share

    def head(self, name):
        """Choose the heading of a column; a long one may be broken into lines."""
        text = self.pick(HEADINGS[name])
        if self.broken and self.layout.kind != "csv":
            text = text.replace(" ", "\n", 1)
        return text.upper() if self.upper else text

    def amount(self):
        """Draw an amount in đồng that the unit of the table can write."""
        # from half a million to some thousand million đồng
        least, most = self.pick([(5, 9), (7, 9), (8, 10), (9, 11)])
        dong = self.chance.randint(10**least, 10**most) // 500 * 500
        return max(dong // self.step, 1) * self.step

    def money(self, dong):
        """Write an amount."""
        if dong is None:
            return None
        if not dong:
            return self.pick([None, "-", "0" if self.layout.kind == "csv" else 0])
        text = str(dong // self.step)
        places = self.layout.decimals
        if places:
            digits = text.lstrip("-").zfill(places + 1)
            sign = "-" if dong < 0 else ""
            text = f"{sign}{digits[:-places]}.{digits[-places:]}"
        if self.layout.numbers == "native":
            return float(text) if places else int(text)
        written = grouped(text, *MARKS[self.layout.numbers])
        if dong < 0 and self.some(0.5):
            return f"({written.lstrip('-')})"
        return written

    def day(self, value):
        """Write a date."""
        forms = {"text": "%d/%m/%Y", "dash": "%d-%m-%Y", "iso": "%Y-%m-%d"}
        if self.layout.dates in forms:
            return value.strftime(forms[self.layout.dates])
        serial = (value - date(1899, 12, 30)).days
        if self.layout.dates == "native" and self.layout.kind != "csv":
            return value
        return str(serial) if self.layout.kind == "csv" else serial

    def code(self, text):
        """Write a code; a workbook may keep it as a number, without its zeros."""
        return int(text) if self.layout.kind != "csv" and self.some(0.5) else text

    def plain(self, value):
        """Write a number that is no amount."""
        return str(value) if self.layout.kind == "csv" else value

    def unit_said(self):
        """Write the unit of money."""
        return self.pick(UNIT_WORDS[self.layout.unit])

    def write_title(self):
        """Write what stands above the table."""
        for title in self.chance.sample(TITLES, self.chance.randint(0, 4)):
            self.rows.append([None] * self.chance.randint(0, 2) + [title])
        if self.some(0.3):
            self.rows.append([])
        if self.layout.unit_place == "above":
            label = self.pick(UNIT_LABELS).format(self.unit_said())
            self.rows.append([None] * self.chance.randint(0, 5) + [label])

    # === Heading === #

    def heading(self, *rows, money):
        """Write the heading, the unit in it if it is not above, and column numbers.

        :param rows: texts; None under a title of a group, "" where a cell is joined
        :param money: columns of amounts
        """
        top, rows = len(self.rows), [list(row) for row in rows]
        self.layout.money = set(money)
        if self.layout.unit_place == "heading":
            said = f" ({self.unit_said()})"
            for column in money:
                level = max(i for i, row in enumerate(rows) if row[column])
                rows[level][column] += said
        self._merge(rows, top)
        self.rows += [[text or None for text in row] for row in rows]
        self.headings = [list(row) for row in self.rows[top:]]
        if self.some(0.3):
            self.rows.append([str(n) for n in range(1, len(rows[0]) + 1)])

    def _merge(self, rows, top):
        """Join cells of the heading, in files that can."""
        if self.layout.kind == "csv" or self.some(0.3):
            return
        depth = len(rows)
        for level in range(depth - 1):
            for column, text in enumerate(rows[level]):
                end = column + 1
                while end < len(rows[level]) and rows[level][end] is None:
                    end += 1
                is_alone = not any(rows[i][column] for i in range(level + 1, depth))
                if text and end > column + 1:
                    self.layout.merged.append(
                        (top + level, column, top + level, end - 1)
                    )
                elif text and is_alone:
                    self.layout.merged.append(
                        (top + level, column, top + depth - 1, column)
                    )

    # === Body === #

    def body(self, lines, label, sums):
        """Write lines with blank rows, repeated headings and sums.

        :param lines: list of (cells, {column: đồng})
        :param label: the column where sums are named
        :param sums: columns that are added up
        """
        place = self.pick(["below", "below", "below", "above", "none"])
        total = {c: sum(a.get(c) or 0 for _cells, a in lines) for c in sums}
        if place == "above":
            self.total(label, self.pick(["Tổng số", "TỔNG CỘNG", "Tổng cộng"]), total)
        is_paged = place == "below" and self.some(0.25)
        self._lines(lines, label, sums, is_paged)
        if place == "below":
            self.total(label, self.pick(["Tổng cộng", "TỔNG CỘNG", "Tổng số:"]), total)
        self.layout.has_all_sums = place != "none"

    def _lines(self, lines, label, sums, is_paged):
        """Write lines, in pages of five perhaps."""
        since, name = dict.fromkeys(sums, 0), self.pick(["Cộng trang", "Cộng"])
        for number, (cells, amounts) in enumerate(lines, 1):
            self.rows.append(cells)
            since = {c: since[c] + (amounts.get(c) or 0) for c in sums}
            if self.some(0.04):
                self.rows.append([])
            if is_paged and (number % 5 == 0 or number == len(lines)):
                self.total(label, name, since)
                since = dict.fromkeys(sums, 0)
                if number < len(lines):
                    self.rows += [list(row) for row in self.headings]

    def total(self, column, label, sums):
        """Write a row of sums."""
        row = [None] * (max([column, *sums]) + 1)
        row[column] = label
        for place, dong in sums.items():
            row[place] = self.money(dong)
        self.rows.append(row)

    def know(self, amounts, **about):
        """Note a line that must be read."""
        amounts = {name: dong for name, dong in amounts.items() if dong is not None}
        if any(amounts.values()):
            self.layout.truth.append((about, amounts))
