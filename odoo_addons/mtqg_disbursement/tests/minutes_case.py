"""Minutes of commune A with its Treasury office: figures, differences, signatures."""

from odoo import Command, fields
from odoo.tests import new_test_user
from odoo.tools import SQL

from .common import MtqgCommon

BILLION = 10**9


class MinutesCase(MtqgCommon):
    """A compared reconciliation of commune A with the office that serves it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env,
            login="t_clerk",
            groups="mtqg_disbursement.group_treasury",
            lang="en_US",
            mtqg_unit_ids=[Command.set(cls.treasury.ids)],
        )
        cls.project = cls._make_project("T-CAU", "Cầu Nậm Tha")
        cls.other_project = cls._make_project("T-DUONG", "Đường bản Mới")

    @classmethod
    def _make_project(cls, code, name):
        return cls.env["mtqg.project"].create(
            {
                "code": code,
                "name": name,
                "unit_id": cls.commune_a.id,
                "program_id": cls.content.id,
            }
        )

    def _make(self, user=None, compared=True, **values):
        document = (
            self.env["mtqg.reconciliation"]
            .with_user(user or self.officer_a)
            .create(
                {
                    "date_from": "2024-01-01",
                    "date_to": "2024-03-31",
                    "unit_id": self.commune_a.id,
                    "treasury_unit_id": self.treasury.id,
                    **values,
                }
            )
        )
        if compared:
            self._compare(document)
        return document

    @classmethod
    def _fill_ledger(cls):
        """Give both projects capital of two years, and pay from it."""

        def held(project, amount, year, origin, nature="investment"):
            many = {"plan_year": year, "date": f"{year}-01-15"}
            root = cls._assign_root(amount, nature=nature, origin_year=origin, **many)
            return cls._allocate(
                root,
                cls.commune_a,
                amount,
                program=cls.content,
                project=project,
                **many,
            )

        first = held(cls.project, BILLION, 2023, 2023)
        held(cls.project, 400, 2024, 2023)
        main = held(cls.project, 5 * BILLION, 2024, 2024)
        road = held(cls.other_project, 900, 2024, 2024, "recurrent")
        held(cls.other_project, 100, 2024, 2023, "recurrent")
        cls._pay(first, "completed", 600, number="U1", date="2023-06-01")
        cls._pay(main, "advance", 472, number="U2", date="2024-02-01")
        cls._pay(
            main,
            "completed",
            67_172,
            amount_recovered=172,
            number="U3",
            date="2024-03-01",
        )
        cls._pay(road, "completed", 10, number="U4", date="2024-03-01")

    def _compare(self, document):
        """Put figures of a statement and a date of comparison, as a comparison does."""
        document.sudo().date_run = fields.Datetime.now()
        for figure in (
            ("T-CAU", 2024, 2024, "investment", "assigned", 5 * BILLION),
            ("T-CAU", 2024, 2023, "investment", "assigned", 400),
            ("T-CAU", 2024, 2024, "investment", "completed", 67_712),
            ("T-CAU", 2024, 2024, "investment", "advance", 300),
        ):
            self._add_figure(document, *figure)

    def _add_figure(self, document, *figure):
        """Add what a statement says: project, years, nature, measure, đồng."""
        code, year, origin, nature, measure, treasury = figure
        self.env.cr.execute(
            SQL(
                """INSERT INTO mtqg_reconciliation_figure
                          (reconciliation_id, unit_id, project_id, program_id, grain,
                           plan_year, origin_year, nature, measure, span,
                           amount_treasury)
                   SELECT %(id)s, p.unit_id, p.id, p.program_id, 63, %(year)s,
                          %(origin)s, %(nature)s, %(measure)s, 'cumulative',
                          %(treasury)s
                     FROM mtqg_project p WHERE p.code = %(code)s""",
                id=document.id,
                code=code,
                year=year,
                origin=origin,
                nature=nature,
                measure=measure,
                treasury=treasury,
            )
        )
        document.invalidate_recordset(["figure_ids"])

    def _add_line(self, document, difference_class="transposed_digits", **values):
        return (
            self.env["mtqg.reconciliation.line"]
            .sudo()
            .create(
                {
                    "reconciliation_id": document.id,
                    "unit_id": document.unit_id.id,
                    "project_id": self.project.id,
                    "program_id": self.content.id,
                    "origin_year": 2024,
                    "nature": "investment",
                    "difference_class": difference_class,
                    "amount_own": 67_172,
                    "amount_treasury": 67_712,
                    "amount_difference": 540,
                    "details": {},
                    **values,
                }
            )
        )

    def _sign(self, document):
        """Let both sides sign: submitted by its maker, leader, Treasury."""
        return self._approve(document, self.leader_a, self.treasurer)

    def _codes(self, document):
        return [blocker["code"] for blocker in document.get_blockers()]
