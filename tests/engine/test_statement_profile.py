"""Profiles: corrected once, stored, found again by the shape of the heading."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statement_sheets import Sheet, codes, read, sheet

from engine.statement_guess import guess, recall, review
from engine.statement_profile import Profile, from_dict, shapes_in

MAY = """
    KHO BẠC NHÀ NƯỚC
    Tháng 5 năm 2025
    Mã dự án|Giải ngân||Kế hoạch bổ sung|Ghi chú
    |Trong tháng 5|Lũy kế đến 31/05/2025||
    7001234|100.000|900.000|50.000|
    7005678|200.000|800.000|60.000|"""
JUNE = """
    KHO BẠC NHÀ NƯỚC KHU VỰC VII
    ĐVT: đồng

    Tháng 6 năm 2025
    Mã dự án|Giải ngân||Kế hoạch bổ sung|Ghi chú
    |Trong tháng 6|Lũy kế đến 30/06/2025||
    7001234|300.000|1.200.000|70.000|"""


def corrected():
    """Answer both questions of the file of May."""
    found = guess([sheet(MAY)])
    assert set(codes(found.questions).values()) == {
        "unknown_column",
        "money_unit_unknown",
    }
    profile = found.profile.with_column(3, kind="rest", name="other")
    return review(profile.with_choice(money_unit="dong"), found.sheet, found.first_row)


def test_one_correction_serves_the_next_month():
    profile = corrected().profile
    stored = json.loads(json.dumps(profile.to_dict()))
    again = recall([Profile(), from_dict(stored)], [sheet(JUNE)])
    assert again is not None
    assert again.is_ready
    assert again.profile.shape == profile.shape
    assert again.first_row == 6


def test_the_preview_says_how_rows_and_columns_were_understood():
    found = corrected()
    assert found.is_ready
    reasons = {c.heading: (c.meaning.kind, c.reason) for c in found.profile.columns}
    assert reasons["Kế hoạch bổ sung"] == ("rest", "corrected")
    assert reasons["Giải ngân / Lũy kế đến 31/05/2025"] == ("amount", "recognised")
    assert [(view.row, view.kind) for view in found.rows] == [(4, "line"), (5, "line")]


def test_another_heading_is_another_shape():
    other = sheet(JUNE.replace("Ghi chú", "Chủ đầu tư"))
    assert recall([corrected().profile], [other]) is None
    shapes = [shape for shape, _top, _depth in shapes_in(other)]
    assert corrected().profile.shape not in shapes


def test_a_unit_the_next_title_says_goes_before_a_guessed_one():
    found = guess([sheet(JUNE.replace("Kế hoạch bổ sung", "Tạm ứng"))])
    assert found.profile.money_unit == "dong"
    later = JUNE.replace("Kế hoạch bổ sung", "Tạm ứng").replace("đồng", "triệu đồng")
    again = recall([found.profile], [sheet(later)])
    assert again.profile.money_unit == "million"


def test_a_heading_that_is_not_found_can_be_told():
    table = sheet("Kho bạc\nX1|Y1\n7001234|500.000\n7005678|600.000")
    assert codes(guess([table]).questions) == {"A2": "no_heading"}
    told = guess([table], heading=(1, 1))
    profile = told.profile.with_column(0, kind="key", name="project")
    profile = profile.with_column(1, kind="amount", name="advance")
    found = review(profile.with_choice(money_unit="dong"), told.sheet, told.first_row)
    assert found.is_ready
    assert recall([found.profile], [table]).is_ready


def test_sheets_that_hold_no_table_or_two():
    one, two = sheet(MAY), sheet(MAY, name="Bản in")
    assert codes(guess([one, two]).questions) == {"A1": "several_tables"}
    assert guess([one, two], sheet="Bản in").sheet is two
    two.is_hidden = True
    assert guess([one, two]).sheet is one
    assert codes(guess([]).questions) == {"A1": "no_sheet"}


def test_what_a_person_chose_is_not_guessed_again():
    _found, reading, lines = read(
        "Mã dự án|Tạm ứng (triệu đồng)\n7001234|1,5", decimal_mark="."
    )
    assert codes(reading.errors) == {"B2": "other_mark"}
    assert lines == []


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "key", "name": "moon"},
        {"kind": "amount", "name": "project"},
        {"kind": "amount", "name": "advance", "span": "later"},
        {"kind": "amount", "name": "advance", "nature": "moon"},
        {"kind": "amount", "name": "advance", "year": "2025"},
        {"kind": "amount", "name": "advance", "money_unit": "dollar"},
        {"kind": "amount", "name": "advance", "colour": "red"},
        {"kind": "text", "name": "advance"},
    ],
)
def test_corrections_that_no_column_can_hold_are_refused(said):
    with pytest.raises(ValueError, match=r"."):
        guess([sheet(MAY)]).profile.with_column(1, **said)


@pytest.mark.parametrize(
    "said", [{"money_unit": "dollar"}, {"decimal_mark": ";"}, {"headings": ()}]
)
def test_choices_that_are_none_are_refused(said):
    with pytest.raises(ValueError, match="no choice"):
        Profile().with_choice(**said)


SCRAPS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.data())
def test_no_stored_scraps_make_a_profile(data):
    stored = corrected_dict()
    name = data.draw(st.sampled_from(sorted(stored)))
    stored[name] = data.draw(SCRAPS)
    try:
        profile = from_dict(stored)
    except ValueError:
        return
    found = recall([profile], [sheet(MAY)])
    assert found is None or found.profile.columns == profile.columns


def corrected_dict():
    """Return a stored profile that a test may spoil."""
    return json.loads(STORED)


STORED = json.dumps(corrected().profile.to_dict())


def test_an_empty_sheet_fits_no_profile():
    assert recall([corrected().profile], [Sheet([])]) is None
