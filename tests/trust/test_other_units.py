"""Promise 7, the writing half: nothing is put into, pointed at or moved to other units.

Commune A has officers who may write, and a finance user of its own. Every relational
field of every model is given records of commune B, over every way to write.
"""

import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mtqg_disbursement.tests.common import MtqgCommon


@tagged("post_install", "-at_install")
class TestOtherUnits(MtqgCommon):
    """What belongs to B cannot be reached from A."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance_a = new_test_user(
            cls.env,
            login="t_finance_a",
            groups="mtqg_disbursement.group_officer,mtqg_disbursement.group_finance",
            mtqg_unit_ids=[Command.set(cls.commune_a.ids)],
        )
        cls.over = cls._allocate(cls._assign_root(1_000_000), cls.district, 900_000)
        cls.own = cls._fill(cls.commune_a, cls.officer_a, cls.leader_a)
        cls.foreign = cls._fill(cls.commune_b, cls.officer_b, cls.leader_b)

    @classmethod
    def _make_project(cls, unit, officer):
        program = cls.env["mtqg.program"].create(
            {"code": f"P-{unit.code}", "name": "Content", "parent_id": cls.program.id}
        )
        project = (
            cls.env["mtqg.project"]
            .with_user(officer)
            .create(
                {
                    "code": f"{unit.code}-1",
                    "name": "Road",
                    "unit_id": unit.id,
                    "program_id": program.id,
                }
            )
        )
        contract = (
            cls.env["mtqg.contract"]
            .with_user(officer)
            .create({"number": "HĐ-1", "project_id": project.id, "amount": 9_000})
        )
        guarantee = (
            cls.env["mtqg.guarantee"]
            .with_user(officer)
            .create({"number": "BL-1", "contract_id": contract.id, "amount": 1})
        )
        return project, contract, guarantee

    @classmethod
    def _fill(cls, unit, officer, leader):
        """Return {model: a record} of a unit; documents are drafts."""
        project, contract, guarantee = cls._make_project(unit, officer)
        balance = cls._allocate(cls.over, unit, 100_000, project=project)
        posted = cls._make_voucher(balance, "completed", 5, user=officer)
        posted.treasury_unit_id = False
        cls._approve(posted, leader)
        voucher = cls._make_voucher(balance, "completed", 7, user=officer)
        line = {"unit_id": unit.id, "program_id": cls.program.id, "amount": 3}
        decision = cls._make_decision(line, user=officer, unit=unit)
        paper = (
            cls.env["mtqg.paper"]
            .with_user(officer)
            .create(
                {
                    "type_id": cls.env["mtqg.paper.type"].search([], limit=1).id,
                    "res_model": "mtqg.project",
                    "res_id": project.id,
                    "number": "1",
                }
            )
        )
        commitment = cls._promise(unit, officer, project)
        records = (unit, project, contract, guarantee, balance, voucher, decision)
        records += (paper, commitment, commitment.line_ids, decision.line_ids)
        return {r._name: r.sudo() for r in records} | {
            "mtqg.entry": balance.sudo().entry_ids[:1],
            "mtqg.workflow.event": posted.sudo().workflow_event_ids[:1],
        }

    @classmethod
    def _promise(cls, unit, officer, project):
        line = {"program_id": project.program_id.id, "project_id": project.id}
        line |= {"origin_year": 2024, "month": 3, "amount": 4}
        return (
            cls.env["mtqg.commitment"]
            .with_user(officer)
            .create(
                {
                    "number": "1/CK",
                    "unit_id": unit.id,
                    "plan_year": 2024,
                    "line_ids": [Command.create(line)],
                }
            )
        )

    def _list_pointers(self):
        """Yield (own record, field, foreign record) of every relation."""
        for record in self.own.values():
            for name, field in record._fields.items():
                target = self.foreign.get(field.comodel_name) if field.relational else 0
                if target:
                    yield record, name, target

    def _list_values(self, field, target):
        """Yield the values that would make a field reach a record."""
        if field.type == "many2one":
            yield target.id
            return
        for command in (
            Command.link(target.id),
            Command.set(target.ids),
            Command.update(target.id, {"display_name": "x"}),
            Command.delete(target.id),
            Command.unlink(target.id),
        ):
            yield [command]

    def _assert_refused(self, attack, message):
        """Assert that an attack is refused, and take back what it did."""
        with self.cr.savepoint(flush=False) as savepoint:
            try:
                attack()
                self.env.flush_all()
            except UserError:
                refused = True
            else:
                refused = False
            savepoint.rollback()
        self.env.transaction.clear()
        self.assertTrue(refused, f"accepted: {message}")

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_no_field_points_at_another_unit(self):
        count = 0
        for record, name, target in self._list_pointers():
            for value in self._list_values(record._fields[name], target):
                for route in ("write", "web_save", "create", "copy"):
                    count += 1
                    self._assert_refused(
                        self._prepare(
                            record.with_user(self.finance_a), name, value, route
                        ),
                        f"{route} {record._name}.{name} = {value}",
                    )
        self.assertGreater(count, 100)

    def _prepare(self, record, name, value, route):
        """Return the attack that writes a value over a route."""
        record = record.sudo(False)
        least = {"number": "X", "code": "X-1", "name": "X"}
        values = {k: v for k, v in least.items() if k in record._fields} | {name: value}
        return {
            "write": lambda: record.write({name: value}),
            "web_save": lambda: record.web_save({name: value}, {}),
            "create": lambda: record.create(values),
            "copy": lambda: record.copy(values),
        }[route]

    def test_no_record_moves_to_another_unit(self):
        """Superiors are known by name, but nothing can be handed to them either."""
        for unit in (self.commune_b, self.district, self.province):
            for model in ("mtqg.project", "mtqg.decision", "mtqg.commitment"):
                record = self.own[model].with_user(self.finance_a).sudo(False)
                for route in ("write", "web_save", "copy"):
                    self._assert_refused(
                        self._prepare(record, "unit_id", unit.id, route),
                        f"{route} {model} to {unit.code}",
                    )

    def test_a_unit_is_not_moved_by_its_own_people(self):
        """Who sees a unit follows from its superior: those above decide on it."""
        unit = self.commune_a.with_user(self.finance_a).sudo(False)
        for value in (self.commune_b.id, self.province.id, False):
            self._assert_refused(
                lambda v=value: unit.write({"parent_id": v}), f"parent {value}"
            )
        self._assert_refused(
            lambda: unit.write({"parent_path": f"{self.province.id}/"}), "path"
        )
        self._assert_refused(
            lambda: unit.create(
                {"code": "X", "name": "X", "parent_id": self.province.id}
            ),
            "unit outside",
        )
        below = unit.create({"code": "X", "name": "X", "parent_id": unit.id})
        self._assert_refused(
            lambda: below.write({"parent_id": self.district.id}), "moved out"
        )

    def test_nobody_joins_another_unit(self):
        for user in (self.officer_a, self.finance_a):
            member = user.with_user(user)
            self._assert_refused(
                lambda m=member: m.write(
                    {"mtqg_unit_ids": [Command.link(self.commune_b.id)]}
                ),
                "own membership",
            )
            self._assert_refused(
                lambda u=user: (
                    self.commune_b.with_user(u)
                    .sudo(False)
                    .write({"user_ids": [Command.link(u.id)]})
                ),
                "members of B",
            )

    def test_nothing_is_hung_on_documents_of_another_unit(self):
        project = self.foreign["mtqg.project"]
        here = {"res_model": "mtqg.project", "res_id": project.id}
        env = self.env(user=self.finance_a, su=False)
        own_paper = self.own["mtqg.paper"].with_env(env)
        for what, attack in {
            "paper": lambda: env["mtqg.paper"].create(
                {**here, "type_id": own_paper.type_id.id}
            ),
            "paper moved": lambda: own_paper.write(here),
            "file": lambda: env["ir.attachment"].create(
                {**here, "name": "x", "raw": b"x"}
            ),
            "message": lambda: project.with_env(env).message_post(body="x"),
            "activity": lambda: env["mail.activity"].create(
                {**here, "res_model_id": env["ir.model"]._get_id("mtqg.project")}
            ),
            "reason": lambda: (
                env["mtqg.workflow.reason"]
                .create(
                    {
                        "kind": "reject",
                        "res_model": "mtqg.decision",
                        "comment": "x",
                        "res_ids": str(self.foreign["mtqg.decision"].id),
                    }
                )
                .action_confirm()
            ),
        }.items():
            self._assert_refused(attack, what)
        guessed = project.with_env(env)
        self.assertFalse(guessed.message_subscribe(env.user.partner_id.ids))

    def test_nothing_is_imported_into_another_unit(self):
        Import = self.env["mtqg.decision.import"].with_user(self.finance_a)
        table = "ĐVT: đồng\nĐơn vị,Mã chương trình,Loại vốn,Nguồn vốn,Số vốn\n"
        table += f"{self.commune_b.code},NTM,Đầu tư,NSTW,1000\n"
        file = {"file": base64.b64encode(table.encode()), "filename": "x.csv"}
        for values in (
            {"decision_id": self.foreign["mtqg.decision"].id},
            {"unit_id": self.commune_b.id, "number": "9", "date": "2024-01-01"},
            {"unit_id": self.commune_a.id, "number": "9", "date": "2024-01-01"},
        ):
            self._assert_refused(
                lambda v=values: Import.create(file | v).action_import(), str(values)
            )

    def test_what_is_allowed_is_done(self):
        """The attacks fail for what they reach, not because all writing fails."""
        record = self.own["mtqg.project"].with_user(self.finance_a).sudo(False)
        record.write({"name": "Longer road", "unit_id": self.commune_a.id})
        with self.assertRaises(AccessError):
            self.foreign["mtqg.project"].with_user(self.finance_a).sudo(False).read()
