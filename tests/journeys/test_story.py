"""The demonstration province holds what its tables promise."""

from odoo.tests import TransactionCase

# program, budget: million đồng, as the plan of Bắc Kạn province for 2023 was printed
PRINTED_PLAN = {
    ("GNBV", "central"): 180_000,
    ("GNBV", "province"): 5_334,
    ("DTTS", "central"): 500_000,
    ("DTTS", "province"): 32_033,
    ("NTM", "central"): 100_000,
    ("NTM", "province"): 12_773,
}
DECIDING_PEOPLE = [
    "lanhdao_tinh",
    "lanhdao_bql",
    "lanhdao_thuong_son",
    "lanhdao_trung_son",
    "lanhdao_ha_son",
    "lanhdao_xa_a",
    "lanhdao_xa_b",
    "taichinh",
    "khobac",
]


class TestStory(TransactionCase):
    """Whoever opens the demonstration finds recognisable figures and work to do."""

    def measure(self, name, domain, date):
        """Return a measure as (million đồng, million đồng of the plan, percent)."""
        found = self.env["mtqg.measure"].value(name, domain, date)
        return (
            found["numerator"] / 1e6,
            found["denominator"] / 1e6,
            found["percent"],
        )

    def test_plan_of_the_year_is_the_printed_one(self):
        plan = self.env["mtqg.allocation"]._read_group(
            [("parent_id", "=", False), ("origin_year", "=", 2024)],
            ["program_id", "source"],
            ["amount_assigned:sum"],
        )
        found = {(program.code, source): total / 1e6 for program, source, total in plan}
        self.assertEqual(found, PRINTED_PLAN)

    def test_ratios_are_the_printed_ones(self):
        carried = self.measure("disbursed", [("origin_year", "=", 2022)], "2024-06-30")
        self.assertEqual(carried, (502, 23_000, 2.18))
        district = [("unit_id.code", "=like", "TS%"), ("origin_year", "=", 2024)]
        half_year = self.measure("disbursed", district, "2024-06-30")
        self.assertEqual(half_year, (15_300, 109_000, 14.04))
        roots = [("parent_id", "=", False)]
        self.assertEqual(self.measure("allocated", roots, "2024-05-17")[2], 72)

    def test_the_treasury_is_reconciled_once_and_once_to_do(self):
        signed, draft = self.env["mtqg.reconciliation"].search(
            [("unit_id.code", "=", "TS-A")], order="date_to"
        )
        self.assertEqual(signed.workflow_state, "done")
        self.assertEqual(signed.line_ids.mapped("state"), ["accepted"])
        self.assertEqual(draft.workflow_state, "draft")
        self.assertEqual(
            sorted(draft.line_ids.mapped("difference_class")),
            ["only_own", "transposed_digits"],
        )

    def test_something_waits_for_everybody_who_decides(self):
        for login in DECIDING_PEOPLE:
            with self.subTest(login=login):
                user = self.env["res.users"].search([("login", "=", login)])
                tasks = self.env["mtqg.workflow.task"].with_user(user)
                self.assertTrue(tasks.search([("is_mine", "=", True)]))

    def test_documents_of_every_fate(self):
        fates = self.env["mtqg.disbursement"]._read_group([], ["stage_id"], ["__count"])
        codes = {stage.code for stage, _count in fates}
        self.assertEqual(codes, {"draft", "review", "treasury", "done"})
        drafts = self.env["mtqg.disbursement"].search([("stage_id.code", "=", "draft")])
        returned = drafts.filtered(
            lambda voucher: "return" in voucher.workflow_event_ids.mapped("name")
        )
        self.assertEqual((len(returned), len(drafts - returned)), (2, 1))

    def test_an_advance_is_overdue_and_a_unit_has_nothing(self):
        market = self.env["mtqg.allocation"].search(
            [("project_id.code", "=", "7990007")]
        )
        self.assertEqual(market.amount_advance, 1_500_000_000)
        lonely = self.env["mtqg.unit"].search([("code", "=", "HS-L")])
        self.assertFalse(lonely.allocation_ids)

    def test_history_is_whole_and_one_evaluation_is_frozen(self):
        self.assertEqual(self.env["mtqg.workflow.event"].verify(), [])
        evaluations = self.env["mtqg.evaluation"].search([], order="date_to")
        self.assertEqual(
            [(row.workflow_state, bool(row.content_hash)) for row in evaluations],
            [("done", True), ("draft", False)],
        )
