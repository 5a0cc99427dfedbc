"""What became of earlier differences when a reconciliation is run again."""

from typing import NamedTuple

# what a person said, or the age of a difference: it outlives a new proposal
INHERITED = ("owner_id", "date_due", "comment", "date_found")
ABOUT = (
    "measure",
    "span",
    "source",
    "project_id",
    "program_id",
    "unit_id",
    "plan_year",
    "origin_year",
    "nature",
)


class Plan(NamedTuple):
    """What is to be written."""

    created: list
    updated: list
    settled: list
    deleted: list
    # lists of keys that leave the difference they stood in
    released: list


class Standing:
    """The differences of the run before.

    :param list lines: what ``store.reconciliation_lines.read_standing`` returns
    :param today: when differences are found that stood nowhere
    """

    def __init__(self, lines, today):
        self.today = today
        self.payments = [line for line in lines if line["measure"] == "payment"]
        self.totals = {
            self._about(line): line for line in lines if line["measure"] != "payment"
        }
        self.kept, self.left = set(), {}
        self.released = []

    def keep_decisions(self, left):
        """Return the figures that are free for a new proposal, decisions put aside.

        :param dict left: {key: figure} of all that does not agree now
        """
        self.left = left
        free = dict(left)
        for line in self.payments:
            is_whole = line["keys"] and all(key in left for key in line["keys"])
            if self._is_decided(line) and is_whole:
                self.kept.add(line["id"])
                for key in line["keys"]:
                    free.pop(key, None)
        return list(free.values())

    def plan(self, lines):
        """Return how to get from the old differences to the new ones (``Plan``)."""
        plan = Plan([], [], [], [], self.released)
        of_key = {key: line for line in self.payments for key in line["keys"]}
        reused = set()
        for line in lines:
            if line["measure"] == "payment":
                self._place_payment(line, of_key, reused, plan)
            else:
                self._place_total(line, reused, plan)
        for old in self.payments:
            if old["id"] not in self.kept | reused:
                self._drop(old, plan)
        plan.settled.extend(
            old["id"] for old in self.totals.values() if old["id"] not in reused
        )
        return plan

    def _place_payment(self, line, of_key, reused, plan):
        """Put a new proposal onto the old line of the same figures, if there is one."""
        keys = [_key_of(item) for item in line["items"]]
        olds = list({of_key[k]["id"]: of_key[k] for k in keys if k in of_key}.values())
        self._inherit(line, olds)
        if len(olds) == 1 and set(olds[0]["keys"]) == set(keys):
            reused.add(olds[0]["id"])
            plan.updated.append({**line, "id": olds[0]["id"]})
        else:
            plan.created.append(line)

    def _place_total(self, line, reused, plan):
        old = self.totals.get(self._about(line))
        self._inherit(line, [old] if old else [])
        if not old:
            plan.created.append(line)
            return
        reused.add(old["id"])
        amounts = ("amount_own", "amount_treasury")
        if self._is_decided(old) and all(old[n] == line[n] for n in amounts):
            line["state"] = old["state"]
        plan.updated.append({**line, "id": old["id"]})

    def _inherit(self, line, olds):
        """Give a proposal what people said about its figures, and their age."""
        line["state"] = "proposed"
        for name in INHERITED:
            said = [old[name] for old in olds if old[name]]
            if said:
                line[name] = min(said) if name == "date_found" else said[0]
        line.setdefault("date_found", self.today)

    def _drop(self, old, plan):
        """Settle an old difference whose figures agree now; delete one made anew."""
        differing = [key for key in old["keys"] if key in self.left]
        if not differing or old["state"] == "fixed" or self._is_decided(old):
            plan.settled.append(old["id"])
            plan.released.append(differing)
        else:
            plan.deleted.append(old["id"])

    def _is_decided(self, line):
        return line["state"] in {"accepted", "rejected"} or (
            line["state"] == "proposed" and line["is_manual"]
        )

    def _about(self, line):
        return tuple(line.get(name) or None for name in ABOUT)


def _key_of(item):
    """Return the key of a figure: side, id of the record, measure."""
    if item["entry_id"]:
        return "own", item["entry_id"], ""
    return "treasury", item["statement_line_id"], item["kind"]
