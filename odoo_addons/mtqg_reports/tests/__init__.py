from . import (
    test_advance_form,
    test_appeal,
    test_download,
    test_evaluation,
    test_export,
    test_figure,
    test_frozen,
    test_scheme,
    test_security,
)
