import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .definition_case import DefinitionCase

PARTS = {
    "stage_ids": {"kind": "work"},
    "transition_ids": {"limit_days": 9},
    "transition_ids.step_ids": {"needed": 2},
    "transition_ids.requirement_ids": {"needs_file": True},
    "transition_ids.escalation_ids": {"days": 9},
    "transition_ids.notice_ids": {"audience": "unit_leader"},
}


@tagged("post_install", "-at_install")
class TestFrozenDefinition(DefinitionCase):
    """What is published stays as it was published, over every route."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draft = cls._make_draft()
        paper = cls.env.ref("mtqg_disbursement.paper_type_policy")
        # asked of nobody who submits or approves
        way = cls._find_way(draft, "return")
        way.write({"requirement_ids": [Command.create({"paper_type_id": paper.id})]})
        draft.action_publish()
        cls.frozen = draft
        cls.draft = cls._make_draft(draft)

    def _list_parts(self, workflow):
        for path, vals in PARTS.items():
            part = workflow.mapped(path)[:1]
            self.assertTrue(part, path)
            yield part, vals

    def assertRefused(self, action):
        with self.assertRaisesRegex(UserError, "not a draft any more"):
            action()

    def test_parts_are_not_written(self):
        for part, vals in self._list_parts(self.frozen):
            with self.subTest(part=part):
                self.assertRefused(lambda p=part, v=vals: p.write(v))
                self.assertRefused(lambda p=part, v=vals: p.web_save(v, {}))

    def test_parts_are_not_deleted_or_copied(self):
        for part, _vals in self._list_parts(self.frozen):
            with self.subTest(part=part):
                self.assertRefused(part.unlink)
                self.assertRefused(part.copy)

    def test_parts_are_not_added(self):
        stage, sign = self.frozen.stage_ids[0], self._find_way(self.frozen, "approve")
        ends = {"stage_from_id": stage.id, "stage_to_id": stage.id}
        for model, vals in (
            ("stage", {"workflow_id": self.frozen.id, "code": "x"}),
            ("transition", {"workflow_id": self.frozen.id, **ends}),
            ("step", {"transition_id": sign.id}),
            ("notice", {"transition_id": sign.id}),
            ("escalation", {"transition_id": sign.id}),
        ):
            Part = self._as_manager(self.env[f"mtqg.workflow.{model}"])
            with self.subTest(model=model):
                named = {"name": "x"} if "name" in Part._fields else {}
                self.assertRefused(lambda p=Part, v=vals | named: p.create(v))

    def test_commands_on_the_version_change_nothing(self):
        stage, way = self.frozen.stage_ids[0], self.frozen.transition_ids[0]
        step = self.frozen.transition_ids.step_ids[0]
        for vals in (
            {"stage_ids": [Command.update(stage.id, {"kind": "done"})]},
            {"stage_ids": [Command.delete(stage.id)]},
            {"stage_ids": [Command.create({"name": "x", "code": "x"})]},
            {"stage_ids": [Command.clear()]},
            {"stage_ids": [Command.link(self.draft.stage_ids[0].id)]},
            {
                "transition_ids": [
                    Command.update(
                        way.id, {"step_ids": [Command.update(step.id, {"needed": 3})]}
                    )
                ]
            },
        ):
            with self.subTest(vals=vals):
                self.assertRefused(lambda v=vals: self.frozen.write(v))
                self.assertRefused(lambda v=vals: self.frozen.web_save(v, {}))

    def test_parts_move_neither_in_nor_out(self):
        frozen_sign = self._find_way(self.frozen, "approve")
        draft_sign = self._find_way(self.draft, "approve")
        stage = self.draft.stage_ids[0]
        self.assertRefused(lambda: stage.write({"workflow_id": self.frozen.id}))
        for path in PARTS:
            if path.startswith("transition_ids."):
                part = self.draft.mapped(path)[:1]
                into, out = {"transition_id": frozen_sign.id}, self.frozen.mapped(path)
                with self.subTest(path=path):
                    self.assertRefused(lambda p=part, v=into: p.write(v))
                    self.assertRefused(
                        lambda p=out[:1]: p.write({"transition_id": draft_sign.id})
                    )

    def test_nobody_publishes_or_unfreezes_by_hand(self):
        forged = self.frozen.with_context(default_state="published")
        for attack in (
            lambda: self.frozen.write({"state": "draft"}),
            lambda: self.draft.write({"state": "published"}),
            lambda: self.frozen.web_save({"state": "draft"}, {}),
            lambda: self.draft.copy({"state": "published", "version": 9}),
            lambda: forged.create(
                {"code": "x", "name": "x", "model_id": self.frozen.model_id.id}
            ),
        ):
            with self.assertRaises(AccessError):
                attack()

    def test_a_draft_is_not_retired_and_a_viewer_publishes_nothing(self):
        with self.assertRaisesRegex(UserError, "Delete the draft"):
            self.draft.action_retire()
        with self.assertRaises(AccessError):
            self.draft.with_user(self.officer_a).action_publish()
        with self.assertRaises(AccessError):
            self.frozen.with_user(self.leader_p).action_retire()

    def test_names_may_be_put_right(self):
        self.frozen.stage_ids[0].name = "Being written"
        self.frozen.write({"name": "Decisions", "sequence": 3})
        self.assertEqual(self.frozen.sequence, 3)

    def test_the_database_itself_refuses(self):
        sign = self._find_way(self.frozen, "approve")
        step = sign.step_ids[0]
        draft_stage = self.draft.stage_ids[0]
        move_in = (
            "UPDATE mtqg_workflow_stage"
            f" SET workflow_id = {self.frozen.id} WHERE id = %s"
        )
        add = (
            "INSERT INTO mtqg_workflow_notice (transition_id, audience)"
            " VALUES (%s, 'requester')"
        )
        self.env.flush_all()
        for statement, id_ in (
            ("UPDATE mtqg_workflow SET state = 'draft' WHERE id = %s", self.frozen.id),
            ("UPDATE mtqg_workflow SET condition = 'x' WHERE id = %s", self.frozen.id),
            ("DELETE FROM mtqg_workflow WHERE id = %s", self.frozen.id),
            ("UPDATE mtqg_workflow_step SET needed = 2 WHERE id = %s", step.id),
            ("DELETE FROM mtqg_workflow_step WHERE id = %s", step.id),
            (
                "UPDATE mtqg_workflow_transition SET limit_days = 1 WHERE id = %s",
                sign.id,
            ),
            (move_in, draft_stage.id),
            (add, sign.id),
        ):
            with (
                self.subTest(statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError) as refusal,
                self.cr.savepoint(),
            ):
                self.cr.execute(statement, [id_])
            self.assertEqual(
                refusal.exception.diag.constraint_name, "mtqg_workflow_frozen"
            )

    def test_documents_finish_on_the_version_they_started_with(self):
        decision = self._decide(10)
        decision.action_submit()
        self._ask_superior(self.draft, amount=1)
        self.draft.action_publish()
        self.assertEqual((self.frozen.state, self.draft.version), ("retired", 3))
        decision.with_user(self.leader_a).action_approve()
        self.assertEqual(decision.workflow_state, "done")
        self.assertEqual(decision.sudo().workflow_id, self.frozen)
        later = self._decide(10)
        later.action_submit()
        later.with_user(self.leader_a).action_approve()
        self.assertEqual(later.workflow_state, "running")
        later.with_user(self.leader_d).action_approve()
        self.assertEqual(later.workflow_state, "done")
