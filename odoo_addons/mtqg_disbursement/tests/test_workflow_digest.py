"""One letter a person and pass: what is due, what is late, what happened."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .clock_case import WatchCase

# for any number of people and documents: of a pass that reminds and tells of moves, by
# mail and in inboxes, and of one that escalates only
FULL_QUERIES = 44
LATE_QUERIES = 22


@tagged("post_install", "-at_install")
class TestDigests(WatchCase):
    """One letter a person and pass, with everything that concerns him."""

    def setUp(self):
        super().setUp()
        self._publish(
            days=3,
            escalation_ids=self._ladder((1, "superior_leader", None)),
            notice_ids=self._notices("requester", "superior_leader"),
            change=self._tell_of_returns,
        )

    def _tell_of_returns(self, workflow):
        for way in workflow.transition_ids:
            if way.kind == "return" and way.stage_from_id.code == "review":
                way.notice_ids = self._notices("requester")

    def test_who_submitted_is_told_that_it_went_on(self):
        decision = self._submit_at("2024-07-01")
        self.assertFalse(self._watch_at("2024-07-01"))
        self._do_at("2024-07-02", decision, self.leader_a, "approve", "Good")
        told = self._watch_at("2024-07-02")
        self.assertEqual(set(told), {self.officer_a, self.leader_d})
        self.assertEqual(told[self.officer_a].moved_count, 1)
        (body,) = self._read_mails(self.officer_a)
        for words in ("1/QĐ", "Approved", self.leader_a.name, "Good"):
            self.assertIn(words, body)
        self.assertFalse(self._watch_at("2024-07-02 15:00"))

    def test_a_return_is_told_with_its_reason(self):
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "return", "No stamp")
        self.assertEqual(list(self._watch_at("2024-07-02")), [self.officer_a])
        self.assertIn("No stamp", self._read_mails(self.officer_a)[0])

    def test_a_return_is_told_though_the_stage_is_the_same(self):
        def change(workflow):
            ways = {way.kind: way for way in workflow.transition_ids}
            step = ways["approve"].step_ids[0]
            step.copy({"transition_id": ways["submit"].id, "kind": "unit_leader"})
            ways["return"].copy(
                {
                    "workflow_id": workflow.id,
                    "stage_from_id": ways["submit"].stage_from_id.id,
                    "stage_to_id": ways["submit"].stage_from_id.id,
                    "notice_ids": self._notices("requester"),
                }
            )

        self._publish(change=change)
        decision = self._submit_at("2024-07-01")
        self.assertEqual(decision.stage_id.kind, "start")
        self._do_at("2024-07-02", decision, self.leader_a, "return", "No stamp")
        self.assertEqual(list(self._watch_at("2024-07-02")), [self.officer_a])

    def test_an_approval_that_moves_nothing_is_not_told(self):
        def change(workflow):
            way = workflow.transition_ids.filtered("notice_ids")[0]
            way.step_ids.copy(
                {"transition_id": way.id, "sequence": 20, "kind": "superior_leader"}
            )

        self._publish(notice_ids=self._notices("requester"), change=change)
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "approve")
        self.assertFalse(self._watch_at("2024-07-02"))
        self._do_at("2024-07-02", decision, self.leader_d, "approve")
        self.assertTrue(self._watch_at("2024-07-02"))

    def test_everything_comes_in_one_letter(self):
        late = self._submit_at("2024-07-01", number="LATE")
        self._submit_at("2024-07-04", number="SOON")
        done = self._submit_at("2024-07-04", number="DONE")
        self._do_at("2024-07-08", done, self.leader_a, "approve")
        told = self._watch_at("2024-07-08")
        self.assertEqual(
            {
                user: (row.late_count, row.soon_count, row.moved_count)
                for user, row in told.items()
            },
            {
                self.leader_a: (0, 2, 0),
                self.leader_d: (1, 0, 1),
                self.officer_a: (0, 0, 1),
            },
        )
        (body,) = self._read_mails(self.leader_d)
        self.assertIn("LATE", body)
        self.assertIn("DONE", body)
        self.assertNotIn("SOON", body)
        self.assertEqual(late.workflow_state, "running")

    def test_nobody_is_told_of_what_he_did_or_has_answered(self):
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "return", "No stamp")
        self._submit_at("2024-07-02", decision)
        self.assertFalse(self._watch_at("2024-07-02"))
        self.leader_a.group_ids += self.env.ref("mtqg_disbursement.group_officer")
        own = self._draft(user=self.officer_a, number="2/QĐ")
        self._submit_at("2024-07-02", own)
        self._do_at("2024-07-02", own, self.leader_a, "approve")
        self._do_at("2024-07-02", own, self.leader_d, "return", "No annex")
        self.assertEqual(list(self._watch_at("2024-07-02")), [self.officer_a])

    def test_who_leads_and_approved_it_himself_is_not_told(self):
        self._publish(notice_ids=self._notices("unit_leader", "requester"))
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "approve")
        self.assertEqual(list(self._watch_at("2024-07-02")), [self.officer_a])

    def test_who_sees_the_document_no_more_is_not_told(self):
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "approve")
        self.officer_a.mtqg_unit_ids = self.commune_b
        self.assertEqual(list(self._watch_at("2024-07-02")), [self.leader_d])

    def test_a_person_gets_one_digest_a_pass(self):
        watch, _rest = self.Watch._watch()
        values = {"watch_id": watch.id, "user_id": self.leader_a.id}
        self.env["mtqg.workflow.digest"].create(values)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.env["mtqg.workflow.digest"].create(values)

    def test_readers_of_the_inbox_find_it_there(self):
        self.officer_a.notification_type = "inbox"
        self.leader_d.email = False
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "approve")
        self._watch_at("2024-07-02")
        for user in (self.officer_a, self.leader_d):
            note = self.env["mail.notification"].search(
                [("res_partner_id", "=", user.partner_id.id)], limit=1
            )
            self.assertEqual((note.notification_type, note.is_read), ("inbox", False))
            self.assertIn("1/QĐ", note.mail_message_id.body)
            self.assertFalse(self._read_mails(user))
            needaction = self.env["mail.message"].with_user(user)
            self.assertEqual(
                needaction.search([("needaction", "=", True)], limit=1),
                note.mail_message_id,
            )

    def test_everybody_reads_his_own_language(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        self.leader_d.lang = "vi_VN"
        way = self.env["mtqg.workflow.transition"].search(
            [("notice_ids", "!=", False), ("workflow_id.state", "=", "published")]
        )
        way.with_context(lang="vi_VN").name = "Duyệt lên trên"
        decision = self._submit_at("2024-07-01")
        self._submit_at("2024-07-01", number="2/QĐ")
        self._do_at("2024-07-02", decision, self.leader_a, "approve")
        self._watch_at("2024-07-08")
        (vietnamese,) = self._read_mails(self.leader_d)
        (english,) = self._read_mails(self.officer_a)
        self.assertIn("Duyệt lên trên", vietnamese)
        self.assertNotIn("Duyệt lên trên", english)
        for user, subject in (
            (self.leader_d, "Phê duyệt: 1 quá hạn, 1 đã chuyển bước"),
            (self.officer_a, "Approvals: 1 moved"),
            (self.leader_a, "Approvals: 1 late"),
        ):
            self.assertEqual(self._find_mails(user).subject, subject)

    def test_a_long_letter_counts_what_it_does_not_list(self):
        documents = self.env["mtqg.decision"].with_user(self.officer_a)
        for number in range(23):
            documents |= self._draft(number=f"{number}/QĐ")
        self._submit_at("2024-07-01", documents)
        told = self._watch_at("2024-07-03")
        self.assertEqual(told[self.leader_a].soon_count, 23)
        (body,) = self._read_mails(self.leader_a)
        self.assertEqual(body.count("/odoo/mtqg.decision/"), 20)
        self.assertIn("3 more", body)

    # === HOW FAR EVENTS ARE READ === #

    def test_an_event_that_appears_late_is_told(self):
        decision = self._submit_at("2024-07-01")
        self._watch_at("2024-07-01")
        slow = self._draft(number="SLOW")
        self._submit_at("2024-07-01", slow)
        self._do_at("2024-07-02", slow, self.leader_a, "approve")
        self._do_at("2024-07-02", decision, self.leader_a, "approve")
        slow_events = slow.sudo().workflow_event_ids
        self.cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
        self.cr.execute(
            "CREATE TEMP TABLE unseen AS"
            " SELECT * FROM mtqg_workflow_event WHERE id = ANY(%(ids)s);"
            "DELETE FROM mtqg_workflow_event WHERE id = ANY(%(ids)s)",
            {"ids": slow_events.ids},
        )
        self._watch_at("2024-07-02 12:00")
        self.assertNotIn("SLOW", self._read_mails(self.officer_a)[-1])
        self.cr.execute("INSERT INTO mtqg_workflow_event SELECT * FROM unseen")
        told = self._watch_at("2024-07-02 13:00")
        self.assertEqual(told[self.officer_a].moved_count, 1)
        self.assertIn("SLOW", self._read_mails(self.officer_a)[-1])
        self.assertFalse(self._watch_at("2024-07-02 14:00"))

    def test_more_events_than_a_pass_takes_come_in_the_next_one(self):
        documents = self._draft(number="1/QĐ") | self._draft(number="2/QĐ")
        self._submit_at("2024-07-01", documents)
        self._do_at("2024-07-02", documents, self.leader_a, "approve")
        with self._at("2024-07-02"):
            rests = [self.Watch._watch(limit=3)[1] for _pass in range(2)]
        self.assertEqual(rests, [1, 0])
        self.assertEqual(len(self._read_mails(self.officer_a)), 2)

    def test_nobody_is_told_of_what_was_before_the_first_pass(self):
        decision = self._submit_at("2024-07-01")
        self._do_at("2024-07-02", decision, self.leader_a, "approve")
        self.Watch.search([]).unlink()
        self.assertFalse(self._watch_at("2024-07-02"))

    def test_old_passes_are_forgotten_but_the_last_one(self):
        with self._at("2024-01-02"):
            old, _rest = self.Watch._watch()
            last, _rest = self.Watch._watch()
        self.Watch._gc_watches()
        self.assertEqual((old | last).exists(), last)

    def test_the_job_makes_a_pass(self):
        job = self.env.ref("mtqg_disbursement.cron_workflow_clock")
        self._submit_at("2024-07-01")
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertEqual(self._read_mails(self.leader_a)[0].count("1/QĐ"), 1)

    # === WHAT IT COSTS === #

    def test_a_pass_costs_the_same_for_any_number(self):
        self._prepare_pass(3, 3)
        for moment in ("2024-07-03", "2024-07-09"):  # fills the caches
            self._watch_at(moment)
        for people, documents in ((2, 2), (12, 30)):
            self.cr.execute("UPDATE mtqg_workflow_task SET state = 'cancelled'")
            team = self._prepare_pass(people, documents)
            first = self._watch_counted("2024-07-03", FULL_QUERIES)
            told = [row for user, row in first.items() if user in team]
            self.assertEqual(len(told), people)
            self.assertEqual(sum(row.soon_count for row in told), documents)
            self.assertEqual(first[self.officer_d].moved_count, documents)
            second = self._watch_counted("2024-07-09", LATE_QUERIES)
            self.assertEqual(list(second), [self.leader_d])
            self.assertEqual(second[self.leader_d].late_count, documents)

    def _watch_counted(self, moment, queries):
        self.env.flush_all()
        self.env.invalidate_all()
        with self._at(moment), self.assertQueryCount(queries):
            watch, _rest = self.Watch._watch()
            self.env.flush_all()
        return {digest.user_id: digest for digest in watch.digest_ids}

    def _prepare_pass(self, people, documents):
        """Let documents be late and as many move, in a commune for each person."""
        teams = [self._make_commune(f"{people}-{number}") for number in range(people)]
        records = self.env["mtqg.decision"].with_user(self.officer_d)
        for number in range(2 * documents):
            unit = teams[number % people][0]
            records |= self._draft(f"{number}/QĐ", unit=unit, user=self.officer_d)
        self._submit_at("2024-07-01", records)
        for number, record in enumerate(records[documents:]):
            leader = teams[(number + documents) % people][1]
            self._do_at("2024-07-02", record, leader, "approve")
        self._do_at("2024-07-02", records[documents:], self.leader_d, "reject", "x")
        # people are cached
        group = self.env.ref("mtqg_disbursement.group_leader").id
        self.env["mtqg.unit"]._get_people().find_members(group, self.commune_a.id)
        return self.env["res.users"].concat(*(leader for _unit, leader in teams))

    def _make_commune(self, name):
        unit = self.commune_a.copy({"code": f"T-{name}", "name": f"Commune {name}"})
        leader = self.leader_a.copy(
            {
                "login": f"t_leader_{name}",
                "email": f"{name}@example.com",
                "mtqg_unit_ids": [Command.set(unit.ids)],
            }
        )
        if name.endswith(("1", "3", "5")):
            leader.notification_type = "inbox"
        return unit, leader
