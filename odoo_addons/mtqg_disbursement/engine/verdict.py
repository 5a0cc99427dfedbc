"""A no that says why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reason:
    """One reason why something may not happen.

    ``code`` names the reason for programs; ``values`` fills the sentence that the
    caller writes for people; ``is_hard`` is False where a person may go on.

    >>> Reason("overdrawn", {"missing": 5}).is_hard
    True
    """

    code: str
    values: dict[str, Any] = field(default_factory=dict)
    is_hard: bool = True
