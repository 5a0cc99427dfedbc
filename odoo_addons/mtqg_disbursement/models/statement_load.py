"""Reading a statement's file for its record: opened, guessed, read, staged."""

import csv
import io
from dataclasses import dataclass, field, replace

from ..engine.statement_guess import guess, recall, review
from ..engine.statement_profile import from_dict, shapes_in
from ..engine.statement_reading import StatementReading
from ..engine.table_heading import CellError
from ..files.limits import STATEMENT_LIMITS
from ..files.reading import open_tables
from ..files.refusal import FileRefused
from ..store import statements as store
from .file_messages import describe_refusal
from .statement_plain_load import PlainLoad

# rows from which the profile is guessed; a smaller table is known whole
HEAD_ROWS = 2_100
CHUNK = 2**16
WATCHED_ROWS = 5_000


@dataclass
class Finding:
    """A question or an error, as it is kept with the statement."""

    kind: str
    sheet: str
    cell: str
    value: str
    code: str
    values: dict = field(default_factory=dict)
    reason: str = ""


class StatementLoad:
    """One pass over the file of a statement. Without a goal nothing is kept.

    Use ``run()``, then look at ``findings``, ``guessed``, ``reading``; ``staged`` and
    ``kept`` count lines, ``amount`` is their sum in đồng.
    """

    def __init__(self, statement):
        self.statement = statement
        self.env = statement.env
        self.findings = []
        self.guessed = None
        self.reading = None
        self.source = self.tables = None
        self.staged = self.kept = self.amount = 0
        self.found = None
        self.is_whole = True
        self.progress = lambda _done, _total: None

    @property
    def is_sound(self):
        """Tell whether the lines may be kept."""
        return not self.findings and self.reading is not None

    @property
    def is_corrected(self):
        """Tell whether a person has said anything about how the file is read."""
        profile = self.guessed.profile
        corrected = any(column.reason == "corrected" for column in profile.columns)
        return bool(profile.chosen) or corrected

    def run(self, goal=None):
        """Read the whole file; keep its lines if all is well and a goal is given."""
        try:
            if PlainLoad(self).run(goal):
                return self
            self._open()
            self.guess()
            if self.guessed.is_ready:
                self._read(goal)
        except FileRefused as refusal:
            name = self.statement.filename or ""
            reason = describe_refusal(self.env, refusal)
            self.findings = [
                Finding("refusal", "", "", name, refusal.code, reason=reason)
            ]
        return self

    # === Steps === #

    def _open(self):
        if self.tables is None:
            content = self.statement._read_content()
            filename = self.statement.filename or ""
            self.tables = open_tables(content, filename, STATEMENT_LIMITS)
        self.heads = [table.head(HEAD_ROWS) for table in self.tables]
        self.is_whole = all(len(head.rows) < HEAD_ROWS for head in self.heads)

    def guess(self):
        """Find how the file is read: as corrected, as remembered, or as guessed."""
        self.findings = []
        found = self._recall() or self._guess_anew()
        if found.sheet is not None:
            profile = self._choose(found.profile)
            aside, sums = self.statement._get_aside()
            found = review(
                profile,
                found.sheet,
                found.first_row,
                aside,
                sums,
                is_whole=self.is_whole,
            )
        self.guessed = found
        self.note("question", found.questions)

    def _recall(self):
        """Return the guess of the statement's own profile or a remembered one."""
        statement = self.statement
        if statement.content:
            profiles = [from_dict(statement.content)]
        else:
            shapes = {
                shape
                for head in self.heads
                if not head.is_hidden
                for shape, _top, _depth in shapes_in(head)
            }
            known = statement.profile_id or statement._find_profiles(shapes)
            profiles = [from_dict(profile.content) for profile in known]
        sheet = (statement.sheet_name or "").strip()
        heads = [head for head in self.heads if not sheet or head.name == sheet]
        return recall(profiles, heads, is_whole=self.is_whole) if profiles else None

    def _guess_anew(self):
        statement = self.statement
        heading = None
        if statement.heading_row > 0:
            heading = statement.heading_row - 1, statement.heading_depth
        return guess(
            self.heads,
            (statement.sheet_name or "").strip(),
            heading,
            is_whole=self.is_whole,
        )

    def _choose(self, profile):
        """Settle in the profile what the user has chosen in the form."""
        names = ("money_unit", "decimal_mark", "date_order", "outline")
        chosen = {n: self.statement[n] for n in names if self.statement[n]}
        return profile.with_choice(**chosen) if chosen else profile

    def _read(self, goal):
        """Read all rows one by one; stage the lines, and keep them if all is well."""
        found = self.guessed
        table = next(t for t in self.tables if t.name == found.sheet.name)
        self.reading = self.start_reading()
        rows = self._watch(table.rows())
        lines = self.reading.lines(rows, found.first_row)
        self.source = store.stage(self.env, LineStream(lines))
        self.staged = self.source.count
        self.note("error", self.reading.errors)
        if self.is_sound and goal:
            self.kept = store.keep_lines(self.env, self.source, goal)
        elif self.is_sound:
            self.amount = store.sum_up(self.env)

    def start_reading(self):
        """Return a reading of the sheet that was found."""
        found = self.guessed
        aside, sums = self.statement._get_aside()
        return StatementReading(found.profile, found.sheet, aside, sums)

    def _watch(self, rows):
        """Tell the progress now and then."""
        for number, row in enumerate(rows):
            if not number % WATCHED_ROWS:
                self.progress(number, 0)
            yield row

    def note(self, kind, errors: list[CellError]):
        """Keep questions or errors of the engine."""
        self.findings += [
            Finding(kind, e.sheet, e.cell, e.value, e.code, e.values) for e in errors
        ]

    # === Results === #

    def get_remembered(self):
        """Return the profile to keep for the next file of this shape."""
        return replace(self.guessed.profile, constants={})


class LineStream(io.RawIOBase):
    """Lines as a file of CSV, made while it is read."""

    def __init__(self, lines):
        self.lines = lines
        self.rest = b""

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self.rest:
            self.rest = self._make()
        part = self.rest[: len(buffer)]
        buffer[: len(part)] = part
        self.rest = self.rest[len(part) :]
        return len(part)

    def _make(self):
        """Write the next lines; nothing when there are no more."""
        text = io.StringIO()
        write = csv.writer(text).writerow
        for line in self.lines:
            write(line)
            if text.tell() > CHUNK:
                break
        # PostgreSQL keeps no zero characters
        return text.getvalue().replace("\0", " ").encode()
