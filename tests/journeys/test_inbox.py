"""“Waiting for me”: a leader and the Treasury decide by keyboard, one or many."""

import csv
import io

import pytest
from playwright.sync_api import expect

from odoo.addons.mtqg_disbursement.clock import today_vn

from .common import Register

YEAR = today_vn().year
PLAN = 1_000_000_000
# three payments of which the balance bears two
AMOUNTS = {f"{n}/GRV-BM": 400_000_000 for n in (31, 32, 33)}
SMALL = {f"{n}/GRV-BM": 1_000_000 for n in range(41, 53)}
DRAFTS = ("61/GRV-BM", "62/GRV-BM")
REASON = "Chữ ký của chủ tài khoản chưa khớp mẫu đăng ký"
PHONE = {"width": 390, "height": 800}
# what the progress bar of the dialog has shown, as it went on
WATCH_PROGRESS = """() => {
    window.shown = [];
    new MutationObserver(() => {
        const bar = document.querySelector(".o_mtqg_bulk [aria-valuenow]");
        if (bar) { window.shown.push(Number(bar.getAttribute("aria-valuenow"))); }
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


@pytest.fixture(scope="module")
def vouchers(url, database):
    """Make vouchers of a commune that wait for its leader; return {number: id}.

    They run on a version of their workflow whose returns lead to any earlier stage.
    """
    admin = Register(url, database)
    let_choose_the_stage(admin)
    balance = give_capital(admin, Register(url, database, "lanhdao_tinh"))
    officer = Register(url, database, "canbo_xa_b")
    amounts = {**AMOUNTS, **SMALL}
    rows = [
        {
            "number": number,
            "date": f"{YEAR}-01-05",
            "allocation_id": balance,
            "kind": "completed",
            "amount": amount,
            "payee": "Công ty TNHH Xây dựng số 7",
            "content": "Thanh toán khối lượng hoàn thành",
        }
        for number, amount in {**amounts, **dict.fromkeys(DRAFTS, 1)}.items()
    ]
    ids = officer.call("mtqg.disbursement", "create", rows)
    made = dict(zip(amounts, ids, strict=False))
    officer.call("mtqg.disbursement", "action_submit", list(made.values()))
    return made


def let_choose_the_stage(admin):
    """Publish a version of the vouchers' workflow with free returns."""
    domain = [("code", "=", "disbursement"), ("state", "=", "published")]
    (old,) = admin.call("mtqg.workflow", "search", domain)
    fresh = admin.call("mtqg.workflow", "action_new_version", [old])["res_id"]
    returns = admin.call(
        "mtqg.workflow.transition",
        "search",
        [("workflow_id", "=", fresh), ("kind", "=", "return")],
    )
    admin.call("mtqg.workflow.transition", "write", returns, {"any_earlier": True})
    admin.call("mtqg.workflow", "action_publish", [fresh])


def give_capital(desk, leader):
    """Assign capital of this year to the commune; return its balance."""
    find = desk.call
    (province,) = find("mtqg.unit", "search", [("code", "=", "SH")])
    (commune,) = find("mtqg.unit", "search", [("code", "=", "TS-B")])
    (program,) = find("mtqg.program", "search", [("code", "=", "NTM")])
    line = {
        "unit_id": commune,
        "program_id": program,
        "amount": PLAN,
        "nature": "investment",
        "source": "province",
        "origin_year": YEAR,
    }
    decision = find(
        "mtqg.decision",
        "create",
        {
            "number": f"9/QĐ-{YEAR}",
            "date": f"{YEAR}-01-02",
            "unit_id": province,
            "plan_year": YEAR,
            "line_ids": [(0, 0, line)],
        },
    )
    find("mtqg.decision", "action_submit", [decision])
    leader.call("mtqg.decision", "action_approve", [decision])
    domain = [("unit_id", "=", commune), ("plan_year", "=", YEAR)]
    (balance,) = find("mtqg.allocation", "search", domain)
    find("mtqg.allocation", "enter_tabmis", [balance], date=f"{YEAR}-01-03")
    return balance


def stages(register, numbers):
    """Return {number: code of its stage}."""
    domain = [("number", "in", list(numbers))]
    rows = register.call(
        "mtqg.disbursement", "search_read", domain, ["number", "stage_id"], order="id"
    )
    codes = register.call(
        "mtqg.workflow.stage", "read", [r["stage_id"][0] for r in rows], ["code"]
    )
    code_of = {row["id"]: row["code"] for row in codes}
    return {row["number"]: code_of[row["stage_id"][0]] for row in rows}


def row_of(person, text):
    """Return the row of the inbox that shows a text."""
    return person.page.locator(".o_mtqg_inbox .o_data_row", has_text=text)


def open_inbox(person):
    """Open the inbox, with the vouchers only."""
    person.open_menu("menu_inbox")
    person.page.click(".o_mtqg_counter[data-model='mtqg.disbursement']")
    expect(row_of(person, "05/GRV-BM").or_(row_of(person, "GRV")).first).to_be_visible()
    person.wait_idle()


# what a key has changed is drawn with the next frame
NEXT_FRAME = """() => new Promise((drawn) => {
    requestAnimationFrame(() => requestAnimationFrame(drawn));
})"""


def hit(person, key):
    """Press a key of the inbox, and see what it does."""
    person.page.keyboard.press(key)
    person.page.evaluate(NEXT_FRAME)


def current(person):
    """Return the text of the current row."""
    return person.page.locator(".o_mtqg_inbox .o_mtqg_current").inner_text()


def go_to(person, number):
    """Go up to the first document, and down to the one that is wanted."""
    count = person.page.locator(".o_mtqg_inbox .o_data_row").count()
    for key in "k" * count + "j" * count:
        if number in current(person):
            return
        hit(person, key)
    assert number in current(person)


def choose(person, numbers):
    """Go through the list from the top and choose documents, all by keyboard."""
    count = person.page.locator(".o_mtqg_inbox .o_data_row").count()
    for _row in range(count):
        hit(person, "k")
    for _row in range(count):
        if any(number in current(person) for number in numbers):
            hit(person, "x")
        hit(person, "j")


def test_leader_looks_at_a_document_beside_the_list(person, vouchers):
    leader = person("lanhdao_xa_b")
    open_inbox(leader)
    badge = leader.page.locator(".o_mtqg_inbox_badge .badge")
    assert int(badge.text_content()) >= len(vouchers)
    address = leader.page.url
    go_to(leader, "31/GRV-BM")
    preview = leader.page.locator(".o_mtqg_preview")
    expect(preview).to_contain_text("400.000.000 đ")
    expect(preview).to_contain_text("Công ty TNHH Xây dựng số 7")
    expect(preview.locator(".o_mtqg_stage_here")).to_contain_text("Chờ lãnh đạo")
    leader.photograph("inbox-leader")
    assert leader.page.url == address
    leader.page.keyboard.press("?")
    expect(leader.page.locator(".modal kbd").first).to_be_visible()
    leader.photograph("inbox-help")
    leader.page.keyboard.press("Escape")
    expect(leader.page.locator(".modal")).to_have_count(0)
    leader.page.keyboard.press("o")
    leader.page.wait_for_selector(".o_form_view .o_form_sheet")
    expect(leader.page.locator(".o_form_view .o_mtqg_stage_here")).to_be_visible()
    leader.photograph("inbox-document-opened")


def test_leader_approves_several_by_keyboard(person, register, vouchers):
    leader = person("lanhdao_xa_b")
    open_inbox(leader)
    badge = leader.page.locator(".o_mtqg_inbox_badge .badge")
    before = int(badge.text_content())
    choose(leader, vouchers)
    expect(leader.page.locator(".o_data_row_selected")).to_have_count(len(vouchers))
    leader.page.evaluate(WATCH_PROGRESS)
    leader.page.keyboard.press("a")
    leader.photograph("inbox-bulk-asked")
    leader.page.keyboard.press("Enter")
    dialog = leader.page.locator(".o_mtqg_bulk")
    expect(dialog.locator(".o_mtqg_done")).to_have_text(str(len(vouchers)))
    shown = leader.page.evaluate("window.shown")
    assert any(0 < percent < 100 for percent in shown), shown
    assert shown == sorted(shown)
    leader.photograph("inbox-bulk-done")
    leader.page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert set(stages(register, vouchers).values()) == {"treasury"}
    expect(badge).to_have_text(str(before - len(vouchers)))


def test_treasury_returns_one_to_the_leader(person, register, vouchers):
    treasurer = person("khobac")
    open_inbox(treasurer)
    treasurer.photograph("inbox-treasury")
    go_to(treasurer, "52/GRV-BM")
    treasurer.page.keyboard.press("r")
    dialog = treasurer.page.locator(".o_mtqg_bulk")
    expect(dialog.locator("input[name=stage]")).to_have_count(2)
    dialog.locator("input[value=review]").check()
    dialog.locator("select").select_option("signature")
    dialog.locator("textarea").fill(REASON)
    treasurer.photograph("inbox-return")
    dialog.locator("textarea").press("Control+Enter")
    expect(dialog).to_have_count(0)
    expect(row_of(treasurer, "52/GRV-BM")).to_have_count(0)
    treasurer.photograph("inbox-returned")
    assert stages(register, ["52/GRV-BM"]) == {"52/GRV-BM": "review"}
    event = register.read(
        "mtqg.workflow.event",
        [
            ("res_model", "=", "mtqg.disbursement"),
            ("res_id", "=", vouchers["52/GRV-BM"]),
            ("name", "=", "return"),
        ],
        "user_id",
        "comment",
        "reason_id",
    )[-1]
    assert (event["user_id"], event["comment"]) == ("Cán bộ Kho bạc", REASON)
    assert event["reason_id"]


@pytest.mark.usefixtures("vouchers")
def test_leader_sees_what_came_back_and_why(person):
    leader = person("lanhdao_xa_b")
    open_inbox(leader)
    go_to(leader, "52/GRV-BM")
    preview = leader.page.locator(".o_mtqg_preview")
    expect(preview.locator(".o_mtqg_event_return")).to_contain_text(REASON)
    expect(preview.locator(".o_mtqg_stage_returns")).to_be_visible()
    leader.photograph("inbox-came-back")


@pytest.mark.usefixtures("vouchers")
def test_one_of_three_payments_is_too_much(person, register):
    treasurer = person("khobac")
    open_inbox(treasurer)
    for number in AMOUNTS:
        row_of(treasurer, number).locator(".o_list_record_selector").click()
    treasurer.page.click(".o_mtqg_bulk_approve")
    treasurer.page.click(".o_mtqg_bulk_start")
    dialog = treasurer.page.locator(".o_mtqg_bulk")
    expect(dialog.locator(".o_mtqg_done")).to_have_text("2")
    expect(dialog.locator(".o_mtqg_not_done")).to_have_text("1")
    blocked = dialog.locator(".o_mtqg_bulk_blocked tbody tr")
    expect(blocked).to_contain_text("33/GRV-BM")
    treasurer.photograph("inbox-bulk-blocked")
    with treasurer.page.expect_download() as waiting:
        dialog.locator(".o_mtqg_bulk_download").click()
    text = waiting.value.path().read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [row[0] for row in rows[1:]] == list(AMOUNTS)
    assert rows[1][1:] == ["Hoàn thành", ""]
    assert rows[3][1] == "Không chuyển được"
    assert "200.000.000" in rows[3][2]
    treasurer.page.click(".o_mtqg_bulk_close")
    assert stages(register, AMOUNTS) == {
        "31/GRV-BM": "done",
        "32/GRV-BM": "done",
        "33/GRV-BM": "treasury",
    }
    entries = register.read("mtqg.entry", [("reference", "in", list(AMOUNTS))], "id")
    assert len(entries) == 2
    expect(row_of(treasurer, "33/GRV-BM")).to_be_visible()
    expect(row_of(treasurer, "31/GRV-BM")).to_have_count(0)


@pytest.mark.usefixtures("vouchers")
def test_the_inbox_on_a_telephone(person):
    leader = person("lanhdao_xa_b")
    leader.page.set_viewport_size(PHONE)
    leader.page.goto(f"{leader.url}/odoo/mtqg-inbox")
    row = row_of(leader, "52/GRV-BM")
    expect(row).to_be_visible()
    leader.photograph("inbox-telephone")
    wide = "() => document.documentElement.scrollWidth > window.innerWidth"
    assert not leader.page.evaluate(wide)
    row.locator(".o_data_cell").first.click()
    preview = leader.page.locator(".o_mtqg_preview")
    expect(preview).to_contain_text("1.000.000 đ")
    leader.photograph("inbox-telephone-document")
    assert preview.bounding_box()["width"] == PHONE["width"]
    preview.locator(".btn-close").click()
    expect(preview).to_have_count(0)


@pytest.mark.usefixtures("vouchers")
def test_officer_submits_what_he_chose_in_a_list(person, register):
    officer = person("canbo_xa_b")
    officer.page.goto(f"{officer.url}/odoo/mtqg-vouchers")
    for number in (*DRAFTS, "32/GRV-BM"):
        row = officer.page.locator(".o_data_row", has_text=number)
        row.locator(".o_list_record_selector").click()
    officer.page.click(".o_cp_action_menus button")
    officer.page.locator(".o-dropdown--menu").get_by_text("Trình…").click()
    officer.page.click(".o_mtqg_bulk_start")
    dialog = officer.page.locator(".o_mtqg_bulk")
    # what has been checked is shown before anything moves
    expect(dialog.locator(".o_mtqg_bulk_blocked tbody tr")).to_have_count(1)
    assert set(stages(register, DRAFTS).values()) == {"draft"}
    officer.photograph("inbox-officer-bulk-checked")
    officer.page.click(".o_mtqg_bulk_pass")
    expect(dialog.locator(".o_mtqg_done")).to_have_text("2")
    officer.page.click(".o_mtqg_bulk_close")
    assert set(stages(register, DRAFTS).values()) == {"review"}


def test_officer_sees_where_his_document_is(person, vouchers):
    officer = person("canbo_xa_b")
    officer.page.goto(f"{officer.url}/odoo/mtqg-vouchers/{vouchers['52/GRV-BM']}")
    bar = officer.page.locator(".o_form_view .o_mtqg_stages")
    expect(bar.locator(".o_mtqg_stage_here")).to_contain_text("Chờ lãnh đạo")
    expect(bar.locator(".o_mtqg_stage_passed")).to_have_count(1)
    expect(bar.locator(".o_mtqg_stage_ahead")).to_have_count(2)
    waits = officer.page.locator(".o_form_view .o_mtqg_blockers")
    expect(waits).to_contain_text("Lãnh đạo xã Bình Minh")
    officer.photograph("inbox-officer-stage-bar")
    officer.open_tab("history")
    history = officer.page.locator(".o_mtqg_history .o_mtqg_event")
    expect(history).to_have_count(3)
    expect(history.first).to_contain_text(REASON)
    officer.photograph("inbox-officer-history")
