from . import (
    test_advance,
    test_decision_import,
    test_disbursement,
    test_dong,
    test_forecast,
    test_ledger,
    test_measure,
    test_project,
    test_scope,
    test_structure,
    test_tabmis,
    test_workflow,
)
