"""The quick way for a large file whose every row is a line: the database reads it.

Whatever is not as plain as that is left to ``StatementLoad``, which knows every error:
then nothing of what was tried here is left.
"""

import io
from dataclasses import replace
from pathlib import PurePath

import psycopg2

from ..engine.statement_plain import (
    LONGEST_TAIL,
    plain_of,
    prove,
    read_values,
    tail_of,
)
from ..engine.statement_words import LARGEST_SUM
from ..files.csv_stream import OddBytesError, open_stream
from ..files.limits import STATEMENT_LIMITS
from ..files.reading import ZIP, is_csv, open_tables
from ..files.refusal import FileRefused
from ..files.sheet_stream import SheetStream
from ..store import statement_plain as plain_store
from ..store import statements as store

# below this, reading row by row costs no time to speak of
FEWEST_BYTES = 2**21
# what the database then reads is tested cell by cell
HEAD_ROWS = 500


class NotPlainError(Exception):
    """The file is left to the reading row by row."""


class PlainLoad:
    """Tries to load the file of a ``StatementLoad``."""

    def __init__(self, load):
        self.load = load
        self.env = load.env
        self.statement = load.statement

    def run(self, goal):
        """Stage the lines, and keep them if a goal is given.

        :return: False when the file must be read row by row; nothing is kept then
        """
        attachment = self.statement._get_attachment()
        if attachment.file_size < min(FEWEST_BYTES, STATEMENT_LIMITS.apart):
            return False
        try:
            self._run_once(attachment, goal)
        except (NotPlainError, OddBytesError, psycopg2.DataError):
            self.load.findings, self.load.reading = [], None
            self.load.found = None
            return False
        return True

    def _run_once(self, attachment, goal):
        """Try it as if all lines were new, which is quicker; then without that."""
        for keep in (store.keep_all, store.keep_new):
            self.keep = keep
            try:
                with self.env.cr.savepoint(flush=False):
                    return self._run(attachment, goal)
            except psycopg2.errors.UniqueViolation:
                continue
        raise NotPlainError

    def _run(self, attachment, goal):
        load = self.load
        stream = self._open(attachment)
        load.heads, load.is_whole = stream.heads, False
        load.guess()
        if not load.guessed.is_ready:
            return
        if any(self.statement._get_aside()):
            raise NotPlainError
        plain, tail = self._place(stream)
        count = self._copy(stream, plain)
        plain = replace(plain, forms=stream.forms)
        if not plain.is_uniform:
            raise NotPlainError
        self._check_limits(count + len(tail), plain)
        load.source = self._make_source(plain, count)
        load.staged = count
        load.reading = load.start_reading()
        if goal:
            self._keep(goal)
        else:
            self._check()
        self._prove(plain, tail)

    # === Steps === #

    def _open(self, attachment):
        opener = open_attachment(attachment)
        if attachment.file_size > STATEMENT_LIMITS.bytes:
            raise NotPlainError
        filename = self.statement.filename or ""
        with opener() as file:
            start = file.read(2**10)
            if not is_csv(start) and start.startswith(ZIP):
                content = start + file.read()
                # what is refused here is refused for good
                self.load.tables = open_tables(content, filename, STATEMENT_LIMITS)
                return SheetStream(self.load.tables, HEAD_ROWS)
        if not is_csv(start) or attachment.file_size < FEWEST_BYTES:
            raise NotPlainError
        name = PurePath(filename or "CSV").stem
        try:
            return open_stream(
                opener, attachment.file_size, name, HEAD_ROWS, STATEMENT_LIMITS
            )
        except FileRefused:
            raise NotPlainError from None

    def _place(self, stream):
        """Find where the lines begin and end; return what they give, and the tail."""
        found = self.load.guessed
        stream.choose(found.sheet)
        plain = plain_of(found.profile, max(map(len, found.sheet.rows)))
        if plain is None:
            raise NotPlainError
        stream.begin_at(found.first_row)
        stream.columns = plain.columns
        return plain, self._cut_tail(stream, found.profile)

    def _cut_tail(self, stream, profile):
        """Leave the last rows that are no lines to the engine."""
        last = stream.last_rows(LONGEST_TAIL)
        count = tail_of(profile, last)
        if count == len(last):
            raise NotPlainError
        stream.cut(count)
        return last[len(last) - count :]

    def _copy(self, stream, plain):
        body = stream.body(self.load.progress)
        try:
            return plain_store.copy_raw(self.env, plain, body, stream.delimiter)
        except psycopg2.Error:
            if body.error:
                raise body.error from None
            raise

    def _check_limits(self, rows, plain):
        if rows > STATEMENT_LIMITS.rows or plain.width > STATEMENT_LIMITS.columns:
            raise NotPlainError

    def _make_source(self, plain, count):
        values = plain_store.list_values(self.env, plain)
        if values is None:
            raise NotPlainError
        read = {name: read_values(name, said) for name, said in values.items()}
        if None in read.values():
            raise NotPlainError
        found = self.load.guessed
        letters = {
            a.index: found.sheet.address(0, a.index).rstrip("1") for a in plain.amounts
        }
        place = found.first_row + 1, count
        return plain_store.plain_source(plain, read, letters, place)

    def _check(self):
        odd, self.load.amount, weight = store.check_lines(self.env, self.load.source)
        if odd or weight > LARGEST_SUM:
            raise NotPlainError

    def _keep(self, goal):
        load = self.load
        kept = self.keep(self.env, load.source, goal)
        if kept < load.staged and store.check_lines(self.env, load.source)[0]:
            raise NotPlainError
        load.kept, load.found = kept, store.count_kept(self.env, goal.statement_id)
        if load.found["weight"] > LARGEST_SUM:
            raise NotPlainError

    def _prove(self, plain, tail):
        """Add up what the last rows say."""
        load = self.load
        sums, filled = {}, {}
        is_wide = len(plain.amounts) > 1
        if is_wide or any(cell is not None for cells in tail for cell in cells):
            sums, filled = plain_store.sum_raw(self.env, plain)
        first = load.guessed.first_row + load.staged
        prove(load.reading, load.staged, sums, filled, tail, first)
        if load.reading.error_count:
            raise NotPlainError


def open_attachment(attachment):
    """Return what opens the bytes of an attachment, on disk where they lie there."""
    if attachment.store_fname:
        path = attachment._full_path(attachment.store_fname)
        return lambda: open(path, "rb")
    content = attachment.raw or b""
    return lambda: io.BytesIO(content)
