"""The lines of a file of serials, out of its bytes as they came."""

from collections.abc import Iterable, Iterator

# A longer line is told, with so much of it; no record of ours needs as much.
LONGEST_KEPT = 1 << 20


def lines(
    *, blocks: Iterable[bytes], media_type: str, encoding: str
) -> Iterator[tuple[int, bytes]]:
    """(number from 1, line without its end) of each line that is not blank, in order.

    `blocks` are the bytes of the file end to end, cut anywhere; a line may lie across several.
    """
    number, rest = 0, b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            number += 1
            if line.strip():
                yield number, line.removesuffix(b"\r")[:LONGEST_KEPT]
        rest = rest[:LONGEST_KEPT]
    if rest.strip():
        yield number + 1, rest.removesuffix(b"\r")
