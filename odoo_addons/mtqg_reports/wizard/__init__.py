from . import mtqg_advance_report, mtqg_treasury_month
