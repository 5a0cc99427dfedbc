"""Units, programs and projects, found by what people call them in a table."""

import re
from collections import defaultdict

from ..engine.plain_words import plain

PROGRAM_PREFIX = re.compile(
    r"^(?:chuong trinh )?(?:(?:mtqg|muc tieu quoc gia)(?: ve)? )?"
)
PROGRAM_PERIOD = re.compile(r" giai doan .*$")


class Catalogue:
    """The records of one model that the user may read, by code and by name.

    All are read at once, however many rows ask for them. A code goes before a name.
    """

    def __init__(self, records, code_names, name_forms):
        empty = records.browse()
        self.by_code = defaultdict(lambda: empty)
        self.by_name = defaultdict(lambda: empty)
        for record in records:
            for name in code_names:
                if record[name]:
                    self.by_code[record[name].strip().lower()] |= record
            for form in name_forms(record.name):
                self.by_name[form] |= record

    def find(self, text):
        """Return the records that a text names: none, one, or several."""
        text = str(text).strip()
        if text.lower() in self.by_code:
            return self.by_code[text.lower()]
        names = (plain(text), _short_program(plain(text)))
        found = next((name for name in names if name and name in self.by_name), None)
        return self.by_name[found] if found else self.by_name.default_factory()


def list_units(env):
    """Return the units by code, budget unit code and name."""
    records = env["mtqg.unit"].search([])
    return Catalogue(records, ("code", "budget_code"), lambda name: {plain(name)})


def list_programs(env):
    """Return the programs by code, TABMIS code and name, with or without its period."""
    records = env["mtqg.program"].search([])
    return Catalogue(
        records,
        ("code", "target_code"),
        lambda name: {plain(name), _short_program(plain(name))},
    )


def list_projects(env):
    """Return the project dossiers by code and name."""
    records = env["mtqg.project"].search([])
    return Catalogue(records, ("code",), lambda name: {plain(name)})


def _short_program(words):
    """Take off what tables add to the name of a program, or leave away."""
    return PROGRAM_PERIOD.sub("", PROGRAM_PREFIX.sub("", words))
