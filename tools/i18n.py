"""Bring the translation files up to date with the code, read by `odoo shell`.

Exports the terms of each addon as ``<addon>.pot`` and merges them into its ``*.po``:
what is translated stays, stale terms go, new ones wait for a translator and are listed.
"""

import io
import sys
from pathlib import Path

import polib

from odoo.modules.module import get_module_path
from odoo.tools.translate import trans_export


def export_terms(module):
    """Return the terms of a module as Odoo exports them now."""
    out = io.BytesIO()
    trans_export(False, [module], out, "po", env)
    template = polib.pofile(out.getvalue().decode())
    # without dates, the same terms make the same file
    for name in ("POT-Creation-Date", "PO-Revision-Date"):
        template.metadata.pop(name)
    return template


def merge(path, template):
    """Rewrite a translation with the terms of today; return those that miss in it."""
    old = polib.pofile(str(path))
    done = {entry.msgid: entry.msgstr for entry in old if entry.translated()}
    new = polib.POFile()
    new.header = template.header
    kept = {name: old.metadata[name] for name in ("Language", "Plural-Forms")}
    new.metadata = template.metadata | kept
    for entry in template:
        new.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=done.get(entry.msgid, ""),
                comment=entry.comment,
                occurrences=entry.occurrences,
                flags=entry.flags,
            )
        )
    new.save(str(path))
    return [f"{path}: {entry.msgid!r}" for entry in new.untranslated_entries()]


missing = []
for addon in env["ir.module.module"].search(
    [("name", "=like", r"mtqg\_%"), ("state", "=", "installed")]
):
    folder = Path(get_module_path(addon.name)) / "i18n"
    terms = export_terms(addon.name)
    terms.save(str(folder / f"{addon.name}.pot"))
    for translation in sorted(folder.glob("*.po")):
        missing += merge(translation, terms)
if missing:
    sys.exit("\n".join(["not translated yet:", *missing]))
