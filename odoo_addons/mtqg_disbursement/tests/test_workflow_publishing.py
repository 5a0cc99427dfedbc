from odoo.exceptions import UserError
from odoo.tests import tagged

from .approver_case import ApproverCase


@tagged("post_install", "-at_install")
class TestPublishing(ApproverCase):
    """No version is published whose steps would find nobody."""

    EMPTY = {"fallback_group_id": False}

    def assertRefused(self, words, *steps, **values):
        workflow = self._make_workflow(*steps, **values)
        with self.assertRaisesRegex(UserError, words):
            workflow.action_publish()
        self.assertEqual(workflow.state, "draft")

    def assertPublished(self, *steps, **values):
        self.assertEqual(self._publish(*steps, **values).state, "published")

    def _only(self, *units):
        """Return the condition of a workflow that these units alone take."""
        ids = [unit.id for unit in units]
        return f"[('unit_id', 'in', {ids})]"

    def test_a_step_that_finds_nobody_names_its_units(self):
        level = {"kind": "level_leader", "level": "ministry"}
        here = self._only(self.commune_a, self.commune_c)
        self.assertRefused(
            "“Step 1” of “approve” finds nobody for Unit A, Unit C",
            {**level, **self.EMPTY},
            condition=here,
        )
        self.assertPublished(level, condition=here)
        self.assertRefused(r"\(\+\d+\)", {**level, **self.EMPTY})

    def test_a_fallback_group_needs_somebody_in_it(self):
        level = {"kind": "level_leader", "level": "ministry"}
        group = self.env["res.groups"].create({"name": "Duty"})
        step = {**level, "fallback_group_id": group.id}
        self.assertRefused("finds nobody", step)
        self.leader_p.group_ids += group
        self.assertPublished(step)

    def test_units_upwards_are_looked_at(self):
        step = {"kind": "unit_leader", **self.EMPTY}
        everybody = self._only(self.commune_a, self.commune_c, self.province)
        self.assertPublished(step, condition=everybody)
        self.leader_p.active = False
        self.assertRefused("finds nobody for Unit P, Unit C", step, condition=everybody)

    def test_a_committee_needs_enough_members(self):
        step = {"kind": "unit_leader", "quorum": "some", "needed": 2, **self.EMPTY}
        here = self._only(self.commune_a)
        self.assertRefused("finds nobody for Unit A", step, condition=here)
        self._person("leader_p2", "leader", self.province)
        self.assertPublished(step, condition=here)

    def test_two_steps_for_one_person_are_one_too_many(self):
        steps = [{"kind": "unit_leader", "sequence": n, **self.EMPTY} for n in (1, 2)]
        here = self._only(self.province)
        self.assertRefused("“Step 2” .*finds nobody for Unit P", *steps, condition=here)
        steps[1]["bar_earlier"] = False
        self.assertPublished(*steps, condition=here)

    def test_conditions_on_the_unit_say_which_units_ask(self):
        only = f"[('unit_id.parent_id', '=', {self.district.id})]"
        step = {"kind": "level_leader", "level": "district", **self.EMPTY}
        self.assertRefused("finds nobody for", step)
        self.assertPublished({**step, "condition": only})

    def test_units_that_have_ended_do_not_ask(self):
        step = {"kind": "unit_leader", **self.EMPTY}
        here = self._only(self.commune_a, self.commune_c)
        self.leader_p.active = False
        self.assertRefused("finds nobody for Unit C", step, condition=here)
        self.commune_c.date_to = "2020-12-31"
        self.assertPublished(step, condition=here)

    def test_earlier_rows_of_a_decision_table_take_their_units(self):
        step = {"kind": "level_leader", "level": "province", **self.EMPTY}
        here = self._only(self.commune_a, self.province)
        workflow = self._make_workflow(step, condition=here)
        with self.assertRaisesRegex(UserError, "finds nobody for Unit P"):
            workflow.action_publish()
        row = workflow.transition_ids.filtered(lambda t: t.kind == "approve")
        first = row.copy({"when_unit_kind": "province", "sequence": 1})
        first.step_ids.kind = "unit_leader"
        workflow.action_publish()
        self.assertEqual(workflow.state, "published")

    def test_a_named_user_sees_what_he_decides_on(self):
        here = self._only(self.commune_a, self.commune_b)
        step = {"kind": "user", "user_id": self.leader_a.id}
        self.assertRefused(
            "asks t_leader_a.*cannot see the documents of Unit B", step, condition=here
        )
        self.assertPublished(step, condition=self._only(self.commune_a))
        outside = self.env["res.users"].create({"name": "outside", "login": "outside"})
        self.assertRefused(
            "asks outside, who cannot see documents",
            {"kind": "user", "user_id": outside.id},
        )
        self.assertPublished(
            {"kind": "user", "user_id": self.treasurer.id},
            condition=self._only(self.commune_a),
        )

    def test_a_field_names_a_stored_unit_or_user(self):
        group = self._group("leader")
        for name in (
            "number",
            "line_ids",
            "nothing",
            "reversal_of_id",
            "activity_user_id",
        ):
            self.assertRefused(
                f"“{name}” is no stored field",
                {"kind": "field", "field_name": name, "group_id": group},
            )
        self.assertRefused(
            "“unit_id” names a unit. Name the group",
            {"kind": "field", "field_name": "unit_id"},
        )
        self.assertPublished(
            {"kind": "field", "field_name": "unit_id", "group_id": group}
        )
        self.assertPublished({"kind": "field", "field_name": "workflow_editor_id"})

    def test_a_field_names_only_units_of_its_own_domain(self):
        step = {
            "kind": "field",
            "field_name": "treasury_unit_id",
            "group_id": self._group("treasury"),
            **self.EMPTY,
        }
        # a voucher need not have a Treasury office
        self.assertRefused("finds nobody for", step, model="mtqg.disbursement")

    def test_checking_all_units_takes_a_query_a_step(self):
        workflow = self._make_workflow(
            {"kind": "unit_leader", **self.EMPTY},
            {"kind": "superior_leader", "sequence": 20, **self.EMPTY},
        )
        workflow._find_approver_faults()
        self.env.flush_all()
        with self.assertQueryCount(__system__=2):
            workflow._list_cases()
