import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError


class MtqgPaperType(models.Model):
    """A kind of paper that a dossier must hold at some stage."""

    _name = "mtqg.paper.type"
    _description = "Type of paper"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    legal_basis = fields.Char(string="Legal basis")

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another type of paper has this code."
    )


class MtqgPaper(models.Model):
    """A paper of a document: number, date, issuer, and the file with its hash."""

    _name = "mtqg.paper"
    _inherit = ["mtqg.scoped.mixin"]
    _description = "Paper"
    _order = "date, id"

    name = fields.Char(
        string="Title",
        compute="_compute_name",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    type_id = fields.Many2one(
        "mtqg.paper.type", required=True, ondelete="restrict", index=True
    )
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True
    )
    unit_id = fields.Many2one(
        "mtqg.unit",
        compute="_compute_unit_id",
        store=True,
        precompute=True,
        compute_sudo=True,
        ondelete="restrict",
        index=True,
    )
    number = fields.Char()
    date = fields.Date(string="Issued on")
    date_to = fields.Date(string="Valid until")
    issuer = fields.Char()
    file = fields.Binary(attachment=True)
    filename = fields.Char()
    file_hash = fields.Char(
        string="SHA-256 of the file",
        compute="_compute_file_hash",
        store=True,
        compute_sudo=False,
    )

    _document_idx = models.Index("(res_model, res_id)")

    # === COMPUTE METHODS === #

    @api.depends("res_model", "res_id")
    def _compute_unit_id(self):
        for paper in self:
            document = self.env[paper.res_model].browse(paper.res_id)
            paper.unit_id = document._get_workflow_unit()

    @api.depends("type_id", "number")
    def _compute_name(self):
        for paper in self:
            paper.name = " ".join(filter(None, (paper.type_id.name, paper.number)))

    @api.depends("file")
    def _compute_file_hash(self):
        for paper in self.with_context(bin_size=False):
            content = base64.b64decode(paper.file or b"")
            paper.file_hash = hashlib.sha256(content).hexdigest() if content else False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._find_document(vals.get("res_model"), vals.get("res_id"))
        return super().create(vals_list)

    def write(self, vals):
        for paper in self:
            paper._find_document(paper.res_model, paper.res_id)
        if not self.env.su and vals.keys() & {"res_model", "res_id"}:
            raise UserError(
                self.env._(
                    "A paper stays with its document. Add it to the other one instead."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_document_open(self):
        for paper in self:
            paper._find_document(paper.res_model, paper.res_id)

    # === BUSINESS METHODS === #

    def _find_document(self, model, res_id):
        """Return the document of a paper, if the user may change the document now.

        :raise UserError: if there is no such document, or it is locked
        """
        if model not in self.env["ir.model"]._get_workflow_models():
            raise UserError(self.env._("A paper belongs to a document under workflow."))
        document = self.env[model].browse(res_id).exists()
        if not document:
            raise UserError(self.env._("The document of this paper does not exist."))
        document.check_access("write")
        document._check_open_for_editing()
        return document.sudo()
