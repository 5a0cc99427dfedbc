"""The rooms of the house: imports only go down, and SQL stays in its rooms."""

import ast
import sys

from walls import ADDONS, addon_code, called, nodes, place, report

REGISTER, WINDOW = "mtqg_disbursement", "mtqg_reports"

# What a room may import besides itself. A file beside the folders (fields.py) is a room
# of its own name. Of the other addon, a room is called "register.<room>".
BELOW = {
    REGISTER: {
        "engine": set(),
        "files": set(),
        "clock": set(),
        "fields": {"engine"},
        "store": {"clock", "engine"},
        "hooks": {"store"},
        "cli": set(),  # commands are read without the addon, and ask its models
        "demo": set(),  # its documents go through the models, by their names
        "models": {"clock", "fields", "engine", "files", "store"},
        "wizard": {"clock", "fields", "engine", "files", "store", "models"},
        "report": {"clock", "fields", "engine", "store", "models"},
        "controllers": {"clock", "fields", "engine", "files", "store", "models"},
    },
    WINDOW: {
        "layout": set(),
        "report": {"register.clock", "register.engine", "register.store"},
        "hooks": {"report"},
        "models": {
            "layout",
            "report",
            "register.clock",
            "register.engine",
            "register.fields",
            "register.models",
            "register.store",
        },
        "wizard": {
            "layout",
            "models",
            "report",
            "register.clock",
            "register.engine",
            "register.fields",
        },
        "controllers": {"layout", "models", "register.clock"},
    },
}
# The pure rooms know the standard library, and these guests.
PURE = {
    (REGISTER, "engine"): set(),
    (REGISTER, "files"): {"python_calamine"},
    (WINDOW, "layout"): {"xlsxwriter"},
}
SQL_ROOMS = {(REGISTER, "store"), (WINDOW, "report")}
SQL_CALLS = ("execute", "executemany", "execute_query", "execute_query_dict")
SQL_NAMES = ("SQL", "sql.SQL", "tools.SQL", "execute_values")


def room_of(path):
    """Return (addon, room) of a file."""
    addon, *rest = path.relative_to(ADDONS).with_suffix("").parts
    return addon, rest[0]


def absolute_names(path, node):
    """Return the full dotted names that an import statement brings in."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        package = ("odoo", "addons", *path.relative_to(ADDONS).parts[:-1])
        base = ".".join([*package[: len(package) - node.level + 1], *base.split(".")])
    return [f"{base.rstrip('.')}.{alias.name}" for alias in node.names]


def rooms_imported(path):
    """Yield (node, addon, room) for each import of one of our addons."""
    for node in nodes(path, ast.Import, ast.ImportFrom):
        for name in absolute_names(path, node):
            parts = name.split(".")
            if parts[:2] == ["odoo", "addons"] and parts[2] in BELOW:
                yield node, *parts[2:4]


def guests_imported(path):
    """Yield (node, top-level package) for each import from outside the house."""
    for node in nodes(path, ast.Import, ast.ImportFrom):
        for name in absolute_names(path, node):
            if not name.startswith(tuple(f"odoo.addons.{addon}" for addon in BELOW)):
                yield node, name.partition(".")[0]


def may_import(addon, room, other_addon, other_room):
    """Tell whether a room may import another one."""
    if (addon, room) == (other_addon, other_room):
        return True
    if addon != other_addon:
        other_room = f"register.{other_room}" if other_addon == REGISTER else "window"
    return other_room in BELOW[addon].get(room, set())


def test_imports_only_go_down():
    offenders = [
        place(path, node)
        for path in addon_code()
        if room_of(path)[1] != "__init__"
        for node, addon, room in rooms_imported(path)
        if not may_import(*room_of(path), addon, room)
    ]
    assert not offenders, report(offenders)


def test_every_folder_with_code_is_a_known_room():
    unknown = {
        f"{addon}/{room}"
        for addon, room in map(room_of, addon_code())
        if room not in {"__init__", "__manifest__", *BELOW.get(addon, ())}
    }
    assert not unknown, f"no rule says what these may import: {unknown}"


def test_the_register_does_not_know_the_window():
    offenders = [
        f"{path}:{number}"
        for path in sorted((ADDONS / REGISTER).rglob("*"))
        if path.suffix in {".py", ".xml", ".csv", ".js"}
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if WINDOW in line
    ]
    assert not offenders, report(offenders)


def test_pure_rooms_know_the_standard_library_only():
    offenders = [
        place(path, node)
        for path in addon_code()
        if room_of(path) in PURE
        for node, guest in guests_imported(path)
        if guest not in sys.stdlib_module_names and guest not in PURE[room_of(path)]
    ]
    assert not offenders, report(offenders)


def is_sql(call):
    """Tell whether a call runs or composes SQL."""
    name = called(call)
    return name in SQL_NAMES or name.rpartition(".")[2] in SQL_CALLS


def test_sql_stays_in_its_rooms():
    offenders = [
        place(path, call)
        for path in addon_code()
        if room_of(path) not in SQL_ROOMS
        for call in nodes(path, ast.Call)
        if is_sql(call)
    ]
    assert not offenders, report(offenders)
