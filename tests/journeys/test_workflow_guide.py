"""The worked example of the guide: one more approval for decisions over 5 tỷ đồng.

A manager draws the workflow from nothing, checks, tries and publishes it; then a
commune decides on 6 tỷ, and two leaders approve. All of it on the screens, no code.
"""

import re

import pytest
from playwright.sync_api import expect

from .common import Person, Register

NAME = "Quyết định của xã"
NUMBER = "66/QĐ-UBND"
STAGES = (
    ("Dự thảo", "draft", "start"),
    ("Chờ ký duyệt", "review", "review"),
    ("Đã ban hành", "done", "done"),
    ("Đã từ chối", "rejected", "rejected"),
)
# from, kind, name, amount from, to
WAYS = (
    ("Dự thảo", "submit", "Trình", "", "Chờ ký duyệt"),
    ("Chờ ký duyệt", "approve", "Ký duyệt trên 5 tỷ", "5 tỷ", "Đã ban hành"),
    ("Chờ ký duyệt", "approve", "Ký duyệt", "", "Đã ban hành"),
    ("Chờ ký duyệt", "return", "Trả lại", "", "Dự thảo"),
    ("Chờ ký duyệt", "reject", "Từ chối", "", "Đã từ chối"),
    ("Chờ ký duyệt", "withdraw", "Rút lại", "", "Dự thảo"),
)
DECISION = [("number", "=", NUMBER)]
WORKFLOW = [("code", "=", "decision_commune")]
LABELS = {}
DESK = []


@pytest.fixture(scope="module", autouse=True)
def tidy(url, database):
    """Let the decisions of other journeys take the workflow that is shipped."""
    DESK.append(desk := Register(url, database))
    yield
    published = desk.call(
        "mtqg.workflow", "search", [*WORKFLOW, ("state", "=", "published")]
    )
    desk.call("mtqg.workflow", "action_retire", published)


@pytest.fixture(scope="module")
def manager(browser, url):
    """Yield a manager who stays at his desk."""
    somebody = Person(browser, url, "quantri")
    yield somebody
    somebody.leave()


def open_workflows(manager):
    """Open the list of workflows."""
    manager.open_menu()
    manager.page.wait_for_selector(".o_menu_sections")
    # on a laptop the last menus stand behind “more”
    more = manager.page.locator(".o_menu_sections_more button")
    menu = "[data-menu-xmlid='mtqg_disbursement.menu_configuration']"
    (more if more.count() else manager.page.locator(menu)).click()
    item = "[data-menu-xmlid='mtqg_disbursement.mtqg_workflow_menu']"
    manager.page.locator(f".o-dropdown--menu {item}").click()
    manager.page.wait_for_selector(".o_list_view")


def open_workflow(manager):
    """Open the workflow of the example."""
    open_workflows(manager)
    manager.open_row(NAME)
    manager.wait_idle()


def add_row(person, name):
    """Add a line to a table of the form, and return where it is typed."""
    table = f".o_field_widget[name='{name}']"
    rows = person.page.locator(f"{table} .o_data_row")
    before = rows.count()
    person.page.click(f"{table} .o_field_x2many_list_row_add a")
    expect(rows).to_have_count(before + 1)
    expect(rows.last).to_have_class(re.compile("o_selected_row"))
    return f"{table} .o_selected_row"


def pick(person, model, name, value, within=".o_form_view"):
    """Choose a value of a selection, by its label in the language of the screen."""
    if (model, name) not in LABELS:
        options = {"context": {"lang": "vi_VN"}}
        found = DESK[0].call(model, "fields_get", [name], ["selection"], **options)
        LABELS[model, name] = dict(found[name]["selection"])
    person.field(name, within).locator("input").first.click()
    items = person.page.locator(".o_select_menu_item")
    label = items.get_by_text(LABELS[model, name][value], exact=True)
    label.first.click()
    person.wait_idle()


def open_way(manager, name):
    """Open the page of a row of the decision table."""
    row = manager.page.locator("[name='transition_ids'] .o_data_row").filter(
        has=manager.page.get_by_text(name, exact=True)
    )
    row.locator(".o_list_record_open_form_view button").click()
    manager.page.wait_for_selector(".o_form_view [name='step_ids']")


def add_step(manager, name, kind):
    """Add an approver step to the way that is open."""
    manager.page.click("[name='step_ids'] .o_field_x2many_list_row_add a")
    dialog = ".modal"
    manager.page.wait_for_selector(dialog)
    manager.write("name", name, dialog)
    pick(manager, "mtqg.workflow.step", "kind", kind, dialog)
    manager.photograph(f"guide-step-{kind}")
    manager.page.click(f"{dialog} .o_form_button_save")
    manager.page.locator(dialog).wait_for(state="detached")


def test_manager_enters_the_stages(manager, register):
    open_workflows(manager)
    manager.photograph("guide-list")
    manager.page.click(".o_list_button_add")
    manager.page.wait_for_selector(".o_form_view .o_form_sheet")
    manager.write("name", NAME)
    pick(manager, "mtqg.workflow", "document_model", "mtqg.decision")
    manager.write("code", "decision_commune")
    manager.write("sequence", "5")
    manager.photograph("guide-empty")
    manager.open_tab("stages")
    for name, code, kind in STAGES:
        row = add_row(manager, "stage_ids")
        manager.write("name", name, row)
        manager.write("code", code, row)
        pick(manager, "mtqg.workflow.stage", "kind", kind, row)
    manager.save()
    faults = manager.page.locator(".alert-warning:visible")
    expect(faults).to_contain_text("Dự thảo")
    manager.photograph("guide-stages")
    stages = register.read(
        "mtqg.workflow.stage", [("workflow_id.code", "=", "decision_commune")], "code"
    )
    assert [stage["code"] for stage in stages] == [code for _n, code, _k in STAGES]


def test_manager_fills_in_the_decision_table(manager, register):
    open_workflow(manager)
    manager.open_tab("transitions")
    for start, kind, name, amount, end in WAYS:
        row = add_row(manager, "transition_ids")
        manager.choose("stage_from_id", start, row)
        pick(manager, "mtqg.workflow.transition", "kind", kind, row)
        manager.write("name", name, row)
        if amount:
            manager.write("when_amount_from", amount, row)
        manager.choose("stage_to_id", end, row)
    manager.save()
    manager.photograph("guide-table")
    expect(manager.page.locator(".alert-success:visible")).to_be_visible()
    large = register.read_one(
        "mtqg.workflow.transition",
        [("name", "=", "Ký duyệt trên 5 tỷ")],
        "when_amount_from",
        "stage_to_id",
    )
    assert large["when_amount_from"] == 5_000_000_000


def test_manager_says_who_approves(manager, register):
    open_workflow(manager)
    manager.open_tab("transitions")
    for name, steps in (
        (
            "Ký duyệt trên 5 tỷ",
            (("Lãnh đạo xã", "unit_leader"), ("Lãnh đạo cấp trên", "superior_leader")),
        ),
        ("Ký duyệt", (("Lãnh đạo xã", "unit_leader"),)),
    ):
        open_way(manager, name)
        for step in steps:
            add_step(manager, *step)
        manager.save()
        manager.photograph(f"guide-way-{len(steps)}")
        manager.page.click(".breadcrumb-item.o_back_button a")
        manager.page.wait_for_selector("[name='transition_ids'] .o_data_row")
    manager.open_tab("diagram")
    manager.photograph("guide-diagram")
    steps = register.read(
        "mtqg.workflow.step",
        [("transition_id.workflow_id.code", "=", "decision_commune")],
        "kind",
        "sequence",
    )
    assert sorted(step["kind"] for step in steps) == [
        "superior_leader",
        "unit_leader",
        "unit_leader",
    ]


def test_manager_checks_tries_and_publishes(manager, register):
    open_workflow(manager)
    manager.press("action_check")
    expect(manager.page.locator(".o_notification")).to_be_visible()
    manager.photograph("guide-checked")
    manager.page.click("button[name=action_try]")
    manager.page.click("button[name=run_trial]")
    expect(manager.page.locator("[name='line_ids'] .o_data_row").first).to_be_visible()
    manager.photograph("guide-trial")
    manager.page.click(".breadcrumb-item.o_back_button a")
    manager.page.wait_for_selector(".o_mtqg_diagram")
    manager.page.click("button[name=action_publish]")
    with manager.page.expect_response(lambda answer: "call_button" in answer.url):
        manager.page.click(".modal .modal-footer .btn-primary")
    manager.wait_idle()
    expect(manager.page.locator(".alert-info:visible")).to_be_visible()
    manager.photograph("guide-published")
    workflow = register.read_one("mtqg.workflow", WORKFLOW, "state", "version")
    assert (workflow["state"], workflow["version"]) == ("published", 1)


def enter_decision(officer):
    """Enter a decision over 6 tỷ and submit it."""
    officer.open_menu("menu_capital", "mtqg_decision_menu")
    officer.page.click(".o_list_button_add")
    officer.page.wait_for_selector(".o_form_view .o_form_sheet")
    officer.wait_idle()
    officer.write("number", NUMBER)
    officer.write("summary", "Giao vốn sửa chữa đường liên thôn")
    officer.open_tab("lines")
    row = add_row(officer, "line_ids")
    officer.choose("unit_id", "TS-A", row)
    officer.choose("program_id", "NTM", row)
    officer.wait_idle()
    pick(officer, "mtqg.decision.line", "nature", "investment", row)
    pick(officer, "mtqg.decision.line", "source", "commune", row)
    officer.write("amount", "6 tỷ", row)
    officer.save()
    officer.press("action_submit")
    officer.photograph("guide-submitted")


def test_a_decision_over_five_billion_asks_both_leaders(person, register):
    enter_decision(person("canbo_xa_a"))
    for login in ("lanhdao_xa_a", "lanhdao_thuong_son"):
        state = register.read_one("mtqg.decision", DECISION, "workflow_state")
        assert state["workflow_state"] == "running"
        leader = person(login)
        leader.open_menu("menu_capital", "mtqg_decision_menu")
        leader.open_row(NUMBER)
        leader.photograph(f"guide-approval-{login}")
        leader.press("action_approve")

    decision = register.read_one(
        "mtqg.decision", DECISION, "id", "workflow_state", "workflow_id"
    )
    assert decision["workflow_state"] == "done"
    assert decision["workflow_id"].startswith(NAME)
    here = [("res_model", "=", "mtqg.decision"), ("res_id", "=", decision["id"])]
    events = register.read("mtqg.workflow.event", here, "name", "user_id")
    assert [(event["name"], event["user_id"]) for event in events] == [
        ("submit", "Cán bộ xã An Lạc"),
        ("approve", "Lãnh đạo xã An Lạc"),
        ("approve", "Lãnh đạo huyện Thượng Sơn"),
    ]


def test_the_diagram_shows_where_documents_are(manager):
    open_workflow(manager)
    done = manager.page.locator(".o_mtqg_box_done")
    expect(done).to_contain_text("1")
    manager.photograph("guide-diagram-with-documents")


def test_the_file_comes_back_as_a_draft_of_the_next_version(manager, tmp_path):
    open_workflow(manager)
    with manager.page.expect_download() as download:
        manager.page.click("button[name=action_export]")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    text = path.read_text(encoding="utf-8")
    assert path.name == "decision_commune-v1.json"
    path.write_text(text.replace("5000000000", "3000000000"), encoding="utf-8")
    open_workflows(manager)
    manager.page.click("button[name=action_open_import]")
    manager.page.set_input_files(".modal [name='file'] input[type=file]", path)
    manager.wait_idle()
    manager.page.click(".modal button[name=action_import]")
    manager.page.wait_for_selector(".o_mtqg_diagram")
    expect(manager.page.locator(".o_last_breadcrumb_item")).to_contain_text("v2")
    manager.open_tab("changes")
    changes = manager.page.locator("[name='comparison'] li")
    expect(changes).to_have_count(1)
    manager.photograph("guide-changes")
