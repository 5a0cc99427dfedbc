"""What the house tests share: the files of the two addons, parsed once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ADDONS = ROOT / "odoo_addons"


@cache
def python_files(*folders):
    """Return the Python files below the folders (default: the addons), sorted."""
    places = [ROOT / folder for folder in folders or ("odoo_addons",)]
    return sorted(path for place in places for path in place.rglob("*.py"))


@cache
def addon_code():
    """Return the Python files of the addons, without their tests and migrations."""
    return [
        path
        for path in python_files()
        if not {"tests", "migrations"} & set(path.relative_to(ADDONS).parts)
    ]


@cache
def xml_files():
    """Return the XML files of the addons, templates of the web client included."""
    return sorted(ADDONS.rglob("*.xml"))


@cache
def tree(path):
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def lines(path):
    """Return the lines of a text file."""
    return path.read_text(encoding="utf-8").splitlines()


def nodes(path, *kinds):
    """Yield the nodes of these kinds in a Python file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, kinds))


def functions(path):
    """Yield every function and method of a Python file."""
    return nodes(path, ast.FunctionDef, ast.AsyncFunctionDef)


def called(call):
    """Return the dotted name that a call calls, as far as it is made of names.

    >>> called(ast.parse("self.env.cr.execute(query)").body[0].value)
    'self.env.cr.execute'
    """
    parts, node = [], call.func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "?")
    return ".".join(reversed(parts))


def keywords(call):
    """Return the keyword arguments of a call, by name."""
    return {keyword.arg: keyword.value for keyword in call.keywords}


def place(path, node):
    """Return ``file:line: text`` of a node or a line number, as a failure shows it."""
    number = node if isinstance(node, int) else node.lineno
    return f"{path.relative_to(ROOT)}:{number}: {lines(path)[number - 1].strip()}"


def is_true(node):
    """Tell whether a node is the constant True."""
    return isinstance(node, ast.Constant) and node.value is True


def report(offenders):
    """Return the offenders, one a line, as the message of an assertion."""
    return "\n" + "\n".join(offenders)
