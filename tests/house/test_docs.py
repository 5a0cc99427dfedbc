"""What the pages for other addons name is there."""

import re

from walls import ADDONS, ROOT

PAGE = ROOT / "docs" / "workflow-mixin.md"
SOURCE = "\n".join(
    path.read_text("utf-8")
    for path in sorted((ADDONS / "mtqg_disbursement" / "models").glob("*workflow*.py"))
)


def test_every_name_of_the_mixin_exists():
    page = PAGE.read_text("utf-8")
    names = set(re.findall(r"`((?:_?workflow_|_|action_|can_|is_|get_)\w+)", page))
    assert len(names) > 30
    gone = {
        name
        for name in names
        if not re.search(rf"^\s+(def {name}\(|{name} = )", SOURCE, re.MULTILINE)
    }
    assert not gone


def test_every_move_has_the_signature_that_the_page_gives():
    page = PAGE.read_text("utf-8")
    moves = re.findall(r"^\| `(action_\w+)\(([^)]*)\)`", page, re.MULTILINE)
    assert len(moves) == 8
    for name, arguments in moves:
        assert f"def {name}(self, {arguments}):" in SOURCE
