"""Treasury statements: checked whole, imported once, never changed."""

import base64

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mtqg_disbursement.engine.statement_guess import guess
from odoo.addons.mtqg_disbursement.engine.statement_reading import StatementReading
from odoo.addons.mtqg_disbursement.files.reading import open_tables
from odoo.addons.mtqg_disbursement.tests.common import MtqgCommon

VOUCHERS = """Bảng kê chứng từ giải ngân tháng 5/2025;;;;;
Đơn vị tính: đồng;;;;;
Mã dự án;Mã CTMT;Số chứng từ;Ngày hạch toán;Nội dung nghiệp vụ;Số tiền
7000001;0392;GRV-01;05/05/2025;Tạm ứng;1.000.000
7000001;0392;GRV-02;06/05/2025;Thanh toán KLHT;2.500.000
7999999;0392;GRV-03;07/05/2025;Thanh toán KLHT;300.000
Tổng cộng;;;;;3.800.000
"""


class StatementCase(MtqgCommon):
    """Statements of commune A, handed over by its Treasury office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls.env["mtqg.project"].create(
            {
                "code": "7000001",
                "name": "Đường trục xã A",
                "unit_id": cls.commune_a.id,
                "program_id": cls.program.id,
            }
        )

    @classmethod
    def _make_statement(cls, text=VOUCHERS, user=None, **values):
        content = text if isinstance(text, bytes) else text.encode()
        return (
            cls.env["mtqg.statement"]
            .with_user(user or cls.officer_a)
            .create(
                {
                    "file": base64.b64encode(content),
                    "filename": values.pop("filename", "thang5.csv"),
                    "date_from": "2025-05-01",
                    "date_to": "2025-05-31",
                    **values,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestStatement(StatementCase):
    """The officer of commune A gets a list of vouchers from the Treasury."""

    def test_a_sound_file_has_no_errors_and_is_imported(self):
        statement = self._make_statement()
        self.assertEqual(statement.action_check(), [])
        self.assertEqual(statement.state, "checked")
        self.assertEqual(statement.totals_status, "agrees")
        self.assertFalse(statement.line_ids)
        statement.action_import()
        self.assertEqual(statement.state, "imported")
        self.assertEqual((statement.line_count, statement.amount_total), (3, 3_800_000))
        first, _second, third = statement.line_ids.sorted("row")
        self.assertEqual(first.project_id, self.project)
        self.assertEqual((first.advance, first.kind), (1_000_000, "advance"))
        self.assertEqual(str(first.date), "2025-05-05")
        self.assertFalse(third.project_id)
        self.assertEqual(third.project, "7999999")
        self.assertEqual(statement.project_missing, 1)

    def test_an_error_names_its_cell_and_nothing_is_kept(self):
        statement = self._make_statement(VOUCHERS.replace("300.000\n", "300.00x\n"))
        [error, *_more] = statement.action_check()
        self.assertEqual((error["cell"], error["value"]), ("F6", "300.00x"))
        self.assertIn("no number", error["reason"])
        with self.assertRaisesRegex(UserError, "F6"):
            statement.action_import()
        self.assertFalse(statement.line_ids)

    def test_the_same_file_again_is_refused_by_name(self):
        self._make_statement().action_import()
        with self.assertRaisesRegex(UserError, "already here as statement thang5.csv"):
            self._make_statement().action_import()

    def test_two_who_import_one_file_at_once_are_told_by_the_database(self):
        first, second = self._make_statement(), self._make_statement()
        second.action_check()
        first.action_import()
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self.env.cr.execute(
                "UPDATE mtqg_statement SET state = 'loading' WHERE id = %s",
                [second.id],
            )

    def test_the_same_line_in_another_file_is_not_kept_twice(self):
        first = self._make_statement()
        first.action_import()
        more = VOUCHERS.replace(
            "Tổng cộng;;;;;3.800.000",
            "7000001;0392;GRV-04;08/05/2025;Tạm ứng;5\nTổng cộng;;;;;3.800.005",
        )
        second = self._make_statement(more, filename="again.csv")
        second.action_import()
        self.assertEqual((second.line_count, second.known_count), (1, 3))
        self.assertEqual(second.known_ids.earlier_id, first)

    def test_two_equal_payments_of_one_file_are_both_kept(self):
        line = "7000001;0392;GRV-01;05/05/2025;Tạm ứng;1.000.000\n"
        twice = VOUCHERS.replace(line, line + line).replace("3.800.000", "4.800.000")
        statement = self._make_statement(twice)
        statement.action_import()
        self.assertEqual((statement.line_count, statement.known_count), (4, 0))

    def test_a_digest_is_the_same_in_the_database_and_in_the_engine(self):
        statement = self._make_statement()
        statement.action_import()
        table = open_tables(VOUCHERS.encode(), "thang5.csv")[0]
        found = guess([table.head(100)])
        reading = StatementReading(found.profile, found.sheet)
        lines = list(reading.lines(table.rows(), found.first_row))
        scope = statement._get_scope()
        self.env.cr.execute(
            """SELECT digest FROM mtqg_statement_line
                WHERE statement_id = %s ORDER BY row""",
            [statement.id],
        )
        self.assertEqual(
            [digest for (digest,) in self.env.cr.fetchall()],
            [line.digest(scope) for line in lines],
        )

    def test_lines_never_change_and_go_with_their_statement_only(self):
        statement = self._make_statement()
        statement.action_import()
        for query in (
            "UPDATE mtqg_statement_line SET advance = 1",
            "DELETE FROM mtqg_statement_line",
        ):
            with (
                self.assertRaises(psycopg2.IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query)
        lines = statement.line_ids
        statement.unlink()
        self.assertFalse(lines.exists())

    def test_an_imported_statement_does_not_change_but_may_be_deleted(self):
        statement = self._make_statement()
        statement.action_import()
        with self.assertRaisesRegex(UserError, "does not change"):
            statement.date_to = "2025-06-30"
        with self.assertRaisesRegex(UserError, "does not change"):
            statement.action_check()
        statement.unlink()
        again = self._make_statement()
        again.action_import()
        self.assertEqual(again.line_count, 3)

    def test_what_others_rely_on_is_not_deleted(self):
        first = self._make_statement()
        first.action_import()
        again = VOUCHERS.replace("Tháng 5/2025", "")
        second = self._make_statement(
            again.replace("GRV-03", "GRV-09"), filename="again.csv"
        )
        second.action_import()
        with self.assertRaisesRegex(UserError, "again.csv"):
            first.unlink()
        second.unlink()
        first.unlink()

    def test_a_statement_under_reconciliation_is_not_deleted(self):
        statement = self._make_statement()
        statement.action_import()
        self.env.cr.execute(
            """WITH made AS (
                   INSERT INTO mtqg_reconciliation
                          (number, date_from, date_to, unit_id, version, workflow_state)
                   VALUES ('1/BB', '2025-05-01', '2025-05-31', %s, 1, 'running')
                   RETURNING id)
               INSERT INTO mtqg_reconciliation_mtqg_statement_rel
                      (mtqg_reconciliation_id, mtqg_statement_id)
               SELECT id, %s FROM made""",
            [self.commune_a.id, statement.id],
        )
        with self.assertRaisesRegex(UserError, "rests on this statement"):
            statement.unlink()

    def test_the_same_figures_may_come_again_next_month(self):
        table = "Mã dự án;KH vốn giao (đồng)\n7000001;5.000.000\n7000002;1.000.000\n"
        for month, day in (("05", "31"), ("06", "30")):
            statement = self._make_statement(
                table + f";;Tháng {month}\n",
                filename=f"{month}.csv",
                date_from=f"2025-{month}-01",
                date_to=f"2025-{month}-{day}",
            )
            statement.action_import()
            self.assertEqual((statement.line_count, statement.known_count), (2, 0))

    def test_a_file_that_is_no_table_is_refused_in_a_sentence(self):
        statement = self._make_statement(b"%PDF-1.7 ...", filename="scan.pdf")
        [refusal] = statement.action_check()
        self.assertIn("PDF file cannot be imported", refusal["reason"])
        with self.assertRaisesRegex(UserError, "PDF"):
            statement.action_import()
        empty = self.env["mtqg.statement"].create({"unit_id": self.commune_a.id})
        with self.assertRaisesRegex(UserError, "Choose the file"):
            empty.action_check()

    def test_the_treasury_hands_over_what_it_serves(self):
        statement = self._make_statement(user=self.treasurer)
        self.assertEqual(statement.treasury_unit_id, self.treasury)
        self.assertEqual(statement.unit_id, self.commune_a)
        statement.action_import()
        self.assertTrue(statement.with_user(self.viewer_a).line_ids)
        self.assertFalse(
            self.env["mtqg.statement"].with_user(self.officer_b).search([])
        )

    def test_queries_do_not_grow_with_the_lines(self):
        counts = []
        for number in (5, 10, 500):
            lines = "".join(
                f"7000001;0392;G{number}-{i};05/05/2025;Tạm ứng;1.000.00{i % 10}\n"
                for i in range(number)
            )
            head = "".join(VOUCHERS.splitlines(True)[:3])
            statement = self._make_statement(head + lines, filename=f"{number}.csv")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            statement.action_import()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(statement.line_count, number)
        self.assertEqual(*counts[1:])
