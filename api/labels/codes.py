"""QR codes, model 2: by one encoder for single labels, by a fast one for whole jobs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

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
_DARK: Final = re.compile(rb"\x00+")


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


def runs(rows: Rows) -> list[tuple[int, int, int]]:
    """Each run of dark modules as column, row and length."""
    return [
        (found.start(), y, found.end() - found.start())
        for y, row in enumerate(rows)
        for found in _DARK.finditer(row)
    ]
