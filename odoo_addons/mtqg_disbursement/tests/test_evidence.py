from datetime import timedelta

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..engine import evidence
from ..store import anchors, events
from .common import MtqgCommon

# numbers of documents that nobody else uses
FREE = 900_000


class EvidenceCase(MtqgCommon):
    """Decisions of commune A with a history."""

    def _draft(self, **values):
        line = {
            "unit_id": self.commune_a.id,
            "program_id": self.program.id,
            "amount": 10,
            "source": "commune",
            "nature": "investment",
            "origin_year": 2024,
        }
        return self._make_decision(
            line, user=self.officer_a, unit=self.commune_a, **values
        )

    def _append(self, *rows, user=None, **values):
        """Append events as a move would; return them (superuser)."""
        env = self.env(user=user or self.officer_a)
        base = {"res_model": "mtqg.decision", "res_id": FREE, "name": "answer"}
        events.append_events(env, [base | values | row for row in rows])
        return self.env["mtqg.workflow.event"].search([], limit=len(rows)).sorted("id")

    def _hash_by_engine(self, event):
        return evidence.hash_event(
            {name: self._read_column(event, name) for name in evidence.HASHED}
        )

    def _read_column(self, event, name):
        """Return a column as it is stored: with microseconds, and no value as None."""
        ((value,),) = self.env.execute_query(
            SQL(
                "SELECT %s FROM mtqg_workflow_event WHERE id = %s",
                SQL.identifier(name),
                event.id,
            )
        )
        return value

    def assertRefused(self, statement, *parameters):
        """Assert that the database refuses a statement."""
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            self.cr.execute(statement, parameters)


@tagged("post_install", "-at_install")
class TestAppending(EvidenceCase):
    """Events are appended cheaply, and chained by nobody but the database."""

    def test_hash_is_the_one_of_the_engine(self):
        decision = self._approve(self._draft(), self.leader_a)
        chain = decision.sudo().workflow_event_ids.sorted("sequence")
        self.assertEqual(chain.mapped("format"), [2, 2])
        self.assertEqual(
            chain.mapped("hash"), [self._hash_by_engine(event) for event in chain]
        )
        self.assertEqual(chain[1].previous_hash, chain[0].hash)

    def test_people_are_shown_as_they_are_called(self):
        (event,) = self._append({}, on_behalf_id=self.leader_a.id)
        self.assertEqual(event.actor, f"{self.officer_a.name} <t_officer_a>")
        self.assertEqual(event.principal, f"{self.leader_a.name} <t_leader_a>")
        self.officer_a.name = "Somebody else"
        self.assertIn("officer_a", event.actor)
        self.assertEqual(self.env["mtqg.workflow.event"].verify(), [])

    def test_principals_differ_in_one_call(self):
        first, second, third = self._append(
            {"res_id": 1, "on_behalf_id": self.leader_a.id},
            {"res_id": 2, "on_behalf_id": self.leader_b.id},
            {"res_id": 3},
        )
        self.assertIn("leader_a", first.principal)
        self.assertIn("leader_b", second.principal)
        self.assertFalse(third.principal)

    def test_events_of_one_document_follow_each_other_in_one_call(self):
        chain = self._append(*[{"comment": str(n)} for n in range(3)])
        self.assertEqual(chain.mapped("sequence"), [1, 2, 3])
        self.assertEqual(chain.mapped("comment"), ["0", "1", "2"])
        self.assertEqual(chain[1:].mapped("previous_hash"), chain[:2].mapped("hash"))

    def test_many_documents_are_one_statement(self):
        rows = [
            {"res_id": FREE + n, "unit_id": unit.id}
            for n, unit in enumerate([self.commune_a, self.commune_b] * 20)
        ]
        self._append(*rows)
        env = self.env(user=self.officer_a)
        rows = [{"res_model": "mtqg.decision", "name": "ask", **row} for row in rows]
        with self.assertQueryCount(1):
            events.append_events(env, rows)

    def test_any_text_comes_back_as_it_was(self):
        texts = [
            'He said "no"',
            "back\\slash \\n",
            "{a,b},NULL",
            "NULL",
            "two\nlines\tand a tab",
            "Nguyễn Thị Ánh, đồng ý 👍",
            "it's",
            "%s %(x)s",
            "\x01",
        ]
        found = self._append(
            *[{"res_id": FREE + n, "comment": t} for n, t in enumerate(texts)]
        )
        self.assertEqual(found.mapped("comment"), texts)
        for text in texts:
            with self.subTest(text):
                (event,) = self._append({"comment": text})
                self.assertEqual(event.comment, text)
                self.assertEqual(event.hash, self._hash_by_engine(event))

    def test_a_null_character_is_left_out(self):
        (event,) = self._append({"comment": "a\0b"})
        self.assertEqual(event.comment, "ab")

    def test_rows_of_raw_sql_are_chained_all_the_same(self):
        (first,) = self._append({})
        self.cr.execute(
            """INSERT INTO mtqg_workflow_event
                      (res_model, res_id, name, user_id, sequence, hash, previous_hash,
                       date, format)
               VALUES ('mtqg.decision', %s, 'answer', %s, 99, 'x', 'y',
                       '2000-01-01', 1)""",
            [FREE, self.leader_a.id],
        )
        forged = self.env["mtqg.workflow.event"].search([], limit=1)
        self.assertEqual((forged.sequence, forged.format), (2, 2))
        self.assertEqual(forged.previous_hash, first.hash)
        self.assertEqual(forged.hash, self._hash_by_engine(forged))
        self.assertIn("t_leader_a", forged.actor)
        self.assertGreater(forged.date, self.env.cr.now() - timedelta(hours=1))

    def test_nobody_is_shown_under_another_name(self):
        for column in ("actor", "principal"):
            self.assertRefused(
                f"""INSERT INTO mtqg_workflow_event
                           (res_model, res_id, name, user_id, on_behalf_id, {column})
                    VALUES ('mtqg.decision', 1, 'answer', %s, %s, 'The minister')""",
                self.officer_a.id,
                self.leader_a.id,
            )

    def test_rows_are_never_changed_by_sql(self):
        self._approve(self._draft(), self.leader_a)
        anchors.make_anchor(self.env)
        for table, column in (
            ("mtqg_workflow_event", "comment = 'x'"),
            ("mtqg_workflow_event_mention", "ref = ref"),
            ("mtqg_workflow_anchor", "date = date"),
            ("mtqg_workflow_anchor_head", "sequence = sequence"),
        ):
            self.assertRefused(f"UPDATE {table} SET {column}")
            self.assertRefused(f"DELETE FROM {table}")
            self.assertRefused(f"TRUNCATE {table} CASCADE")

    def test_events_of_the_first_format_still_verify(self):
        self._insert_first_format(77, "submit")
        self._append({"res_id": 77}, res_model="mtqg.old")
        self.assertEqual(self.env["mtqg.workflow.event"].verify(), [])
        # the newer formula covers more: there is no way back to the older one
        self._insert_first_format(77, "approve")
        (fault,) = self.env["mtqg.workflow.event"].verify()
        self.assertEqual(
            (fault["res_id"], fault["sequence"], fault["reason"]), (77, 3, "changed")
        )

    def _insert_first_format(self, res_id, name):
        """Append an event as the register did before formats were numbered."""
        self.cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
        self.cr.execute(
            """INSERT INTO mtqg_workflow_event (res_model, res_id, sequence, name,
                      user_id, date, previous_hash, hash)
               SELECT 'mtqg.old', %(id)s, COALESCE(MAX(sequence), 0) + 1, %(name)s, 1,
                      '2024-05-06 07:08:09.1', COALESCE(MAX(hash), ''), encode(sha256(
                          convert_to(COALESCE(MAX(hash), '') || jsonb_build_array(
                              'mtqg.old', %(id)s, COALESCE(MAX(sequence), 0) + 1,
                              %(name)s::varchar, 1, NULL,
                              '2024-05-06 07:08:09.100000', '', NULL, NULL)::text,
                          'UTF8')), 'hex')
                 FROM mtqg_workflow_event
                WHERE res_model = 'mtqg.old' AND res_id = %(id)s""",
            {"id": res_id, "name": name},
        )
        self.cr.execute("ALTER TABLE mtqg_workflow_event ENABLE TRIGGER USER")


@tagged("post_install", "-at_install")
class TestMentions(EvidenceCase):
    """What events name stays in the register."""

    def _make_definition(self):
        """Return two stages, a transition and a step of a draft definition."""
        workflow = self.env["mtqg.workflow"].create(
            {
                "code": "t_named",
                "name": "Named",
                "model_id": self.env["ir.model"]._get_id("mtqg.decision"),
            }
        )
        stages = self.env["mtqg.workflow.stage"].create(
            [
                {"workflow_id": workflow.id, "name": code, "code": code}
                for code in ("a", "b")
            ]
        )
        way = self.env["mtqg.workflow.transition"].create(
            {
                "workflow_id": workflow.id,
                "name": "Way",
                "stage_from_id": stages[0].id,
                "stage_to_id": stages[1].id,
            }
        )
        step = self.env["mtqg.workflow.step"].create(
            {"transition_id": way.id, "name": "Step"}
        )
        return *stages, way, step

    def _is_deletable(self, record):
        """Try to delete a record over Odoo and over SQL; take it back."""
        by_sql = f"DELETE FROM {record._table} WHERE id = {record.id}"
        for job in (record.unlink, lambda: self.cr.execute(by_sql)):
            with mute_logger("odoo.sql_db"), self.cr.savepoint() as savepoint:
                try:
                    job()
                    self.env.flush_all()
                except (psycopg2.IntegrityError, UserError):
                    refused = True
                else:
                    refused = False
                savepoint.rollback()
            self.env.invalidate_all()
            if not refused:
                return True
        return False

    def test_whom_events_name_cannot_be_deleted(self):
        stage_from, stage_to, way, step = self._make_definition()
        reason = self.env["mtqg.workflow.return.reason"].create(
            {"code": "t", "name": "Reason"}
        )
        people = [self.officer_a.copy({"login": f"t_{n}"}) for n in (1, 2)]
        unit = self.commune_a.copy({"code": "T-X"})
        named = (stage_from, stage_to, way, step, reason, *people, unit)
        self.assertTrue(self._is_deletable(step))
        self.assertTrue(self._is_deletable(reason))
        self._append(
            {
                "unit_id": unit.id,
                "stage_from_id": stage_from.id,
                "stage_to_id": stage_to.id,
                "transition_id": way.id,
                "step_id": step.id,
                "reason_id": reason.id,
                "on_behalf_id": people[1].id,
            },
            user=people[0],
        )
        for record in named:
            self.assertFalse(self._is_deletable(record), record)

    def test_an_event_names_nobody_who_is_not_there(self):
        missing = 2**31 - 1
        for name in (
            "unit_id",
            "stage_from_id",
            "stage_to_id",
            "transition_id",
            "step_id",
            "reason_id",
            "on_behalf_id",
        ):
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self._append({name: missing})

    def test_events_that_were_there_before_are_noted_too(self):
        self._append({"unit_id": self.commune_c.id})
        self.cr.execute("ALTER TABLE mtqg_workflow_event_mention DISABLE TRIGGER USER")
        self.cr.execute("DELETE FROM mtqg_workflow_event_mention")
        events.install_triggers(self.env)
        mentioned = self.env["mtqg.workflow.event.mention"].search([])
        self.assertIn(self.commune_c, mentioned.unit_id)
        self.assertIn(self.officer_a, mentioned.user_id)
