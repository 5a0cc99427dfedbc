"""The effects of entries keep the equations of a balance, in any order."""

from hypothesis import given
from hypothesis import strategies as st

from engine import ledger

PARENTS = {1: None, 2: 1, 3: 2}

entries = st.builds(
    ledger.Entry,
    st.sampled_from(sorted(PARENTS)),
    st.sampled_from(sorted(ledger.EFFECTS)),
    st.integers(1, 10**15),
    st.booleans(),
)


def _sum_up(facts):
    nothing = {key: ledger.empty_balance() for key in PARENTS}
    return {**nothing, **ledger.compute_deltas(facts, PARENTS)}


@given(st.lists(entries, max_size=40))
def test_children_assigned_equals_parent_allocated(facts):
    balances = _sum_up(facts)
    for parent in PARENTS:
        children = [key for key, above in PARENTS.items() if above == parent]
        if children:
            assigned = sum(balances[child]["assigned"] for child in children)
            assert balances[parent]["allocated"] == assigned


@given(st.lists(entries, max_size=40), st.randoms())
def test_order_does_not_matter(facts, random):
    shuffled = facts[:]
    random.shuffle(shuffled)
    assert _sum_up(facts) == _sum_up(shuffled)


@given(st.lists(entries, max_size=40))
def test_reversing_everything_leaves_nothing(facts):
    mirrored = [entry._replace(is_reversal=not entry.is_reversal) for entry in facts]
    assert all(
        not any(balance.values()) for balance in _sum_up(facts + mirrored).values()
    )


def test_recovery_does_not_change_what_was_disbursed():
    balance = _sum_up(
        [ledger.Entry(3, "advance", 1_000), ledger.Entry(3, "recover", 600)]
    )[3]
    assert ledger.disbursed(balance) == 1_000
    assert balance["advance"] == 400


@given(st.lists(entries, max_size=40))
def test_a_balance_is_faulty_exactly_when_something_is_below_zero(facts):
    for balance in _sum_up(facts).values():
        below = [name for name in ledger.COUNTERS if balance[name] < 0]
        if ledger.available(balance) < 0:
            below.append("available")
        assert [name for name, _missing in ledger.find_faults(balance)] == below
