"""A workbook parsed in a process of its own, under hard caps of memory and time.

Whatever happens there, the caller gets rows or a refusal, and keeps his memory. The
child begins at once: a caller who checks the bytes does so at the same time, and asks
for no row before he is content.
"""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

import python_calamine

from .refusal import FileRefused

CHILD = Path(__file__).with_name("parser_child.py")
SECONDS = 30
# several pieces of rows, so that neither side waits for the other
PIPE = 2**20


class Parser:
    """A child that parses one workbook and answers for its rows."""

    def __init__(self, content: bytes, suffix: str, memory: int) -> None:
        """Start it.

        :param suffix: tells the format, as ``.xlsx``
        :param memory: what it may take, in bytes
        """
        file = NamedTemporaryFile(suffix=suffix)  # noqa: SIM115 - closed by _end
        file.write(content)
        file.flush()
        packages = str(Path(python_calamine.__file__).parents[1])
        command = [sys.executable, "-I", CHILD, file.name, packages]
        self.process = subprocess.Popen(
            [*command, str(memory), str(SECONDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=PIPE,
        )
        self.unread: Iterator[object] = iter(())
        weakref.finalize(self, _end, self.process, file)

    def sheets(self) -> list[ParsedSheet]:
        """Wait for the sheets.

        :raise FileRefused: protected or damaged; its death, whatever the cause, is a
            damage
        """
        answer = self._read()
        if "code" in answer:
            raise FileRefused(answer["code"])
        return [
            ParsedSheet(self, place, **about)
            for place, about in enumerate(answer["sheets"])
        ]

    def ask(self, *request: object) -> object:
        """Send a request; return the first line of the answer."""
        for _rest in self.unread:
            pass  # of an answer that nobody wanted to its end
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            raise FileRefused(code="broken") from error
        return self._read()

    def ask_pieces(self, *request: object) -> Iterator[tuple[dict, bytes]]:
        """Send a request; give the pieces of the answer, and what is said of each."""
        self.unread = self._read_pieces(self.ask(*request))
        return self.unread

    def _read_pieces(self, about: dict) -> Iterator[tuple[dict, bytes]]:
        while about["rows"]:
            yield about, self.process.stdout.read(about["size"])
            about = self._read()

    def _read(self) -> object:
        try:
            return json.loads(self.process.stdout.readline())
        except ValueError as error:
            raise FileRefused(code="broken") from error


@dataclass
class ParsedSheet:
    """One sheet of a parser in the form of the parser's own, where the child has it.

    ``start`` and ``end`` are the first and the last row and column that hold a cell.
    """

    parser: Parser
    place: int
    name: str
    is_hidden: bool
    start: tuple[int, int] | None
    end: tuple[int, int] | None
    merged_cell_ranges: list = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make pairs of what JSON gives as lists."""
        self.start = self.start and tuple(self.start)
        self.end = self.end and tuple(self.end)

    def iter_rows(self, first: int = 0) -> Iterator[list[object]]:
        """Give the rows from one on, counted from 0; columns from ``start`` on."""
        while rows := self.parser.ask("rows", self.place, first):
            first += len(rows)
            for row in rows:
                yield [_cell(cell) for cell in row]

    def pieces(
        self, first: int, last: int, columns: list[int]
    ) -> Iterator[tuple[dict, bytes]]:
        """Give the rows between two as CSV.

        :param columns: whose form is wanted, ``odd`` where cells have several
        :return: pieces, each with its ``rows`` (how many) and ``forms``
        """
        return self.parser.ask_pieces("pieces", self.place, first, last, columns)


def _cell(value: object) -> object:
    """Undo what JSON cannot carry: a date travels as a list of one text."""
    return date.fromisoformat(value[0]) if isinstance(value, list) else value


def _end(process: subprocess.Popen, file: object) -> None:
    """Let the child go, and the copy of the file that it reads."""
    process.kill()
    process.stdin.close()
    process.stdout.close()
    process.wait()
    file.close()
