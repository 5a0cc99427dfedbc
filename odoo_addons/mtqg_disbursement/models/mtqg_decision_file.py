from odoo import fields, models


class MtqgDecision(models.Model):
    _inherit = "mtqg.decision"

    import_sha256 = fields.Char(
        string="Imported files",
        readonly=True,
        copy=False,
        help="SHA-256 of the files that lines were imported from.",
    )

    # holds too when two people import the same file at the same moment
    _import_once = models.UniqueIndex(
        "(unit_id, number, import_sha256) WHERE import_sha256 IS NOT NULL"
        " AND workflow_state NOT IN ('rejected', 'cancelled')",
        "This file was already imported as a decision with this number. Open that "
        "decision instead of importing the file again.",
    )

    def _find_imported(self, digest, number, unit):
        """Return the decision that already holds a file under a number, if any."""
        return self.search(
            [
                ("import_sha256", "like", digest),
                ("number", "=", (number or "").strip()),
                ("unit_id", "=", unit.id),
                ("workflow_state", "not in", ("rejected", "cancelled")),
                # a draft emptied to import once more is no obstacle
                ("line_count", ">", 0),
            ],
            limit=1,
        )

    def _note_imported(self, digest):
        """Remember the digest of a file that lines came from."""
        for decision in self:
            known = (decision.import_sha256 or "").split()
            if digest not in known:
                decision.sudo().import_sha256 = " ".join([*known, digest])
