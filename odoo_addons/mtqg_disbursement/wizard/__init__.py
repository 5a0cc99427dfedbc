from . import mtqg_workflow_reason
