from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .inbox_case import InboxCase


@tagged("post_install", "-at_install")
class TestPreview(InboxCase):
    """The document beside the list: enough to decide, nothing that is hidden."""

    def test_it_tells_what_the_document_is_about(self):
        voucher = self._waiting_voucher().with_user(self.leader_a)
        page = voucher.read_preview()
        self.assertEqual(
            (page["name"], page["kind"], page["can_decide"], page["blockers"] or []),
            ("V-1", "Disbursement voucher", True, []),
        )
        facts = {fact["name"]: (fact["label"], fact["value"]) for fact in page["facts"]}
        self.assertEqual(facts["amount"], ("Amount", 40))
        self.assertEqual(facts["payee"], ("Payee", "Builder"))
        self.assertEqual(facts["kind"][1], "Completed volume")
        self.assertNotIn("contract_id", facts)
        self.assertEqual([e["name"] for e in page["history"]], ["submit"])

    def test_it_tells_questions_and_opinions(self):
        voucher = self._waiting_voucher()
        leader, asked = voucher.with_user(self.leader_a), self.officer_d
        leader.action_ask_opinion(asked.id, "Is the <b>volume</b> right?")
        page = voucher.with_user(asked).read_preview()
        self.assertTrue(page["can_answer"])
        self.assertFalse(page["can_forward"])
        self.assertIn("Is the <b>volume</b> right?", page["question"])
        voucher.with_user(asked).action_give_opinion("Yes, I measured it")
        self.env.invalidate_all()
        page = leader.read_preview()
        self.assertTrue(page["can_forward"])
        self.assertIn("Yes, I measured it", page["opinions"])
        self.assertNotIn("<b>", page["opinions"])

    def test_it_shows_the_first_lines_and_counts_all(self):
        lines = [
            {
                "unit_id": self.commune_a.id,
                "program_id": self.program.id,
                "amount": amount,
                "source": "commune",
                "nature": "investment",
                "origin_year": 2024,
            }
            for amount in range(1, 26)
        ]
        decision = self._make_decision(
            *lines, user=self.officer_a, unit=self.commune_a, number="L-1"
        )
        shown = decision.read_preview()["lines"]
        self.assertEqual((len(shown["rows"]), shown["count"]), (20, 25))
        self.assertEqual(shown["columns"][-1]["label"], "Amount")
        self.assertEqual(shown["rows"][0][-1], {"type": "dong", "value": 1})

    def test_missing_papers_and_those_that_are_there(self):
        project = (
            self.env["mtqg.project"]
            .with_user(self.officer_a)
            .create(
                {
                    "code": "T-1",
                    "name": "Road",
                    "unit_id": self.commune_a.id,
                    "program_id": self.program.id,
                    "paper_ids": [
                        Command.create(
                            {
                                "type_id": self.env.ref(
                                    "mtqg_disbursement.paper_type_report"
                                ).id,
                                "number": "1/TTr",
                            }
                        )
                    ],
                }
            )
        )
        page = project.read_preview()
        self.assertEqual({b["code"] for b in page["blockers"]}, {"paper"})
        (paper,) = page["papers"]
        self.assertIn("1/TTr", paper["name"])
        self.assertFalse(paper["has_file"])

    def test_it_is_closed_to_whom_the_document_is_closed(self):
        voucher = self._waiting_voucher()
        with self.assertRaises(AccessError):
            voucher.with_user(self.leader_b).read_preview()
        for documents in (voucher.browse(), voucher | voucher.copy({"number": "V-2"})):
            with self.assertRaisesRegex(UserError, "One document at a time"):
                documents.read_preview()

    def test_its_cost_does_not_grow_with_lines_and_events(self):
        costs = []
        for count in (1, 2, 15):
            decision = self._make_decision(
                *[
                    {
                        "unit_id": self.commune_a.id,
                        "program_id": self.program.id,
                        "amount": amount,
                        "source": "commune",
                        "nature": "investment",
                        "origin_year": 2024,
                    }
                    for amount in range(1, count + 1)
                ],
                user=self.officer_a,
                unit=self.commune_a,
                number=f"L-{count}",
            )
            for _time in range(count):
                decision.action_submit()
                decision.action_withdraw()
            decision.action_submit()
            leader = decision.with_user(self.leader_a)
            leader.read_preview()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            leader.read_preview()
            costs.append(self.cr.sql_log_count - before)
        # what the first one read once for all is in the caches
        self.assertEqual(costs[1], costs[2])
        self.assertLessEqual(costs[2], 40)


@tagged("post_install", "-at_install")
class TestOverview(InboxCase):
    """The stage bar and the history of a document."""

    def _way(self, document):
        self.env.invalidate_all()
        return [
            (stage["name"], stage["state"])
            for stage in document.workflow_overview["stages"]
        ]

    def test_stages_behind_here_and_ahead(self):
        voucher = self._waiting_voucher()
        self.assertEqual(
            self._way(voucher),
            [
                ("Draft", "passed"),
                ("Waiting for the leader", "here"),
                ("At the Treasury", "ahead"),
                ("Paid and posted", "ahead"),
            ],
        )
        first, here, *_ahead = voucher.workflow_overview["stages"]
        self.assertEqual(first["by"], self.officer_a.name)
        self.assertEqual(first["until"], here["since"])
        self.assertIn(self.leader_a.name, voucher.workflow_overview["waiting"][0])
        voucher.with_user(self.leader_a).action_approve()
        voucher.with_user(self.treasurer).action_approve()
        self.assertEqual(
            self._way(voucher)[-2:],
            [("At the Treasury", "passed"), ("Paid and posted", "here")],
        )
        self.assertEqual(voucher.workflow_overview["waiting"], [])

    def test_what_was_sent_back_has_its_way_ahead_again(self):
        voucher = self._waiting_voucher()
        voucher.with_user(self.leader_a).action_return("The payee is wrong")
        self.assertEqual(
            [state for _name, state in self._way(voucher)],
            ["here", "ahead", "ahead", "ahead"],
        )
        self.assertEqual(voucher.workflow_overview["stages"][0]["returns"], 1)
        latest, first = voucher.workflow_history
        self.assertEqual(
            (latest["name"], latest["by"], latest["comment"]),
            ("return", self.leader_a.name, "The payee is wrong"),
        )
        self.assertEqual(
            (first["stage_from"], first["stage_to"]),
            ("Draft", "Waiting for the leader"),
        )

    def test_the_last_day_and_whether_it_has_passed(self):
        decision = self._waiting("W-1")
        due = decision.workflow_overview["due"]
        self.assertEqual(due, str(self._tasks_of(decision).date_limit))
        self._set_limit(decision, -1)
        self.assertTrue(decision.workflow_overview["is_late"])

    def test_history_is_told_in_the_language_of_the_reader(self):
        decision = self._waiting("W-1").with_context(lang="vi_VN")
        (event,) = decision.workflow_history
        self.assertEqual(event["title"], "Đã trình")
        self.assertEqual(event["stage_to"], "Chờ ký duyệt")

    def test_a_document_that_is_not_saved_has_no_way_yet(self):
        fresh = self.env["mtqg.decision"].with_user(self.officer_a).new({})
        self.assertFalse(fresh.workflow_overview)
        self.assertFalse(fresh.workflow_history)


@tagged("post_install", "-at_install")
class TestReturnDialog(InboxCase):
    """Back to an earlier stage, where the definition lets choose."""

    def _let_choose(self, code):
        """Publish a version whose returns lead to any earlier stage."""
        workflow = self.env.ref(f"mtqg_disbursement.workflow_{code}")
        fresh = workflow.browse(workflow.action_new_version()["res_id"])
        fresh.transition_ids.filtered(lambda t: t.kind == "return").any_earlier = True
        fresh.action_publish()

    def _at_the_treasury(self):
        voucher = self._waiting_voucher()
        voucher.with_user(self.leader_a).action_approve()
        return voucher.with_user(self.treasurer)

    def _form(self, document, kind="return"):
        action = getattr(document, f"action_ask_{kind}")()
        wizard = self.env[action["res_model"]].with_user(document.env.user)
        return Form(wizard.with_context(**action["context"]))

    def _stages(self, form):
        """Return the stages that the dialog offers."""
        return self.env["mtqg.workflow.stage"].browse(form.stage_ids.ids)

    def test_the_dialog_offers_the_stages_that_the_document_came_through(self):
        self._let_choose("disbursement")
        voucher = self._at_the_treasury()
        form = self._form(voucher)
        offered = self._stages(form)
        self.assertEqual(offered.mapped("code"), ["draft", "review"])
        self.assertEqual(form.stage_id.code, "draft")
        form.stage_id = offered[1]
        self.assertTrue(form.has_reasons)
        form.reason_id = self.env.ref("mtqg_disbursement.return_reason_form")
        form.comment = "The leader signed an old form"
        form.save().action_confirm()
        self.assertEqual(voucher.sudo().stage_id.code, "review")
        told = voucher.workflow_history[0]
        self.assertEqual(
            (told["name"], told["reason"]),
            ("return", "A paper is not on the prescribed form"),
        )
        task = self._tasks_of(voucher)
        self.assertEqual(task.mapped("state"), ["pending"])

    def test_without_a_choice_the_definition_decides(self):
        voucher = self._at_the_treasury()
        form = self._form(voucher)
        self.assertIn("draft", self._stages(form).mapped("code"))
        form.comment = "The payee is wrong"
        form.save().action_confirm()
        self.assertEqual(voucher.sudo().stage_id.code, "draft")

    def test_a_rejection_goes_nowhere_back(self):
        voucher = self._at_the_treasury()
        form = self._form(voucher, "reject")
        self.assertFalse(self._stages(form))
        form.comment = "Paid twice"
        form.save().action_confirm()
        self.assertEqual(voucher.workflow_state, "rejected")

    def test_choices_for_the_inbox(self):
        self._let_choose("disbursement")
        voucher = self._waiting_voucher()
        decision = self._waiting("W-1")
        task = self._tasks_of(voucher)
        choices = task.read_return_choices()
        self.assertEqual(
            (choices["stages"], choices["stage"]),
            ([{"code": "draft", "name": "Draft"}], "draft"),
        )
        self.assertIn(
            {"code": "missing", "name": "A required paper is missing"},
            choices["reasons"],
        )
        many = (task | self._tasks_of(decision)).read_return_choices()
        self.assertEqual((many["stages"], many["stage"]), ([], False))
        stranger = task.with_user(self.leader_b).read_return_choices()
        self.assertEqual(stranger["stages"], [])
