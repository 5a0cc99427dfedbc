"""Two payments that fit one by one, but not together, signed at the same moment.

Run by ``test_limits``. They are paid from two balances of one project, so that the
ledger sees no conflict; the limits of the project and of its contract do.
"""

import argparse
import json
import sys
from contextlib import closing

from psycopg2.errors import SerializationFailure

from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError

from clones import open_registry
from province import Province

LIMIT, PAYMENT = 1_000, 600


class Site:
    """A road of 1,000 đồng that holds capital of two origin years."""

    def __init__(self, registry, limited):
        self.registry = registry
        with registry.cursor() as cr:
            province = Province(Environment(cr, SUPERUSER_ID, {})).build(1, 1, 1)
            self.treasurer = province.treasurer
            self.env = province.env
            place = next(p for p in province.places.values() if p.projects)
            self.contract = self._make_contract(place, limited)
            self.vouchers = [
                self._make_voucher(place, self._give(province, place, year))
                for year in (2023, 2024)
            ]

    def _make_contract(self, place, limited):
        project = self.env["mtqg.project"].browse(place.projects)
        project.amount_total = LIMIT if limited == "project" else False
        return self.env["mtqg.contract"].create(
            {
                "number": "HĐ-1",
                "project_id": project.id,
                "amount": LIMIT if limited == "contract" else 10 * LIMIT,
            }
        )

    def _give(self, province, place, year):
        line = {
            "unit_id": place.unit,
            "program_id": province.program,
            "project_id": place.projects[0],
            "origin_year": year,
            "amount": LIMIT,
        }
        decision = province.decide(province.root, [line])
        decision.with_user(province.root.leader).action_approve()
        balance = decision.sudo().line_ids.allocation_id
        balance.enter_tabmis(date="2024-02-01")
        return balance

    def _make_voucher(self, place, balance):
        voucher = (
            self.env["mtqg.disbursement"]
            .with_user(place.officer)
            .create(
                {
                    "number": f"UNC-{balance.id}",
                    "date": "2024-03-01",
                    "allocation_id": balance.id,
                    "contract_id": self.contract.id,
                    "amount": PAYMENT,
                }
            )
        )
        voucher.action_submit()
        voucher.with_user(place.leader).action_approve()
        return voucher.id

    def pay_both(self):
        """Return what the second is told whose request began before the first ended."""
        first, second = self.vouchers
        with closing(self.registry.cursor()) as cr:
            late = self._open(cr, second)
            late.exists()
            with self.registry.cursor() as other:
                self._open(other, first).action_approve()
            try:
                late.action_approve()
                cr.commit()
            except SerializationFailure:
                cr.rollback()
            else:
                return "paid"
            # what Odoo's retry does
            try:
                self._open(cr, second).action_approve()
            except UserError as error:
                return str(error)
            return "paid when tried again"

    def _open(self, cr, voucher):
        return Environment(cr, self.treasurer, {})["mtqg.disbursement"].browse(voucher)


def main():
    """Print what became of the second payment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("limited", choices=("project", "contract"))
    options = parser.parse_args()
    site = Site(open_registry(options.database), options.limited)
    sys.stdout.write(json.dumps(site.pay_both()) + "\n")


if __name__ == "__main__":
    main()
