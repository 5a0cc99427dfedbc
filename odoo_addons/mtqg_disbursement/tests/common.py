"""The cast: a small province with its people, and how they make documents."""

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.mtqg_disbursement.store import ledger

ROLES = ("viewer", "officer", "leader", "finance", "treasury", "inspector", "manager")


class MtqgCommon(TransactionCase):
    """A province with two districts and three communes, one Treasury, one project.

    Users are named by role and unit: ``officer_a`` makes documents of commune A,
    ``leader_a`` approves them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls._make_units()
        cls._make_users()
        cls.program = cls.env.ref("mtqg_disbursement.program_ntm")
        cls.content = cls.env.ref("mtqg_disbursement.program_ntm_02")
        cls.other_program = cls.env.ref("mtqg_disbursement.program_gnbv")

    @classmethod
    def _make_units(cls):
        def unit(code, kind, parent=None, **values):
            return cls.env["mtqg.unit"].create(
                {
                    "code": f"T-{code}",
                    "name": f"Unit {code}",
                    "kind": kind,
                    "parent_id": parent.id if parent else False,
                    **values,
                }
            )

        cls.treasury = unit("KB", "treasury")
        cls.province = unit("P", "province")
        cls.district = unit("D1", "district", cls.province)
        cls.district_2 = unit("D2", "district", cls.province)
        serving = {"treasury_id": cls.treasury.id}
        cls.commune_a = unit("A", "commune", cls.district, **serving)
        cls.commune_b = unit("B", "commune", cls.district)
        cls.commune_c = unit("C", "commune", cls.district_2)

    @classmethod
    def _make_users(cls):
        # the tests read English, whatever language the database starts with
        cls.env["res.lang"]._activate_lang("en_US")

        def user(login, role, unit):
            person = new_test_user(
                cls.env,
                login=f"t_{login}",
                groups=f"mtqg_disbursement.group_{role}",
                lang="en_US",
                mtqg_unit_ids=[Command.set(unit.ids)],
            )
            setattr(cls, login, person)

        for suffix, unit in (
            ("p", cls.province),
            ("d", cls.district),
            ("a", cls.commune_a),
            ("b", cls.commune_b),
        ):
            user(f"officer_{suffix}", "officer", unit)
            user(f"leader_{suffix}", "leader", unit)
        user("viewer_a", "viewer", cls.commune_a)
        user("finance_p", "finance", cls.province)
        user("treasurer", "treasury", cls.treasury)
        user("inspector_p", "inspector", cls.province)
        user("manager_x", "manager", cls.env["mtqg.unit"])

    # === DOCUMENTS === #

    @classmethod
    def _make_decision(cls, *lines, user=None, unit=None, kind="assign", **values):
        """Return a draft decision; a line is a dict of field values."""
        return (
            cls.env["mtqg.decision"]
            .with_user(user or cls.officer_p)
            .create(
                {
                    "number": values.pop("number", "1/QĐ-UBND"),
                    "date": values.pop("date", "2024-01-15"),
                    "kind": kind,
                    "unit_id": (unit or cls.province).id,
                    "plan_year": values.pop("plan_year", 2024),
                    "line_ids": [Command.create(line) for line in lines],
                    **values,
                }
            )
        )

    @classmethod
    def _approve(cls, document, *approvers):
        """Submit a document as its maker and have the approvers agree."""
        document.action_submit()
        for approver in approvers or (cls.leader_p,):
            document.with_user(approver).action_approve()
        return document

    @classmethod
    def _assign_root(cls, amount, unit=None, **values):
        """Bring capital in from outside; return the root balance (superuser)."""
        line = {
            "unit_id": (unit or cls.province).id,
            "program_id": values.pop("program", cls.program).id,
            "nature": values.pop("nature", "investment"),
            "source": values.pop("source", "central"),
            "origin_year": values.pop("origin_year", 2024),
            "amount": amount,
        }
        decision = cls._approve(cls._make_decision(line, **values))
        return decision.sudo().line_ids.allocation_id

    @classmethod
    def _allocate(cls, parent, unit, amount, tabmis=True, **values):
        """Pass capital on from a balance; return the balance below (superuser)."""
        line = {"parent_id": parent.id, "unit_id": unit.id, "amount": amount}
        line["program_id"] = values.pop("program", parent.program_id).id
        if "project" in values:
            line["project_id"] = values.pop("project").id
        decision = cls._approve(cls._make_decision(line, **values))
        allocation = decision.sudo().line_ids.allocation_id
        if tabmis:
            allocation.enter_tabmis(date=decision.date)
        return allocation

    @classmethod
    def _make_voucher(cls, allocation, kind, amount, user=None, **values):
        """Return a draft voucher that pays from a balance."""
        return (
            cls.env["mtqg.disbursement"]
            .with_user(user or cls.officer_a)
            .create(
                {
                    "number": values.pop("number", "UNC-1"),
                    "date": values.pop("date", "2024-03-10"),
                    "allocation_id": allocation.id,
                    "kind": kind,
                    "amount": amount,
                    **values,
                }
            )
        )

    @classmethod
    def _pay(cls, allocation, kind, amount, **values):
        """Return a posted voucher of commune A, paid by its Treasury office."""
        voucher = cls._make_voucher(allocation, kind, amount, **values)
        return cls._approve(voucher, cls.leader_a, cls.treasurer)

    # === CLAIMS === #

    def assertBalance(self, allocation, **amounts):
        """Assert counters of a balance, by their names without ``amount_``."""
        found = {name: allocation[f"amount_{name}"] for name in amounts}
        self.assertEqual(found, amounts)

    def assertLedgerWhole(self):
        """Assert that every counter equals a recount of the entries."""
        self.assertEqual(ledger.recount(self.env), [])
