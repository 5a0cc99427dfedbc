from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.matching_classes import actor_of
from ..engine.matching_figures import classify_difference
from ..engine.matching_items import REFUNDS, Rules
from ..engine.matching_pairs import compare
from ..store import reconciliation_lines
from .reconciliation_words import Words

# what a person may write on a difference himself
_OPEN_FIELDS = {"owner_id", "date_due", "comment"}
MOST_TEXT = 5_000


class MtqgReconciliationLine(models.Model):
    """What people do with a difference. Each step can be undone while nobody signs."""

    _inherit = "mtqg.reconciliation.line"

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su and vals.keys() & _OPEN_FIELDS:
            self._check_not_signed()
        return super().write(vals)

    # === ACTION METHODS === #

    def action_accept(self, comment=None):
        """Accept what is proposed: the difference is explained.

        :param str comment: what the unit says about it
        :raise UserError: if it was decided already, or the minutes are being signed
        """
        return self._decide("accepted", comment)

    def action_reject(self, comment=None):
        """Reject what is proposed: the two sides differ for another reason."""
        return self._decide("rejected", comment)

    def action_undo(self):
        """Take a decision back; what was put together by hand is taken apart."""
        self._check_open()
        by_hand = self.filtered(
            lambda line: line.is_manual and line.state == "proposed"
        )
        self.sudo().write({"state": "proposed", "is_manual": False})
        by_hand.filtered(lambda line: len(line.item_ids) > 1)._split(is_manual=False)
        return True

    def action_split(self):
        """Make a difference of each single figure: they do not belong together.

        :return: the ids of all differences that hold the figures now
        """
        self._check_open()
        if any(line.measure != "payment" for line in self):
            raise UserError(
                self.env._("A total is one figure on each side and cannot be split.")
            )
        return self._split(is_manual=True).ids

    def action_merge(self):
        """Put the figures of several differences into one: they belong together.

        :return: the id of the difference that holds them all
        """
        self._check_open()
        if len(self) < 2 or len(self.reconciliation_id) != 1:  # noqa: PLR2004 - a pair
            raise UserError(
                self.env._("Choose two or more differences of one reconciliation.")
            )
        if any(line.measure != "payment" for line in self):
            raise UserError(self.env._("Only payments can be put together."))
        lines = self.sudo()
        first = lines.sorted("id")[0]
        items = lines.item_ids
        reconciliation_lines.move_items(self.env, first.id, items.ids)
        reconciliation_lines.delete_lines(self.env, (lines - first).ids)
        first._explain_by_hand(is_manual=True)
        return first.id

    def action_assign(self, user_id=None, date_due=None):
        """Say who settles a difference, and until when.

        :param int user_id: the owner; nobody when empty
        :param date_due: day, as a date or ``YYYY-MM-DD``
        """
        self._check_not_signed()
        self.check_access("write")
        is_id = isinstance(user_id, int) and not isinstance(user_id, bool)
        user = self.env["res.users"].browse(user_id if is_id else ())
        if user_id and not (is_id and self.sudo()._may_own(user)):
            raise UserError(self.env._("Choose a person who may see this difference."))
        self.sudo().write({"owner_id": user.id, "date_due": self._read_day(date_due)})
        return True

    def action_comment(self, comment=None):
        """Note what the unit knows about a difference."""
        self._check_not_signed()
        self.check_access("write")
        self.sudo().write({"comment": self._read_text(comment)})
        return True

    # === BUSINESS METHODS === #

    def _decide(self, state, comment):
        self._check_open()
        if decided := self.filtered(lambda line: line.state != "proposed"):
            raise UserError(
                self.env._(
                    "“%(difference)s” was decided already: it is “%(state)s”. Undo "
                    "that first.",
                    difference=decided[0].display_name,
                    state=decided[0]._name_state(),
                )
            )
        vals = {"state": state}
        if comment:
            vals["comment"] = self._read_text(comment)
        self.sudo().write(vals)
        return True

    def _name_state(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _check_open(self):
        """Refuse changes while both sides sign, and of what is corrected."""
        self.check_access("write")
        self.reconciliation_id.check_access("write")
        self.reconciliation_id._check_draft()
        if any(line.state == "fixed" for line in self):
            raise UserError(
                self.env._(
                    "A difference that is corrected needs no decision: both sides "
                    "agree now."
                )
            )

    def _check_not_signed(self):
        """Refuse changes to what is signed."""
        for reconciliation in self.reconciliation_id:
            if reconciliation.workflow_state not in {"draft", "running"}:
                reconciliation._check_draft()

    def _may_own(self, user):
        """Tell whether a user may see all of the differences."""
        user = user.exists()
        if not (user and user.active):
            return False
        mine = self.with_user(user)
        return mine.has_access("read") and mine.reconciliation_id.has_access("read")

    @api.model
    def _read_text(self, text):
        if text and not (isinstance(text, str) and len(text) <= MOST_TEXT):
            raise UserError(
                self.env._(
                    "An explanation is a text of up to %s characters.", MOST_TEXT
                )
            )
        return (text or "").strip() or False

    @api.model
    def _read_day(self, day):
        try:
            return fields.Date.to_date(day or None)
        except (TypeError, ValueError, AttributeError):
            raise UserError(
                self.env._("“%s” is no day. Write it as YYYY-MM-DD.", day)
            ) from None

    # === FIGURES BY HAND === #

    def _split(self, is_manual):
        """Give every figure a difference of its own; return all of them."""
        result = self.browse()
        fresh = defaultdict(list)
        for line in self.sudo():
            first, *others = line.item_ids.sorted("id")
            result += line
            fresh[line.reconciliation_id] += [(item, line) for item in others]
            if others:
                line._note_figures(first, is_manual)
        for reconciliation, pairs in fresh.items():
            ids = reconciliation_lines.insert_lines(
                self.env,
                reconciliation.id,
                [line._prepare_single(item, is_manual) for item, line in pairs],
            )
            for (item, _line), id_ in zip(pairs, ids, strict=True):
                reconciliation_lines.move_items(self.env, id_, item.ids)
            result += self.browse(ids)
        return result

    def _note_figures(self, items, is_manual):
        """Say of a difference which figures it holds now."""
        vals = self._prepare_figures(items, is_manual)
        self.write({name: vals[name] for name in vals if name != "date_found"})

    def _explain_by_hand(self, is_manual):
        self._note_figures(self.item_ids, is_manual)

    def _prepare_single(self, item, is_manual):
        """Return the values of a difference that holds one figure of this one."""
        own = item.entry_id.allocation_id
        about = own or item.statement_line_id
        return {
            **self._prepare_figures(item, is_manual),
            "measure": "payment",
            "source": "treasury",
            "unit_id": about.unit_id.id or self.unit_id.id,
            "project_id": about.project_id.id,
            "program_id": about.program_id.id,
            "origin_year": about.origin_year,
            "nature": about.nature,
            "owner_id": self.owner_id.id,
            "date_due": self.date_due,
            "date_found": self.date_found,
            "comment": self.comment,
        }

    def _prepare_figures(self, items, is_manual):
        """Return amounts, class and explanation of figures that a person chose."""
        own = items.filtered("entry_id")
        treasury = items - own
        here, there = (sum(side.mapped("amount")) for side in (own, treasury))
        name, values = self._name_by_hand(own, treasury, here, there)
        first = (own or treasury).sorted("id")[:1]
        vals = {
            "measure": "payment",
            "state": "proposed",
            "is_manual": is_manual,
            "difference_class": name,
            "actor": actor_of(name, values),
            "amount_own": here,
            "amount_treasury": there,
            "amount_difference": there - here,
            "amount_proposed": here if own else there,
            "confidence": 1 if is_manual else 0.6,
            "date_found": self[:1].date_found,
            "details": {
                **values,
                "voucher": first.reference,
                "date": first.date and first.date.isoformat(),
            },
        }
        return {**vals, "explanation": Words(self.env).explain(vals)}

    def _name_by_hand(self, own, treasury, here, there):
        """Return (class, values of its sentence) of figures that a person chose."""
        if not own or not treasury:
            side = "own" if own else "treasury"
            items = own or treasury
            is_back = all(i.kind in REFUNDS or i.amount < 0 for i in items)
            name = "refund_missed" if is_back else f"only_{side}"
            return name, {"side": side, "amount": here or there}
        if len(own) == len(treasury) == 1:
            return self._compare_pair(own, treasury)
        if here != there:
            return "unexplained", {}
        count = max(len(own), len(treasury))
        return ("split" if len(own) == 1 else "merged"), {"count": count}

    def _compare_pair(self, own, treasury):
        """Explain two single figures by the engine; by their amounts if it cannot."""
        rules = Rules()
        found = compare(own._as_engine_item(), treasury._as_engine_item(), rules)
        if found:
            return found.classes[0], {**found.values, "also": list(found.classes[1:])}
        if own.amount == treasury.amount:
            days = (treasury.date - own.date).days if own.date and treasury.date else 0
            return "date_shift", {"days": days}
        difference = classify_difference(own.amount, treasury.amount)
        return difference.difference_class, difference.values
