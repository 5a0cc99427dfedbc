"""The guard that looks right: sums in Python instead of the database's trigger.

It is what the trigger is measured against. Before every posting it adds up all entries
that its transaction can see, and refuses what would overdraw a balance.
"""

from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.mtqg_disbursement.engine.ledger import (
    COUNTERS,
    compute_deltas,
    find_faults,
)
from odoo.addons.mtqg_disbursement.store import measures

FAR = "2099-12-31"


def replace_guard(registry):
    """Drop trigger and CHECKs, and let every posting check the sums in Python."""
    with registry.cursor() as cr:
        cr.execute("DROP TRIGGER mtqg_count_entries ON mtqg_entry")
        cr.execute(
            """ALTER TABLE mtqg_allocation
                DROP CONSTRAINT mtqg_allocation_available_not_negative,
                DROP CONSTRAINT mtqg_allocation_counters_not_negative"""
        )
        # its limit reads the counters, which nobody keeps now
        env = Environment(cr, SUPERUSER_ID, {})
        env["ir.config_parameter"].set_param("mtqg_disbursement.policy_tabmis", "off")
    registry["mtqg.allocation"]._find_overdrafts = _find_overdrafts
    registry["mtqg.allocation"].enter_tabmis = lambda _self, **_values: True


def _find_overdrafts(self, entries, parents=None):
    if parents is None:
        touched = self.sudo().browse({entry.allocation for entry in entries})
        parents = {balance.id: balance.parent_id.id or None for balance in touched}
    deltas = compute_deltas(entries, parents)
    sums = measures.balances_at(self.env, [id_ for id_ in deltas if id_ > 0], FAR)
    return [
        f"balance {row['id']}: {name} is {missing} too low"
        for row in sums
        for name, missing in find_faults(
            {name: row[name] + deltas[row["id"]][name] for name in COUNTERS}
        )
    ]
