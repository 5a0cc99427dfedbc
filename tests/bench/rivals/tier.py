"""The approval module of reference, in a throw-away database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from odoo.tools import config

from clones import cloned

HERE = Path(__file__).parent
PACKAGE = "odoo-addon-base_tier_validation==19.0.1.4.6"
STATE = Path(os.environ["ODOO_RC"]).parent


def time_cycle(database):
    """Return the line's figures: dict ``ours``, ``floor`` (seconds) and ``queries``.

    :param str database: the bench's own; the rival gets one beside it
    """
    with cloned(os.environ["MTQG_BASE"], f"{database}_tier") as name:
        _run_odoo(name, "-i", "mtqg_bench_tier", "--stop-after-init")
        script = (HERE / "tier_cycle.py").read_text(encoding="utf-8")
        return json.loads(_run_odoo("shell", name, script=script).splitlines()[-1])


def _fetch_addon():
    """Return the folder with the rival's addon, fetched once."""
    target = STATE / "rivals"
    addons = target / "odoo" / "addons"
    if not (addons / "base_tier_validation").exists():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps"]
        subprocess.run([*pip, "--target", str(target), PACKAGE], check=True)
    return addons


def _run_odoo(*arguments, script=""):
    if arguments[0] == "shell":
        command, options = ["shell", "-d", arguments[1]], arguments[2:]
    else:
        command, options = ["-d", arguments[0]], arguments[1:]
    paths = [config["addons_path"], str(_fetch_addon()), str(HERE)]
    if isinstance(paths[0], list):
        paths[0] = ",".join(paths[0])
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "odoo"),
            *command,
            f"--addons-path={','.join(paths)}",
            "--no-http",
            "--log-level=error",
            *options,
        ],
        input=script,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout
