"""Snapshot of an evaluation: canonical bytes that re-compute to themselves.

The bytes hold the scheme and the figures of every unit (the inputs) beside the
outcomes, so that anybody can run them again, on another machine and years later.
Canonical means: JSON, UTF-8, keys sorted, no spaces, numbers only as integers or
as decimals in strings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from .ranking import Band, Outcome, Scheme, Subject, evaluate
from .scoring import Criterion, Figure, Linear, Mark, ScoringFunction, Steps, Threshold

# Raise when `evaluate` starts to answer differently; old snapshots then say which
# rules they were made by.
RULES = 1


def snapshot_bytes(
    scheme: Scheme,
    subjects: Iterable[Subject],
    about: Mapping[str, str],
    outcomes: Iterable[Outcome] | None = None,
) -> bytes:
    """Return inputs and outcomes as canonical bytes.

    `about` says what was evaluated (period, moment of knowledge): texts only. The
    units are evaluated, unless the caller has just done so and hands the outcomes in.

    >>> main = Criterion("rate", Decimal(100), Threshold(Decimal(50)), is_main=True)
    >>> scheme = Scheme("s", 1, (main,), (Band("all", Decimal(0)),))
    >>> units = [Subject("B", (Figure(1, 2),)), Subject("A", (Figure(0, 2),))]
    >>> frozen = snapshot_bytes(scheme, units, {"date_to": "2024-06-30"})
    >>> frozen == snapshot_bytes(scheme, units[::-1], {"date_to": "2024-06-30"})
    True
    >>> recompute(frozen) == frozen
    True
    """
    units = sorted(subjects, key=lambda subject: subject.code)
    lines = evaluate(scheme, units) if outcomes is None else outcomes
    return _canonical(
        {
            "about": dict(about),
            "outcomes": [_outcome(line) for line in lines],
            "rules": RULES,
            "scheme": _scheme(scheme),
            "units": {unit.code: _figures(unit.figures) for unit in units},
        }
    )


def read_outcomes(frozen: bytes) -> dict[str, dict[str, Any]]:
    """Return what the snapshot says of each unit, by its code."""
    return {line["code"]: line for line in json.loads(frozen)["outcomes"]}


def content_hash(frozen: bytes) -> str:
    """Return the SHA-256 of the snapshot, as 64 hexadecimal digits.

    >>> content_hash(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(frozen).hexdigest()


def recompute(frozen: bytes) -> bytes:
    """Run the frozen inputs through the engine again and return the new bytes.

    Raises ValueError when the bytes are no snapshot of these rules.
    """
    scheme, subjects, about = read_inputs(frozen)
    return snapshot_bytes(scheme, subjects, about)


def read_inputs(frozen: bytes) -> tuple[Scheme, list[Subject], dict[str, str]]:
    """Return the scheme, the units' figures and the description of a snapshot."""
    content = json.loads(frozen)
    if not isinstance(content, dict) or content.get("rules") != RULES:
        raise ValueError(f"not a snapshot made by rules {RULES}")
    subjects = [
        Subject(code, tuple(Figure(*pair) for pair in figures))
        for code, figures in content["units"].items()
    ]
    return _read_scheme(content["scheme"]), subjects, content["about"]


def _canonical(content: dict[str, Any]) -> bytes:
    text = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def _text(value: Decimal | None) -> str | None:
    """Write a decimal plainly: no exponent, no trailing zeros that say nothing."""
    if value is None:
        return None
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _figures(figures: Iterable[Figure]) -> list[list[int]]:
    return [[figure.numerator, figure.denominator] for figure in figures]


def _outcome(line: Outcome) -> dict[str, Any]:
    return {
        "band": line.band,
        "code": line.code,
        "marks": [_mark(mark) for mark in line.marks],
        "rank": line.rank,
        "rate": _text(line.rate),
        "rate_shrunk": _text(line.rate_shrunk),
        "reasons": list(line.reasons),
        "score": _text(line.score),
    }


def _mark(mark: Mark) -> list[str | None]:
    numbers = (mark.value, mark.value_scored, mark.weight, mark.points)
    return [mark.code, *(_text(number) for number in numbers)]


def _scheme(scheme: Scheme) -> dict[str, Any]:
    return {
        "bands": [
            [band.code, _text(band.score_min), _text(band.rate_min), band.is_top]
            for band in scheme.bands
        ],
        "cap_basis": scheme.cap_basis,
        "code": scheme.code,
        "criteria": [_criterion(criterion) for criterion in scheme.criteria],
        "quota": _text(scheme.quota),
        "quota_base": scheme.quota_base,
        "rank_style": scheme.rank_style,
        "shrinkage": scheme.shrinkage,
        "tie_break": list(scheme.tie_break),
        "version": scheme.version,
    }


def _read_scheme(content: dict[str, Any]) -> Scheme:
    bands = tuple(
        Band(code, Decimal(score_min), _number(rate_min), is_top)
        for code, score_min, rate_min, is_top in content["bands"]
    )
    return Scheme(
        **{
            **content,
            "bands": bands,
            "criteria": tuple(_read_criterion(row) for row in content["criteria"]),
            "quota": _number(content["quota"]),
            "tie_break": tuple(content["tie_break"]),
        }
    )


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "function": _function(criterion.function),
        "is_main": criterion.is_main,
        "shrinks": criterion.shrinks,
        "target": _text(criterion.target),
        "weight": _text(criterion.weight),
    }


def _read_criterion(content: dict[str, Any]) -> Criterion:
    return Criterion(
        **{
            **content,
            "function": _read_function(content["function"]),
            "target": _number(content["target"]),
            "weight": Decimal(content["weight"]),
        }
    )


def _function(function: ScoringFunction) -> list[Any]:
    if isinstance(function, Linear):
        return ["linear", _text(function.zero), _text(function.full)]
    if isinstance(function, Threshold):
        return ["threshold", _text(function.target), function.lower_is_better]
    return ["steps", [[_text(start), _text(share)] for start, share in function.rows]]


def _read_function(content: list[Any]) -> ScoringFunction:
    kind, *values = content
    if kind == "linear":
        return Linear(Decimal(values[0]), Decimal(values[1]))
    if kind == "threshold":
        return Threshold(Decimal(values[0]), values[1])
    return Steps(tuple((Decimal(start), Decimal(share)) for start, share in values[0]))
