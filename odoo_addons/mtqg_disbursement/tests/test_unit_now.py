from lxml import etree

from odoo import Command
from odoo.tests import tagged

from .common import MtqgCommon


class EndedDistrict(MtqgCommon):
    """The district got 1,000, paid 400 of it, and 100 of 500 for a road; it ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = cls._assign_root(10_000)
        cls.held = cls._allocate(cls.root, cls.district, 1_000)
        cls.road = cls.env["mtqg.project"].create(
            {
                "name": "Road",
                "code": "T-ROAD",
                "unit_id": cls.district.id,
                "program_id": cls.program.id,
            }
        )
        cls.roadside = cls._allocate(
            cls.root, cls.district, 500, project=cls.road, program=cls.program
        )
        cls.voucher = cls._pay_district(cls.held, 400)
        cls.road_voucher = cls._pay_district(cls.roadside, 100)

    @classmethod
    def _pay_district(cls, balance, amount):
        voucher = cls._make_voucher(balance, "completed", amount, user=cls.officer_d)
        voucher.sudo().treasury_unit_id = cls.treasury
        return cls._approve(voucher, cls.leader_d, cls.treasurer)

    def _hand_over(self, shares, road=None):
        """Let the district end on 30/06/2025; shares by name of the commune."""
        decision = self._make_decision(
            kind="hand_over",
            user=self.finance_p,
            predecessor_id=self.district.id,
            date="2025-07-01",
            heir_ids=[
                Command.create(
                    {
                        "successor_id": self[name].id,
                        "share": share,
                        "project_ids": [
                            Command.set(
                                self.road.ids if name == (road or min(shares)) else []
                            )
                        ],
                    }
                )
                for name, share in shares.items()
            ],
        )
        self._approve(decision)
        self.env.invalidate_all()
        return decision

    def __getitem__(self, name):
        return getattr(self, f"commune_{name}")

    def _succeed(self, predecessor, successor, date="2025-08-01"):
        """Record a succession without a decision."""
        heir = self.env["mtqg.unit.succession"].create(
            {
                "predecessor_id": predecessor.id,
                "successor_id": successor.id,
                "date": date,
                "reference": "2/NQ",
            }
        )
        self.env.invalidate_all()
        return heir


@tagged("post_install", "-at_install")
class TestUnitNow(EndedDistrict):
    """Every list shows rows as organised then and as responsible now."""

    def _spent_by(self, axis):
        """Return {unit: đồng} of what the balances of this story have disbursed."""
        groups = (
            self.env["mtqg.allocation"]
            .with_user(self.inspector_p)
            ._read_group(
                [("id", "child_of", self.root.id)], [axis], ["amount_disbursed:sum"]
            )
        )
        return {unit: spent for unit, spent in groups if spent}

    def test_both_are_the_same_while_nobody_ended(self):
        self.assertEqual(self._spent_by("unit_id"), {self.district: 500})
        self.assertEqual(self._spent_by("unit_now_id"), {self.district: 500})

    def test_the_successor_answers_for_what_was_paid_before(self):
        self._hand_over({"a": 1})
        self.assertEqual(self._spent_by("unit_id"), {self.district: 500})
        self.assertEqual(self._spent_by("unit_now_id"), {self.commune_a: 500})

    def test_a_project_tells_its_successor_and_the_rest_is_the_common_superior_s(self):
        self._hand_over({"a": 3, "b": 2, "c": 2}, road="b")
        self.assertEqual(
            self._spent_by("unit_now_id"), {self.province: 400, self.commune_b: 100}
        )

    def test_entries_and_vouchers_go_with_their_balance(self):
        self._hand_over({"a": 3, "b": 2}, road="b")
        for model in ("mtqg.entry", "mtqg.disbursement"):
            completed = [
                ("kind", "=", "completed"),
                ("allocation_id", "in", (self.held | self.roadside).ids),
            ]
            now, then = (
                dict(
                    self.env[model]
                    .with_user(self.inspector_p)
                    ._read_group(completed, [axis], ["amount:sum"])
                )
                for axis in ("unit_now_id", "unit_id")
            )
            self.assertEqual(then, {self.district: 500}, model)
            self.assertEqual(now, {self.province: 400, self.commune_b: 100}, model)

    def test_every_list_counts_the_same_on_both_axes(self):
        self.env["mtqg.deadline.rule"].with_user(self.finance_p).load_preset(
            "quang_nam_2024", self.province.id, 2024
        )
        self._hand_over({"a": 3, "b": 2, "c": 2}, road="b")
        self.env["mtqg.forecast"]._refresh_if_stale()
        filled = {"mtqg.allocation", "mtqg.deadline", "mtqg.forecast", "mtqg.entry"}
        self.assertLessEqual(filled, set(self._list_models()))
        for model in self._list_models():
            rows = self.env[model].with_user(self.inspector_p)
            total = rows.search_count([])
            for axis in ("unit_id", "unit_now_id"):
                if axis not in rows._fields:
                    continue
                with self.subTest(model=model, axis=axis):
                    groups = rows._read_group([], [axis], ["__count"])
                    self.assertEqual(sum(count for _unit, count in groups), total)
                    for unit, count in groups:
                        self.assertEqual(
                            rows.search_count([(axis, "=", unit.id)]), count
                        )
            self.assertTrue(total or model not in filled, model)
            seen = rows.search([], order="unit_now_id, id")
            groups = rows._read_group([], ["unit_now_id"], ["id:recordset"])
            for unit, members in groups:
                self.assertEqual(members.unit_now_id, unit, model)
            self.assertEqual(sum(len(m) for _u, m in groups), len(seen))

    def test_heirs_of_heirs_answer_in_the_end(self):
        self._hand_over({"a": 1})
        self._succeed(self.commune_a, self.commune_c)
        self.assertEqual(self._spent_by("unit_now_id"), {self.commune_c: 500})
        self.assertEqual(self.held.unit_now_id, self.commune_c)
        self.assertEqual(self.district.unit_now_id, self.commune_c)
        self._succeed(self.commune_c, self.district)
        self.assertEqual(self.held.unit_now_id, self.district, "a circle ends nowhere")

    def test_a_succession_counts_from_its_day_on(self):
        heir = self._succeed(self.district, self.commune_a, date="2099-01-01")
        self.assertEqual(self.held.unit_now_id, self.district)
        heir.date = "2025-07-01"
        self.env.invalidate_all()
        self.assertEqual(self.held.unit_now_id, self.commune_a)

    def test_a_reversed_hand_over_moves_nobody(self):
        decision = self._hand_over({"a": 1})
        self.assertEqual(self.held.unit_now_id, self.commune_a)
        reversal = decision.browse(decision.action_reverse("Error")["res_id"])
        self.assertEqual(self.held.unit_now_id, self.commune_a)
        self._approve(reversal.with_user(self.finance_p))
        self.env.invalidate_all()
        self.assertEqual(self.held.unit_now_id, self.district)

    def test_a_superior_that_ended_itself_answers_for_nothing(self):
        # both communes still stand below the district that they succeed
        self._succeed(self.district, self.commune_a, date="2025-07-01")
        self._succeed(self.district, self.commune_b, date="2025-07-01")
        self.assertEqual(self.held.unit_now_id, self.province)
        self.province.date_to = "2025-12-31"
        self.env.invalidate_all()
        self.assertEqual(self.held.unit_now_id, self.district, "nobody is left")

    def test_it_is_searched_below_a_unit(self):
        self._hand_over({"a": 1})
        Allocation = self.env["mtqg.allocation"].with_user(self.inspector_p)
        for domain, found in (
            ([("unit_now_id", "child_of", self.commune_a.id)], True),
            ([("unit_now_id", "child_of", "Unit A")], True),
            ([("unit_now_id", "child_of", self.district_2.id)], False),
            ([("unit_now_id", "ilike", "Unit A")], True),
            ([("unit_now_id.code", "=", "T-A")], True),
            ([("unit_now_id", "not in", self.commune_a.ids)], False),
            ([("unit_now_id", "!=", False)], True),
            ([("unit_now_id", "in", [False, self.commune_a.id])], True),
            ([("unit_now_id", "=", False)], False),
            ([("unit_now_id", "in", [])], False),
            ([("unit_now_id", "=", 2**70)], False),
        ):
            rows = Allocation.search(domain)
            self.assertEqual(self.held in rows, found, domain)

    def test_one_question_answers_for_all_rows(self):
        self._hand_over({"a": 3, "b": 2})
        for model in ("mtqg.allocation", "mtqg.entry", "mtqg.disbursement"):
            rows = self.env[model].search([])
            self.assertGreater(len(rows), 1)
            self.env.flush_all()
            with self.assertQueryCount(1):
                rows.mapped("unit_now_id")

    # === WHO SEES WHAT === #

    def test_a_name_outside_one_s_subtree_stays_hidden(self):
        self._hand_over({"c": 1})
        own = self.held.with_user(self.officer_d)
        ((_id, name),) = [row["unit_now_id"] for row in own.read(["unit_now_id"])]
        self.assertEqual(name, "—")
        mine = [("id", "in", (self.held | self.roadside).ids)]
        (group,) = own.formatted_read_group(mine, ["unit_now_id"], ["__count"])
        self.assertEqual((group["unit_now_id"][1], group["__count"]), ("—", 2))
        self.assertEqual(own.search_count(group["__extra_domain"] + mine), 2)
        for secret in ("name", "display_name", "code"):
            guess = [(f"unit_now_id.{secret}", "ilike", self.commune_c[secret])]
            self.assertFalse(own.search(guess), secret)
        for operator in ("ilike", "=", "child_of", "parent_of"):
            guess = [("unit_now_id", operator, self.commune_c.display_name)]
            self.assertFalse(own.search(guess), operator)

    def test_nobody_sees_more_rows_than_before(self):
        before = self._list_seen()
        self._succeed(self.district, self.commune_a, date="2025-07-01")
        self.assertEqual(self._list_seen(), before)
        Allocation = self.env["mtqg.allocation"].with_user(self.viewer_a)
        self.assertFalse(Allocation.search([("unit_now_id", "=", self.commune_a.id)]))

    def _list_seen(self):
        people = (self.viewer_a, self.officer_d, self.treasurer, self.inspector_p)
        return {
            (model, user.login): self.env[model].with_user(user).search([]).ids
            for model in ("mtqg.allocation", "mtqg.entry", "mtqg.disbursement")
            for user in people
        }

    # === SCREENS === #

    def _list_models(self):
        found = [
            name
            for name, model in self.env.registry.items()
            if not model._abstract and "unit_now_id" in model._fields
        ]
        self.assertIn("mtqg.allocation", found)
        return sorted(found)

    def test_every_list_by_unit_offers_both(self):
        groupings = {}
        for view in self.env["ir.ui.view"].search(
            [("type", "=", "search"), ("model", "=like", "mtqg.%")]
        ):
            arch = etree.fromstring(view.arch)
            contexts = " ".join(arch.xpath("//filter/@context"))
            groupings.setdefault(view.model, []).append(contexts)
        offered = {model: " ".join(texts) for model, texts in groupings.items()}
        then = {model for model, text in offered.items() if "'unit_id'" in text}
        now = {model for model, text in offered.items() if "'unit_now_id'" in text}
        self.assertEqual(then - now, {"mtqg.deadline.rule"}, "a rule is no fact")
        self.assertFalse(set(self._list_models()) - now)
