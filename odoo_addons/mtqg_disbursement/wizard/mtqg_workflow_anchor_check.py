import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError

from ..engine.evidence import read_digests
from ..store import verification

MAX_BYTES = 5_000_000


class MtqgWorkflowAnchorCheck(models.TransientModel):
    """Compares a digest that was kept elsewhere with the anchors of the register."""

    _name = "mtqg.workflow.anchor.check"
    _description = "Compare a kept digest"
    _rec_name = "digest"

    digest = fields.Text(help="64 characters, 0 to 9 and a to f. Spaces do not matter.")
    file = fields.Binary(string="Kept file", attachment=False)
    filename = fields.Char()
    verdict = fields.Selection(
        [("same", "Same"), ("changed", "Changed"), ("unknown", "Unknown")],
        readonly=True,
    )
    answer = fields.Text(readonly=True)

    def action_compare(self):
        """Answer whether the register still is what the digest stands for.

        :raise UserError: if there is no digest in what was given
        """
        if len(self) != 1:
            raise UserError(self.env._("Give one digest at a time."))
        self.env["mtqg.workflow.anchor"]._check_inspector()
        self.verdict, self.answer = self._compare(self._read_digests())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare a kept digest"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _read_digests(self):
        """Return the digests in the pasted text and in the file.

        A file is searched as it is: a text says its digest, and a printed page has it
        in its title, in characters of two bytes.
        """
        try:
            content = base64.b64decode(self.with_context(bin_size=False).file or b"")
        except binascii.Error:
            content = b""
        if len(content) > MAX_BYTES:
            raise UserError(self.env._("The file is too large for a kept anchor."))
        text = content.replace(b"\0", b"").decode("latin-1")
        digests = read_digests(self.digest or "") or read_digests(text)
        if not digests:
            raise UserError(
                self.env._(
                    "There is no digest in it: a digest has 64 characters, 0 to 9 and "
                    "a to f."
                )
            )
        return digests

    def _compare(self, digests):
        """Return (verdict, sentence) on the newest anchor with one of the digests."""
        Anchor = self.env["mtqg.workflow.anchor"]
        anchor = Anchor.search([("digest", "in", digests)], limit=1)
        if not anchor:
            return "unknown", self.env._(
                "No anchor of this register has this digest. Read it again; if it is "
                "right, then the history was changed after it was printed and its "
                "anchors were made anew, or it belongs to another register."
            )
        faults = verification.count_faults_before(self.env, anchor.number)
        names = {
            "number": anchor.number,
            "date": anchor._format_moment(),
            "events": anchor.event_count,
            "documents": anchor.head_count,
        }
        if faults:
            return "changed", self.env._(
                "This is anchor no. %(number)s of %(date)s, but %(faults)s documents "
                "or anchors from before it are not what they were. Verify the history "
                "to see them.",
                faults=faults,
                **names,
            )
        return "same", self.env._(
            "This is anchor no. %(number)s of %(date)s. All %(events)s events of "
            "%(documents)s documents up to it are as they were then.",
            **names,
        )
