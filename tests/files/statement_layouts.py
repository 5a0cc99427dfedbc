"""Statements as Treasury offices might hand them over, drawn from a seed.

A layout says what the table is about, how its heading is worded and joined, how
numbers, dates and codes are written, which sums it prints and where, what stands around
it, and the kind of file; its lines are known, so what is read can be compared.
"""

import random

from statement_families import Families
from statement_writer import Layout

FAMILIES = (
    "vouchers", "vouchers", "kinds", "kinds", "wide", "spans", "spans", "natures",
    "carried", "programs", "numbered", "numbered", "titled", "sections", "one_project",
)  # fmt: skip


def draw(seed):
    """Draw a layout and fill it."""
    chance = random.Random(seed)
    layout = Layout(
        seed,
        family=chance.choice(FAMILIES),
        kind=chance.choice(["xlsx"] * 6 + ["csv"] * 6 + ["xls"]),
        unit=chance.choice(
            ["dong"] * 5 + ["thousand", "million", "million", "billion"]
        ),
        unit_place=chance.choice(["above"] * 5 + ["heading"] * 3),
        numbers=chance.choice(["native", "native", "dots", "commas", "spaces"]),
        dates=chance.choice(["native", "text", "text", "iso", "serial", "dash"]),
        decimals=0,
    )
    if layout.kind == "csv" and layout.numbers == "native":
        layout.numbers = chance.choice(["plain", "dots", "commas"])
    if layout.unit != "dong":
        layout.decimals = chance.choice([0, 1, 2, 2])
    _leave_open(layout, chance)
    Families(layout, chance).write()
    return layout


def _leave_open(layout, chance):
    """At times leave something out that only a person can tell."""
    if chance.random() < 0.02:
        layout.unit_place, layout.asks = "nowhere", "money_unit"
    elif layout.kind == "xlsx" and chance.random() < 0.02:
        layout.asks = "sheet"
