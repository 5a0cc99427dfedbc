from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from .commitment_case import MILLION, CommitmentCase


@tagged("post_install", "-at_install")
class TestGrid(CommitmentCase):
    """The table of months is read, filled in and saved as one."""

    def _amounts(self, commitment):
        return {row["origin_year"]: row["amounts"] for row in commitment.grid["rows"]}

    def test_rows_are_the_capital_of_the_unit(self):
        self._pay(self.balance, "advance", 7 * MILLION, date="2024-02-01")
        draft = (
            self.env["mtqg.commitment"]
            .with_user(self.officer_a)
            .new({"unit_id": self.commune_a.id, "plan_year": 2024})
        )
        rows = {row["origin_year"]: row for row in draft.grid["rows"]}
        self.assertEqual(rows[2024]["capital"], 120 * MILLION)
        self.assertEqual(rows[2024]["disbursed"], 7 * MILLION)
        self.assertEqual(rows[2024]["actual"][1], 7 * MILLION)
        self.assertEqual((rows[2022]["last"], rows[2024]["last"]), (12, 13))

    def test_a_form_with_its_table_is_saved(self):
        with Form(self.env["mtqg.commitment"].with_user(self.officer_a)) as form:
            form.number = "1/CK"
            form.plan_year = 2024
            grid = form.grid
            grid["rows"][0]["amounts"][12] = 913_216_200_000_000
            form.grid = grid
        commitment = form.record
        self.assertEqual(commitment.line_ids.mapped("month"), [13])
        self.assertEqual(commitment.amount_total, 913_216_200_000_000)

    def test_saving_replaces_and_keeps_what_is_equal(self):
        commitment = self._make({3: 10, 6: 50})
        kept = commitment.line_ids.filtered(lambda line: line.month == 6)
        grid = commitment.grid
        row = next(r for r in grid["rows"] if r["origin_year"] == 2024)
        row["amounts"][2], row["amounts"][3] = 0, 4 * MILLION
        commitment.grid = grid
        self.assertEqual(commitment.line_ids.mapped("month"), [4, 6])
        self.assertIn(kept, commitment.line_ids)
        self.assertEqual(commitment.amount_total, 54 * MILLION)

    def test_what_is_no_table_is_refused_in_words(self):
        commitment = self._make()
        good = commitment.grid["rows"][0]
        for rows in (
            [{**good, "amounts": [-1]}],
            [{**good, "amounts": [0.5]}],
            [{**good, "amounts": ["many"]}],
            [{**good, "amounts": [10**17]}],
            [{**good, "amounts": [1] * 14}],
            [{**good, "nature": "x"}],
            [{**good, "program": 2**31 - 1}],
            [{**good, "program": "' OR 1=1"}],
            [good, good],
            "rows",
            [None],
        ):
            with (
                self.subTest(rows),
                self.assertRaisesRegex(UserError, "table of months"),
            ):
                commitment.grid = {"rows": rows}
            self.env.invalidate_all()

    def _make_big(self, count):
        """Return a draft of commune B whose table has many rows of capital."""
        programs = self.env["mtqg.program"].create(
            [
                {"code": f"X-{count}-{n}", "name": "X", "parent_id": self.program.id}
                for n in range(count)
            ]
        )
        lines = [
            {
                "parent_id": self.foreign.id,
                "unit_id": self.commune_b.id,
                "program_id": program.id,
                "amount": MILLION,
            }
            for program in programs
        ]
        self._approve(self._make_decision(*lines, number=f"{count}/QĐ"))
        return self._make(
            unit=self.commune_b, user=self.officer_b, line_ids=[], plan_year=2024
        )

    def test_a_table_is_saved_in_the_same_number_of_queries_whatever_its_size(self):
        counts = []
        for size in (1, 2, 40):
            commitment = self._make_big(size)
            grid = commitment.propose_grid("even")
            self.env.flush_all()
            self.env.invalidate_all()
            commitment.read(["number"])
            before = self.cr.sql_log_count
            commitment.write({"grid": grid})
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertGreaterEqual(len(commitment.line_ids), size * 10)
            commitment.unlink()
        # the first one fills caches that everybody shares
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 10)

    def test_filled_evenly_to_the_dong_over_the_months_left(self):
        self._pay(self.balance, "completed", 7, date="2024-02-01")
        self._pay(self.balance, "completed", 3, date="2024-05-10")
        commitment = self._make(line_ids=[])
        with freeze_time("2024-05-20"):
            commitment.action_fill("even")
        amounts = self._amounts(commitment)
        self.assertEqual(amounts[2024][:4], [0, 7, 0, 0])
        self.assertEqual(sum(amounts[2024]), 120 * MILLION)
        self.assertLessEqual(max(amounts[2024][4:]) - min(amounts[2024][4:]), 1)
        # carried-over capital ends in December
        self.assertEqual((amounts[2022][12], sum(amounts[2022])), (0, 30 * MILLION))

    def test_filled_as_an_s_curve(self):
        commitment = self._make(line_ids=[])
        with freeze_time("2023-12-20"):
            commitment.action_fill("s_curve")
        row = self._amounts(commitment)[2024]
        self.assertEqual(row, sorted(row[:7]) + sorted(row[7:], reverse=True))
        self.assertEqual(sum(row), 120 * MILLION)

    def test_filled_by_the_dates_of_contracts(self):
        project = self.env["mtqg.project"].create(
            {
                "code": "T-1",
                "name": "Road",
                "unit_id": self.commune_a.id,
                "program_id": self.program.id,
            }
        )
        self.env["mtqg.contract"].create(
            {
                "number": "1",
                "project_id": project.id,
                "amount": 9,
                "date_start": "2024-06-01",
                "date_end": "2024-07-31",
            }
        )
        commitment = self._make(line_ids=[])
        with freeze_time("2024-04-02"):
            commitment.action_fill("contracts")
        row = self._amounts(commitment)[2024]
        self.assertEqual(
            [month for month, amount in enumerate(row, 1) if amount], [6, 7]
        )

    def test_no_other_way_to_fill_in(self):
        with self.assertRaisesRegex(UserError, "even, s_curve, contracts"):
            self._make().propose_grid("random")

    def test_a_later_version_is_filled_on_top_of_what_was_promised(self):
        signed = self._sign(self._make({3: 10, 6: 50}))
        with freeze_time("2024-07-05"):
            draft = signed.browse(signed.action_replan("Rain")["res_id"])
            draft.action_fill("even")
        row = self._amounts(draft)[2024]
        self.assertEqual(row[:6], [0, 0, 10 * MILLION, 0, 0, 50 * MILLION])
        self.assertEqual(sum(row), 120 * MILLION)


@tagged("post_install", "-at_install")
class TestGridTable(HttpCase):
    """In a real browser, the table reads and writes amounts to the đồng."""

    def test_what_is_written_is_read_back_in_either_unit(self):
        self._run_in_browser(
            """
            for (let i = 0; i < 10000; i++) {
                const size = Math.floor(Math.random() * 10 ** (1 + (i % 16)));
                const amount = Math.min(size, 9000000000000000);
                for (const language of [vietnamese, english]) {
                    for (const unit of ["dong", "million"]) {
                        const text = table.writeExact(amount, language, unit);
                        if (table.readCell(text, language, unit) !== amount) {
                            throw new Error(`${amount} became ${text}`);
                        }
                    }
                }
            }
            """
        )

    def test_blocks_are_read_as_spreadsheets_copy_them(self):
        self._run_in_browser(
            """
            const cases = [
                ["1.234.567\\t1,234,567\\n", "dong", [[1234567, 1234567]]],
                ["-\\t\\n", "dong", [[0, 0]]],
                ["1.234,5\\r\\n2\\r\\n", "million", [[1234500000], [2000000]]],
                ["1,5 tỷ\\t500", "million", [[1500000000, 500000000]]],
                ["\\"7\\"\\t8", "dong", [[7, 8]]],
                ["1\\nnhiều", "dong", null], ["-5", "dong", null],
                ["0,5", "dong", null], ["0,0000001", "million", null],
            ];
            for (const [text, unit, wanted] of cases) {
                let found = null;
                try {
                    found = table.readBlock(text, vietnamese, unit);
                } catch { found = null; }
                if (JSON.stringify(found) !== JSON.stringify(wanted)) {
                    throw new Error(`${text}: ${JSON.stringify(found)}`);
                }
            }
            const rows = [{ amounts: [9, 9, 9] }, { amounts: [9, 9, 9] }];
            const put = table.putBlock(rows, [[1, 2, 3], [4]], 1, 0, 1);
            if (JSON.stringify(put.map((row) => row.amounts)) !== "[[9,9,9],[9,2,3]]") {
                throw new Error(JSON.stringify(put));
            }
            const whole = table.addUp(Array(13).fill(9000000000000000));
            if (whole !== 117000000000000000n) { throw new Error(whole); }
            """
        )

    def _run_in_browser(self, script):
        self.browser_js(
            "/odoo",
            """
            const table = odoo.loader.modules.get(
                "@mtqg_disbursement/commitment_grid/grid_table"
            );
            const vietnamese = { thousandsSep: ".", decimalPoint: "," };
            const english = { thousandsSep: ",", decimalPoint: "." };
            """
            + script
            + "console.log('test successful');",
            ready="odoo.isReady === true",
            login="admin",
            timeout=180,
        )
