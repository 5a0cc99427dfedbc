from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..clock import today_vn


class Seat(NamedTuple):
    """A place at which somebody decides: his own, or that of a person who is absent."""

    user_id: int
    principal_id: int
    group_ids: tuple = ()
    unit_ids: tuple = ()
    model: str = ""
    scope_unit_ids: tuple | None = None

    def asks(self, task, model, unit):
        """Tell whether an open task of a document asks this seat."""
        if self.model not in {"", model}:
            return False
        if self.scope_unit_ids is not None and unit not in self.scope_unit_ids:
            return False
        if self.principal_id in {task.user_id, *(task.guests or ())}:
            return True
        if task.user_id or self.principal_id in (task.passed or ()):
            return False
        places = {None, *self.unit_ids}
        return task.group_id in self.group_ids and task.approver_unit_id in places


class MtqgWorkflowDelegation(models.Model):
    """Somebody is absent and another decides in his place, on these days only.

    What was delegated to a person is not passed on by him: a delegate sits on the seats
    that the absent person holds himself.
    """

    _name = "mtqg.workflow.delegation"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Delegation of approvals"
    _order = "date_from desc, id desc"
    _rec_name = "delegate_id"

    user_id = fields.Many2one(
        "res.users",
        string="Absent",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    delegate_id = fields.Many2one(
        "res.users", string="Decides", required=True, index=True, ondelete="restrict"
    )
    date_from = fields.Date(
        string="First day", required=True, default=lambda _self: today_vn()
    )
    date_to = fields.Date(string="Last day", required=True, help="Included.")
    model_id = fields.Many2one(
        "ir.model",
        string="Only these documents",
        domain="[('is_mtqg_workflow', '=', True)]",
        ondelete="cascade",
        help="Empty: all documents.",
    )
    # people need not read the registry of models
    document_model = fields.Selection(
        selection="_select_document_models",
        string="Only documents of kind",
        compute="_compute_document_model",
        inverse="_inverse_document_model",
        help="Empty: all documents.",
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        string="Only of this unit",
        ondelete="restrict",
        help="And of the units below it. Empty: of all units.",
    )
    reason = fields.Char(required=True, help="Business trip, leave, illness…")
    date_revoked = fields.Datetime(string="Revoked on", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("active", "In force"),
            ("ended", "Over"),
            ("revoked", "Revoked"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    can_revoke = fields.Boolean(compute="_compute_can_revoke")

    _dates_in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "The last day lies on or after the first one."
    )
    _not_oneself = models.Constraint(
        "CHECK (user_id <> delegate_id)", "Nobody stands in for himself."
    )
    _delegate_idx = models.Index("(delegate_id, date_to) WHERE date_revoked IS NULL")

    # === COMPUTE METHODS === #

    def _get_label(self):
        self.ensure_one()
        people = (self.user_id.name, self.delegate_id.name)
        return " → ".join(people) if all(people) else ""

    @api.depends("date_from", "date_to", "date_revoked")
    def _compute_state(self):
        today = today_vn()
        for delegation in self:
            if delegation.date_revoked:
                delegation.state = "revoked"
            elif delegation.date_from and delegation.date_from > today:
                delegation.state = "planned"
            else:
                is_over = delegation.date_to and delegation.date_to < today
                delegation.state = "ended" if is_over else "active"

    @api.depends("date_to", "date_revoked", "user_id")
    @api.depends_context("uid")
    def _compute_can_revoke(self):
        is_manager = self.env.user.has_group("mtqg_disbursement.group_manager")
        for delegation in self:
            is_own = is_manager or delegation.user_id == self.env.user
            is_over = delegation.state not in {"planned", "active"}
            delegation.can_revoke = bool(delegation.id) and is_own and not is_over

    @api.model
    def _select_document_models(self):
        models_ = self.env["ir.model"].sudo()
        names = models_._get_workflow_models()
        return [(m.model, m.name) for m in models_.search([("model", "in", names)])]

    @api.depends("model_id")
    def _compute_document_model(self):
        for delegation in self:
            delegation.document_model = delegation.sudo().model_id.model

    def _inverse_document_model(self):
        models_ = self.env["ir.model"].sudo()
        for delegation in self:
            name = delegation.document_model
            delegation.sudo().model_id = models_._get(name) if name else False

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today, kept = today_vn(), Domain("date_revoked", "=", False)
        domains = {
            "revoked": ~kept,
            "planned": kept & Domain("date_from", ">", today),
            "ended": kept & Domain("date_to", "<", today),
            "active": kept
            & Domain("date_from", "<=", today)
            & Domain("date_to", ">=", today),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    # === CONSTRAINT METHODS === #

    @api.constrains("model_id")
    def _check_model(self):
        names = self.env["ir.model"]._get_workflow_models()
        for delegation in self.sudo():
            if delegation.model_id and delegation.model_id.model not in names:
                raise ValidationError(
                    self.env._("A delegation is limited to documents under workflow.")
                )

    @api.constrains("user_id", "delegate_id", "unit_id")
    def _check_delegate_sees_documents(self):
        """A delegate opens what he decides on, so he belongs above the same units."""
        for delegation in self.sudo():
            if hidden := delegation._find_hidden():
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot open the documents of %(unit)s. Choose "
                        "somebody who works there or above it.",
                        person=delegation.delegate_id.name,
                        unit=hidden,
                    )
                )

    def _find_hidden(self):
        """Return the name of what the delegate cannot open, or nothing."""
        delegate, absent = self.delegate_id, self.user_id
        if not delegate.active or not delegate.has_group(
            "mtqg_disbursement.group_viewer"
        ):
            return self.env._("any unit")
        if delegate.has_group("mtqg_disbursement.group_manager"):
            return ""
        if not self.unit_id and absent.has_group("mtqg_disbursement.group_manager"):
            return self.env._("all units")
        for unit in self.unit_id or absent.mtqg_unit_ids:
            is_shut = unit.kind == "treasury" and not delegate.has_group(
                "mtqg_disbursement.group_treasury"
            )
            if is_shut or not any(map(unit._is_below, delegate.mtqg_unit_ids)):
                return unit.name
        return ""

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        delegations._check_own()
        if not self.env.su:
            delegations._check_not_backdated()
        self.env.registry.clear_cache()
        return delegations

    def write(self, vals):
        if not self.env.su and vals.keys() - {"date_to"}:
            raise UserError(
                self.env._(
                    "A delegation keeps its people, scope and first day. Revoke it and "
                    "make a new one."
                )
            )
        self._check_own()
        if not self.env.su:
            self._check_running()
        result = super().write(vals)
        if not self.env.su:
            self._check_not_backdated("date_to")
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_planned(self):
        self._check_own()
        if any(delegation.state != "planned" for delegation in self):
            raise UserError(
                self.env._(
                    "It was in force, so it stays in the register. Revoke it instead."
                )
            )
        self.env.registry.clear_cache()

    # === ACTION METHODS === #

    def action_revoke(self):
        """End delegations at once; what was decided under them stays decided."""
        self.check_access("write")
        self._check_own()
        self.filtered(lambda d: not d.date_revoked).sudo().write(
            {"date_revoked": fields.Datetime.now()}
        )
        return True

    # === BUSINESS METHODS === #

    def _check_own(self):
        """Only the absent person himself, or a manager, hands over his seat.

        :raise UserError: naming whose seat it is
        """
        if self.env.su or self.env.user.has_group("mtqg_disbursement.group_manager"):
            return
        if foreign := self.filtered(lambda d: d.user_id != self.env.user):
            raise UserError(
                self.env._(
                    "Only %(person)s or a manager may hand over this seat.",
                    person=foreign[0].sudo().user_id.name,
                )
            )

    def _check_running(self):
        """What has ended is not taken up again: its days without would look covered.

        :raise UserError: naming the delegation
        """
        if over := self.filtered(lambda d: d.state in {"ended", "revoked"}):
            raise UserError(
                self.env._(
                    "%(delegation)s has ended. Make a new one.",
                    delegation=over[0].display_name,
                )
            )

    def _check_not_backdated(self, name="date_from"):
        if any(delegation[name] < today_vn() for delegation in self):
            raise UserError(
                self.env._("A delegation starts and ends today or later, not before.")
            )

    @api.model
    def _find_seats(self):
        """Return the seats on which the user may decide today, his own first."""
        return self._read_seats(self.env.uid, today_vn())

    @api.model
    @tools.ormcache("uid", "day")
    def _read_seats(self, uid, day):
        user = self.env["res.users"].sudo().browse(uid)
        delegations = self.sudo().search(
            [
                ("delegate_id", "=", uid),
                ("date_from", "<=", day),
                ("date_to", ">=", day),
                ("date_revoked", "=", False),
                ("user_id.active", "=", True),
            ],
            order="id",
        )
        seats = [self._make_seat(user, user)]
        return [*seats, *(d._make_seat(user, d.user_id) for d in delegations)]

    def _make_seat(self, user, principal):
        below = None
        if self.unit_id:
            units = self.env["mtqg.unit"].sudo().with_context(active_test=False)
            below = tuple(units.search([("id", "child_of", self.unit_id.id)]).ids)
        return Seat(
            user_id=user.id,
            principal_id=principal.id,
            group_ids=principal._get_group_ids(),
            unit_ids=tuple(principal.mtqg_unit_ids.ids),
            model=self.model_id.model or "",
            scope_unit_ids=below,
        )
