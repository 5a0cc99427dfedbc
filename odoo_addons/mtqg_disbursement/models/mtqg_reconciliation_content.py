import json

from odoo import fields, models
from odoo.exceptions import UserError

from ..engine import minutes
from ..engine.minutes_figures import merge_figures
from ..store import minutes as store
from ..store.reconciliation_scope import read_scope


class MtqgReconciliation(models.Model):
    """What minutes say: figures of both sides, differences, causes, as one text.

    A draft says what the register and its statements say now; signed minutes say what
    was signed, and their SHA-256 tells whether they still do.
    """

    _inherit = "mtqg.reconciliation"

    own_hash = fields.Char(
        readonly=True,
        copy=False,
        help="Of the register's figures, as they were compared.",
    )
    content = fields.Text(readonly=True, copy=False, prefetch=False)
    content_hash = fields.Char(
        string="SHA-256 of the content",
        readonly=True,
        copy=False,
        help="Of every figure, difference and explanation, as both sides signed them.",
    )

    # === BUSINESS METHODS - THE FIGURES COMPARED === #

    def _run(self, *args):
        result = super()._run(*args)
        self._note_own()
        return result

    def _note_own(self):
        """Keep which figures of the register were compared."""
        for document in self:
            document.own_hash = document._hash_own()

    def _hash_own(self):
        return minutes.digest(minutes.write_content({"own": self._read_own()}))

    def _check_fresh(self):
        """Refuse to sign differences of other figures than those that are signed.

        :raise UserError: if the register has changed since the comparison
        """
        for document in self.filtered("own_hash"):
            if document.sudo()._hash_own() != document.own_hash:
                raise UserError(
                    self.env._(
                        "%(document)s: the register has changed since the comparison. "
                        "Reconcile again.",
                        document=document.display_name,
                    )
                )

    # === BUSINESS METHODS - THE CONTENT === #

    def _freeze_content(self):
        """Keep what is signed as one text, with its hash."""
        for document in self:
            content = minutes.write_content(document._gather_content())
            document.write(
                {"content": content, "content_hash": minutes.digest(content)}
            )

    def _gather_content(self):
        """Return what the minutes say now, as ``engine.minutes`` reads it."""
        self.ensure_one()
        unit, office = self.unit_id, self.treasury_unit_id
        return {
            "number": self.number,
            "version": self.version,
            "unit": [unit.code, unit.name, unit.budget_code or ""],
            "office": [office.code or "", office.name or ""],
            "date_from": self.date_from.isoformat(),
            "date_to": self.date_to.isoformat(),
            "date_run": self.date_run and self.date_run.isoformat(),
            "statements": sorted(
                [one.name or "", one.filename or "", one.file_hash or ""]
                for one in self.statement_ids
            ),
            "remarks": self.remarks or "",
            "proposals": self.proposals or "",
            "signed": self._gather_signatures(),
            "differences": self._gather_differences(),
            **self._gather_figures(),
        }

    def _gather_differences(self):
        """Return the differences with the Treasury as they are printed, in Vietnamese.

        Each is a dict of texts and đồng, in a fixed order; what was corrected is none.
        """
        installed = dict(self.env["res.lang"].get_installed())
        lang = "vi_VN" if "vi_VN" in installed else self.env.lang
        lines = self.with_context(lang=lang).line_ids.filtered(
            lambda line: line.state != "fixed" and line.source == "treasury"
        )
        return [
            {
                "project": line.project_id.code or "",
                "program": line.program_id.code or "",
                "origin_year": line.origin_year,
                "nature": line.nature or "",
                "measure": line.measure,
                "class": line._get_label(),
                "own": line.amount_own,
                "treasury": line.amount_treasury,
                "difference": line.amount_difference,
                "state": line.state,
                "explanation": line.explanation or "",
                "comment": line.comment or "",
            }
            for line in lines.sorted(lambda line: (line.project_id.code or "", line.id))
        ]

    def _gather_figures(self):
        """Return the figures of both sides, and what their codes stand for."""
        earlier = self._find_earlier()
        merged = merge_figures(
            self._read_own(),
            store.read_said(self.env, self.id),
            # until 31 January the plan of the year before is paid
            self.date_to.year - (self.date_to.month == 1),
            minutes.read_figures(json.loads(earlier.content)) if earlier else (),
        )
        return {
            "figures": [list(figure) for figure in merged.figures],
            "assumed": merged.assumed,
            "earlier": earlier.number or "",
            **store.read_names(
                self.env,
                {figure.project for figure in merged.figures},
                {figure.program for figure in merged.figures},
            ),
        }

    def _find_earlier(self):
        """Return the minutes that both sides signed for the time before."""
        return self.search(
            [
                ("is_current", "=", True),
                ("unit_id", "=", self.unit_id.id),
                ("treasury_unit_id", "=", self.treasury_unit_id.id),
                ("date_to", "<", self.date_from),
            ],
            order="date_to desc, id desc",
            limit=1,
        )

    def _read_own(self):
        return store.read_own(
            self.env,
            read_scope(
                self.env,
                self.unit_id.id,
                self.treasury_unit_id.id,
                self.date_from,
                self.date_to,
                (),
            ),
        )

    def _gather_signatures(self):
        pairs = (
            (self.leader_id, self.date_leader),
            (self.treasurer_id, self.date_signed),
        )
        return [[person.name, moment.isoformat()] for person, moment in pairs if person]

    def _read_content(self):
        """Return what the minutes say: as signed, or as they stand in a draft.

        :return: dict of ``_gather_content``
        :raise UserError: if the signed text does not fit its SHA-256
        """
        self.ensure_one()
        self.check_access("read")
        kept = self.sudo()
        if kept.workflow_state != "done":
            return json.loads(minutes.write_content(kept._gather_content()))
        if minutes.digest(kept.content or "") != kept.content_hash:
            raise UserError(
                self.env._(
                    "%(document)s is not what was signed: its hash does not fit.",
                    document=self.display_name,
                )
            )
        return json.loads(kept.content)
