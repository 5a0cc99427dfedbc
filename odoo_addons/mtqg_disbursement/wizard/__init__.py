from . import (
    mtqg_decision_import,
    mtqg_decision_import_line,
    mtqg_decision_import_template,
    mtqg_deadline_preview,
    mtqg_deadline_reason,
    mtqg_workflow_reason,
)
