"""Promise 1, the words: who loses every race is told so, not shown the database."""

import json

from psycopg2 import errors
from werkzeug.test import EnvironBuilder

from odoo.http import (
    HTTPRequest,
    Json2Dispatcher,
    JsonRPCDispatcher,
    Request,
    _request_stack,
)
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestLostRaces(TransactionCase):
    """What a caller gets when Odoo has given up repeating his request."""

    def _answer(self, dispatcher, error):
        """Return the status and the answer to a request that ended in an error."""
        builder = EnvironBuilder(path="/json/2/mtqg.decision/action_approve", json={})
        request = Request(HTTPRequest(builder.get_environ()))
        request.env = self.env
        request.dispatcher = dispatcher(request)
        _request_stack.push(request)
        try:
            response = self.env.registry["ir.http"]._handle_error(error)
        finally:
            _request_stack.pop()
        return response.status_code, json.loads(response.data)

    def test_a_remote_caller_is_told_to_try_again(self):
        for error in (
            errors.SerializationFailure("raw"),
            errors.DeadlockDetected("raw"),
        ):
            status, answer = self._answer(Json2Dispatcher, error)
            self.assertEqual(status, 422)
            self.assertIn("try again", answer["message"])

    def test_the_screen_shows_a_sentence(self):
        _status, answer = self._answer(
            JsonRPCDispatcher, errors.SerializationFailure("raw")
        )
        data = answer["error"]["data"]
        self.assertEqual(data["name"], "odoo.exceptions.UserError")
        self.assertIn("Nothing was saved", data["message"])

    def test_other_errors_stay_what_they_are(self):
        status, answer = self._answer(Json2Dispatcher, ZeroDivisionError("x"))
        self.assertEqual((status, answer["name"]), (500, "builtins.ZeroDivisionError"))
