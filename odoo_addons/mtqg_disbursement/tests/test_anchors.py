import base64
import io

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfReader

from ..engine import evidence
from ..store import anchors
from .test_evidence import EvidenceCase


@tagged("post_install", "-at_install")
class TestAnchors(EvidenceCase):
    """Anchors stand for the history, and are made by those who watch over it."""

    def _anchor(self):
        action = (
            self.env["mtqg.workflow.anchor"].with_user(self.inspector_p).action_anchor()
        )
        return self.env["mtqg.workflow.anchor"].browse(action["res_id"])

    def _compare(self, **values):
        check = (
            self.env["mtqg.workflow.anchor.check"]
            .with_user(self.inspector_p)
            .create(values)
        )
        check.action_compare()
        return check

    def test_an_anchor_covers_what_moved_since_the_one_before(self):
        first = self._anchor()
        self.assertGreater(first.event_count, 0)
        decision = self._approve(self._draft(), self.leader_a)
        second = self._anchor()
        self.assertEqual(second.previous_digest, first.digest)
        self.assertEqual(second.number, first.number + 1)
        self.assertEqual(second.event_count, first.event_count + 2)
        self.assertEqual(second.head_count, first.head_count + 1)
        self.assertEqual(second.changed_count, 1)
        self.assertEqual(
            second.event_max_id, decision.sudo().workflow_event_ids.sorted("id")[-1].id
        )
        self.assertEqual(self._anchor().changed_count, 0)
        self.assertEqual(self.env["mtqg.workflow.event"].verify(), [])

    def test_digest_is_the_one_of_the_engine(self):
        self._anchor()
        self._approve(self._draft() | self._draft(), self.leader_a)
        anchor = self._anchor()
        self.cr.execute("SELECT * FROM mtqg_workflow_anchor WHERE id = %s", [anchor.id])
        (row,) = self.cr.dictfetchall()
        heads = self.env["mtqg.workflow.anchor.head"].search(
            [("anchor_id", "=", anchor.id)]
        )
        self.assertEqual(len(heads), 2)
        self.assertEqual(
            anchor.digest,
            evidence.digest_anchor(
                row, [(h.res_model, h.res_id, h.hash, h.trail) for h in heads]
            ),
        )

    def test_managers_and_inspectors_anchor_and_nobody_else(self):
        Anchor = self.env["mtqg.workflow.anchor"]
        Event = self.env["mtqg.workflow.event"]
        for user in (self.officer_a, self.leader_p, self.finance_p, self.treasurer):
            for job in (
                Anchor.with_user(user).action_anchor,
                Anchor.with_user(user).action_verify,
                Event.with_user(user).action_verify,
                lambda u=user: Anchor.with_user(u).search([]).mapped("digest"),
            ):
                with self.assertRaises(AccessError):
                    job()
        for user in (self.inspector_p, self.manager_x):
            self.assertTrue(Anchor.with_user(user).action_anchor()["res_id"])

    def test_an_anchor_is_made_every_night(self):
        before = self.env["mtqg.workflow.anchor"].search_count([])
        cron = self.env.ref("mtqg_disbursement.cron_anchor")
        self.assertEqual((cron.interval_number, cron.interval_type), (1, "days"))
        cron.ir_actions_server_id.run()
        self.assertEqual(self.env["mtqg.workflow.anchor"].search_count([]), before + 1)

    def test_a_kept_digest_is_found_again(self):
        self._approve(self._draft(), self.leader_a)
        anchor = self._anchor()
        self._approve(self._draft(), self.leader_a)
        printed = "  ".join(anchor._group_digest()).upper()
        for values in (
            {"digest": printed},
            {"file": anchor.kept_file},
            {"file": base64.b64encode(anchor.digest.encode("utf-16-be"))},
        ):
            check = self._compare(**values)
            self.assertEqual(check.verdict, "same")
            self.assertIn(f"no. {anchor.number} ", check.answer)
        self.assertEqual(self._compare(digest="0" * 64).verdict, "unknown")
        for digest in ("", "abc", "g" * 64):
            with self.assertRaisesRegex(UserError, "no digest in it"):
                self._compare(digest=digest)

    def test_a_kept_digest_tells_of_changes_before_it_only(self):
        decision = self._approve(self._draft(), self.leader_a)
        anchor = self._anchor()
        later = self._approve(self._draft(), self.leader_a)
        self.cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
        change = "UPDATE mtqg_workflow_event SET comment = 'x' WHERE id = %s"
        self.cr.execute(change, [later.sudo().workflow_event_ids[0].id])
        self.assertEqual(self._compare(digest=anchor.digest).verdict, "same")
        self.cr.execute(change, [decision.sudo().workflow_event_ids[-1].id])
        check = self._compare(digest=anchor.digest)
        self.assertEqual(check.verdict, "changed")
        self.assertIn("but 1 documents", check.answer)

    def test_verification_is_shown_in_words(self):
        decision = self._approve(self._draft(number="7/QĐ"), self.leader_a)
        Event = self.env["mtqg.workflow.event"].with_user(self.inspector_p)

        def verify():
            action = Event.action_verify()
            return self.env[action["res_model"]].browse(action["res_id"])

        self.assertEqual(verify().fault_count, 0)
        self.cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
        first, last = decision.sudo().workflow_event_ids.sorted("sequence")
        self.cr.execute("DELETE FROM mtqg_workflow_event WHERE id = %s", [first.id])
        self.env.invalidate_all()
        found = verify()
        self.assertEqual(found.fault_count, 1)
        line = found.line_ids
        self.assertEqual((line.event_id, line.reason), (last, "gap"))
        self.assertIn("7/QĐ", line.document)
        self.assertEqual(line.action_open_document()["res_id"], decision.id)

    def test_faults_of_hidden_documents_are_not_told(self):
        own = self._approve(self._draft(), self.leader_a)
        foreign = self._make_voucher_of_b()
        anchors.make_anchor(self.env)
        self.cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
        self.cr.execute(
            "UPDATE mtqg_workflow_event SET comment = 'x' WHERE id = ANY(%s)",
            [[d.sudo().workflow_event_ids[0].id for d in (own, foreign)]],
        )
        # a document that is gone is told to those who saw it
        self.cr.execute(
            "DELETE FROM mtqg_workflow_event WHERE res_model = %s AND res_id = %s",
            [foreign._name, foreign.id],
        )
        self.cr.execute("DELETE FROM mtqg_disbursement WHERE id = %s", [foreign.id])
        self.env.invalidate_all()
        Event = self.env["mtqg.workflow.event"]
        told = {
            user: {(row["res_model"], row["res_id"]) for row in faults}
            for user in (self.officer_a, self.officer_b, self.manager_x)
            for faults in [Event.with_user(user).verify()]
        }
        ours, theirs = ("mtqg.decision", own.id), ("mtqg.disbursement", foreign.id)
        self.assertEqual(told[self.officer_a], {ours})
        self.assertEqual(told[self.officer_b], {theirs})
        self.assertEqual(told[self.manager_x], {ours, theirs})

    def _make_voucher_of_b(self):
        balance = self._allocate(self._assign_root(1_000), self.commune_b, 500)
        voucher = self._make_voucher(balance, "completed", 1, user=self.officer_b)
        voucher.action_submit()
        voucher.with_user(self.leader_b).action_return("no")
        return voucher

    def test_a_changed_anchor_is_found(self):
        self._approve(self._draft(), self.leader_a)
        first, second = self._anchor(), self._anchor()
        for table in anchors.TABLES:
            self.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        head = self.env["mtqg.workflow.anchor.head"].search([], limit=1)
        changes = {
            "number": 99,
            "date": "date + interval '1 s'",
            "actor": "'x'",
            "event_max_id": 1,
            "event_count": "event_count + 1",
            "head_count": "head_count + 1",
            "changed_count": "changed_count - 1",
            "previous_digest": "'x'",
            "digest": "md5('x')",
        }
        moved = {"trail": "'x'", "hash": "'x'", "anchor_id": second.id}
        for statement in (
            *(
                f"UPDATE {anchors.TABLES[0]} SET {name} = {value} WHERE id = {first.id}"
                for name, value in changes.items()
            ),
            *(
                f"UPDATE {anchors.TABLES[1]} SET {name} = {value} WHERE id = {head.id}"
                for name, value in moved.items()
            ),
            f"DELETE FROM {anchors.TABLES[1]} WHERE id = {head.id}",
        ):
            with self.subTest(statement), self.cr.savepoint() as savepoint:
                self.cr.execute(statement)
                faults = self.env["mtqg.workflow.event"].verify()
                self.assertIn(
                    "mtqg.workflow.anchor", {row["res_model"] for row in faults}
                )
                savepoint.rollback()


@tagged("post_install", "-at_install")
class TestAnchorPage(EvidenceCase, HttpCase):
    """The page that is kept elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("vi_VN")
        cls.anchor = cls.env["mtqg.workflow.anchor"].browse(
            anchors.make_anchor(cls.env)
        )

    def test_it_is_vietnamese_whoever_prints_it(self):
        html, _kind = self._print("_render_qweb_html", lang="en_US")
        for text in (
            *self.anchor._group_digest(),
            f"Số: {self.anchor.number}/MN",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        ):
            self.assertIn(text, html.decode())

    def test_it_is_one_page_that_can_be_compared(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("report.url", self.base_url())
        pdf, kind = self._print("_render_qweb_pdf", force_report_rendering=True)
        self.assertEqual(kind, "pdf")
        self.assertEqual(PdfReader(io.BytesIO(pdf)).getNumPages(), 1)
        check = self.env["mtqg.workflow.anchor.check"].create(
            {"file": base64.b64encode(pdf)}
        )
        check.action_compare()
        self.assertEqual(check.verdict, "same")
        self.assertIn(f"no. {self.anchor.number} ", check.answer)

    def _print(self, method, **context):
        report = self.env["ir.actions.report"].with_context(**context)
        return getattr(report, method)(
            "mtqg_disbursement.mtqg_workflow_anchor_report", self.anchor.ids
        )


@tagged("post_install", "-at_install")
class TestReturns(EvidenceCase):
    """Counts and causes of returns."""

    def test_returns_are_counted_by_reason_stage_and_treasury(self):
        decision = self._draft()
        decision.action_submit()
        decision.with_user(self.leader_a).action_return("wrong code")
        stage = decision.sudo().stage_id
        reason = self.env.ref("mtqg_disbursement.return_reason_code")
        self._append(
            {"res_id": decision.id, "comment": "again"},
            name="return",
            unit_id=self.commune_a.id,
            reason_id=reason.id,
            stage_from_id=stage.id,
            stage_to_id=stage.id,
            user=self.leader_a,
        )
        Event = self.env["mtqg.workflow.event"].with_user(self.officer_a)
        domain = [("name", "=", "return")]
        ((treasury, count),) = Event._read_group(domain, ["treasury_id"], ["__count"])
        self.assertEqual((treasury.id, count), (self.treasury.id, 2))
        groups = Event.formatted_read_group(
            domain, ["reason_id", "stage_from_id"], ["__count"]
        )
        self.assertEqual(
            sorted(
                (row["reason_id"] and row["reason_id"][0], row["__count"])
                for row in groups
            ),
            [(False, 1), (reason.id, 1)],
        )

    def test_a_reason_of_return_is_data(self):
        Reason = self.env["mtqg.workflow.return.reason"]
        self.assertGreaterEqual(Reason.search_count([]), 10)
        self.assertTrue(Reason.with_user(self.viewer_a).search([]).mapped("code"))
        with self.assertRaises(AccessError):
            Reason.with_user(self.finance_p).create({"code": "x", "name": "X"})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            Reason.create({"code": "code", "name": "Twice"})
