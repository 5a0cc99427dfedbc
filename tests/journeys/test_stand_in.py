"""A leader goes on leave; another one decides in his place, and asks first."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

QUESTION = "Bảo lãnh tạm ứng còn hiệu lực không?"
ANSWER = "Còn hiệu lực đến hết năm"


SCHOOL = [("code", "=", "7990005")]


def see_that_it_waits(person, register):
    """Submit the dossier once more, if somebody has sent it back before."""
    dossier = register.read_one("mtqg.project", SCHOOL, "workflow_transition_id")
    if not dossier["workflow_transition_id"]:
        officer = person("canbo_xa_b")
        officer.page.goto(f"{officer.url}/odoo/mtqg-projects/{dossier['id']}")
        officer.press("action_submit")


def today(plus=0):
    """Return a Vietnamese day as people type it."""
    day = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(days=plus)
    return day.strftime("%d/%m/%Y")


def open_own_delegations(somebody):
    """Open them from the menu under the user's own name."""
    somebody.page.click(".o_user_menu button")
    somebody.page.click("[data-menu='mtqg_delegations']")
    somebody.page.wait_for_selector(".o_list_view, .o_view_nocontent")


def test_who_goes_on_leave_names_who_decides(person, register):
    see_that_it_waits(person, register)
    leader = person("lanhdao_xa_b")
    open_own_delegations(leader)
    leader.photograph("delegations-empty")
    leader.page.click(".o_list_button_add:visible")
    leader.choose("delegate_id", "Lãnh đạo UBND tỉnh")
    leader.write("date_to", today(3))
    leader.write("reason", "Đi công tác")
    leader.photograph("delegation-form")
    leader.save()
    expect(leader.page.locator("button[name=action_revoke]:visible")).to_have_count(1)
    leader.photograph("delegation-saved")
    row = register.read_one(
        "mtqg.workflow.delegation", [], "user_id", "delegate_id", "state"
    )
    assert row["delegate_id"] == "Lãnh đạo UBND tỉnh"
    assert row["state"] == "active"

    chief = person("lanhdao_tinh")
    chief.open_menu("menu_inbox")
    chief.open_task("7990005")
    expect(chief.page.locator(".o_mtqg_on_behalf")).to_contain_text(
        "Lãnh đạo xã Bình Minh"
    )
    chief.photograph("decide-on-behalf")


def ask_for_an_opinion(leader):
    """Ask an officer through the dialog of the document."""
    leader.open_menu("menu_inbox")
    leader.open_task("7990005")
    leader.page.click("button[name=action_open_question]:visible")
    leader.page.wait_for_selector(".modal [name=user_id]")
    leader.choose("user_id", "Cán bộ xã Bình Minh", ".modal")
    leader.page.locator(".modal [name=comment] textarea:visible").fill(QUESTION)
    leader.photograph("ask-opinion")
    leader.page.locator(".modal button[name=action_confirm]:visible").click()
    expect(leader.page.locator(".o_mtqg_opinions")).to_contain_text(QUESTION)


def give_an_opinion(officer):
    """Answer what waits in the inbox."""
    officer.open_menu("menu_inbox")
    officer.open_task("7990005")
    expect(officer.page.locator(".o_mtqg_question")).to_contain_text(QUESTION)
    officer.photograph("asked-for-opinion")
    officer.page.click("button[name=action_open_answer]:visible")
    officer.page.locator(".modal [name=comment] textarea:visible").fill(ANSWER)
    officer.photograph("give-opinion")
    officer.page.locator(".modal button[name=action_confirm]:visible").click()
    expect(officer.page.locator(".o_mtqg_question")).to_have_count(0)


def test_who_decides_asks_for_an_opinion_first(person, register):
    see_that_it_waits(person, register)
    leader = person("lanhdao_xa_b")
    ask_for_an_opinion(leader)
    give_an_opinion(person("canbo_xa_b"))
    leader.page.reload()
    expect(leader.page.locator(".o_mtqg_opinions")).to_contain_text(ANSWER)
    leader.photograph("opinion-answered")
    leader.page.click("button[name=action_open_forward]:visible")
    leader.page.wait_for_selector(".modal [name=user_id]")
    leader.photograph("forward-dialog")
    leader.page.locator(".modal button[special=cancel]").first.click()
    events = register.read(
        "mtqg.workflow.event", [("res_model", "=", "mtqg.project")], "name"
    )
    assert [event["name"] for event in events][-2:] == ["ask", "answer"]
