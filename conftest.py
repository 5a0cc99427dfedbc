"""What both test runs share: pure rooms, no quiet skips, a tally of the results."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ADDONS = Path(__file__).parent / "odoo_addons"
PURE_ROOMS = {
    "engine": "mtqg_disbursement",
    "files": "mtqg_disbursement",
    "layout": "mtqg_reports",
}


def _open_pure_room(name, addon):
    """Make ``import engine.x`` work without running the addon's own __init__.

    The folder of the addon stays off the path: `models` or `tests` in it would hide
    other packages of that name.
    """
    init = ADDONS / addon / name / "__init__.py"
    if name in sys.modules or not init.exists():
        return
    spec = importlib.util.spec_from_file_location(
        name, init, submodule_search_locations=[str(init.parent)]
    )
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


for _name, _addon in PURE_ROOMS.items():
    _open_pure_room(_name, _addon)


# a busy machine makes no test fail
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_configure(config):
    """Give Odoo's test classes outside an addon the tags that Odoo expects of each."""
    if config.pluginmanager.hasplugin("odoo"):
        from odoo.tests import BaseCase

        BaseCase.test_tags = {"standard", "post_install"}
        BaseCase.test_module = "tests"


def _refuse_skip(report):
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be skipped here: {report.longrepr}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    """A browser test that cannot run is a failure, not a quiet skip."""
    _refuse_skip((yield).get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report():
    """Nor may a whole file stay away."""
    _refuse_skip((yield).get_result())


def pytest_terminal_summary(terminalreporter):
    """Hand ``passed failed`` over to ./mtqg, which adds up its two runs."""
    if tally := os.environ.get("MTQG_TALLY"):
        stats = terminalreporter.stats
        passed = len(stats.get("passed", []))
        failed = len(stats.get("failed", [])) + len(stats.get("error", []))
        with open(tally, "a", encoding="utf-8") as file:
            file.write(f"{passed} {failed}\n")
