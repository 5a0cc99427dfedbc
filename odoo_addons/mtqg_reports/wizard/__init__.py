from . import mtqg_advance_report
