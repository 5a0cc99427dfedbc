from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .definition_case import BILLION, DefinitionCase


@tagged("post_install", "-at_install")
class TestWorkflowEditor(DefinitionCase):
    """Who edits a definition is told at once what is wrong, and what it changes."""

    def _fill(self, workflow, kinds, ways):
        """Give a draft stages by (code, kind) and ways by (kind, from, to)."""
        workflow.write(
            {
                "stage_ids": [
                    Command.create(
                        {"name": code, "code": code, "kind": kind, "sequence": place}
                    )
                    for place, (code, kind) in enumerate(kinds)
                ]
            }
        )
        stages = {stage.code: stage.id for stage in workflow.stage_ids}
        workflow.write(
            {
                "transition_ids": [
                    Command.create(
                        {
                            "name": kind.title(),
                            "kind": kind,
                            "stage_from_id": stages[start],
                            "stage_to_id": stages[end],
                            "sequence": place,
                            **values,
                        }
                    )
                    for place, (kind, start, end, values) in enumerate(ways)
                ]
            }
        )

    # === FAULTS === #

    def test_all_faults_are_named_at_once_with_their_places(self):
        draft = self._make_draft()
        draft.stage_ids.create(
            {"workflow_id": draft.id, "name": "Attic", "code": "attic"}
        )
        sign, submit = (self._find_way(draft, k) for k in ("approve", "submit"))
        sign.condition = "[('create_uid', '=', 1)]"
        sign.step_ids.condition = "[('nothing', '=', 1)]"
        submit.condition = "5 +"
        faults = "\n".join(draft.get_faults())
        for sentence in (
            "“Sign” (Waiting for signature → Issued and posted): conditions may not",
            "› Leader of the unit: ",
            "“Submit” (Draft → Waiting for signature): “5 +” is not a domain",
            "Stage Attic cannot be reached",
            "Stage Attic is a dead end",
            "no way out of stage Waiting for signature",
        ):
            self.assertIn(sentence, faults)
        with self.assertRaisesRegex(UserError, "Attic"):
            draft.action_publish()

    def test_the_panel_tells_what_is_not_saved_yet(self):
        with Form(self._as_manager(self.env["mtqg.workflow"])) as form:
            form.name, form.code = "New", "t_panel"
            form.document_model = "mtqg.decision"
            self.assertIn("exactly one stage of kind Start", form.faults)
            with form.stage_ids.new() as stage:
                stage.name, stage.code, stage.kind = "Draft", "draft", "start"
            self.assertNotIn("exactly one", form.faults)
            self.assertIn("Stage Draft is a dead end", form.faults)
            self.assertEqual([b["name"] for b in form.diagram["boxes"]], ["Draft"])
            with form.stage_ids.new() as stage:
                stage.name, stage.code, stage.kind = "Done", "done", "done"
            self.assertIn("Stage Done cannot be reached", form.faults)
        workflow = form.record
        with Form(workflow) as form:
            with form.transition_ids.new() as way:
                way.name, way.kind = "Submit", "submit"
                way.stage_from_id, way.stage_to_id = workflow.stage_ids
            self.assertFalse(form.faults)
            self.assertEqual(len(form.diagram["arrows"]), 1)

    def test_a_stage_that_nobody_can_leave_is_a_dead_end(self):
        workflow = self._make_empty()
        self._fill(
            workflow,
            [("a", "start"), ("b", "review"), ("c", "done")],
            [("submit", "a", "b", {}), ("submit", "b", "c", {})],
        )
        self.assertIn("Stage b is a dead end.", workflow.get_faults())

    def test_a_group_that_no_document_has_is_named(self):
        draft = self._make_draft()
        sign = self._find_way(draft, "approve")
        sign.copy({"workflow_id": draft.id, "sequence": 1, "when_group": "gift"})
        self.assertIn("no document has the group “gift”", draft.get_faults()[0])

    def test_columns_are_those_of_the_documents(self):
        self.assertTrue(self.published.has_amount)
        commitment = self.env.ref("mtqg_disbursement.workflow_commitment")
        self.assertEqual(
            (commitment.has_amount, commitment.has_group, commitment.has_nature),
            (False, False, True),
        )

    def test_checking_says_so_in_words(self):
        draft = self._make_draft()
        self.assertEqual(draft.action_check()["params"]["type"], "success")
        self._find_way(draft, "submit").unlink()
        params = draft.action_check()["params"]
        self.assertEqual(params["type"], "warning")
        self.assertIn("cannot be reached", params["message"])

    # === PICTURE AND FIGURES === #

    def test_the_picture_names_stages_ways_and_approvers(self):
        voucher = self.env.ref("mtqg_disbursement.workflow_disbursement")
        picture = voucher.with_context(lang="en_US").diagram
        self.assertEqual(
            [box["name"] for box in picture["boxes"]],
            [
                "Draft",
                "Waiting for the leader",
                "At the Treasury",
                "Paid and posted",
                "Rejected",
            ],
        )
        ways = {
            (way["name"], way["when"]): way
            for arrow in picture["arrows"]
            for way in arrow["transitions"]
        }
        self.assertEqual(
            ways["Pay", "Advance"]["who"],
            ["State Treasury of “Treasury office”"],
        )
        self.assertIn(("Approve", "Treasury office is filled in"), ways)

    def test_the_picture_says_when_a_step_is_asked(self):
        draft = self._make_draft()
        sign = self._find_way(draft, "approve")
        sign.step_ids.condition = f"[('amount_total', '>=', {5 * BILLION})]"
        self.assertEqual(
            sign._get_arrow()["who"],
            ["Leader of the unit (if Total is at least 5 billion đồng)"],
        )

    def test_figures_count_documents_and_their_stay(self):
        before = self.published.get_stage_figures()
        codes = {stage.code: str(stage.id) for stage in self.published.stage_ids}
        waiting = self._decide(10)
        waiting.action_submit()
        done = self._approve(self._decide(10), self.leader_a)
        self.env.flush_all()
        self.cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
        self.cr.execute(
            """UPDATE mtqg_workflow_event SET date = date + interval '3 days'
                WHERE res_model = 'mtqg.decision' AND res_id = %s
                  AND name = 'approve'""",
            [done.id],
        )
        self.cr.execute("ALTER TABLE mtqg_workflow_event ENABLE TRIGGER USER")
        after = self.published.get_stage_figures()
        self.assertEqual(
            after[codes["review"]]["count"] - before[codes["review"]]["count"], 1
        )
        self.assertEqual(
            after[codes["done"]]["count"] - before[codes["done"]]["count"], 1
        )
        review_before, review = before[codes["review"]], after[codes["review"]]
        self.assertEqual(review["left"] - review_before["left"], 1)
        total = review_before["days"] * review_before["left"] + 3
        self.assertAlmostEqual(review["days"], total / review["left"], delta=0.06)

    def test_figures_show_only_what_the_user_sees(self):
        stage = str(self.published.stage_ids.filtered(lambda s: s.code == "review").id)
        own = self.published.with_user(self.officer_b).get_stage_figures()
        self._decide(10).action_submit()
        self.assertEqual(
            self.published.with_user(self.officer_b).get_stage_figures()[stage],
            own[stage],
        )

    def test_the_picture_costs_no_query_a_document(self):
        self.published.get_stage_figures()
        self._decide(10).action_submit()
        self.env.invalidate_all()
        with self.assertQueryCount(__system__=3):
            self.published.get_stage_figures()

    # === COMPARISON === #

    def test_what_a_draft_changes_is_said_in_words(self):
        draft = self._make_draft()
        self.assertEqual(draft.get_changes(), [])
        self.assertFalse(draft.comparison)
        self._find_way(draft, "approve").limit_days = 5
        large = self._ask_superior(draft)
        draft.stage_ids.filtered(lambda s: s.code == "review").name = "At the leader"
        draft.invalidate_recordset()
        self.assertEqual(draft.previous_id, self.published)
        self.assertEqual(large.stage_to_id.code, "done")
        way = "(At the leader → Issued and posted)"
        renamed = (
            "Stage “At the leader”: “Name” was “Waiting for signature”, is “At the "
            "leader”."
        )
        later = f"Transition “Sign” {way}: “Time limit (working days)” was 3, is 5."
        self.assertEqual(
            draft.get_changes(),
            [renamed, f"Transition “Sign, large” {way} is new.", later],
        )
        self.assertIn("is new.", draft.comparison)

    def test_values_are_said_as_users_see_them(self):
        draft = self._make_draft()
        sign = self._find_way(draft, "approve")
        sign.write(
            {
                "when_amount_from": 5 * BILLION,
                "condition": f"[('unit_id', '=', {self.district.id}), "
                "('is_late', '=', True)]",
            }
        )
        sign.step_ids.write({"kind": "group", "group_id": self.group_leader.id})
        changes = "\n".join(draft.get_changes())
        for words in (
            "“Amount from” was nothing, is 5 billion đồng",
            "“Issued by is “T-D1” and After 30 September is true”",
            "was “Leader of the unit”, is “Members of a group above the unit”",
        ):
            self.assertIn(words, changes)
