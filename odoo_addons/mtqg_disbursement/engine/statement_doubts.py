"""Lines that may be sums of other lines, where no printed sum settles it.

A row "Năm 2024" above its own details looks like one more line. Where the sums of the
statement prove every line there is nothing to doubt; where they do not, a line that is
exactly the sum of those beside it is left to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Amounts = Mapping[int, int]
LONGEST_BLOCK = 300
FEWEST_FIGURES = 2  # one line alone is a copy of the next, if so many figures say so


def doubtful(lines: Sequence[tuple[int, Amounts]], *, with_keys: bool) -> list[int]:
    """Give the rows that are the sum of the lines right after or before them.

    :param lines: row and đồng by column, in the order of the statement
    :param with_keys: lines have codes or vouchers that tell one from its copy

    >>> one, two, both = {5: 100, 6: 40}, {5: 200, 6: 60}, {5: 300, 6: 100}
    >>> doubtful(list(enumerate((both, one, two), 7)), with_keys=True)
    [7]
    >>> doubtful(list(enumerate((one, two, one), 7)), with_keys=True)
    []
    >>> doubtful(list(enumerate((one, dict(one), two), 7)), with_keys=False)
    [7]
    """
    found = []
    fewest = 2 if with_keys else 1
    for place, (row, amounts) in enumerate(lines):
        figures = {column: a for column, a in amounts.items() if a}
        after = (other for _row, other in lines[place + 1 : place + LONGEST_BLOCK])
        before = (other for _row, other in reversed(lines[:place]))
        if _is_sum(figures, after, fewest) or _is_sum(figures, before, 2):
            found.append(row)
    return found


def _is_sum(figures: Amounts, others: Iterable[Amounts], fewest: int) -> bool:
    """Tell whether figures are the sum of the next so many lines."""
    if not figures:
        return False
    left = dict(figures)
    for count, other in enumerate(others, 1):
        for column, amount in other.items():
            if amount:
                left[column] = left.get(column, 0) - amount
        if not any(left.values()):
            return count >= fewest and (count > 1 or len(figures) >= FEWEST_FIGURES)
        if count == LONGEST_BLOCK or any(value < 0 for value in left.values()):
            return False
    return False
