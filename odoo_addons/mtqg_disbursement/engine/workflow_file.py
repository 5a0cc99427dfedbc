"""A definition as one file that people read and compare: JSON in one fixed shape.

Keys stand in a fixed order, what has its usual value is left out, a condition stands on
one line. So the same definition is always the same bytes, and a change is one line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from .verdict import Reason

FORMAT = "mtqg.workflow/1"
BASE_LANGUAGE = "en_US"
# no definition that people can overlook comes near these
MOST_BYTES = 1_000_000
MOST_PARTS = 500
MOST_STEPS = 2_000
MOST_LETTERS = 2_000
MOST_DEPTH = 12
MOST_FAULTS = 50
_PARTS_OF_LEAF = 3


class Key(NamedTuple):
    """What may stand under a key of the file.

    :param name: the key in the file
    :param field: name of the field that it fills; empty for none
    :param kind: text, words (text or its translations), number, flag, choice, domain,
        reference, parts (a list of objects)
    :param default: the usual value, which is left out of the file
    :param parts: the keys of each object of a list
    """

    name: str
    field: str = ""
    kind: str = "text"
    default: Any = None
    is_required: bool = False
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    parts: tuple[Key, ...] = ()


class _Refused(ValueError):  # noqa: N818  # caught in this file only
    """The text is no JSON of this kind: a fault that ends the reading."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


# === WRITING === #


def write(data: dict[str, Any], keys: Sequence[Key]) -> str:
    """Return a definition as the text of its file.

    >>> keys = (Key("code"), Key("limit", kind="number", default=0))
    >>> print(write({"code": "a", "limit": 0}, keys), end="")
    {
      "format": "mtqg.workflow/1",
      "code": "a"
    }
    """
    whole = (Key("format", is_required=True), *keys)
    return _write_object({"format": FORMAT, **data}, whole, "") + "\n"


def _write_object(data: dict[str, Any], keys: Sequence[Key], margin: str) -> str:
    inner = margin + "  "
    members = [
        f"{inner}{_dump(key.name)}: {_write_value(data[key.name], key, inner)}"
        for key in keys
        if key.is_required or data.get(key.name, key.default) != key.default
    ]
    return "{\n" + ",\n".join(members) + f"\n{margin}}}"


def _write_value(value: Any, key: Key, margin: str) -> str:
    if key.kind != "parts":
        return _dump(value)
    inner = margin + "  "
    rows = [f"{inner}{_write_object(row, key.parts, inner)}" for row in value]
    return "[\n" + ",\n".join(rows) + f"\n{margin}]"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# === READING === #


def read(text: str, keys: Sequence[Key]) -> tuple[dict[str, Any], list[Reason]]:
    """Return the definition that a text holds, and what is wrong with the text.

    Every key of the shape is in the result, the ones that the text leaves out with
    their usual value. With faults there is no result.

    :return: (data, faults); a fault is a code and ``path``, the place in the file

    >>> read('{"format": "mtqg.workflow/1", "code": 7}', (Key("code"),))[1][0].code
    'text'
    """
    try:
        data = _parse(text)
    except _Refused as refusal:
        return {}, [refusal.reason]
    faults: list[Reason] = []
    found = _read_object(data, (Key("format"), *keys), "", faults)
    if faults:
        return {}, faults[:MOST_FAULTS]
    faults = list(_find_broken_links(found))
    return ({} if faults else found), faults[:MOST_FAULTS]


def _parse(text: str) -> dict[str, Any]:
    # four bytes a letter at most: longer ones need not be counted
    if len(text) > MOST_BYTES or len(text.encode(errors="replace")) > MOST_BYTES:
        raise _Refused(Reason("too_big", {"limit": MOST_BYTES}))
    try:
        data = json.loads(
            text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"),
            object_pairs_hook=_read_pairs,
            parse_constant=_refuse_constant,
        )
    except _Refused:
        raise
    except RecursionError:
        raise _Refused(Reason("too_deep", {"path": ""})) from None
    except json.JSONDecodeError as error:
        raise _Refused(Reason("no_json", {"line": error.lineno})) from None
    except ValueError:  # a number of thousands of digits
        raise _Refused(Reason("no_json", {"line": 1})) from None
    if not isinstance(data, dict) or "format" not in data:
        raise _Refused(Reason("no_definition"))
    if data["format"] != FORMAT:
        raise _Refused(Reason("format", {"format": str(data["format"])[:40]}))
    return data


def _read_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Refused(Reason("twice", {"path": name[:80]}))
        found[name] = value
    return found


def _refuse_constant(name: str) -> Any:
    raise _Refused(Reason("no_json", {"line": 1, "name": name}))


def _read_object(
    data: Any, keys: Sequence[Key], path: str, faults: list[Reason]
) -> dict[str, Any]:
    if not isinstance(data, dict):
        faults.append(Reason("object", {"path": path}))
        return {}
    known = {key.name for key in keys}
    faults.extend(
        Reason("unknown", {"path": _join(path, name[:80])})
        for name in data.keys() - known
    )
    found = {}
    for key in keys:
        place = _join(path, key.name)
        if key.name in data:
            found[key.name] = _read_value(data[key.name], key, place, faults)
        elif key.is_required:
            faults.append(Reason("missing", {"path": place}))
        else:
            found[key.name] = [] if key.kind == "parts" else key.default
    return found


def _read_value(value: Any, key: Key, path: str, faults: list[Reason]) -> Any:
    if key.kind == "parts":
        return _read_parts(value, key, path, faults)
    reader = {
        "words": _is_words,
        "number": lambda v: _is_number(v) and key.low <= v <= key.high,
        "flag": lambda v: isinstance(v, bool),
        "choice": lambda v: isinstance(v, str) and v in key.choices,
        "domain": is_domain,
        "reference": _is_reference,
    }.get(key.kind, _is_text)
    if value is None and key.default is None and not key.is_required:
        return value
    is_missing = key.is_required and value in ("", {})
    if is_missing or not reader(value):
        values = {"path": path, "choices": ", ".join(key.choices)}
        values |= {"low": key.low, "high": key.high}
        wanted = {"choice": ("path", "choices"), "number": ("path", "low", "high")}
        names = wanted.get(key.kind, ("path",))
        faults.append(Reason(key.kind, {name: values[name] for name in names}))
    return value


def _read_parts(value: Any, key: Key, path: str, faults: list[Reason]) -> list[Any]:
    if not isinstance(value, list):
        faults.append(Reason("parts", {"path": path}))
        return []
    if len(value) > MOST_PARTS:
        faults.append(Reason("too_many", {"path": path, "limit": MOST_PARTS}))
        return []
    rows = []
    for number, row in enumerate(value):
        if len(faults) >= MOST_FAULTS:
            break
        rows.append(_read_object(row, key.parts, f"{path}[{number}]", faults))
    return rows


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _is_text(value: Any) -> bool:
    """Tell whether a value is text that a database can keep."""
    if not isinstance(value, str) or len(value) > MOST_LETTERS or "\0" in value:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_words(value: Any) -> bool:
    if isinstance(value, dict):
        return BASE_LANGUAGE in value and all(
            _is_text(text) and text and _is_text(language)
            for language, text in value.items()
        )
    return _is_text(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_reference(value: Any) -> bool:
    """Tell whether a value names a record: text, {kind of name: text}, or null."""
    if value is None:
        return True
    if isinstance(value, dict):
        return len(value) == 1 and all(map(_is_text, (*value, *value.values())))
    return _is_text(value)


def is_domain(value: Any) -> bool:
    """Tell whether a value is a list of conditions and operators, or raw text."""
    if isinstance(value, str):
        return _is_text(value)
    return isinstance(value, list) and _is_plain(value, MOST_DEPTH)


def _is_plain(value: Any, depth: int) -> bool:
    if isinstance(value, list):
        is_short = depth and len(value) <= MOST_PARTS
        return bool(is_short) and all(_is_plain(item, depth - 1) for item in value)
    if isinstance(value, dict):
        return _is_reference(value)
    if isinstance(value, float):
        return value - value == 0  # no infinity
    return value is None or isinstance(value, (bool, int)) or _is_text(value)


# === WHAT BELONGS TOGETHER === #


def _find_broken_links(data: dict[str, Any]) -> Iterator[Reason]:
    """Yield what no single value shows: codes that meet, names that lead nowhere."""
    lists = ("steps", "papers", "escalations", "notices")
    transitions = data.get("transitions", ())
    if sum(len(row[name]) for row in transitions for name in lists) > MOST_STEPS:
        yield Reason("too_many", {"path": "transitions", "limit": MOST_STEPS})
    codes = [stage["code"] for stage in data.get("stages", ())]
    for number, code in enumerate(codes):
        if code in codes[:number]:
            values = {"path": f"stages[{number}].code", "code": code}
            yield Reason("stage_twice", values)
    for number, transition in enumerate(transitions):
        path = f"transitions[{number}]"
        for end in ("from", "to"):
            if transition[end] not in codes:
                values = {"path": f"{path}.{end}", "code": transition[end]}
                yield Reason("no_stage", values)
        yield from _find_transition_faults(transition, path)


# what a step of a kind names
_NEEDS = {
    "user": "user",
    "group": "group",
    "field": "field_name",
    "level_leader": "level",
    "climb": "level",
}


def _find_transition_faults(transition: dict[str, Any], path: str) -> Iterator[Reason]:
    low, high = transition["when_amount_from"], transition["when_amount_to"]
    if high and high <= low:
        yield Reason("amounts", {"path": f"{path}.when_amount_to"})
    for number, step in enumerate(transition["steps"]):
        wanted = _NEEDS.get(step["kind"])
        if wanted and not step[wanted]:
            yield Reason("missing", {"path": f"{path}.steps[{number}].{wanted}"})
    for name, kind in (("escalations", "kind"), ("notices", "audience")):
        for number, row in enumerate(transition[name]):
            if row[kind] == "group" and not row["group"]:
                yield Reason("missing", {"path": f"{path}.{name}[{number}].group"})
    yield from _find_doubled_papers(transition["papers"], path)


def _find_doubled_papers(rows: Sequence[dict[str, Any]], path: str) -> Iterator[Reason]:
    papers = [(paper["paper"], paper["condition"]) for paper in rows]
    for number, paper in enumerate(papers):
        if paper in papers[:number]:
            values = {"path": f"{path}.papers[{number}].paper", "code": paper[0]}
            yield Reason("paper_twice", values)


# === CONDITIONS === #


def is_leaf(item: Any) -> bool:
    """Tell whether an item of a domain is a condition: field, operator, value.

    >>> is_leaf(["kind", "=", "small"]), is_leaf("|")
    (True, False)
    """
    return (
        isinstance(item, (list, tuple))
        and len(item) == _PARTS_OF_LEAF
        and isinstance(item[1], str)
    )


def domain_text(items: Sequence[Any]) -> str:
    """Return a domain as the text that a definition keeps.

    >>> domain_text(["|", ["a", "=", 1], ["b", "any", [["c", "in", [1, 2]]]]])
    "['|', ('a', '=', 1), ('b', 'any', [('c', 'in', [1, 2])])]"
    """
    return "[" + ", ".join(map(_item_text, items)) + "]"


def _item_text(item: Any) -> str:
    if not is_leaf(item):
        return repr(item)
    path, operator, value = item
    if operator in {"any", "not any"} and isinstance(value, (list, tuple)):
        return f"({path!r}, {operator!r}, {domain_text(value)})"
    return repr((path, operator, value))
