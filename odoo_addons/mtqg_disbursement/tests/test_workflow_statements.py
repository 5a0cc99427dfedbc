"""How many statements moves send, whatever the number of documents."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import MtqgCommon

_REVIEW = [
    {"name": "Commune", "kind": "unit_leader", "sequence": 10},
    {"name": "District", "kind": "superior_leader", "sequence": 20},
]


@tagged("post_install", "-at_install")
class TestWorkflowStatements(MtqgCommon):
    """An officer submits dossiers, the leaders of commune and district approve."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        workflow = cls.env["mtqg.workflow"].create(
            {
                "code": "t_statements",
                "name": "Statements",
                "model_id": cls.env["ir.model"]._get_id("mtqg.project"),
                "sequence": -1,
                "stage_ids": [
                    Command.create({"name": kind, "code": kind, "kind": kind})
                    for kind in ("start", "review", "done")
                ],
            }
        )
        start, review, done = workflow.stage_ids.ids
        cls.env["mtqg.workflow.transition"].create(
            [
                {
                    "workflow_id": workflow.id,
                    "name": kind,
                    "kind": kind,
                    "stage_from_id": here,
                    "stage_to_id": there,
                    "limit_days": 3,
                    "step_ids": [Command.create(step) for step in steps],
                }
                for kind, here, there, steps in (
                    ("submit", start, review, []),
                    ("approve", review, done, _REVIEW),
                    ("return", review, start, []),
                )
            ]
        )
        workflow.action_publish()

    def _make_dossiers(self, count, code="T"):
        return (
            self.env["mtqg.project"]
            .with_user(self.officer_a)
            .create(
                [
                    {
                        "code": f"{code}-{count}-{number}",
                        "name": "Road",
                        "unit_id": self.commune_a.id,
                        "program_id": self.program.id,
                    }
                    for number in range(count)
                ]
            )
        )

    def _list_moves(self, dossiers):
        return (
            dossiers.action_submit,
            dossiers.with_user(self.leader_a).action_approve,
            dossiers.with_user(self.leader_d).action_approve,
        )

    def _start_request(self):
        """Keep nothing but what workers keep: people, units, definitions, rules."""
        self.env.flush_all()
        self.env.invalidate_all()

    def _warm(self):
        for move in self._list_moves(self._make_dossiers(1, "W")):
            move()

    def _finish(self, move):
        move()
        self.env.flush_all()

    def test_a_request_looks_reads_and_writes_once(self):
        """Access, facts, what is written; votes apart before the last effect."""
        self._warm()
        for count in (1, 20):
            dossiers = self._make_dossiers(count)
            for move, allowed in zip(
                self._list_moves(dossiers), (3, 3, 4), strict=True
            ):
                self._start_request()
                with self.subTest(count=count), self.assertQueryCount(allowed):
                    self._finish(move)
            self.assertEqual({*dossiers.mapped("workflow_state")}, {"done"})

    def test_a_cycle_in_one_environment_takes_eight(self):
        self._warm()
        dossier = self._make_dossiers(1)
        self._start_request()
        with self.assertQueryCount(8):
            for move in self._list_moves(dossier):
                self._finish(move)
        self.assertEqual(dossier.workflow_state, "done")

    def test_another_treasury_office_serves_at_once(self):
        """What is kept of units is forgotten when they change."""
        office = self.treasury.create(
            {"code": "T-KB2", "name": "Unit KB2", "kind": "treasury"}
        )
        newcomer = new_test_user(
            self.env,
            login="t_newcomer",
            groups="mtqg_disbursement.group_treasury",
            lang="en_US",
            mtqg_unit_ids=[Command.set(office.ids)],
        )
        dossier = self._make_dossiers(1)
        dossier.action_submit()
        with self.assertRaises(AccessError):
            dossier.with_user(newcomer).action_approve()
        self.commune_a.treasury_id = office
        self._start_request()
        with self.assertRaisesRegex(UserError, "Waits for"):
            dossier.with_user(newcomer).action_approve()
        with self.assertRaises(AccessError):
            dossier.with_user(self.treasurer).action_approve()

    def test_a_unit_that_moved_is_seen_from_its_new_place_at_once(self):
        dossier = self._make_dossiers(1)
        dossier.action_submit()
        leader = dossier.with_user(self.leader_d)
        with self.assertRaisesRegex(UserError, "Waits for"):
            leader.action_approve()
        self.commune_a.parent_id = self.district_2
        self._start_request()
        with self.assertRaises(AccessError):
            leader.action_approve()
