"""A model of another addon, put under workflow by a few lines, works like ours."""

from odoo.tests import BaseCase, tagged

from clones import clone, run_program


@tagged("post_install", "-at_install")
class TestExampleAddon(BaseCase):
    """The addon in ``tests/addons`` is installed into a database of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with clone("example") as database:
            cls.seen = run_program("example_addon", database)

    def test_a_request_is_granted_by_its_workflow(self):
        seen = self.seen["approval"]
        self.assertEqual(seen["start"], ["draft", "draft"])
        self.assertEqual(seen["end"], ["done", True])
        self.assertEqual(seen["events"], ["submit", "approve", "approve"])

    def test_blockers_say_why_and_who(self):
        seen = self.seen["approval"]
        self.assertEqual(seen["empty"], ["amount"])
        (blocker,) = seen["waits"]
        self.assertEqual(blocker["code"], "waiting")
        self.assertIn("leader_C00", blocker["message"])

    def test_the_inbox_shows_it_to_whoever_is_asked(self):
        self.assertEqual(self.seen["approval"]["inbox"], [1, 0])
        self.assertEqual(self.seen["approval"]["inbox_next"], [0, 1])

    def test_it_is_guarded_like_every_document(self):
        for attack in ("locked", "maker", "closed"):
            answer = self.seen["approval"][attack]
            self.assertTrue(answer.strip())
            self.assertNotEqual(answer, "it was allowed", attack)

    def test_it_comes_back_with_an_opinion_and_goes_again(self):
        seen = self.seen["return"]
        self.assertEqual(seen["state"], "running")
        self.assertEqual(
            seen["events"], ["submit", "ask", "answer", "return", "submit"]
        )
        self.assertEqual(seen["broken"], [])

    def test_its_form_gets_the_buttons_of_the_workflow(self):
        self.assertEqual(self.seen["form"], ["action_submit", "action_approve"])
