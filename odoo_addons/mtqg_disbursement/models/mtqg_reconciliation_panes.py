from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..clock import today_vn
from ..store.reconciliation_ageing import BANDS
from .workflow_audience import Audience

PAGE = 40
STATES = ("proposed", "accepted", "rejected", "fixed")


class MtqgReconciliation(models.Model):
    """The two sides beside each other: what the screen of differences reads."""

    _inherit = "mtqg.reconciliation"

    difference_count = fields.Integer(
        string="Number of differences", compute="_compute_differences"
    )
    open_count = fields.Integer(string="To be decided", compute="_compute_differences")

    # === COMPUTE METHODS === #

    @api.depends("line_ids.state")
    def _compute_differences(self):
        groups = self.env["mtqg.reconciliation.line"]._read_group(
            [("reconciliation_id", "in", self.ids), ("state", "!=", "fixed")],
            ["reconciliation_id", "state"],
            ["__count"],
        )
        counts = {
            (reconciliation.id, state): count for reconciliation, state, count in groups
        }
        for reconciliation in self:
            found = [
                counts.get((reconciliation._origin.id, state), 0) for state in STATES
            ]
            reconciliation.difference_count = sum(found)
            reconciliation.open_count = found[0]

    # === ACTION METHODS === #

    def action_open_panes(self):
        """Open the two sides beside each other."""
        self.ensure_one()
        self.check_access("read")
        return self._open_panes()

    def action_open_figures(self):
        """Open the figures of the three sources."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mtqg_disbursement.mtqg_reconciliation_figure_action"
        )
        action["domain"] = [("reconciliation_id", "=", self.id)]
        return action

    def _open_panes(self, line_id=False):
        return {
            "type": "ir.actions.client",
            "tag": "mtqg_reconciliation_panes",
            "name": self.display_name,
            "params": {"reconciliation_id": self.id, "line_id": line_id},
        }

    # === WHAT THE SCREEN SHOWS === #

    @api.readonly
    def get_panes(self, filters=None, offset=0):
        """Return a page of differences with both sides, and the counts beside it.

        :param dict filters: ``classes`` (names), ``states``, ``owner`` (user id, or
            false), ``band`` (of the age), ``amount`` (least đồng), ``text``; each may
            be missing
        :param int offset: how many are on the pages before
        """
        self.ensure_one()
        self.check_access("read")
        filters = self._read_filters(filters)
        if not isinstance(offset, int) or isinstance(offset, bool) or offset < 0:
            raise UserError(self.env._("A page begins at zero or a whole number."))
        Line = self.env["mtqg.reconciliation.line"]
        here = Domain("reconciliation_id", "=", self.id)
        domain = here & self._get_pane_domain(filters)
        lines = Line.search(domain, order="id", offset=offset, limit=PAGE)
        return {
            "reconciliation": self._describe_reconciliation(),
            "lines": lines._describe_lines(),
            "total": Line.search_count(domain),
            "page": PAGE,
            "classes": self._sum_classes(
                here & self._get_pane_domain(filters, "classes")
            ),
            "owners": self._list_owners(here),
            "labels": self._list_labels(),
        }

    @api.readonly
    def get_pane_people(self):
        """Return who may own a difference: [{id, name}], those of both sides."""
        self.ensure_one()
        self.check_access("read")
        audience = Audience(self.sudo().env)
        ids = audience.list_who_sees(self.unit_id.id)
        if self.treasury_unit_id:
            ids |= audience.people.find_members(
                audience.people.readers, self.treasury_unit_id.id
            )
        users = self.env["res.users"].sudo().search([("id", "in", sorted(ids))])
        return [
            {"id": user.id, "name": user.name}
            for user in users.sorted(lambda user: user.name)
        ]

    def _read_filters(self, filters):
        """Return the filters that hold; refuse what is none.

        :raise UserError: saying which names there are
        """
        filters = filters or {}
        kinds = {
            "classes": (list, tuple),
            "states": (list, tuple),
            "owner": (int, bool),
            "band": str,
            "amount": (int, float),
            "text": str,
        }
        is_good = isinstance(filters, dict) and all(
            name in kinds and (not value or isinstance(value, kinds[name]))
            for name, value in filters.items()
        )
        texts = (
            [*filters.get("classes", ()), *filters.get("states", ())] if is_good else []
        )
        if not is_good or not all(isinstance(text, str) for text in texts):
            raise UserError(
                self.env._("Differences are filtered by: %s.", ", ".join(sorted(kinds)))
            )
        return filters

    def _get_pane_domain(self, filters, without=None):
        """Return the domain of filters, without one of them."""
        domain = Domain.TRUE
        if filters.get("classes") and without != "classes":
            domain &= Domain("difference_class", "in", list(filters["classes"]))
        if filters.get("states"):
            domain &= Domain("state", "in", list(filters["states"]))
        if filters.get("owner"):
            domain &= Domain("owner_id", "=", filters["owner"])
        if filters.get("band"):
            domain &= self._get_band_domain(filters["band"])
        if filters.get("amount"):
            least = int(filters["amount"])
            domain &= Domain.OR(
                Domain(name, operator, value)
                for name in ("amount_own", "amount_treasury")
                for operator, value in ((">=", least), ("<=", -least))
            )
        if filters.get("text"):
            domain &= Domain.OR(
                Domain(name, "ilike", filters["text"])
                for name in (
                    "explanation",
                    "comment",
                    "project_id",
                    "item_ids.reference",
                )
            )
        return domain

    def _get_band_domain(self, band):
        today, first = today_vn(), 0
        for name, last in BANDS:
            if name == band:
                newest = fields.Date.subtract(today, days=first)
                domain = Domain("date_found", "<=", newest)
                if last is not None:
                    oldest = fields.Date.subtract(today, days=last)
                    domain &= Domain("date_found", ">=", oldest)
                return domain
            first = (last or 0) + 1
        return Domain.FALSE

    def _describe_reconciliation(self):
        may_write = self.has_access("write")
        return {
            "id": self.id,
            "name": self.display_name,
            "unit": self.unit_id.display_name,
            "office": self.treasury_unit_id.display_name or "",
            "date_from": self.date_from,
            "date_to": self.date_to,
            "is_open": may_write
            and self.workflow_state == "draft"
            and not self.is_locked,
            "may_talk": may_write and self.workflow_state in {"draft", "running"},
            "is_run": bool(self.date_run),
            "matched_count": self.matched_count,
            "matched_amount": self.matched_amount,
            "difference_count": self.difference_count,
            "open_count": self.open_count,
        }

    def _sum_classes(self, domain):
        """Return count and đồng of each class, the largest first."""
        groups = self.env["mtqg.reconciliation.line"]._read_group(
            domain, ["difference_class"], ["__count", "amount_difference:sum"]
        )
        rows = [
            {"name": name, "count": count, "amount": amount}
            for name, count, amount in groups
        ]
        return sorted(rows, key=lambda row: (-row["count"], row["name"]))

    def _list_owners(self, domain):
        groups = self.env["mtqg.reconciliation.line"]._read_group(
            domain, ["owner_id"], ["__count"]
        )
        return [
            {"id": user.id, "name": user.sudo().name, "count": count}
            for user, count in groups
            if user
        ]

    def _list_labels(self):
        """Return the names of classes, states, measures and kinds for the reader."""
        line = self.env["mtqg.reconciliation.line"]._fields
        return {
            name: dict(line[name]._description_selection(self.env))
            for name in (
                "difference_class",
                "state",
                "measure",
                "span",
                "nature",
                "actor",
            )
        }


class MtqgReconciliationLine(models.Model):
    """What the screen shows of a difference."""

    _inherit = "mtqg.reconciliation.line"

    def _describe_lines(self):
        """Return the differences as dicts, with the figures of both sides."""
        today = today_vn()
        return [
            {
                "id": line.id,
                "class": line.difference_class,
                "state": line.state,
                "measure": line.measure,
                "span": line.span,
                "source": line.source,
                "explanation": line.explanation or "",
                "confidence": line.confidence,
                "amount_own": line.amount_own,
                "amount_treasury": line.amount_treasury,
                "amount_difference": line.amount_difference,
                "actor": line.actor,
                "owner": line.owner_id.sudo().name or "",
                "owner_id": line.owner_id.id,
                "date_due": line.date_due,
                "is_late": bool(line.date_due and line.date_due < today),
                "age": (today - line.date_found).days if line.date_found else 0,
                "comment": line.comment or "",
                "is_manual": line.is_manual,
                "unit": line.unit_id.display_name,
                "project": line.project_id.display_name or "",
                "program": line.program_id.display_name or "",
                "origin_year": line.origin_year,
                "nature": line.nature,
                "voucher": line.voucher_ids[:1].number or "",
                "own": line._describe_items(line.item_ids.filtered("entry_id")),
                "treasury": line._describe_items(
                    line.item_ids.filtered("statement_line_id")
                ),
            }
            for line in self
        ]

    def _describe_items(self, items):
        return [
            {
                "id": item.id,
                "date": item.date,
                "reference": item.reference or "",
                "kind": item.kind or "",
                "amount": item.amount,
                "place": item.statement_line_id.name or "",
                "content": item.statement_line_id.content
                or item.entry_id.disbursement_id.content
                or "",
                "about": item._describe_place(),
            }
            for item in items.sorted(lambda item: (item.date or today_vn(), item.id))
        ]


class MtqgReconciliationItem(models.Model):
    """Where a figure is booked, in short."""

    _inherit = "mtqg.reconciliation.item"

    def _describe_place(self):
        """Return project, program and origin year as this side has them."""
        self.ensure_one()
        line = self.statement_line_id
        about = self.entry_id.allocation_id or line
        parts = (
            about.project_id.code or line.project,
            about.program_id.code or line.program,
            about.origin_year and str(about.origin_year),
        )
        return " · ".join(filter(None, parts))
