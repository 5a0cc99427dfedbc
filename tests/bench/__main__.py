"""Runs the benches of this folder: ``./mtqg bench [NAME...] [--json]``.

A bench is a file with ``run(env)``, which yields lines made by ``measure.row``, and
perhaps ``PARTS``, the names of files that belong to it. Each file gets a throw-away
clone of the demonstration database of its own.
"""

import argparse
import importlib
import json
import sys
from pathlib import Path

FIELDS = ("bench", "case", "ours_s", "floor_s", "ratio", "goal", "queries")
HELPERS = {"__main__", "clones", "measure", "province", "reconcile"}
KNOWN = sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - HELPERS)


def arguments():
    """Return the parsed command line; an unknown bench is refused by name."""
    parser = argparse.ArgumentParser(prog="./mtqg bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(KNOWN))
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    if unknown := set(parsed.names) - set(KNOWN):
        parser.error(f"no bench {', '.join(sorted(unknown))}; there is: {KNOWN}")
    return parsed


def results(database, names):
    """Yield the lines of the named benches."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["-d", database, "--log-level=error"], setup_logging=True)
    from clones import cloned

    for bench in map(importlib.import_module, names):
        parts = map(importlib.import_module, getattr(bench, "PARTS", ()))
        for part in (bench, *parts):
            with (
                cloned(database, f"{database}_{part.__name__}") as clone,
                Registry(clone).cursor() as cr,
            ):
                yield from part.run(api.Environment(cr, SUPERUSER_ID, {}))


def text(value):
    """Return a value as the table shows it."""
    if value is None:
        return "-"
    return f"{value:,.4g}" if isinstance(value, float) else f"{value}"


def print_line(name, case, *numbers):
    """Print one line of the table, in columns."""
    columns = "".join(f"{text(number):>11}" for number in numbers)
    print(f"{name:<14}{case:<42}{columns}", flush=True)


def print_row(row):
    """Print one result; over its goal, it is marked."""
    late = row["goal"] is not None and row["ratio"] > row["goal"]
    values = [row[field] for field in FIELDS]
    print_line(*values, *(["over goal"] if late else []))


def main():
    """Print every result as soon as it is known; none at all is a failure."""
    parsed = arguments()
    found = False
    for row in results(parsed.database, parsed.names or KNOWN):
        if not parsed.json and not found:
            print_line(*FIELDS)
        found = True
        if parsed.json:
            print(json.dumps({field: row[field] for field in FIELDS}), flush=True)
        else:
            print_row(row)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
