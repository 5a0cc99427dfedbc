from . import (
    mtqg_evaluation,
    mtqg_evaluation_compute,
    mtqg_evaluation_evidence,
    mtqg_evaluation_frozen,
    mtqg_evaluation_score,
    mtqg_evaluation_table,
    mtqg_figure,
    mtqg_part_mixin,
    mtqg_report_advance,
    mtqg_scheme,
    mtqg_scheme_band,
    mtqg_scheme_criterion,
)
