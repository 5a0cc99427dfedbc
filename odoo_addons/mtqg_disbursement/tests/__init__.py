from . import test_decision_import, test_disbursement, test_ledger, test_workflow
