"""Promises 4 and 6: state changes only through a transition, posted rows never.

An officer who may write every document of his unit tries to write its state, over both
protocols and every route that Odoo offers. He is refused in a sentence each time, and
no row of the register is another one afterwards.
"""

from remote import RemoteCase

from odoo.tests import tagged

FORGED = {
    "install_mode": True,
    "import_file": True,
    "tracking_disable": True,
    "mail_notrack": True,
    "active_test": False,
    "bypass": True,
    "force": True,
    "su": True,
    "uid": 1,
}


@tagged("post_install", "-at_install")
class TestHostileRpc(RemoteCase):
    """Forged values on what only transitions and postings write."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer_a.group_ids += cls.env.ref("mtqg_disbursement.group_finance")
        root = cls._assign_root(1_000_000)
        balance = cls._allocate(root, cls.commune_a, 500_000)
        cls._pay(balance, "completed", 1_000)
        cls.balance = balance
        cls.documents = cls._make_documents(balance)
        cls.waiting = cls._make_draft_decision(number="W-1")
        cls.waiting.action_submit()

    @classmethod
    def _make_documents(cls, balance):
        """Return {model: (draft of officer A, values for one more)}."""
        # one more of the same, where a rule allows only one
        others = {"code": "X-9", "plan_year": 2025}
        drafts = {}
        for model, vals in cls._list_values(balance).items():
            draft = cls.env[model].with_user(cls.officer_a).create(vals)
            again = vals | {name: others[name] for name in others if name in vals}
            if model == "mtqg.reconciliation":
                again["date_from"] = "2024-02-01"
            drafts[model] = (draft, again)
        return drafts

    @classmethod
    def _list_values(cls, balance):
        """Return {model: values of a draft}."""
        values = {
            "mtqg.decision": {"number": "X-1", "unit_id": cls.commune_a.id},
            "mtqg.disbursement": {
                "number": "X-2",
                "allocation_id": balance.id,
                "amount": 5,
            },
            "mtqg.project": {
                "code": "X-3",
                "name": "Road",
                "unit_id": cls.commune_a.id,
                "program_id": cls.program.id,
            },
            "mtqg.commitment": {
                "number": "X-4",
                "unit_id": cls.commune_a.id,
                "plan_year": 2024,
            },
            "mtqg.reconciliation": {
                "unit_id": cls.commune_a.id,
                "date_from": "2024-01-01",
                "date_to": "2024-03-31",
            },
        }
        if "mtqg.evaluation" in cls.env:
            values["mtqg.evaluation"] = {
                "unit_id": cls.commune_a.id,
                "scheme_id": cls.env["mtqg.scheme"]
                .search([("state", "=", "published")], limit=1)
                .id,
                "date_from": "2024-01-01",
                "date_to": "2024-03-31",
            }
        return values

    @classmethod
    def _make_draft_decision(cls, **values):
        line = {
            "unit_id": cls.commune_a.id,
            "program_id": cls.program.id,
            "source": "commune",
            "amount": 10,
        }
        return cls._make_decision(
            line, user=cls.officer_a, unit=cls.commune_a, **values
        )

    def _list_forgeries(self, document):
        """Yield (field, value) that would move the document on."""
        workflow = document.sudo().workflow_id
        done = workflow.stage_ids.filtered(lambda stage: stage.kind == "done")
        yield "stage_id", done.id
        yield "workflow_state", "done"
        yield "workflow_transition_id", workflow.transition_ids[:1].id
        yield "workflow_requester_id", self.leader_a.id
        yield "workflow_editor_id", False
        yield "workflow_id", False
        yield "date_submitted", "2020-01-01 00:00:00"

    def _list_routes(self, document, again, name, value):
        """Yield (method, ids or None, arguments, context) of each way to write."""
        forged = {**FORGED, f"default_{name}": value}
        vals, ids = {name: value}, document.ids
        yield "write", ids, {"vals": vals}, {}
        yield "write", ids, {"vals": vals}, forged
        yield "web_save", ids, {"vals": vals, "specification": {}}, {}
        yield "web_save", ids, {"vals": vals, "specification": {}}, forged
        yield "create", None, {"vals_list": [again | vals]}, {}
        yield "create", None, {"vals_list": [again]}, forged
        yield "web_save", [], {"vals": again, "specification": {}}, forged
        yield "name_create", None, {"name": "X-8"}, forged
        yield "copy", ids, {"default": vals}, {}
        yield "copy", ids, {}, forged

    def _try(self, user, model, route):
        """Try one route over both protocols; both have to refuse it."""
        method, ids, arguments, context = route
        body = arguments | {"context": context} | ({} if ids is None else {"ids": ids})
        self.assertRefusedJson(*self.json2(user, model, method, **body))
        args = [] if ids is None else [ids]
        answer = self.xmlrpc(user, model, method, *args, **arguments, context=context)
        self.assertRefusedXml(*answer)

    def test_every_workflow_document_is_attacked(self):
        """A new document under workflow has to be added to the matrix."""
        self.assertEqual(
            set(self.env["ir.model"]._get_workflow_models()), set(self.documents)
        )

    def test_state_of_a_document_is_closed_over_every_route(self):
        before = self.checksums()
        for model, (document, again) in self.documents.items():
            for name, value in self._list_forgeries(document):
                for route in self._list_routes(document, again, name, value):
                    with self.subTest(model=model, field=name, route=route[0]):
                        self._try(self.officer_a, model, route)
        self.assertEqual(self.checksums(), before)

    def test_state_of_a_document_is_closed_to_imports(self):
        before = self.checksums()
        for model, (document, again) in self.documents.items():
            for name, value in self._list_forgeries(document):
                column = {"stage_id": "stage_id/.id"}.get(name, name)
                rec_name = self.env[model]._rec_name_fallback()
                table = {
                    "fields": [rec_name, column],
                    "data": [[again.get(rec_name, "X"), str(value)]],
                }
                with self.subTest(model=model, field=name):
                    status, answer = self.json2(self.officer_a, model, "load", **table)
                    self.assertEqual(status, 200, answer)
                    self.assertFalse(answer["ids"])
                    self.assertTrue(answer["messages"])
                    loaded, fault = self.xmlrpc(
                        self.officer_a, model, "load", *table.values()
                    )
                    self.assertFalse(fault or loaded["ids"])
        self.assertEqual(self.checksums(), before)

    def test_state_is_closed_to_commands_through_other_records(self):
        before = self.checksums()
        draft = self.documents["mtqg.decision"][0]
        done = [(1, draft.id, {"workflow_state": "done"})]
        event = {"res_model": "mtqg.decision", "res_id": draft.id, "name": "approve"}
        for model, ids, vals in (
            ("mtqg.decision", self.waiting.ids, {"summary": "in between"}),
            ("mtqg.decision", draft.ids, {"reversal_ids": done}),
            ("mtqg.decision", draft.ids, {"workflow_event_ids": [(0, 0, event)]}),
            ("mtqg.decision", draft.ids, {"entry_ids": [(0, 0, {"amount": 5})]}),
            ("mtqg.decision.line", self.waiting.line_ids.ids, {"amount": 7}),
            ("mtqg.allocation", self.balance.ids, {"entry_ids": [(5,)]}),
            ("mtqg.unit", self.commune_a.ids, {"allocation_ids": [(5,)]}),
        ):
            with self.subTest(model=model, vals=vals):
                route = ("write", ids, {"vals": vals}, FORGED)
                self._try(self.officer_a, model, route)
        self.assertEqual(self.checksums(), before)

    def test_tasks_events_entries_and_counters_are_closed(self):
        before = self.checksums()
        task = self.env["mtqg.workflow.task"].search(
            [("res_model", "=", "mtqg.decision"), ("res_id", "=", self.waiting.id)]
        )
        event = self.waiting.sudo().workflow_event_ids
        entry = self.balance.sudo().entry_ids[:1]
        for record, vals in (
            (task, {"state": "done", "vote_count": 9}),
            (task, {"user_id": self.officer_a.id}),
            (task, {"voter_ids": [(4, self.leader_a.id)]}),
            (event, {"comment": "rewritten"}),
            (event, {"user_id": self.leader_a.id, "date": "2020-01-01 00:00:00"}),
            (entry, {"amount": 1}),
            (entry, {"allocation_id": self.balance.parent_id.id}),
            (self.balance, {"amount_assigned": 2_000_000_000}),
            (self.balance, {"amount_available": 5}),
            (self.balance, {"unit_id": self.commune_b.id}),
        ):
            for role in (self.officer_a, self.leader_a, self.manager_x):
                with self.subTest(record=record, vals=vals, role=role.login):
                    self._attack_record(role, record, vals)
        self.assertEqual(self.checksums(), before)

    def _attack_record(self, role, record, vals):
        forged = FORGED | {f"default_{name}": value for name, value in vals.items()}
        whole = {"vals": vals, "specification": {}}
        for route in (
            ("write", record.ids, {"vals": vals}, forged),
            ("web_save", record.ids, whole, forged),
            ("create", None, {"vals_list": [vals]}, forged),
            ("copy", record.ids, {"default": vals}, forged),
            ("unlink", record.ids, {}, forged),
        ):
            self._try(role, record._name, route)

    def test_what_is_computed_is_not_dictated(self):
        """A stored computed field would keep what a caller writes into it."""
        before = self.checksums()
        voucher = self.documents["mtqg.disbursement"][0]
        for record, name, value in (
            (voucher, "is_reversal", True),
            (voucher, "unit_id", self.commune_a.id),
            (voucher, "project_id", False),
            (voucher, "amount_paid", 1),
            (self.documents["mtqg.decision"][0], "amount_total", 1),
            (self.documents["mtqg.decision"][0], "is_late", True),
            (self.documents["mtqg.decision"][0], "import_sha256", "0"),
        ):
            _draft, again = self.documents[record._name]
            for route in self._list_routes(record, again, name, value):
                with self.subTest(field=name, route=route[0], context=route[3]):
                    self._try(self.officer_a, record._name, route)
        self.assertEqual(self.checksums(), before)
