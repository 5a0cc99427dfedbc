from . import export, pivot, workflow_file
