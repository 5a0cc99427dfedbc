"""The 64-bit hash of a text that PostgreSQL calls ``hashtextextended``.

Bob Jenkins' lookup3. PostgreSQL places rows in hash partitions by it, so it is the same
in every version; it costs a fiftieth of a cryptographic one, which a million lines
feel. Where two texts share it, they are compared.
"""

from __future__ import annotations

import struct

WORD = 0xFFFFFFFF
START = 0x9E3779B9 + 3923095
BLOCK = 12
MIX = ((4, 0), (6, 1), (8, 2), (16, 0), (19, 1), (4, 2))
SIGN = 2**63


def text_hash(text: str, seed: int = 0) -> int:
    """Return the hash of a text, as a signed number of 64 bits.

    >>> text_hash("Xã A"), text_hash("", 7)
    (-6652649725079682499, 2755504096093790112)
    """
    data = text.encode()
    a = b = c = (START + len(data)) & WORD
    if seed:
        a, b = (a + (seed >> 32 & WORD)) & WORD, (b + (seed & WORD)) & WORD
        a, b, c = _mix(a, b, c)
    whole = len(data) // BLOCK * BLOCK
    for x, y, z in struct.iter_unpack("<III", data[:whole]):
        a, b, c = _mix(a + x & WORD, b + y & WORD, c + z & WORD)
    # the lowest byte of the last word is kept for the length
    rest = data[whole:]
    rest = rest[:8].ljust(8, b"\0") + b"\0" + rest[8:].ljust(3, b"\0")
    x, y, z = struct.unpack("<III", rest)
    b, c = _finish(a + x & WORD, b + y & WORD, c + z & WORD)
    number = b << 32 | c
    return number - 2 * SIGN if number >= SIGN else number


def _turn(word: int, count: int) -> int:
    """Turn the bits of a word to the left."""
    return (word << count | word >> 32 - count) & WORD


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    """Mix three words, reversibly."""
    words = [a, b, c]
    for count, place in MIX:
        first, third, second = place, (place + 2) % 3, (place + 1) % 3
        turned = _turn(words[third], count)
        words[first] = (words[first] - words[third] & WORD) ^ turned
        words[third] = words[third] + words[second] & WORD
    return words[0], words[1], words[2]


def _finish(a: int, b: int, c: int) -> tuple[int, int]:
    """Mix three words for the last time."""
    words = [a, b, c]
    for count, place in ((14, 2), (11, 0), (25, 1), (16, 2), (4, 0), (14, 1), (24, 2)):
        source = (place + 2) % 3
        turned = _turn(words[source], count)
        words[place] = (words[place] ^ words[source]) - turned & WORD
    return words[1], words[2]
