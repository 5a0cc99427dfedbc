from . import test_disbursement, test_ledger, test_workflow
