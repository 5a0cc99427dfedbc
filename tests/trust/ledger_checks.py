"""What must be true of a ledger at any moment, checked from outside the trigger."""

from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.mtqg_disbursement.engine.ledger import (
    COUNTERS,
    Entry,
    compute_deltas,
    find_faults,
)
from odoo.addons.mtqg_disbursement.store import ledger


def examine(registry):
    """Return what is wrong with the ledger of a database, by kind of fault.

    The engine adds the entries up on its own, so that trigger, recount and engine have
    to agree.

    :return: dict of lists; all are empty when the ledger is whole
    """
    with registry.cursor(readonly=True) as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        balances = env["mtqg.allocation"].search([])
        stored = {b.id: {c: b[f"amount_{c}"] for c in COUNTERS} for b in balances}
        counted = _count(env, balances)
        return {
            "overdrawn": [(b, f) for b, c in counted.items() if (f := find_faults(c))],
            "differs": [b for b in stored if stored[b] != counted[b]],
            "recount": ledger.recount(env),
            "parents": _list_unequal_parents(balances),
            "effects": _list_wrong_effects(env),
            "events": env["mtqg.workflow.event"].verify(),
        }


def _count(env, balances):
    entries = [
        Entry(e.allocation_id.id, e.kind, e.amount, bool(e.reversal_of_id))
        for e in env["mtqg.entry"].search([])
    ]
    parents = {b.id: b.parent_id.id or None for b in balances}
    nothing = dict.fromkeys(COUNTERS, 0)
    return dict.fromkeys(balances.ids, nothing) | compute_deltas(entries, parents)


def _list_unequal_parents(balances):
    """Return the balances that allocated another sum than those below them got."""
    return [
        balance.id
        for balance in balances
        if balance.amount_allocated != sum(balance.child_ids.mapped("amount_assigned"))
    ]


def _list_wrong_effects(env):
    """Return posted documents without exactly the entries that they stand for."""
    done = [("workflow_state", "=", "done")]
    pairs = [
        (decision, [""] * len(decision.line_ids), [""] * len(decision.entry_ids))
        for decision in env["mtqg.decision"].search(done)
    ] + [
        (
            voucher,
            sorted(row["kind"] for row in voucher._prepare_entries()),
            sorted(voucher.entry_ids.mapped("kind")),
        )
        for voucher in env["mtqg.disbursement"].search(done)
    ]
    return [str(document) for document, wanted, found in pairs if wanted != found]
