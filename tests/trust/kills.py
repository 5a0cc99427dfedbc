"""Processes that are killed with signal 9 in the middle of their work."""

import os
import signal
import time

from odoo import sql_db


def kill_during(registry, job, delay):
    """Run a job in a process of its own, and kill it so many seconds after its start.

    :param job: called with ``started``, which it calls when the work begins
    :return: whether the kill struck before the job had ended
    """
    # a connection is not shared between processes
    sql_db.close_all()
    read_end, write_end = os.pipe()
    child = os.fork()
    if not child:
        job(started=lambda: os.write(write_end, b"x"))
        os._exit(0)
    os.read(read_end, 1)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    os.close(read_end), os.close(write_end)
    _wait_for_database(registry)
    return os.WIFSIGNALED(status)


def _wait_for_database(registry):
    """Wait until the server has ended the killed process's session."""
    for _tenth in range(1200):
        with registry.cursor() as cr:
            cr.execute(
                """SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
            )
            if cr.fetchone() == (0,):
                break
        time.sleep(0.05)
