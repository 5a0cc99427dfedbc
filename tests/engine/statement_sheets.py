"""Sheets for the tests of statements, written as lines of text."""

from engine.statement_guess import guess, review
from engine.statement_reading import StatementReading


class Sheet:
    """A sheet of cells, as the room of files gives it."""

    def __init__(self, rows, name="Tháng 5", merged=(), is_hidden=False):
        self.rows, self.name = rows, name
        self.merged, self.is_hidden = list(merged), is_hidden

    def address(self, row, column):
        """Give the A1 address of a cell counted from 0."""
        return f"{chr(ord('A') + column)}{row + 1}"


def sheet(text, **said):
    """Cut lines of text into cells; nothing between bars is no cell."""
    lines = [line.strip() for line in text.strip("\n").split("\n")]
    rows = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    return Sheet(rows, **said)


def read(table, aside=(), **choices):
    """Read a statement; return the guess, the reading and its lines.

    :param choices: what a person chooses, such as money_unit
    """
    table = sheet(table) if isinstance(table, str) else table
    found = guess([table])
    if choices:
        profile = found.profile.with_choice(**choices)
        found = review(profile, found.sheet, found.first_row)
    reading = StatementReading(found.profile, found.sheet, aside)
    return found, reading, list(reading.lines(table.rows, found.first_row))


def codes(errors):
    """Return the codes of errors by cell."""
    return {error.cell: error.code for error in errors}
