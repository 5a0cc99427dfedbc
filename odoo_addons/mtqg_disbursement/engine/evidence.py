"""How events and anchors are hashed, for whoever wants to check them elsewhere.

The register hashes in SQL (``store.events``, ``store.anchors``). These few lines say
the same in another language, so that a copy of the events on paper or in a file can be
checked without the database that made it. A hash is the SHA-256, in hexadecimal, of
the UTF-8 bytes of a JSON array as ``json.dumps`` writes it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

FORMAT = 2
"""Version of the formula of new events; raise it when what is hashed changes."""

HASHED = (
    "previous_hash",
    "format",
    "id",
    "res_model",
    "res_id",
    "sequence",
    "name",
    "date",
    "user_id",
    "actor",
    "on_behalf_id",
    "principal",
    "unit_id",
    "stage_from_id",
    "stage_to_id",
    "transition_id",
    "step_id",
    "reason_id",
    "comment",
)
"""What the hash of an event covers, in this order: all that an event holds."""

ANCHORED = (
    "previous_digest",
    "number",
    "date",
    "actor",
    "event_max_id",
    "event_count",
    "head_count",
    "changed_count",
)
"""What the digest of an anchor covers, before the heads."""

TRAIL = 8
"""Characters of each event's hash that an anchor keeps, to name a changed one."""


def hash_event(event: Mapping[str, Any]) -> str:
    """Return the hash of an event of the present format.

    >>> hash_event({"previous_hash": "", "format": 2, "id": 1, "comment": "Ký"})[:12]
    '4ccfdcad8274'
    """
    return _hash([_plain(event.get(name)) for name in HASHED])


def digest_anchor(
    anchor: Mapping[str, Any], heads: Iterable[tuple[str, int, str, str]]
) -> str:
    """Return the digest of an anchor.

    :param heads: (model, id, hash, trail) of each document that moved since the anchor
        before; ``trail`` is what ``trail_of`` says of its events since then

    >>> digest_anchor({"number": 1}, [("mtqg.decision", 7, "ab" * 32, "abababab")])[:12]
    'e560cc9f12cb'
    """
    moved = "".join(hash_ + trail for _model, _id, hash_, trail in sorted(heads))
    return _hash([_plain(anchor.get(name)) for name in ANCHORED] + [moved])


def trail_of(hashes: Sequence[str]) -> str:
    """Return the beginnings of the hashes of events, one after the other.

    >>> trail_of(["ab" * 32, "cd" * 32])
    'ababababcdcdcdcd'
    """
    return "".join(hash_[:TRAIL] for hash_ in hashes)


def read_digests(text: str) -> list[str]:
    """Return the digests that a text holds, in the order they stand in.

    Spaces and line breaks inside are what printing made of it.

    >>> read_digests("Digest: " + "AB12 " * 16)[0][:8]
    'ab12ab12'
    >>> read_digests("ab12")
    []
    """
    found = re.findall(r"(?<![0-9a-f])(?:[0-9a-f]\s*){64}(?![0-9a-f])", text.lower())
    return list(dict.fromkeys(re.sub(r"\s", "", digest) for digest in found))


def _hash(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value as JSON of the database shows it."""
    if isinstance(value, datetime):
        text = value.isoformat()
        return text.rstrip("0") if "." in text else text
    return value
