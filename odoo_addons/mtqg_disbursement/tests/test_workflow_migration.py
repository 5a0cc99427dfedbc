from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .definition_case import BILLION, DefinitionCase


@tagged("post_install", "-at_install")
class TestWorkflowMigration(DefinitionCase):
    """Running documents go over to another version when a manager says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # those of the demonstration stay out of the counts
        cls.published.action_retire()
        cls.old = cls._make_draft()
        cls.old.action_publish()
        cls.written = cls._decide(BILLION, number="D-1")
        cls.waiting = cls._decide(6 * BILLION, number="W-1")
        cls.waiting.action_submit()
        cls.done = cls._approve(cls._decide(BILLION, number="F-1"), cls.leader_a)
        cls.draft = cls._make_draft(cls.old)

    def _publish(self):
        self.draft.action_publish()
        return self.draft

    def _open(self, **values):
        action = self.old.action_migrate()
        migration = self._as_manager(self.env["mtqg.workflow.migration"])
        migration = migration.browse(action["res_id"])
        migration.write({"comment": "Decision 15/QĐ-UBND", **values})
        return migration

    def _find(self, migration, number):
        return migration.line_ids.filtered(lambda line: line.document_name == number)

    def test_a_dry_run_lists_and_moves_nothing(self):
        self._ask_superior(self.draft)
        self._publish()
        migration = self._open()
        self.assertEqual(migration.target_id, self.draft)
        self.assertEqual(
            migration.stage_ids.mapped(
                lambda s: (s.stage_from_id.code, s.document_count)
            ),
            [("draft", 1), ("review", 1)],
        )
        migration.action_preview()
        self.assertEqual((migration.moved_count, migration.left_count), (2, 0))
        self.assertEqual(self._find(migration, "D-1").effect, "Moves.")
        effect = self._find(migration, "W-1").effect
        self.assertIn("asked again", effect)
        self.assertIn(self.leader_a.name, effect)
        self.assertIn(self.leader_d.name, effect)
        self.assertEqual(self.waiting.sudo().workflow_id, self.old)

    def test_what_waits_is_asked_again_and_finishes_on_the_new_version(self):
        self._ask_superior(self.draft)
        target = self._publish()
        before = self.waiting.sudo().workflow_event_ids
        migration = self._open()
        migration.action_preview()
        migration.action_migrate()
        self.assertTrue(migration.is_done)
        for document in (self.written, self.waiting):
            stage = document.sudo().stage_id
            self.assertEqual(stage.workflow_id, target)
        self.assertEqual(self.done.sudo().workflow_id, self.old)
        tasks = self.env["mtqg.workflow.task"].search(
            [("res_model", "=", "mtqg.decision"), ("res_id", "=", self.waiting.id)]
        )
        self.assertEqual(
            sorted(tasks.mapped("state")), ["cancelled", "pending", "waiting"]
        )
        event = self.waiting.sudo().workflow_event_ids - before
        self.assertEqual(
            (event.name, event.user_id, event.comment),
            ("migrate", self.manager_x, "Decision 15/QĐ-UBND"),
        )
        self.waiting.with_user(self.leader_a).action_approve()
        self.assertEqual(self.waiting.workflow_state, "running")
        self.waiting.with_user(self.leader_d).action_approve()
        self.assertEqual(self.waiting.workflow_state, "done")
        self.assertEqual(self.env["mtqg.workflow.event"].verify(), [])

    def test_a_missing_paper_is_named(self):
        paper = self.env.ref("mtqg_disbursement.paper_type_policy")
        sign = self._find_way(self.draft, "approve")
        sign.requirement_ids = [Command.create({"paper_type_id": paper.id})]
        self._publish()
        migration = self._open()
        migration.action_preview()
        self.assertIn(paper.name, self._find(migration, "W-1").effect)
        migration.action_migrate()
        (blocker,) = self.waiting.with_user(self.leader_a).get_blockers()
        self.assertEqual(blocker["code"], "paper")

    def test_a_stage_without_counterpart_keeps_its_documents(self):
        review = self.draft.stage_ids.filtered(lambda s: s.code == "review")
        review.code = "signing"
        self._publish()
        migration = self._open()
        line = migration.stage_ids.filtered(lambda s: s.stage_from_id.code == "review")
        self.assertFalse(line.stage_to_id)
        migration.action_preview()
        self.assertFalse(self._find(migration, "W-1").is_moved)
        self.assertIn("no counterpart", self._find(migration, "W-1").effect)
        # the choice changes: what was looked at before says nothing any more
        migration.write(
            {"stage_ids": [Command.update(line.id, {"stage_to_id": review.id})]}
        )
        self.assertFalse(migration.line_ids)
        with self.assertRaisesRegex(UserError, "Look at what would happen first"):
            migration.action_migrate()
        migration.action_preview()
        migration.action_migrate()
        self.assertEqual(self.waiting.sudo().stage_id, review)

    def test_nothing_ends_without_an_approval(self):
        self._find_way(self.draft, "approve").step_ids.unlink()
        self._publish()
        migration = self._open()
        migration.action_preview()
        self.assertIn("without any approval", self._find(migration, "W-1").effect)
        migration.action_migrate()
        self.assertEqual(self.waiting.sudo().workflow_id, self.old)
        self.assertEqual(self.waiting.workflow_state, "running")
        self.assertEqual(self.written.sudo().workflow_id, self.draft)

    def test_no_way_on_keeps_a_document(self):
        self._find_way(self.draft, "approve").when_group = "recall"
        codes = {stage.code: stage.id for stage in self.draft.stage_ids}
        places = self._as_manager(self.waiting)._plan_migration(
            self.draft, {stage.id: codes[stage.code] for stage in self.old.stage_ids}
        )
        self.assertEqual(places[self.waiting.id].fault, "no_way")

    def test_only_managers_move_and_only_to_published_versions(self):
        target = self._publish()
        for user in (self.leader_p, self.officer_a, self.finance_p):
            with self.assertRaises(AccessError):
                self.old.with_user(user).action_migrate()
            with self.assertRaises(AccessError):
                self.waiting.with_user(user)._migrate(target, {}, "x")
        manager = self.waiting.with_user(self.manager_x)
        with self.assertRaisesRegex(UserError, "published version"):
            manager._migrate(self._make_draft(target), {}, "x")
        voucher = self.env.ref("mtqg_disbursement.workflow_disbursement")
        with self.assertRaisesRegex(UserError, "published version"):
            manager._migrate(voucher, {}, "x")

    def test_foreign_stages_and_no_reason_are_refused(self):
        self._publish()
        migration = self._open(comment=" ")
        migration.action_preview()
        with self.assertRaisesRegex(UserError, "Say why"):
            migration.action_migrate()
        line = migration.stage_ids[0]
        foreign = self.old.stage_ids[0]
        migration.write(
            {"stage_ids": [Command.update(line.id, {"stage_to_id": foreign.id})]}
        )
        with self.assertRaisesRegex(UserError, "is not one of"):
            migration.action_preview()

    def test_a_dossier_goes_back_to_its_maker_where_a_paper_is_missing(self):
        project = (
            self.env["mtqg.project"]
            .with_user(self.officer_a)
            .create(
                {
                    "code": "T-move",
                    "name": "Road",
                    "kind": "small",
                    "unit_id": self.commune_a.id,
                    "program_id": self.program.id,
                }
            )
        )
        kind = self.env.ref("mtqg_disbursement.paper_type_simple_file")
        project.paper_ids = [Command.create({"type_id": kind.id, "number": "1"})]
        project.action_submit()
        small = self.env.ref("mtqg_disbursement.workflow_project_small")
        draft = self._make_draft(small)
        paper = self.env.ref("mtqg_disbursement.paper_type_policy")
        way = self._find_way(draft, "submit", "preparation")
        way.requirement_ids = [Command.create({"paper_type_id": paper.id})]
        draft.action_publish()
        stages = {stage.code: stage.id for stage in draft.stage_ids}
        places = project.with_user(self.manager_x)._migrate(
            draft, {s.id: stages[s.code] for s in small.stage_ids}, "New papers"
        )
        self.assertEqual(places[project.id].missing, (paper.id,))
        self.assertFalse(project.workflow_transition_id)
        self.assertEqual(project.workflow_state, "draft")
        project.paper_ids = [Command.create({"type_id": paper.id, "number": "2"})]
        self._approve(project, self.leader_a)
        self.assertEqual(project.stage_id.code, "construction")
        self.assertEqual(project.sudo().workflow_id, draft)

    def test_queries_do_not_grow_with_the_documents(self):
        self._ask_superior(self.draft)
        target = self._publish()
        stages = {stage.code: stage.id for stage in target.stage_ids}
        stage_map = {stage.id: stages[stage.code] for stage in self.old.stage_ids}
        few = self.written | self.waiting
        many = few.browse()
        self.draft.invalidate_recordset()
        for number in range(10):
            decision = self._decide(
                (1 + 6 * (number % 2)) * BILLION, number=f"Q-{number}"
            )
            decision.sudo().write(
                {
                    "workflow_id": self.old.id,
                    "stage_id": self.old.stage_ids.filtered(
                        lambda s: s.code == "draft"
                    ).id,
                }
            )
            many |= decision
        many.action_submit()
        self._count_queries(few[0], target, stage_map)
        self.assertEqual(
            self._count_queries(few[1], target, stage_map),
            self._count_queries(many, target, stage_map),
        )

    def _count_queries(self, documents, target, stage_map):
        documents = self._as_manager(documents)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        documents._migrate(target, stage_map, "New approvers")
        self.env.flush_all()
        return self.cr.sql_log_count - before
