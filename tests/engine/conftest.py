"""Lets the tests of this folder import its helper, ``planted_histories``."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
