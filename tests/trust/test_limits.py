"""Promise 1, for the limits of NĐ 254/2025: they hold for payments at one moment."""

from odoo.tests import BaseCase, tagged

from clones import clone, run_program


@tagged("post_install", "-at_install")
class TestLimits(BaseCase):
    """Total investment and contract value, when two payments meet."""

    def _pay_both(self, limited):
        with clone("limits") as database:
            return run_program("limits", database, limited)

    def test_the_total_investment_holds(self):
        self.assertIn("NĐ 254/2025 article 6.4", self._pay_both("project"))

    def test_the_value_of_the_contract_holds(self):
        self.assertIn("NĐ 254/2025 article 6.6", self._pay_both("contract"))
