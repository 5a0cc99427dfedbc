from odoo import models

from ..clock import today_vn

# lines of each part of a letter; the rest is counted
ROWS = 20


class MtqgWorkflowDigestLetter(models.Model):
    """What a digest says, in the language of its reader."""

    _inherit = "mtqg.workflow.digest"

    # === BUSINESS METHODS === #

    def _write_letters(self, items):
        """Return ``(user, subject, body)`` for each person.

        :param dict items: {user: list of ``Item``}
        """
        shown = {user: self._sort_items(mine) for user, mine in items.items()}
        words = {}
        for lang in {user.lang for user in items}:
            mine = [
                item
                for user in items
                if user.lang == lang
                for part in shown[user].values()
                for item in part[:ROWS]
            ]
            words[lang] = self.with_context(lang=lang)._read_words(mine)
        return [
            self.with_context(lang=user.lang)._write_letter(
                user, shown[user], words[user.lang]
            )
            for user in items
        ]

    def _sort_items(self, items):
        """Return {kind: items}: what is due first, what happened last."""
        items = sorted(items, key=lambda item: (item.date, item.name or "", item.id))
        return {
            "late": [item for item in items if item.kind == "late"],
            "soon": [item for item in items if item.kind == "soon"],
            "moved": [item for item in items if item.kind == "moved"][::-1],
        }

    def _read_words(self, items):
        """Return the names that letters in one language need, each read once."""
        tasks = self.env["mtqg.workflow.task"].browse({i.task for i in items} - {0})
        events = self.env["mtqg.workflow.event"]._fields["name"]
        ids = {name: {getattr(item, name) for item in items} - {0, None}
               for name in ("unit", "transition", "actor")}  # fmt: skip
        return {
            "task": tasks._describe_each(),
            "event": dict(events._description_selection(self.env)),
            "model": {
                model: self.env["ir.model"]._get(model).name
                for model in {item.model for item in items}
            },
            "unit": _name_all(self.env["mtqg.unit"].browse(ids["unit"])),
            "transition": _name_all(
                self.env["mtqg.workflow.transition"].browse(ids["transition"])
            ),
            "actor": _name_all(self.env["res.users"].browse(ids["actor"])),
        }

    def _write_letter(self, user, parts, words):
        titles = {
            "late": self.env._("Late, and not decided yet"),
            "soon": self.env._("You must decide: the time runs out, or is over"),
            "moved": self.env._("What happened to documents"),
        }
        body = self.env["ir.qweb"]._render(
            "mtqg_disbursement.mtqg_workflow_digest_body",
            {
                "user": user,
                "url": f"{user.get_base_url()}/odoo/mtqg-inbox",
                "parts": [
                    {
                        "title": titles[kind],
                        "rows": [
                            self._describe_item(user, item, words)
                            for item in items[:ROWS]
                        ],
                        "more": len(items) > ROWS
                        and self.env._("… and %s more.", len(items) - ROWS),
                    }
                    for kind, items in parts.items()
                    if items
                ],
            },
        )
        return user, self._write_subject(parts), body

    def _write_subject(self, parts):
        timed = [*parts["late"], *parts["soon"]]
        late, moved = sum(map(_is_late, timed)), len(parts["moved"])
        texts = [
            late and self.env._("%s late", late),
            len(timed) > late and self.env._("%s due soon", len(timed) - late),
            moved and self.env._("%s moved", moved),
        ]
        return self.env._("Approvals: %s", ", ".join(filter(None, texts)))

    def _describe_item(self, user, item, words):
        """Return a line: what it is, where it belongs, and what to know of it."""
        transition = words["transition"].get(item.transition, "")
        what = {
            "late": f"{transition} · {words['task'].get(item.task, '')}",
            "soon": transition,
            "moved": f"{words['event'].get(item.event, transition)} · "
            f"{words['actor'].get(item.actor, '')}",
        }[item.kind]
        return {
            "url": f"{user.get_base_url()}/odoo/{item.model}/{item.id}",
            "name": item.name or words["model"][item.model],
            "model": words["model"][item.model],
            "unit": words["unit"].get(item.unit, ""),
            "what": what,
            "comment": item.comment,
            "date": item.date.strftime("%d/%m/%Y"),
            "is_late": _is_late(item),
        }


def _is_late(item):
    return item.kind != "moved" and item.date < today_vn()


def _name_all(records):
    return {record.id: record.name for record in records}
