import base64
import hashlib

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .commitment_case import CommitmentCase


@tagged("post_install", "-at_install")
class TestFrozen(CommitmentCase):
    """What waits for a signature or is signed does not change, over any path."""

    def test_lines_of_what_waits_are_closed(self):
        commitment = self._make()
        commitment.action_submit()
        line = commitment.line_ids[0]
        for attack in (
            lambda: line.write({"amount": 1}),
            line.unlink,
            lambda: commitment.write({"grid": commitment.grid}),
            lambda: commitment.write({"line_ids": self._prepare({9: 1})}),
            lambda: line.create(
                {
                    **self.subject,
                    "commitment_id": commitment.id,
                    "month": 9,
                    "amount": 1,
                }
            ),
            commitment.action_fill,
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                attack()

    def _assert_refused(self, query):
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.cr.savepoint(flush=False),
        ):
            self.env.cr.execute(query)

    def test_signed_rows_are_closed_to_raw_sql(self):
        signed = self._sign(self._make())
        draft = self._make(unit=self.commune_b, user=self.officer_b)
        lines, other = signed.line_ids, draft.line_ids
        for query in (
            SQL("UPDATE mtqg_commitment SET plan_year = 2023 WHERE id = %s", signed.id),
            SQL("DELETE FROM mtqg_commitment_line WHERE id = %s", lines[0].id),
            SQL(
                "UPDATE mtqg_commitment_line SET amount = 1 WHERE id = %s", lines[0].id
            ),
            SQL(
                "UPDATE mtqg_commitment_line SET commitment_id = %s, month = 9"
                " WHERE id = %s",
                signed.id,
                other[0].id,
            ),
            SQL(
                """INSERT INTO mtqg_commitment_line
                          (commitment_id, program_id, origin_year, nature, month,
                           amount)
                   SELECT commitment_id, program_id, origin_year, nature, 9, 1
                     FROM mtqg_commitment_line WHERE id = %s""",
                lines[0].id,
            ),
        ):
            self._assert_refused(query)

    @mute_logger("odoo.sql_db")
    def _assert_not_done(self, attack):
        try:
            with self.cr.savepoint():
                attack()
        except (UserError, psycopg2.IntegrityError):
            return
        self.fail("the file was exchanged")

    def test_the_signed_file_is_not_exchanged(self):
        commitment = self._make(
            file=base64.b64encode(b"signed"), filename="cam-ket.pdf"
        )
        digest = hashlib.sha256(b"signed").hexdigest()
        self.assertEqual(commitment.file_hash, digest)
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "mtqg.commitment"), ("res_field", "=", "file")]
        )
        commitment.action_submit()
        mine = attachment.with_user(self.officer_a)
        forged = {
            "name": "file",
            "raw": b"forged",
            "res_model": "mtqg.commitment",
            "res_id": commitment.id,
            "res_field": "file",
        }
        for waiting in (True, False):
            for attack in (
                lambda: mine.write({"raw": b"forged"}),
                mine.unlink,
                lambda: mine.create(forged),
                lambda: commitment.write({"file": base64.b64encode(b"forged")}),
            ):
                self._assert_not_done(attack)
            if waiting:
                commitment.with_user(self.leader_a).action_approve()
        self.env.invalidate_all()
        self.assertEqual(base64.b64decode(commitment.file), b"signed")
        self.assertEqual(commitment.file_hash, digest)

    def test_attachments_outlive_the_addon(self):
        """Their table keeps its trigger when the addon is uninstalled."""
        self.env.cr.execute(SQL("ALTER TABLE mtqg_commitment RENAME TO gone"))
        file = self.env["ir.attachment"].create({"name": "x", "raw": b"x"})
        file.raw = b"y"
        file.unlink()
        self.env.cr.execute(SQL("ALTER TABLE gone RENAME TO mtqg_commitment"))

    def test_a_file_changed_behind_the_form_is_hashed_as_it_is_signed(self):
        commitment = self._make(file=base64.b64encode(b"first"))
        self.env["ir.attachment"].with_user(self.officer_a).search(
            [("res_model", "=", "mtqg.commitment"), ("res_field", "=", "file")]
        ).write({"raw": b"second"})
        self._sign(commitment)
        self.assertEqual(commitment.file_hash, hashlib.sha256(b"second").hexdigest())

    def test_who_signed_and_which_version_cannot_be_written(self):
        commitment = self._make()
        for name, value in (
            ("leader_id", self.officer_a.id),
            ("version", 7),
            ("previous_id", commitment.id),
            ("month_locked", 5),
            ("content_hash", "x"),
            ("file_hash", "x"),
            ("date_signed", "2024-01-01 00:00:00"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                commitment.write({name: value})

    def test_another_unit_is_not_reached(self):
        commitment = self._make()
        for attack in (
            lambda c: c.read(["grid"]),
            lambda c: c.write({"number": "x"}),
            lambda c: c.propose_grid("even"),
            lambda c: c.action_fill("even"),
            lambda c: c.action_replan("x"),
            lambda c: c.line_ids.create(
                {**self.subject, "commitment_id": c.id, "month": 9, "amount": 1}
            ),
            lambda c: c.create({"number": "x", "unit_id": self.commune_a.id}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                attack(commitment.with_user(self.officer_b).sudo(False))
        officer = self.env["mtqg.commitment"].with_user(self.officer_b)
        self.assertFalse(officer.search([]))
        self.assertFalse(officer.env["mtqg.commitment.deviation"].search([]))

    def test_the_capital_of_a_superior_is_not_shown_in_a_new_form(self):
        self._assign_root(77, unit=self.district)
        form = self.env["mtqg.commitment"].with_user(self.officer_a)
        draft = form.new({"unit_id": self.district.id, "plan_year": 2024})
        self.assertEqual(draft.grid["rows"], [])
        self.assertEqual(form.new({"unit_id": self.commune_b.id}).grid["rows"], [])
