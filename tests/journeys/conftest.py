"""A server on a clone of the template database, and a browser before it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from .common import Person, Register

BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
)
PATIENCE = 120  # seconds for the server to answer


def pytest_collection_modifyitems(items):
    """Make the browser's journeys first: a test case of Odoo ends all child processes.

    The server before the browser is one of them.
    """
    here = Path(__file__).parent
    places = [place for place, item in enumerate(items) if here in item.path.parents]
    journeys = sorted(
        (items[place] for place in places),
        key=lambda item: item.cls is not None,
    )
    for place, item in zip(places, journeys, strict=True):
        items[place] = item


def free_port():
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url, server, log):
    """Wait until the server answers; show its log if it does not."""
    for _attempt in range(PATIENCE * 4):
        try:
            urllib.request.urlopen(f"{url}/web/health", timeout=2)
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.25)
        else:
            return
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def database():
    """Yield a clone of the template with the demonstration province."""
    from odoo.tools import config

    template = os.environ["MTQG_TEMPLATE"]
    name = f"{os.environ.get('MTQG_TEST_DB', 'mtqg_test')}_journey_{os.getpid()}"
    store = Path(config["data_dir"]) / "filestore"
    subprocess.run(["createdb", "-T", template, name], check=True)
    if (store / template).exists():
        shutil.copytree(store / template, store / name, copy_function=os.link)
    yield name
    subprocess.run(["dropdb", "--force", name], check=True)
    shutil.rmtree(store / name, ignore_errors=True)


@pytest.fixture(scope="session")
def url(database, tmp_path_factory):
    """Yield the address of a server of its own."""
    log = tmp_path_factory.mktemp("odoo") / "server.log"
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = [
        Path(sys.executable).with_name("odoo"),
        "-d",
        database,
        f"--db-filter=^{database}$",
        f"--http-port={port}",
        "--max-cron-threads=0",
        f"--logfile={log}",
    ]
    server = subprocess.Popen(command)
    try:
        wait_for(address, server, log)
        yield address
    finally:
        # its database goes too: there is nothing to end gracefully
        server.kill()
        server.wait(30)


@pytest.fixture(scope="session")
def browser():
    """Yield the machine's own browser."""
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        chromium = playwright.chromium.launch(
            executable_path=program, args=BROWSER_OPTIONS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def register(url, database):
    """Return what reads the stored records."""
    return Register(url, database)


@pytest.fixture
def person(browser, url):
    """Return a function that seats a demo user at the browser."""
    seated = []

    def sit_down(login):
        seated.append(Person(browser, url, login))
        return seated[-1]

    yield sit_down
    for somebody in seated:
        somebody.leave()
