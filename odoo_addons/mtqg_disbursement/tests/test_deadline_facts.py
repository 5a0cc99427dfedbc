"""Deadlines kept with every posting: the day met, the digest, the view and its cost."""

import random
from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from ..clock import today_vn
from ..engine import deadlines as reference
from ..engine.ledger import Entry, compute_deltas, empty_balance
from ..store import deadline_view, deadlines, ledger
from .deadline_common import DeadlineCommon

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestFacts(DeadlineCommon):
    """What the view tells is what the entries say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.year = today_vn().year
        cls.rule = cls._make_rule()
        cls.balance = cls._allocate(
            cls._assign_root(1_000, plan_year=cls.year, origin_year=cls.year),
            cls.commune_a,
            1_000,
            plan_year=cls.year,
        )

    @classmethod
    def _make_rule(cls, **values):
        due = values.pop("due", date(cls.year, 12, 31))
        rule = cls.Rule.with_user(cls.finance_p).create(
            {
                "name": "Disburse",
                "code": f"T-{cls.Rule.search_count([])}",
                "unit_id": cls.province.id,
                "plan_year": cls.year,
                "measure": "disbursed",
                "legal_basis": "Test (01/01/2024)",
                "due_day": due.day,
                "due_month": due.month,
                "due_year_offset": due.year - cls.year,
                "warning_days": 10,
                **values,
            }
        )
        rule.action_switch_on()
        return rule.sudo()

    def _fact(self, rule=None, balance=None):
        return self.Deadline.search(
            [
                ("rule_id", "=", (rule or self.rule).id),
                ("allocation_id", "=", (balance or self.balance).id),
            ]
        )

    def _pay_on(self, amount, day, kind="completed"):
        self._pay(self.balance, kind, amount, date=day)
        self.env.invalidate_all()

    def test_the_state_changes_with_the_payment_that_meets_it(self):
        yesterday = today_vn() - DAY
        self.assertFalse(self._fact().date_met)
        self.assertEqual(self._fact().amount_missing, 1_000)
        self._pay_on(999, yesterday)
        self.assertEqual(self._fact().amount_missing, 1)
        self._pay_on(1, yesterday)
        fact = self._fact()
        self.assertEqual((fact.state, fact.date_met), ("met", yesterday))
        self.assertEqual(fact.amount_missing, 0)

    def test_more_capital_reopens_and_less_meets(self):
        root = self.balance.parent_id
        self._pay_on(600, today_vn() - 3 * DAY)
        line = {"allocation_id": self.balance.id, "amount": 400}
        recall = self._make_decision(
            line, kind="recall", date=today_vn() - DAY, plan_year=self.year
        )
        self._approve(recall)
        self.env.invalidate_all()
        self.assertEqual(self._fact().date_met, today_vn() - DAY)
        self._approve(
            self._make_decision(
                line, kind="supplement", date=today_vn(), plan_year=self.year
            )
        )
        self.env.invalidate_all()
        self.assertFalse(self._fact().date_met)
        self.assertFalse(self._fact(balance=root), "all of it is passed on")

    def test_a_reversal_takes_the_day_met_back(self):
        voucher = self._pay(self.balance, "completed", 1_000, date=today_vn() - DAY)
        self.assertTrue(self._fact().date_met)
        reversal = voucher.browse(voucher.action_reverse("Paid twice")["res_id"])
        self._approve(reversal, self.leader_a, self.treasurer)
        self.env.invalidate_all()
        self.assertFalse(self._fact().date_met)

    def test_the_state_at_the_borders_of_its_days(self):
        today = today_vn()
        for days, state in (
            (-1, "overdue"),
            (0, "at_risk"),
            (10, "at_risk"),
            (11, "on_track"),
        ):
            rule = self._make_rule(due=today + days * DAY)
            fact = self._fact(rule)
            self.assertEqual((fact.state, fact.days_left), (state, days))
        rows = self.Deadline.state_at(today.isoformat())
        live = {d.id: d.state for d in self.Deadline.search([])}
        self.assertEqual({row["id"]: row["state"] for row in rows}, live)

    def test_a_payment_dated_tomorrow_does_not_count_today(self):
        self._pay_on(1_000, today_vn() + DAY)
        fact = self._fact()
        self.assertEqual(fact.date_met, today_vn() + DAY)
        self.assertIn(fact.state, ("on_track", "at_risk"))

    def test_midnight_is_midnight_in_hanoi(self):
        for moment, day in (
            ("2024-06-30 16:59:59+00", date(2024, 6, 30)),
            ("2024-06-30 17:00:00+00", date(2024, 7, 1)),
        ):
            sql = deadline_view.today_in_hanoi(f"timestamptz '{moment}'")
            self.assertEqual(self.env.execute_query(SQL("SELECT %s", sql)), [(day,)])

    def test_groups_by_state_unit_and_rule_add_up(self):
        Deadline = self.Deadline.with_user(self.finance_p)
        for group in ("state", "unit_id", "rule_id", "date_due:month"):
            rows = Deadline._read_group([], [group], ["__count", "amount_missing:sum"])
            self.assertEqual(sum(row[1] for row in rows), Deadline.search_count([]))

    def test_a_raw_entry_is_found_by_the_pass_over_all(self):
        self.env.cr.execute(
            SQL(
                """INSERT INTO mtqg_entry (allocation_id, kind, amount, date)
                   VALUES (%s, 'completed', 1000, %s)""",
                self.balance.id,
                today_vn(),
            )
        )
        self.env.invalidate_all()
        self.assertFalse(self._fact().date_met)
        self.assertEqual(deadlines.keep_all_facts(self.env), 1)
        self.assertEqual(self._fact().date_met, today_vn())
        self.assertEqual(deadlines.keep_all_facts(self.env), 0)

    def test_a_posting_costs_the_same_for_any_number_of_balances(self):
        roots = [
            self._assign_root(
                1_000,
                plan_year=self.year,
                origin_year=self.year - age,
                number=f"N{age}",
                source=source,
            )
            for age in range(4)
            for source in ("central", "province", "other")
        ]
        rows = [
            {
                "allocation_id": balance.id,
                "kind": "completed",
                "amount": 1,
                "date": today_vn(),
                "reference": "many",
            }
            for balance in (self.balance, *roots)
        ]
        # nothing is met: one statement looks at all of them
        for some in (rows[:1], rows):
            ledger.insert_entries(self.env, some)
            entries = [
                (row["allocation_id"], "completed", row["date"], None) for row in some
            ]
            with self.assertQueryCount(2):
                deadlines.follow_entries(self.env, entries)
        # all of them are met: one more keeps that
        for row in rows:
            row["amount"] = 1_000 - (2 if row is rows[0] else 1)
        for some in (rows[:1], rows[1:]):
            with self.assertQueryCount(4):
                ledger.insert_entries(self.env, some)
            self.env.invalidate_all()
            for row in some:
                balance = self.env["mtqg.allocation"].browse(row["allocation_id"])
                self.assertEqual(self._fact(balance=balance).date_met, today_vn())

    def test_a_payment_of_an_earlier_day_brings_the_day_met_forward(self):
        """Not from the day it is entered on, and not where it is of a later day."""
        today = today_vn()
        half = self._make_rule(threshold=50)
        self._pay_on(400, today - 9 * DAY)
        self._pay_on(200, today - 3 * DAY)
        self.assertEqual(self._fact(half).date_met, today - 3 * DAY)
        self._pay_on(10, today - 2 * DAY)
        self.assertEqual(self._fact(half).date_met, today - 3 * DAY)
        self._pay_on(90, today - 6 * DAY)
        self.assertEqual(self._fact(half).date_met, today - 3 * DAY)
        self._pay_on(10, today - 6 * DAY)
        self.assertEqual(self._fact(half).date_met, today - 6 * DAY)

    def test_random_histories_agree_with_the_reference(self):
        """The statement of the database against ``engine.deadlines``, per day met."""
        rules = [
            self._make_rule(measure=measure, threshold=threshold)
            for measure, threshold in (
                ("disbursed", 50),
                ("disbursed", 33.33),
                ("tabmis", 100),
                ("allocated", 100),
                ("recovered", 80),
            )
        ]
        dice = random.Random(20240630)
        for number in range(30):
            root = self._assign_root(
                1_000,
                plan_year=self.year,
                origin_year=self.year - 1 - number % 3,
                source=dice.choice(("central", "province", "other")),
                program=dice.choice((self.program, self.content, self.other_program)),
                unit=dice.choice((self.province, self.commune_b, self.district)),
                number=f"R{number}",
            )
            self._play(root, dice)
            for rule in (self.rule, *rules):
                self._assert_as_reference(rule, root)

    def _play(self, balance, dice):
        """Append random entries that the ledger accepts, at random days."""
        for _number in range(dice.randrange(8)):
            kind = dice.choice(
                ("advance", "completed", "recover", "tabmis", "supplement")
            )
            row = {
                "allocation_id": balance.id,
                "kind": kind,
                "amount": dice.randrange(1, 500),
                "date": date(self.year, 1, 15) + dice.randrange(90) * DAY,
                "reference": "random",
            }
            Allocation = self.env["mtqg.allocation"].sudo()
            if not Allocation._find_overdrafts(
                [Entry(balance.id, kind, row["amount"])]
            ):
                ledger.insert_entries(self.env, [row])

    def _assert_as_reference(self, rule, balance):
        balance.invalidate_recordset()
        counters, days = empty_balance(), {}
        for entry in balance.entry_ids.sorted("date"):
            for name, amount in compute_deltas(
                [Entry(balance.id, entry.kind, entry.amount)], {balance.id: None}
            )[balance.id].items():
                counters[name] += amount
            days[entry.date] = reference.measure(
                rule.measure,
                reference.Balance(
                    dict(counters), balance.unit_id.kind in ("commune", "owner"), False
                ),
            )
        expected = reference.find_date_met(days.items(), round(rule.threshold * 100))
        found = self._fact(rule, balance)
        last = list(days.values())[-1]
        self.assertEqual(bool(found), last.asked)
        if found:
            self.assertEqual(found.date_met or None, expected, rule.measure)
            asked = reference.required(last.base, round(rule.threshold * 100))
            self.assertEqual(found.amount_required, asked)
            self.assertEqual(found.amount_reached, last.reached)
