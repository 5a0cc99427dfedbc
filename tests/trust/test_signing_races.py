"""Promise 6 for commitments: who changes a row and who signs at the same moment.

Each sees the register as it was when he began, so neither would notice the other. The
row's trigger really updates its commitment: whoever comes second starts again.
"""

from race_case import RaceCase

from odoo.tests import tagged

MAKE = """
WITH unit AS (
    INSERT INTO mtqg_unit (name, code, kind) VALUES ('Unit', 'R-1', 'commune')
    RETURNING id)
INSERT INTO mtqg_commitment
       (number, date, unit_id, plan_year, version, month_locked, workflow_state)
SELECT 'RACE', '2024-04-05', id, 2024, 1, 0, 'running' FROM unit
"""
PROMISE = """
INSERT INTO mtqg_commitment_line
       (commitment_id, program_id, origin_year, nature, month, amount)
SELECT c.id, p.id, 2024, 'investment', 3, 5
  FROM mtqg_commitment c, (SELECT MIN(id) AS id FROM mtqg_program) p
 WHERE c.number = 'RACE'
"""
SIGN = "UPDATE mtqg_commitment SET workflow_state = 'done' WHERE number = 'RACE'"


@tagged("post_install", "-at_install")
class TestSigningRaces(RaceCase):
    """Two people at one commitment."""

    clone_name = "signing"
    make = (MAKE,)

    def test_a_row_added_while_the_leader_signs_is_not_slipped_in(self):
        self.assert_second_starts_again(SIGN, PROMISE)

    def test_the_leader_does_not_sign_what_changed_meanwhile(self):
        self.assert_second_starts_again(PROMISE, SIGN)
