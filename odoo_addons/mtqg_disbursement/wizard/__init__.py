from . import (
    mtqg_closing,
    mtqg_closing_line,
    mtqg_decision_import,
    mtqg_decision_import_line,
    mtqg_decision_import_template,
    mtqg_settlement_line,
    mtqg_tabmis_entry,
    mtqg_deadline_preview,
    mtqg_deadline_reason,
    mtqg_workflow_reason,
    mtqg_workflow_reason_clock,
)
