"""Everything a user can ask the register, over every path Odoo has for reading."""

BESIDE = (
    "ir.attachment",
    "mail.message",
    "mail.activity",
    "mail.followers",
    "mail.notification",
    "mail.tracking.value",
)
MEASURES = (
    "assigned",
    "allocated",
    "tabmis",
    "disbursed",
    "available",
    "committed",
)
# what somebody may try on records of which he only knows the number
GUESSED_CALLS = {
    "read": (),
    "mapped": ("display_name",),
    "web_read": ({"display_name": {}},),
    "export_data": (["display_name"],),
    "exists": (),
    "write": ({},),
    "unlink": (),
    "copy": (),
    "message_post": (),
    "get_blockers": (),
    "read_preview": (),
    "check_bulk": ("approve",),
    "action_bulk": ("approve",),
    "action_forward": (2, "take it"),
    "action_ask_opinion": (2, "what do you think"),
    "action_open_document": (),
    "read_return_choices": (),
    "action_submit": (),
    "action_approve": (),
    "action_return": ("why not",),
    "action_withdraw": (),
    "action_reverse": (),
    "balance_at": ("2024-12-31",),
    "enter_tabmis": (),
    "propose_grid": ("even",),
    "action_fill": ("even",),
    "action_replan": ("why not",),
    "advance_at": ("2024-12-31",),
    "action_open_tabmis_wizard": (),
    "action_make_decision": (),
}


class Readings:
    """Asks as one user and keeps the answers, each under what was asked.

    :param secrets: values that only exist in the hidden part, to be guessed at
    """

    def __init__(self, env, secrets):
        self.env, self.secrets = env, secrets
        self.answers = {}

    def ask_everything(self, foreign, every_field=True):
        """Fill ``answers``, and return them.

        :param dict foreign: model -> ids of hidden records, that he may guess
        :param bool every_field: search, group and order by each field, too
        """
        names = [
            *sorted(n for n in self.env.registry if n.startswith("mtqg.")),
            *BESIDE,
        ]
        for name in names:
            model = self.env[name]
            if not model._abstract and not model._transient:
                self._ask_model(model)
                if every_field:
                    self._ask_fields(model, foreign)
        self._ask_figures()
        for name, ids in foreign.items():
            self._ask_about(self.env[name].browse(ids))
        return self.answers

    def _keep(self, question, job):
        """Keep the answer, or the refusal, which is an answer as well."""
        with self.env.cr.savepoint(flush=False) as savepoint:
            try:
                self.answers[question] = repr(job())
            except Exception as error:  # noqa: BLE001  # its words may tell something
                self.answers[question] = f"{type(error).__name__}: {error}"
            savepoint.rollback()

    # === ONE MODEL === #

    def _ask_model(self, model):
        name = model._name
        for active in (True, False):
            seen = model.with_context(active_test=active)
            self._keep((name, "search", active), lambda s=seen: s.search([]).ids)
            self._keep((name, "count", active), lambda s=seen: s.search_count([]))
        # Odoo's messages take the limit before the rights: fewer than that there are
        for text in ("", *(s for s in self.secrets if isinstance(s, str))):
            self._keep(
                (name, "name_search", text),
                lambda t=text: model.name_search(t, limit=999),
            )
        self._keep((name, "read"), lambda: model.search([]).read())
        self._keep((name, "web"), lambda: self._read_web(model))
        self._keep((name, "export"), lambda: self._export(model))
        self._keep((name, "views"), lambda: len(model.fields_get()))
        names = [n for n, field in model._fields.items() if field.type != "datetime"]
        self._keep((name, "defaults"), lambda: model.default_get(names))

    def _read_web(self, model):
        specification = {
            name: {"fields": {"display_name": {}}} if field.relational else {}
            for name, field in model._fields.items()
        }
        return model.web_search_read([], specification)

    def _export(self, model):
        paths = [
            path
            for name, field in model._fields.items()
            if name != "id"  # an external id is drawn by lot
            for path in (
                (name, f"{name}/.id", f"{name}/display_name")
                if field.relational
                else (name,)
            )
        ]
        return model.search([]).export_data(paths)

    # === EVERY FIELD OF A MODEL === #

    def _ask_fields(self, model, foreign):
        for name, field in model._fields.items():
            for operator, value in self._list_guesses(field):
                self._search(model, name, operator, value)
            if field.relational:
                self._ask_relation(model, name, field, foreign)
            self._keep(
                (model._name, "group", name),
                lambda n=name: model.formatted_read_group([], [n], ["__count"]),
            )
            self._keep(
                (model._name, "sum", name),
                lambda n=name: model.formatted_read_group([], [], [f"{n}:sum"]),
            )
            self._keep(
                (model._name, "order", name),
                lambda n=name: model.search([], order=f"{n} desc, id").ids,
            )

    def _list_guesses(self, field):
        yield "!=", False
        for secret in self.secrets:
            if isinstance(secret, str) and field.type in ("char", "text", "html"):
                yield "ilike", secret
            if isinstance(secret, int) and field.type in ("integer", "float"):
                yield "=", secret
                yield ">=", secret

    def _ask_relation(self, model, name, field, foreign):
        comodel = self.env[field.comodel_name]
        for ids in foreign.get(comodel._name, ())[:1]:
            for operator in ("=", "in", "child_of", "parent_of"):
                value = [ids] if operator == "in" else ids
                self._search(model, name, operator, value)
        if not comodel._name.startswith("mtqg."):
            return
        for below, target in comodel._fields.items():
            for operator, value in self._list_guesses(target):
                if value and operator != "=":
                    self._search(model, f"{name}.{below}", operator, value)

    def _search(self, model, name, operator, value):
        domain = [(name, operator, value)]
        self._keep(
            (model._name, "domain", str(domain)), lambda: model.search(domain).ids
        )

    # === FIGURES, AND WHAT HE CAN ONLY GUESS === #

    def _ask_figures(self):
        measure, balances = self.env["mtqg.measure"], self.env["mtqg.allocation"]
        domains = [[], [("parent_id.amount_allocated", ">", 0)]]
        domains += [
            [(path, operator, secret)]
            for secret in self.secrets
            if isinstance(secret, int)
            for operator in ("=", ">=")
            for path in (
                "amount_assigned",
                "parent_id.amount_allocated",
                "parent_id.child_ids.amount_assigned",
                "project_id.amount_total",
            )
        ]
        for name in MEASURES:
            for domain in domains:
                for day in ("2024-03-31", "2024-12-31"):
                    self._keep(
                        ("measure", name, str(domain), day),
                        lambda n=name, d=domain, t=day: measure.value(n, d, t),
                    )
        self._keep(
            ("balance_at",), lambda: balances.search([]).balance_at("2024-12-31")
        )
        self._keep(("verify",), self.env["mtqg.workflow.event"].verify)
        self._ask_inbox()
        self._ask_reports()

    def _ask_inbox(self):
        tasks = self.env["mtqg.workflow.task"]
        for name in ("count_mine", "read_counters", "read_inbox"):
            self._keep(("inbox", name), getattr(tasks, name))
        mine = [("is_mine", "=", True)]
        self._keep(("inbox", "is_mine"), lambda: tasks.search(mine).ids)
        self._keep(("inbox", "number"), lambda: tasks.search_count(mine))

    def _ask_reports(self):
        contracts, forecast = self.env["mtqg.contract"], self.env["mtqg.forecast"]
        for unit in self.env["mtqg.unit"].search([]).ids:
            self._keep(
                ("form 08.a", unit),
                lambda u=unit: contracts.get_form_08a(u, "2024-12-31"),
            )
        for day in ("2024-06-30", "2025-06-30"):
            self._keep(("forecast", day), lambda t=day: forecast.forecast_at(t))
        self._keep(("forecast of today",), self._read_forecast)

    def _read_forecast(self):
        forecast = self.env["mtqg.forecast"]
        forecast.action_open()
        # its own number depends on how many rows there are before it
        names = ["allocation_id", "amount_expected", "amount_at_risk", "percent_season"]
        return [
            {name: row[name] for name in names}
            for row in forecast.search([]).read(names)
        ]

    def _ask_about(self, records):
        """Ask for hidden records by id: all he learns is that he may not."""
        for name, arguments in GUESSED_CALLS.items():
            if hasattr(records, name):
                method = getattr(records, name)
                self._keep(
                    (records._name, "foreign", name),
                    lambda m=method, a=arguments: m(*a),
                )
