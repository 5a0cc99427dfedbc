"""A commune promises what it will disburse next year; its leader signs.

The plan year is the next one, so that today lies before all its months and outside all
its windows, whenever the journey is made.
"""

import pytest
from playwright.sync_api import expect

from odoo.addons.mtqg_disbursement.clock import today_vn

from .common import Register

YEAR = today_vn().year + 1
NUMBER = "07/CK-UBND"
COMMITMENT = [("number", "=", NUMBER)]
REASON = "Đường vào công trình bị sạt lở, phần còn lại giải ngân sau"
# a column as spreadsheets copy it, in the way of either language
COLUMN = "1.250\r\n2,000\r\n"


@pytest.fixture(scope="module")
def capital(url, database):
    """Give the commune two balances of next year, by a decision of the province."""
    desk = Register(url, database, "taichinh")
    leader = Register(url, database, "lanhdao_tinh")
    find = desk.call
    (province,) = find("mtqg.unit", "search", [("code", "=", "SH")])
    (commune,) = find("mtqg.unit", "search", [("code", "=", "TS-A")])
    line_ids = []
    for code, amount in (("NTM", 13_000_000_000), ("GNBV", 2_600_000_001)):
        (program,) = find("mtqg.program", "search", [("code", "=", code)])
        line = {"unit_id": commune, "program_id": program, "amount": float(amount)}
        line |= {"nature": "investment", "source": "central", "origin_year": YEAR}
        line_ids.append((0, 0, line))
    values = {"number": f"1/QĐ-{YEAR}", "unit_id": province, "plan_year": YEAR}
    decision = desk.call("mtqg.decision", "create", {**values, "line_ids": line_ids})
    desk.call("mtqg.decision", "action_submit", [decision])
    leader.call("mtqg.decision", "action_approve", [decision])


def cell(person, row, month):
    """Return a cell of the table, by its row and month from zero."""
    return person.page.locator(
        f".o_mtqg_grid input[data-row='{row}'][data-month='{month}']"
    )


def total(person, row):
    """Return the total of a row."""
    return person.page.locator(".o_mtqg_grid tbody tr").nth(row).locator("[name=total]")


def paste(person, row, month, text):
    """Paste a text into a cell, as Ctrl+V does."""
    cell(person, row, month).focus()
    cell(person, row, month).evaluate(
        """(input, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const how = { clipboardData, bubbles: true, cancelable: true };
            input.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        text,
    )


def read_amounts(register):
    """Return {(program, month): đồng} of the commitment."""
    lines = register.read(
        "mtqg.commitment.line",
        [("commitment_id.number", "=", NUMBER)],
        "program_id",
        "month",
        "amount",
    )
    return {
        (line["program_id"].split(" ")[0], line["month"]): line["amount"]
        for line in lines
    }


def open_commitment(person, login="canbo_xa_a"):
    """Return somebody who sits before the commitment and its table."""
    somebody = person(login)
    somebody.open_menu("menu_commitments", "mtqg_commitment_menu")
    somebody.open_row(NUMBER)
    somebody.page.wait_for_selector(".o_mtqg_grid input")
    return somebody


def type_into(person, row, month, text, key="Tab"):
    """Type into a cell and leave it by a key."""
    cell(person, row, month).fill(text)
    cell(person, row, month).press(key)


def read_names(person):
    """Return the programs of the rows, from the top."""
    heads = person.page.locator(".o_mtqg_grid tbody .o_mtqg_grid_name:first-child")
    return heads.all_inner_texts()


@pytest.mark.usefixtures("capital")
def test_officer_types_amounts(person, register):
    officer = person("canbo_xa_a")
    officer.open_menu("menu_commitments", "mtqg_commitment_menu")
    officer.page.click(".o_list_button_add")
    officer.write("number", NUMBER)
    officer.write("plan_year", str(YEAR))
    # in triệu; an own unit of money is understood; Enter goes down
    type_into(officer, 0, 1, "350,5", "Enter")
    expect(cell(officer, 1, 1)).to_be_focused()
    type_into(officer, 1, 1, "1,2 tỷ", "ArrowDown")
    expect(total(officer, 1)).to_have_text("1.200")
    # the same in đồng, to the last one
    officer.page.click(".o_mtqg_grid [name=unit_dong]")
    type_into(officer, 1, 12, "1")
    expect(total(officer, 1)).to_have_text("1.200.000.001")
    officer.save()
    first, second = read_names(officer)
    assert read_amounts(register) == {
        (first, 2): 350_500_000,
        (second, 2): 1_200_000_000,
        (second, 13): 1,
    }


def test_officer_pastes_a_column(person, register):
    officer = open_commitment(person)
    paste(officer, 0, 2, COLUMN)
    expect(total(officer, 0)).to_have_text("1.600,5")
    cell(officer, 0, 2).press("Control+z")
    expect(total(officer, 0)).to_have_text("350,5")
    paste(officer, 0, 2, COLUMN)
    officer.save()
    officer.photograph("commitment-pasted")
    first, second = read_names(officer)
    amounts = read_amounts(register)
    assert (amounts[first, 3], amounts[second, 3]) == (1_250_000_000, 2_000_000)


def test_what_is_being_typed_is_not_overwritten(person):
    officer = open_commitment(person)
    # focus and the first key have the form drawn anew
    cell(officer, 1, 6).fill("7")
    officer.wait_idle()
    expect(cell(officer, 1, 6)).to_have_value("7")
    cell(officer, 1, 6).press("Escape")
    expect(cell(officer, 1, 6)).to_have_value("")


def test_what_cannot_be_is_shown_at_once(person):
    officer = open_commitment(person)
    beyond = officer.page.locator(".o_mtqg_grid tr.o_mtqg_over")
    type_into(officer, 1, 11, "99 tỷ")
    expect(beyond).to_have_count(1)
    officer.photograph("commitment-too-much")
    cell(officer, 1, 11).press("Control+z")
    expect(beyond).to_have_count(0)
    type_into(officer, 1, 5, "nhiều")
    wrong = officer.page.locator(".o_mtqg_grid input.o_mtqg_wrong")
    expect(wrong).to_have_count(1)
    officer.photograph("commitment-no-amount")
    type_into(officer, 1, 5, "")
    expect(wrong).to_have_count(0)
    paste(officer, 0, 7, "5\tnhiều\n6\t7")
    expect(cell(officer, 0, 7)).to_have_value("")


def test_officer_lets_the_helper_fill_in(person, register):
    officer = open_commitment(person)
    cell(officer, 0, 0).focus()
    officer.page.select_option(".o_mtqg_grid [name=method]", "s_curve")
    officer.page.click(".o_mtqg_grid [name=fill_row]")
    expect(cell(officer, 0, 0)).not_to_have_value("")
    expect(total(officer, 1)).to_have_text("1.202,000001")
    officer.save()
    amounts, (first, _second) = read_amounts(register), read_names(officer)
    assert amounts[first, 1] < amounts[first, 7] > amounts[first, 13]
    officer.page.select_option(".o_mtqg_grid [name=method]", "even")
    officer.page.click(".o_mtqg_grid [name=fill_all]")
    whole = officer.page.locator(".o_mtqg_grid [name=grand_total]")
    expect(whole).to_have_text("15.600,000001")
    officer.save()
    officer.photograph("commitment-filled")
    assert sum(read_amounts(register).values()) == 15_600_000_001


def test_less_than_asked_is_said_before_the_leader_signs(person, register):
    officer = open_commitment(person)
    type_into(officer, 1, 12, "0")
    officer.save()
    expect(officer.page.locator(".alert-info")).to_contain_text(f"31/01/{YEAR + 1}")
    officer.photograph("commitment-less-than-asked")
    officer.field("shortfall_reason").locator("textarea").fill(REASON)
    officer.save()
    officer.press("action_submit")
    expect(officer.page.locator("button[name=action_withdraw]")).to_be_visible()

    leader = person("lanhdao_xa_a")
    leader.open_menu("menu_inbox")
    leader.open_task(NUMBER)
    expect(leader.page.locator(".alert-warning:visible")).to_contain_text("31/01")
    expect(leader.page.locator(".o_mtqg_grid input")).to_have_count(0)
    leader.photograph("commitment-to-sign")
    leader.press("action_approve")
    leader.open_tab("curve")
    leader.photograph("commitment-signed")

    signed = register.read_one(
        "mtqg.commitment",
        COMMITMENT,
        "workflow_state",
        "leader_id",
        "content_hash",
        "shortfall_reason",
    )
    assert signed["workflow_state"] == "done"
    assert signed["leader_id"] == "Lãnh đạo xã An Lạc"
    assert signed["shortfall_reason"] == REASON
    assert len(signed["content_hash"]) == 64


def test_planning_again_waits_for_the_window(person, register):
    officer = person("canbo_xa_a")
    officer.open_menu("menu_commitments", "mtqg_commitment_menu")
    officer.photograph("commitment-list")
    officer.open_row(NUMBER)
    officer.page.click("button[name=action_replan]")
    refusal = officer.page.locator(".modal .o_error_dialog, .modal-body")
    expect(refusal.first).to_contain_text(f"01/01/{YEAR}")
    officer.photograph("commitment-window-closed")
    assert register.call("mtqg.commitment", "search_count", COMMITMENT) == 1
    officer.page.click(".modal .modal-footer button")

    officer.press("action_open_deviation")
    officer.page.wait_for_selector(".o_list_view .o_data_row")
    officer.photograph("commitment-deviation")
