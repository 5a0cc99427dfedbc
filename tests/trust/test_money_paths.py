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
        cls.contract = cls.env["mtqg.contract"].with_user(cls.officer_a)
        cls.filled = cls._make_project("T-FILLED")
        cls.contracts = cls.contract.create(cls._list_values(cls.filled))
        cls.empty = cls._make_project("T-EMPTY")

    @classmethod
    def _make_project(cls, code):
        values = {"unit_id": cls.commune_a.id, "program_id": cls.program.id}
        projects = cls.env["mtqg.project"].with_user(cls.officer_a)
        return projects.create({"code": code, "name": "Money", **values})

    @classmethod
    def _list_values(cls, project):
        return [
            {"number": f"{n:05}", "project_id": project.id, "amount": amount}
            for n, amount in enumerate(AMOUNTS)
        ]

    def _assert_unchanged(self, amounts):
        changed = [
            (given, found)
            for given, found in zip(AMOUNTS, amounts, strict=True)
            if given != found
        ]
        self.assertEqual(len(AMOUNTS), COUNT)
        self.assertFalse(changed[:10], f"seed {SEED}: {len(changed)} changed")

    def _assert_stored(self, project):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT amount FROM mtqg_contract WHERE project_id = %s ORDER BY number",
            [project.id],
        )
        self._assert_unchanged([amount for (amount,) in self.env.cr.fetchall()])

    def _batches(self, rows):
        return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]

    # === CALLS === #

    def test_orm(self):
        self._assert_stored(self.filled)
        self.env.invalidate_all()
        self._assert_unchanged(self.contracts.mapped("amount"))
        rows = self.contracts.read(["amount"])
        self._assert_unchanged([row["amount"] for row in rows])
        rows = self.contracts.export_data(["amount"])["datas"]
        self._assert_unchanged([amount for (amount,) in rows])

    def test_json2(self):
        for batch in self._batches(self._list_values(self.empty)):
            status, answer = self.json2(
                self.officer_a, "mtqg.contract", "create", vals_list=batch
            )
            self.assertEqual(status, 200, answer)
        self._assert_stored(self.empty)
        _status, rows = self.json2(
            self.officer_a,
            "mtqg.contract",
            "search_read",
            domain=[("project_id", "=", self.empty.id)],
            fields=["amount"],
            order="number",
        )
        self._assert_unchanged([row["amount"] for row in rows])

    def test_xmlrpc(self):
        # the protocol has 32-bit integers; a double carries 9 × 10^15 exactly
        values = [
            v | {"amount": float(v["amount"])} for v in self._list_values(self.empty)
        ]
        for batch in self._batches(values):
            _ids, fault = self.xmlrpc(self.officer_a, "mtqg.contract", "create", batch)
            self.assertIsNone(fault)
        self._assert_stored(self.empty)
        rows, fault = self.xmlrpc(
            self.officer_a,
            "mtqg.contract",
            "search_read",
            [("project_id", "=", self.empty.id)],
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
            for n, row in enumerate(self._list_values(self.empty))
        ]
        for batch in self._batches(lines):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw/mtqg.project/web_save",
                {
                    "model": "mtqg.project",
                    "method": "web_save",
                    "args": [self.empty.ids, {"contract_ids": batch}],
                    "kwargs": {"specification": {}},
                },
                timeout=120,
            )
        self._assert_stored(self.empty)
        answer = self.make_jsonrpc_request(
            "/web/dataset/call_kw/mtqg.contract/web_search_read",
            {
                "model": "mtqg.contract",
                "method": "web_search_read",
                "args": [[("project_id", "=", self.empty.id)], {"amount": {}}],
                "kwargs": {"order": "number", "limit": COUNT},
            },
        )
        self._assert_unchanged([row["amount"] for row in answer["records"]])

    # === FILES === #

    def _export(self, kind):
        """Return what the screen's export downloads."""
        self.authenticate("t_officer_a", "t_officer_a")
        columns = (("number", "char"), ("amount", "integer"))
        domain = [("project_id", "=", self.filled.id)]
        return export(self, kind, "mtqg.contract", domain, columns)

    def _import(self, content, mimetype, **options):
        """Import the file into an empty project, as the import screen does."""
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
        result = screen.with_context(default_project_id=self.empty.id).execute_import(
            ["number", "amount"], ["number", "amount"], preview["options"]
        )
        self.assertFalse([m for m in result["messages"] if m["type"] == "error"])

    def test_xlsx_out_and_in_again(self):
        content = self._export("xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
        rows = sorted(sheet.iter_rows(min_row=2, values_only=True))
        self._assert_unchanged([amount for _number, amount in rows])
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = sorted(book.get_sheet_by_index(0).to_python()[1:])
        self._assert_unchanged([amount for _number, amount in rows])
        self._import(content, "application/vnd.ms-excel")
        self._assert_stored(self.empty)

    def test_csv_out_and_in_again(self):
        content = self._export("csv")
        rows = sorted(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[:-1]
        self._assert_unchanged([int(amount) for _number, amount in rows])
        self._import(content, "text/csv")
        self._assert_stored(self.empty)

    # === SCREEN === #

    def test_typed_into_a_form_in_the_browser(self):
        values = {"number": "1", "project_id": self.empty.id, "amount": 5}
        contract = self.contract.create(values)
        self.browser_js(
            f"/odoo/m-mtqg.contract/{contract.id}",
            TYPING % (MOST, 10**15 - 1),
            login="t_officer_a",
            ready="!!document.querySelector('[name=amount] input')",
            timeout=60,
        )
        self.env.invalidate_all()
        self.assertEqual(contract.amount, MOST)
        self.assertEqual(contract.amount_advance_agreed, 10**15 - 1)


# types two amounts, saves, and looks whether the client shows what was stored
TYPING = """
(async () => {
    const wait = async (find) => {
        for (let turn = 0; turn < 300; turn++) {
            if (find()) { return find(); }
            await new Promise((done) => setTimeout(done, 100));
        }
        throw new Error(`never seen: ${find}`);
    };
    const box = (name) => document.querySelector(`[name=${name}] input`);
    const amounts = {amount: "%d", amount_advance_agreed: "%d"};
    for (const [name, amount] of Object.entries(amounts)) {
        (await wait(() => box(name))).focus();
        box(name).select();
        document.execCommand("insertText", false, amount);
        box(name).blur();
    }
    const form = () => document.querySelector(".o_form_dirty");
    await wait(form);
    document.querySelector(".o_form_button_save").click();
    await wait(() => !form());
    for (const [name, amount] of Object.entries(amounts)) {
        const shown = box(name).value;
        if (shown.replace(/[^0-9]/g, "") !== amount) {
            throw new Error(`the screen shows ${shown}`);
        }
    }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""
