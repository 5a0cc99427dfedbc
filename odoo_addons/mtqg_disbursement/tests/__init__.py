from . import (
    test_carry_over,
    test_closing,
    test_decision_import,
    test_disbursement,
    test_dong,
    test_hand_over,
    test_ledger,
    test_measure,
    test_project,
    test_scope,
    test_structure,
    test_workflow,
)
