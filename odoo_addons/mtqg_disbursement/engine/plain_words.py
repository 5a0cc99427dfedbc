"""Words as people type them, reduced to what tells them apart."""

from __future__ import annotations

import re
import unicodedata

NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def plain(text: object) -> str:
    """Return the text in small letters, without accents and punctuation.

    >>> plain("  NS  tỉnh: "), plain("central_budget"), plain("Đối ứng")
    ('ns tinh', 'central budget', 'doi ung')
    >>> plain(None)
    ''
    """
    written = str(text if text is not None else "")
    if written.isascii():
        return NOT_A_WORD.sub(" ", written.lower()).strip()
    letters = unicodedata.normalize("NFKD", written)
    bare = "".join(c for c in letters if not unicodedata.combining(c)).lower()
    return NOT_A_WORD.sub(" ", bare.replace("đ", "d")).strip()
