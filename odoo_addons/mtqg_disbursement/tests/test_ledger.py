import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MtqgCommon


@tagged("post_install", "-at_install")
class TestLedger(MtqgCommon):
    """Capital comes in, goes down the levels, is paid, and always adds up."""

    def test_capital_goes_down_the_levels(self):
        root = self._assign_root(1_000)
        district = self._allocate(root, self.district, 600)
        commune = self._allocate(district, self.commune_a, 250, program=self.content)
        self.assertBalance(root, assigned=1_000, allocated=600, available=400)
        self.assertBalance(district, assigned=600, allocated=250, available=350)
        self.assertBalance(commune, assigned=250, available=250, tabmis=250)
        self.assertEqual(commune.parent_path, f"{root.id}/{district.id}/{commune.id}/")
        self.assertLedgerWhole()

    def test_second_decision_tops_up_the_same_balance(self):
        root = self._assign_root(1_000)
        first = self._allocate(root, self.district, 100)
        second = self._allocate(root, self.district, 50, kind="supplement")
        self.assertEqual(first, second)
        self.assertBalance(first, assigned=150)

    def test_origin_year_stays_on_the_money(self):
        root = self._assign_root(1_000, kind="carry_over", origin_year=2022)
        below = self._allocate(root, self.district, 400)
        self.assertEqual((below.origin_year, below.plan_year), (2022, 2024))
        self.assertEqual(root.entry_ids.kind, "carry_in")

    def test_adjustment_moves_between_units(self):
        root = self._assign_root(1_000)
        slow = self._allocate(root, self.district, 600, tabmis=False)
        fast = self._allocate(root, self.district_2, 300, tabmis=False)
        self._approve(
            self._make_decision(
                {"allocation_id": slow.id, "amount": -200},
                {"allocation_id": fast.id, "amount": 200},
                kind="adjust",
            )
        )
        self.assertBalance(root, allocated=900)
        self.assertBalance(slow, assigned=400)
        self.assertBalance(fast, assigned=500)
        self.assertLedgerWhole()

    def test_recall_gives_back_to_the_parent(self):
        root = self._assign_root(1_000)
        below = self._allocate(root, self.district, 600)
        self._approve(
            self._make_decision(
                {"allocation_id": below.id, "amount": 100}, kind="recall"
            )
        )
        self.assertBalance(root, allocated=500, available=500)

    def test_overdraft_is_refused_by_name_before_posting(self):
        root = self._assign_root(1_000)
        decision = self._make_decision(
            {"parent_id": root.id, "unit_id": self.district.id, "amount": 1_001}
        )
        with self.assertRaisesRegex(UserError, "T-P.*1 đồng too few"):
            decision.action_submit()
        self.assertEqual(decision.workflow_state, "draft")

    def test_counters_refuse_raw_sql(self):
        root = self._assign_root(1_000)
        for statement in (
            "UPDATE mtqg_allocation SET amount_assigned = 9 WHERE id = %s",
            "UPDATE mtqg_allocation SET unit_id = unit_id + 1 WHERE id = %s",
            "UPDATE mtqg_entry SET amount = 9 WHERE allocation_id = %s",
            "DELETE FROM mtqg_entry WHERE allocation_id = %s",
            """INSERT INTO mtqg_entry (allocation_id, kind, amount, date, user_id)
               VALUES (%s, 'advance', 1001, '2024-01-01', 1)""",
        ):
            with (
                self.subTest(statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [root.id])

    def test_entries_cannot_be_truncated(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            self.env.cr.execute("TRUNCATE mtqg_entry CASCADE")

    def test_entries_and_balances_are_written_by_nobody(self):
        root = self._assign_root(1_000)
        entry = root.entry_ids
        for user in (self.officer_p, self.finance_p, self.manager_x):
            with self.assertRaises(UserError):
                entry.with_user(user).write({"amount": 2})
            with self.assertRaises(UserError):
                entry.with_user(user).unlink()
            with self.assertRaises(UserError):
                root.with_user(user).write({"amount_assigned": 2})
            with self.assertRaises(UserError):
                self.env["mtqg.allocation"].with_user(user).create(
                    {"unit_id": self.province.id}
                )
        with self.assertRaises(UserError):
            entry.sudo().write({"amount": 2})

    def test_posted_decision_refuses_raw_sql(self):
        root = self._assign_root(1_000)
        decision = root.entry_ids.decision_id
        for table, column, ids in (
            ("mtqg_decision", "date = '2023-01-01'", decision.ids),
            ("mtqg_decision_line", "amount = 5", decision.line_ids.ids),
        ):
            with (
                self.subTest(table),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self.env.cr.execute(f"UPDATE {table} SET {column} WHERE id = %s", ids)

    def test_reversal_keeps_the_period_and_gives_a_reason(self):
        root = self._assign_root(1_000)
        original = root.entry_ids.decision_id
        action = original.with_user(self.officer_p).action_reverse()
        reversal = (
            self.env["mtqg.decision"].with_user(self.officer_p).browse(action["res_id"])
        )
        with self.assertRaisesRegex(UserError, "reason"):
            reversal.action_submit()
        reversal.reason = "Wrong program"
        self._approve(reversal)
        self.assertBalance(root, assigned=0)
        self.assertEqual(set(root.entry_ids.mapped("date")), {original.date})
        self.assertTrue(original.is_reversed)
        with self.assertRaisesRegex(UserError, "already has a reversal"):
            original.with_user(self.officer_p).action_reverse("again")
        self.assertLedgerWhole()

    def test_reversal_of_used_capital_is_refused(self):
        root = self._assign_root(1_000)
        self._allocate(root, self.district, 600)
        original = root.entry_ids.decision_id
        reversal = (
            self.env["mtqg.decision"]
            .with_user(self.officer_p)
            .browse(
                original.with_user(self.officer_p).action_reverse("Mistake")["res_id"]
            )
        )
        with self.assertRaisesRegex(UserError, "600 đồng too few"):
            reversal.action_submit()

    def test_lines_of_a_reversal_are_closed(self):
        root = self._assign_root(1_000)
        original = root.entry_ids.decision_id.with_user(self.officer_p)
        reversal = original.browse(original.action_reverse("Mistake")["res_id"])
        with self.assertRaisesRegex(UserError, "mirrors"):
            reversal.line_ids.write({"amount": 1})

    def test_program_of_a_balance_stays_inside_its_parent(self):
        root = self._assign_root(1_000)
        decision = self._make_decision(
            {
                "parent_id": root.id,
                "unit_id": self.district.id,
                "program_id": self.other_program.id,
                "amount": 10,
            }
        )
        with self.assertRaisesRegex(UserError, "not part of NTM"):
            decision.action_submit()

    def test_issuer_decides_on_his_own_subtree_only(self):
        root = self._assign_root(1_000)
        district = self._allocate(root, self.district, 600)
        decision = self._make_decision(
            {"parent_id": district.id, "unit_id": self.commune_c.id, "amount": 10},
            user=self.officer_p,
            unit=self.district,
        )
        with self.assertRaisesRegex(UserError, "decides only on capital of its own"):
            decision.action_submit()

    def test_ended_unit_gets_no_capital(self):
        root = self._assign_root(1_000)
        self.district.date_to = "2024-01-01"
        decision = self._make_decision(
            {"parent_id": root.id, "unit_id": self.district.id, "amount": 10}
        )
        with self.assertRaisesRegex(UserError, "ended on 01/01/2024"):
            decision.action_submit()

    def test_balance_at_a_date_and_as_known(self):
        root = self._assign_root(1_000, date="2024-01-10")
        self._assign_root(500, kind="supplement", date="2024-10-05")
        (march,) = root.balance_at("2024-03-31")
        (december,) = root.balance_at("2024-12-31")
        self.assertEqual((march["id"], march["amount_assigned"]), (root.id, 1_000))
        self.assertEqual(december["amount_available"], 1_500)
        (unknown,) = root.balance_at("2024-12-31", known_at="2020-01-01 00:00:00")
        self.assertEqual(unknown["amount_assigned"], 0)

    def test_posting_takes_the_same_statements_for_any_number_of_lines(self):
        root = self._assign_root(1_000_000)
        counts = []
        for size in (2, 40):
            lines = [
                {
                    "parent_id": root.id,
                    "unit_id": self.district.id,
                    "program_id": self.content.id,
                    "amount": 1 + number,
                }
                for number in range(size)
            ]
            decision = self._make_decision(*lines)
            decision.action_submit()
            self.env.invalidate_all()
            with self.assertQueryCount(__system__=200):
                start = self.cr.sql_log_count
                decision.with_user(self.leader_p).action_approve()
                counts.append(self.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 3)


@tagged("post_install", "-at_install")
class TestTabmis(MtqgCommon):
    """Capital is paid only after it was entered in TABMIS."""

    def test_enters_what_is_missing_by_default(self):
        root = self._assign_root(1_000)
        root.with_user(self.officer_p).enter_tabmis(amount=400, reference="TB-1")
        root.with_user(self.finance_p).enter_tabmis()
        self.assertBalance(root, tabmis=1_000, tabmis_missing=0)

    def test_never_more_than_assigned(self):
        root = self._assign_root(1_000)
        with self.assertRaisesRegex(UserError, "only 1.000 đồng"):
            root.with_user(self.finance_p).enter_tabmis(amount=1_001)

    def test_leaders_and_viewers_do_not_enter(self):
        root = self._assign_root(1_000)
        with self.assertRaisesRegex(UserError, "Your role"):
            root.with_user(self.leader_p).enter_tabmis()
