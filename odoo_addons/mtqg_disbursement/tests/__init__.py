from . import (
    test_deadline,
    test_deadline_alerts,
    test_deadline_facts,
    test_decision_import,
    test_disbursement,
    test_dong,
    test_ledger,
    test_measure,
    test_project,
    test_scope,
    test_structure,
    test_workflow,
)
