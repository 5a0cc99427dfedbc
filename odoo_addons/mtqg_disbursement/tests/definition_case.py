"""A province in which definitions are edited."""

from odoo import Command

from .common import MtqgCommon

BILLION = 1_000_000_000


class DefinitionCase(MtqgCommon):
    """The workflow of decisions, its draft of a next version, and decisions on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.published = cls.env.ref("mtqg_disbursement.workflow_decision")
        cls.group_leader = cls.env.ref("mtqg_disbursement.group_leader")

    @classmethod
    def _as_manager(cls, records):
        return records.with_user(cls.manager_x)

    @classmethod
    def _make_draft(cls, workflow=None):
        """Return a draft of the next version, as a manager makes it."""
        workflow = cls._as_manager(workflow or cls.published)
        return workflow.browse(workflow.action_new_version()["res_id"])

    @classmethod
    def _make_empty(cls, code="t_new", **values):
        """Return a draft without stages."""
        return cls._as_manager(cls.env["mtqg.workflow"]).create(
            {
                "code": code,
                "name": "New",
                "model_id": cls.env["ir.model"]._get_id("mtqg.decision"),
                **values,
            }
        )

    @classmethod
    def _find_way(cls, workflow, kind, code=None):
        """Return the first transition of a kind, out of the stage of a code."""
        return workflow.transition_ids.filtered(
            lambda t: t.kind == kind and code in (None, t.stage_from_id.code)
        )[:1]

    @classmethod
    def _ask_superior(cls, draft, amount=5 * BILLION):
        """Let decisions from an amount up ask the leader of the superior unit too."""
        sign = cls._find_way(draft, "approve")
        large = sign.copy(
            {"workflow_id": draft.id, "sequence": 15, "when_amount_from": amount}
        )
        large.write(
            {
                "name": "Sign, large",
                "step_ids": [
                    Command.create(
                        {
                            "name": "Leader of the superior unit",
                            "kind": "superior_leader",
                            "sequence": 20,
                        }
                    )
                ],
            }
        )
        draft.invalidate_recordset()
        return large

    @classmethod
    def _decide(cls, amount, **values):
        """Return a draft decision of commune A over an amount."""
        line = {
            "unit_id": cls.commune_a.id,
            "program_id": cls.program.id,
            "amount": amount,
            "source": "commune",
            "nature": "investment",
            "origin_year": 2024,
        }
        return cls._make_decision(
            line, user=cls.officer_a, unit=cls.commune_a, **values
        )
