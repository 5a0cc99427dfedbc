"""Promise 13 for work in the background: cancelled, killed, given up, asked again."""

from queues import LINES, MOST_ATTEMPTS

from odoo.tests import BaseCase, tagged

from clones import clone, run_program

STATEMENT, COMPARISON = "mtqg.statement", "mtqg.reconciliation"
# (state, parts) of a document of each kind: untouched, and done
UNTOUCHED = {STATEMENT: ("draft", 0), COMPARISON: (False, 0)}
DONE = {STATEMENT: ("imported", LINES), COMPARISON: (True, None)}
# how each kind says that it was cancelled, and that it was given up
CANCELLED = {STATEMENT: "nothing is kept", COMPARISON: "what they were before"}
REMEDY = {STATEMENT: "Divide the file", COMPARISON: "Compare a smaller unit"}
NAME = {STATEMENT: "thang-{}.csv", COMPARISON: "ĐC-"}


@tagged("post_install", "-at_install")
class TestQueues(BaseCase):
    """Statements and comparisons whose work stands in the middle of its SQL."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with clone("queues") as database:
            cls.result = run_program("queues", database)

    def _check(self, kind, found, expected):
        state, parts = expected[kind]
        self.assertEqual(found["state"], state, found)
        if parts is None:
            self.assertGreater(found["parts"], 300, found)
        else:
            self.assertEqual(found["parts"], parts, found)

    def _check_letter(self, kind, found, words, number):
        self.assertIn(words[kind], found["letter"])
        self.assertIn(NAME[kind].format(number), found["letter"])
        self.assertEqual(found["to"], [self.result["officer"]])

    def _check_done(self, kind, found):
        self._check(kind, found, DONE)
        self.assertFalse(found["job"] or found["under_way"], found)
        self.assertEqual(found["to"], [self.result["officer"]])

    def test_cancelling_interrupts_the_sql_and_nothing_is_kept(self):
        for kind in (STATEMENT, COMPARISON):
            with self.subTest(kind):
                found = self.result[kind]["interrupt"]
                self.assertEqual(found["running"]["job"], "running")
                self.assertIs(found["pressed"], True)
                self._check(kind, found["cancelled"], UNTOUCHED)
                self.assertFalse(found["cancelled"]["job"])
                self._check_letter(kind, found["cancelled"], CANCELLED, 0)
                self.assertIn("any more", found["late"])
                self._check_done(kind, found["done"])

    def test_two_workers_never_take_the_same(self):
        for kind in (STATEMENT, COMPARISON):
            with self.subTest(kind):
                # this look is after the pass of a second worker; each counts an attempt
                found = self.result[kind]["interrupt"]
                self.assertEqual(found["running"]["attempts"], 1)

    def test_what_nobody_works_on_is_cancelled_at_once(self):
        for kind in (STATEMENT, COMPARISON):
            with self.subTest(kind):
                found = self.result[kind]["wait_in_line"]
                self._check(kind, found["queued"], UNTOUCHED)
                self.assertFalse(found["queued"]["job"])
                self.assertEqual(found["left"]["job"], "running")
                self._check(kind, found["cancelled"], UNTOUCHED)
                self.assertFalse(found["cancelled"]["job"])
                self._check_letter(kind, found["cancelled"], CANCELLED, 1)

    def test_a_job_whose_workers_die_is_given_up_and_may_be_asked_for_again(self):
        for kind in (STATEMENT, COMPARISON):
            with self.subTest(kind):
                found = self.result[kind]["wear_out"]
                attempts = [seen["attempts"] for seen in found["seen"]]
                self.assertEqual(attempts, list(range(1, MOST_ATTEMPTS + 1)), found)
                self.assertEqual({seen["parts"] for seen in found["seen"]}, {0})
                self.assertEqual(found["given_up"]["job"], "failed")
                self.assertFalse(found["given_up"]["under_way"])
                self.assertEqual(found["given_up"]["parts"], 0)
                self._check_letter(kind, found["given_up"], REMEDY, 2)
                self.assertIn(str(MOST_ATTEMPTS), found["given_up"]["message"])
                self.assertIn(REMEDY[kind], found["given_up"]["message"])
                self.assertEqual(found["still"], found["given_up"])
                self._check_done(kind, found["done"])
