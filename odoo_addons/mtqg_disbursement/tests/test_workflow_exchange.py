import base64
import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .definition_case import BILLION, DefinitionCase

_AUTOMATIC = {"id", "create_uid", "create_date", "write_uid", "write_date"}
# fields that say which version it is, or where a part belongs
_PLACE = {"version", "state", "model", "workflow_id", "transition_id"}


@tagged("post_install", "-at_install")
class TestExchange(DefinitionCase):
    """A version goes out as one file, and comes in as a draft or not at all."""

    def _import(self, text):
        Workflow = self._as_manager(self.env["mtqg.workflow"])
        return Workflow.browse(Workflow.import_text(text))

    def _change(self, workflow=None, **changes):
        """Return the file of a version, with other values."""
        data = json.loads((workflow or self.published).export_text())
        return json.dumps({**data, **changes})

    def assertFault(self, text, *sentences):
        """Assert that a file is refused in these sentences, and leaves nothing."""
        before = self.env["mtqg.workflow"].search_count([])
        with self.assertRaises(UserError) as refusal, self.cr.savepoint():
            self._import(text)
        for sentence in sentences:
            self.assertIn(sentence, str(refusal.exception))
        self.assertEqual(self.env["mtqg.workflow"].search_count([]), before)

    # === ROUND TRIP === #

    def test_every_shipped_workflow_comes_back_byte_for_byte(self):
        for workflow in self.env["mtqg.workflow"].search([]):
            with self.subTest(workflow=workflow.display_name):
                text = workflow.export_text()
                draft = self._import(text)
                self.assertEqual(draft.export_text(), text)
                self.assertEqual((draft.state, draft.code), ("draft", workflow.code))
                self.assertEqual(draft.get_faults(), [])

    def _make_rich(self):
        """Return a way of a draft with all that a definition can say."""
        large = self._ask_superior(self._make_draft())
        paper = {
            "paper_type_id": self.env.ref("mtqg_disbursement.paper_type_policy").id,
            "condition": "[('plan_year', '>', 2024)]",
            "needs_file": True,
            "needs_validity": True,
        }
        council = {
            "name": "Council",
            "kind": "user",
            "user_id": self.leader_p.id,
            "quorum": "some",
            "needed": 3,
            "bar_earlier": False,
            "fallback_group_id": False,
            "limit_days": 2,
            "remind_days": 0,
        }
        climb = {"name": "Climb", "kind": "climb", "level": "province"}
        inner = f"[('program_id', '=', {self.program.id})]"
        large.write(
            {
                "when_amount_to": 9 * BILLION,
                "when_group": "assign",
                "when_nature": "investment",
                "when_unit_kind": "commune",
                "condition": f"['|', ('unit_id', 'child_of', [{self.district.id}]), "
                f"('line_ids', 'any', {inner})]",
                "limit_days": 4,
                "requirement_ids": [Command.create(paper)],
                "step_ids": [Command.create(council), Command.create(climb)],
            }
        )
        large.with_context(lang="vi_VN").name = "Ký khoản lớn"
        large.workflow_id.stage_ids[1].is_outside = True
        return large

    def test_nothing_of_a_rich_version_is_lost(self):
        large = self._make_rich()
        text = large.workflow_id.export_text()
        fresh = self._import(text)
        self.assertEqual(fresh.export_text(), text)
        copy = fresh.transition_ids.filtered(lambda t: t.name == "Sign, large")
        self.assertEqual(copy.with_context(lang="vi_VN").name, "Ký khoản lớn")
        self.assertEqual(copy.step_ids.user_id, self.leader_p)
        council = copy.step_ids.filtered(lambda step: step.name == "Council")
        self.assertFalse(council.fallback_group_id)
        decisions = self.env["mtqg.decision"]
        self.assertEqual(
            copy._read_condition().optimize_full(decisions),
            large._read_condition().optimize_full(decisions),
        )
        # units and programs are named by their codes, not by numbers of a database
        self.assertIn('{"code": "T-D1"}', text)

    def test_every_field_of_a_definition_is_in_the_file(self):
        keys = {"mtqg.workflow": self.published._get_file_keys()}
        pending = list(keys.items())
        while pending:
            model, parts = pending.pop()
            fields = self.env[model]._fields
            known = {key.field for key in parts} | _AUTOMATIC | _PLACE
            kept = {
                name
                for name, field in fields.items()
                if field.store and field.column_type
            }
            with self.subTest(model=model):
                self.assertFalse(kept - known)
            pending += [
                (fields[key.field].comodel_name, key.parts)
                for key in parts
                if key.kind == "parts"
            ]

    def test_a_change_is_a_changed_line(self):
        before = self.published.export_text().splitlines()
        draft = self._make_draft()
        self._find_way(draft, "approve").limit_days = 5
        after = draft.export_text().splitlines()
        self.assertEqual(
            [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]],
            [('      "limit_days": 3,', '      "limit_days": 5,')],
        )

    def test_a_group_made_here_is_named_by_its_name(self):
        council = self.env["res.groups"].create({"name": "Appraisal council"})
        draft = self._make_draft()
        self._find_way(draft, "approve").step_ids.write(
            {"kind": "group", "group_id": council.id}
        )
        text = draft.export_text()
        self.assertIn('"group": {"name": "Appraisal council"}', text)
        self.assertEqual(self._import(text).transition_ids.step_ids.group_id, council)
        self.env["res.groups"].create({"name": "Appraisal council"})
        self.assertFault(text, "several here are called “Appraisal council”")

    def test_a_condition_that_is_no_domain_is_kept_as_text(self):
        draft = self._make_draft()
        self._find_way(draft, "submit").condition = "[('kind', '=', "
        text = draft.export_text()
        fresh = self._import(text)
        self.assertEqual(fresh.export_text(), text)
        self.assertIn("is not a domain", fresh.get_faults()[0])

    # === WHAT IS MISSING HERE === #

    def test_the_published_version_is_not_touched(self):
        before = self.published.export_text()
        draft = self._import(self._change(legal_basis="New"))
        self.assertEqual(draft.version, 2)
        self.assertEqual(self.published.export_text(), before)
        self.assertEqual(self.published.state, "published")

    def test_what_is_missing_here_is_named(self):
        text = self.published.export_text()
        for old, new, sentence in (
            ('"mtqg.decision"', '"mtqg.road"', "“mtqg.road” are not under workflow"),
            ('"mtqg.decision"', '"mtqg.project"', "the workflow of other documents"),
            ('"vi_VN"', '"fr_FR"', "language fr_FR is not installed"),
            ('"unit_leader"', '"group", "group": "x.nobody"', "called “x.nobody”"),
            ('"unit_leader"', '"user", "user": "nobody"', "called “nobody”"),
            (
                '"limit_days": 3,',
                '"papers": [{"paper": "nothing"}],',
                "transitions[1].papers[0].paper: nothing here is called “nothing”",
            ),
            (
                '"limit_days": 3,',
                '"condition": [["unit_id", "=", {"code": "Z9"}]],',
                "transitions[1].condition: nothing here is called “Z9”",
            ),
        ):
            with self.subTest(new=new):
                self.assertIn(old, text)
                self.assertFault(text.replace(old, new, 1), sentence)

    def test_a_file_with_faults_leaves_nothing(self):
        self.assertFault("{", "no JSON")
        self.assertFault("[" * 100_000, "nested too deeply")
        self.assertFault("x" * 1_100_000, "too big")
        self.assertFault('{"a": 1}', "holds no workflow")
        self.assertFault(self._change(surprise=1), "surprise: this key is not known")
        self.assertFault(self._change(stages=[]), "there is no stage “draft”")
        self.assertFault(
            self._change(name=5, sequence="x", stages={}),
            "name: a text belongs here",
            "sequence: a whole number",
            "stages: a list",
        )
        for text in (None, 5, ["x"], {"x": 1}, b"x"):
            with self.assertRaises(UserError):
                self._import(text)

    def test_only_managers_import(self):
        text = self.published.export_text()
        # nor does anybody else learn who has a login here
        probe = text.replace('"unit_leader"', '"user", "user": "nobody"')
        for user in (self.officer_a, self.leader_p, self.finance_p):
            Workflow = self.env["mtqg.workflow"].with_user(user)
            for file in (text, probe):
                with self.assertRaises(AccessError):
                    Workflow.import_text(file)

    def test_the_dialog_makes_a_draft(self):
        content = base64.b64encode(b"\xef\xbb\xbf" + self._change().encode())
        Dialog = self._as_manager(self.env["mtqg.workflow.import"])
        action = Dialog.create({"file": content, "filename": "x.json"}).action_import()
        draft = self.env["mtqg.workflow"].browse(action["res_id"])
        self.assertEqual((draft.state, draft.version), ("draft", 2))
        for wrong in (b"\xff\xfe\x00", b"\x89PNG"):
            dialog = Dialog.create({"file": base64.b64encode(wrong)})
            with self.assertRaisesRegex(UserError, "no text|no JSON"):
                dialog.action_import()


@tagged("post_install", "-at_install")
class TestExchangeDownload(HttpCase, DefinitionCase):
    """The file comes to those who may read the definition."""

    def test_the_file_is_downloaded(self):
        url = f"/mtqg_disbursement/workflow/{self.published.id}.json"
        self.officer_a.password = "t_officer_a"
        self.authenticate("t_officer_a", "t_officer_a")
        answer = self.url_open(url)
        self.assertEqual(answer.content.decode(), self.published.export_text())
        self.assertIn("decision-v1.json", answer.headers["Content-Disposition"])
        self.assertEqual(
            self.url_open("/mtqg_disbursement/workflow/999999.json").status_code, 404
        )

    def test_a_stranger_gets_nothing(self):
        stranger = self.env["res.users"].create(
            {"name": "Stranger", "login": "t_stranger", "password": "t_stranger"}
        )
        self.assertFalse(self.published.with_user(stranger).has_access("read"))
        self.authenticate("t_stranger", "t_stranger")
        answer = self.url_open(f"/mtqg_disbursement/workflow/{self.published.id}.json")
        self.assertEqual(answer.status_code, 404)
