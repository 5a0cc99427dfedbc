"""TCVN3: the letters of the old .Vn fonts, found and turned into Unicode.

Such a font draws "·" as "ã", so a file of that time holds Latin letters and signs in
the place of Vietnamese ones: ``X· Yªn Mü`` for "Xã Yên Mỹ". No byte tells it. What
tells it is that the words are no Vietnamese syllables as they stand, and are when read
through the font.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

Repair = Callable[[str], str]

# what the codes A1 to FF stand for (TCVN 5712:1993, of which TCVN3 is the lower half)
FIRST_CODE = 0xA1
LETTERS = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉ"
    "ỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
TABLE = {FIRST_CODE + place: letter for place, letter in enumerate(LETTERS)}
LAST_CODE = 0xFF

TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
SYLLABLE = re.compile(
    "(?:b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?"
    "[aăâeêioôơuưy]{1,3}(?:ch?|m|ng?|nh|p|t)?"
)
# every sign of ASCII; the signs beyond it may be letters of the old font
WORD_CUT = re.compile(r"[\x00-\x40\x5b-\x60\x7b-\x7f\s]+")
# the share of words that must be syllables, and how many cells must gain by it
SURE_SHARE = 0.8
SURE_CELLS = 5


def from_tcvn3(text: str) -> str:
    """Read a text through the old font.

    >>> from_tcvn3("Céng hßa x· héi chñ nghÜa ViÖt Nam")
    'Cộng hòa xã hội chủ nghĩa Việt Nam'
    """
    return unicodedata.normalize("NFC", text.translate(TABLE))


def fitness(text: str) -> tuple[int, int]:
    """Count the words with Vietnamese letters that are syllables, and the rest.

    >>> fitness("Xã Yên Mỹ, huyện X"), fitness("X· Yªn Mü")
    ((4, 0), (0, 3))
    """
    told = [word for word in WORD_CUT.split(text) if not word.isascii()]
    sound = sum(map(_is_syllable, told))
    return sound, len(told) - sound


def _is_syllable(word: str) -> bool:
    """Tell whether a word is built like a Vietnamese one, with one tone at most."""
    parts = unicodedata.normalize("NFD", word.lower())
    toneless = TONES.sub("", parts)
    return len(parts) - len(toneless) <= 1 and bool(
        SYLLABLE.fullmatch(unicodedata.normalize("NFC", toneless))
    )


def is_old_text(text: str, reading: str) -> bool:
    """Tell whether a text fits better through the old font than in ``reading``.

    :param text: the bytes as Latin-1
    :param reading: the same bytes in the encoding to compare with
    """
    sound, odd = fitness(from_tcvn3(text))
    other_sound, other_odd = fitness(reading)
    return _is_convincing(sound, odd) and sound - odd > other_sound - other_odd


def repair_of(cells: Iterable[str]) -> Repair | None:
    """Find how to read the texts of a sheet that were typed in the old font.

    :param cells: texts of the sheet, enough of them to judge it
    :return: what to do with each text, or None when the sheet is not convincing

    >>> old = ["X· Yªn Mü", "Tæng céng", "ChØ tiªu", "Dù ¸n", "Vèn ®Çu t\xad", "Céng"]
    >>> [repair_of(old)(text) for text in old[-2:]]
    ['Vốn đầu tư', 'Cộng']
    >>> repair_of(["Xã", "Đỗ"]) is None
    True
    """
    texts = {cell for cell in cells if not cell.isascii()}
    gains = [text for text in texts if _may_be_old(text) and _gain(text) > 0]
    sound = sum(fitness(from_tcvn3(text))[0] for text in gains)
    odd = sum(fitness(from_tcvn3(text))[1] for text in gains)
    if len(gains) < SURE_CELLS or not _is_convincing(sound, odd):
        return None
    # beside cells in Unicode a text changes only when it reads better
    needed = 1 if any(_is_modern(text) for text in texts) else 0
    return lambda text: from_tcvn3(text) if _is_old(text, needed) else text


def _is_old(text: str, needed: int) -> bool:
    """Tell whether a text gains what is needed through the old font."""
    return not text.isascii() and _may_be_old(text) and _gain(text) >= needed


def _is_convincing(sound: int, odd: int) -> bool:
    """Tell whether nearly all words are syllables."""
    return sound > 0 and sound >= SURE_SHARE * (sound + odd)


def _may_be_old(text: str) -> bool:
    """Tell a text of single-byte letters."""
    return all(ord(letter) <= LAST_CODE for letter in text)


def _is_modern(text: str) -> bool:
    """Tell a text that Unicode alone can write, and that is Vietnamese."""
    return not _may_be_old(text) and fitness(text)[1] == 0


def _gain(text: str) -> int:
    """Tell by how many words a text reads better through the old font."""
    (sound, odd), (new_sound, new_odd) = fitness(text), fitness(from_tcvn3(text))
    return (new_sound - new_odd) - (sound - odd)
