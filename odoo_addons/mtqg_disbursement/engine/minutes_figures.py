"""What the minutes put side by side: the register's figures and the Treasury's.

The register knows each balance from its first day. A statement knows what it prints:
totals, or the movements of a period; of projects, of programs, of years. Form 03/QTDA
wants both since the beginning, so what a statement leaves out is taken from the minutes
that were signed before, or else from the register, and that is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .minutes import Figure

# what is paid; the reading of the form: recovered advances are completed volume
PAID = ("completed", "advance")
_SPANS = ("period", "cumulative")


class Own(NamedTuple):
    """Balances of the register: what they got, and what was paid, each as it was paid.

    Recovered advances are in ``recovered`` only; amounts are whole đồng.
    """

    project: str
    program: str
    plan_year: int
    origin_year: int
    nature: str
    assigned: int
    advance: int
    completed: int
    recovered: int
    advance_period: int
    completed_period: int
    recovered_period: int

    def paid(self, span: str) -> dict[str, int]:
        """Return completed volume and outstanding advance of a span."""
        tail = "_period" if span == "period" else ""
        advance, completed, recovered = (
            getattr(self, f"{name}{tail}")
            for name in ("advance", "completed", "recovered")
        )
        return {"completed": completed + recovered, "advance": advance - recovered}


class Said(NamedTuple):
    """A figure of a statement; what it does not say is empty or zero.

    Figures of one ``grain`` add up; those of another one are the same money again.
    """

    grain: int
    project: str
    program: str
    plan_year: int
    origin_year: int
    nature: str
    measure: str
    span: str
    treasury: int | None
    national: int | None


class Merged(NamedTuple):
    """The figures of the minutes, and projects with figures that no statement gives.

    ``assumed``: codes of projects for which what lies before the period, or in other
    years, is the register's figure on both sides.
    """

    figures: list[Figure]
    assumed: list[str]


def merge_figures(
    own: Iterable[Own],
    said: Iterable[Said],
    year: int,
    earlier: Iterable[Figure] = (),
) -> Merged:
    """Return the figures of both sides, since the beginning and in the period.

    :param own: balances of the register until the last day of the period
    :param said: figures of the Treasury's statements, of all grains
    :param year: the plan year that figures without a year are about
    :param earlier: figures of the minutes that were signed before

    >>> held = Own("P", "", 2024, 2024, "investment", 90, 0, 30, 0, 0, 30, 0)
    >>> told = Said(1, "P", "", 0, 0, "", "completed", "period", 31, None)
    >>> merged = merge_figures([held], [told], 2024)
    >>> [(f.own, f.treasury) for f in merged.figures
    ...  if (f.measure, f.span) == ("completed", "cumulative")]
    [(None, 31), (30, None)]
    >>> merged.assumed
    []
    """
    balances, past = list(own), list(earlier)
    told = _read_told(balances, said, year)
    figures = [figure for one in balances for figure in _own_figures(one)]
    figures += [_said_figure(one) for one in told]
    assumed = []
    for project in sorted({one.project for one in told}):
        mine = [one for one in balances if one.project == project]
        theirs = [one for one in told if one.project == project]
        before = [one for one in past if one.project == project]
        added, is_assumed = _complete(mine, theirs, before)
        figures += added
        assumed += [project] if is_assumed else []
    return Merged(sorted(figures, key=_order), assumed)


def _read_told(own: Sequence[Own], said: Iterable[Said], year: int) -> list[Said]:
    """Return what statements tell, once, dated, and in the reading of the form."""
    told = [
        one
        for (project, span), theirs in _by_project_and_span(said, year).items()
        for one in settle_readings(
            [one for one in own if one.project == project], theirs, span
        )
    ]
    return told + _untold(own, told, year)


def _untold(own: Sequence[Own], told: Sequence[Said], year: int) -> list[Said]:
    """Return zeros for what a statement would have if anything had been paid.

    A project that no statement of payments names, or a nature of capital where each
    line names one, was paid nothing by the Treasury.
    """
    flows = [one for one in told if one.measure in _FLOW]
    spans = {one.span for one in flows}
    span = "cumulative" if "cumulative" in spans else "period"
    by_project: dict[str, set[str]] = {}
    for one in flows:
        by_project.setdefault(one.project, set()).add(one.nature)
    asked = sorted({(one.project, one.nature) for one in own}) if flows else []
    return [
        Said(0, project, "", year, 0, nature, "disbursed", span, 0, None)
        for project, nature in asked
        if not by_project.get(project, set()) & {"", nature}
    ]


def choose_grains(said: Iterable[Said]) -> list[Said]:
    """Return each figure once: of several grains, the one that says most.

    >>> a = Said(1, "P", "", 0, 0, "", "advance", "period", 5, None)
    >>> [one.grain for one in choose_grains([a, a._replace(grain=3), a])]
    [3]
    """
    figures = list(said)
    best: dict[tuple[str, str, str], int] = {}
    for one in figures:
        if one.treasury is not None:
            key = (one.project, one.measure, one.span)
            best[key] = max(best.get(key, 0), one.grain, key=_rank)
    return [
        one
        for one in figures
        if one.treasury is not None
        and one.grain == best[one.project, one.measure, one.span]
    ]


def settle_readings(own: Sequence[Own], said: Sequence[Said], span: str) -> list[Said]:
    """Return a project's figures of a span in the reading of the form.

    Statements give advances with what was recovered of them, or without; the reading
    that is nearer to the register is meant. One total of all payments counts where no
    kinds are told.

    >>> held = Own("P", "", 2024, 2024, "investment", 0, 100, 90, 60, 0, 0, 0)
    >>> told = Said(1, "P", "", 2024, 0, "", "advance", "cumulative", 100, None)
    >>> back = told._replace(measure="recovered", treasury=60)
    >>> paid = told._replace(measure="completed", treasury=90)
    >>> done = settle_readings([held], [told, back, paid], "cumulative")
    >>> [(one.measure, one.treasury) for one in done]
    [('advance', 100), ('completed', 90), ('completed', 60), ('advance', -60)]
    """
    kinds = {one.measure for one in said}
    kept = [
        one
        for one in said
        if one.measure != "recovered"
        and (one.measure != "disbursed" or not kinds.intersection(PAID))
    ]
    advance = sum(one.treasury or 0 for one in said if one.measure == "advance")
    net = sum(one.paid(span)["advance"] for one in own)
    tail = "_period" if span == "period" else ""
    gross = sum(getattr(one, f"advance{tail}") for one in own)
    has_kinds = kinds.intersection(PAID) or "disbursed" not in kinds
    if has_kinds and abs(advance - gross) <= abs(advance - net):
        for one in said:
            if one.measure == "recovered" and one.treasury:
                kept.append(one._replace(measure="completed"))
                kept.append(one._replace(measure="advance", treasury=-one.treasury))
    return kept


def _by_project_and_span(
    said: Iterable[Said], year: int
) -> dict[tuple[str, str], list[Said]]:
    found: dict[tuple[str, str], list[Said]] = {}
    for one in choose_grains(said):
        found.setdefault((one.project, one.span), []).append(_dated(one, year))
    return found


def _rank(grain: int) -> tuple[int, int]:
    return grain.bit_count(), grain


def _dated(one: Said, year: int) -> Said:
    return one if one.plan_year else one._replace(plan_year=year)


def _own_figures(one: Own) -> Iterator[Figure]:
    subject = one[:5]
    yield Figure(*subject, "assigned", "cumulative", one.assigned, None, None)
    for span in _SPANS:
        for measure, amount in one.paid(span).items():
            yield Figure(*subject, measure, span, amount, None, None)


def _said_figure(one: Said) -> Figure:
    return Figure(*one[1:8], None, one.treasury, one.national)


def _complete(
    own: Sequence[Own],
    said: Sequence[Said],
    earlier: Sequence[Figure],
) -> tuple[list[Figure], bool]:
    """Return what makes a statement's figures cumulative, and whether it is assumed."""
    plans = _lacking_plans(own, [one for one in said if one.measure == "assigned"])
    total = [one for one in said if one.span == "cumulative" and one.measure in _FLOW]
    moved = [one for one in said if one.span == "period" and one.measure in _FLOW]
    if total:
        years = {one.plan_year for one in total}
        added: list[Figure] = []
        lacking = [one for one in own if one.plan_year not in years]
        past = [one for one in earlier if one.year not in years]
    else:
        added = [_said_figure(one._replace(span="cumulative")) for one in moved]
        lacking, past = list(own), list(earlier)
    known = [
        figure._replace(own=None)
        for figure in past
        if figure.span == "cumulative" and figure.treasury is not None
    ]
    if known:
        return added + known, False
    assumed = plans + [
        Figure(*one[:5], measure, "cumulative", None, amount, None)
        for one in lacking
        for measure, amount in _before(one, is_whole=bool(total)).items()
        if amount
    ]
    return added + assumed, bool(assumed)


def _lacking_plans(own: Sequence[Own], said: Sequence[Said]) -> list[Figure]:
    """Return plans of years that a statement with plans leaves out."""
    years = {one.plan_year for one in said}
    return [
        Figure(*one[:5], "assigned", "cumulative", None, one.assigned, None)
        for one in own
        if years and one.plan_year not in years and one.assigned
    ]


# what a statement may say of payments
_FLOW = ("completed", "advance", "disbursed")


def _before(one: Own, *, is_whole: bool) -> dict[str, int]:
    """Return what was paid of a balance before the period, or in all."""
    total, period = one.paid("cumulative"), one.paid("period")
    return {
        measure: total[measure] - (0 if is_whole else period[measure])
        for measure in PAID
    }


def _order(figure: Figure) -> tuple[str, ...]:
    return tuple(str(value) for value in (*figure[:7], figure.own is not None))
