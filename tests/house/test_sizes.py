"""Nothing in the house is too long to be read at once."""

from walls import functions, place, python_files, report

FILE_LINES = 400
FUNCTION_LINES = 40

EVERYTHING = python_files("odoo_addons", "tests", "tools")


def length(function):
    """Return the lines of a function, decorators and docstring included."""
    first = min([function.lineno, *(node.lineno for node in function.decorator_list)])
    return function.end_lineno - first + 1


def test_files_are_short():
    long = [
        f"{path}: {count} lines"
        for path in EVERYTHING
        if (count := len(path.read_text("utf-8").splitlines())) > FILE_LINES
    ]
    assert not long, report(long)


def test_functions_are_short():
    long = [
        f"{place(path, function)}  # {length(function)} lines"
        for path in EVERYTHING
        for function in functions(path)
        if length(function) > FUNCTION_LINES
    ]
    assert not long, report(long)
