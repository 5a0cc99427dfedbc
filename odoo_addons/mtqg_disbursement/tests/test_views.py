"""Every screen opens for every role, and the forms make what they promise."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools.safe_eval import datetime, safe_eval

from .common import ROLES, MtqgCommon

ADDON = "mtqg_disbursement"


class ViewsCase(MtqgCommon):
    """A province with one document of each kind, and a user for each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "viewer": cls.viewer_a,
            "officer": cls.officer_a,
            "leader": cls.leader_a,
            "finance": cls.finance_p,
            "treasury": cls.treasurer,
            "inspector": cls.inspector_p,
            "manager": cls.manager_x,
        }
        cls.project = cls._make_project()
        cls.root = cls._assign_root(10**12)
        cls.balance = cls._allocate(
            cls.root, cls.commune_a, 10**9, program=cls.content, project=cls.project
        )
        cls.contract = cls.env["mtqg.contract"].create(
            {"number": "HD-1", "project_id": cls.project.id, "amount": 5 * 10**8}
        )
        cls._pay(cls.balance, "advance", 10**8, contract_id=cls.contract.id)
        waiting = cls._make_voucher(cls.balance, "completed", 10**7)
        for document in (waiting, cls.project):
            cls._add_paper(document)
        waiting.action_submit()

    @classmethod
    def _add_paper(cls, document):
        cls.env["mtqg.paper"].with_user(cls.officer_a).create(
            {
                "type_id": cls.env.ref("mtqg_disbursement.paper_type_contract").id,
                "number": "01/HĐ",
                "res_model": document._name,
                "res_id": document.id,
            }
        )

    @classmethod
    def _make_project(cls):
        return (
            cls.env["mtqg.project"]
            .with_user(cls.officer_a)
            .create(
                {
                    "code": "T-7800001",
                    "name": "Road",
                    "unit_id": cls.commune_a.id,
                    "program_id": cls.content.id,
                    "amount_total": 2 * 10**9,
                }
            )
        )

    def _get_actions(self):
        """Return the window actions of the addon that show its own models."""
        owned = self.env["ir.model.data"].search(
            [("module", "=", ADDON), ("model", "=", "ir.actions.act_window")]
        )
        actions = self.env["ir.actions.act_window"].browse(owned.mapped("res_id"))
        return actions.filtered(lambda action: action.res_model.startswith("mtqg."))

    def _get_views(self, action, user):
        """Return {view type: its tree}, as the web client gets them for a user."""
        kinds = [(False, kind) for kind in (*action.view_mode.split(","), "search")]
        answer = self.env[action.res_model].with_user(user).get_views(kinds)
        return {
            kind: etree.fromstring(view["arch"])
            for kind, view in answer["views"].items()
        }


@tagged("post_install", "-at_install")
class TestScreens(ViewsCase):
    """Whoever may open a screen sees all of it."""

    def test_the_roles_are_all_tried(self):
        self.assertEqual(set(self.people), set(ROLES))

    def test_every_action_opens_for_every_role(self):
        for action in self._get_actions():
            for role, user in self.people.items():
                if not self.env[action.res_model].with_user(user).has_access("read"):
                    continue
                with self.subTest(action=action.xml_id, role=role):
                    self._open(action, user)

    def _open(self, action, user):
        model = self.env[action.res_model].with_user(user)
        for kind, tree in self._get_views(action, user).items():
            if kind in ("list", "kanban", "form"):
                # what somebody else has read does not count
                self.env.invalidate_all()
                records = model.search([], limit=3)
                records.web_read(self._read_specification(tree, model))

    def _read_specification(self, tree, model):
        """Return what a view reads, with the lines that it shows inside."""
        specification = {}
        for node in tree.iterfind(".//field"):
            outer = next(node.iterancestors("field"), None)
            if outer is None:
                field = model._fields[node.get("name")]
                inner = {}
                if field.type in ("one2many", "many2many") and len(node):
                    inner = {"fields": self._read_lines(node, model, field)}
                elif field.type == "many2one":
                    inner = {"fields": {"display_name": {}}}
                specification[node.get("name")] = inner
        return specification

    def _read_lines(self, node, model, field):
        lines = model.env[field.comodel_name]
        names = {line.get("name") for line in node.iterfind(".//field")}
        return {name: {} for name in names if name in lines._fields}

    def test_every_filter_finds_and_every_group_adds_up(self):
        for action in self._get_actions():
            model = self.env[action.res_model].with_user(self.officer_a)
            if not model.has_access("read"):
                model = model.with_user(self.manager_x)
            search = self._get_views(action, model.env.user).get("search")
            for node in search.iterfind(".//filter") if search is not None else ():
                with self.subTest(action=action.xml_id, filter=node.get("name")):
                    self._use_filter(model, node)

    def _use_filter(self, model, node):
        values = {"uid": self.env.uid, "context_today": datetime.datetime.now}
        if node.get("domain"):
            model.search_count(safe_eval(node.get("domain"), values))
        if node.get("context"):
            group = safe_eval(node.get("context"), values)["group_by"]
            model.formatted_read_group([], [group], ["__count"])

    def test_default_filters_exist(self):
        for action in self._get_actions():
            search = self._get_views(action, self.manager_x)["search"]
            known = set(search.xpath("//filter/@name | //field/@name"))
            context = safe_eval(action.context or "{}", {"active_id": 1, "uid": 1})
            for key in context:
                if key.startswith("search_default_"):
                    self.assertIn(key.removeprefix("search_default_"), known)

    def test_every_amount_on_every_screen_has_its_widget(self):
        for action in self._get_actions():
            model = self.env[action.res_model]
            for kind, tree in self._get_views(action, self.manager_x).items():
                for node in tree.iterfind(".//field") if kind != "search" else ():
                    field = model._fields.get(node.get("name"))
                    if field is not None and field.column_type == ("int8", "int8"):
                        place = f"{action.xml_id}, {kind}: {field.name}"
                        self.assertEqual(node.get("widget"), "dong", place)

    def test_an_empty_screen_says_what_to_do(self):
        silent = self._get_actions().filtered(
            lambda action: not action.help and action.target != "new"
        )
        self.assertFalse(silent.mapped("xml_id"))

    def test_submitting_is_offered_to_those_who_write(self):
        for name in ("mtqg.decision", "mtqg.disbursement", "mtqg.project"):
            for role, offered in (("officer", True), ("leader", False)):
                view = self.env[name].with_user(self.people[role]).get_view()
                buttons = etree.fromstring(view["arch"]).xpath(
                    "//button[@name='action_submit']"
                )
                self.assertEqual(bool(buttons), offered, f"{name}, {role}")

    def test_the_treasury_sees_the_papers_of_what_it_pays(self):
        self.env.invalidate_all()
        vouchers = self.env["mtqg.disbursement"].with_user(self.treasurer).search([])
        self.assertEqual(vouchers.paper_ids.mapped("number"), ["01/HĐ"])
        self.assertIn("submit", vouchers.workflow_event_ids.mapped("name"))

    def test_settings_open_for_the_administrator(self):
        settings = self.env["res.config.settings"].with_user(
            self.env.ref("base.user_admin")
        )
        with Form(settings) as form:
            form.mtqg_policy_contract = "warn"
        with self.assertRaises(AccessError):
            settings.with_user(self.officer_a).create({})


@tagged("post_install", "-at_install")
class TestForms(ViewsCase):
    """An officer fills in the forms as they are."""

    def _form(self, target, user=None):
        if isinstance(target, str):
            target = self.env[target]
        return Form(target.with_user(user or self.officer_a))

    def test_a_decision_with_a_line_from_outside(self):
        form = self._form("mtqg.decision", self.officer_p)
        form.number = "15/QĐ-UBND"
        form.plan_year = 2024
        with form.line_ids.new() as line:
            line.program_id = self.program
            line.amount = 913_216_200_000_000
        decision = form.save()
        self.assertEqual(decision.unit_id, self.province)
        self.assertEqual(decision.amount_total, 913_216_200_000_000)
        self.assertEqual(decision.line_ids.unit_id, self.province)
        self.assertEqual(decision.line_ids.origin_year, 2024)

    def test_a_line_takes_after_the_balance_it_is_taken_from(self):
        form = self._form("mtqg.decision", self.officer_p)
        form.number = "16/QĐ-UBND"
        form.plan_year = 2024
        with form.line_ids.new() as line:
            line.parent_id = self.root
            line.unit_id = self.district
            line.amount = 1000
        line = form.save().line_ids
        self.assertEqual(line.program_id, self.program)
        self.assertEqual((line.nature, line.source), ("investment", "central"))

    def test_a_recall_names_the_balance(self):
        form = self._form("mtqg.decision", self.officer_p)
        form.number = "17/QĐ-UBND"
        form.kind = "recall"
        form.plan_year = 2024
        with form.line_ids.new() as line:
            line.allocation_id = self.balance
            line.amount = 1000
        self.assertEqual(form.save().line_ids.unit_id, self.commune_a)

    def test_a_voucher_with_a_paper(self):
        form = self._form("mtqg.disbursement")
        form.number = "GRT-1"
        form.allocation_id = self.balance
        form.kind = "completed"
        form.amount = 300
        form.amount_recovered = 100
        self.assertEqual(form.amount_paid, 200)
        with form.paper_ids.new() as paper:
            paper.type_id = self.env.ref("mtqg_disbursement.paper_type_contract")
            paper.number = "01/HĐ"
        voucher = form.save()
        self.assertEqual(voucher.treasury_unit_id, self.treasury)
        self.assertEqual(voucher.paper_ids.res_model, "mtqg.disbursement")

    def test_a_voucher_beyond_its_limits_says_so_at_once(self):
        form = self._form("mtqg.disbursement")
        form.allocation_id = self.balance
        form.contract_id = self.contract
        form.amount = 6 * 10**8
        self.assertIn("500.000.000", form.warning)

    def test_a_project_with_a_contract(self):
        form = self._form("mtqg.project")
        form.name = "School"
        form.code = "T-7800002"
        form.program_id = self.content
        form.amount_total = 3 * 10**9
        project = form.save()
        self.assertEqual(project.unit_id, self.commune_a)
        contract = self._form("mtqg.contract")
        contract.number = "HD-2"
        contract.project_id = project
        contract.amount = 10**9
        self.assertEqual(contract.save().unit_id, self.commune_a)

    def test_content_is_read_only_while_it_waits(self):
        waiting = self.env["mtqg.disbursement"].search(
            [
                ("workflow_transition_id", "!=", False),
                ("unit_id", "=", self.commune_a.id),
            ]
        )
        form = self._form(waiting[:1])
        for name in ("number", "kind", "amount", "allocation_id", "paper_ids"):
            self.assertTrue(form._get_modifier(name, "readonly"), name)

    def test_a_unit_opens_for_the_officer_and_is_made_by_the_manager(self):
        self.assertEqual(self._form(self.commune_a).name, self.commune_a.name)
        form = self._form("mtqg.unit", self.manager_x)
        form.name = "Commune Z"
        form.code = "T-Z"
        form.parent_id = self.district
        self.assertTrue(form.save()._is_below(self.province))


@tagged("post_install", "-at_install")
class TestDongWidget(HttpCase):
    """In a real browser, amounts are read and written to the đồng."""

    def test_amounts_are_read_as_people_write_them(self):
        self._run_in_browser(
            """
            const cases = [
                ["1.234.567", 1234567], ["1,5 tỷ", 1500000000], ["500 tr", 500000000],
                ["1 tỷ 200 triệu", 1200000000], ["2 nghìn đồng", 2000],
                ["9.000.000.000.000.000", 9000000000000000], ["1.500", 1500],
                ["−5 triệu", -5000000], ["", 0], ["0,5", null], ["1.234,5", null],
                ["1,2345678901 tỷ", null], ["1 tỷ 500", null], ["12 34", null],
                ["9.000.000.000.000.001", null], ["nhiều", null], ["5 tấn", null],
            ];
            for (const [text, wanted] of cases) {
                let found = null;
                try { found = readAmount(text, vietnamese); } catch { found = null; }
                if (!Object.is(found, wanted)) {
                    throw new Error(`${text}: ${found} instead of ${wanted}`);
                }
            }
            """
        )

    def test_what_is_written_is_read_back(self):
        self._run_in_browser(
            """
            const power = (n) => Math.floor(Math.random() * 10 ** n);
            for (let i = 0; i < 10000; i++) {
                const amount = Math.min(power(1 + (i % 16)), 9000000000000000);
                for (const language of [vietnamese, english]) {
                    const text = writeAmount(amount, language);
                    if (readAmount(text, language) !== amount) {
                        throw new Error(`${amount} became ${text}`);
                    }
                }
            }
            const shown = writeAmount(830140000000, vietnamese, "billion");
            if (shown !== "830,14") { throw new Error(shown); }
            """
        )

    def _run_in_browser(self, script):
        self.browser_js(
            "/odoo",
            """
            const { readAmount, writeAmount } = odoo.loader.modules.get(
                "@mtqg_disbursement/dong/dong_amount"
            );
            const vietnamese = { thousandsSep: ".", decimalPoint: "," };
            const english = { thousandsSep: ",", decimalPoint: "." };
            """
            + script
            + "console.log('test successful');",
            ready="odoo.isReady === true",
            login="admin",
            timeout=180,
        )
