from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mtqg_disbursement.models.workflow_trial import Trial

from .definition_case import BILLION, DefinitionCase


@tagged("post_install", "-at_install")
class TestWorkflowTrial(DefinitionCase):
    """A draft is tried on past documents before anybody depends on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = cls._approve(cls._decide(BILLION, number="S-1"), cls.leader_a)
        cls.large = cls._decide(6 * BILLION, number="L-1")
        cls.large.action_submit()
        cls.large.with_user(cls.leader_a).action_return("Once more")
        cls._approve(cls.large, cls.leader_a)
        cls.draft = cls._make_draft()

    def _try(self, draft=None, **values):
        trial = self._as_manager(self.env["mtqg.workflow.trial"]).create(
            {
                "workflow_id": (draft or self.draft).id,
                "domain": "[('number', 'in', ['S-1', 'L-1', 'W-1'])]",
                **values,
            }
        )
        trial.action_run()
        return trial

    def _find(self, trial, number):
        return trial.line_ids.filtered(lambda line: line.document_name == number)

    def test_a_copy_does_as_it_was(self):
        trial = self._try()
        self.assertEqual((trial.total, trial.same_count, trial.done_count), (2, 2, 2))
        line = self._find(trial, "L-1")
        self.assertEqual(
            line.route_then, "Draft → Waiting for signature → Issued and posted"
        )
        self.assertEqual(line.route_now.striptags(), line.route_then)
        self.assertNotIn("<strong>", line.route_now)
        self.assertEqual(line.people_then, self.leader_a.name)
        self.assertIn(self.leader_a.name, line.people_now)
        self.assertFalse(line.difference)

    def test_another_approver_is_named(self):
        self._ask_superior(self.draft)
        trial = self._try()
        self.assertEqual((trial.same_count, trial.changed_count), (1, 1))
        line = self._find(trial, "L-1")
        self.assertEqual(line.verdict, "changed")
        self.assertIn("Also asks: ", line.difference)
        self.assertIn(self.leader_d.name, line.difference)
        self.assertEqual(self._find(trial, "S-1").verdict, "same")

    def test_another_stage_is_named(self):
        stage = self.draft.stage_ids.create(
            {
                "workflow_id": self.draft.id,
                "name": "At the council",
                "code": "council",
                "kind": "review",
                "sequence": 25,
            }
        )
        sign = self._find_way(self.draft, "approve")
        sign.copy({"workflow_id": self.draft.id, "stage_from_id": stage.id})
        sign.stage_to_id = stage
        line = self._find(self._try(), "S-1")
        self.assertEqual(line.verdict, "changed")
        self.assertIn("<strong>At the council</strong>", line.route_now)
        self.assertIn("Also goes through: At the council.", line.difference)

    def test_what_a_new_paper_would_have_stopped_is_named(self):
        paper = self.env.ref("mtqg_disbursement.paper_type_policy")
        self._find_way(self.draft, "submit").write(
            {
                "requirement_ids": [
                    Command.create(
                        {
                            "paper_type_id": paper.id,
                            "condition": f"[('amount_total', '>=', {5 * BILLION})]",
                        }
                    )
                ]
            }
        )
        trial = self._try()
        self.assertEqual((trial.blocked_count, trial.same_count), (1, 1))
        line = self._find(trial, "L-1")
        self.assertEqual(line.difference, f"Paper “{paper.name}” is missing.")

    def test_what_the_condition_of_the_workflow_leaves_out_is_named(self):
        self.draft.condition = "[('kind', '=', 'recall')]"
        trial = self._try()
        self.assertEqual(trial.elsewhere_count, 2)
        self.assertIn("No workflow takes it", trial.line_ids[0].difference)

    def test_a_document_on_the_way_is_followed_to_its_end(self):
        waiting = self._decide(BILLION, number="W-1")
        waiting.action_submit()
        line = self._find(self._try(), "W-1")
        self.assertEqual(line.verdict, "same")
        self.assertIn("Issued and posted", line.route_then)

    def test_nothing_is_written(self):
        self._ask_superior(self.draft)
        before = self._read_all()
        self._try()
        self.assertEqual(self._read_all(), before)

    def _read_all(self):
        self.env.flush_all()
        found = []
        for table in ("decision", "workflow_task", "workflow_event", "workflow_vote"):
            self.cr.execute(
                f"SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM mtqg_{table} t"
            )
            found.append(self.cr.fetchone())
        return found

    def test_a_version_with_faults_is_not_tried(self):
        self._find_way(self.draft, "submit").unlink()
        with self.assertRaisesRegex(UserError, "First put the version right"):
            self._try()

    def test_the_choice_is_limited(self):
        trial = self._try(document_limit=1)
        self.assertEqual(trial.line_ids.document_name, "L-1")
        trial = self._try(date_to="2000-01-01")
        self.assertEqual((trial.total, trial.done_count), (0, 0))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self._try(document_limit=6_000)
        for wrong in ("env", "[('nothing', '=', 1)]", "[1, 2]"):
            with self.assertRaises(UserError):
                self._try(domain=wrong)

    def test_slices_say_how_far_it_is(self):
        trial = self._as_manager(self.env["mtqg.workflow.trial"]).create(
            {"workflow_id": self.draft.id}
        )
        total = trial.start()["total"]
        self.assertGreater(total, 1)
        self.assertEqual(trial.run_slice(), {"done": total, "total": total})
        self.assertEqual(trial.run_slice(), {"done": total, "total": total})

    def test_only_managers_try(self):
        with self.assertRaises(AccessError):
            self.draft.with_user(self.leader_p).action_try()
        trial = self._try()
        with self.assertRaises(AccessError):
            trial.with_user(self.finance_p).action_run()

    def test_queries_do_not_grow_with_the_documents(self):
        self._ask_superior(self.draft)
        few = self.small | self.large
        many = few
        for number in range(12):
            amount = (1 + 6 * (number % 2)) * BILLION
            decision = self._decide(amount, number=f"Q-{number}")
            many |= self._approve(decision, self.leader_a)
        self._count_queries(few)
        self.assertEqual(self._count_queries(few), self._count_queries(many))

    def _count_queries(self, documents):
        documents = self._as_manager(documents)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        lines = Trial(documents, self.draft).list_lines()
        self.assertEqual(len(lines), len(documents))
        return self.cr.sql_log_count - before
