"""What people do with capital at random: allocate, adjust, pay, reverse.

Every operation is a whole document: made and submitted by one, approved by others.
What it picks and how much comes from the random numbers; about one in six wants more
than there is.
"""

from contextlib import contextmanager

from odoo.api import SUPERUSER_ID, Environment
from odoo.fields import Command

from odoo.addons.mtqg_disbursement.store import measures

WEIGHTS = {"allocate": 8, "adjust": 4, "pay": 7, "reverse": 3}
GREED = 1.2
FAR = "2099-12-31"


class Operations:
    """The operations of one process."""

    def __init__(self, world, rng, call):
        self.world, self.rng, self.call = world, rng, call
        self.number = 0

    def choose(self):
        """Return the name of the next operation."""
        return self.rng.choices(list(WEIGHTS), WEIGHTS.values())[0]

    # === OPERATIONS === #

    def allocate(self):
        """Pass capital of a balance on to one to three units or projects below it."""
        balance = self._pick(at_project=False)
        if not balance:
            return None
        place = self.world.places[balance["unit_id"]]
        places = [
            {"unit_id": below.unit, "project_id": False} for below in place.below
        ] or [
            {"unit_id": place.unit, "project_id": project} for project in place.projects
        ]
        lines = [
            {
                **self.rng.choice(places),
                "parent_id": balance["id"],
                "program_id": self.world.program,
                "amount": self._amount(balance["available"] // 2),
            }
            for _line in range(self.rng.randint(1, 3))
        ]
        decision = self._decide(place, "supplement", lines)
        return self.call(place.officer, lambda env: self._enter_tabmis(env, decision))

    def adjust(self):
        """Move capital between two balances below one, or take some back."""
        pair = self._pick_siblings()
        if not pair:
            return None
        place = self.world.places[pair[0]["issuer_id"]]
        amount = self._amount(pair[0]["available"])
        lines = [
            {"allocation_id": pair[0]["id"], "amount": -amount},
            {"allocation_id": pair[-1]["id"], "amount": amount},
        ]
        return self._decide(place, "adjust", lines[: len(pair)])

    def pay(self):
        """Pay from a project's balance: advance, completed volume, or a refund."""
        balance = self._pick(at_project=True)
        if not balance:
            return None
        kind = self.rng.choice(
            ("advance", "advance", "completed", "completed", "refund_advance")
        )
        held = balance["advance"] if kind == "refund_advance" else balance["available"]
        values = {"kind": kind, "amount": self._amount(held)}
        if kind == "completed":
            values["amount_recovered"] = min(
                values["amount"], self._amount(balance["advance"])
            )
        return self._pay(balance, values)

    def reverse(self):
        """Undo a posted document of any unit by a reversing document."""
        posted = self._pick_posted()
        if not posted:
            return None
        model, document, unit = posted
        place = self.world.places[unit]

        def job(env):
            action = env[model].browse(document).action_reverse("Entered twice")
            reversal = env[model].browse(action["res_id"])
            reversal.action_submit()
            return reversal.id

        reversal = self.call(place.officer, job)
        self._approve(model, reversal, place.leader)
        if model == "mtqg.disbursement":
            self._approve(model, reversal, self.world.treasurer)
        return reversal

    # === DOCUMENTS === #

    def _decide(self, place, kind, lines):
        values = {
            "number": self._next_number(),
            "date": "2024-02-01",
            "kind": kind,
            "plan_year": 2024,
            "unit_id": place.unit,
            "line_ids": [Command.create(line) for line in lines],
        }
        decision = self._submit("mtqg.decision", place.officer, values)
        self._approve("mtqg.decision", decision, place.leader)
        return decision

    def _pay(self, balance, values):
        place = self.world.places[balance["unit_id"]]
        values |= {
            "number": self._next_number(),
            "date": "2024-03-01",
            "allocation_id": balance["id"],
        }
        voucher = self._submit("mtqg.disbursement", place.officer, values)
        for approver in (place.leader, self.world.treasurer):
            self._approve("mtqg.disbursement", voucher, approver)
        return voucher

    def _submit(self, model, maker, values):
        def job(env):
            document = env[model].create(values)
            document.action_submit()
            return document.id

        return self.call(maker, job)

    def _approve(self, model, document, approver):
        self.call(approver, lambda env: env[model].browse(document).action_approve())

    def _enter_tabmis(self, env, decision):
        balances = env["mtqg.decision"].browse(decision).line_ids.allocation_id
        return balances.enter_tabmis(date="2024-02-02")

    def _next_number(self):
        self.number += 1
        return f"{self.rng.getrandbits(40):010x}-{self.number}"

    # === CHOICES === #

    def _amount(self, most):
        return max(1, int(most * self.rng.uniform(0, GREED)))

    def _pick(self, at_project):
        rows = [
            row
            for row in self._read_balances()
            if row["available"] > 0 and bool(row["project_id"]) == at_project
        ]
        return self.rng.choice(rows) if rows else None

    def _pick_siblings(self):
        """Return one or two balances that were given from the same one."""
        rows = [row for row in self._read_balances() if row["parent_id"]]
        if not rows:
            return []
        first = self.rng.choice(rows)
        second = self.rng.choice(
            [row for row in rows if row["parent_id"] == first["parent_id"]]
        )
        return [first] if second == first else [first, second]

    def _read_balances(self):
        with self._reading() as env:
            tree = env["mtqg.allocation"].search(
                [("id", "child_of", self.world.balance)], order="id"
            )
            # from the entries, so that it also holds where no trigger counts them
            sums = measures.balances_at(env, tree.ids, FAR)
            return [
                {
                    **figures,
                    "unit_id": balance.unit_id.id,
                    "project_id": balance.project_id.id,
                    "parent_id": balance.parent_id.id,
                    "issuer_id": balance.parent_id.unit_id.id,
                }
                for balance, figures in zip(tree, sums, strict=True)
            ]

    def _pick_posted(self):
        with self._reading() as env:
            posted = [
                (model, document.id, document.unit_id.id)
                for model in ("mtqg.decision", "mtqg.disbursement")
                for document in env[model].search(
                    [
                        ("unit_id", "in", list(self.world.places)),
                        ("workflow_state", "=", "done"),
                        ("is_reversal", "=", False),
                    ],
                    order="id",
                )
                if not document.is_reversed
                and (model, document.id) != self.world.opening
            ]
        return self.rng.choice(posted) if posted else None

    @contextmanager
    def _reading(self):
        with self.world.registry.cursor(readonly=True) as cr:
            yield Environment(cr, SUPERUSER_ID, {})
