"""A leader approves one document and returns one; the Treasury pays."""

from playwright.sync_api import expect

REASON = "Thiếu bảo đảm thực hiện hợp đồng; bổ sung rồi trình lại"
SCHOOL = [("code", "=", "7990005")]
VOUCHER = [("number", "=", "05/GRV-BM")]


def read_voucher(register):
    """Return the voucher of the journey."""
    return register.read_one(
        "mtqg.disbursement",
        VOUCHER,
        "workflow_state",
        "stage_id",
        "amount",
        "allocation_id",
    )


def read_events(register, model, res_id):
    """Return the events of a document, oldest first."""
    return register.read(
        "mtqg.workflow.event",
        [("res_model", "=", model), ("res_id", "=", res_id)],
        "name",
        "user_id",
        "comment",
    )


def test_leader_returns_a_dossier_with_a_reason(person, register):
    leader = person("lanhdao_xa_b")
    leader.open_menu("menu_inbox")
    leader.page.wait_for_selector(".o_data_row")
    leader.photograph("leader-inbox")
    leader.open_task("7990005")
    leader.page.click("button[name=action_ask_return]")
    dialog = leader.page.locator(".modal")
    dialog.locator("[name=comment] textarea").fill(REASON)
    leader.photograph("leader-return-reason")
    dialog.locator("button[name=action_confirm]:visible").click()
    expect(leader.page.locator("button[name=action_approve]:visible")).to_have_count(0)
    leader.photograph("leader-dossier-returned")

    dossier = register.read_one(
        "mtqg.project", SCHOOL, "workflow_transition_id", "workflow_state"
    )
    assert not dossier["workflow_transition_id"]
    last = read_events(register, "mtqg.project", dossier["id"])[-1]
    assert (last["name"], last["user_id"], last["comment"]) == (
        "return",
        "Lãnh đạo xã Bình Minh",
        REASON,
    )


def test_leader_approves_a_voucher_and_the_treasury_pays(person, register):
    leader = person("lanhdao_xa_b")
    leader.open_menu("menu_inbox")
    leader.open_task("05/GRV-BM")
    leader.photograph("leader-voucher")
    leader.press("action_approve")
    expect(leader.page.locator("button[name=action_approve]:visible")).to_have_count(0)
    assert not register.read("mtqg.entry", [("reference", "=", "05/GRV-BM")], "id")

    treasurer = person("khobac")
    treasurer.open_menu("menu_inbox")
    treasurer.open_task("05/GRV-BM")
    treasurer.photograph("treasury-voucher")
    treasurer.press("action_approve")
    expect(treasurer.page.locator("button[name=action_approve]:visible")).to_have_count(
        0
    )
    treasurer.photograph("treasury-voucher-paid")

    voucher = read_voucher(register)
    assert voucher["workflow_state"] == "done"
    entry = register.read_one(
        "mtqg.entry", [("reference", "=", "05/GRV-BM")], "kind", "amount", "date"
    )
    assert (entry["kind"], entry["amount"]) == ("completed", voucher["amount"])
    assert entry["date"] == "2024-12-03"
    events = read_events(register, "mtqg.disbursement", voucher["id"])
    assert [event["name"] for event in events] == ["submit", "approve", "approve"]
    assert events[-1]["user_id"] == "Cán bộ Kho bạc"
    assert register.call("mtqg.workflow.event", "verify") == []
