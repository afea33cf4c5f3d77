"""QR codes, model 2: by one encoder for single labels, by a fast one for whole jobs."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import zxingcpp
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import QRData

from passport.rules.label import Correction

# Row by row, a byte a module: 0 is dark.
Rows: TypeAlias = tuple[bytes, ...]
Encoder: TypeAlias = Callable[[str, Correction], Rows]

_BYTE_MODE: Final = 4
_LEVELS: Final = {Correction.Q: ERROR_CORRECT_Q, Correction.M: ERROR_CORRECT_M}
_FORMAT: Final = zxingcpp.BarcodeFormat.QRCode


def careful(link: str, correction: Correction) -> Rows:
    """Encode by the library that tries all masks, byte by byte: the form of every single label."""
    code = QRCode(error_correction=_LEVELS[correction], border=0)
    # Byte mode keeps lower case; the other modes would change the link.
    code.add_data(QRData(link.encode("ascii"), _BYTE_MODE), optimize=0)
    code.make(fit=True)
    return tuple(bytes(0 if dark else 255 for dark in row) for row in code.get_matrix())


def fast(link: str, correction: Correction) -> Rows:
    """Encode by the library that is twenty times as fast, mixing modes: never a larger code."""
    made = zxingcpp.create_barcode(link, _FORMAT, ec_level=correction.value)
    image = made.to_image(scale=1, add_quiet_zones=False)
    dots = bytes(memoryview(image))  # type: ignore[arg-type] # a buffer, which its stub leaves out
    side = int(len(dots) ** 0.5)
    return tuple(dots[at : at + side] for at in range(0, len(dots), side))


def runs(rows: Rows) -> tuple[list[int], list[int]]:
    """Where each run of dark modules begins and ends, counted row by row, a light one between rows.

    Place p is column p % (side + 1) of row p // (side + 1).
    """
    dots = np.frombuffer(b"\xff" + b"\xff".join(rows) + b"\xff", dtype=np.uint8)
    edges = np.flatnonzero(dots[1:] != dots[:-1]).tolist()
    return edges[::2], edges[1::2]


def strokes(rows: Rows, *, head: str, tail: str) -> str:
    """A text for each run: `head` with its {x} and {y}, then `tail` with its {run}."""
    heads, tails = _texts(len(rows), head, tail)
    starts, ends = runs(rows)
    return "".join([heads[p] + tails[q - p] for p, q in zip(starts, ends, strict=True)])


@lru_cache(maxsize=64)
def _texts(side: int, head: str, tail: str) -> tuple[list[str], list[str]]:
    places = (divmod(place, side + 1) for place in range(side * (side + 1)))
    heads = [head.format(x=x, y=y) for y, x in places]
    return heads, [tail.format(run=run) for run in range(side + 1)]
