"""Callers from outside, over the two public protocols, and what they must be told."""

from xmlrpc.client import Fault

from odoo.tests import HttpCase
from odoo.tools import SQL

from odoo.addons.mtqg_disbursement.tests.common import MtqgCommon


class RemoteCase(MtqgCommon, HttpCase):
    """The cast of the addon's tests, with API keys instead of passwords."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        apikeys = cls.env["res.users.apikeys"]
        cls.keys = {
            user: apikeys.with_user(user).sudo()._generate("rpc", "trust", None)
            for user in cls.env["res.users"].search([("login", "like", "t_%")])
        }

    def json2(self, user, model, method, **body):
        """Call over JSON-2; return (HTTP status, answer)."""
        response = self.url_open(
            f"/json/2/{model}/{method}",
            json=body,
            headers={"Authorization": f"Bearer {self.keys[user]}"},
            timeout=60,
        )
        return response.status_code, response.json()

    def xmlrpc(self, user, model, method, *args, **kwargs):
        """Call over XML-RPC; return (answer, None) or (None, fault text)."""
        login = (self.env.cr.dbname, user.id, self.keys[user])
        try:
            answer = self.xmlrpc_object.execute_kw(*login, model, method, args, kwargs)
        except Fault as fault:
            return None, fault.faultString
        return answer, None

    # === CLAIMS === #

    def checksums(self):
        """Return a checksum of the rows of every table of the register."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT table_name FROM information_schema.tables
                    WHERE table_schema = current_schema AND table_type = 'BASE TABLE'
                      AND (starts_with(table_name, 'mtqg_')
                           OR table_name IN ('mail_message', 'ir_attachment'))"""
            )
        )
        return {name: self._checksum(name) for (name,) in rows}

    def _checksum(self, table):
        ((value,),) = self.env.execute_query(
            SQL(
                "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM %s t",
                SQL.identifier(table),
            )
        )
        return value

    def assertRefusedJson(self, status, answer):
        """Assert that the caller was told in a sentence, without a server error."""
        self.assertEqual(status // 100, 4, f"{status} {answer}")
        self.assertNotEqual(status, 401, "the key is wrong: nothing was tried")
        self.assertTrue(answer["message"].strip())
        self.assertNotIn("psycopg2", answer["name"])

    def assertRefusedXml(self, answer, fault):
        """Assert that the caller got a fault in a sentence, not a traceback."""
        self.assertIsNotNone(fault, f"accepted: {answer}")
        self.assertNotIn(fault.strip(), ("", "Access Denied"))
        self.assertNotIn("Traceback", fault)
