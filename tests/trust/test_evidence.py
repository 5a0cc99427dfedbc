"""Promise 6: whoever tampers with events is found, the owner of the table too.

He switches the triggers off, and may know the formula of the hash. What agrees with
itself is then betrayed by the anchors.
"""

import random
from collections import Counter

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.mtqg_disbursement.store import anchors
from odoo.addons.mtqg_disbursement.tests.common import MtqgCommon

from forger import COLUMNS, WAYS, Forger

TAMPERINGS = 100
TABLE = "mtqg_workflow_event"


@tagged("post_install", "-at_install")
class TestEvidence(MtqgCommon):
    """A hundred tamperings, a hundred findings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = [cls._make_history(number) for number in range(8)]
        anchors.make_anchor(cls.env)
        cls.env.cr.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        cls.env.cr.execute("ALTER TABLE mtqg_decision DISABLE TRIGGER ALL")

    @classmethod
    def _make_history(cls, number):
        """Return a decision with two to six events (superuser)."""
        line = {"unit_id": cls.commune_a.id, "program_id": cls.program.id, "amount": 1}
        line |= {"source": "commune", "nature": "investment", "origin_year": 2024}
        decision = cls._make_decision(
            line, user=cls.officer_a, unit=cls.commune_a, number=f"{number}/QĐ"
        )
        for _time in range(number % 3):
            decision.action_submit("please")
            decision.with_user(cls.leader_a).action_return("not yet")
        decision.action_submit()
        decision.with_user(cls.leader_a).action_approve("signed")
        return decision.sudo()

    def _tamper(self, seed, way):
        """Return what has to be found, and what was found."""
        with self.cr.savepoint() as savepoint:
            forger = Forger(self.env, random.Random(seed), self.documents)
            expected = getattr(forger, way)()
            self.env.invalidate_all()
            found = self.env["mtqg.workflow.event"].verify()
            savepoint.rollback()
        self.env.invalidate_all()
        return expected, found

    def _names(self, expected, found):
        """Tell whether a finding names the document and the event."""
        document, ids, numbers = expected
        return any(
            fault["id"] in ids
            or (
                fault["sequence"] in numbers
                and (fault["res_model"], fault["res_id"])
                == (document._name, document.id)
            )
            for fault in found
        )

    def test_a_hundred_tamperings_are_found(self):
        self.assertEqual(self.env["mtqg.workflow.event"].verify(), [])
        missed, ways = [], Counter()
        for seed in range(TAMPERINGS):
            way = WAYS[seed % len(WAYS)]
            expected, found = self._tamper(seed, way)
            ways[way] += 1
            if not self._names(expected, found):
                missed.append((seed, way, expected, found))
        self.assertFalse(missed)
        self.assertEqual(len(ways), len(WAYS))
        self.assertEqual(self.env["mtqg.workflow.event"].verify(), [])

    def test_every_column_is_covered(self):
        columns = set(self.env["mtqg.workflow.event"]._fields) & set(COLUMNS)
        self.assertEqual(columns, COLUMNS.keys())
        self.cr.execute("SELECT * FROM mtqg_workflow_event LIMIT 0")
        self.assertEqual({c.name for c in self.cr.description}, COLUMNS.keys())
        document = self.documents[0]
        for column in COLUMNS:
            with self.subTest(column), self.cr.savepoint() as savepoint:
                forger = Forger(self.env, random.Random(1), self.documents)
                event = forger.read(document)[0]
                id_ = forger.change(event, column)
                found = self.env["mtqg.workflow.event"].verify()
                self.assertIn(id_, [fault["id"] for fault in found])
                savepoint.rollback()

    def _find(self, document):
        """Return the reasons found for a document, by number of the event."""
        return {
            fault["sequence"]: fault["reason"]
            for fault in self.env["mtqg.workflow.event"].verify()
            if fault["res_id"] == document.id and fault["reason"] != "anchor"
        }

    def test_the_reason_says_what_was_done(self):
        document = self.documents[2]
        for way, reasons in {
            "change": {2: "changed"},
            "hash_one_anew": {3: "predecessor"},
            "drop": {3: "gap"},
            "jump": {7: "jump"},
            "cut": {5: "cut"},
            "lose": {6: "document"},
        }.items():
            with self.subTest(way), self.cr.savepoint() as savepoint:
                forger = Forger(self.env, random.Random(1), self.documents)
                self._do(forger, way, document, forger.read(document))
                self.env.invalidate_all()
                self.assertEqual(self._find(document), reasons)
                savepoint.rollback()
            self.env.invalidate_all()

    def _do(self, forger, way, document, chain):
        if way in {"change", "hash_one_anew"}:
            forger.change(chain[1], "comment")
        if way == "hash_one_anew":
            forger.hash_one_anew(chain[1]["id"])
        if way == "drop":
            forger.drop([chain[1]])
        if way == "cut":
            forger.drop(chain[5:])
        if way == "lose":
            forger.lose(document)
        if way == "jump":
            # back to where it came from, and on to where it is
            values = {"sequence": 7, "stage_from_id": chain[0]["stage_from_id"]}
            forger.insert(chain[-1], values)
            forger.hash_anew(document)

    def test_without_anchors_a_chain_that_agrees_with_itself_is_believed(self):
        """What the anchors are for: the chains alone find none of these."""
        for table in reversed(anchors.TABLES):
            self.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            self.cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
        for way in (
            "change_a_column_and_hash_anew",
            "drop_an_event_and_hash_anew",
            "cut_the_end_and_set_the_stage_back",
        ):
            believed = [self._tamper(seed, way)[1] == [] for seed in range(8)]
            self.assertIn(True, believed, way)

    def test_verifying_is_a_few_queries_whatever_there_is(self):
        Event = self.env["mtqg.workflow.event"]
        Event.verify()
        models = len(self.env["ir.model"]._get_workflow_models())
        # chains, anchored heads, anchors, and the documents of each model
        with self.assertQueryCount(3 + models):
            Event.verify()

    def test_the_forger_hashes_as_the_register_does(self):
        """Else the tamperings above would be found too easily."""
        forger = Forger(self.env, random.Random(1), self.documents)
        for document in self.documents:
            before = forger.read(document)
            forger.hash_anew(document)
            self.assertEqual(forger.read(document), before)
