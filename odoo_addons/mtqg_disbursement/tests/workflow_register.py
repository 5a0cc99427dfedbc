"""Random definitions and dossiers in the register, with their twins in the engine."""

import base64
from datetime import timedelta

from odoo import Command

from ..clock import today_vn
from ..engine import documents as pure
from ..engine import workflow as engine
from ..engine.approvers import Asked
from .workflow_plans import AMOUNTS

READ_STATE = """
SELECT d.id, d.stage_id, d.workflow_state, COALESCE(d.workflow_transition_id, 0),
       COALESCE(d.workflow_requester_id, 0), COALESCE(d.workflow_run, 0),
       ARRAY(SELECT jsonb_build_array(
                        t.step_id, COALESCE(t.user_id, 0), COALESCE(t.group_id, 0),
                        COALESCE(t.approver_unit_id, 0), t.state, t.needed, t.run,
                        t.vote_count, t.barred,
                        ARRAY(SELECT jsonb_build_array(v.user_id, v.principal_id)
                                FROM mtqg_workflow_vote v
                               WHERE v.task_id = t.id ORDER BY v.id))
               FROM mtqg_workflow_task t
              WHERE t.res_model = 'mtqg.project' AND t.res_id = d.id ORDER BY t.id),
       ARRAY(SELECT jsonb_build_array(
                        e.name, e.user_id, COALESCE(e.on_behalf_id, 0),
                        e.stage_from_id, e.stage_to_id, COALESCE(e.comment, ''))
               FROM mtqg_workflow_event e
              WHERE e.res_model = 'mtqg.project' AND e.res_id = d.id
              ORDER BY e.sequence)
  FROM mtqg_project d WHERE d.id = ANY(%s) ORDER BY d.id
"""


class Register:
    """Publishes plans, makes dossiers on them and reads what became of these."""

    def __init__(self, env, rng, crowd, program):
        self.env, self.rng, self.crowd, self.program = env, rng, crowd, program
        self.tests, self.values, self.targets, self.papers = {}, {}, {}, {}
        self.count = 0

    # === DEFINITIONS === #

    def publish(self, plan):
        """Put a plan into force; return it in the register and in the engine."""
        self.count += 1
        workflow = self.env["mtqg.workflow"].create(
            {
                "code": f"m_{self.count}",
                "name": "Model",
                "model_id": self.env["ir.model"]._get_id("mtqg.project"),
                "sequence": -1,
            }
        )
        stages = self.env["mtqg.workflow.stage"].create(
            [
                {**row, "name": row["code"], "workflow_id": workflow.id}
                for row in plan.stages
            ]
        )
        transitions = self.env["mtqg.workflow.transition"].create(
            [self._write_way(row, workflow, stages) for row in plan.transitions]
        )
        # steps are read in their order, not in that of the cache
        self.env.flush_all()
        self.env.invalidate_all()
        # in force whoever is where: people may move after it was published
        workflow.state = "published"
        self.env.registry.clear_cache()
        ways = zip(plan.transitions, transitions, strict=True)
        return workflow, engine.Definition(
            workflow.id,
            tuple(
                engine.Stage(stage.id, stage.kind, stage.code, stage.sequence)
                for stage in stages
            ),
            tuple(self._read_way(row, way, stages) for row, way in ways),
        )

    def _write_way(self, row, workflow, stages):
        return {
            "workflow_id": workflow.id,
            "name": row["kind"],
            "kind": row["kind"],
            "sequence": row["sequence"],
            "stage_from_id": stages[row["from"]].id,
            "stage_to_id": stages[row["to"]].id,
            "any_earlier": row["any_earlier"],
            "step_ids": [Command.create(step["values"]) for step in row["steps"]],
            "requirement_ids": [Command.create(p["values"]) for p in row["papers"]],
            **row["values"],
        }

    def _read_way(self, row, transition, stages):
        """Return a row as the engine reads it: from the plan, not the register."""
        steps = zip(row["steps"], transition.step_ids.sorted("id"), strict=True)
        papers = zip(row["papers"], transition.requirement_ids, strict=True)
        return engine.Transition(
            id=transition.id,
            kind=row["kind"],
            stage_from=stages[row["from"]].id,
            stage_to=stages[row["to"]].id,
            sequence=row["sequence"],
            condition=self._keep_test("way", transition.id, row["test"]),
            steps=tuple(
                sorted(
                    (self._read_step(plan, step.id) for plan, step in steps),
                    key=lambda step: (step.sequence, step.id),
                )
            ),
            requirements=tuple(
                engine.Requirement(
                    id=record.id,
                    paper_type=plan["values"]["paper_type_id"],
                    needs_file=plan["values"]["needs_file"],
                    needs_validity=plan["values"]["needs_validity"],
                    condition=self._keep_test("paper", record.id, plan["test"]),
                )
                for plan, record in papers
            ),
            any_earlier=row["any_earlier"],
        )

    def _read_step(self, plan, id_):
        values = plan["values"]
        return engine.Step(
            id=id_,
            kind=values["kind"],
            sequence=values["sequence"],
            quorum=values["quorum"],
            needed=values["needed"],
            level=values.get("level", ""),
            user=values.get("user_id", 0),
            group=values.get("group_id", 0),
            field_name=values.get("field_name", ""),
            fallback_group=values["fallback_group_id"],
            bar_requester=values["bar_requester"],
            bar_editor=values["bar_editor"],
            bar_earlier=values["bar_earlier"],
            condition=self._keep_test("step", id_, plan["test"]),
        )

    def _keep_test(self, kind, id_, test):
        if test is None:
            return None
        self.tests[kind, id_] = test
        return kind, id_

    # === DOCUMENTS === #

    def make_documents(self, definition, number):
        """Make dossiers on the definition in force; return their twins."""
        drawn = [self._draw_document() for _number in range(number)]
        twins = []
        for creator in sorted({creator for creator, _values in drawn}):
            values = [row for user, row in drawn if user == creator]
            dossiers = self.env["mtqg.project"].with_user(creator).create(values)
            for dossier, row in zip(dossiers, values, strict=True):
                twins.append(self._make_twin(definition, dossier, creator, row))
        self.env["mtqg.paper"].create(
            [row for twin in twins for row in self._draw_papers(twin.id)]
        )
        return twins

    def _draw_document(self):
        self.count += 1
        unit = self.rng.choice(list(self.crowd.units.values()))
        writers = self.crowd.find_writers(unit.id) & set(self.crowd.users)
        return self.rng.choice(sorted(writers)), {
            "kind": self.rng.choice(("normal", "small", "recurrent")),
            "amount_total": self.rng.choice(AMOUNTS),
            "location": self.rng.choice(("north", "south")),
            "code": f"M-{self.count}",
            "name": "Road",
            "unit_id": unit.id,
            "program_id": self.program.id,
        }

    def _make_twin(self, definition, dossier, creator, values):
        unit = values["unit_id"]
        self.values[dossier.id] = {**values, "unit_kind": self.crowd.kinds[unit]}
        self.targets[dossier.id] = {
            "unit_id": Asked(unit=unit),
            "create_uid": Asked(user=creator),
        }
        start = next(s.id for s in definition.stages if s.kind == "start")
        return pure.Document(
            dossier.id, definition, unit=unit, creator=creator, stage=start
        )

    def _draw_papers(self, document_id):
        """Return rows of papers for a dossier; the engine gets to know them."""
        rows, papers = [], []
        types = self.crowd.paper_types
        for type_id in self.rng.sample(types, self.rng.choice((1, 2, 2, 2))):
            has_file, is_expired = self.rng.random() < 0.8, self.rng.random() < 0.1
            has_number = not has_file or self.rng.random() < 0.9
            papers.append(pure.Paper(type_id, has_number, has_file, is_expired))
            rows.append(
                {
                    "type_id": type_id,
                    "res_model": "mtqg.project",
                    "res_id": document_id,
                    "number": has_number and "1",
                    "date_to": today_vn() - timedelta(days=is_expired),
                    "file": has_file and base64.b64encode(b"x"),
                }
            )
        self.papers[document_id] = tuple(papers)
        return rows

    def get_facts(self, twin):
        """Return what holds for a document now."""
        values = self.values[twin.id]
        parts = [
            part.condition
            for way in twin.definition.transitions
            for part in (way, *way.steps, *way.requirements)
            if part.condition
        ]
        return pure.Facts(
            holds=frozenset(key for key in parts if self.tests[key](values)),
            papers=self.papers[twin.id],
            readers=self.crowd.find_openers(twin.unit),
            writers=self.crowd.find_writers(twin.unit),
            targets=self.targets[twin.id],
        )

    # === STATES === #

    def read_states(self, ids):
        """Return {id: what the register holds of a dossier}, in one query."""
        self.env.flush_all()
        self.env.cr.execute(READ_STATE, [list(ids)])
        found = {}
        for id_, *head, tasks, events in self.env.cr.fetchall():
            rows = [[*row[:8], sorted(set(row[8])), row[9]] for row in tasks]
            found[id_] = [*head, rows, events]
        return found


def describe(twin):
    """Return what the register must hold of a document, as it is read there."""
    return [
        twin.stage,
        twin.state,
        twin.transition,
        twin.requester,
        twin.round,
        [
            [
                task.step.id,
                *task.asked,
                task.state,
                task.needed,
                task.round,
                len(task.votes),
                sorted(task.barred),
                [[vote.user, vote.principal] for vote in task.votes],
            ]
            for task in twin.tasks
        ],
        [
            [
                event.name,
                event.user,
                event.principal,
                event.stage_from,
                event.stage_to,
                event.comment,
            ]
            for event in twin.events
        ],
    ]
