"""Promise 3: whole đồng in, whole đồng out, on every path into and out of Odoo."""

import io
import json
import random

import openpyxl
from remote import RemoteCase

from odoo import Command, http
from odoo.tests import tagged

SEED = 20260101
MOST = 9_000_000_000_000_000
# around 2^31, where XML-RPC changes type; where Monetary goes wrong; where doubles end
EDGES = (1, 2**31 - 1, 2**31, 527_765_581_332_481, 10**15 - 1, 2**52 + 1, MOST)
COUNT = 10_000


def pick_amounts():
    """Return the amounts that every path has to keep, each magnitude alike often."""
    dice = random.Random(SEED)
    digits = [dice.randint(1, 16) for _number in range(COUNT - len(EDGES))]
    return [*EDGES, *(dice.randint(1, min(10**count, MOST)) for count in digits)]


@tagged("post_install", "-at_install")
class TestMoneyPaths(RemoteCase):
    """Ten thousand amounts up to 9 × 10^15, over ORM, RPC, screen and files."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.amounts = pick_amounts()
        cls.decision = cls._make_decision()

    # === HOW THEY GO IN AND COME OUT === #

    def _values(self, amounts, **more):
        line = {"unit_id": self.province.id, "program_id": self.program.id, **more}
        return [{**line, "amount": amount} for amount in amounts]

    def _stored(self, decision):
        """Return the amounts of a decision as the database holds them."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT amount FROM mtqg_decision_line WHERE decision_id = %s ORDER BY id",
            [decision.id],
        )
        return [amount for (amount,) in self.env.cr.fetchall()]

    def _fill(self):
        """Return a decision with a line for each amount."""
        decision = self._make_decision(number="Filled")
        self.env["mtqg.decision.line"].create(
            self._values(self.amounts, decision_id=decision.id)
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return decision

    def _export(self, kind, decision):
        self.authenticate(self.officer_p.login, self.officer_p.login)
        data = {
            "model": "mtqg.decision.line",
            "ids": decision.line_ids.sorted("id").ids,
            "domain": [],
            "fields": [
                {"name": ".id", "label": ".id", "type": "integer"},
                {"name": "amount", "label": "amount", "type": "integer"},
            ],
            "import_compat": True,
            "groupby": [],
        }
        answer = self.url_open(
            f"/web/export/{kind}",
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
            timeout=120,
        )
        self.assertEqual(answer.status_code, 200)
        return answer.content

    def _import(self, content, mimetype, decision):
        """Import a file over lines that were all set to 1 before."""
        decision.line_ids.write({"amount": 1})
        self.env.flush_all()
        wizard = (
            self.env["base_import.import"]
            .with_user(self.officer_p)
            .create(
                {
                    "res_model": "mtqg.decision.line",
                    "file": content,
                    "file_name": "amounts",
                    "file_type": mimetype,
                }
            )
        )
        options = {"has_headers": True, "quoting": '"', "separator": ",", "sheet": ""}
        preview = wizard.parse_preview(dict(options))
        self.assertNotIn("error", preview)
        columns = [".id", "amount"]
        result = wizard.execute_import(columns, columns, preview["options"])
        self.assertFalse([m for m in result["messages"] if m["type"] == "error"])

    # === PATHS === #

    def test_orm(self):
        decision = self._fill()
        self.assertEqual(self._stored(decision), self.amounts)
        read = decision.line_ids.sorted("id").read(["amount"], load=None)
        self.assertEqual([row["amount"] for row in read], self.amounts)

    def test_json2(self):
        status, ids = self.json2(
            self.officer_p,
            "mtqg.decision.line",
            "create",
            vals_list=self._values(self.amounts, decision_id=self.decision.id),
        )
        self.assertEqual(status, 200, ids)
        self.assertEqual(self._stored(self.decision), self.amounts)
        _status, rows = self.json2(
            self.officer_p, "mtqg.decision.line", "read", ids=ids, fields=["amount"]
        )
        self.assertEqual([row["amount"] for row in rows], self.amounts)

    def test_xmlrpc(self):
        # the protocol knows integers of 32 bits only; clients send doubles above
        sent = [a if a < 2**31 else float(a) for a in self.amounts]
        ids, fault = self.xmlrpc(
            self.officer_p,
            "mtqg.decision.line",
            "create",
            self._values(sent, decision_id=self.decision.id),
        )
        self.assertIsNone(fault)
        self.assertEqual(self._stored(self.decision), self.amounts)
        rows, _fault = self.xmlrpc(
            self.officer_p, "mtqg.decision.line", "read", ids, ["amount"]
        )
        self.assertEqual([int(row["amount"]) for row in rows], self.amounts)

    def test_saving_a_form(self):
        self.authenticate(self.officer_p.login, self.officer_p.login)
        lines = [Command.create(values) for values in self._values(self.amounts)]
        (saved,) = self.make_jsonrpc_request(
            "/web/dataset/call_kw/mtqg.decision/web_save",
            {
                "model": "mtqg.decision",
                "method": "web_save",
                "args": [[self.decision.id], {"line_ids": lines}],
                "kwargs": {
                    "specification": {"line_ids": {"fields": {"amount": {}}}},
                },
            },
            timeout=120,
        )
        self.assertEqual(self._stored(self.decision), self.amounts)
        shown = [line["amount"] for line in saved["line_ids"]]
        self.assertEqual(shown, self.amounts)

    def test_xlsx_out_and_in_again(self):
        decision = self._fill()
        content = self._export("xlsx", decision)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
        self.assertEqual(cells, self.amounts)
        mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self._import(content, mimetype, decision)
        self.assertEqual(self._stored(decision), self.amounts)

    def test_csv_out_and_in_again(self):
        decision = self._fill()
        content = self._export("csv", decision)
        self._import(content, "text/csv", decision)
        self.assertEqual(self._stored(decision), self.amounts)

    def test_a_fraction_is_refused_on_every_path(self):
        values = self._values([0.5], decision_id=self.decision.id)
        self.assertRefusedJson(
            *self.json2(
                self.officer_p, "mtqg.decision.line", "create", vals_list=values
            )
        )
        self.assertRefusedXml(
            *self.xmlrpc(self.officer_p, "mtqg.decision.line", "create", values)
        )
        self.assertEqual(self._stored(self.decision), [])
