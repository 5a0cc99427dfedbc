"""The files that need no Odoo to be wrong: containers, scripts, lists of packages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from walls import ROOT, report

DOCKER = ROOT / "docker"
SCRIPTS = sorted(
    [
        ROOT / "mtqg",
        ROOT / ".ci" / "run",
        *DOCKER.rglob("*.sh"),
        *ROOT.glob("tools/*.sh"),
    ]
)
REQUIREMENTS = [*sorted(DOCKER.glob("requirements-*.txt")), DOCKER / "constraints.txt"]
PINNED = re.compile(r"[\w.-]+(\[\w+\])?==[\w.!+]+(\s*;.*)?(\s+#.*)?")


def run(tool, *arguments):
    """Run a checker of the test requirements; return its code and its complaints."""
    result = subprocess.run(
        [Path(sys.executable).parent / tool, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


def compose():
    """Return the compose file as data."""
    return yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))


def test_compose_accepts_its_file():
    code, output = run("docker-compose", "-f", "docker/compose.yaml", "config", "-q")
    assert (code, output) == (0, "")


def test_the_dockerfile_is_clean():
    assert run("hadolint", "docker/Dockerfile") == (0, "")


@pytest.mark.parametrize(
    "script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT))
)
def test_scripts_are_clean(script):
    assert run("shellcheck", str(script)) == (0, "")


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_package_is_pinned(path):
    wanted = [
        line
        for line in map(str.strip, path.read_text("utf-8").splitlines())
        if line and not line.startswith("#")
    ]
    loose = [line for line in wanted if not PINNED.fullmatch(line)]
    assert not loose, report(loose)


def test_what_compose_mounts_exists():
    missing = [
        volume
        for service in compose()["services"].values()
        for volume in service.get("volumes", ())
        if volume.startswith("./") and not (DOCKER / volume.split(":")[0]).exists()
    ]
    assert not missing, report(missing)


def test_no_secret_lies_in_the_repository():
    tracked = subprocess.run(
        ["git", "ls-files", "docker/secrets", "docker/.env"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    assert set(tracked) <= {"docker/secrets/README.md"}
