from freezegun import freeze_time

from odoo.tests import tagged

from .commitment_case import MILLION, CommitmentCase


@tagged("post_install", "-at_install")
class TestFigures(CommitmentCase):
    """Promised stands beside disbursed, for any date and as it was known."""

    def _committed(self, date, domain=(), user=None, **options):
        measure = self.env["mtqg.measure"].with_user(user or self.officer_p)
        scope = [("unit_id", "child_of", self.province.id), *domain]
        return measure.value("committed", scope, date, **options)["numerator"]

    def _see(self, model):
        """Return a model as the province of this story sees it."""
        return self.env[model].with_user(self.inspector_p)

    def test_a_promise_is_due_on_the_last_day_of_its_month(self):
        self._sign(self._make({3: 10, 6: 50, 13: 5}))
        figures = [
            self._committed(date)
            for date in ("2024-04-04", "2024-06-29", "2024-06-30", "2025-01-31")
        ]
        # nothing was promised before the day of the commitment
        self.assertEqual(figures, [0, 10 * MILLION, 60 * MILLION, 65 * MILLION])

    def test_a_draft_promises_nothing(self):
        self._make().action_submit()
        self.assertEqual(self._committed("2024-12-31"), 0)

    def test_only_what_the_scope_holds_counts(self):
        self._sign(
            self._make(
                line_ids=self._prepare({6: 20})
                + self._prepare({6: 30}, origin_year=2022)
            )
        )
        date = "2024-06-30"
        for domain, million in (
            ([("origin_year", "=", 2022)], 30),
            ([("unit_id", "=", self.commune_a.id)], 50),
            ([("unit_id", "=", self.commune_b.id)], 0),
            # balances below those of the scope count
            ([("parent_id", "=", False)], 50),
            ([("program_id", "=", self.other_program.id)], 0),
        ):
            self.assertEqual(self._committed(date, domain), million * MILLION, domain)
        self.assertEqual(self._committed(date, user=self.officer_b), 0)

    def test_the_version_that_was_in_force_and_known(self):
        with freeze_time("2024-04-05 03:00:00"):
            signed = self._sign(self._make({3: 10, 6: 50}))
        with freeze_time("2024-07-05 03:00:00"):
            draft = signed.browse(signed.action_replan("Rain")["res_id"])
            draft.write(
                {"shortfall_reason": "Rain", "line_ids": self._prepare({8: 40})}
            )
            self._sign(draft)
        august = "2024-08-31"
        self.assertEqual(self._committed(august), 100 * MILLION)
        self.assertEqual(self._committed("2024-06-30"), 60 * MILLION)
        self.assertEqual(
            self._committed(august, known_at="2024-07-01 00:00:00"), 60 * MILLION
        )
        self.assertEqual(self._committed(august, known_at="2024-04-01 00:00:00"), 0)

    def test_deviation_by_month_and_leader(self):
        self._sign(self._make({3: 10, 6: 50}))
        self._pay(self.balance, "advance", 4 * MILLION, date="2024-03-10")
        refund = self._make_voucher(
            self.balance, "refund_advance", MILLION, date="2024-04-10"
        )
        self._approve(refund, self.leader_a, self.treasurer)
        rows = self.env["mtqg.commitment.deviation"].with_user(self.leader_a)
        found = rows.search_fetch([("origin_year", "=", 2024)], order="month")
        self.assertEqual(len(found), 13)
        march, april, june = found[2], found[3], found[5]
        self.assertEqual(march.leader_id, self.leader_a)
        self.assertEqual(str(march.date), "2024-03-31")
        self.assertEqual(
            (march.amount_committed, march.amount_actual, march.amount_difference),
            (10 * MILLION, 4 * MILLION, -6 * MILLION),
        )
        self.assertEqual(april.amount_actual, -MILLION)
        self.assertEqual(june.amount_committed_total, 60 * MILLION)
        self.assertEqual(june.amount_actual_total, 3 * MILLION)
        self.assertEqual(june.amount_difference_total, -57 * MILLION)
        ((leader, promised, paid),) = rows._read_group(
            [], ["leader_id"], ["amount_committed:sum", "amount_actual:sum"]
        )
        self.assertEqual(
            (leader, promised, paid), (self.leader_a, 60 * MILLION, 3 * MILLION)
        )

    def test_a_reversed_payment_was_not_disbursed(self):
        self._sign(self._make({3: 10}))
        voucher = self._pay(self.balance, "completed", 4 * MILLION, date="2024-03-10")
        action = voucher.action_reverse("Wrong")
        reversal = voucher.browse(action["res_id"])
        self._approve(reversal, self.leader_a, self.treasurer)
        rows = self._see("mtqg.commitment.deviation").search([("month", "=", 3)])
        self.assertEqual(sum(rows.mapped("amount_actual")), 0)

    def test_who_is_behind_is_found(self):
        signed = self._sign(self._make({3: 10}))
        self.assertEqual(signed.amount_difference, -10 * MILLION)
        behind = [("is_behind", "=", True)]
        self.assertEqual(self._see("mtqg.commitment").search(behind), signed)
        self._pay(self.balance, "completed", 10 * MILLION, date="2024-03-10")
        self.env.invalidate_all()
        self.assertFalse(self._see("mtqg.commitment").search(behind))
        self.assertFalse(signed.is_behind)

    def test_a_row_without_project_covers_what_no_other_row_names(self):
        project = self.env["mtqg.project"].create(
            {
                "code": "T-1",
                "name": "Road",
                "unit_id": self.commune_a.id,
                "program_id": self.program.id,
            }
        )
        held = self._allocate(
            self.balance.parent_id, self.commune_a, 40 * MILLION, project=project
        )
        self._pay(self.balance, "completed", 2 * MILLION, date="2024-03-10")
        self._pay(held, "completed", 3 * MILLION, date="2024-03-11")
        commitment = self._make({3: 1})
        rows = {
            row["project"]: row["capital"]
            for row in commitment.grid["rows"]
            if row["origin_year"] == 2024
        }
        self.assertEqual(rows, {False: 160 * MILLION})
        commitment.write({"line_ids": self._prepare({3: 1}, project_id=project.id)})
        self._sign(commitment)
        rows = self._see("mtqg.commitment.deviation").search([("month", "=", 3)])
        self.assertEqual(
            {row.project_id.id: row.amount_actual for row in rows},
            {False: 2 * MILLION, project.id: 3 * MILLION},
        )
        self.assertEqual(commitment.amount_actual, 5 * MILLION)

    def test_figures_of_many_commitments_take_one_query_each(self):
        self._sign(self._make({3: 10}))
        self._make(
            unit=self.commune_b, user=self.officer_b, line_ids=self._prepare({3: 1})
        )
        commitments = self._see("mtqg.commitment").search([])
        self.assertEqual(len(commitments), 2)
        commitments.mapped("number")
        commitments.mapped("is_current")
        self.env.flush_all()
        with self.assertQueryCount(1):
            commitments.mapped("amount_difference")
