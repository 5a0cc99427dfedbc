"""Promise 4, the hostile callers: nobody moves what is not his to move.

Every public method of every model of the workflow and of every document, called by
every role as JSON-2 lets them in: with forged contexts and arguments, with the ids of
waiting, ended, hidden, deleted and doubled records. None of the callers is asked for
any of the documents, so nothing at all may change; and all are told so in a sentence.
"""

import inspect
import os
import random
from itertools import cycle

import psycopg2
from werkzeug.exceptions import HTTPException

from odoo import Command
from odoo.exceptions import UserError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.mtqg_disbursement.tests.common import MtqgCommon

SEED = int(os.environ.get("MTQG_SEED", "20260101"))
LEAST_CALLS = 10_000
CONTEXTS = (
    {},
    {"default_stage_id": 1, "default_workflow_state": "done", "default_state": "done"},
    {"default_user_id": 2, "default_res_model": "mtqg.decision", "default_kind": "x"},
    {"active_test": False, "prefetch_fields": False},
    {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True},
    {"install_mode": True, "module": "mtqg_disbursement", "import_file": True},
    {"bin_size": True, "no_reset_password": True},
    {"lang": "xx_XX", "tz": "Mars/Phobos"},
    {"force_write": True, "force_company": 1, "bypass": True, "su": True, "uid": 1},
    {"active_model": "mtqg.decision", "active_ids": [1, -1, "x"], "active_id": "x"},
)
MALFORMED = (None, "' OR 1=1 --", -1, 9 * 10**18, [[["x"]]], {"stage_id": {"id": "x"}})
# what somebody who knows the names would pass
FITTING = {
    "name": ("approve", "submit", "return", "reject", "withdraw", "write", "unlink"),
    "comment": ("because", " "),
    "question": ("why",),
    "answer": ("so",),
    "reason": ("other", ""),
    "stage": ("draft", "done", "review"),
    "text": ("", "{}", '{"code": "decision", "stages": []}', "[" * 400),
    "domain": ([], [("document_name", "ilike", "")], [("unit_id.name", "!=", False)]),
    "order": ("id desc", "document_name; DROP TABLE x", "unit_id.name"),
    "limit": (0, 1, -5),
    "offset": (0, -5),
}
# Odoo's own methods that write
WRITING = {"write", "create", "unlink", "copy", "web_save", "load", "action_archive"}
# of these, what only moves change
DOCUMENTS = ("mtqg.decision", "mtqg.disbursement", "mtqg.project", "mtqg.commitment")
MOVED = (
    "workflow_id",
    "stage_id",
    "workflow_state",
    "workflow_transition_id",
    "workflow_requester_id",
    "workflow_editor_id",
    "workflow_run",
    "date_submitted",
)


@tagged("post_install", "-at_install")
class TestWorkflowCallers(MtqgCommon):
    """Models × methods × roles × records × contexts × arguments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rng = random.Random(SEED)
        cls.maker = cls._make_person("maker", "officer", cls.commune_a)
        cls.waiting, cls.ended = {}, {}
        cls._make_documents()
        cls._make_beside()
        cls.callers = [
            *(cls.viewer_a, cls.officer_a, cls.officer_b, cls.leader_b, cls.leader_d),
            *(cls.finance_p, cls.treasurer, cls.inspector_p, cls.manager_x),
            cls._make_person("steering_p", "steering", cls.province),
            new_test_user(cls.env, "t_outsider", groups="base.group_user"),
        ]
        cls.env.flush_all()

    @classmethod
    def _make_person(cls, login, role, unit):
        return new_test_user(
            cls.env,
            login=f"t_{login}",
            groups=f"mtqg_disbursement.group_{role}",
            lang="en_US",
            mtqg_unit_ids=[Command.set(unit.ids)],
        )

    @classmethod
    def _make_documents(cls):
        """Of each kind, one that waits for the leader of A; of most, one that ended."""
        root = cls._assign_root(1_000_000)
        balance = cls._allocate(root, cls.commune_a, 400_000)
        line = {
            "unit_id": cls.commune_a.id,
            "program_id": cls.program.id,
            "nature": "investment",
            "source": "commune",
            "origin_year": 2024,
            "amount": 10,
        }
        for is_ended in (False, True):
            decision = cls._make_decision(line, user=cls.maker, unit=cls.commune_a)
            voucher = cls._make_voucher(
                balance, "completed", 10, user=cls.maker, treasury_unit_id=False
            )
            project = cls._make_project(f"T-H{is_ended}")
            for document in (decision, voucher, project):
                cls._send(document.sudo(), is_ended)
        cls._send(cls._make_commitment().sudo(), is_ended=False)

    @classmethod
    def _make_project(cls, code):
        values = {"code": code, "name": "Road", "unit_id": cls.commune_a.id}
        projects = cls.env["mtqg.project"].with_user(cls.maker)
        project = projects.create({**values, "program_id": cls.program.id})
        papers = [
            {
                "type_id": type_.id,
                "res_model": "mtqg.project",
                "res_id": project.id,
                "number": "1",
                "file": "eA==",
            }
            for type_ in cls.env["mtqg.paper.type"].search([])
        ]
        cls.env["mtqg.paper"].create(papers)
        return project

    @classmethod
    def _make_commitment(cls):
        promise = {"program_id": cls.program.id, "origin_year": 2024, "month": 3}
        values = {
            "number": "1/CK",
            "unit_id": cls.commune_a.id,
            "plan_year": 2024,
            "shortfall_reason": "because",
            "line_ids": [Command.create({**promise, "amount": 7})],
        }
        return cls.env["mtqg.commitment"].with_user(cls.maker).create(values)

    @classmethod
    def _send(cls, document, is_ended):
        """Submit a document as its maker; let one of them be refused, or approved."""
        document.with_user(cls.maker).action_submit()
        if document.workflow_transition_id:
            known = {t.kind for t in document.workflow_id.transition_ids}
            name = "reject" if "reject" in known else "approve"
            if is_ended:
                getattr(document.with_user(cls.leader_a), f"action_{name}")("no")
        (cls.ended if is_ended else cls.waiting)[document._name] = document.id

    @classmethod
    def _make_beside(cls):
        """A definition in work, and somebody who is absent."""
        workflow = cls.env.ref("mtqg_disbursement.workflow_decision")
        workflow.action_new_version()
        deputy = cls._make_person("deputy", "viewer", cls.commune_a)
        cls.env["mtqg.workflow.delegation"].create(
            {
                "user_id": cls.leader_a.id,
                "delegate_id": deputy.id,
                "date_to": "2099-12-31",
                "reason": "leave",
            }
        )

    # === WHAT IS CALLED === #

    def _list_models(self):
        """Return the models of the workflow and the documents under it."""
        return [
            name
            for name, model in sorted(self.env.registry.items())
            if name.startswith("mtqg.workflow") or hasattr(model, "_on_workflow_done")
        ]

    def _list_methods(self, model):
        """Return the public methods that the addons bring, and Odoo's that write."""
        own, core = set(), set()
        for cls in type(self.env[model]).mro():
            names = {
                name
                for name, value in vars(cls).items()
                if name[0] != "_" and inspect.isfunction(value)
            }
            is_own = cls.__module__.startswith("odoo.addons.mtqg_")
            (own if is_own else core).update(names)
        return sorted(own - core) + sorted(WRITING & core)

    def _list_ids(self, model, user):
        """Return ids of records that are nobody's, hidden, doubled, ended, or his."""
        if self.env[model]._abstract:
            return [[]]
        there = self.env[model].with_context(active_test=False).search([])
        seen = there.with_user(user).sudo(False)
        seen = there.browse(seen._filtered_access("read")._ids)
        some = [seen.ids[-1:], (there - seen).ids[-1:], there.ids[-2:]]
        if model in self.waiting:
            waiting = self.waiting[model]
            some = [[waiting], [self.ended.get(model, waiting)], [waiting, waiting]]
        return [*some, [2**31 - 1], [], [-1], [0]]

    def _draw_arguments(self, method):
        """Return keyword arguments: some malformed, some that fit."""
        arguments = {}
        for name, parameter in list(inspect.signature(method).parameters.items())[1:]:
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            is_asked = parameter.default is parameter.empty
            if is_asked or self.rng.random() < 0.5:
                fitting = FITTING.get(name, self._list_values(name))
                pool = fitting if self.rng.random() < 0.6 else MALFORMED
                arguments[name] = self.rng.choice(pool)
        return arguments

    def _list_values(self, name):
        """Return what a parameter of Odoo's own methods would be given."""
        stolen = {
            "state": "done",
            "workflow_state": "done",
            "vote_count": 9,
            "user_id": self.viewer_a.id,
            "hash": "x",
            "date_revoked": False,
        }
        return {
            "user_id": [user.id for user in self.callers],
            "vals": [stolen, *({key: value} for key, value in stolen.items())],
            "vals_list": [[stolen], [{}]],
            "default": [None, stolen],
            "specification": [{}],
            "fields": [["id", "state"], ["workflow_state"]],
            "data": [[["1", "done"]]],
        }.get(name, MALFORMED)

    def _list_calls(self):
        """Yield calls: for every method and caller some of records and contexts."""
        pairs = [
            (model, name)
            for model in self._list_models()
            for name in self._list_methods(model)
        ]
        each = -(-LEAST_CALLS // (len(pairs) * len(self.callers))) + 1
        contexts = cycle(CONTEXTS)
        for model, name in pairs:
            method = getattr(type(self.env[model]), name)
            for user in self.callers:
                if self._is_allowed(user, model, name):
                    continue
                ids = self._list_ids(model, user)
                for _call in range(each):
                    arguments = self._draw_arguments(method)
                    yield (
                        user,
                        model,
                        name,
                        self.rng.choice(ids),
                        arguments,
                        next(contexts),
                    )

    def _is_allowed(self, user, model, name):
        """Managers define workflows, and inspectors anchor the events."""
        if (user, name) == (self.inspector_p, "action_anchor"):
            return True
        return user == self.manager_x and model not in DOCUMENTS

    # === HOW IT IS CALLED === #

    def _call(self, user, model, name, ids, arguments, context):
        """Make a call as an outside caller; return how it was refused, or None."""
        records = self.env[model].with_user(user).with_context(**context).browse(ids)
        try:
            method = get_public_method(records, name)
            inspect.signature(method).bind(records, **arguments)
        except (AttributeError, TypeError) as error:
            return UserError(str(error))
        try:
            method(records, **arguments)
            self.env.flush_all()
        except Exception as error:  # noqa: BLE001  # it is looked at below
            return error
        return None

    def _is_answer(self, error, model, name):
        """Tell whether an error is told in a sentence, and no status 500."""
        if isinstance(error, (UserError, HTTPException)):
            return bool(str(error).strip())
        if isinstance(error, psycopg2.IntegrityError):
            # what Odoo makes of it before it answers
            return "violates" not in self.env[model]._sql_error_to_message(error)
        # Odoo's own methods, and those for one record, may give up in their way
        return name in WRITING or "Expected singleton" in str(error)

    def _try(self, *call):
        """Return (error that is no answer, whether rows changed); undo everything."""
        with self.cr.savepoint(flush=False) as savepoint:
            before = self._count_writes()
            error = self._call(*call)
            changed = (
                error is None
                and self._count_writes() != before
                and self._read_rows() != self.rows
            )
            savepoint.rollback()
        self.env.transaction.clear()
        is_told = error is None or self._is_answer(error, *call[1:3])
        return None if is_told else error, changed

    def _count_writes(self):
        """Return how many rows this transaction has written in the guarded tables."""
        return self.env.execute_query(
            SQL(
                """SELECT sum(pg_stat_get_xact_tuples_inserted(oid)
                            + pg_stat_get_xact_tuples_updated(oid)
                            + pg_stat_get_xact_tuples_deleted(oid))
                     FROM unnest(%s::int[]) AS t(oid)""",
                self.oids,
            )
        )

    def _read_rows(self):
        """Return checksums of all rows, of documents of what only moves change."""
        parts = [
            SQL("SELECT md5(string_agg(t::text, ';' ORDER BY id)) FROM %s t", table)
            for table in map(SQL.identifier, self.tables)
        ]
        parts += [
            SQL(
                "SELECT md5(string_agg(ROW(id, %s)::text, ';' ORDER BY id)) FROM %s",
                SQL(", ").join(map(SQL.identifier, MOVED)),
                SQL.identifier(self.env[model]._table),
            )
            for model in DOCUMENTS
        ]
        return self.env.execute_query(SQL(" UNION ALL ").join(parts))

    def _find_tables(self):
        """Note the tables that are guarded: all of the workflow but the dialogs."""
        names = [
            model._table
            for name, model in self.env.registry.items()
            if name.startswith("mtqg.workflow")
            and not (model._abstract or model._transient)
        ]
        names += [self.env[model]._table for model in DOCUMENTS]
        # what only looks like a table has no rows of its own
        rows = self.env.execute_query(
            SQL(
                """SELECT oid, relname FROM pg_class
                    WHERE relkind = 'r' AND relname = ANY(%s) ORDER BY relname""",
                names,
            )
        )
        self.oids = [oid for oid, _name in rows]
        self.tables = [n for _oid, n in rows if n.startswith("mtqg_workflow")]

    @mute_logger("odoo.sql_db", "odoo.models.unlink", "odoo.models", "odoo.orm")
    def test_nobody_moves_what_is_not_his(self):
        self._find_tables()
        self.rows = self._read_rows()
        wrong, moved, count = {}, {}, 0
        for call in self._list_calls():
            count += 1
            error, changed = self._try(*call)
            if error is not None:
                wrong.setdefault((*call[1:3], repr(error)[:90]), call[3:])
            if changed:
                moved.setdefault((call[0].login, *call[1:3]), call[3:])
        told = f"seed {SEED}, {count} calls"
        self.assertFalse(moved, told + "\n" + "\n".join(map(str, moved.items())))
        self.assertFalse(wrong, told + "\n" + "\n".join(map(str, wrong.items())))
        self.assertGreaterEqual(count, LEAST_CALLS)
        self.assertEqual(self._read_rows(), self.rows)
