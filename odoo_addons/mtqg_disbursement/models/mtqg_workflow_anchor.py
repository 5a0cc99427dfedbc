import base64
from datetime import UTC

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..clock import VIETNAM
from ..fields import HeldMany2one
from ..store import anchors

INSPECTORS = "mtqg_disbursement.group_inspector"


class MtqgWorkflowAnchor(models.Model):
    """What the history of all documents was at a moment, in one number.

    Made every day and by hand, append-only, each covering the one before it. Printed or
    kept elsewhere, the digest betrays whoever changes the history afterwards.
    """

    _name = "mtqg.workflow.anchor"
    _description = "Anchor of the history"
    _order = "number desc"
    _rec_name = "number"
    _log_access = False

    number = fields.Integer(required=True, readonly=True, aggregator=None)
    date = fields.Datetime(string="Anchored on", required=True, readonly=True)
    actor = fields.Char(string="Anchored by", readonly=True)
    event_max_id = fields.Integer(
        string="Last event", required=True, readonly=True, aggregator=None
    )
    event_count = fields.Integer(
        string="Events", required=True, readonly=True, aggregator=None
    )
    head_count = fields.Integer(
        string="Documents", required=True, readonly=True, aggregator=None
    )
    changed_count = fields.Integer(
        string="Moved since the anchor before",
        required=True,
        readonly=True,
        aggregator=None,
    )
    previous_digest = fields.Char(
        string="Digest before", readonly=True, help="Of the anchor before this one."
    )
    digest = fields.Char(required=True, readonly=True)
    kept_file = fields.Binary(string="File to keep", compute="_compute_kept_file")
    kept_filename = fields.Char(compute="_compute_kept_file")

    _number_unique = models.Constraint(
        "UNIQUE (number)", "Somebody else has just made an anchor. Load the list again."
    )

    # === COMPUTE METHODS === #

    @api.depends("number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for anchor in self:
            anchor.display_name = self.env._("Anchor no. %s", anchor.number)

    @api.depends("digest")
    def _compute_kept_file(self):
        for anchor in self:
            anchor.kept_filename = f"mtqg-anchor-{anchor.number}.txt"
            anchor.kept_file = base64.b64encode(anchor._write_text().encode())

    # === CRUD METHODS === #
    # there is nothing to pass on to: rows are appended in ``store`` only
    # pylint: disable=method-required-super

    @api.model_create_multi
    def create(self, vals_list):
        raise self._refuse()

    def write(self, vals):
        raise self._refuse()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self._refuse()

    # === ACTION METHODS === #

    def action_anchor(self):
        """Make an anchor of all documents, and show it.

        :raise AccessError: for others than managers and inspectors
        """
        self._check_inspector()
        anchor = self.browse(anchors.make_anchor(self.env))
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": anchor.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _run_daily(self):
        """Make the anchor of the day; a scheduled job."""
        anchors.make_anchor(self.env)

    @api.model
    def _check_inspector(self):
        if not self.env.su and not self.env.user.has_group(INSPECTORS):
            raise AccessError(
                self.env._("Managers and inspectors anchor and verify the history.")
            )

    def _describe_number(self):
        """Return the number as the printed page shows it."""
        self.ensure_one()
        return self.env._("No. %s/MN", self.number)

    def _format_moment(self):
        """Return when it was made, as people in Vietnam write it."""
        self.ensure_one()
        moment = self.date.replace(tzinfo=UTC).astimezone(VIETNAM)
        return f"{moment:%H:%M:%S %d/%m/%Y}"

    def _group_digest(self):
        """Return the digest in groups of eight, as people read and compare it."""
        self.ensure_one()
        return [self.digest[place : place + 8] for place in range(0, 64, 8)]

    def _draw_digest(self):
        """Return the digest as a QR code, in an address that holds the drawing."""
        self.ensure_one()
        drawing = createBarcodeDrawing("QR", value=self.digest, barBorder=0)
        picture = base64.b64encode(drawing.asString("svg").encode())
        return f"data:image/svg+xml;base64,{picture.decode()}"

    def _get_print_lang(self):
        """Return the language of the page: Vietnamese, where it is installed."""
        installed = dict(self.env["res.lang"].get_installed())
        return "vi_VN" if "vi_VN" in installed else self.env.lang

    def _write_text(self):
        """Return the anchor as a text to be kept elsewhere."""
        self.ensure_one()
        counts = self.env._(
            "%(events)s events of %(documents)s documents, the last one no. %(last)s",
            events=self.event_count,
            documents=self.head_count,
            last=self.event_max_id,
        )
        lines = (
            self.env.company.name,
            self.display_name,
            self._format_moment(),
            counts,
            self.digest,
        )
        return "\n".join(lines) + "\n"

    def _refuse(self):
        return UserError(
            self.env._("Anchors are made by the register itself and never change.")
        )


class MtqgWorkflowAnchorHead(models.Model):
    """The last event of a document at an anchor, if it moved since the one before."""

    _name = "mtqg.workflow.anchor.head"
    _description = "Anchored document"
    _order = "id"
    _log_access = False

    anchor_id = fields.Many2one(
        "mtqg.workflow.anchor",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    res_model = fields.Char(string="Document model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True
    )
    unit_id = HeldMany2one("mtqg.unit", readonly=True, index=True)
    sequence_from = fields.Integer(
        string="First event", required=True, readonly=True, aggregator=None
    )
    sequence = fields.Integer(
        string="Last event", required=True, readonly=True, aggregator=None
    )
    hash = fields.Char(required=True, readonly=True)
    trail = fields.Text(
        readonly=True, help="The beginnings of the hashes of these events."
    )

    _head_unique = models.Constraint(
        "UNIQUE (res_model, res_id, sequence)",
        "Somebody else has just made an anchor. Load the list again.",
    )
