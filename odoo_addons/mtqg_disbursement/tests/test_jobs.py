"""Work in the background as people see it: asked for, looked at, cancelled, failed."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .statement_case import ReconciliationCase
from .test_statement import StatementCase

IDLE = {"is_under_way": False, "text": "", "percent": 100}


@tagged("post_install", "-at_install")
class TestStatementJob(StatementCase):
    """The officer of commune A has his statement loaded in the background."""

    def setUp(self):
        super().setUp()
        self.statement = self._make_statement()
        self.statement.action_queue()
        self.job = self.statement.sudo().job_ids

    def _progress(self, **values):
        self.job.write({"state": "running", **values})
        return self.statement.get_progress()

    def test_it_waits_for_its_turn(self):
        progress = self.statement.get_progress()
        self.assertTrue(progress["is_under_way"])
        self.assertEqual(progress["percent"], 0)
        self.assertIn("Waiting", progress["text"])
        self.assertEqual(self.statement.state, "queued")
        self.assertEqual(self.job.user_id, self.officer_a)

    def test_the_bar_moves_and_never_stands_at_its_end(self):
        early = self._progress(done=0, total=0)
        half = self._progress(done=50, total=100)
        late = self._progress(done=100, total=100)
        self.assertIs(early["percent"], False)
        self.assertLess(0, half["percent"])
        self.assertLess(half["percent"], late["percent"])
        self.assertLess(late["percent"], 100)
        self.assertIn("50%", half["text"])
        self.assertNotIn("%", late["text"])

    def test_rows_are_counted_where_nobody_knows_how_many_there_are(self):
        self.assertIn("150.000", self._progress(done=150_000, total=0)["text"])

    def test_the_queue_is_left_and_entered_again(self):
        self.statement.action_cancel_job()
        self.assertEqual(self.statement.state, "draft")
        self.assertFalse(self.statement.job_ids)
        self.assertEqual(self.statement.get_progress(), IDLE)
        letter = self.statement.message_ids[:1]
        self.assertIn("was cancelled", letter.body)
        self.assertEqual(letter.partner_ids, self.officer_a.partner_id)
        self.statement.action_queue()
        self.assertEqual(self.statement.state, "queued")

    def test_what_has_ended_is_not_cancelled(self):
        self.statement.action_cancel_job()
        with self.assertRaisesRegex(UserError, "thang5.csv.* any more"):
            self.statement.action_cancel_job()

    def test_only_who_may_change_it_cancels_it(self):
        for user in (self.viewer_a, self.officer_b):
            with self.assertRaises(AccessError):
                self.statement.with_user(user).action_cancel_job()
        self.assertEqual(self.statement.state, "queued")

    def test_why_it_failed_stands_on_the_form_until_it_is_tried_again(self):
        self.job._fail("The disk is full.")
        self.assertEqual(self.statement.state, "failed")
        self.assertEqual(self.statement.job_text, "The disk is full.")
        self.assertFalse(self.statement.get_progress()["is_under_way"])
        self.statement.action_queue()
        self.assertEqual(self.statement.job_state, "queued")
        self.assertEqual(len(self.statement.job_ids), 1)


@tagged("post_install", "-at_install")
class TestReconciliationJob(ReconciliationCase):
    """A comparison of commune A that waits in the queue."""

    def setUp(self):
        super().setUp()
        self.document = self._reconcile(self._import(), run=False)
        self.document._enqueue()

    def test_each_step_moves_the_bar(self):
        job = self.document.sudo().job_ids
        seen = []
        for step in range(6):
            job.write({"state": "running", "done": step, "total": 6})
            seen.append(tuple(self.document.get_progress().values()))
        percents = [percent for _is_under_way, _text, percent in seen]
        self.assertEqual(percents, sorted(set(percents)))
        self.assertLess(percents[-1], 100)
        self.assertEqual(len({text for _is_under_way, text, _percent in seen}), 5)

    def test_it_is_cancelled_and_compared_after_all(self):
        self.document.action_cancel_job()
        self.assertFalse(self.document.job_state)
        self.assertIn("was cancelled", self.document.message_ids[:1].body)
        self.document.action_run()
        self.assertTrue(self.document.date_run)

    def test_a_second_order_leaves_it_in_the_queue(self):
        self.document.action_run()
        self.assertEqual(self.document.job_state, "queued")
        self.assertFalse(self.document.date_run)

    def test_it_is_not_submitted_meanwhile(self):
        [blocker] = self.document.get_blockers()
        self.assertEqual(blocker["code"], "comparing")
        self.assertIn("cancel the comparison", blocker["message"])
        with self.assertRaisesRegex(UserError, "being compared in the background"):
            self.document.action_submit()

    def test_who_begins_one_names_neither_his_unit_nor_his_office(self):
        names = ["unit_id", "treasury_unit_id"]
        get = self.env["mtqg.reconciliation"].with_user
        for user in (self.officer_a, self.treasurer):
            found = get(user).default_get(names)
            self.assertEqual(found["treasury_unit_id"], self.treasury.id)
            self.assertNotEqual(found["unit_id"], self.treasury.id)

    def test_it_is_not_deleted_meanwhile(self):
        with self.assertRaisesRegex(UserError, "Cancel the comparison"):
            self.document.unlink()

    def test_a_failure_is_forgotten_once_it_is_compared(self):
        self.document.sudo().job_ids._fail("Out of memory.")
        self.assertEqual(self.document.job_text, "Out of memory.")
        self.document.action_run()
        self.assertFalse(self.document.job_state or self.document.job_text)
        self.assertTrue(self.document.date_run)

    def test_only_who_may_change_it_cancels_it(self):
        for user in (self.viewer_a, self.officer_b):
            with self.assertRaises(AccessError):
                self.document.with_user(user).action_cancel_job()
        self.assertEqual(self.document.job_state, "queued")
