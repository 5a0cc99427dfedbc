"""Scoring, ranking and the frozen snapshot: what must hold for any figures."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ranking import (
    CAPPED,
    NO_PLAN,
    OVER_QUOTA,
    QUOTA_BASES,
    Band,
    Scheme,
    Subject,
    evaluate,
)
from engine.score_snapshot import content_hash, read_inputs, recompute, snapshot_bytes
from engine.scoring import (
    Criterion,
    Figure,
    Linear,
    Steps,
    Threshold,
    give_marks,
    group_mean,
    percent,
    rounded,
    shrunk,
    spread,
    total,
)

D = Decimal
quick = settings(max_examples=50, deadline=None)
LARGEST = 9 * 10**15

BANDS = (
    Band("excellent", D(90), rate_min=D(80), is_top=True),
    Band("good", D(70), rate_min=D(50)),
    Band("completed", D(50)),
    Band("failed", D(0)),
)
CRITERIA = (
    Criterion(
        "rate", D(60), Linear(D(0), D(50)), target=D(50), is_main=True, shrinks=True
    ),
    Criterion("carried", D("22.5"), Steps(((D(30), D(50)), (D(95), D(100))))),
    Criterion("advance", D("17.5"), Linear(D(60), D(20))),
)
SCHEME = Scheme("test", 1, CRITERIA, BANDS, shrinkage=10**9, quota=D(20))

amounts = st.integers(0, LARGEST)
figures = st.builds(Figure, amounts, amounts)
units = st.lists(st.tuples(figures, figures, figures), max_size=8).map(
    lambda rows: [Subject(f"U{i:02}", row) for i, row in enumerate(rows)]
)
schemes = st.builds(
    replace,
    st.just(SCHEME),
    shrinkage=st.sampled_from([0, 10**9, 10**12]),
    quota=st.sampled_from([None, D(0), D(20), D(25), D(100)]),
    quota_base=st.sampled_from(QUOTA_BASES),
    cap_basis=st.sampled_from(["rate", "attainment"]),
    rank_style=st.sampled_from(["competition", "dense"]),
    tie_break=st.sampled_from([(), ("rate",), ("plan", "rate")]),
)


def one_rate(**options):
    """A scheme of one criterion: the score is the rate."""
    main = Criterion("rate", D(100), Linear(D(0), D(100)), is_main=True, shrinks=True)
    return Scheme(
        **{"code": "s", "version": 1, "bands": BANDS, **options}, criteria=(main,)
    )


def subjects_of(**pairs):
    return [Subject(code, (Figure(*pair),)) for code, pair in pairs.items()]


def by_code(outcomes):
    return {line.code: line for line in outcomes}


@quick
@given(schemes, units, st.randoms())
def test_order_of_input_does_not_matter(scheme, subjects, random):
    frozen = snapshot_bytes(scheme, subjects, {"date_to": "2024-06-30"})
    shuffled = random.sample(subjects, len(subjects))
    assert snapshot_bytes(scheme, shuffled, {"date_to": "2024-06-30"}) == frozen


@quick
@given(schemes, units)
def test_a_snapshot_computes_to_itself(scheme, subjects):
    frozen = snapshot_bytes(scheme, subjects, {"known_at": "2024-07-01 08:00:00"})
    assert recompute(frozen) == frozen
    assert content_hash(recompute(frozen)) == content_hash(frozen)
    assert read_inputs(frozen)[0] == scheme


@quick
@given(schemes, units)
def test_a_snapshot_holds_no_binary_fractions(scheme, subjects):
    def refuse(text):
        raise AssertionError(f"a float in the snapshot: {text}")

    frozen = snapshot_bytes(scheme, subjects, {})
    json.loads(frozen, parse_float=refuse, parse_constant=refuse)


@quick
@given(units)
def test_points_add_up_to_the_score_and_weights_to_a_hundred(subjects):
    for line in evaluate(SCHEME, subjects):
        if line.score is not None:
            assert total(line.marks) == line.score
            assert 0 <= line.score <= 100
            assert sum(mark.weight for mark in line.marks) == 100


@quick
@given(units)
def test_a_missing_figure_costs_no_points(subjects):
    for line in evaluate(SCHEME, subjects):
        full = all(m.points == m.weight for m in line.marks if m.is_applicable)
        if line.score is not None and full:
            assert line.score == 100


@quick
@given(schemes, units)
def test_a_unit_is_ranked_exactly_when_it_has_a_plan(scheme, subjects):
    for line in evaluate(scheme, subjects):
        assert (line.rank is None) == (line.plan == 0) == (NO_PLAN in line.reasons)
        assert (line.band is None) == (line.score is None) == (line.rank is None)


@quick
@given(schemes, units)
def test_ranks_follow_the_score_and_equals_share_one(scheme, subjects):
    ranked = [line for line in evaluate(scheme, subjects) if line.rank]
    for above, below in pairwise(ranked):
        assert above.score >= below.score
        same = above.order(scheme.tie_break) == below.order(scheme.tie_break)
        assert (above.rank == below.rank) == same
    if scheme.rank_style == "dense":
        assert sorted({line.rank for line in ranked}) == list(
            range(1, len({line.rank for line in ranked}) + 1)
        )


@quick
@given(schemes, units)
def test_caps_and_quota_never_raise_a_class(scheme, subjects):
    free = replace(
        scheme,
        quota=None,
        bands=tuple(replace(band, rate_min=None) for band in scheme.bands),
    )
    places = {band.code: i for i, band in enumerate(scheme.bands)}
    before = by_code(evaluate(free, subjects))
    for line in evaluate(scheme, subjects):
        if line.band:
            assert places[line.band] >= places[before[line.code].band]
            lowered = line.band != before[line.code].band
            assert lowered == bool({CAPPED, OVER_QUOTA} & set(line.reasons))


@quick
@given(schemes, units)
def test_a_closed_class_is_given_to_nobody(scheme, subjects):
    if scheme.cap_basis != "rate":
        scheme = replace(scheme, cap_basis="rate")
    floors = {band.code: band.rate_min for band in scheme.bands}
    for line in evaluate(scheme, subjects):
        if line.band and floors[line.band] is not None:
            assert percent(line.disbursed, line.plan) >= Fraction(floors[line.band])


@quick
@given(schemes, units)
def test_the_quota_of_the_top_class_holds(scheme, subjects):
    outcomes = evaluate(scheme, subjects)
    top = sum(line.band == "excellent" for line in outcomes)
    second = sum(line.band == "good" for line in outcomes)
    ranked = sum(line.rank is not None for line in outcomes)
    base = {"second": second, "second_and_top": second + top, "ranked": ranked}
    if scheme.quota is not None:
        assert top * 100 <= scheme.quota * base[scheme.quota_base]


@quick
@given(schemes, units)
def test_units_of_one_rank_that_are_not_capped_share_a_class(scheme, subjects):
    scheme = replace(scheme, tie_break=("rate", "plan"))
    classes = {}
    for line in evaluate(scheme, subjects):
        if line.rank:
            assert classes.setdefault(line.rank, line.band) == line.band


@quick
@given(figures, st.fractions(0, 100), st.integers(0, LARGEST))
def test_a_shrunk_rate_lies_between_the_rate_and_the_mean(figure, mean, weight):
    value = shrunk(figure, mean, weight)
    if value is not None:
        rate = percent(figure.numerator, figure.denominator)
        assert min(rate, mean) <= value <= max(rate, mean)


@quick
@given(st.lists(st.fractions(0, 100), max_size=9))
def test_rounded_parts_add_up_to_the_rounded_sum(parts):
    split = spread(parts)
    assert sum(split) == rounded(sum(parts, Fraction(0)))
    for part, cell in zip(parts, split, strict=True):
        assert abs(Fraction(cell) - part) < Fraction(1, 100)


@quick
@given(
    st.decimals(0, 100, places=2),
    st.decimals(0, 100, places=2),
    st.fractions(-10, 300),
    st.fractions(-10, 300),
)
def test_a_linear_function_is_monotone_and_bounded(zero, full, one, other):
    if zero == full:
        return
    function, (low, high) = Linear(zero, full), sorted((one, other))
    shares = function.share(low), function.share(high)
    assert all(0 <= share <= 1 for share in shares)
    assert shares == tuple(sorted(shares, reverse=full < zero))


@quick
@given(units, st.integers(1, LARGEST), st.integers(0, 2))
def test_money_paid_never_lowers_the_own_score(subjects, paid, index):
    scheme = replace(SCHEME, shrinkage=0)
    if index >= len(subjects):
        return
    subject = subjects[index]
    main = subject.figures[0]
    more = replace(main, numerator=main.numerator + paid)
    richer = replace(subject, figures=(more, *subject.figures[1:]))
    others = [row for row in subjects if row is not subject]
    before = by_code(evaluate(scheme, subjects))[subject.code].score
    after = by_code(evaluate(scheme, [*others, richer]))[subject.code].score
    assert before is after is None or after >= before


def test_a_tiny_plan_does_not_top_the_table_by_luck():
    units = subjects_of(
        tiny=(10**6, 10**6),
        large=(90 * 10**9, 100 * 10**9),
        slow=(30 * 10**9, 100 * 10**9),
    )
    lucky = by_code(evaluate(one_rate(), units))
    assert (lucky["tiny"].rank, lucky["large"].rank) == (1, 2)
    fair = by_code(evaluate(one_rate(shrinkage=10**10), units))
    assert (fair["tiny"].rank, fair["large"].rank) == (2, 1)
    assert fair["tiny"].rate == 100
    assert D(60) < fair["tiny"].rate_shrunk < D("60.01")


def test_equals_share_a_rank_and_leave_a_gap():
    pairs = {"A": (9, 10), "B": (5, 10), "C": (5, 10), "D": (1, 10)}
    ranks = [line.rank for line in evaluate(one_rate(), subjects_of(**pairs))]
    assert ranks == [1, 2, 2, 4]
    dense = evaluate(one_rate(rank_style="dense"), subjects_of(**pairs))
    assert [line.rank for line in dense] == [1, 2, 2, 3]


def test_ties_go_to_the_rate_and_then_to_the_larger_plan():
    scheme = Scheme(
        "s", 1, (Criterion("r", D(100), Threshold(D(50)), is_main=True),), BANDS
    )
    pairs = {"A": (60, 100), "B": (70, 100), "C": (700, 1000)}
    ranked = [line.code for line in evaluate(scheme, subjects_of(**pairs))]
    assert ranked == ["C", "B", "A"]


@pytest.mark.parametrize(
    ("paid", "band"),
    [(49_999_999, "completed"), (50_000_000, "good"), (80_000_000, "excellent")],
)
def test_the_rate_caps_the_class_to_the_dong(paid, band):
    scheme = Scheme(
        "hcmc", 1, (Criterion("r", D(100), Threshold(D(1)), is_main=True),), BANDS
    )
    (line,) = evaluate(scheme, subjects_of(A=(paid, 100_000_000)))
    assert (line.score, line.band) == (D(100), band)


def test_attainment_caps_look_at_the_target_of_the_quarter():
    main = Criterion("r", D(100), Threshold(D(1)), target=D(25), is_main=True)
    scheme = Scheme("s", 1, (main,), BANDS, cap_basis="attainment")
    pairs = {"A": (20, 100), "B": (12, 100)}
    classes = by_code(evaluate(scheme, subjects_of(**pairs)))
    assert (classes["A"].band, classes["B"].band) == ("excellent", "completed")


def test_a_tie_at_the_edge_of_the_quota_is_not_cut_by_code():
    pairs = {f"U{i}": (95, 100) for i in range(5)} | {"V": (99, 100)}
    scheme = one_rate(quota=D(50), quota_base="ranked")
    classes = by_code(evaluate(scheme, subjects_of(**pairs)))
    assert classes["V"].band == "excellent"
    assert {classes[f"U{i}"].band for i in range(5)} == {"good"}
    assert classes["U0"].reasons == (OVER_QUOTA,)


def test_the_weight_of_a_missing_criterion_goes_to_the_others():
    marks = give_marks(
        CRITERIA,
        [Figure(25, 100), Figure(0, 0), Figure(0, 0)],
        [Fraction(25), None, None],
    )
    assert [str(mark.weight) for mark in marks] == ["100.00", "0.00", "0.00"]
    assert total(marks) == 50


def test_three_equal_full_criteria_make_a_hundred():
    third = [Criterion(code, D(1), Threshold(D(0))) for code in "abc"]
    marks = give_marks(third, [Figure(1, 1)] * 3, [Fraction(100)] * 3)
    assert total(marks) == 100


def test_the_mean_weighs_units_by_their_capital():
    assert group_mean([Figure(0, 900), Figure(100, 100), Figure(0, 0)]) == 10


@pytest.mark.parametrize(
    "change",
    [
        {"criteria": CRITERIA[:2]},
        {"criteria": (replace(CRITERIA[0], weight=D(100), is_main=False),)},
        {"bands": ()},
        {"bands": BANDS[:2]},
        {"bands": BANDS[::-1]},
        {"bands": (Band("all", D(0), rate_min=D(1)),)},
    ],
)
def test_a_scheme_that_cannot_work_is_refused(change):
    with pytest.raises(ValueError, match=r"weights|main|bands|lowest"):
        replace(SCHEME, **change)


@pytest.mark.parametrize("rows", [(), ((D(2), D(0)), (D(1), D(0))), ((D(0), D(101)),)])
def test_a_stair_that_cannot_work_is_refused(rows):
    with pytest.raises(ValueError, match="step"):
        Steps(rows)


def test_a_unit_comes_once():
    twice = subjects_of(A=(1, 2)) * 2
    with pytest.raises(ValueError, match="once"):
        evaluate(one_rate(), twice)


def test_a_changed_snapshot_no_longer_computes_to_itself():
    frozen = snapshot_bytes(one_rate(), subjects_of(A=(40, 100)), {})
    forged = frozen.replace(b'"score":"40"', b'"score":"99"')
    assert forged != frozen
    assert recompute(forged) != forged


def test_a_snapshot_of_other_rules_is_refused():
    frozen = snapshot_bytes(one_rate(), [], {}).replace(b'"rules":1', b'"rules":0')
    with pytest.raises(ValueError, match="rules"):
        recompute(frozen)
