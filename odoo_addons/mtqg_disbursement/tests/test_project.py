import base64

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestProject(MtqgCommon):
    """A dossier moves through its stages, each move with its papers and approval."""

    def _make_project(self, kind="normal", **values):
        return (
            self.env["mtqg.project"]
            .with_user(self.officer_a)
            .create(
                {
                    "code": f"T-{kind}",
                    "name": "Road",
                    "kind": kind,
                    "unit_id": self.commune_a.id,
                    "program_id": self.program.id,
                    **values,
                }
            )
        )

    def _add_papers(self, project, *codes):
        project.write(
            {
                "paper_ids": [
                    Command.create(
                        {
                            "type_id": self.env.ref(
                                f"mtqg_disbursement.paper_type_{code}"
                            ).id,
                            "number": "1/TTr",
                        }
                    )
                    for code in codes
                ]
            }
        )

    def test_kind_chooses_the_stages(self):
        for kind, code in (
            ("normal", "project"),
            ("small", "project_small"),
            ("recurrent", "project_recurrent"),
        ):
            self.assertEqual(self._make_project(kind).sudo().workflow_id.code, code)

    def test_missing_papers_are_named(self):
        project = self._make_project()
        self.assertEqual({b["code"] for b in project.get_blockers()}, {"paper"})
        with self.assertRaisesRegex(UserError, "Economic-technical report"):
            project.action_submit()

    def test_each_move_is_approved(self):
        project = self._make_project()
        self._add_papers(project, "report", "appraisal")
        project.action_submit()
        self.assertEqual(project.workflow_state, "running")
        self.assertEqual(project.stage_id.code, "preparation")
        project.with_user(self.leader_a).action_approve()
        self.assertEqual(project.stage_id.code, "decided")
        project.amount_total = 5_000
        self._add_papers(project, "decision", "plan_number")
        self._approve(project, self.leader_a)
        self.assertEqual(project.stage_id.code, "bidding")

    def test_small_project_reaches_settlement_with_finance(self):
        project = self._make_project("small")
        for papers in (["simple_file"], ["acceptance"]):
            self._add_papers(project, *papers)
            self._approve(project, self.leader_a)
        self._add_papers(project, "settlement", "settlement_decision")
        project.action_submit()
        project.with_user(self.leader_a).action_approve()
        self.assertEqual(project.workflow_state, "running")
        project.with_user(self.finance_p).action_approve()
        self.assertEqual(project.workflow_state, "done")
        self.assertEqual(self.env["mtqg.workflow.event"].verify(), [])

    def test_returned_dossier_stays_in_its_stage(self):
        project = self._make_project()
        self._add_papers(project, "report", "appraisal")
        project.action_submit()
        project.with_user(self.leader_a).action_return("Unsigned report")
        self.assertEqual(project.stage_id.code, "preparation")
        self.assertEqual(project.workflow_state, "draft")
        project.name = "Road, corrected"

    def test_progress_may_be_noted_at_any_time(self):
        project = self._make_project()
        self._add_papers(project, "report", "appraisal")
        project.action_submit()
        project.percent_progress = 5
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            project.name = "Other"

    def test_file_of_a_paper_has_its_hash_and_its_access(self):
        project = self._make_project()
        self._add_papers(project, "report")
        paper = project.paper_ids
        self.assertEqual(paper.unit_id, self.commune_a)
        paper.write({"file": base64.b64encode(b"abc"), "filename": "a.txt"})
        self.assertTrue(paper.file_hash.startswith("ba7816bf"))
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "mtqg.paper"),
                ("res_field", "=", "file"),
                ("res_id", "=", paper.id),
            ]
        )
        self.assertTrue(attachments.with_user(self.viewer_a).has_access("read"))
        self.assertFalse(attachments.with_user(self.officer_b).has_access("read"))

    def test_papers_of_a_waiting_dossier_are_closed(self):
        project = self._make_project()
        self._add_papers(project, "report", "appraisal")
        project.action_submit()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            project.paper_ids[0].number = "2"
