"""Promise 7: nobody reads or infers what lies outside his subtree.

The same state is built twice, with other decisions, vouchers, dossiers, papers and
words in commune B only. Whatever a user of commune A asks, the answers are the same.
"""

import base64

from readings import Readings

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.mtqg_disbursement.tests.common import MtqgCommon

# what commune B holds in each world
WORLDS = (
    {"word": "Sapphire", "amount": 31_234_567, "paid": 11_131_117, "progress": 10},
    {"word": "Obsidian", "amount": 87_654_321, "paid": 77_737_717, "progress": 90},
)
# guessed at in both; they are true in the second only, and too long to come by chance
SECRETS = [WORLDS[1][name] for name in ("word", "amount", "paid")]


@tagged("post_install", "-at_install")
class TestTwoWorlds(MtqgCommon):
    """Commune A asks; commune B differs, or is empty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # with followers and messages, as for real
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.root = cls._assign_root(1_000_000_000)
        cls.over = cls._allocate(cls.root, cls.district, 500_000_000)
        own = {"word": "Own", "amount": 1_000_000, "paid": 500, "progress": 50}
        cls._fill(cls.commune_a, cls.officer_a, cls.leader_a, own)

    @classmethod
    def _fill(cls, unit, officer, leader, what):
        """Give a commune capital, a dossier with papers and words, and a payment."""
        word = what["word"]
        project = (
            cls.env["mtqg.project"]
            .with_user(officer)
            .create(
                {
                    "code": f"{unit.code}-1",
                    "name": f"Road {word}",
                    "unit_id": unit.id,
                    "program_id": cls.program.id,
                    "amount_total": what["amount"],
                    "percent_progress": what["progress"],
                    "note": word,
                }
            )
        )
        cls._add_paper(project, word)
        project.message_post(body=f"We talk about {word}")
        balance = cls._allocate(cls.over, unit, what["amount"], project=project)
        voucher = cls._make_voucher(
            balance, "completed", what["paid"], user=officer, payee=word, number=word
        )
        voucher.treasury_unit_id = False
        cls._approve(voucher, leader)
        line = {
            "unit_id": unit.id,
            "program_id": cls.program.id,
            "amount": what["paid"],
        }
        waiting = cls._make_decision(
            line | {"note": word}, user=officer, unit=unit, number=word, summary=word
        )
        waiting.action_submit(f"please, {word}")
        cls._promise(unit, officer, leader, project, what)
        return cls._collect(unit, project, balance)

    @classmethod
    def _promise(cls, unit, officer, leader, project, what):
        """Have a commune sign what it will disburse of its balance."""
        line = {"program_id": cls.program.id, "project_id": project.id}
        line |= {"origin_year": 2024, "month": 3, "amount": what["paid"]}
        commitment = (
            cls.env["mtqg.commitment"]
            .with_user(officer)
            .create(
                {
                    "number": what["word"],
                    "date": "2024-01-20",
                    "unit_id": unit.id,
                    "plan_year": 2024,
                    "shortfall_reason": what["word"],
                    "line_ids": [Command.create(line)],
                }
            )
        )
        cls._approve(commitment, leader)

    @classmethod
    def _add_paper(cls, project, word):
        contract = {"number": word, "project_id": project.id, "amount": 5_000}
        cls.env["mtqg.contract"].with_user(project.env.user).create(contract)
        cls.env["mtqg.paper"].with_user(project.env.user).create(
            {
                "type_id": cls.env["mtqg.paper.type"].search([], limit=1).id,
                "res_model": "mtqg.project",
                "res_id": project.id,
                "number": word,
                "file": base64.b64encode(word.encode()),
                "filename": f"{word}.txt",
            }
        )
        cls.env["ir.attachment"].with_user(project.env.user).create(
            {
                "name": f"{word}.txt",
                "raw": word.encode(),
                "res_model": "mtqg.project",
                "res_id": project.id,
            }
        )

    @classmethod
    def _collect(cls, unit, project, balance):
        """Return {model: ids} of what belongs to a unit."""
        found, here = {"mtqg.unit": unit.ids}, [("res_id", "=", project.id)]
        for model, domain in (
            ("mtqg.project", [("id", "=", project.id)]),
            ("mtqg.contract", [("project_id", "=", project.id)]),
            ("mtqg.allocation", [("id", "=", balance.id)]),
            ("mtqg.entry", [("allocation_id", "=", balance.id)]),
            ("mtqg.decision", [("unit_id", "=", unit.id)]),
            ("mtqg.decision.line", [("decision_id.unit_id", "=", unit.id)]),
            ("mtqg.disbursement", [("unit_id", "=", unit.id)]),
            ("mtqg.commitment", [("unit_id", "=", unit.id)]),
            ("mtqg.commitment.line", [("commitment_id.unit_id", "=", unit.id)]),
            ("mtqg.commitment.deviation", [("unit_id", "=", unit.id)]),
            ("mtqg.paper", [("unit_id", "=", unit.id)]),
            ("mtqg.workflow.task", [("unit_id", "=", unit.id)]),
            ("mtqg.workflow.event", [("unit_id", "=", unit.id)]),
            ("ir.attachment", [*here, ("res_model", "=", "mtqg.project")]),
            ("mail.message", [*here, ("model", "=", "mtqg.project")]),
        ):
            found[model] = cls.env[model].sudo().search(domain, order="id").ids
        return found

    def _visit(self, user, what, **options):
        """Return all answers a user gets in a world, which is gone afterwards.

        Sequences start at the same number in each world, so that the same hidden ids
        can be guessed in both.
        """
        sequences = self._read_sequences()
        with self.cr.savepoint(flush=True) as savepoint:
            self._set_sequences(sequences)
            foreign = (
                self._fill(self.commune_b, self.officer_b, self.leader_b, what)
                if what
                else {}
            )
            self.env.flush_all()
            self.env.transaction.clear()
            with mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models"):
                readings = Readings(self.env(user=user, su=False), SECRETS)
                answers = readings.ask_everything(foreign, **options)
            savepoint.rollback()
        self._set_sequences(sequences)
        self.env.transaction.clear()
        return answers

    def _read_sequences(self):
        return self.env.execute_query(
            SQL("SELECT sequencename, COALESCE(last_value, 1) FROM pg_sequences")
        )

    def _set_sequences(self, sequences):
        self.env.cr.execute(
            SQL(
                """SELECT setval(quote_ident(name), value)
                     FROM unnest(%s, %s) AS s(name, value)""",
                [name for name, _value in sequences],
                [value for _name, value in sequences],
            )
        )

    def _find_differences(self, answers, others):
        """Return the questions with different answers, and both answers."""
        return [
            f"{question}\n  {answers[question][:300]}\n  {others[question][:300]}"
            for question in answers.keys() & others.keys()
            if answers[question] != others[question]
        ]

    def _assert_same(self, answers, others):
        told = self._find_differences(answers, others)
        self.assertFalse(told, f"{len(told)} answers:\n" + "\n".join(told[:20]))

    def test_an_officer_cannot_tell_what_another_commune_holds(self):
        one, other = (self._visit(self.officer_a, world) for world in WORLDS)
        self._assert_same(one, other)
        with self.subTest("nor whether it holds anything"):
            self._assert_same(other, self._visit(self.officer_a, None))

    def test_leaders_and_viewers_cannot_either(self):
        for user in (self.leader_a, self.viewer_a):
            with self.subTest(user.login):
                self._assert_same(
                    *(self._visit(user, world, every_field=False) for world in WORLDS)
                )

    def test_the_superior_can_so_the_worlds_do_differ(self):
        one, other = (
            self._visit(self.officer_d, world, every_field=False) for world in WORLDS
        )
        self.assertGreater(len(self._find_differences(one, other)), 50)

    def test_no_answer_holds_a_secret(self):
        answers = self._visit(self.officer_a, WORLDS[1], every_field=False)
        told = [
            (question, answer[:300])
            for question, answer in answers.items()
            for secret in SECRETS
            if str(secret) in answer and secret not in question
        ]
        self.assertFalse(told[:5])
        self.assertGreater(len(answers), 300)

    def _ask_strangers(self):
        """Put a definition into force that asks people of commune A about all communes.

        Whoever published it was checked; people move afterwards.
        """
        workflow = self.env["mtqg.workflow"].create(
            {
                "code": "t_strangers",
                "name": "Strangers",
                "sequence": -1,
                "condition": "[('unit_id.kind', '=', 'commune')]",
                "model_id": self.env["ir.model"]._get_id("mtqg.decision"),
            }
        )
        kinds = ("start", "review", "done")
        start, review, done = self.env["mtqg.workflow.stage"].create(
            [
                {"workflow_id": workflow.id, "code": k, "name": k, "kind": k}
                for k in kinds
            ]
        )
        for kind, here, there, asked in (
            ("submit", start, review, []),
            ("approve", review, done, list(map(Command.create, self._strangers()))),
            ("return", review, start, []),
        ):
            self.env["mtqg.workflow.transition"].create(
                {
                    "workflow_id": workflow.id,
                    "name": kind,
                    "kind": kind,
                    "stage_from_id": here.id,
                    "stage_to_id": there.id,
                    "step_ids": asked,
                }
            )
        workflow.state = "published"
        self.env.flush_all()
        self.env.registry.clear_cache()

    def _strangers(self):
        leaders = self.env.ref("mtqg_disbursement.group_leader").id
        nowhere = {"kind": "level_leader", "level": "ministry"}
        return [
            {"name": "By name", "kind": "user", "user_id": self.leader_a.id},
            {"name": "Anywhere", "fallback_group_id": leaders, **nowhere},
            {
                "name": "Several",
                "quorum": "all",
                "fallback_group_id": leaders,
                **nowhere,
            },
        ]

    def test_being_named_in_a_definition_opens_nothing(self):
        self._ask_strangers()
        one, other, none = (
            self._visit(self.leader_a, world, every_field=False)
            for world in (*WORLDS, None)
        )
        self._assert_same(one, other)
        with self.subTest("nor whether there is anything to decide"):
            self._assert_same(other, none)

    def test_a_treasury_office_learns_nothing_of_what_it_does_not_pay(self):
        self.commune_b.treasury_id = self.treasury
        answers = [
            {
                question: answer
                for question, answer in self._visit(
                    self.treasurer, {**WORLDS[0], **world}, every_field=False
                ).items()
                if question[0].startswith("mtqg.workflow")
            }
            # the decision that waits in commune B is about the amount that is paid
            for world in ({"word": "Sapphire"}, {"word": "Obsidian"})
        ]
        told = [
            question
            for question in answers[0].keys() & answers[1].keys()
            if "Obsidian" in answers[1][question] and "please" in answers[1][question]
        ]
        self.assertFalse(told)
