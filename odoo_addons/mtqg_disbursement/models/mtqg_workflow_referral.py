from odoo import models
from odoo.exceptions import UserError

from ..store import seats
from .workflow_facts import Facts
from .workflow_run import Run


class MtqgWorkflowReferral(models.AbstractModel):
    """Whoever is asked to decide hands that on, or asks somebody for an opinion first.

    Neither moves the document; each leaves an event.
    """

    _inherit = "mtqg.workflow.mixin"

    # === ACTION METHODS === #

    def action_forward(self, user_id, comment):
        """Hand on to somebody else what waits for the user.

        Only the user's own seat goes: the other members of a group stay asked. He
        decides no more, unless he is asked otherwise; neither does the principal whose
        seat he had.

        :param int user_id: whoever decides now; he can open the documents, did not make
            them, and is not asked already
        :param str comment: why, kept in the event behind the name of that person
        :raise UserError: naming every document that cannot be forwarded, and why
        """
        return self._refer("forward", user_id, comment)

    def action_ask_opinion(self, user_id, question):
        """Ask somebody for an opinion before deciding; the documents do not wait.

        :param int user_id: somebody who can open the documents
        :param str question: what he is asked
        :raise UserError: naming every document on which he cannot be asked, and why
        """
        return self._refer("ask", user_id, question)

    def action_give_opinion(self, answer):
        """Answer what the user, or the one he stands in for, was asked.

        :param str answer: seen by whoever decides on the documents
        :raise UserError: naming every document on which nobody asked him
        """
        self.check_access("read")
        answer = self._clean_words(answer)
        facts = Facts(self)
        self._check_move("answer", facts)
        run = Run(facts, "answer", answer)
        asked = []
        for id_ in facts.rows:
            mine = facts.list_questions(id_)
            asked += [task.id for task in mine]
            self._log_referral(run, id_, mine[0])
        tasks = self.env["mtqg.workflow.task"].sudo().browse(asked)
        tasks.write({"answer": answer, "state": "done"})
        run.finish()
        self._forget_seats()
        return True

    # === BUSINESS METHODS === #

    def _refer(self, name, user_id, words):
        self.check_access("read")
        words = self._clean_words(words)
        person = self._find_person(user_id)
        facts = Facts(self)
        self._check_move(name, facts)
        self._raise_listed(self._find_person_blockers(name, facts, person))
        run = Run(facts, name, f"{person.name}: {words}")
        rows = []
        for id_ in facts.rows:
            task = facts.find_my_task(id_)
            rows.append((task.id, task.seat, person.id))
            if name == "ask":
                run.tasks.append(self._prepare_opinion(run, id_, person, words))
            self._log_referral(run, id_, task)
        if name == "forward" and rows:
            seats.forward(self.env, rows)
        run.finish()
        self._forget_seats()
        return True

    def _prepare_opinion(self, run, id_, person, question):
        return {
            **run._describe_document(id_),
            "kind": "opinion",
            "state": "pending",
            "transition_id": run.facts.rows[id_].transition,
            "requester_id": self.env.uid,
            "user_id": person.id,
            "question": question,
            "quorum": "any",
            "needed": 1,
            "limit_days": 0,
            "barred": (),
        }

    def _log_referral(self, run, id_, task):
        stage = run.facts.rows[id_].stage
        run._log(id_, stage, stage, run.facts.get_open_transition(id_), task)

    def _forget_seats(self):
        self.invalidate_recordset(
            ["can_decide", "can_forward", "can_answer", "workflow_hint"], flush=False
        )
        self.invalidate_recordset(
            ["workflow_on_behalf", "workflow_question", "workflow_opinions"],
            flush=False,
        )

    def _clean_words(self, words):
        """Return what somebody says, if he says something.

        :raise UserError: if he does not
        """
        clean = words.replace("\0", "").strip() if isinstance(words, str) else ""
        if not clean:
            raise UserError(
                self.env._("Say it in words: why, what you ask, or what you think.")
            )
        return clean

    def _find_person(self, user_id):
        """Return the user of an id, who can work with documents at all.

        :raise UserError: if there is no such person
        """
        is_id = isinstance(user_id, int) and not isinstance(user_id, bool)
        users = self.env["res.users"].sudo()
        if is_id and user_id in self.env["mtqg.unit"]._get_people().find_readers(
            [user_id]
        ):
            return users.browse(user_id)
        raise UserError(
            self.env._(
                "Choose a person who works with these documents: %s is none.",
                str(user_id)[:40],
            )
        )

    # === BUSINESS METHODS - WHY NOT === #

    def _find_forward_blockers(self, document, facts):
        if not facts.rows[document.id].transition:
            return [self._blocker("not_waiting", document._describe_not_waiting())]
        if facts.find_my_task(document.id) is None:
            return [self._explain_no_seat(document, facts)]
        return []

    def _find_ask_blockers(self, document, facts):
        return self._find_forward_blockers(document, facts)

    def _find_answer_blockers(self, document, facts):
        if facts.list_questions(document.id):
            return []
        text = self.env._("Nobody waits for your opinion on it.")
        return [self._blocker("not_asked", text)]

    def _find_person_blockers(self, name, facts, person):
        """Return {document id: blockers}: why somebody cannot be asked."""
        readable = set(self.with_user(person)._filtered_access("read")._ids)
        find = self._find_no_forward if name == "forward" else self._find_no_question
        found = {}
        for id_ in facts.rows:
            if id_ not in readable:
                text = self.env._("%s cannot open it. Choose somebody who can.")
            else:
                text = find(id_, facts, person)
            blocker = text and self._blocker("person", text % person.name)
            found[id_] = [blocker] if blocker else []
        return found

    def _find_no_forward(self, id_, facts, person):
        """Return why somebody cannot decide on a task, or nothing."""
        task = facts.find_my_task(id_)
        if person.id in task.barred:
            return self.env._(
                "%s made it, or has decided on it already. Choose somebody else."
            )
        if person == self.env.user or person.id in facts.list_asked(task):
            return self.env._("%s is asked already. Choose somebody else.")
        return ""

    def _find_no_question(self, id_, facts, person):
        """Return why somebody cannot be asked for an opinion, or nothing."""
        if person == self.env.user:
            return self.env._("You are %s yourself. Ask somebody else.")
        tasks = facts.tasks.get(id_, ())
        if any(task.kind == "opinion" and task.user_id == person.id for task in tasks):
            return self.env._("%s has been asked and has not answered yet.")
        return ""
