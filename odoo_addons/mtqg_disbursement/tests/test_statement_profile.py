"""What a person says about a file once, and what is remembered of it."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mtqg_disbursement.tests.test_statement import StatementCase

TABLE = """Mã dự án;Tên dự án;Kết dư;Tạm ứng
7000001;Đường trục xã A;12.000.000;1.000.000
7000002;Trường học;8.000.000;2.500.000
Tổng cộng;;20.000.000;3.500.000
"""


@tagged("post_install", "-at_install")
class TestStatementProfile(StatementCase):
    """Questions first; an answer is remembered by the shape of the file."""

    def test_a_question_is_answered_once_and_remembered(self):
        statement = self._make_statement("ĐVT: đồng\n" + TABLE)
        [question] = statement.action_check()
        self.assertIn("What does the column “Kết dư” hold?", question["reason"])
        self.assertEqual(statement.question_count, 1)
        self.assertEqual(question["cell"], "C2")
        statement.column_ids.filtered(lambda c: c.heading == "Kết dư").meaning = "skip"
        self.assertEqual(statement.state, "draft")
        self.assertEqual(statement.action_check(), [])
        statement.action_import()
        self.assertEqual(statement.amount_total, 3_500_000)

        following = self._make_statement(
            "ĐVT: đồng\n"
            + TABLE.replace("1.000.000", "1.200.000").replace("3.5", "3.7"),
            date_from="2025-06-01",
            date_to="2025-06-30",
        )
        self.assertEqual(following.action_check(), [])
        following.action_import()
        self.assertEqual(following.amount_total, 3_700_000)

    def test_the_unit_of_money_is_asked_and_chosen(self):
        text = TABLE.replace("Kết dư", "KH vốn giao").replace(".000.000", "")
        text = text.replace("2.500.000", "3").replace("3.500.000", "4")
        statement = self._make_statement(text)
        [question] = statement.action_check()
        self.assertIn("in which unit of money", question["reason"])
        statement.money_unit = "million"
        self.assertEqual(statement.action_check(), [])
        self.assertEqual(statement.amount_total, 4_000_000)

    def test_a_column_may_be_given_another_meaning(self):
        statement = self._make_statement("ĐVT: đồng\n" + TABLE)
        statement.action_check()
        column = statement.column_ids.filtered(lambda c: c.heading == "Kết dư")
        column.write({"meaning": "amount_assigned"})
        self.assertEqual(statement.action_check(), [])
        statement.action_import()
        self.assertEqual(sum(statement.line_ids.mapped("assigned")), 20_000_000)
        with self.assertRaisesRegex(UserError, "does not change"):
            statement.column_ids[0].meaning = "skip"

    def test_a_bad_line_is_set_aside_by_name(self):
        text = TABLE.replace("Kết dư", "KH vốn giao").replace("2.500.000", "?")
        text = text.replace("3.500.000", "1.000.000")
        statement = self._make_statement("ĐVT: đồng\n" + text)
        [error] = statement.action_check()
        self.assertEqual((error["cell"], error["value"]), ("D4", "?"))
        statement.error_ids.action_set_aside()
        self.assertEqual(statement.aside_ids.name, "thang5!4")
        self.assertEqual(statement.state, "checked")
        statement.action_import()
        self.assertEqual(statement.line_count, 1)

    def test_a_wrong_total_is_shown_with_its_sums(self):
        statement = self._make_statement(
            "ĐVT: đồng\n" + TABLE.replace("Kết dư", "KH vốn giao").replace("8.0", "8.1")
        )
        [error] = statement.action_check()
        self.assertEqual(error["cell"], "C5")
        self.assertIn("20.000.000", error["reason"])
        self.assertIn("20.100.000", error["reason"])
        self.assertEqual(statement.totals_status, "differs")
