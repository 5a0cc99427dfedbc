"""Statements of the Treasury, against the least that a database has to do.

A million vouchers as CSV: the floor copies the file into a table of texts, looks up the
codes, types and tests each cell, and inserts lines with a key and one index. 200,000 as
a workbook: the floor hands the rows of the parser to COPY, then inserts them likewise.
Ours is the whole import: the guess of the profile, the checks, the digest that keeps a
line from being kept twice, the sums, the record.
"""

import base64
import csv
import io
import os
import random
import resource
from itertools import count as counted
from itertools import islice
from unittest.mock import patch

import xlsxwriter
from python_calamine import CalamineWorkbook

from measure import compare, measure, queries, row, tidy, undone

PARTS = ("reconcile",)
LINES = int(os.environ.get("MTQG_BENCH_LINES", "1000000"))
SHEET_LINES = LINES // 5
HEADING = (
    "STT", "Mã dự án", "Mã CTMT", "Mã ĐVQHNS", "Năm KHV", "Tính chất vốn", "Loại chi",
    "Số chứng từ", "Ngày hạch toán", "Diễn giải", "Số tiền", "Ghi chú",
)  # fmt: skip
KINDS = ("Tạm ứng", "Thanh toán KLHT", "Thu hồi tạm ứng")
LOAD_GOAL, SHEET_GOAL = 1.5, 1.3
MOST_STATEMENTS, MOST_SECONDS, MOST_MEGABYTES = 12, 0.5, 50
TIMES = counted()
CELLS = ", ".join(f"c{number} text" for number in range(len(HEADING)))


def run(env):
    """Yield the lines of loading CSV and of loading a workbook."""
    make_lines(env)
    unit = make_register(env)
    yield from load_csv(env, unit)
    yield from load_workbook(env, unit)


# === Data === #


def make_register(env):
    """Make a province with 500 units and 2,000 projects; return it."""
    units = env["mtqg.unit"]
    province = units.create({"code": "BENCH", "name": "Bench", "kind": "province"})
    communes = units.create(
        [
            {
                "code": f"BENCH-{number}",
                "budget_code": str(1_000_000 + number),
                "name": f"Commune {number}",
                "kind": "commune",
                "parent_id": province.id,
            }
            for number in range(500)
        ]
    )
    program = env.ref("mtqg_disbursement.program_ntm")
    env["mtqg.project"].create(
        [
            {
                "code": str(7_000_000 + number),
                "name": f"Road {number}",
                "unit_id": communes[number % len(communes)].id,
                "program_id": program.id,
            }
            for number in range(2_000)
        ]
    )
    env.flush_all()
    env.cr.execute("ANALYZE mtqg_project, mtqg_unit")
    return province


def rows(count, seed=1):
    """Yield the rows of a list of vouchers."""
    chance = random.Random(seed)
    for number in range(count):
        yield (
            str(number + 1),
            str(7_000_000 + chance.randrange(2_000)),
            f"00{390 + chance.randrange(10)}",
            str(1_000_000 + chance.randrange(500)),
            str(2022 + chance.randrange(4)),
            "Vốn đầu tư" if chance.random() < 0.7 else "Vốn sự nghiệp",
            chance.choice(KINDS),
            f"GRV-{number:07}",
            f"{1 + chance.randrange(28):02}/{1 + chance.randrange(12):02}/2025",
            f"Thanh toán đợt {chance.randrange(9)} đường giao thông nông thôn",
            str(chance.randrange(1_000_000, 999_999_999)),
            "",
        )


def write_csv(count):
    """Return a file of vouchers."""
    text = io.StringIO()
    text.write("BẢNG KÊ CHỨNG TỪ;;;;;;;;;;;\nĐơn vị tính: đồng;;;;;;;;;;;\n")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(HEADING)
    writer.writerows(rows(count))
    return text.getvalue().encode()


def write_workbook(count):
    """Return the same as a workbook; the amounts are numbers."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Bang ke")
        sheet.write_string(0, 0, "Đơn vị tính: đồng")
        for column, text in enumerate(HEADING):
            sheet.write_string(1, column, text)
        for number, cells in enumerate(rows(count), 2):
            for column, cell in enumerate(cells):
                if column in (0, 10):
                    sheet.write_number(number, column, int(cell))
                elif cell:
                    sheet.write_string(number, column, cell)
    return packed.getvalue()


def make_statement(env, unit, content, filename):
    """Return a statement whose file was checked, to be loaded."""
    statement = env["mtqg.statement"].create(
        {
            "file": base64.b64encode(content),
            "filename": filename,
            "unit_id": unit.id,
            "date_from": "2025-01-01",
            "date_to": "2025-12-31",
        }
    )
    # a person looks at the check before he imports
    if statement.action_check():
        raise SystemExit(f"{filename} is not read")
    env.flush_all()
    return statement


# === The floor === #


def floor_insert(env):
    """Insert what is staged: typed, looked up, with a code for what is wrong."""
    env.cr.execute(
        r"""INSERT INTO bench_line (statement_id, row, project, program, unit,
                   origin_year, nature, kind, voucher, date, content, amount,
                   project_id, program_id, unit_id, error)
            SELECT 1, row_number() OVER (), c1, c2, c3,
                   CASE WHEN c4 ~ '^\d{4}$' THEN c4::int4 END, c5, c6, c7,
                   CASE WHEN c8 ~ '^\d{1,2}/\d{1,2}/\d{4}$'
                        THEN to_date(c8, 'DD/MM/YYYY') END,
                   c9, CASE WHEN c10 ~ '^-?\d{1,15}(\.0)?$' THEN c10::numeric::int8 END,
                   p.id, g.id, u.id,
                   CASE WHEN p.id IS NULL THEN 'project'
                        WHEN g.id IS NULL THEN 'program'
                        WHEN u.id IS NULL THEN 'unit'
                        WHEN c10 !~ '^-?\d{1,15}(\.0)?$' THEN 'amount'
                        WHEN c8 !~ '^\d{1,2}/\d{1,2}/\d{4}$' THEN 'date' END
              FROM bench_staged s
              LEFT JOIN mtqg_project p ON p.code = s.c1
              LEFT JOIN mtqg_program g ON g.target_code = s.c2
              LEFT JOIN mtqg_unit u ON u.budget_code = s.c3"""
    )


def make_lines(env):
    """Make the lines of the floor, as they are there before any file comes.

    In a transaction of its own: to a table that is made in the transaction that fills
    it, PostgreSQL may write without a log, which no register can.
    """
    with env.registry.cursor() as cr:
        cr.execute(
            """CREATE TABLE bench_line (id serial PRIMARY KEY, statement_id int4,
                   row int4, project text, program text, unit text, origin_year int4,
                   nature text, kind text, voucher text, date date, content text,
                   amount int8, project_id int4, program_id int4, unit_id int4,
                   error text);
               CREATE INDEX ON bench_line (statement_id, voucher)"""
        )


def stage_floor(env, stream, options):
    """Copy rows into a table of texts."""
    env.cr.execute(f"CREATE TEMP TABLE bench_staged ({CELLS}) ON COMMIT DROP")
    env.cr.copy_expert(
        f"COPY bench_staged FROM STDIN (FORMAT csv{options})", stream, 2**20
    )


def floor_csv(env, content):
    """Load the CSV the least way."""
    with undone(env):
        body = content.split(b"\n", 3)[3]
        stage_floor(env, io.BytesIO(body), ", DELIMITER ';'")
        floor_insert(env)


class SheetStream(io.RawIOBase):
    """Rows of a parser as CSV, a thousand at a time."""

    def __init__(self, lines):
        self.lines = lines

    def read(self, _size=-1):
        text = io.StringIO()
        csv.writer(text).writerows(islice(self.lines, 1_000))
        return text.getvalue().encode()


def floor_sheet(env, content):
    """Load the workbook the least way."""
    with undone(env):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        lines = islice(book.get_sheet_by_index(0).iter_rows(), 2, None)
        stage_floor(env, SheetStream(lines), "")
        floor_insert(env)


# === Ours === #


def load_csv(env, unit):
    """Yield what the loading of CSV takes: time, statements, Python, memory."""
    content = write_csv(LINES)
    statement = make_statement(env, unit, content, "bench.csv")

    def ours():
        with undone(env):
            load(statement, LINES)

    case = f"load {LINES:,} lines of CSV"
    count = queries(env, ours)
    times = measure(ours, lambda: floor_csv(env, content), rounds=3)
    yield row("treasury", case, times, LOAD_GOAL, count)
    yield from budgets(case, ours, count)
    statement.unlink()


def load(statement, lines):
    """Load a statement, whatever its size, and see that it is there.

    Each time as lines that were never there: what is taken back leaves its keys in the
    index, and the same lines would meet them.
    """
    goal = statement._get_goal()
    goal = goal._replace(scope=goal.scope._replace(kind=f"bench {next(TIMES)}"))
    with patch.object(type(statement), "_get_goal", lambda _self: goal):
        found = statement._load_now(lambda _done, _total: None)
    statement.env.flush_all()
    if not found.is_sound or statement.line_count != lines:
        raise SystemExit(f"{statement.line_count} lines: {found.findings[:3]}")


def budgets(case, ours, count):
    """Yield what one loading takes of what it may take."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    forget_peak()
    peak = peak_megabytes()
    ours()
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    grown = peak_megabytes() - peak
    for name, value, most in (
        ("statements", count, MOST_STATEMENTS),
        ("seconds of Python", spent, MOST_SECONDS),
        ("megabytes", grown, MOST_MEGABYTES),
    ):
        yield compare("treasury", f"{case}, {name} of {most}", value / most, 1)


def forget_peak():
    """Let the largest memory be measured anew."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def peak_megabytes():
    """Return the largest memory of this process since it was forgotten."""
    with open("/proc/self/status") as file:
        [line] = [line for line in file if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def load_workbook(env, unit):
    """Yield what the loading of a workbook takes."""
    # what was taken back before is still in the tables and their indexes
    tidy(env, "mtqg_statement_line")
    tidy(env, "bench_line")
    content = write_workbook(SHEET_LINES)
    statement = make_statement(env, unit, content, "bench.xlsx")

    def ours():
        with undone(env):
            load(statement, SHEET_LINES)

    count = queries(env, ours)
    times = measure(ours, lambda: floor_sheet(env, content), rounds=3)
    case = f"load {SHEET_LINES:,} lines of XLSX"
    yield row("treasury", case, times, SHEET_GOAL, count)
