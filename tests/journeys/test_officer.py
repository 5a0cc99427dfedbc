"""An officer of a commune submits a dossier and a voucher."""

from playwright.sync_api import expect

DOSSIER = [("code", "=", "7990001")]
VOUCHER = [("number", "=", "20/GRV-AL")]


def test_officer_submits_a_dossier_with_its_paper(person, register, tmp_path):
    minutes = tmp_path / "bien-ban-nghiem-thu.txt"
    minutes.write_text("Biên bản nghiệm thu hoàn thành công trình", encoding="utf-8")
    officer = person("canbo_xa_a")
    officer.open_menu("menu_projects", "mtqg_project_menu")
    officer.page.locator(".o_kanban_record", has_text="7990001").click()
    expect(officer.page.locator(".o_form_view .alert-info")).to_be_visible()
    officer.photograph("officer-dossier-missing-paper")
    kind = register.read_one("mtqg.paper.type", [("code", "=", "acceptance")], "name")
    translated = register.call(
        "mtqg.paper.type", "read", [kind["id"]], ["name"], context={"lang": "vi_VN"}
    )[0]["name"]
    officer.add_paper(translated, "31/BBNT", "Chủ đầu tư và nhà thầu", minutes)
    officer.save()
    officer.press("action_submit")
    expect(officer.page.locator("button[name=action_withdraw]")).to_be_visible()
    officer.photograph("officer-dossier-submitted")

    dossier = register.read_one(
        "mtqg.project",
        DOSSIER,
        "workflow_state",
        "workflow_transition_id",
        "workflow_requester_id",
    )
    assert dossier["workflow_state"] == "running"
    assert dossier["workflow_transition_id"]
    assert dossier["workflow_requester_id"] == "Cán bộ xã An Lạc"
    paper = register.read_one(
        "mtqg.paper", [("number", "=", "31/BBNT")], "res_model", "res_id", "file_hash"
    )
    assert (paper["res_model"], paper["res_id"]) == ("mtqg.project", dossier["id"])
    assert len(paper["file_hash"]) == 64


def test_officer_submits_a_voucher(person, register):
    officer = person("canbo_xa_a")
    officer.open_menu("menu_payments", "mtqg_disbursement_menu")
    officer.page.click(".o_list_button_add")
    officer.write("number", "20/GRV-AL")
    officer.choose("allocation_id", "7990004")
    officer.write("amount", "56.250.000")
    officer.write("payee", "Các hộ dân tham gia dự án (73 hộ)")
    officer.write("content", "Tập huấn kỹ thuật chăn nuôi, đợt cuối")
    officer.save()
    officer.photograph("officer-voucher-draft")
    officer.press("action_submit")
    expect(officer.page.locator("button[name=action_withdraw]")).to_be_visible()
    officer.photograph("officer-voucher-submitted")

    voucher = register.read_one(
        "mtqg.disbursement",
        VOUCHER,
        "amount",
        "workflow_state",
        "unit_id",
        "treasury_unit_id",
        "content",
    )
    assert voucher["amount"] == 56_250_000
    assert voucher["workflow_state"] == "running"
    assert voucher["content"] == "Tập huấn kỹ thuật chăn nuôi, đợt cuối"
    assert "KB-TS" in voucher["treasury_unit_id"]
    (event,) = register.read(
        "mtqg.workflow.event",
        [("res_model", "=", "mtqg.disbursement"), ("res_id", "=", voucher["id"])],
        "name",
        "user_id",
    )
    assert (event["name"], event["user_id"]) == ("submit", "Cán bộ xã An Lạc")
    assert not register.read("mtqg.entry", [("reference", "=", "20/GRV-AL")], "id")
