"""Seats are handed over by whom they belong to, whatever a remote caller sends."""

from datetime import timedelta

from remote import RemoteCase

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mtqg_disbursement.clock import today_vn

MODEL = "mtqg.workflow.delegation"


@tagged("post_install", "-at_install")
class TestDelegationCalls(RemoteCase):
    """Hostile calls over JSON-2 and XML-RPC; the tables stay as they were."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        line = {
            "unit_id": cls.commune_a.id,
            "program_id": cls.program.id,
            "amount": 10,
            "source": "commune",
            "nature": "investment",
            "origin_year": 2024,
        }
        cls.decision = cls._make_decision(line, user=cls.officer_a, unit=cls.commune_a)
        cls.decision.action_submit()
        cls.delegation = (
            cls.env[MODEL]
            .with_user(cls.leader_a)
            .create(cls._values(cls.leader_a, cls.viewer_a))
        )

    @classmethod
    def _values(cls, absent, delegate, **values):
        return {
            "user_id": absent.id,
            "delegate_id": delegate.id,
            "date_from": str(today_vn()),
            "date_to": str(today_vn() + timedelta(days=2)),
            "reason": "Business trip",
            **values,
        }

    def _list_creations(self):
        """Yield (caller, values) of delegations that nobody may make."""
        yesterday = str(today_vn() - timedelta(days=1))
        me, other = self.officer_a, self.leader_a
        yield me, self._values(other, me)
        yield me, self._values(self.manager_x, me)
        yield self.viewer_a, self._values(other, self.viewer_a)
        yield other, self._values(other, self.leader_d, date_from=yesterday)
        yield other, self._values(other, self.leader_b)
        yield other, self._values(other, self.leader_d, unit_id=self.commune_b.id)
        yield other, self._values(other, other)
        yield other, self._values(other, self.leader_d, date_revoked=yesterday)
        yield other, self._values(other, self.leader_d, reason=False)
        yield other, self._values(other, self.leader_d, date_to=yesterday)

    def _list_changes(self):
        """Yield (caller, method, arguments) on a delegation that is in force."""
        later = str(today_vn() + timedelta(days=90))
        for user in (self.viewer_a, self.officer_a, self.leader_d):
            yield user, "write", {"vals": {"date_to": later}}
            yield user, "action_revoke", {}
            yield user, "unlink", {}
        yield self.leader_a, "write", {"vals": {"delegate_id": self.officer_a.id}}
        yield self.leader_a, "write", {"vals": {"date_revoked": False}}
        yield self.leader_a, "write", {"vals": {"model_id": False}}
        yield self.leader_a, "unlink", {}

    def _list_moves(self):
        """Yield (caller, method, arguments) on a decision that waits for its leader."""
        for user in (self.officer_a, self.leader_d, self.finance_p):
            yield user, "action_approve", {}
            words = {"user_id": user.id, "comment": "mine now"}
            yield user, "action_forward", words
            yield user, "action_ask_opinion", {"user_id": 2, "question": "why"}
            yield user, "action_give_opinion", {"answer": "yes"}
        to_maker = {"user_id": self.officer_a.id, "comment": "yours"}
        yield self.leader_a, "action_forward", to_maker
        yield self.viewer_a, "action_forward", to_maker

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_refused_over_both_protocols_and_nothing_moves(self):
        before = self.checksums()
        tried = 0
        forged = {"mtqg_workflow": True, "su": True, "uid": self.leader_a.id}
        for user, values in self._list_creations():
            tried += 1
            with self.subTest(user=user.login, values=values):
                body = {"vals_list": [values], "context": forged}
                self.assertRefusedJson(*self.json2(user, MODEL, "create", **body))
                self.assertRefusedXml(*self.xmlrpc(user, MODEL, "create", [values]))
        calls = [
            *((MODEL, self.delegation.id, *call) for call in self._list_changes()),
            *(
                ("mtqg.decision", self.decision.id, *call)
                for call in self._list_moves()
            ),
        ]
        for model, id_, user, method, arguments in calls:
            tried += 1
            with self.subTest(user=user.login, method=method, arguments=arguments):
                body = {"ids": [id_], "context": forged, **arguments}
                self.assertRefusedJson(*self.json2(user, model, method, **body))
                answer = self.xmlrpc(user, model, method, [id_], **arguments)
                self.assertRefusedXml(*answer)
        self.assertGreater(tried, 30)
        self.assertEqual(self.checksums(), before)

    def test_the_deputy_decides_over_rpc_and_both_are_named(self):
        status, answer = self.json2(
            self.viewer_a, "mtqg.decision", "action_approve", ids=[self.decision.id]
        )
        self.assertEqual((status, answer), (200, True))
        self.decision.invalidate_recordset()
        event = self.decision.sudo().workflow_event_ids.sorted("sequence")[-1]
        self.assertEqual(
            (event.user_id, event.on_behalf_id), (self.viewer_a, self.leader_a)
        )
