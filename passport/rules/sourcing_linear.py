"""Linear equations over fractions, exactly."""

from collections.abc import Sequence
from fractions import Fraction


def solve(matrix: Sequence[Sequence[Fraction]], due: Sequence[Fraction]) -> list[Fraction] | None:
    """The one answer of a square system, or None where there is none or more than one."""
    rows = [[*row, value] for row, value in zip(matrix, due, strict=True)]
    for at in range(len(rows)):
        pivot = next((index for index in range(at, len(rows)) if rows[index][at]), None)
        if pivot is None:
            return None
        rows[at], rows[pivot] = rows[pivot], rows[at]
        lead = rows[at][at]
        rows[at] = [value / lead for value in rows[at]]
        for index, row in enumerate(rows):
            factor = row[at]
            if index != at and factor:
                rows[index] = [a - factor * b for a, b in zip(row, rows[at], strict=True)]
    return [row[-1] for row in rows]
