"""The cast of the register, with capital, payments and a quarter to rank."""

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.mtqg_disbursement.tests.common import MtqgCommon

BILLION = 10**9


class EvaluationCommon(MtqgCommon):
    """Second quarter of 2024: district 1 is fast, 2 slow, 3 has no capital.

    District 1 holds 100 tỷ of the year (60 paid by commune A) and 20 tỷ of 2023 (10
    paid); district 2 holds 80 tỷ (8 paid by commune C).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.district_3 = cls.env["mtqg.unit"].create(
            {
                "code": "T-D3",
                "name": "Unit D3",
                "kind": "district",
                "parent_id": cls.province.id,
            }
        )
        cls._make_more_users()
        cls._make_capital()
        cls.scheme = cls.env.ref("mtqg_reports.scheme_quarter")
        cls.evaluation = cls._make_evaluation()

    @classmethod
    def _make_more_users(cls):
        for login, role, unit in (
            ("steering_p", "steering", cls.province),
            ("leader_d2", "leader", cls.district_2),
            ("officer_c", "officer", cls.commune_c),
            ("leader_c", "leader", cls.commune_c),
        ):
            person = new_test_user(
                cls.env,
                login=f"t_{login}",
                groups=f"mtqg_disbursement.group_{role}",
                mtqg_unit_ids=[Command.set(unit.ids)],
            )
            setattr(cls, login, person)

    @classmethod
    def _make_capital(cls):
        year = cls._assign_root(200 * BILLION)
        old = cls._assign_root(20 * BILLION, origin_year=2023, number="2/QĐ-UBND")
        top_1 = cls._allocate(year, cls.district, 100 * BILLION, number="3/QĐ-UBND")
        top_2 = cls._allocate(year, cls.district_2, 80 * BILLION, number="4/QĐ-UBND")
        top_old = cls._allocate(old, cls.district, 20 * BILLION, number="5/QĐ-UBND")
        cls.balance_a = cls._allocate(
            top_1, cls.commune_a, 70 * BILLION, number="6/QĐ-UBND"
        )
        cls.balance_old = cls._allocate(
            top_old, cls.commune_a, 20 * BILLION, number="7/QĐ-UBND"
        )
        cls.balance_c = cls._allocate(
            top_2, cls.commune_c, 40 * BILLION, number="8/QĐ-UBND"
        )
        cls._pay(cls.balance_a, "completed", 60 * BILLION)
        cls._pay(cls.balance_old, "completed", 10 * BILLION, number="UNC-2")
        cls.paid_c = cls._approve(
            cls._make_voucher(
                cls.balance_c,
                "completed",
                8 * BILLION,
                user=cls.officer_c,
                number="UNC-3",
            ),
            cls.leader_c,
        )

    @classmethod
    def _make_evaluation(cls, user=None, **values):
        """Return a draft evaluation of the three districts for the quarter."""
        districts = cls.district | cls.district_2 | cls.district_3
        return (
            cls.env["mtqg.evaluation"]
            .with_user(user or cls.finance_p)
            .create(
                {
                    "scheme_id": cls.scheme.id,
                    "date_from": "2024-04-01",
                    "date_to": "2024-06-30",
                    "unit_ids": [Command.set(districts.ids)],
                    **values,
                }
            )
        )

    @classmethod
    def _freeze(cls, evaluation):
        """Compute, submit, appraise and approve an evaluation."""
        evaluation.action_compute()
        return cls._approve(evaluation, cls.steering_p, cls.leader_p)

    @classmethod
    def _lines(cls, evaluation):
        """Return the score rows by the unit they are about (superuser)."""
        return {score.unit_id: score for score in evaluation.sudo().score_ids}
