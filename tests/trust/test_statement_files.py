"""Promise 8: no file harms a worker, and none is imported in part."""

import base64
import io
import os
import random
import zipfile

import xlsxwriter

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mtqg_disbursement.tests.test_statement import (
    VOUCHERS,
    StatementCase,
)

SEED = int(os.environ.get("MTQG_SEED", "20260101"))
FILES = int(os.environ.get("MTQG_FILES", "120"))


def write_workbook():
    """Return the vouchers as a workbook."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet("Tháng 5")
        for row, line in enumerate(VOUCHERS.splitlines()):
            for column, cell in enumerate(line.split(";")):
                sheet.write_string(row, column, cell)
    return packed.getvalue()


def write_bomb():
    """Return an archive that unpacks to far more than it is."""
    packed = io.BytesIO(write_workbook())
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * 2**28)
    return packed.getvalue()


def spoil(content, chance):
    """Return a file with something wrong in its bytes."""
    way = chance.choice(["flip", "cut", "double", "insert", "zero"])
    place = chance.randrange(len(content))
    if way == "cut":
        return content[:place]
    if way == "double":
        return content[:place] + content[max(place - 40, 0) :]
    piece = {
        "flip": bytes([chance.randrange(256)]),
        "insert": chance.choice([b"\n", b";", b'"', b"\r", b"\xff\xfe", b"=1+1"]),
        "zero": b"\0",
    }[way]
    return content[:place] + piece + content[place + (way == "flip") :]


@tagged("post_install", "-at_install")
class TestStatementFiles(StatementCase):
    """Whatever an officer uploads."""

    def _upload(self, content, filename):
        """Import a file; return the answer of the check, and the lines kept."""
        statement = self._make_statement(content, filename=filename)
        errors = statement.action_check()
        for error in errors:
            self.assertLessEqual({"sheet", "cell", "value", "reason"}, set(error))
            self.assertTrue(error["reason"])
        try:
            with self.env.cr.savepoint():
                statement.action_import()
            self.assertEqual(errors, [])
        except UserError as refusal:
            self.assertTrue(str(refusal))
        statement.invalidate_recordset()
        lines = len(statement.line_ids)
        if statement.state == "imported":
            self.assertEqual(lines, statement.line_count)
            self.assertTrue(lines)
        else:
            self.assertFalse(lines)
        statement.unlink()
        return errors, lines

    def test_spoilt_files_are_imported_whole_or_not_at_all(self):
        chance, seen = random.Random(SEED), set()
        sources = ((VOUCHERS.encode(), "t.csv"), (write_workbook(), "t.xlsx"))
        for number in range(FILES):
            content, filename = sources[number % 2]
            for _time in range(chance.choice([1, 1, 3])):
                content = spoil(content or b"x", chance)
            errors, lines = self._upload(content or b"x", filename)
            seen.add((bool(errors), bool(lines)))
        # some spoil nothing that is read, the others are refused
        self.assertEqual(seen, {(False, True), (True, False)})

    def test_a_bomb_is_refused_in_a_sentence(self):
        [refusal], lines = self._upload(write_bomb(), "bomb.xlsx")
        self.assertRegex(refusal["reason"], "unpacks to|Unpacked")
        self.assertFalse(lines)

    def test_what_is_not_encoded_is_refused(self):
        for file in ("§", "abc"):
            with self.assertRaises(UserError):
                self.env["mtqg.statement"].with_user(self.officer_a).create(
                    {"file": file, "filename": "x.csv"}
                )

    def test_remarks_are_texts(self):
        text = VOUCHERS.replace("GRV-03", "=1+1").replace("300.000\n", "x\n")
        statement = self._make_statement(text)
        self.assertTrue(statement.action_check())
        statement.action_download_remarks()
        content = base64.b64decode(statement.remarks_file)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml")
        self.assertNotIn(b"<f>", sheet)
        self.assertIn(b"is no number", sheet)
        self.assertIn(b"=1+1", sheet)
