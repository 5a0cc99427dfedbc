"""Every public name of the pure rooms is explained, and every example in it is true."""

import ast
import doctest
import importlib

import pytest

from walls import ADDONS, place, report, tree

ROOMS = (
    ADDONS / "mtqg_disbursement" / "engine",
    ADDONS / "mtqg_disbursement" / "files",
    ADDONS / "mtqg_reports" / "layout",
)
FILES = sorted(path for room in ROOMS for path in room.rglob("*.py"))


def public(body):
    """Yield the public functions, classes and methods of a module or class."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name[0] != "_":
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body)


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: f"{path.parent.name}.{path.stem}"
)
def test_public_names_are_explained(path):
    silent = [
        place(path, node)
        for node in public(tree(path).body)
        if not ast.get_docstring(node)
    ]
    assert not silent, report(silent)


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: f"{path.parent.name}.{path.stem}"
)
def test_examples_are_true(path):
    name = (
        path.parent.name
        if path.stem == "__init__"
        else f"{path.parent.name}.{path.stem}"
    )
    results = doctest.testmod(
        importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE
    )
    assert results.failed == 0


def test_there_are_examples():
    assert sum(">>>" in path.read_text("utf-8") for path in FILES) > len(ROOMS)
