"""Large files that the database reads by itself: the same lines, or none."""

import csv
import io
import random
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from unittest.mock import patch

import xlsxwriter

from odoo.tests import tagged

from odoo.addons.mtqg_disbursement.files.limits import STATEMENT_LIMITS
from odoo.addons.mtqg_disbursement.models import statement_plain_load
from odoo.addons.mtqg_disbursement.models.statement_plain_load import PlainLoad
from odoo.addons.mtqg_disbursement.tests.test_statement import StatementCase

HEAD = (
    "BẢNG KÊ CHỨNG TỪ\nĐơn vị tính: {unit}\n"
    "STT;Mã dự án;Mã CTMT;Mã ĐVQHNS;Năm KHV;Tính chất vốn;Loại thanh toán;"
    "Số chứng từ;Ngày hạch toán;Diễn giải;Số tiền\n"
)
UNITS = {"đồng": 0, "nghìn đồng": 3, "triệu đồng": 6}
FILES, WORKBOOKS = 60, 30
# cells that make a row one for the engine: of any column
ODD = (
    "", "  ", "-", "x", "Cộng", "Tổng cộng", "1.234", "1.234,5", "1,234,567", "+5",
    "1e5", "0x1F", "12/2025", "31/02/2025", "2025-05-06", "5/6/2025", "05-06-2025",
    "05/06/25", "7.000.001", "7000001 - Đường A", "7000001-A", "A-01", "'7000001",
    "2024.0", "1999", "Nộp hoàn trả vốn", "hai  khoảng trắng", " đầu", "=1+1",
    "A\u00a0B", "e\u0301", "\ufeffA", "Cộng đồng thôn 2", '"trích"', 'a "b" c',
    "(5.000)", "−5", "5,3 tỷ", "1000000000000000", "Thu hồi tạm ứng", "Loại lạ",
    "Vốn sự nghiệp", "²", "１２", "7000001\u200b",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestStatementPlain(StatementCase):
    """Files are read both ways, and the lines compared."""

    @contextmanager
    def _from_bytes_on(self, fewest):
        """Let files of so many bytes go the quick way; yield whether they did."""
        taken, run = [], PlainLoad.run

        def noted(load, goal):
            taken.append(run(load, goal))
            return taken[-1]

        limits = replace(STATEMENT_LIMITS, apart=fewest)
        with (
            patch.object(statement_plain_load, "FEWEST_BYTES", fewest),
            patch.object(statement_plain_load, "STATEMENT_LIMITS", limits),
            patch.object(PlainLoad, "run", noted),
        ):
            yield taken

    def _read(self, text, fewest):
        """Return whether a file went the quick way, and what came of it."""
        statement = self._make_statement(text)
        with self._from_bytes_on(fewest) as taken:
            errors = statement.action_check()
            found = [errors, statement.amount_total, statement.totals_status]
            if not errors:
                statement.action_import()
        result = found + self._list_lines(statement)
        statement.unlink()
        return taken[-1], result

    def _list_lines(self, statement):
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT row, cell_column, project, program, unit, origin_year, nature,
                      kind, voucher, date, content, advance, completed, recovered,
                      disbursed, project_id, program_id, unit_id, digest, occurrence
                 FROM mtqg_statement_line WHERE statement_id = %s ORDER BY row""",
            [statement.id],
        )
        return self.env.cr.fetchall()

    def _write(self, chance):
        """Write a file, perhaps with an odd cell; return it and how odd it is."""
        unit = chance.choice(list(UNITS))
        style = chance.choice(["plain", "dots", "commas"])
        rows, total = [], 0
        for number in range(chance.randint(5, 25)):
            amount = chance.randint(1, 10**8)
            total += amount
            rows.append(self._row(chance, number, _grouped(amount, style)))
        odd = chance.choice([0, 0, 1, 2])
        for _time in range(odd):
            row = chance.choice(rows)
            row[chance.randrange(len(row))] = chance.choice(ODD)
        lines = [";".join(row) for row in rows]
        if chance.random() < 0.5:
            total += chance.choice([0, 0, 0, 9])
            lines.append(f";Tổng cộng;;;;;;;;;{_grouped(total, style)}")
            lines.append(";Người lập biểu")
        return HEAD.format(unit=unit) + "\n".join(lines) + "\n"

    def _row(self, chance, number, amount):
        day = f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/2025"
        kinds = ["Tạm ứng", "Thanh toán KLHT", "Nộp giảm tạm ứng", "Thu hồi tạm ứng"]
        return [
            str(number + 1),
            f"700000{chance.randint(0, 3)}",
            f"0039{chance.randint(0, 3)}",
            f"10000{chance.randint(10, 30)}",
            str(chance.randint(2022, 2025)),
            chance.choice(["Vốn đầu tư", "Vốn sự nghiệp"]),
            chance.choice(kinds),
            f"GRV-{chance.randint(1, 8)}",
            day,
            f"Thanh toán đợt {chance.randint(1, 9)}",
            amount,
        ]

    def test_both_ways_give_the_same_lines_or_the_quick_one_declines(self):
        chance = random.Random(20260101)
        quick_ones = 0
        for number in range(FILES):
            text = self._write(chance)
            is_quick, found = self._read(text, 0)
            _never, wanted = self._read(text, 2**40)
            self.assertEqual(found, wanted, f"file {number}:\n{text}")
            quick_ones += is_quick
        # one half has nothing odd, and some of what is odd reads one way only
        self.assertGreater(quick_ones, FILES // 3)
        self.assertLess(quick_ones, FILES)

    def test_both_ways_give_the_same_lines_of_workbooks_too(self):
        chance = random.Random(20260102)
        quick_ones = 0
        for number in range(WORKBOOKS):
            text = self._write(chance)
            content = _as_workbook(text, chance)
            is_quick, found = self._read(content, 0)
            _never, wanted = self._read(content, 2**40)
            self.assertEqual(found, wanted, f"workbook {number}:\n{text}")
            quick_ones += is_quick
        self.assertGreater(quick_ones, WORKBOOKS // 4)
        self.assertLess(quick_ones, WORKBOOKS)

    def test_a_large_file_takes_no_more_statements_than_a_small_one(self):
        counts = []
        for number in (50, 60, 2_000):
            rows = [
                ";".join(self._row(random.Random(n), n, str(1_000 + n)))
                for n in range(number)
            ]
            statement = self._make_statement(HEAD.format(unit="đồng") + "\n".join(rows))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            with self._from_bytes_on(0) as taken:
                statement.action_import()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(taken, [True])
            statement.unlink()
        self.assertEqual(counts[1], counts[2])

    def test_lines_that_are_here_already_are_not_kept_twice(self):
        rows = [
            ";".join(self._row(random.Random(n), n, str(1_000 + n))) for n in range(40)
        ]
        head = HEAD.format(unit="đồng")
        with self._from_bytes_on(0) as taken:
            first = self._make_statement(head + "\n".join(rows[:30]))
            first.action_import()
            # ten are new, twenty known; one comes twice in the file itself
            second = self._make_statement(head + "\n".join([*rows[10:], rows[39]]))
            second.action_import()
        self.assertEqual(taken, [True, True])
        self.assertEqual((first.line_count, first.known_count), (30, 0))
        self.assertEqual((second.line_count, second.known_count), (11, 20))
        self.assertEqual(second.known_ids.earlier_id, first)


def _grouped(amount, style):
    """Write an amount."""
    marks = {"plain": "", "dots": ".", "commas": ","}
    return f"{amount:,}".replace(",", marks[style])


def _as_workbook(text, chance):
    """Write a file as a workbook; figures and days of some columns are no texts."""
    packed = io.BytesIO()
    rows = list(csv.reader(io.StringIO(text), delimiter=";", quoting=csv.QUOTE_NONE))
    figures = {column for column in range(11) if chance.random() < 0.5}
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Bảng kê")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if column in figures and cell.isascii() and cell.isdigit():
                    sheet.write_number(number, column, int(cell))
                elif column in figures and _day_of(cell):
                    sheet.write_datetime(number, column, _day_of(cell), day)
                else:
                    sheet.write_string(number, column, cell)
    return packed.getvalue()


def _day_of(text):
    """Return the day that a text is, as the lists of the Treasury write it."""
    try:
        day, month, year = map(int, text.split("/"))
        return date(year, month, day)
    except ValueError:
        return None
