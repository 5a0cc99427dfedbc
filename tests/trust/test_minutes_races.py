"""Promise 6 for minutes: who compares and who signs at the same moment.

Each sees the reconciliation as it was when he began: a draft, unsigned. The trigger of
its rows really updates the reconciliation, so whoever comes second starts again.
"""

from race_case import RaceCase

from odoo.tests import tagged

MAKE = """
WITH unit AS (
    INSERT INTO mtqg_unit (name, code, kind) VALUES ('Unit', 'R-1', 'commune')
    RETURNING id)
INSERT INTO mtqg_reconciliation
       (number, date_from, date_to, unit_id, version, workflow_state)
SELECT 'RACE', '2024-01-01', '2024-03-31', id, 1, 'draft' FROM unit
"""
COMPARE = """
INSERT INTO mtqg_reconciliation_figure
       (reconciliation_id, measure, span, amount_own, amount_treasury)
SELECT id, 'completed', 'period', 1, 2 FROM mtqg_reconciliation WHERE number = 'RACE'
"""
SIGN = "UPDATE mtqg_reconciliation SET workflow_state = 'done' WHERE number = 'RACE'"


@tagged("post_install", "-at_install")
class TestMinutesRaces(RaceCase):
    """Two people at one reconciliation."""

    clone_name = "minutes"
    make = (MAKE,)

    def test_a_figure_compared_while_both_sides_sign_is_not_slipped_in(self):
        self.assert_second_starts_again(SIGN, COMPARE)

    def test_what_is_compared_meanwhile_is_not_signed_unseen(self):
        self.assert_second_starts_again(COMPARE, SIGN)
