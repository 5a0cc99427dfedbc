from itertools import accumulate

from odoo import api, models
from odoo.fields import Domain

from ..clock import today_vn
from ..engine.money import to_rpc
from ..store import curves

# rows of each list on the page
LATE_ROWS, TASK_ROWS = 8, 8


class MtqgUnitPage(models.Model):
    """One page of a unit: what it has, promised and paid, and what is late."""

    _inherit = "mtqg.unit"

    @api.model
    def get_my_pages(self):
        """Return the units whose page the user may open first: ``id`` and ``name``."""
        units = self.env.user.mtqg_unit_ids or self.search(
            [("parent_id", "=", False), ("kind", "!=", "treasury")]
        )
        return [{"id": unit.id, "name": unit.name} for unit in units]

    def get_page(self, plan_year=None):
        """Return the page of the unit with its subordinates for a plan year.

        :param int plan_year: the latest one with capital by default
        :return: dict ``unit``, ``year``, ``years``, ``figures`` (đồng), ``programs``,
            ``strip`` (running totals by month in đồng, milestones), ``late``, ``tasks``
        """
        self.ensure_one()
        self.check_access("read")
        years = self._find_years()
        latest = next(iter(years), today_vn().year)
        year = self.env["mtqg.measure"]._read_count(plan_year) or latest
        self.env["mtqg.forecast"]._refresh_if_stale()
        balances = Domain("unit_id", "child_of", self.id) & Domain(
            "plan_year", "=", year
        )
        late = self._read_late(balances)
        return {
            "unit": {"id": self.id, "name": self.name},
            "year": year,
            "years": years,
            "figures": {
                **self._read_figures(balances),
                "late": late["count"],
                "late_amount": late["amount"],
                "waiting": len(self._find_tasks()),
            },
            "programs": self._read_programs(balances),
            "strip": self._read_strip(balances, year),
            "late": late["rows"],
            "tasks": self._read_tasks(),
        }

    # === BUSINESS METHODS === #

    def _find_years(self):
        groups = self.env["mtqg.allocation"]._read_group(
            [("unit_id", "child_of", self.id)], ["plan_year"], order="plan_year desc"
        )
        return [year for (year,) in groups]

    def _read_figures(self, balances):
        names = ("kept", "disbursed", "advance", "available", "tabmis_missing")
        ((*sums,),) = self.env["mtqg.allocation"]._read_group(
            balances, [], [f"amount_{name}:sum" for name in names]
        )
        amounts = dict(zip(names, (value or 0 for value in sums), strict=True))
        promised = self.env["mtqg.measure"].value("committed", list(balances))
        ((at_risk,),) = self.env["mtqg.forecast"]._read_group(
            balances, [], ["amount_at_risk:sum"]
        )
        return {
            **{name: to_rpc(value) for name, value in amounts.items()},
            "promised": promised["numerator"],
            "at_risk": to_rpc(at_risk or 0),
        }

    def _read_programs(self, balances):
        """Return plan and disbursement by whole program and origin year."""
        groups = self.env["mtqg.allocation"]._read_group(
            balances,
            ["program_id", "origin_year"],
            ["amount_kept:sum", "amount_disbursed:sum", "amount_available:sum"],
        )
        rows = {}
        for program, origin_year, *amounts in groups:
            key = program.root_id, origin_year
            rows[key] = [
                a + b for a, b in zip(rows.get(key, (0, 0, 0)), amounts, strict=True)
            ]
        return [
            {
                "id": program.id,
                "program": program.display_name,
                "origin_year": origin_year,
                "plan": to_rpc(kept),
                "disbursed": to_rpc(spent),
                "available": to_rpc(left),
            }
            for (program, origin_year), (kept, spent, left) in sorted(
                rows.items(), key=lambda item: (item[0][0].sequence, -item[0][1])
            )
        ]

    # === BUSINESS METHODS - THE YEAR === #

    def _read_strip(self, balances, year):
        """Return the curves of the year as running totals, and its milestones."""
        query = self.env["mtqg.allocation"]._search(balances)
        actual = list(accumulate(curves.disburse_by_month(self.env, query)))
        today = today_vn()
        month = (today.year - year) * 12 + today.month
        actual = actual[: max(min(month, curves.MONTHS), 0)]
        return {
            "actual": [to_rpc(amount) for amount in actual],
            "promised": self._read_promised(year),
            "forecast": self._read_forecast(balances, actual),
            "milestones": self._read_milestones(year),
        }

    def _read_promised(self, year):
        groups = self.env["mtqg.commitment.deviation"]._read_group(
            [("unit_id", "child_of", self.id), ("plan_year", "=", year)],
            ["month"],
            ["amount_committed:sum"],
        )
        amounts = dict(groups)
        if not any(amounts.values()):
            return []
        months = range(1, curves.MONTHS + 1)
        return [to_rpc(sum_) for sum_ in accumulate(amounts.get(m, 0) for m in months)]

    def _read_forecast(self, balances, actual):
        """Return the expected end of the year, joined to what was disbursed so far."""
        if not 0 < len(actual) < curves.MONTHS:
            return []
        ((further,),) = self.env["mtqg.forecast"]._read_group(
            balances, [], ["amount_expected:sum"]
        )
        rest = curves.MONTHS - len(actual)
        steps = [(further or 0) * step // rest for step in range(rest + 1)]
        return [None] * (len(actual) - 1) + [
            to_rpc(actual[-1] + step) for step in steps
        ]

    def _read_milestones(self, year):
        groups = self.env["mtqg.deadline"]._read_group(
            [("unit_id", "child_of", self.id), ("plan_year", "=", year)],
            ["rule_id", "date_due:day", "state"],
            ["__count"],
        )
        rows = {}
        for rule, due, state, count in groups:
            row = rows.setdefault(
                (rule.id, due),
                {"rule": rule.display_name, "date": due.isoformat(), "states": {}},
            )
            row["states"][state] = row["states"].get(state, 0) + count
        return sorted(rows.values(), key=lambda row: row["date"])

    # === BUSINESS METHODS - WHAT IS LATE, WHAT WAITS === #

    def _read_late(self, balances):
        scope = Domain("unit_id", "child_of", self.id) & Domain("state", "=", "overdue")
        Deadline = self.env["mtqg.deadline"]
        ((count, amount),) = Deadline._read_group(
            scope, [], ["__count", "amount_missing:sum"]
        )
        rows = Deadline.search(scope, order="date_due, id", limit=LATE_ROWS)
        return {
            "count": count,
            "amount": to_rpc(amount or 0),
            "rows": [
                {
                    "id": row.id,
                    "rule": row.rule_id.display_name,
                    "subject": row.allocation_id.display_name or row.display_name,
                    "date_due": row.date_due.isoformat(),
                    "days": -row.days_left,
                    "amount": to_rpc(row.amount_missing or 0),
                }
                for row in rows
            ],
        }

    def _find_tasks(self):
        return self.env["mtqg.workflow.task"].search(
            [("is_mine", "=", True)], order="id"
        )

    def _read_tasks(self):
        return [
            {
                "model": task.res_model,
                "id": task.res_id,
                "name": task.document_name,
                "unit": task.unit_id.display_name,
                "date": task.date_pending.date().isoformat(),
            }
            for task in self._find_tasks()[:TASK_ROWS]
        ]
