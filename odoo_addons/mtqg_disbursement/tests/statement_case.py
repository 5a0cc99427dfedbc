"""Statements and reconciliations for tests: lines as an import leaves them."""

from odoo import Command
from odoo.tools import SQL

from .common import MtqgCommon

COLUMNS = {
    "project": "varchar",
    "program": "varchar",
    "unit": "varchar",
    "origin_year": "int4",
    "plan_year": "int4",
    "nature": "varchar",
    "voucher": "varchar",
    "date": "date",
    "content": "varchar",
    "project_id": "int4",
    "program_id": "int4",
    "unit_id": "int4",
    **dict.fromkeys(
        (
            "assigned", "allocated", "entered", "advance", "completed", "recovered",
            "refunded", "disbursed", "advance_cumulative", "completed_cumulative",
            "disbursed_cumulative",
        ),
        "int8",
    ),
}  # fmt: skip


class ReconciliationCase(MtqgCommon):
    """Commune A with a balance on a project, its Treasury office, and statements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls._make_project("7000001")
        cls.root = cls._assign_root(900 * 10**9)
        cls.balance = cls._allocate(
            cls.root,
            cls.commune_a,
            500 * 10**9,
            program=cls.content,
            project=cls.project,
        )

    @classmethod
    def _make_project(cls, code, unit=None):
        return cls.env["mtqg.project"].create(
            {
                "code": code,
                "name": f"Project {code}",
                "unit_id": (unit or cls.commune_a).id,
                "program_id": cls.content.id,
            }
        )

    @classmethod
    def _post(cls, *rows, balance=None):
        """Append entries as posted vouchers would; return their ids.

        A row is (kind, đồng, date) or (kind, đồng, date, voucher).
        """
        ids = []
        for kind, amount, date, *voucher in rows:
            cls.env.cr.execute(
                SQL(
                    """INSERT INTO mtqg_entry
                              (allocation_id, kind, amount, date, reference, user_id)
                       VALUES (%s, %s, %s, %s, %s, %s) RETURNING id""",
                    (balance or cls.balance).id,
                    kind,
                    amount,
                    date,
                    voucher[0] if voucher else None,
                    cls.env.uid,
                )
            )
            ids.append(cls.env.cr.fetchone()[0])
        cls.env.invalidate_all()
        return ids

    @classmethod
    def _import(cls, *lines, unit=None, kind="treasury", office=None, **values):
        """Return an imported statement about a unit, with lines; dicts of columns."""
        statement = cls.env["mtqg.statement"].create(
            {
                "kind": kind,
                "unit_id": (unit or cls.commune_a).id,
                "treasury_unit_id": (office or cls.treasury).id,
                "date_from": values.get("date_from", "2024-03-01"),
                "date_to": values.get("date_to", "2024-03-31"),
            }
        )
        for line in lines:
            names = [name for name in COLUMNS if line.get(name) is not None]
            cls.env.cr.execute(
                SQL(
                    """INSERT INTO mtqg_statement_line (statement_id, row, %s)
                       VALUES (%s, %s, %s)""",
                    SQL(", ").join(map(SQL.identifier, names)),
                    statement.id,
                    1,
                    SQL(", ").join(
                        SQL("%s::%s", line[n], SQL(COLUMNS[n])) for n in names
                    ),
                )
            )
        statement.sudo().write({"state": "imported", "line_count": len(lines)})
        cls.env.invalidate_all()
        return statement

    @classmethod
    def _said(cls, amount, date="2024-03-10", kind="completed", **values):
        """Return a line as the Treasury has a payment of the project of commune A."""
        return {
            "project": cls.project.code,
            "project_id": cls.project.id,
            "program": cls.content.code,
            "program_id": cls.content.id,
            "unit_id": cls.commune_a.id,
            "origin_year": 2024,
            "nature": "investment",
            "date": date,
            kind: amount,
            **values,
        }

    @classmethod
    def _reconcile(cls, *statements, user=None, run=True, **values):
        """Return a reconciliation of commune A and its office for March 2024."""
        reconciliation = (
            cls.env["mtqg.reconciliation"]
            .with_user(user or cls.officer_a)
            .create(
                {
                    "date_from": "2024-03-01",
                    "date_to": "2024-03-31",
                    "unit_id": cls.commune_a.id,
                    "treasury_unit_id": cls.treasury.id,
                    "statement_ids": [Command.set([s.id for s in statements])],
                    **values,
                }
            )
        )
        if run:
            reconciliation.action_run()
        return reconciliation

    def _classes(self, reconciliation, **states):
        """Return the classes of differences that are not corrected, sorted."""
        lines = reconciliation.line_ids.filtered(
            lambda line: line.state == states.get("state", line.state) != "fixed"
        )
        return sorted(lines.mapped("difference_class"))
