"""Kills a process with signal 9 while it loads statements, again and again.

Run by ``test_statement_crash``. After every kill, once the database has noticed, a
statement has all its lines or none, and waits for the next run if it has none.
"""

import argparse
import base64
import json
import random
import sys
import time

from kills import kill_during

from odoo.api import SUPERUSER_ID, Environment

from clones import open_registry

# the first is read by the database itself, the second row by row
LINES = (20_000, 1_500)
HEAD = (
    "Đơn vị tính: đồng;;;;;\n"
    "Mã dự án;Mã CTMT;Số chứng từ;Ngày hạch toán;Loại thanh toán;Diễn giải;Số tiền\n"
)
SHORTER = 0.8


class Office:
    """A unit whose officer has two statements, a large and a small one."""

    def __init__(self, registry):
        self.registry = registry
        with registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            self.unit = (
                env["mtqg.unit"]
                .create({"code": "CRASH", "name": "Crash", "kind": "province"})
                .id
            )

    def queue(self, number):
        """Put a statement in the queue; return its id."""
        rows = "".join(
            f"{7000000 + n % 50};00392;{number}-{n};{1 + n % 28:02}/05/2025;Tạm ứng;"
            f"Đợt {n % 9}, đường giao thông nông thôn của các xã miền núi;{1_000 + n}\n"
            for n in range(LINES[number])
        )
        # a sum in the middle is what the database does not read by itself
        rest = f"Cộng;;;;;;{sum(1_000 + n for n in range(LINES[number]))}\n" * number
        content = base64.b64encode((HEAD + rest + rows).encode())
        with self.registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            statement = env["mtqg.statement"].create(
                {"file": content, "filename": f"{number}.csv", "unit_id": self.unit}
            )
            statement.action_queue()
            return statement.id

    def run(self, started=lambda: None):
        """Load what waits, as the scheduler does."""
        started()
        with self.registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            env["mtqg.statement.job"]._run_queue()

    def look(self, statement):
        """Return what a statement is: state, lines, different lines, jobs."""
        with self.registry.cursor() as cr:
            cr.execute(
                """SELECT s.state, count(l.id), count(DISTINCT l.voucher),
                          (SELECT count(*) FROM mtqg_statement_job)
                     FROM mtqg_statement s
                     LEFT JOIN mtqg_statement_line l ON l.statement_id = s.id
                    WHERE s.id = %s GROUP BY s.id""",
                [statement],
            )
            state, lines, different, jobs = cr.fetchone()
            # each kill is one of a process of its own, not of one bad statement
            cr.execute("UPDATE mtqg_statement_job SET attempts = 0")
        return [state, lines, different, jobs]

    def delete(self, statement):
        """Delete a statement that was imported."""
        with self.registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            env["mtqg.statement"].browse(statement).unlink()


def crash_one(office, number, kills, rng):
    """Kill loadings of one statement so many times; return what was seen."""
    seen, hits = [], 0
    statement = office.queue(number)
    start = time.monotonic()
    office.run()
    duration = time.monotonic() - start
    office.delete(statement)
    statement = office.queue(number)
    while hits < kills:
        was_killed = kill_during(office.registry, office.run, duration * rng.random())
        found = office.look(statement)
        seen.append([number, was_killed, *found])
        if found[0] == "imported":
            # too late: once more from the beginning, and earlier
            duration *= SHORTER
            office.run()
            office.delete(statement)
            statement = office.queue(number)
        else:
            hits += was_killed
    office.run()
    return seen, office.look(statement)


def crash(options):
    """Return what was seen after each kill, and what is there in the end."""
    office = Office(open_registry(options.database))
    rng = random.Random(options.seed)
    seen, end = [], []
    for number in (0, 1):
        share = options.kills // 2 + (options.kills % 2) * (1 - number)
        more, last = crash_one(office, number, share, rng)
        seen += more
        end.append([number, *last])
    return {"seen": seen, "end": end}


def main():
    """Print one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=20, help="that strike")
    sys.stdout.write(json.dumps(crash(parser.parse_args())) + "\n")


if __name__ == "__main__":
    main()
