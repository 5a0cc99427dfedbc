"""From the Treasury's file to the signed minutes, in Vietnamese.

The Treasury's clerk brings a file in whose heading nobody has seen before; the commune
explains what differs; its leader and the head of the Treasury office sign; what is
downloaded is compared with form 03/QTDA of Thông tư 73/2026/TT-BTC.
"""

import re

from openpyxl import load_workbook
from playwright.sync_api import expect

from odoo.tools.pdf import PdfReader

from .treasury_file import UNKNOWN, write_statement

PERIOD = [("date_from", "=", "2024-01-01"), ("date_to", "=", "2024-11-30")]
CAUSES = {
    "03/GRV-BM": "Kho bạc gõ nhầm 128,9 thành 129,8 triệu đồng",
    "04/GRV-BM": "Kho bạc gõ nhầm 402,6 thành 420,6 triệu đồng",
}
COLUMNS = ["1", "2", "3", "4=5+6", "5", "6", "7", "8=9+10", "9", "10", "11=8-4", "12"]
OTHER_BUDGET = (
    "- Vốn ngân sách nhà nước khác không thuộc phạm vi điều chỉnh của pháp luật đầu tư "
    "công"
)
KINDS = [
    "- Vốn đầu tư công",
    "- Vốn chi thường xuyên",
    OTHER_BUDGET,
    "- Vốn khác (nếu có)",
]


def fill_scope(person):
    """Name the unit, its office and the period."""
    person.choose("unit_id", "Bình Minh")
    person.choose("treasury_unit_id", "Thượng Sơn")
    person.write("date_from", "01/01/2024")
    person.write("date_to", "30/11/2024")


def add(person, *menus):
    """Open a new form from its list."""
    person.open_menu(*menus)
    person.page.wait_for_selector(".o_list_view")
    person.page.click(".o_list_button_add:visible")
    person.page.wait_for_selector(".o_form_view .o_form_sheet")


def run_job(register, name):
    """Let a scheduled job run now: the server of the journeys has no clock."""
    domain = [("module", "=", "mtqg_disbursement"), ("name", "=", name)]
    (job,) = register.call("ir.model.data", "search_read", domain, ["res_id"])
    register.call("ir.cron", "method_direct_trigger", [job["res_id"]])


def read_document(register, *names):
    """Return the reconciliation of the journey."""
    domain = [("unit_id.code", "=", "TS-B"), *PERIOD]
    return register.read_one("mtqg.reconciliation", domain, "number", *names)


def upload(clerk, file):
    """Bring the file in; one heading of it is asked about."""
    add(clerk, "menu_treasury", "mtqg_statement_menu")
    fill_scope(clerk)
    clerk.page.set_input_files("[name='file'] input[type=file]", file)
    clerk.wait_idle()
    clerk.press("action_check")
    clerk.open_tab("errors")
    errors = clerk.page.locator("[name='error_ids'] .o_data_row")
    expect(errors).to_have_count(1)
    expect(errors.first).to_contain_text(UNKNOWN)
    clerk.photograph("treasury-1-question")


def correct(clerk, label):
    """Say what the column holds, and check again."""
    clerk.open_tab("columns")
    row = clerk.page.locator("[name='column_ids'] .o_data_row", has_text=UNKNOWN)
    row.locator("[name='meaning']").click()
    clerk.page.locator("[name='column_ids'] [name='meaning'] input").first.click()
    items = clerk.page.locator(".o_select_menu_item")
    items.get_by_text(label, exact=True).first.click()
    clerk.photograph("treasury-2-corrected")
    clerk.press("action_check")
    expect(clerk.page.locator("button[name=action_import]:visible")).to_have_count(1)
    clerk.open_tab("preview")
    clerk.photograph("treasury-3-understood")


def test_the_clerk_imports_a_file_that_nobody_has_seen(person, register, tmp_path):
    clerk = person("khobac")
    upload(clerk, write_statement(tmp_path / "bang-ke-thang-11.xlsx"))
    correct(clerk, meaning_label(register, "amount_completed"))
    clerk.press("action_queue")
    expect(clerk.page.locator("[role=progressbar]:visible")).to_have_count(1)
    clerk.photograph("treasury-4-progress")
    run_job(register, "cron_statements")
    lines = clerk.page.locator("button[name=action_open_lines]:visible")
    expect(lines).to_contain_text("4", timeout=20_000)
    clerk.photograph("treasury-5-imported")
    statement = register.read_one(
        "mtqg.statement", [("unit_id.code", "=", "TS-B")], "state", "amount_total"
    )
    assert statement["state"] == "imported"
    assert statement["amount_total"] == 1_094_050_000


def meaning_label(register, value):
    """Return how the screen calls a meaning of a column."""
    fields = register.call(
        "mtqg.statement.column",
        "fields_get",
        ["meaning"],
        ["selection"],
        context={"lang": "vi_VN"},
    )
    return dict(fields["meaning"]["selection"])[value]


def explain(officer, number):
    """Say of each difference what caused it, accept it, and submit."""
    officer.open_menu("menu_treasury", "mtqg_reconciliation_menu")
    officer.open_row(number)
    officer.press("action_open_panes")
    for voucher, cause in CAUSES.items():
        difference = officer.page.locator(".o_mtqg_difference", has_text=voucher)
        difference.locator("header").click()
        difference.locator("button[name=comment]").click()
        difference.locator("textarea[name=comment]").fill(cause)
        difference.locator("button[name=save]").click()
        expect(difference).to_contain_text(cause)
        difference.locator("button[name=accept]").click()
        expect(difference.locator("button[name=accept]")).to_have_count(0)
        officer.wait_idle()
    officer.photograph("treasury-7-explained")
    officer.page.click("button[name=back]")
    officer.page.wait_for_selector(".o_form_view .o_form_sheet")
    officer.press("action_submit")
    officer.photograph("treasury-8-submitted")


def test_the_clerk_compares_and_the_commune_explains(person, register):
    clerk = person("khobac")
    add(clerk, "menu_treasury", "mtqg_reconciliation_menu")
    fill_scope(clerk)
    clerk.press("action_run")
    clerk.photograph("treasury-6-compared")
    document = read_document(register, "open_count", "matched_count")
    assert (document["open_count"], document["matched_count"]) == (2, 2)

    explain(person("canbo_xa_b"), document["number"])
    lines = register.read(
        "mtqg.reconciliation.line",
        [("reconciliation_id.unit_id.code", "=", "TS-B")],
        "state",
        "comment",
        "owner_id",
    )
    assert {line["comment"] for line in lines} == set(CAUSES.values())
    assert {line["state"] for line in lines} == {"accepted"}
    assert {line["owner_id"] for line in lines} == {"Cán bộ xã Bình Minh"}


def test_both_sides_sign_and_the_minutes_are_the_form(person, register, tmp_path):
    number = read_document(register)["number"]
    for login in ("lanhdao_xa_b", "lanhdao_khobac"):
        signer = person(login)
        signer.open_menu("menu_inbox")
        signer.open_task(number)
        signer.photograph(f"treasury-9-{login}")
        signer.press("action_approve")
        expect(
            signer.page.locator("button[name=action_approve]:visible")
        ).to_have_count(0)
    document = read_document(
        register, "workflow_state", "leader_id", "treasurer_id", "content_hash"
    )
    assert document["workflow_state"] == "done"
    assert document["leader_id"] == "Lãnh đạo xã Bình Minh"
    assert document["treasurer_id"] == "Lãnh đạo Kho bạc"

    officer = person("canbo_xa_b")
    officer.open_menu("menu_treasury", "mtqg_reconciliation_menu")
    officer.open_row(number)
    officer.photograph("treasury-10-signed")
    book = download(officer, "action_download_minutes", tmp_path / "03-QTDA.xlsx")
    check_form(load_workbook(book)["7990005"], document["content_hash"])
    paper = download(officer, "action_print_minutes", tmp_path / "03-QTDA.pdf")
    check_paper(paper, document["content_hash"])


def download(person, button, path):
    """Press a button that gives a file; keep it."""
    with person.page.expect_download(timeout=60_000) as waiting:
        person.page.click(f".o_form_view button[name='{button}']:visible")
    waiting.value.save_as(path)
    return path


def check_form(sheet, digest):
    """Compare a sheet with form 03/QTDA, cell by cell."""
    rows = [[cell.value for cell in row][:12] for row in sheet.iter_rows()]
    start = rows.index(COLUMNS)
    heading = rows[start - 3 : start]
    assert [row[2] for row in heading] == [
        "Số liệu của chủ đầu tư",
        "Số vốn được giao",
        None,
    ]
    assert heading[0][:2] == ["Số TT", "Nội dung"]
    assert heading[0][6] == "Số liệu của cơ quan thanh toán"
    assert heading[0][10:] == ["Chênh lệch", "Ghi chú"]
    assert [heading[1][at] for at in (3, 6, 7)] == [
        "Số vốn đã giải ngân",
        "Số vốn được giao",
        "Số vốn đã giải ngân",
    ]
    kinds = ["Tổng số", "Thanh toán khối lượng hoàn thành", "Tạm ứng"]
    assert heading[2][3:6] == kinds
    assert heading[2][7:10] == kinds
    table = rows[start + 1 : start + 12]
    assert [row[0] for row in table] == ["1", *[None] * 4, "2", "2.1", *[None] * 4]
    assert [row[1] for row in table] == [
        *("Lũy kế từ khởi công", *KINDS),
        *("Chi tiết theo năm", "Năm 2024", *KINDS),
    ]
    own = [9_000_000_000, 415_300_000, 415_300_000, 0]
    treasury = [None, 416_200_000, 416_200_000, None]
    for at in (0, 1, 6, 7):
        assert table[at][2:11] == [*own, *treasury, 900_000], table[at]
    for at in (2, 3, 4, 5, 8, 9, 10):
        assert table[at][2:11] == [None] * 9, table[at]
    words = "\n".join(str(row[0]) for row in rows[start + 12 :] if row[0])
    assert CAUSES["03/GRV-BM"] in words
    assert CAUSES["04/GRV-BM"] not in words
    assert digest in words
    assert re.search(r"CHỦ ĐẦU TƯ", words)


def check_paper(path, digest):
    """Find on paper what the spreadsheet says."""
    reader = PdfReader(str(path))
    text = "".join(page.extract_text() for page in reader.pages)
    # letters with marks come from another font, with gaps around them
    flat = re.sub(r"\s+", "", text)
    for words in (
        "Mẫu số 03/QTDA",
        "BẢNG ĐỐI CHIẾU SỐ LIỆU",
        "8=9+10",
        "415.300.000",
        "416.200.000",
        "900.000",
        CAUSES["03/GRV-BM"],
        "THỦ TRƯỞNG CƠ QUAN THANH TOÁN",
        digest,
    ):
        assert words.replace(" ", "") in flat, words
