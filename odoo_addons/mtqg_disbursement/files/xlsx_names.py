"""XLSX: the titles of the sheets, and cells whose value a parser drops."""

from __future__ import annotations

import html
import posixpath
import re
from xml.etree import ElementTree

from .refusal import FileRefused
from .sheet import position

# A list of sheets is small; one that is not gets no titles.
LONGEST_LIST = 1024 * 1024
RELATION_ID = re.compile(r"(^|\})id$")
ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\s([^<>]*\bt="e"[^<>]*)>\s*'
    rb"(?:<(?:\w+:)?f(?:\s[^<>]*)?>(?:[^<]*</(?:\w+:)?f>)?\s*)?"
    rb"<(?:\w+:)?v>([^<]*)<"
)
UNCALCULATED_CELL = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*[^<>/])>\s*"
    rb"<(?:\w+:)?f(?:\s[^<>]*)?>(?:([^<]*)</(?:\w+:)?f>)?\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>|</(?:\w+:)?c>)"
)
# patterns that begin with a letter are searched for quickly
FORMULA_MARKS = re.compile(rb"<f[\s/>]"), re.compile(rb":f[\s/>]")
ERROR_MARK = re.compile(rb'"e"')
REFERENCE = re.compile(rb'(?:^|\s)r="([A-Z]{1,3}[0-9]{1,7})"')

Place = tuple[int, int]


def sheet_names(parts: dict[str, bytes]) -> dict[str, str]:
    """Give the title of each sheet by the name of its part.

    Only for parts already cleared of document types and entities.

    :raise FileRefused: ``broken`` when the list of sheets is not well-formed
    """
    targets = {
        relation.get("Id"): _part_name(relation.get("Target", ""))
        for relation in _elements(parts.get("xl/_rels/workbook.xml.rels"))
    }
    titles = {}
    for element in _elements(parts.get("xl/workbook.xml")):
        title = element.get("name")
        for key, value in element.attrib.items():
            if title and RELATION_ID.search(key) and value in targets:
                titles[targets[value]] = title
    return titles


def _part_name(target: str) -> str:
    """Resolve a target against the folder of the workbook part."""
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _elements(part: bytes | None) -> list[ElementTree.Element]:
    """Parse a small part into its elements, in order."""
    if not part or len(part) > LONGEST_LIST:
        return []
    try:
        return list(ElementTree.fromstring(part).iter())
    except (ElementTree.ParseError, ValueError) as error:
        raise FileRefused(code="broken") from error


def dropped_cells(part: bytes) -> dict[Place, str]:
    """Find errors (``#REF!``) and formulas never calculated (``=SUM(…)``).

    A parser gives both as empty, and an empty amount is not a wrong one.

    >>> dropped_cells(b'<c r="B2" t="e"><v>#REF!</v></c>')
    {(1, 1): '#REF!'}
    >>> dropped_cells(b'<c r="A1"><f>SUM(B1:C1)</f><v></v></c>')
    {(0, 0): '=SUM(B1:C1)'}
    """
    found: dict[Place, str] = {}
    patterns = []
    # most sheets have neither formulas nor errors: a search for a mark is quick
    if any(mark.search(part) for mark in FORMULA_MARKS):
        patterns.append((UNCALCULATED_CELL, "="))
    if ERROR_MARK.search(part):
        patterns.append((ERROR_CELL, ""))
    for pattern, sign in patterns:
        for match in pattern.finditer(part):
            reference = REFERENCE.search(match[1])
            if reference:
                text = html.unescape((match[2] or b"").decode(errors="replace"))
                found[position(reference[1].decode())] = sign + text.strip()
    return found
