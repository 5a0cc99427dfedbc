"""Random definitions × random moves by random people, with the pure engine as oracle.

After every move the register holds what ``engine.moves`` says: the same stage, tasks,
votes and events; or the same reasons, and nothing has changed.
"""

import os
import random
import re
from collections import Counter
from dataclasses import replace

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..engine.moves import Move, edit, find_reasons, move_all
from .common import MtqgCommon
from .workflow_plans import Planner
from .workflow_register import Register, describe
from .workflow_world import Crowd

SEED = int(os.environ.get("MTQG_SEED", "20260101"))
MOVES = int(os.environ.get("MTQG_MOVES", "10000"))
DEFINITIONS = 25
DOCUMENTS = 25
WEIGHTS = {"submit": 5, "approve": 11, "return": 2, "reject": 1, "withdraw": 1}
RARITIES = (
    "passed",
    "for another",
    "others asked",
    "all agreed",
    "several agreed",
    "new round",
)
CODES = {
    *("access", "waiting", "ended", "no_way", "paper", "not_waiting", "maker"),
    *("earlier_approver", "requester", "reason", "stage", "ok", "held back"),
}
EXITS = {"return", "reject", "withdraw"}
# what is found out when a document is on its way
LATE = {"stage", "no_way", "paper"}
# reasons that no list of blockers holds, by their words
SPOKEN = {
    r"cannot go that way": "no_way",
    r"Paper .* is missing": "paper",
    r"cannot go back to": "stage",
    r"Say why|no reason for a return": "reason",
}


@tagged("post_install", "-at_install")
class TestWorkflowModel(MtqgCommon):
    """The register and its specification, side by side."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reasons = cls.env["mtqg.workflow.return.reason"]
        reasons.create({"code": "late", "name": "Late"})
        # some of those that there are, and one that there is not
        can_read = reasons.with_user(cls.leader_a).has_access("read")
        cls.reasons = ("", "late", "late", "?") if can_read else ("",)
        cls.rng = random.Random(SEED)
        cls.crowd = Crowd(
            cls.env,
            cls.rng,
            {
                "P": cls.province,
                "D": cls.district,
                "A": cls.commune_a,
                "B": cls.commune_b,
                "C": cls.commune_c,
            },
            cls.leader_p | cls.leader_d | cls.leader_a | cls.leader_b | cls.manager_x,
        )
        types = cls.env["mtqg.paper.type"].search([], limit=2)
        cls.crowd.paper_types = types.ids
        cls.planner = Planner(cls.rng, cls.crowd.groups, cls.crowd.users, types.ids)
        cls.register = Register(cls.env, cls.rng, cls.crowd, cls.program)

    @mute_logger("odoo.sql_db")
    def test_every_move_is_the_one_of_the_engine(self):
        self.moves, self.told, self.history = 0, Counter(), []
        for number in range(1, DEFINITIONS + 1):
            plan = self.planner.draw()
            workflow, definition = self.register.publish(plan)
            documents = self.register.make_documents(definition, DOCUMENTS)
            workflow.action_retire()
            self.twins = {twin.id: twin for twin in documents}
            self.plan, self.history = plan, []
            while self.moves < MOVES * number // DEFINITIONS:
                self._do_something()
        self._check_every_step_was_in_the_table()
        self._check_much_happened()

    # === WHAT IS DONE === #

    def _do_something(self):
        if self.rng.random() < 0.015:
            self.crowd.change()
        if self.rng.random() < 0.03:
            self._edit_one()
        for _try in range(self.rng.choice((1, 4))):
            first = self._draw_document()
            wanted = self._draw_move(first)
            if not self._ask_oracle(wanted, [first])[0].reasons:
                break
        many = [first, *self._draw_others(wanted)]
        if self.rng.random() < 0.15:
            self._compare_blockers(wanted.user, first)
        self._compare_move(wanted, many)

    def _draw_document(self):
        twins = list(self.twins.values())
        alive = [twin for twin in twins if not twin.is_ended]
        return self.rng.choice((alive if self.rng.random() < 0.95 else None) or twins)

    def _draw_move(self, twin):
        names = dict(WEIGHTS)
        if twin.transition:
            names["submit"] = 1
        else:
            names["approve"] = 1
        name = self.rng.choices(list(names), names.values())[0]
        stages = [stage.code for stage in twin.definition.stages]
        is_back = name == "return"
        return Move(
            name,
            self._draw_user(name, twin),
            comment=self.rng.choice(("because", "because", " why not ", "")),
            reason=self.rng.choice(self.reasons) if is_back else "",
            stage=self.rng.choice(("", "", *stages)) if is_back else "",
        )

    def _draw_user(self, name, twin):
        """Return mostly one of those who may, and sometimes anybody."""
        facts, world = self.register.get_facts(twin), self.crowd.world
        likely = {twin.creator, twin.requester} - {0}
        if name == "submit":
            likely = facts.writers
        elif name != "withdraw":
            likely = {
                user
                for task in twin.pending
                for user in world.find_holders(task.asked, facts) - task.barred
            }
            delegates = {d.delegate for d in world.delegations if d.absent in likely}
            likely = self.rng.choice((likely, delegates or likely))
        active = self.crowd.list_active()
        is_likely = self.rng.random() < 0.8
        return self.rng.choice(sorted((is_likely and likely & active) or active))

    def _draw_others(self, wanted):
        """Return more documents for the same call: mostly such as go the same way."""
        if self.rng.random() < 0.4:
            return []
        others = self.rng.sample(list(self.twins.values()), DOCUMENTS)
        if self.rng.random() < 0.9:
            others = [
                twin
                for twin in others
                if not self._ask_oracle(wanted, [twin])[0].reasons
            ]
        # somebody may send the same number twice
        return others[: self.rng.randint(1, DOCUMENTS)] * self.rng.choice(
            (1, 1, 1, 1, 2)
        )

    def _edit_one(self):
        """Somebody changes a dossier: what conditions say, and who is its editor."""
        twin = self._draw_document()
        user = self._draw_user("submit", twin)
        outcome = edit(user, twin, self.register.get_facts(twin))
        location = self.rng.choice(("north", "south"))
        codes = []
        try:
            with self.cr.savepoint():
                dossier = self.env["mtqg.project"].with_user(user).browse(twin.id)
                dossier.write({"location": location})
        except AccessError:
            codes = ["access"]
        except UserError:
            codes = ["locked"]
        self._assert_same(codes, outcome.codes, twin)
        if not codes:
            self.register.values[twin.id]["location"] = location
            self.twins[twin.id] = outcome.document

    # === WHAT IS COMPARED === #

    def _ask_oracle(self, wanted, many):
        pairs = [(twin, self.register.get_facts(twin)) for twin in many]
        return move_all(wanted, pairs, self.crowd.world)

    def _compare_blockers(self, user, twin):
        facts = self.register.get_facts(twin)
        expected = find_reasons(user, twin, facts, self.crowd.world)
        dossier = self.env["mtqg.project"].with_user(user).browse(twin.id)
        try:
            codes = [blocker["code"] for blocker in dossier.get_blockers()]
        except AccessError:
            codes = ["access"]
        self._assert_same(codes, [reason.code for reason in expected], twin, user)

    def _compare_move(self, wanted, many):
        unique = {twin.id: twin for twin in many}
        outcomes = dict(
            zip(unique, self._ask_oracle(wanted, unique.values()), strict=True)
        )
        self.history.append((wanted, [twin.id for twin in many]))
        is_refused = self._make_move(wanted, [twin.id for twin in many], outcomes)
        states = self.register.read_states(unique)
        for id_, outcome in outcomes.items():
            self.moves += 1
            told = outcome.codes or ["held back" if is_refused else "ok"]
            self.told[(wanted.name, *told)] += 1
            self._count_rarities(unique[id_], outcome.document)
            self._assert_same(states[id_], describe(outcome.document), unique[id_])
            self.twins[id_] = outcome.document

    def _count_rarities(self, before, after):
        """Note what is rare and must not be missing from a run."""
        news = [event.name for event in after.events[len(before.events) :]]
        votes = {v for task in after.tasks for v in task.votes}
        votes -= {v for task in before.tasks for v in task.votes}
        closed = {
            task.step.quorum
            for task, old in zip(after.tasks, before.tasks, strict=False)
            if (task.state, old.state) == ("done", "pending")
        }
        is_asked_again = (
            news == ["approve"]
            and after.transition
            and len(after.tasks) > len(before.tasks)
        )
        self.told["passed"] += "pass" in news
        self.told["for another"] += any(v.user != v.principal for v in votes)
        self.told["others asked"] += bool(
            is_asked_again and after.stage == before.stage
        )
        self.told["all agreed"] += "all" in closed
        self.told["several agreed"] += "some" in closed
        self.told["new round"] += news == ["return"] and after.round > before.round

    def _make_move(self, wanted, ids, outcomes):
        """Make the move in the register; compare the reasons why it is refused."""
        dossiers = self.env["mtqg.project"].with_user(wanted.user).browse(ids)
        arguments = {"comment": wanted.comment}
        if wanted.name == "return":
            arguments |= {"reason": wanted.reason, "stage": wanted.stage}
        blocked = {id_: o.codes for id_, o in outcomes.items() if o.codes}
        self.env.flush_all()
        try:
            with self.cr.savepoint(flush=False):
                getattr(dossiers, f"action_{wanted.name}")(**arguments)
        except UserError as refusal:
            dossiers.invalidate_recordset(flush=False)
            self.env["mtqg.workflow.task"].invalidate_model(flush=False)
            found = self._explain(wanted, dossiers, refusal)
            expected = self._name_first(wanted, blocked)
            if isinstance(found, str):
                # a sentence without a list is about the first document that it fits
                expected = next(iter(expected.values()))[0]
            self._assert_same(found, expected, self.twins[ids[0]], refusal)
            return True
        self._assert_same({}, blocked, self.twins[ids[0]])
        return False

    def _name_first(self, wanted, blocked):
        """Return the reasons that a refusal names: the next ones are not looked for.

        First who may open all documents; then the words that were given; then what the
        list of blockers says; last where each document would come to.
        """

        def is_late(id_, codes):
            twin = self.twins[id_]
            way = twin.find_route(wanted.name, self.register.get_facts(twin))
            return way and wanted.name in EXITS and {*codes} <= LATE

        kinds = {
            id_: 0
            if codes == ["access"]
            else 1
            if codes == ["reason"]
            else 2 + bool(is_late(id_, codes))
            for id_, codes in blocked.items()
        }
        first = min(kinds.values(), default=0)
        return {id_: codes for id_, codes in blocked.items() if kinds[id_] == first}

    def _explain(self, wanted, dossiers, refusal):
        """Return the codes of a refusal by document, or the one that its words mean."""
        if isinstance(refusal, AccessError):
            action = "write" if wanted.name == "submit" else "read"
            hidden = dossiers - dossiers._filtered_access(action)
            return {id_: ["access"] for id_ in hidden._ids}
        found = dossiers._find_move_blockers(wanted.name)
        codes = {id_: [b["code"] for b in rows] for id_, rows in found.items() if rows}
        spoken = (
            code for words, code in SPOKEN.items() if re.search(words, str(refusal))
        )
        said = next(spoken, None)
        return said if said == "reason" else codes or said

    def _assert_same(self, found, expected, twin, *rest):
        if found != expected:
            self.assertEqual(found, expected, self._tell(twin, *rest))

    def _tell(self, twin, *rest):
        """Return all that is needed to see what a document went through."""
        steps = (f"{wanted} {ids}" for wanted, ids in self.history if twin.id in ids)
        story = (
            f"seed {SEED}, move {self.moves}, document {twin.id} {rest}",
            *(repr(stage) for stage in twin.definition.stages),
            *(repr(way) for way in twin.definition.transitions),
            *steps,
            repr(replace(twin, definition=None)),
            repr(self.register.get_facts(twin)),
        )
        return "\n" + "\n".join(story)

    # === WHAT HOLDS IN THE END === #

    def _check_every_step_was_in_the_table(self):
        """Every change of stage is a row of the definition, whoever says what."""
        foreign = self.env.execute_query(
            SQL(
                """SELECT e.id, e.name, e.stage_from_id, e.stage_to_id
                     FROM mtqg_workflow_event e
                     JOIN mtqg_project d ON d.id = e.res_id
                     JOIN mtqg_workflow w ON w.id = d.workflow_id
                    WHERE e.res_model = 'mtqg.project' AND w.code LIKE 'm\\_%%'
                      AND e.stage_from_id <> e.stage_to_id
                      AND NOT EXISTS (
                          SELECT 1 FROM mtqg_workflow_transition t
                           WHERE t.stage_from_id = e.stage_from_id
                             AND (t.stage_to_id = e.stage_to_id OR t.any_earlier)
                             AND (t.kind = e.name OR e.name IN ('approve', 'pass')))"""
            )
        )
        self.assertFalse(foreign)

    def _check_much_happened(self):
        told = "\n".join(f"{n:6} {what}" for what, n in self.told.most_common())
        self.assertGreaterEqual(self.moves, MOVES)
        for name in WEIGHTS:
            self.assertGreater(self.told[name, "ok"], MOVES // 200, told)
        for rarity in RARITIES:
            self.assertGreater(self.told[rarity], MOVES // 1000, f"{rarity}\n{told}")
        found = {code for key in self.told if key not in RARITIES for code in key[1:]}
        self.assertFalse(CODES - found, told)
