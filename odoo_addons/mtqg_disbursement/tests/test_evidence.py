import base64
from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError
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

    def test_whom_events_name_cannot_be_deleted(self):
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
        reason = self.env["mtqg.workflow.return.reason"].create(
            {"code": "t", "name": "Reason"}
        )
        people = self.officer_a.copy({"login": "t_1"}) | self.officer_a.copy(
            {"login": "t_2"}
        )
        unit = self.commune_a.copy({"code": "T-X"})
        named = [*stages, way, step, reason, *people, unit]
        row = {
            "unit_id": unit.id,
            "stage_from_id": stages[0].id,
            "stage_to_id": stages[1].id,
            "transition_id": way.id,
            "step_id": step.id,
            "reason_id": reason.id,
            "on_behalf_id": people[1].id,
        }
        # a draft definition that nothing names can go
        for record in (step, way):
            with self.cr.savepoint() as savepoint:
                record.unlink()
                savepoint.rollback()
            self.env.invalidate_all()
        self._append(row, user=people[0])
        for record in named:
            with self.subTest(record=record):
                # the same by Odoo, unless the definition itself says it first
                with mute_logger("odoo.sql_db"), self.cr.savepoint() as savepoint:
                    try:
                        record.unlink()
                        self.env.flush_all()
                    except (psycopg2.IntegrityError, UserError):
                        savepoint.rollback()
                    else:
                        self.fail(f"{record} was deleted")
                self.env.invalidate_all()
                self.assertRefused(
                    f"DELETE FROM {record._table} WHERE id = %s", record.id
                )

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


@tagged("post_install", "-at_install")
class TestAnchors(EvidenceCase):
    """Anchors stand for the history, and are made by those who watch over it."""

    def _anchor(self):
        action = (
            self.env["mtqg.workflow.anchor"].with_user(self.inspector_p).action_anchor()
        )
        return self.env["mtqg.workflow.anchor"].browse(action["res_id"])

    def _compare(self, **values):
        check = (
            self.env["mtqg.workflow.anchor.check"]
            .with_user(self.inspector_p)
            .create(values)
        )
        check.action_compare()
        return check

    def test_an_anchor_covers_what_moved_since_the_one_before(self):
        first = self._anchor()
        self.assertGreater(first.event_count, 0)
        decision = self._approve(self._draft(), self.leader_a)
        second = self._anchor()
        self.assertEqual(second.previous_digest, first.digest)
        self.assertEqual(second.number, first.number + 1)
        self.assertEqual(second.event_count, first.event_count + 2)
        self.assertEqual(second.head_count, first.head_count + 1)
        self.assertEqual(second.changed_count, 1)
        self.assertEqual(
            second.event_max_id, decision.sudo().workflow_event_ids.sorted("id")[-1].id
        )
        self.assertEqual(self._anchor().changed_count, 0)
        self.assertEqual(self.env["mtqg.workflow.event"].verify(), [])

    def test_digest_is_the_one_of_the_engine(self):
        self._anchor()
        self._approve(self._draft() | self._draft(), self.leader_a)
        anchor = self._anchor()
        self.cr.execute(
            "SELECT * FROM mtqg_workflow_anchor WHERE id = %s", [anchor.id]
        )
        (row,) = self.cr.dictfetchall()
        heads = self.env["mtqg.workflow.anchor.head"].search(
            [("anchor_id", "=", anchor.id)]
        )
        self.assertEqual(len(heads), 2)
        self.assertEqual(
            anchor.digest,
            evidence.digest_anchor(
                row, [(h.res_model, h.res_id, h.hash, h.trail) for h in heads]
            ),
        )

    def test_managers_and_inspectors_anchor_and_nobody_else(self):
        Anchor = self.env["mtqg.workflow.anchor"]
        Event = self.env["mtqg.workflow.event"]
        for user in (self.officer_a, self.leader_p, self.finance_p, self.treasurer):
            for job in (
                Anchor.with_user(user).action_anchor,
                Anchor.with_user(user).action_verify,
                Event.with_user(user).action_verify,
                lambda u=user: Anchor.with_user(u).search([]).mapped("digest"),
            ):
                with self.assertRaises(AccessError):
                    job()
        for user in (self.inspector_p, self.manager_x):
            self.assertTrue(Anchor.with_user(user).action_anchor()["res_id"])

    def test_an_anchor_is_made_every_night(self):
        before = self.env["mtqg.workflow.anchor"].search_count([])
        cron = self.env.ref("mtqg_disbursement.cron_anchor")
        self.assertEqual((cron.interval_number, cron.interval_type), (1, "days"))
        cron.ir_actions_server_id.run()
        self.assertEqual(self.env["mtqg.workflow.anchor"].search_count([]), before + 1)

    def test_a_kept_digest_is_found_again(self):
        self._approve(self._draft(), self.leader_a)
        anchor = self._anchor()
        self._approve(self._draft(), self.leader_a)
        printed = "  ".join(anchor._group_digest()).upper()
        for values in (
            {"digest": printed},
            {"file": anchor.kept_file},
            {"file": base64.b64encode(anchor.digest.encode("utf-16-be"))},
        ):
            check = self._compare(**values)
            self.assertEqual(check.verdict, "same")
            self.assertIn(f"no. {anchor.number} ", check.answer)
        self.assertEqual(self._compare(digest="0" * 64).verdict, "unknown")
        for digest in ("", "abc", "g" * 64):
            with self.assertRaisesRegex(UserError, "no digest in it"):
                self._compare(digest=digest)

    def test_a_kept_digest_tells_of_changes_before_it_only(self):
        decision = self._approve(self._draft(), self.leader_a)
        anchor = self._anchor()
        later = self._approve(self._draft(), self.leader_a)
        self.cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
        change = "UPDATE mtqg_workflow_event SET comment = 'x' WHERE id = %s"
        self.cr.execute(change, [later.sudo().workflow_event_ids[0].id])
        self.assertEqual(self._compare(digest=anchor.digest).verdict, "same")
        self.cr.execute(change, [decision.sudo().workflow_event_ids[-1].id])
        check = self._compare(digest=anchor.digest)
        self.assertEqual(check.verdict, "changed")
        self.assertIn("but 1 documents", check.answer)

    def test_verification_is_shown_in_words(self):
        decision = self._approve(self._draft(number="7/QĐ"), self.leader_a)
        Event = self.env["mtqg.workflow.event"].with_user(self.inspector_p)

        def verify():
            action = Event.action_verify()
            return self.env[action["res_model"]].browse(action["res_id"])

        self.assertEqual(verify().fault_count, 0)
        self.cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
        first, last = decision.sudo().workflow_event_ids.sorted("sequence")
        self.cr.execute("DELETE FROM mtqg_workflow_event WHERE id = %s", [first.id])
        self.env.invalidate_all()
        found = verify()
        self.assertEqual(found.fault_count, 1)
        line = found.line_ids
        self.assertEqual((line.event_id, line.reason), (last, "gap"))
        self.assertIn("7/QĐ", line.document)
        self.assertEqual(line.action_open_document()["res_id"], decision.id)

    def test_faults_of_hidden_documents_are_not_told(self):
        own = self._approve(self._draft(), self.leader_a)
        foreign = self._make_voucher_of_b()
        anchors.make_anchor(self.env)
        self.cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
        self.cr.execute(
            "UPDATE mtqg_workflow_event SET comment = 'x' WHERE id = ANY(%s)",
            [[d.sudo().workflow_event_ids[0].id for d in (own, foreign)]],
        )
        # a document that is gone is told to those who saw it
        self.cr.execute(
            "DELETE FROM mtqg_workflow_event WHERE res_model = %s AND res_id = %s",
            [foreign._name, foreign.id],
        )
        self.cr.execute("DELETE FROM mtqg_disbursement WHERE id = %s", [foreign.id])
        self.env.invalidate_all()
        Event = self.env["mtqg.workflow.event"]
        told = {
            user: {(row["res_model"], row["res_id"]) for row in faults}
            for user in (self.officer_a, self.officer_b, self.manager_x)
            for faults in [Event.with_user(user).verify()]
        }
        ours, theirs = ("mtqg.decision", own.id), ("mtqg.disbursement", foreign.id)
        self.assertEqual(told[self.officer_a], {ours})
        self.assertEqual(told[self.officer_b], {theirs})
        self.assertEqual(told[self.manager_x], {ours, theirs})

    def _make_voucher_of_b(self):
        balance = self._allocate(self._assign_root(1_000), self.commune_b, 500)
        voucher = self._make_voucher(balance, "completed", 1, user=self.officer_b)
        voucher.action_submit()
        voucher.with_user(self.leader_b).action_return("no")
        return voucher

    def test_a_changed_anchor_is_found(self):
        self._approve(self._draft(), self.leader_a)
        first, second = self._anchor(), self._anchor()
        for table in anchors.TABLES:
            self.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        head = self.env["mtqg.workflow.anchor.head"].search([], limit=1)
        for statement in (
            *(
                f"UPDATE mtqg_workflow_anchor SET {name} = {value} WHERE id = {first.id}"
                for name, value in {
                    "number": 99,
                    "date": "date + interval '1 s'",
                    "actor": "'x'",
                    "event_max_id": 1,
                    "event_count": "event_count + 1",
                    "head_count": "head_count + 1",
                    "changed_count": "changed_count - 1",
                    "previous_digest": "'x'",
                    "digest": "md5('x')",
                }.items()
            ),
            f"DELETE FROM mtqg_workflow_anchor_head WHERE id = {head.id}",
            f"UPDATE mtqg_workflow_anchor_head SET trail = 'x' WHERE id = {head.id}",
            f"UPDATE mtqg_workflow_anchor_head SET hash = 'x' WHERE id = {head.id}",
            f"UPDATE mtqg_workflow_anchor_head SET anchor_id = {second.id} "
            f"WHERE id = {head.id}",
        ):
            with self.subTest(statement), self.cr.savepoint() as savepoint:
                self.cr.execute(statement)
                faults = self.env["mtqg.workflow.event"].verify()
                self.assertIn(
                    "mtqg.workflow.anchor", {row["res_model"] for row in faults}
                )
                savepoint.rollback()

    def test_the_page_to_keep_is_one_page_with_the_digest(self):
        self._approve(self._draft(), self.leader_a)
        anchor = self._anchor()
        html = self._render(anchor)
        for group in anchor._group_digest():
            self.assertIn(group, html)
        self.assertIn(f"No. {anchor.number}/", html.replace("Số: ", "No. "))
        self.assertEqual(html.count('class="page"'), 1)

    def _render(self, anchor):
        self.env["res.lang"]._activate_lang("vi_VN")
        report = self.env["ir.actions.report"]
        html, _type = report._render_qweb_html(
            "mtqg_disbursement.mtqg_workflow_anchor_report", anchor.ids
        )
        return html.decode()


@tagged("post_install", "-at_install")
class TestReturns(EvidenceCase):
    """Counts and causes of returns."""

    def test_returns_are_counted_by_reason_stage_and_treasury(self):
        decision = self._draft()
        decision.action_submit()
        decision.with_user(self.leader_a).action_return("wrong code")
        stage = decision.sudo().stage_id
        reason = self.env.ref("mtqg_disbursement.return_reason_code")
        self._append(
            {"res_id": decision.id, "comment": "again"},
            name="return",
            unit_id=self.commune_a.id,
            reason_id=reason.id,
            stage_from_id=stage.id,
            stage_to_id=stage.id,
            user=self.leader_a,
        )
        Event = self.env["mtqg.workflow.event"].with_user(self.officer_a)
        domain = [("name", "=", "return")]
        ((treasury, count),) = Event._read_group(domain, ["treasury_id"], ["__count"])
        self.assertEqual((treasury.id, count), (self.treasury.id, 2))
        groups = Event.formatted_read_group(
            domain, ["reason_id", "stage_from_id"], ["__count"]
        )
        self.assertEqual(
            sorted(
                (row["reason_id"] and row["reason_id"][0], row["__count"])
                for row in groups
            ),
            [(False, 1), (reason.id, 1)],
        )

    def test_a_reason_of_return_is_data(self):
        Reason = self.env["mtqg.workflow.return.reason"]
        self.assertGreaterEqual(Reason.search_count([]), 10)
        self.assertTrue(Reason.with_user(self.viewer_a).search([]).mapped("code"))
        with self.assertRaises(AccessError):
            Reason.with_user(self.finance_p).create({"code": "x", "name": "X"})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            Reason.create({"code": "code", "name": "Twice"})
