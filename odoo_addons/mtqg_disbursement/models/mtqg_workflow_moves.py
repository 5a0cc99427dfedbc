from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..clock import today_vn
from ..store import events, task_clock
from .workflow_facts import Facts
from .workflow_run import Run


class MtqgWorkflowMoves(models.AbstractModel):
    """The moves of a document under workflow, each on many records at once.

    A move first asks every record why it could not happen (``_find_move_blockers``) and
    raises all answers together; then a ``Run`` writes stages, tasks and events as
    superuser.
    """

    _inherit = "mtqg.workflow.mixin"

    # === ACTION METHODS === #

    def action_submit(self, comment=None):
        """Ask for the next move of the documents.

        :param str comment: kept in the event
        :raise UserError: naming every document that cannot be submitted, and why
        """
        facts = self._open_facts("write")
        self._check_move("submit", facts)
        self._submit(facts, comment)
        return True

    def action_approve(self, comment=None):
        """Agree, as one of those whom the documents wait for.

        The document moves when the last approver has agreed.

        :raise UserError: naming every document that the user cannot approve, and why
        """
        facts = self._open_facts("read")
        self._check_move("approve", facts)
        self._approve(facts, comment)
        return True

    def action_return(self, comment, reason=None, stage=None):
        """Send documents that wait for the user back, with a reason.

        :param str comment: why, for the unit that puts it right
        :param str reason: code of a return reason, for the statistics
        :param str stage: code of an earlier stage, where the definition lets choose;
            by default the one that the definition names
        :raise UserError: if the user cannot, or no such reason or stage is there
        """
        return self._turn_back("return", comment, reason, stage)

    def action_reject(self, comment):
        """Refuse documents that wait for the user for good, with a reason."""
        return self._turn_back("reject", comment)

    def action_withdraw(self, comment=None):
        """Take back documents that the user submitted and that still wait."""
        facts = self._open_facts("read")
        self._check_move("withdraw", facts)
        self._leave_by("withdraw", facts, comment)
        return True

    @api.readonly
    def get_blockers(self):
        """Say why the documents cannot move now, and who can move them.

        :return: list of dicts ``code``, ``message``; empty if the user can move them
        """
        self.check_access("read")
        blockers = self._find_move_blockers("next")
        return [
            blocker for document in self for blocker in blockers.get(document.id, ())
        ]

    def action_ask_return(self):
        """Open the dialog that asks for the reason to return the documents."""
        return self._ask_reason("return")

    def action_ask_reject(self):
        """Open the dialog that asks for the reason to reject the documents."""
        return self._ask_reason("reject")

    # === BUSINESS METHODS === #

    def _open_facts(self, operation):
        """Return what a move needs to know of documents that the user has access to.

        :raise AccessError: if he has not
        """
        # before anything is read of documents that might not be his
        self.browse().check_access(operation)
        facts = Facts(self)
        facts.recall_units()
        self.check_access(operation)
        return facts

    def _submit(self, facts, comment):
        run = Run(facts, "submit", comment)
        for id_ in facts.rows:
            run.submit(id_)
        run.finish()

    def _approve(self, facts, comment):
        run = Run(facts, "approve", comment)
        for id_ in facts.rows:
            run.approve(id_, facts.find_my_task(id_))
        run.finish()

    def _turn_back(self, name, comment, reason=None, stage=None):
        facts = self._open_facts("read")
        self._check_comment(comment)
        found = self._find_reason(reason)
        self._check_move(name, facts)
        self._leave_by(name, facts, comment, found, stage)
        return True

    def _check_comment(self, comment):
        if not isinstance(comment, str) or not comment.strip():
            raise UserError(
                self.env._("Say why, so that the unit knows what to put right.")
            )

    def _find_reason(self, code):
        """Return the return reason of a code; no code is no reason."""
        reasons = self.env["mtqg.workflow.return.reason"]
        if not code:
            return reasons
        found = isinstance(code, str) and reasons.search([("code", "=", code)])
        if not found:
            raise UserError(
                self.env._("There is no reason for a return with code “%s”.", code)
            )
        return found

    def _leave_by(self, name, facts, comment, reason=None, stage=None):
        """Follow the transition of a kind that leads out of the documents' stages."""
        run = Run(facts, name, comment, reason)
        for id_ in facts.rows:
            transition, task, target = facts.find_route(id_, name), None, None
            if stage:
                document = facts.records[id_]
                target = document._find_earlier_stage(stage, transition)
            if name != "withdraw":
                task = facts.find_my_task(id_) or facts.find_asked_task(id_)
            run.follow(id_, transition, task, target)
        run.finish()

    def _find_earlier_stage(self, code, transition):
        """Return the id of a stage that the document came through.

        :raise UserError: if it never was there, or the definition does not let choose
        """
        allowed = self._list_earlier_stages(transition)
        for stage in allowed:
            if stage.code == code:
                return stage.id
        raise UserError(
            self.env._(
                "%(document)s cannot go back to “%(code)s”. It may go back to: "
                "%(stages)s.",
                document=self.display_name,
                code=code,
                stages=", ".join(f"{s.name} ({s.code})" for s in allowed),
            )
        )

    def _list_earlier_stages(self, transition):
        """Return the stages to which a transition may send the document back."""
        stages = (
            self.workflow_event_ids.stage_from_id | self.workflow_event_ids.stage_to_id
        )
        earlier = stages.filtered(
            lambda stage: (
                stage.kind in {"start", "work", "review"}
                and stage.sequence < self.stage_id.sequence
                and stage.workflow_id == self.workflow_id
            )
        )
        allowed = earlier if transition.any_earlier else earlier.browse()
        return (allowed | earlier.browse(transition.stage_to)).sorted("sequence")

    def _ask_again(self, reason):
        """Ask those who decide now, after documents came to another unit.

        Steps that were decided before stay decided, and a clock that stands goes on
        standing.

        :param str reason: number of the decision that moved the documents
        """
        stopped = self.filtered("workflow_date_paused").ids
        facts = Facts(self.filtered("workflow_event_ids"))
        run = Run(facts, "hand_over", reason)
        for id_, row in facts.rows.items():
            run._log(id_, row.stage, row.stage)
            if transition := facts.get_open_transition(id_):
                open_steps = {task.step_id for task in facts.tasks[id_]}
                run.closing.append(id_)
                run.ask(
                    id_,
                    transition,
                    [step for step in transition.steps if step.id in open_steps],
                    facts.get_stage(id_),
                )
        run.finish()
        if stopped:
            task_clock.pause(self.env, self._name, stopped, today_vn())

    def _log_events(self, name, comment, stage_from, stage_to):
        """Append one event a document that is no move of its stage."""
        events.append_events(
            self.env,
            [
                {
                    "res_model": self._name,
                    "res_id": document.id,
                    "name": name,
                    "unit_id": document._get_workflow_unit().id,
                    "comment": (comment or "").strip(),
                    "stage_from_id": stage_from.id,
                    "stage_to_id": stage_to.id,
                }
                for document in self
            ],
        )

    def _get_tasks_domain(self):
        return Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)

    def _ask_reason(self, kind):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reason"),
            "res_model": "mtqg.workflow.reason",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_kind": kind,
                "default_res_model": self._name,
                "default_res_ids": ",".join(map(str, self.ids)),
            },
        }
