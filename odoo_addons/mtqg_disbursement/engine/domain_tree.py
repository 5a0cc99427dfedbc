"""A domain as a tree, for whoever puts it into words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .workflow_file import is_leaf

_ARITY = {"&": 2, "|": 2, "!": 1}


class Node(NamedTuple):
    """An operator over branches, or a leaf: field, operator, value."""

    operator: str
    branches: tuple[Any, ...]


def grow(items: Sequence[Any]) -> Node | None:
    """Return the tree of a domain in prefix notation; None for one that always holds.

    Equal operators that follow each other are one node.

    :raise ValueError: if the items are no domain

    >>> grow(["|", ("a", "=", 1), "|", ("b", "=", 2), ("c", "=", 3)]).operator
    '|'
    >>> grow([]) is None
    True
    """
    stack: list[Node] = []
    for item in reversed(items):
        if item in _ARITY if isinstance(item, str) else False:
            count = _ARITY[item]
            if len(stack) < count:
                raise ValueError(f"not a domain: {items!r}")
            branches = [stack.pop() for _place in range(count)]
            stack.append(_join(item, branches))
        elif is_leaf(item):
            stack.append(Node("", tuple(item)))
        else:
            raise ValueError(f"not a domain: {items!r}")
    if not stack:
        return None
    return _join("&", stack[::-1]) if len(stack) > 1 else stack[0]


def _join(operator: str, branches: Sequence[Node]) -> Node:
    if operator == "!":
        return Node(operator, tuple(branches))
    flat: list[Node] = []
    for branch in branches:
        flat += branch.branches if branch.operator == operator else [branch]
    return Node(operator, tuple(flat))
