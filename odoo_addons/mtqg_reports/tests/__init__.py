from . import (
    test_download,
    test_evaluation,
    test_export,
    test_figure,
    test_frozen,
    test_scheme,
    test_security,
)
