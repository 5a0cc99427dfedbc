"""The finance department runs the quarter and downloads the ranking."""

from openpyxl import load_workbook
from playwright.sync_api import expect

EVALUATION = "Đánh giá các xã quý III/2024"


def test_finance_ranks_the_quarter_and_downloads_it(person, register, tmp_path):
    finance = person("taichinh")
    finance.open_menu(
        "mtqg_reports.menu_evaluation", "mtqg_reports.mtqg_evaluation_menu"
    )
    finance.open_row(EVALUATION)
    finance.press("action_compute")
    finance.open_tab("ranking")
    ranking = finance.page.locator("[name=score_ids] .o_data_row")
    expect(ranking).to_have_count(8)
    finance.photograph("finance-ranking")
    with finance.page.expect_download() as waiting:
        finance.page.click("button[name=action_download]:visible")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)

    assert file.suffix == ".xlsx"
    evaluation = register.read_one(
        "mtqg.evaluation", [("name", "=", EVALUATION)], "ranked_count", "workflow_state"
    )
    assert (evaluation["ranked_count"], evaluation["workflow_state"]) == (7, "draft")
    scores = register.read(
        "mtqg.evaluation.score",
        [("evaluation_id", "=", evaluation["id"])],
        "rank",
        "unit_name",
        "amount_plan",
        "amount_disbursed",
        "is_ranked",
    )
    printed = read_ranking(file)
    for score in scores:
        assert printed[score["unit_name"]] == (
            score["rank"] if score["is_ranked"] else None,
            score["amount_plan"],
            score["amount_disbursed"],
        )
    assert printed["Xã An Lạc"][0] == 1
    assert printed["Xã Lộc Sơn"][0] is None


def read_ranking(file):
    """Return {unit: (rank, plan, disbursed)} of the first sheet of the report."""
    rows = load_workbook(file).worksheets[0].iter_rows(values_only=True)
    return {row[1]: (row[0], row[3], row[4]) for row in rows if row[1]}
