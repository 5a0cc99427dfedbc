"""Walls that only a registry knows: access, workflows, translations.

They hold for every model called ``mtqg.…``, whichever addon brings it.
"""

import io
from pathlib import Path

import polib
from lxml import etree

from odoo.modules.module import get_module_path
from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

from ..fields import Dong

PREFIX = "mtqg."
# Written by the register itself: no group may write them, whoever asks.
APPEND_ONLY = ("mtqg.entry", "mtqg.workflow.event", "mtqg.workflow.task")
FINAL_KINDS = {"done", "rejected", "cancelled"}


class StructureCase(TransactionCase):
    """Helpers to speak about all models of the product at once."""

    def _get_models(self, with_transient=True):
        """Return the product's models that have a table."""
        return [
            model
            for name, model in self.env.items()
            if name.startswith(PREFIX)
            and not model._abstract
            and (with_transient or not model._transient)
        ]

    def _get_installed(self):
        """Return the addons of the product that are installed."""
        return self.env["ir.module.module"].search(
            [("name", "=like", "mtqg\\_%"), ("state", "=", "installed")]
        )

    def _get_documents(self):
        """Return the models under workflow."""
        return [m for m in self._get_models(False) if hasattr(m, "_on_workflow_done")]

    def assert_none(self, offenders, message):
        """Fail with the list of offenders, if there is any."""
        offenders = sorted(offenders)
        self.assertFalse(offenders, f"{message}: {', '.join(offenders)}")


@tagged("post_install", "-at_install")
class TestAccess(StructureCase):
    """Each model says who may do what, and with which records."""

    def test_every_model_has_access_rows(self):
        granted = self.env["ir.model.access"].search([]).model_id.mapped("model")
        silent = {model._name for model in self._get_models()} - set(granted)
        self.assert_none(silent, "no row in ir.model.access.csv")

    def test_every_model_has_a_rule(self):
        ruled = self.env["ir.rule"].search([]).model_id.mapped("model")
        silent = {model._name for model in self._get_models()} - set(ruled)
        self.assert_none(silent, "no record rule, not even one that shows it to all")

    def test_every_access_row_names_a_group(self):
        rows = self.env["ir.model.access"].search([("group_id", "=", False)])
        own = rows.filtered(lambda row: row.model_id.model.startswith(PREFIX))
        self.assert_none(own.mapped("name"), "open to everybody, portal and public too")

    def test_nobody_writes_what_is_append_only(self):
        rows = self.env["ir.model.access"].search(
            [("model_id.model", "in", APPEND_ONLY)]
        )
        open_rows = rows.filtered(
            lambda row: row.perm_write or row.perm_create or row.perm_unlink
        )
        self.assertTrue(rows)
        self.assert_none(open_rows.mapped("name"), "may change an append-only model")

    def test_nobody_writes_the_state_of_a_document(self):
        writable = {
            f"{model._name}.{name}"
            for model in self._get_documents()
            for name in ("workflow_id", "stage_id", "workflow_state")
            if model.with_user(self.env.ref("base.user_admin"))._has_field_access(
                model._fields[name], "write"
            )
        }
        self.assert_none(writable, "can be written by other means than a transition")


@tagged("post_install", "-at_install")
class TestViews(StructureCase):
    """Money is shown by the one widget that neither loses nor hides digits."""

    def test_money_is_shown_by_its_widget(self):
        views = self.env["ir.ui.view"].search(
            [("model", "=like", f"{PREFIX}%"), ("type", "not in", ("search", "qweb"))]
        )
        self.assertTrue(views)
        plain = {
            f"{view.xml_id}: {name}"
            for view in views.filtered(lambda view: view.mode == "primary")
            for name in self._get_plain_money(view.model, self._get_arch(view))
        }
        self.assert_none(plain, 'money without widget="dong"')

    def _get_arch(self, view):
        """Return the view with everything that inherits from it, as XML."""
        return etree.fromstring(view.get_combined_arch())

    def _get_plain_money(self, model, node):
        """Yield the money fields shown otherwise, those of nested lists too."""
        for child in node:
            field = child.tag == "field" and self.env[model]._fields.get(
                child.get("name")
            )
            if isinstance(field, Dong) and not self._is_shown_well(child):
                yield f"{model}.{field.name}"
            inner = field.comodel_name if field and field.relational else model
            yield from self._get_plain_money(inner, child)

    def _is_shown_well(self, node):
        hidden = {node.get("invisible"), node.get("column_invisible")}
        return node.get("widget") == "dong" or bool(hidden & {"1", "True"})


@tagged("post_install", "-at_install")
class TestWorkflows(StructureCase):
    """Each workflow leads from its start to an end, and nowhere else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workflows = cls.env["mtqg.workflow"].search([])
        cls.stages = cls.env["mtqg.workflow.stage"].search([])
        cls.transitions = cls.env["mtqg.workflow.transition"].search([])

    def test_every_document_has_a_published_workflow(self):
        published = self.workflows.filtered(lambda flow: flow.state == "published")
        without = {m._name for m in self._get_documents()} - set(
            published.mapped("model")
        )
        self.assertTrue(self._get_documents())
        self.assert_none(without, "no published workflow")

    def test_transitions_join_two_stages_of_their_workflow(self):
        stray = self.transitions.filtered(
            lambda transition: (
                transition.stage_from_id.workflow_id != transition.workflow_id
                or transition.stage_to_id.workflow_id != transition.workflow_id
            )
        )
        self.assertTrue(self.transitions)
        self.assert_none(stray.mapped("name"), "joins a stage of another workflow")

    def test_every_workflow_has_one_start_and_an_end(self):
        for workflow in self.workflows:
            with self.subTest(workflow=workflow.code):
                stages = self.stages.filtered_domain(
                    [("workflow_id", "=", workflow.id)]
                )
                kinds = stages.mapped(lambda stage: stage.kind)
                self.assertEqual([*kinds].count("start"), 1)
                self.assertIn("done", kinds)

    def test_every_stage_is_reached_from_the_start(self):
        reached = self.stages.filtered(lambda stage: stage.kind == "start")
        while more := self._get_next(reached) - reached:
            reached |= more
        self.assert_none(self._describe(self.stages - reached), "never reached")

    def test_every_stage_leads_to_an_end(self):
        leaving = self.stages.filtered(lambda stage: stage.kind in FINAL_KINDS)
        while more := self._get_previous(leaving) - leaving:
            leaving |= more
        self.assert_none(self._describe(self.stages - leaving), "never left")

    def test_no_end_is_left(self):
        undone = self.transitions.filtered(
            lambda transition: transition.stage_from_id.kind in FINAL_KINDS
        )
        self.assert_none(undone.mapped("name"), "leads out of a final stage")

    def test_work_is_submitted_and_reviews_are_approved(self):
        wrong = self.transitions.filtered(
            lambda transition: (
                {"submit": "review", "approve": "work"}.get(transition.kind)
                == transition.stage_from_id.kind
            )
        )
        self.assert_none(wrong.mapped("name"), "of the wrong kind for its stage")

    def _get_next(self, stages):
        return self.transitions.filtered(
            lambda transition: transition.stage_from_id in stages
        ).stage_to_id

    def _get_previous(self, stages):
        return self.transitions.filtered(
            lambda transition: transition.stage_to_id in stages
        ).stage_from_id

    def _describe(self, stages):
        return [f"{stage.workflow_id.code}/{stage.code}" for stage in stages]


@tagged("post_install", "-at_install")
class TestTranslations(StructureCase):
    """Every term that a user may see is there in Vietnamese."""

    def test_vietnamese_is_complete_and_current(self):
        self.assertTrue(self._get_installed())
        for module in self._get_installed().mapped("name"):
            with self.subTest(module=module):
                terms, known = self._export_terms(module), self._read_vi(module)
                done = {entry.msgid for entry in known if entry.translated()}
                self.assert_none(terms - done, "no Vietnamese for")
                stale = {entry.msgid for entry in known if not entry.obsolete} - terms
                self.assert_none(stale, "translated, but no longer in the code")

    def _export_terms(self, module):
        """Return the terms of a module, as Odoo would export them now."""
        out = io.BytesIO()
        trans_export(False, [module], out, "po", self.env)
        return {entry.msgid for entry in polib.pofile(out.getvalue().decode())}

    def _read_vi(self, module):
        """Return the entries of the module's Vietnamese translation."""
        path = Path(get_module_path(module)) / "i18n" / "vi.po"
        self.assertTrue(path.exists(), f"{path} is missing")
        return polib.pofile(str(path))
