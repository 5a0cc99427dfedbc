"""Large files that the database reads by itself: the same lines, or none."""

import random
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.mtqg_disbursement.models import statement_plain_load
from odoo.addons.mtqg_disbursement.tests.test_statement import StatementCase

HEAD = (
    "BẢNG KÊ CHỨNG TỪ;;;;;;;;\nĐơn vị tính: đồng;;;;;;;;\n"
    "STT;Mã dự án;Mã CTMT;Mã ĐVQHNS;Năm KHV;Loại thanh toán;Số chứng từ;"
    "Ngày hạch toán;Diễn giải;Số tiền\n"
)


@tagged("post_install", "-at_install")
class TestStatementPlain(StatementCase):
    """Files are read both ways, and the lines compared."""

    def _read_both_ways(self, text, **values):
        """Import a file each way; return whether the quick one took it, and lines."""
        found = []
        for fewest in (0, 2**40):
            statement = self._make_statement(text, **values)
            with patch.object(statement_plain_load, "FEWEST_BYTES", fewest):
                with self._watch_plain() as taken:
                    errors = statement.action_check()
                    if not errors:
                        statement.action_import()
            found.append((taken, errors, self._list_lines(statement), statement.totals_status))
            statement.unlink()
        return found

    def _watch_plain(self):
        from contextlib import contextmanager

        @contextmanager
        def watch():
            taken = []
            run = statement_plain_load.PlainLoad.run

            def noted(load, goal):
                taken.append(run(load, goal))
                return taken[-1]

            with patch.object(statement_plain_load.PlainLoad, "run", noted):
                yield taken

        return watch()

    def _list_lines(self, statement):
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT row, cell_column, project, program, unit, origin_year, nature, kind,
                      voucher, date, content, advance, completed, recovered, disbursed,
                      project_id, program_id, unit_id, digest, occurrence
                 FROM mtqg_statement_line WHERE statement_id = %s ORDER BY row""",
            [statement.id],
        )
        return self.env.cr.fetchall()

    def test_a_plain_file_gives_the_same_lines_both_ways(self):
        chance = random.Random(5)
        rows = [
            f"{n};700000{n % 3};0039{n % 4};10000{n % 9:02};{2022 + n % 4};"
            f"{chance.choice(['Tạm ứng', 'Thanh toán KLHT', 'Nộp giảm tạm ứng', ''])};"
            f"GRV-{n};{1 + n % 28:02}/05/2025;Thanh toán đợt {n % 7};"
            f"{chance.randint(1, 10**10)}"
            for n in range(300)
        ]
        total = sum(int(row.rsplit(";", 1)[1]) for row in rows)
        text = HEAD + "\n".join([*rows, f";Tổng cộng;;;;;;;;{total}", "", ";Người lập"])
        quick, slow = self._read_both_ways(text)
        self.assertEqual(quick[0], [True, True])
        self.assertEqual(slow[0], [False, False])
        self.assertEqual(len(slow[2]), 300)
        self.assertEqual(quick[1:], slow[1:])
        self.assertEqual(slow[3], "agrees")
