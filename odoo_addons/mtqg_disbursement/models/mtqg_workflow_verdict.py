from odoo import models
from odoo.api import SUPERUSER_ID
from odoo.exceptions import UserError

from .workflow_facts import Facts


class MtqgWorkflowVerdict(models.AbstractModel):
    """Who may move a document, and why not, in words.

    Every reason names what to do or who can do it. ``Facts`` reads what the reasons
    need for all documents at once; only the words are made document by document.
    """

    _inherit = "mtqg.workflow.mixin"

    # === BUSINESS METHODS - MANY DOCUMENTS === #

    def _find_move_blockers(self, name, facts=None):
        """Return {document id: blockers} of a move, for the user who asks.

        :param str name: submit, approve, decide (return, reject), withdraw…
        """
        facts = facts or Facts(self)
        find = getattr(self, f"_find_{name}_blockers")
        return {
            document.id: find(document, facts)
            for document in self
            if document.id in facts.rows
        }

    def _check_move(self, name, facts):
        """Raise one error that names every record that is blocked, and why."""
        self._raise_listed(self._find_move_blockers(name, facts))

    def _raise_listed(self, blockers):
        lines = [
            f"{document.display_name}: {blocker['message']}"
            for document in self
            for blocker in blockers.get(document.id, ())
        ]
        if lines:
            raise UserError("\n".join(lines))

    def _raise_blockers(self, find):
        """Raise one error of what ``find(document)`` returns for each document."""
        self._raise_listed({document.id: find(document) for document in self})

    # === BUSINESS METHODS - ONE DOCUMENT === #

    def _find_next_blockers(self, document, facts):
        """Return what keeps a document from going on, whatever comes next."""
        if facts.rows[document.id].transition:
            return self._find_approve_blockers(document, facts)
        return self._find_submit_blockers(document, facts)

    def _find_submit_blockers(self, document, facts):
        row = facts.rows[document.id]
        if row.transition:
            return [self._blocker("waiting", document._describe_waiting(facts))]
        if row.state not in {"draft", "running"}:
            return [self._blocker("ended", document._describe_no_way())]
        blockers = []
        if document.id not in facts.writable:
            text = self.env._(
                "Only officers of %(unit)s and of its superiors submit this document.",
                unit=document.sudo()._get_workflow_unit().name,
            )
            blockers.append(self._blocker("role", text))
        blockers += document._find_document_faults()
        transition = facts.find_route(document.id, "submit")
        blockers += self._find_paper_blockers(document, transition, facts)
        if transition and not facts.list_steps(document.id, transition):
            blockers += self._find_pass_blockers(document, transition, facts)
        return blockers

    def _find_decide_blockers(self, document, facts):
        """Return why the user cannot return or reject a document."""
        if not facts.rows[document.id].transition:
            return [self._blocker("not_waiting", document._describe_not_waiting())]
        if facts.find_asked_task(document.id):
            return []
        return [self._blocker("waiting", document._describe_waiting(facts))]

    def _find_return_blockers(self, document, facts):
        blockers = self._find_decide_blockers(document, facts)
        return blockers or self._find_exit_blockers("return", document, facts)

    def _find_reject_blockers(self, document, facts):
        blockers = self._find_decide_blockers(document, facts)
        return blockers or self._find_exit_blockers("reject", document, facts)

    def _find_exit_blockers(self, kind, document, facts):
        """Return a blocker if no transition of a kind leads out of the stage."""
        if facts.find_route(document.id, kind):
            return []
        return [self._blocker("no_way", document._describe_no_way())]

    def _find_approve_blockers(self, document, facts):
        if not facts.rows[document.id].transition:
            return [self._blocker("not_waiting", document._describe_not_waiting())]
        if facts.find_my_task(document.id) is None:
            return [self._explain_no_seat(document, facts)]
        if self.env.uid == SUPERUSER_ID:
            return []
        transition = facts.get_open_transition(document.id)
        return [
            *self._find_paper_blockers(document, transition, facts),
            *self._find_pass_blockers(document, transition, facts),
        ]

    def _explain_no_seat(self, document, facts):
        """Say why no seat of the user may decide, though some may be asked."""
        task = facts.find_asked_task(document.id)
        if task is None:
            return self._blocker("waiting", document._describe_waiting(facts))
        steps = facts.get_open_transition(document.id).steps
        step = next(step for step in steps if step.id == task.step_id)
        if {self.env.uid, task.asked} & facts.list_barred(document.id, step):
            text = self.env._(
                "You made or submitted this document, so somebody else approves it: "
                "%(approvers)s.",
                approvers=document._describe_approvers(facts),
            )
            return self._blocker("maker", text)
        text = self.env._("You have already approved an earlier step of it.")
        return self._blocker("earlier_approver", text)

    def _find_withdraw_blockers(self, document, facts):
        if not facts.rows[document.id].transition:
            return [self._blocker("not_waiting", document._describe_not_waiting())]
        if document._may_withdraw():
            return self._find_exit_blockers("withdraw", document, facts)
        text = self.env._(
            "Only %(requester)s, who submitted it, can withdraw it.",
            requester=document.sudo().workflow_requester_id.name,
        )
        return [self._blocker("requester", text)]

    def _find_paper_blockers(self, document, transition, facts):
        """Return a blocker for each paper that a transition asks for and lacks."""
        if transition is None:
            return [self._blocker("no_way", document._describe_no_way())]
        if not transition.requirements:
            return []
        missing = facts.list_missing_papers(document.id, transition)
        return [
            self._blocker(
                "paper",
                self.env._("Paper “%(paper)s” is missing. Add it.", paper=paper.name),
            )
            for paper in self.env["mtqg.paper.type"].browse(missing)
        ]

    def _find_pass_blockers(self, document, transition, facts):
        """Return what is missing in the stages that ask nobody, behind a transition."""
        return [
            blocker
            for passed in facts.list_passes(document.id, transition.stage_to)
            for blocker in self._find_paper_blockers(document, passed, facts)
        ]

    def _may_withdraw(self):
        return self.env.uid in (
            SUPERUSER_ID,
            self.sudo().workflow_requester_id.id,
            self.sudo().create_uid.id,
        )

    # === BUSINESS METHODS - WORDS === #

    def _blocker(self, code, message):
        return {"code": code, "message": message}

    def _describe_waiting(self, facts):
        return self.env._(
            "Waits for %(approvers)s.", approvers=self._describe_approvers(facts)
        )

    def _describe_approvers(self, facts):
        return "; ".join(map(facts.describe_asked, facts.list_pending(self.id)))

    def _describe_not_waiting(self):
        return self.env._(
            "It is in stage “%(stage)s” and waits for nobody's decision.",
            stage=self.sudo().stage_id.name,
        )

    def _describe_no_way(self, stage_id=None):
        stages = self.env["mtqg.workflow.stage"].sudo()
        stage = stages.browse(stage_id) if stage_id else self.sudo().stage_id
        return self.env._(
            "%(document)s cannot go that way from stage “%(stage)s”.",
            document=self.display_name,
            stage=stage.name,
        )
