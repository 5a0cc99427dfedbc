"""Cancels and kills work in the background while its SQL is running.

Run by ``test_queues``. A second session holds a table that the work writes: so the work
stands in the middle of a long statement for as long as is needed.
"""

import argparse
import base64
import json
import os
import signal
import sys
import time
from contextlib import contextmanager

from comparing import Office as ComparingOffice

from odoo import sql_db
from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError
from odoo.service.model import retrying

from clones import open_registry

LINES = 20_000
MOST_ATTEMPTS = 5
HEAD = (
    "Đơn vị tính: đồng;;;;;\n"
    "Mã dự án;Mã CTMT;Số chứng từ;Ngày hạch toán;Loại thanh toán;Diễn giải;Số tiền\n"
)
_BLOCKED = """SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'"""
_OTHERS = """SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()"""


class Queue:
    """One kind of work, on documents of one officer."""

    def __init__(self, registry, officer, model, parts):
        self.registry, self.officer = registry, officer
        self.model, self.parts = model, parts

    @contextmanager
    def env(self, user=SUPERUSER_ID):
        """Yield an environment in a transaction of its own."""
        with self.registry.cursor() as cr:
            env = Environment(cr, user, {})
            env.transaction.default_env = env
            yield env

    def ask(self, document):
        """Put a document into the queue, as its officer."""
        with self.env(self.officer) as env:
            env[self.model].browse(document)._enqueue()

    def run(self):
        """Make one pass of the queue."""
        with self.env() as env:
            env[self.model].job_ids._run_queue()

    def cancel(self, document):
        """Press the button, as a remote call of the officer; return what it says."""
        with self.env(self.officer) as env:
            record = env[self.model].browse(document)

            def press():
                answer = record.action_cancel_job()
                # a request ends later than what it calls
                time.sleep(0.3)
                return answer

            try:
                return retrying(press, env)
            except UserError as error:
                return str(error)

    def look(self, document):
        """Return what is there of a document."""
        with self.env() as env:
            record = env[self.model].browse(document)
            letter = record.message_ids.filtered("partner_ids")[:1]
            is_statement = self.model == "mtqg.statement"
            return {
                "state": record.state if is_statement else bool(record.date_run),
                "parts": len(record[self.parts]),
                "job": record.job_ids.state,
                "attempts": record.job_ids.attempts,
                "message": record.job_text or "",
                "under_way": record.get_progress()["is_under_way"],
                "letter": letter.preview or "",
                "to": letter.partner_ids.user_ids.ids,
            }

    @contextmanager
    def blocked_work(self):
        """Yield a process that stands in the middle of writing the parts."""
        # a connection is not shared between processes
        sql_db.close_all()
        with self.registry.cursor() as cr:
            table = self.registry[self.model]._fields[self.parts].comodel_name
            name = table.replace(".", "_")
            cr.execute(f"LOCK TABLE {name} IN SHARE MODE")
            child = os.fork()
            if not child:
                self._work_and_exit()
            self._wait_until(_BLOCKED, lambda count: count > 0)
            yield child
        _pid, status = os.waitpid(child, 0)
        sql_db.close_all()
        self._wait_until(_OTHERS, lambda count: not count)
        assert os.WIFSIGNALED(status) or not status, f"the worker failed: {status}"

    def _work_and_exit(self):
        # the connections of the parent stay the parent's
        sql_db._Pool = None
        try:
            self.run()
            os._exit(0)
        finally:
            os._exit(1)

    def _wait_until(self, question, is_reached):
        for _moment in range(1200):
            with self.registry.cursor() as cr:
                cr.execute(question)
                [[count]] = cr.fetchall()
            if is_reached(count):
                return
            time.sleep(0.05)
        raise AssertionError(question)


def interrupt(queue, document):
    """Cancel while the SQL runs, cancel what has ended, and do it after all."""
    queue.ask(document)
    with queue.blocked_work():
        # a second worker has nothing to take
        queue.run()
        while_running = queue.look(document)
        pressed = queue.cancel(document)
        for _moment in range(200):
            if not queue.look(document)["under_way"]:
                break
            time.sleep(0.05)
        # the table is still held: only the signal can have ended the work
        cancelled = queue.look(document)
    late = queue.cancel(document)
    queue.ask(document)
    queue.run()
    return {
        "running": while_running,
        "pressed": pressed,
        "cancelled": cancelled,
        "late": late,
        "done": queue.look(document),
    }


def wait_in_line(queue, document):
    """Cancel what nobody works on: in the queue, and left by a killed worker."""
    queue.ask(document)
    queue.cancel(document)
    queued = queue.look(document)
    queue.ask(document)
    with queue.blocked_work() as worker:
        os.kill(worker, signal.SIGKILL)
    left = queue.look(document)
    queue.cancel(document)
    return {"queued": queued, "left": left, "cancelled": queue.look(document)}


def wear_out(queue, document):
    """Kill the worker as often as it takes, then ask again."""
    queue.ask(document)
    seen = []
    for _attempt in range(MOST_ATTEMPTS):
        with queue.blocked_work() as worker:
            os.kill(worker, signal.SIGKILL)
        seen.append(queue.look(document))
    queue.run()
    given_up = queue.look(document)
    queue.run()
    still = queue.look(document)
    queue.ask(document)
    queue.run()
    return {
        "seen": seen,
        "given_up": given_up,
        "still": still,
        "done": queue.look(document),
    }


def make_statements(registry, officer, count):
    """Return statements of an officer, of so many lines each."""
    with registry.cursor() as cr:
        env = Environment(cr, officer, {})
        env.user.sudo().lang = "en_US"
        return [
            env["mtqg.statement"]
            .create(
                {
                    "filename": f"thang-{number}.csv",
                    "file": base64.b64encode(
                        (HEAD + "".join(_list_rows(number))).encode()
                    ),
                }
            )
            .id
            for number in range(count)
        ]


def _list_rows(number):
    for n in range(LINES):
        yield (
            f"{7000000 + n % 50};00392;{number}-{n};{1 + n % 28:02}/05/2025;Tạm ứng;"
            f"Đợt {n % 9}, đường giao thông nông thôn của các xã miền núi;{1_000 + n}\n"
        )


def main():
    """Print one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    options = parser.parse_args()
    registry = open_registry(options.database)
    office = ComparingOffice(registry, 3)
    officer = office.officer
    statements = make_statements(registry, officer, 3)
    loading = Queue(registry, officer, "mtqg.statement", "line_ids")
    comparing = Queue(registry, officer, "mtqg.reconciliation", "line_ids")
    result = {"officer": officer}
    for queue, documents in (
        (loading, statements),
        (comparing, office.documents),
    ):
        result[queue.model] = {
            "interrupt": interrupt(queue, documents[0]),
            "wait_in_line": wait_in_line(queue, documents[1]),
            "wear_out": wear_out(queue, documents[2]),
        }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
