"""The figures of minutes: what each side says, since the beginning and by year."""

from hypothesis import given
from hypothesis import strategies as st

from engine.minutes import by_project, career_rows, form_rows, summary_row
from engine.minutes_figures import Own, Said, merge_figures

HELD_2023 = Own("P", "C", 2023, 2023, "investment", 1_000, 0, 600, 0, 0, 0, 0)
CARRIED = Own("P", "C", 2024, 2023, "investment", 400, 0, 100, 0, 0, 100, 0)
HELD_2024 = Own("P", "C", 2024, 2024, "investment", 5_000, 900, 300, 200, 900, 50, 200)
OWN = (HELD_2023, CARRIED, HELD_2024)


def said(measure, amount, span="cumulative", **values):
    told = Said(1, "P", "", 0, 0, "investment", measure, span, amount, None)
    return told._replace(**values)


def form(own, told, year=2024, earlier=()):
    """Rows of part I by their numbers; the rows below a number are left out."""
    merged = merge_figures(own, told, year, earlier)
    rows = form_rows(by_project(merged.figures)["P"])
    return {row.number: row for row in rows if row.number}, merged.assumed


def test_the_register_counts_carried_plans_once_and_recovered_advances_as_completed():
    rows, assumed = form(OWN, [])
    assert rows["1"].own == (6_000, 1_900, 1_200, 700)
    assert rows["2.1"].own == (1_000, 600, 600, 0)
    assert rows["2.2"].own == (5_400, 1_300, 600, 700)
    assert rows["1"].treasury == (None,) * 4
    assert rows["1"].difference is None
    assert assumed == []


def test_totals_of_a_statement_stand_in_the_year_they_are_about():
    rows, assumed = form(OWN, [said("completed", 601), said("advance", 700)])
    assert rows["2.2"].treasury == (None, 1_301, 601, 700)
    assert rows["2.2"].difference == 1
    # the statement is about 2024: 2023 is the register's figure, and that is told
    assert rows["2.1"].treasury == (None, 600, 600, None)
    assert rows["1"].difference == 1
    assert assumed == ["P"]


def test_movements_of_a_period_are_added_to_what_was_before():
    told = [
        said("completed", 150, "period"),
        said("advance", 900, "period"),
        said("recovered", 200, "period"),
    ]
    rows, assumed = form(OWN, told)
    assert rows["1"].treasury[1:] == (1_900, 1_200, 700)
    assert rows["1"].difference == 0
    assert assumed == ["P"]


def test_an_advance_that_is_recovered_in_a_later_period_is_completed_volume():
    held = HELD_2024._replace(advance_period=0, completed_period=0)
    rows, _assumed = form([held], [said("recovered", 200, "period")])
    assert rows["1"].treasury[1:] == (1_200, 500, 700)
    told = [said("recovered", 200, "period"), said("completed", 0, "period")]
    rows, _assumed = form([held], told)
    assert rows["1"].treasury[1:] == (1_200, 500, 700)


def test_what_was_signed_before_is_not_assumed():
    earlier = merge_figures([HELD_2023], [said("completed", 610)], 2023, ()).figures
    told = [said("completed", 150, "period"), said("advance", 700, "period")]
    rows, assumed = form(OWN, told, earlier=earlier)
    assert rows["2.1"].treasury[1] == 610
    assert rows["2.2"].treasury[1] == 850
    assert assumed == []


def test_one_total_of_all_payments_has_no_kinds():
    rows, _assumed = form([HELD_2024], [said("disbursed", 1_201)])
    assert rows["1"].treasury == (None, 1_201, None, None)
    assert rows["1"].difference == 1


def test_a_total_beside_its_kinds_counts_once():
    told = [said("disbursed", 1_200), said("completed", 500), said("advance", 700)]
    rows, _assumed = form([HELD_2024], told)
    assert rows["1"].treasury == (None, 1_200, 500, 700)


def test_the_same_money_in_two_grains_counts_once():
    told = [
        said("disbursed", 1_200, grain=1),
        said("disbursed", 700, grain=3, program="C"),
        said("disbursed", 500, grain=3, program="D"),
    ]
    rows, _assumed = form([HELD_2024], told)
    assert rows["1"].treasury[1] == 1_200


def test_a_project_that_a_statement_leaves_out_was_paid_nothing():
    other = HELD_2024._replace(project="Q")
    merged = merge_figures([HELD_2024, other], [said("completed", 1_200)], 2024)
    (row, *_rest) = form_rows(by_project(merged.figures)["Q"])
    assert (row.treasury.disbursed, row.difference) == (0, -1_200)


def test_a_nature_that_a_statement_leaves_out_was_paid_nothing():
    other = HELD_2024._replace(nature="recurrent")
    told = [said("completed", 1_200)]
    rows = form_rows(merge_figures([HELD_2024, other], told, 2024).figures)
    assert [row.difference for row in rows[:3]] == [-1_200, 0, -1_200]


def test_a_figure_without_a_nature_counts_in_the_sum_only():
    merged = merge_figures([HELD_2024], [said("completed", 70, nature="")], 2024)
    first, *parts = form_rows(merged.figures)[:5]
    assert first.treasury.disbursed == 70
    assert [row.treasury.disbursed for row in parts] == [None] * 4


def test_a_form_has_its_rows_in_order():
    rows = form_rows(merge_figures(OWN, [], 2024).figures)
    shape = [(row.number, row.kind, row.year or row.capital) for row in rows]
    capitals = ["investment", "recurrent", "other_budget", "other"]
    below = [""] * 4
    assert [number for number, *_rest in shape] == [
        *("1", *below, "2"),
        *("2.1", *below),
        *("2.2", *below),
    ]
    assert [row.capital for row in rows[1:5]] == capitals
    assert [row.capital for row in rows[7:11]] == capitals


def test_recurrent_capital_of_one_year_by_program():
    plan = HELD_2024._replace(nature="recurrent")
    carried = CARRIED._replace(nature="recurrent")
    (row,) = career_rows(
        merge_figures([plan, carried, HELD_2023], [], 2024).figures, 2024
    )
    assert (row.carried, row.given, row.total) == (400, 5_000, 5_400)
    assert (row.used_period, row.used, row.left) == (1_050, 1_300, 4_100)
    assert (row.advance_period, row.advance) == (700, 700)
    assert (row.spent_period, row.spent) == (350, 600)


amounts = st.integers(0, 10**15)
balances = st.builds(
    Own,
    st.sampled_from("PQ"),
    st.sampled_from(["C", "D"]),
    st.integers(2022, 2024),
    st.integers(2022, 2024),
    st.sampled_from(["investment", "recurrent"]),
    *[amounts] * 7,
)


@given(st.lists(balances, max_size=6))
def test_years_and_kinds_of_capital_add_up_to_the_first_row(own):
    for figures in by_project(merge_figures(own, [], 2024).figures).values():
        rows = form_rows(figures)
        first, parts = rows[0], rows[1:5]
        years = [row for row in rows if row.kind == "year"]
        for at in (1, 2, 3):
            total = first.own[at] or 0
            assert sum(row.own[at] or 0 for row in years) == total
            assert sum(row.own[at] or 0 for row in parts) == total
        assert first.own.disbursed == first.own.completed + first.own.advance
        assert summary_row("", figures).values == first.values
