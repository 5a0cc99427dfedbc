from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.money import group_digits
from ..store import documents
from ..store import minutes as store

# a difference of these classes has no cause until a person names it
_OPEN_CLASSES = ("only_own", "only_treasury", "unexplained")
# places that a sentence names before it says "and others"
_NAMED_PLACES = 3


class MtqgReconciliation(models.Model):
    """The minutes of a reconciliation: signed by both sides, then closed for ever.

    The leader of the unit signs, the Treasury office confirms (NĐ 254/2025 articles 28
    and 53). What was signed is kept as one text with its SHA-256; form 03/QTDA is
    printed from that text. What changes later makes a new version.
    """

    _inherit = "mtqg.reconciliation"

    reason = fields.Text(string="Reason for the new version", copy=False)
    remarks = fields.Text(
        string="Remarks on compliance",
        copy=False,
        help="Form 03/QTDA, part II.1: of the Treasury office, on disbursement and "
        "settlement.",
    )
    proposals = fields.Text(copy=False, help="Form 03/QTDA, part II.3.")
    next_ids = fields.One2many("mtqg.reconciliation", "previous_id", readonly=True)
    leader_id = fields.Many2one(
        "res.users",
        string="Signed for the unit by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    date_leader = fields.Datetime(
        string="Signed for the unit on", readonly=True, copy=False
    )
    treasurer_id = fields.Many2one(
        "res.users",
        string="Confirmed for the Treasury by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    date_signed = fields.Datetime(
        string="Confirmed for the Treasury on", readonly=True, copy=False
    )
    _version_once = models.UniqueIndex(
        "(unit_id, COALESCE(treasury_unit_id, 0), date_from, date_to, version)"
        " WHERE workflow_state NOT IN ('rejected', 'cancelled')",
        "This unit is already reconciled with this Treasury office for this period. "
        "Open that reconciliation; when it is signed, make a new version of it.",
    )
    _number_once = models.UniqueIndex(
        "(number, version) WHERE number <> '/'",
        "This number already belongs to another reconciliation. Enter another one.",
    )
    _version_positive = models.Constraint(
        "CHECK (version > 0)", "Versions are counted from one."
    )

    def init(self):
        super().init()
        self.pool.post_init(documents.protect_posted, self.env, self._table)
        self.pool.post_init(store.protect_signed, self.env)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        documents_made = super().create(vals_list)
        if nameless := documents_made.filtered(lambda d: d.number in {False, "/"}):
            nameless.flush_recordset()
            store.number_reconciliations(self.env, nameless.ids)
        return documents_made

    def write(self, vals):
        fixed = {"unit_id", "treasury_unit_id", "date_from", "date_to"}
        if not self.env.su and vals.keys() & fixed and self.filtered("previous_id"):
            raise UserError(
                self.env._("A later version keeps the unit, the office and the period.")
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_submit(self, comment=None):
        """Ask both sides to sign what was compared.

        :raise UserError: naming what is missing; also where payments were posted since
            the comparison
        """
        self.check_access("write")
        self._check_fresh()
        return super().action_submit(comment)

    def action_new_version(self, reason=None):
        """Make the draft of the next version of signed minutes, and open it.

        The signed version stays as it is, and in force until the next one is signed.
        The draft has the same unit, office, period and statements; it is compared anew.

        :param str reason: why; it can be completed on the draft before submitting
        :raise UserError: if this version is not in force, or the next one is there
        """
        self.ensure_one()
        self.check_access("write")
        if reason is not None and not isinstance(reason, str):
            raise UserError(self.env._("Give the reason for the new version in words."))
        self._check_in_force()
        # a version and what it replaces are closed to users
        draft = self.sudo().create(
            {
                "number": self.number,
                "unit_id": self.unit_id.id,
                "treasury_unit_id": self.treasury_unit_id.id,
                "date_from": self.date_from,
                "date_to": self.date_to,
                "statement_ids": self.sudo().statement_ids.ids,
                "version": self.version + 1,
                "previous_id": self.id,
                "reason": reason,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _list_opener_scopes(self, unit_id):
        office = ("treasury", self.treasury_unit_id.id)
        return *super()._list_opener_scopes(unit_id), office

    def _find_document_faults(self):
        """Return why the minutes are not ready: not compared, or differences left."""
        self.ensure_one()
        return super()._find_document_faults() + self._find_minutes_faults()

    def _find_minutes_faults(self):
        if self._is_under_way():
            text = self.env._(
                "The register and the statements are being compared in the background. "
                "Wait for the message, or cancel the comparison."
            )
            return [self._blocker("comparing", text)]
        faults = []
        if not self.treasury_unit_id:
            text = self.env._("Name the Treasury office that confirms the minutes.")
            faults.append(self._blocker("office", text))
        if not self.date_run:
            text = self.env._("Nothing is compared yet. Reconcile first.")
            return [*faults, self._blocker("not_run", text)]
        if self.previous_id and not (self.reason or "").strip():
            text = self.env._("Give the reason for the new version.")
            faults.append(self._blocker("reason", text))
        return faults + self._find_line_faults()

    def _find_line_faults(self):
        own = Domain("reconciliation_id", "=", self.id)
        silent = Domain("comment", "in", (False, ""))
        open_ones = Domain("state", "=", "proposed")
        unexplained = silent & (
            Domain("state", "=", "rejected")
            | Domain("state", "=", "accepted")
            & Domain("difference_class", "in", _OPEN_CLASSES)
        )
        faults = []
        if found := self._describe_places(own & open_ones):
            text = self.env._(
                "%(count)s differences are not decided yet (%(places)s). Accept or "
                "reject each proposal.",
                **found,
            )
            faults.append(self._blocker("undecided", text))
        if found := self._describe_places(own & unexplained):
            text = self.env._(
                "%(count)s differences lack an explanation (%(places)s). Write for "
                "each what caused it.",
                **found,
            )
            faults.append(self._blocker("unexplained", text))
        return faults

    def _describe_places(self, domain):
        """Return how many differences there are and where, or nothing."""
        groups = self.env["mtqg.reconciliation.line"]._read_group(
            domain, ["project_id", "program_id"], ["__count"]
        )
        if not groups:
            return None
        places = list(
            dict.fromkeys(
                project.display_name or program.display_name or self.env._("no project")
                for project, program, _count in groups
            )
        )
        more = [self.env._("and others")] if len(places) > _NAMED_PLACES else []
        return {
            "count": group_digits(sum(count for *_place, count in groups)),
            "places": ", ".join(places[:_NAMED_PLACES] + more),
        }

    def _on_workflow_done(self):
        """Close the minutes: who signed, when, and what exactly."""
        self._raise_blockers(lambda document: document._find_minutes_faults())
        self._check_fresh()
        for document in self:
            leader, date_leader = store.find_earlier_approval(self.env, document.id)
            document.write(
                {
                    "leader_id": leader,
                    "date_leader": date_leader,
                    "treasurer_id": self.env.uid,
                    "date_signed": fields.Datetime.now(),
                }
            )
            document._freeze_content()
        return super()._on_workflow_done()


class MtqgReconciliationLine(models.Model):
    """A difference is open for work as long as its minutes are."""

    _inherit = "mtqg.reconciliation.line"

    # === CRUD METHODS === #

    def write(self, vals):
        # who settles it and until when is not printed
        if vals.keys() - {"owner_id", "date_due"}:
            self.reconciliation_id._check_open_for_editing()
        return super().write(vals)

    # === ACTION METHODS === #

    def action_comment(self, comment=None):
        # both sides sign the same words
        self.reconciliation_id._check_open_for_editing()
        return super().action_comment(comment)
