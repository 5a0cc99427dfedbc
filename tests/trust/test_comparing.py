"""Promise 13 for comparisons; and of two who decide at once, one is told so."""

import os

from odoo.tests import BaseCase, tagged

from clones import clone, run_program

SEED = int(os.environ.get("MTQG_SEED", "20260101"))
KILLS = int(os.environ.get("MTQG_KILLS", "20"))
ROUNDS = 5


@tagged("post_install", "-at_install")
class TestComparing(BaseCase):
    """Twenty kills (``MTQG_KILLS``) of a comparison of 3,000 payments."""

    def test_a_comparison_is_whole_or_nothing_and_a_decision_is_made_once(self):
        with clone("comparing") as database:
            result = run_program(
                "comparing", database, "--seed", SEED, "--kills", KILLS,
                "--rounds", ROUNDS, timeout=60 + 20 * KILLS,
            )  # fmt: skip
        whole = result["whole"]
        self.assertGreater(whole[0], 300)
        self.assertTrue(whole[3])
        for found in result["seen"]:
            self.assertIn(found[:4], ([0, 0, 0, False], whole[:4]), result)
        self.assertGreaterEqual(result["hits"], KILLS)
        waiting = [found for found in result["end"] if found[3]]
        self.assertEqual({tuple(found) for found in waiting}, {tuple(whole)})
        self.assertEqual(len(result["decisions"]), ROUNDS)
        for outcomes, state in result["decisions"]:
            done = [name for name, outcome in outcomes.items() if outcome == "ok"]
            self.assertEqual(len(done), 1, outcomes)
            expected = {"action_accept": "accepted", "action_reject": "rejected"}
            self.assertEqual(state, expected[done[0]])
