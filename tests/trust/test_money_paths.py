"""Promise 3: whole đồng in, whole đồng out, on every path.

Ten thousand amounts up to 9 × 10^15 go in and out by the ORM, both remote protocols,
the save of a form, and files. A contract holds one amount; each path has a project.
"""

import csv
import io
import os

import openpyxl
from amounts import COUNT, MOST, draw_amounts
from downloads import export
from python_calamine import CalamineWorkbook
from remote import RemoteCase

from odoo.tests import tagged

SEED = int(os.environ.get("MTQG_SEED", "20260101"))
AMOUNTS = draw_amounts(SEED)
BATCH = 2_500


@tagged("post_install", "-at_install")
class TestMoneyPaths(RemoteCase):
    """One path a test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = (
            cls.env["mtqg.project"]
            .with_user(cls.officer_a)
            .create(
                {
                    "code": "T-MONEY",
                    "name": "Money",
                    "unit_id": cls.commune_a.id,
                    "program_id": cls.program.id,
                }
            )
        )

    def _values(self):
        return [
            {"number": f"{n:05}", "project_id": self.project.id, "amount": amount}
            for n, amount in enumerate(AMOUNTS)
        ]

    def _contracts(self):
        self.env.invalidate_all()
        return self.env["mtqg.contract"].search(
            [("project_id", "=", self.project.id)], order="number"
        )

    def _create(self):
        return (
            self.env["mtqg.contract"].with_user(self.officer_a).create(self._values())
        )

    def _assert_unchanged(self, amounts):
        changed = [
            (given, found)
            for given, found in zip(AMOUNTS, amounts, strict=True)
            if given != found
        ]
        self.assertEqual(len(AMOUNTS), COUNT)
        self.assertFalse(changed[:10], f"seed {SEED}: {len(changed)} changed")

    def _assert_stored(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT amount FROM mtqg_contract WHERE project_id = %s ORDER BY number",
            [self.project.id],
        )
        self._assert_unchanged([amount for (amount,) in self.env.cr.fetchall()])

    def _batches(self, rows):
        return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]

    # === CALLS === #

    def test_orm(self):
        contracts = self._create()
        self._assert_stored()
        self._assert_unchanged(self._contracts().mapped("amount"))
        self._assert_unchanged([row["amount"] for row in contracts.read(["amount"])])
        exported = contracts.export_data(["amount"])["datas"]
        self._assert_unchanged([row[0] for row in exported])

    def test_json2(self):
        for batch in self._batches(self._values()):
            status, answer = self.json2(
                self.officer_a, "mtqg.contract", "create", vals_list=batch
            )
            self.assertEqual(status, 200, answer)
        self._assert_stored()
        _status, rows = self.json2(
            self.officer_a,
            "mtqg.contract",
            "search_read",
            domain=[("project_id", "=", self.project.id)],
            fields=["amount"],
            order="number",
        )
        self._assert_unchanged([row["amount"] for row in rows])

    def test_xmlrpc(self):
        # the protocol has 32-bit integers; a double carries 9 × 10^15 exactly
        values = [v | {"amount": float(v["amount"])} for v in self._values()]
        for batch in self._batches(values):
            _ids, fault = self.xmlrpc(self.officer_a, "mtqg.contract", "create", batch)
            self.assertIsNone(fault)
        self._assert_stored()
        rows, fault = self.xmlrpc(
            self.officer_a,
            "mtqg.contract",
            "search_read",
            [("project_id", "=", self.project.id)],
            fields=["amount"],
            order="number",
        )
        self.assertIsNone(fault)
        self._assert_unchanged([row["amount"] for row in rows])

    def test_save_of_a_form(self):
        """What the client sends for a form with lines, and what it reads again."""
        self.authenticate("t_officer_a", "t_officer_a")
        lines = [
            [0, f"virtual_{n}", {k: v for k, v in row.items() if k != "project_id"}]
            for n, row in enumerate(self._values())
        ]
        for batch in self._batches(lines):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw/mtqg.project/web_save",
                {
                    "model": "mtqg.project",
                    "method": "web_save",
                    "args": [self.project.ids, {"contract_ids": batch}],
                    "kwargs": {"specification": {}},
                },
                timeout=120,
            )
        self._assert_stored()
        answer = self.make_jsonrpc_request(
            "/web/dataset/call_kw/mtqg.contract/web_search_read",
            {
                "model": "mtqg.contract",
                "method": "web_search_read",
                "args": [[("project_id", "=", self.project.id)], {"amount": {}}],
                "kwargs": {"order": "number", "limit": COUNT},
            },
        )
        self._assert_unchanged([row["amount"] for row in answer["records"]])

    # === FILES === #

    def _export(self, kind):
        """Return what the screen's export downloads."""
        self.authenticate("t_officer_a", "t_officer_a")
        columns = (("number", "char"), ("amount", "integer"))
        domain = [("project_id", "=", self.project.id)]
        return export(self, kind, "mtqg.contract", domain, columns)

    def _import(self, content, mimetype, **options):
        """Import the file into an empty project, as the import screen does."""
        self._contracts().sudo().unlink()
        screen = (
            self.env["base_import.import"]
            .with_user(self.officer_a)
            .create(
                {"res_model": "mtqg.contract", "file": content, "file_type": mimetype}
            )
        )
        settings = {
            "has_headers": True,
            "quoting": '"',
            "separator": ",",
            "float_thousand_separator": ",",
            "float_decimal_separator": ".",
            "advanced": False,
            "keep_matches": False,
            **options,
        }
        preview = screen.parse_preview(settings)
        self.assertNotIn("error", preview)
        result = screen.with_context(default_project_id=self.project.id).execute_import(
            ["number", "amount"], ["number", "amount"], preview["options"]
        )
        self.assertFalse([m for m in result["messages"] if m["type"] == "error"])

    def test_xlsx_out_and_in_again(self):
        self._create()
        content = self._export("xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
        rows = sorted(sheet.iter_rows(min_row=2, values_only=True))
        self._assert_unchanged([amount for _number, amount in rows])
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = sorted(book.get_sheet_by_index(0).to_python()[1:])
        self._assert_unchanged([amount for _number, amount in rows])
        self._import(content, "application/vnd.ms-excel")
        self._assert_stored()

    def test_csv_out_and_in_again(self):
        self._create()
        content = self._export("csv")
        rows = sorted(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[:-1]
        self._assert_unchanged([int(amount) for _number, amount in rows])
        self._import(content, "text/csv")
        self._assert_stored()

    # === SCREEN === #

    def test_typed_into_a_form_in_the_browser(self):
        contract = (
            self._contracts()
            .with_user(self.officer_a)
            .create({"number": "1", "project_id": self.project.id, "amount": 5})
        )
        for amount in (10**15 - 1, MOST):
            self.browser_js(
                f"/odoo/m-mtqg.contract/{contract.id}",
                TYPING % {"amount": amount},
                login="t_officer_a",
                ready="!!document.querySelector('[name=amount] input')",
                timeout=60,
            )
            self.env.invalidate_all()
            self.assertEqual(contract.amount, amount)


# types, leaves the field, saves, and waits until the client shows what was stored
TYPING = """
(async () => {
    const wait = async (find) => {
        for (let turn = 0; turn < 300; turn++) {
            if (find()) { return find(); }
            await new Promise((done) => setTimeout(done, 100));
        }
        throw new Error(`never seen: ${find}`);
    };
    const box = await wait(() => document.querySelector("[name=amount] input"));
    box.focus();
    box.select();
    document.execCommand("insertText", false, "%(amount)s");
    box.blur();
    const form = () => document.querySelector(".o_form_dirty");
    await wait(form);
    document.querySelector(".o_form_button_save").click();
    await wait(() => !form());
    const shown = document.querySelector("[name=amount] input").value;
    if (shown.replace(/[^0-9]/g, "") !== "%(amount)s") {
        throw new Error(`the screen shows ${shown}`);
    }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""
