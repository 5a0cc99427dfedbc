from copy import copy

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

from .workflow_facts import Facts

# what a document is asked before each move
_VERDICTS = {
    "submit": "submit",
    "approve": "approve",
    "return": "decide",
    "reject": "decide",
    "withdraw": "withdraw",
}
# moves that need a way out of the stage, drawn in the definition
_TURNS = frozenset({"return", "reject", "withdraw"})
# moves that say why
_EXPLAINED = frozenset({"return", "reject"})
# of one call: it is one transaction
MAX_DOCUMENTS = 10_000


class MtqgWorkflowBulk(models.AbstractModel):
    """One move of many documents: those that can move do, the others are told why.

    One evaluation splits them. The good ones move together, by the statements that also
    move one; where their effects do not fit together (two vouchers on the rest of one
    balance), the set is halved until those that do not fit are found, the earlier ones
    coming first. All of it is one transaction.
    """

    _inherit = "mtqg.workflow.mixin"

    # === ACTION METHODS === #

    def action_bulk(self, name, comment=None, reason=None):
        """Make one move of many documents, as far as they can move.

        :param str name: submit, approve, return, reject or withdraw
        :param str comment: kept in the events; to return or reject, say why
        :param str reason: code of a return reason, for the statistics
        :return: dict ``done``, the ids that moved, and ``blocked``, a list of dicts
            ``id``, ``name``, ``code``, ``message``, one for each of the others
        :raise UserError: if there is no such move or reason, no comment where one is
            needed, or more than 10,000 documents
        """
        found = self._check_bulk_words(name, comment, reason)
        documents, blocked = self._split_bulk(name)
        if documents.asker:
            blocked.update(self._move_bulk(name, documents, comment, found))
        return {
            "done": [id_ for id_ in dict.fromkeys(self._ids) if id_ not in blocked],
            "blocked": [
                blocked[id_] for id_ in dict.fromkeys(self._ids) if id_ in blocked
            ],
        }

    @api.readonly
    def check_bulk(self, name):
        """Say which of the documents a bulk move would leave where they are, and why.

        :param str name: submit, approve, return, reject or withdraw
        :return: list of dicts ``id``, ``name``, ``code``, ``message``
        """
        self._check_bulk(name)
        _documents, blocked = self._split_bulk(name)
        return [blocked[id_] for id_ in dict.fromkeys(self._ids) if id_ in blocked]

    # === BUSINESS METHODS === #

    def _check_bulk(self, name):
        """Refuse a move that is none, or more documents than one transaction takes."""
        if not isinstance(name, str) or name not in _VERDICTS:
            raise UserError(
                self.env._(
                    "Documents do not move that way. Choose one of: %(moves)s.",
                    moves=", ".join(_VERDICTS),
                )
            )
        if len(self) > MAX_DOCUMENTS:
            raise UserError(
                self.env._(
                    "At most %(limit)s documents move at once. Choose fewer.",
                    limit=MAX_DOCUMENTS,
                )
            )

    def _check_bulk_words(self, name, comment, reason):
        """Return the reason of that code; refuse words that mean nothing."""
        self._check_bulk(name)
        if name in _EXPLAINED:
            self._check_comment(comment)
        if comment and not isinstance(comment, str):
            raise UserError(self.env._("A comment is a text."))
        return self._find_reason(reason)

    def _split_bulk(self, name):
        """Return the facts of the documents that can move, and {id: why not}."""
        there = self.browse(dict.fromkeys(self._ids)).exists()
        seen = there._filtered_access("read")
        blocked = {id_: self._describe_gone(id_) for id_ in {*self._ids} - {*seen._ids}}
        facts = Facts(seen)
        self._warm_names(facts)
        for id_, blockers in seen._find_move_blockers(_VERDICTS[name], facts).items():
            document = seen.browse(id_)
            reasons = blockers or document._find_no_turn(name, facts)
            if reasons:
                blocked[id_] = document._describe_blocked(reasons)
        return _narrow(facts, [id_ for id_ in seen._ids if id_ not in blocked]), blocked

    def _find_no_turn(self, name, facts):
        if name not in _TURNS or facts.find_route(self.id, name) is not None:
            return []
        return [self._blocker("no_way", self._describe_no_way())]

    def _describe_blocked(self, blockers):
        return {
            "id": self.id,
            "name": self.display_name,
            "code": blockers[0]["code"],
            "message": "\n".join(blocker["message"] for blocker in blockers),
        }

    def _describe_gone(self, id_):
        """Say the same of what is deleted and of what is hidden."""
        text = self.env._("It is not there any more, or is not yours to see.")
        return {"id": id_, "name": f"#{id_}", "code": "gone", "message": text}

    def _warm_names(self, facts):
        """Read at once the names in which the words of all blockers are put."""
        others = [
            task
            for tasks in facts.tasks.values()
            for task in tasks
            if task.state == "pending" and task.seat is None
        ]
        asked = {(task.group_id, task.approver_unit_id or 0) for task in others}
        people = self.env["mtqg.unit"]._get_people()
        members = {user for pair in asked for user in people.find_members(*pair)}
        for model, ids, names in (
            (
                "mtqg.workflow.task",
                {task.id for task in others},
                ["user_id", "group_id", "approver_unit_id"],
            ),
            ("mtqg.unit", {task.approver_unit_id for task in others}, ["name"]),
            ("res.users", members | {task.user_id for task in others}, ["name"]),
        ):
            self.env[model].sudo().browse(ids - {None}).fetch(names)

    # === BUSINESS METHODS - THE MOVE === #

    def _move_bulk(self, name, facts, comment, reason):
        """Move all documents of the facts that fit together; return {id: why not}."""
        try:
            with self.env.cr.savepoint():
                facts.asker._make_move(name, facts, comment, reason)
        except (UserError, psycopg2.IntegrityError) as error:
            return self._halve_bulk(name, facts, comment, reason, error)
        return {}

    def _halve_bulk(self, name, facts, comment, reason, error):
        ids = facts.asker._ids
        if len(ids) == 1:
            blockers = [self._blocker("refused", self._read_error(facts.asker, error))]
            return {ids[0]: facts.asker._describe_blocked(blockers)}
        half = len(ids) // 2
        blocked = {}
        for part in (ids[:half], ids[half:]):
            part_facts = _narrow(facts, part)
            blocked.update(self._move_bulk(name, part_facts, comment, reason))
        return blocked

    def _make_move(self, name, facts, comment, reason):
        match name:
            case "submit":
                self._submit(facts, comment)
            case "approve":
                self._approve(facts, comment)
            case _:
                self._leave_by(name, facts, comment, reason)

    def _read_error(self, document, error):
        """Return the sentence of an error, without the name that stands beside it."""
        if isinstance(error, psycopg2.IntegrityError):
            table = error.diag.table_name
            found = (n for n, m in self.env.registry.items() if m._table == table)
            return self.env[next(found, self._name)]._sql_error_to_message(error)
        prefix = f"{document.display_name}: "
        return "\n".join(line.removeprefix(prefix) for line in str(error).splitlines())


def _narrow(facts, ids):
    """Return the facts of some of the documents; what was read stays read."""
    narrowed = copy(facts)
    narrowed.asker = facts.asker.browse(ids)
    narrowed.documents = facts.documents.browse(ids)
    narrowed.rows = {id_: facts.rows[id_] for id_ in ids}
    return narrowed
