from odoo import api, models
from odoo.api import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.workflow import find_state
from ..store import events


class MtqgWorkflowMoves(models.AbstractModel):
    """The moves of a document under workflow, each on many records at once.

    A move first asks every record why it could not happen (``_find_blockers``) and
    raises all answers together; then it writes state, tasks and events as superuser.
    """

    _inherit = "mtqg.workflow.mixin"

    # === ACTION METHODS === #

    def action_submit(self, comment=None):
        """Ask for the next move of the documents.

        :param str comment: kept in the event
        :raise UserError: naming every document that cannot be submitted, and why
        """
        self.check_access("write")
        self._raise_blockers(self._find_submit_blockers)
        documents = self.sudo()
        documents._open_run()
        for transition, taken in documents._select_transitions("submit"):
            if transition.step_ids:
                taken._open_transition(transition)
                taken._log_events("submit", comment, taken.stage_id, taken.stage_id)
            else:
                taken._follow(transition, "submit", comment)
        return True

    def action_approve(self, comment=None):
        """Agree, as one of those whom the documents wait for.

        The document moves when the last approver has agreed.

        :raise UserError: naming every document that the user cannot approve, and why
        """
        self.check_access("read")
        self._raise_blockers(self._find_approve_blockers)
        tasks = self._find_my_tasks()
        tasks = tasks.browse({task.res_id: task.id for task in tasks[::-1]}.values())
        for task in tasks:
            done = task.vote_count + 1 >= task.needed
            task.write(
                {
                    "vote_count": task.vote_count + 1,
                    "voter_ids": [(4, self.env.uid)],
                    "state": "done" if done else "pending",
                }
            )
        self.sudo()._continue_transition(comment)
        return True

    def action_return(self, comment):
        """Send documents that wait for the user back, with a reason."""
        return self._turn_back("return", comment)

    def action_reject(self, comment):
        """Refuse documents that wait for the user for good, with a reason."""
        return self._turn_back("reject", comment)

    def action_withdraw(self, comment=None):
        """Take back documents that the user submitted and that still wait."""
        self.check_access("read")
        self._raise_blockers(self._find_withdraw_blockers)
        self.sudo()._leave_by("withdraw", comment)
        return True

    @api.readonly
    def get_blockers(self):
        """Say why the documents cannot move now, and who can move them.

        :return: list of dicts ``code``, ``message``; empty if the user can move them
        """
        self.check_access("read")
        return [blocker for document in self for blocker in document._find_blockers()]

    def action_ask_return(self):
        """Open the dialog that asks for the reason to return the documents."""
        return self._ask_reason("return")

    def action_ask_reject(self):
        """Open the dialog that asks for the reason to reject the documents."""
        return self._ask_reason("reject")

    # === BUSINESS METHODS - MOVES === #

    def _open_run(self):
        """Note who submits; documents of one number of runs are written together."""
        for run, documents in self.grouped("workflow_run").items():
            documents.write(
                {
                    "workflow_run": run + 1,
                    "workflow_requester_id": self.env.uid,
                    "date_submitted": self.env.cr.now(),
                }
            )

    def _turn_back(self, kind, comment):
        self.check_access("read")
        if not (comment or "").strip():
            raise UserError(
                self.env._("Say why, so that the unit knows what to put right.")
            )
        self._raise_blockers(self._find_decide_blockers)
        self.sudo()._leave_by(kind, comment)
        return True

    def _leave_by(self, kind, comment):
        """Follow the transition of a kind that leads out of the documents' stages."""
        for transition, taken in self._select_transitions(kind):
            taken._follow(transition, kind, comment)

    def _select_transitions(self, kind):
        """Return [(transition, documents)], or raise if a document has no way."""
        pairs = []
        for stage, documents in self.grouped("stage_id").items():
            chosen = self.env["mtqg.workflow.transition"]._select(
                documents, stage, kind
            )
            if missing := documents - self.browse().union(*chosen.values()):
                raise UserError(missing[0]._describe_no_way())
            pairs.extend(chosen.items())
        return pairs

    def _open_transition(self, transition):
        """Ask the approvers of a transition; the documents wait for them."""
        self.write(
            {"workflow_transition_id": transition.id, "workflow_state": "running"}
        )
        self._open_steps(transition.step_ids)

    def _open_steps(self, steps):
        """Ask the approvers of steps; those of the first sequence decide first."""
        first = min(steps.mapped("sequence"), default=0)
        self.env["mtqg.workflow.task"].create(
            [
                values
                for step in steps
                for values in step._prepare_tasks(
                    self, "pending" if step.sequence == first else "waiting"
                )
            ]
        )

    def _continue_transition(self, comment):
        """Move the documents on whose approvers have all agreed."""
        groups = self.env["mtqg.workflow.task"]._read_group(
            self._get_tasks_domain() & Domain("state", "in", ("waiting", "pending")),
            ["res_id", "state"],
            ["sequence:min", "id:recordset"],
        )
        open_tasks = {(res_id, state): tasks for res_id, state, _seq, tasks in groups}
        agreed = self.browse()
        for document in self:
            if (document.id, "pending") in open_tasks:
                document._log_events(
                    "approve", comment, document.stage_id, document.stage_id
                )
            elif waiting := open_tasks.get((document.id, "waiting")):
                first = min(waiting.mapped("sequence"))
                waiting.filtered(lambda t, s=first: t.sequence == s).state = "pending"
                document._log_events(
                    "approve", comment, document.stage_id, document.stage_id
                )
            else:
                agreed |= document
        for transition, documents in agreed.grouped("workflow_transition_id").items():
            documents._follow(transition, "approve", comment)

    def _follow(self, transition, name, comment):
        """Move the documents along a transition; the only writer of their stage."""
        stage_from, stage_to = transition.stage_from_id, transition.stage_to_id
        self._close_tasks()
        if stage_to.kind == "done":
            self._on_workflow_done()
        self.write(
            {
                "stage_id": stage_to.id,
                "workflow_state": find_state(stage_to.kind, is_open=False),
                "workflow_transition_id": False,
            }
        )
        self._log_events(name, comment, stage_from, stage_to)
        if stage_to.kind == "review":
            for onward, documents in self._select_transitions("approve"):
                documents._open_transition(onward)

    def _ask_again(self, reason):
        """Ask those who decide now, after documents came to another unit.

        Steps that were decided before stay decided.

        :param str reason: number of the decision that moved the documents
        """
        for document in self.filtered("workflow_transition_id"):
            transition = document.workflow_transition_id
            tasks = self.env["mtqg.workflow.task"].search(document._get_tasks_domain())
            decided = tasks.filtered(
                lambda t, run=document.workflow_run: t.run == run and t.state == "done"
            )
            document._close_tasks()
            # an INSERT is not held back behind the UPDATE: the step is open once
            self.env["mtqg.workflow.task"].flush_model(["state"])
            document._open_steps(transition.step_ids - decided.step_id)
        started = self.filtered("workflow_event_ids")
        for stage, documents in started.grouped("stage_id").items():
            documents._log_events("hand_over", reason, stage, stage)

    def _close_tasks(self):
        self.env["mtqg.workflow.task"].search(
            self._get_tasks_domain() & Domain("state", "in", ("waiting", "pending"))
        ).write({"state": "cancelled"})

    def _log_events(self, name, comment, stage_from, stage_to):
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

    # === BUSINESS METHODS - WHO MAY, AND WHY NOT === #

    def _get_tasks_domain(self):
        return Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)

    def _find_my_tasks(self):
        """Return the pending tasks of the documents that the user may decide."""
        domain = self._get_tasks_domain() & Domain("state", "=", "pending")
        if self.env.uid != SUPERUSER_ID:
            domain &= self.env["mtqg.workflow.task"]._get_mine_domain()
        return self.env["mtqg.workflow.task"].sudo().search(domain, order="id")

    def _may_withdraw(self):
        return self.env.uid in (
            SUPERUSER_ID,
            self.sudo().workflow_requester_id.id,
            self.sudo().create_uid.id,
        )

    def _raise_blockers(self, find):
        """Raise one error that names every record that is blocked, and why."""
        lines = [
            f"{document.display_name}: {blocker['message']}"
            for document in self
            for blocker in find(document)
        ]
        if lines:
            raise UserError("\n".join(lines))

    def _find_blockers(self):
        """Return what keeps this document from moving, for the user who asks."""
        self.ensure_one()
        if self.workflow_transition_id:
            return self._find_approve_blockers(self)
        return self._find_submit_blockers(self)

    def _find_submit_blockers(self, document):
        if document.workflow_transition_id:
            return [document._blocker("waiting", document._describe_waiting())]
        if document.workflow_state not in {"draft", "running"}:
            return [document._blocker("ended", document._describe_no_way())]
        blockers = []
        if not document.has_access("write"):
            unit = document.sudo()._get_workflow_unit()
            text = self.env._(
                "Only officers of %(unit)s and of its superiors submit this document.",
                unit=unit.name,
            )
            blockers.append(document._blocker("role", text))
        blockers += document._find_document_faults()
        return blockers + document._find_missing_papers("submit")

    def _find_decide_blockers(self, document):
        """Return why the user cannot return or reject the document."""
        if not document.workflow_transition_id:
            return [document._blocker("not_waiting", document._describe_not_waiting())]
        if not document._find_my_tasks():
            return [document._blocker("waiting", document._describe_waiting())]
        return []

    def _find_approve_blockers(self, document):
        blockers = self._find_decide_blockers(document)
        if blockers or self.env.uid == SUPERUSER_ID:
            return blockers
        if self.env.user in document.sudo()._get_makers():
            text = self.env._(
                "You made or submitted this document, so somebody else approves it: "
                "%(approvers)s.",
                approvers=document._find_open_tasks()._describe_approvers(),
            )
            return [document._blocker("maker", text)]
        if self.env.user in document._find_earlier_approvers():
            text = self.env._("You have already approved an earlier step of it.")
            return [document._blocker("earlier_approver", text)]
        return document._find_missing_papers("approve")

    def _find_withdraw_blockers(self, document):
        if not document.workflow_transition_id:
            return [document._blocker("not_waiting", document._describe_not_waiting())]
        if not document._may_withdraw():
            text = self.env._(
                "Only %(requester)s, who submitted it, can withdraw it.",
                requester=document.sudo().workflow_requester_id.name,
            )
            return [document._blocker("requester", text)]
        return []

    def _find_missing_papers(self, kind):
        """Return a blocker for each paper that the next transition requires."""
        document = self.sudo()
        Transition = self.env["mtqg.workflow.transition"]
        transition = document.workflow_transition_id or next(
            iter(Transition._select(document, document.stage_id, kind)), None
        )
        if transition is None:
            return [self._blocker("no_way", self._describe_no_way())]
        held = document.paper_ids.filtered(lambda p: p.number or p.file_hash).type_id
        return [
            self._blocker(
                "paper",
                self.env._("Paper “%(paper)s” is missing. Add it.", paper=paper.name),
            )
            for paper in transition.paper_type_ids - held
        ]

    def _find_open_tasks(self):
        return (
            self.env["mtqg.workflow.task"]
            .sudo()
            .search(self._get_tasks_domain() & Domain("state", "=", "pending"))
        )

    def _find_earlier_approvers(self):
        """Return who has already agreed since the document was last submitted."""
        domain = self._get_tasks_domain() & Domain("run", "=", self.sudo().workflow_run)
        return self.env["mtqg.workflow.task"].sudo().search(domain).voter_ids

    # === BUSINESS METHODS - WORDS === #

    def _blocker(self, code, message):
        return {"code": code, "message": message}

    def _describe_waiting(self):
        return self.env._(
            "Waits for %(approvers)s.",
            approvers=self._find_open_tasks()._describe_approvers(),
        )

    def _describe_not_waiting(self):
        return self.env._(
            "It is in stage “%(stage)s” and waits for nobody's decision.",
            stage=self.sudo().stage_id.name,
        )

    def _describe_no_way(self):
        return self.env._(
            "%(document)s cannot go that way from stage “%(stage)s”.",
            document=self.display_name,
            stage=self.sudo().stage_id.name,
        )

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
