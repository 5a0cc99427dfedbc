from odoo import Command
from odoo.tests import tagged

from .definition_case import DefinitionCase

BILLION = 10**9


@tagged("post_install", "-at_install")
class TestShippedWorkflows(DefinitionCase):
    """The workflows that come along say what the law says."""

    def _find_task(self, document):
        return self.env["mtqg.workflow.task"].search(
            [
                ("res_model", "=", document._name),
                ("res_id", "=", document.id),
                ("state", "=", "pending"),
            ]
        )

    def _make_project(self, kind, **values):
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

    def _list_missing(self, project):
        blockers = project.get_blockers()
        self.assertEqual({blocker["code"] for blocker in blockers}, {"paper"})
        papers = self.env["mtqg.paper.type"].search([])
        text = " ".join(blocker["message"] for blocker in blockers)
        return {paper.code for paper in papers if f"“{paper.name}”" in text}

    def _add_paper(self, project, code):
        kind = self.env.ref(f"mtqg_disbursement.paper_type_{code}")
        paper = {"type_id": kind.id, "number": "1"}
        project.write({"paper_ids": [Command.create(paper)]})

    def test_every_one_is_published_without_faults(self):
        workflows = self.env["mtqg.workflow"].search([("state", "=", "published")])
        codes = {"decision", "disbursement", "commitment"}
        codes |= {"project", "project_small", "project_recurrent"}
        self.assertLessEqual(codes, set(workflows.mapped("code")))
        self.assertEqual(workflows.get_faults(), [])

    def test_whoever_submitted_hears_of_every_decision(self):
        for workflow in self.env["mtqg.workflow"].search([]):
            for way in workflow.transition_ids:
                if way.kind in ("return", "reject"):
                    with self.subTest(way=way._get_full_name()):
                        self.assertIn("requester", way.notice_ids.mapped("audience"))

    def test_the_treasury_has_one_day_for_an_advance_and_two_for_a_payment(self):
        """NĐ 254/2025/NĐ-CP article 12 clause 4."""
        balance = self._allocate(
            self._assign_root(2 * BILLION), self.commune_a, BILLION
        )
        for kind, days in (("advance", 1), ("completed", 2)):
            voucher = self._make_voucher(balance, kind, 10**6, number=f"V-{kind}")
            voucher.action_submit()
            voucher.with_user(self.leader_a).action_approve()
            task = self._find_task(voucher)
            self.assertEqual(
                (task.limit_days, task.group_id.name), (days, "State Treasury")
            )

    def test_the_treasury_returns_to_the_maker_or_to_the_leader(self):
        balance = self._allocate(
            self._assign_root(2 * BILLION), self.commune_a, BILLION
        )
        for stage, code in ((None, "draft"), ("review", "review")):
            voucher = self._make_voucher(
                balance, "completed", 10**6, number=f"V-{code}"
            )
            voucher.action_submit()
            voucher.with_user(self.leader_a).action_approve()
            voucher.with_user(self.treasurer).action_return(
                "Wrong account", stage=stage
            )
            self.assertEqual(voucher.sudo().stage_id.code, code)

    def test_papers_of_a_dossier_follow_its_kind(self):
        """Where no workflow of its own is in use, a kind keeps its own papers."""
        for code in ("project_small", "project_recurrent"):
            self.env.ref(f"mtqg_disbursement.workflow_{code}").action_retire()
        for kind, papers in (
            ("normal", {"report", "appraisal"}),
            ("small", {"simple_file"}),
            ("recurrent", {"beneficiaries"}),
        ):
            self.assertEqual(self._list_missing(self._make_project(kind)), papers)

    def test_a_small_project_with_a_contract_shows_its_table(self):
        """NĐ 254/2025/NĐ-CP article 8 clause 4: form 02.a/TT, only with a contract."""
        project = self._make_project("small")
        self._add_paper(project, "simple_file")
        self._approve(project, self.leader_a)
        self.assertEqual(self._list_missing(project), {"acceptance"})
        self.env["mtqg.contract"].with_user(self.officer_a).create(
            {"number": "HĐ-1", "project_id": project.id, "amount": 10**6}
        )
        self.assertEqual(self._list_missing(project), {"acceptance", "contract_table"})

    def test_the_finance_office_has_two_months_to_verify_a_settlement(self):
        """NĐ 193/2026/NĐ-CP article 21, group C; two months hold 40 working days."""
        step = self.env.ref("mtqg_disbursement.step_project_to_settled_2")
        self.assertEqual(step.limit_days, 40)
