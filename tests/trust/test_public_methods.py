"""Every public method of every model, called by every role with wrong arguments.

The callers come as JSON-2 lets them in: public methods only, arguments bound to the
signature. What the addons define answers in a sentence whatever it is given; what Odoo
brings along moves no document and no đồng.
"""

import inspect

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_INERROR
from werkzeug.exceptions import HTTPException

from odoo import Command
from odoo.exceptions import UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.mtqg_disbursement.tests.common import MtqgCommon

# what a parameter of that name would be given by a well-meaning caller
HARMLESS = {
    "name": "assigned",
    "domain": [],
    "date": "2024-12-31",
    "fields": ["id"],
    "comment": "because",
    "vals": {},
    "vals_list": [{}],
    "fname": "id",
    "field_name": "id",
    "unit_id": 1,
    "user_id": 2,
    "question": "why",
    "answer": "so",
    "plan_year": 2024,
}
FORGED = (
    None,
    "' OR 1=1 --",
    -1,
    9 * 10**18,
    [[["x"]]],
    {"stage_id": {"id": "x"}},
)
# what somebody who knows the names would pass
STOLEN = {"workflow_state": "done", "state": "done", "amount": 5, "amount_assigned": 5}
# what only transitions and postings may change
GUARDED = {
    "mtqg_entry": ("amount", "allocation_id", "kind"),
    "mtqg_allocation": ("amount_assigned", "amount_allocated", "unit_id"),
    "mtqg_workflow_event": ("hash",),
    "mtqg_workflow_task": ("state", "vote_count", "user_id"),
    "mtqg_decision": ("stage_id", "workflow_state", "workflow_requester_id"),
    "mtqg_disbursement": ("stage_id", "workflow_state", "workflow_requester_id"),
    "mtqg_project": ("stage_id", "workflow_state", "workflow_requester_id"),
    "mtqg_commitment": ("stage_id", "workflow_state", "leader_id", "version"),
    "mtqg_reconciliation": ("stage_id", "workflow_state", "content_hash", "version"),
}
# take many records; other methods may ask for one (Odoo's word for it is "singleton")
SURFACE = {
    "action_submit",
    "action_approve",
    "action_return",
    "action_reject",
    "action_withdraw",
    "action_forward",
    "action_ask_opinion",
    "action_give_opinion",
    "action_bulk",
    "check_bulk",
    "get_blockers",
    "enter_tabmis",
    "balance_at",
}


@tagged("post_install", "-at_install")
class TestPublicMethods(MtqgCommon):
    """The matrix of models × methods × roles × arguments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        root = cls._assign_root(1_000_000)
        balance = cls._allocate(root, cls.commune_a, 400_000)
        other = cls._allocate(root, cls.commune_b, 400_000)
        cls._make_people()
        cls._pay(balance, "completed", 1_000)
        cls._make_voucher(balance, "completed", 10).action_submit()
        cls._make_voucher(other, "completed", 10, user=cls.officer_b)
        cls._make_dossiers()
        cls.env["mtqg.forecast"]._refresh()
        cls.forgers = cls.officer_a | cls.manager_x
        cls.roles = (
            cls.viewer_a,
            cls.officer_a,
            cls.leader_a,
            cls.finance_p,
            cls.treasurer,
            cls.inspector_p,
            cls.steering_p,
            cls.manager_x,
        )

    @classmethod
    def _make_people(cls):
        cls.steering_p = cls.officer_p.copy(
            {
                "login": "t_steering_p",
                "group_ids": [
                    Command.set(cls.env.ref("mtqg_disbursement.group_steering").ids)
                ],
                "mtqg_unit_ids": [Command.set(cls.province.ids)],
            }
        )

    @classmethod
    def _make_dossiers(cls):
        for user, unit in (
            (cls.officer_a, cls.commune_a),
            (cls.officer_b, cls.commune_b),
        ):
            line = {"unit_id": unit.id, "program_id": cls.program.id, "amount": 10}
            cls._make_decision(line, user=user, unit=unit)
            project = (
                cls.env["mtqg.project"]
                .with_user(user)
                .create(
                    {
                        "code": f"T-{unit.code}",
                        "name": "Road",
                        "unit_id": unit.id,
                        "program_id": cls.program.id,
                    }
                )
            )
            cls.env["mtqg.contract"].with_user(user).create(
                {"number": "HĐ-1", "project_id": project.id, "amount": 4_000}
            )
            cls.env["mtqg.paper"].with_user(user).create(
                {
                    "type_id": cls.env["mtqg.paper.type"].search([], limit=1).id,
                    "res_model": "mtqg.project",
                    "res_id": project.id,
                    "number": "1",
                }
            )
            cls._make_commitment(user, unit)

    @classmethod
    def _make_commitment(cls, user, unit):
        line = {"program_id": cls.program.id, "origin_year": 2024, "month": 3}
        cls.env["mtqg.commitment"].with_user(user).create(
            {
                "number": "1/CK",
                "unit_id": unit.id,
                "plan_year": 2024,
                "line_ids": [Command.create({**line, "amount": 7})],
            }
        )

    # === WHAT IS CALLED === #

    def _list_methods(self, model, is_own):
        """Return the public methods that the addons define, or all the others."""
        ours, foreign = set(), set()
        for cls in type(self.env[model]).mro():
            names = {
                name
                for name, value in vars(cls).items()
                if not name.startswith("_") and inspect.isfunction(value)
            }
            is_ours = cls.__module__.startswith("odoo.addons.mtqg_")
            (ours if is_ours else foreign).update(names)
        # to delete a draft of one's own is a right
        return sorted(ours - foreign if is_own else foreign - {"unlink"})

    def _list_ids(self, model, user):
        """Return sets of ids: seen by the user, hidden from him, missing, none."""
        if self.env[model]._abstract:
            return [[]]
        everything = self.env[model].search([])
        seen = everything.with_user(user).sudo(False)._filtered_access("read")
        return [seen.ids[-1:], (everything - seen).ids[-1:], [2**31 - 1], []]

    def _list_arguments(self, method, values):
        """Yield keyword arguments: none, harmless ones, and each one forged."""
        parameters = [
            p
            for p in list(inspect.signature(method).parameters.values())[1:]
            if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        ]
        harmless = {
            p.name: HARMLESS.get(p.name)
            for p in parameters
            if p.default is p.empty or p.name in HARMLESS
        }
        yield {}
        yield harmless
        for parameter in parameters:
            for value in values:
                yield harmless | {parameter.name: value}

    # === HOW IT IS CALLED === #

    def _call(self, user, model, name, ids, arguments):
        """Return what a caller would be told: None if well, else the error."""
        recordset = self.env[model].with_user(user).with_context(default_stage_id=1)
        try:
            method = get_public_method(recordset, name)
            records = recordset.browse(ids)
            if not self._binds(method, records, arguments):
                return None
            method(records, **arguments)
            self.env.flush_all()
        except (UserError, AttributeError, HTTPException) as refusal:
            return None if str(refusal).strip() else refusal
        except Exception as error:  # noqa: BLE001  # what would be a status 500
            takes_one = "Expected singleton" in str(error) and name not in SURFACE
            return None if takes_one else error
        return None

    def _binds(self, method, records, arguments):
        try:
            inspect.signature(method).bind(records, **arguments)
        except TypeError:
            return False
        return True

    def _list_own_calls(self):
        for model in sorted(n for n in self.env.registry if n.startswith("mtqg.")):
            for name in self._list_methods(model, is_own=True):
                method = getattr(type(self.env[model]), name)
                for user in self.roles:
                    values = FORGED if user in self.forgers else ()
                    for ids in self._list_ids(model, user):
                        for arguments in self._list_arguments(method, values):
                            yield user, model, name, ids, arguments

    def _list_core_calls(self):
        for model in map(self._get_model, GUARDED):
            for name in self._list_methods(model, is_own=False):
                method = getattr(type(self.env[model]), name)
                ids = self._list_ids(model, self.officer_a)[0]
                for arguments in self._list_arguments(method, (STOLEN, [STOLEN])):
                    yield self.officer_a, model, name, ids, arguments

    def _get_model(self, table):
        return next(n for n, m in self.env.registry.items() if m._table == table)

    def _try(self, *call):
        """Return (error, whether guarded values changed), with all else taken back."""
        with self.cr.savepoint(flush=False) as savepoint:
            error = self._call(*call)
            changed = error is None and self._can_commit() and self._read_guarded()
            savepoint.rollback()
        self.env.transaction.clear()
        if isinstance(error, psycopg2.IntegrityError):
            # what Odoo makes of it before it answers
            sentence = self.env[call[1]]._sql_error_to_message(error)
            error = error if "violates" in sentence else None
        return error, changed

    def _can_commit(self):
        return self.cr._cnx.info.transaction_status != TRANSACTION_STATUS_INERROR

    def _read_guarded(self):
        """Return checksums of all guarded values, in one query."""
        return self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT md5(string_agg(concat_ws(',', id, %s), ';' ORDER BY id))"
                    " FROM %s",
                    SQL(", ").join(map(SQL.identifier, columns)),
                    SQL.identifier(table),
                )
                for table, columns in GUARDED.items()
            )
        )

    @mute_logger("odoo.sql_db", "odoo.models.unlink", "odoo.models")
    def test_own_methods_answer_in_a_sentence(self):
        wrong, count = {}, 0
        for call in self._list_own_calls():
            count += 1
            error, _values = self._try(*call)
            if error is not None:
                wrong.setdefault((*call[1:3], repr(error)[:90]), call[3:])
        self.assertFalse(wrong, "\n" + "\n".join(map(str, wrong.items())))
        self.assertGreater(count, 4_000)

    @mute_logger("odoo.sql_db", "odoo.models.unlink", "odoo.models")
    def test_methods_of_odoo_move_nothing(self):
        before = self._read_guarded()
        moved = []
        for call in self._list_core_calls():
            _error, values = self._try(*call)
            if values and values != before:
                moved.append(call)
        self.assertFalse(moved)
