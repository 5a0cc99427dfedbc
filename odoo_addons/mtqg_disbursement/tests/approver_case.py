"""Workflows of one review with the approver steps that a test wants to try."""

from odoo import Command

from .common import MtqgCommon

MOVES = (
    ("submit", "start", "review"),
    ("approve", "review", "done"),
    ("return", "review", "start"),
    ("reject", "review", "rejected"),
    ("withdraw", "review", "start"),
)


class ApproverCase(MtqgCommon):
    """Decisions of commune A on workflows that are made for one test."""

    @classmethod
    def _person(cls, login, role, *units):
        """Return one more user; without a password, which takes long to hash."""
        return (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": login,
                    "login": f"t_{login}",
                    "lang": "en_US",
                    "group_ids": [
                        Command.set(cls.env.ref(f"mtqg_disbursement.group_{role}").ids)
                    ],
                    "mtqg_unit_ids": [Command.set([unit.id for unit in units])],
                }
            )
        )

    @classmethod
    def _make_workflow(cls, *steps, model="mtqg.decision", **values):
        """Return a draft version: submit, then a review with these steps, then done.

        :param steps: dicts of field values of approver steps
        """
        number = cls.env["mtqg.workflow"].search_count([])
        workflow = cls.env["mtqg.workflow"].create(
            {
                "code": f"t_{number}",
                "name": "Trial",
                "model_id": cls.env["ir.model"]._get_id(model),
                # the last one is taken first
                "sequence": -number,
                **values,
            }
        )
        stages = {
            kind: cls.env["mtqg.workflow.stage"].create(
                {"workflow_id": workflow.id, "code": kind, "name": kind, "kind": kind}
            )
            for kind in ("start", "review", "done", "rejected")
        }
        for kind, before, after in MOVES:
            cls.env["mtqg.workflow.transition"].create(
                {
                    "workflow_id": workflow.id,
                    "name": kind,
                    "kind": kind,
                    "stage_from_id": stages[before].id,
                    "stage_to_id": stages[after].id,
                }
            )
        asking = workflow.transition_ids.filtered(lambda t: t.kind == "approve")
        for number, step in enumerate(steps, 1):
            asking.step_ids = [Command.create({"name": f"Step {number}", **step})]
        return workflow

    @classmethod
    def _publish(cls, *steps, **values):
        """Return a published version with these steps; new decisions take it."""
        workflow = cls._make_workflow(*steps, **values)
        workflow.action_publish()
        return workflow

    @classmethod
    def _draft(cls, amount=10, user=None, unit=None):
        line = {
            "unit_id": (unit or cls.commune_a).id,
            "program_id": cls.program.id,
            "amount": amount,
            "source": "commune",
            "nature": "investment",
            "origin_year": 2024,
        }
        return cls._make_decision(
            line, user=user or cls.officer_a, unit=unit or cls.commune_a
        )

    @classmethod
    def _submitted(cls, *args, **kwargs):
        """Return a decision that waits for its approvers."""
        decision = cls._draft(*args, **kwargs)
        decision.action_submit()
        return decision

    @classmethod
    def _group(cls, role):
        return cls.env.ref(f"mtqg_disbursement.group_{role}").id

    def _list_tasks(self, document, state="pending", kind="approve"):
        return (
            self.env["mtqg.workflow.task"]
            .sudo()
            .search(
                [
                    ("res_model", "=", document._name),
                    ("res_id", "=", document.id),
                    ("state", "=", state),
                    ("kind", "=", kind),
                ],
                order="sequence, id",
            )
        )

    def _last_event(self, document):
        return document.sudo().workflow_event_ids.sorted("sequence")[-1]

    # === CLAIMS === #

    def assertWaitsFor(self, document, *people):
        """Assert that of the whole cast these, and nobody else, may approve now."""
        everybody = self.env["res.users"].search([("login", "=like", r"t\_%")])
        found = everybody.filtered(
            lambda user: (
                document.with_user(user).has_access("read")
                and self.env["mtqg.workflow.task"]
                .with_user(user)
                .search_count(
                    [
                        ("is_mine", "=", True),
                        ("kind", "=", "approve"),
                        ("res_model", "=", document._name),
                        ("res_id", "=", document.id),
                    ]
                )
            )
        )
        self.assertEqual(sorted(found.mapped("login")), sorted(p.login for p in people))

    def assertDone(self, document):
        """Assert that the document has reached its end."""
        self.assertEqual(document.sudo().workflow_state, "done")
