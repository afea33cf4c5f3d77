"""Reads the codes on a photo, in a process of its own: `python -m api.labels.reader` < photo.

What a stranger sends is opened here under limits of the kernel's own: memory, seconds, no file
larger than nothing. A picture that breaks a decoder breaks this process, and no other.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings

import numpy
import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
# A code that a phone has photographed is read at this size; larger is slower and no better.
LONGEST_PX = 2_600
MOST_TEXTS = 20
_MEMORY_BYTES = 1 << 30
_SECONDS = 8
_FORMS = ("JPEG", "PNG", "WEBP")


class NoPicture(Exception):
    """The bytes are none of the pictures that are read, or one that is too large."""


def texts_on(content: bytes) -> list[str]:
    """The texts of all codes on a picture, each once, at most 20. Raises NoPicture."""
    picture = _opened(content)
    found: list[str] = []
    # What is sharp is read at once; what is small or slanted, by a second look.
    for size in (LONGEST_PX // 2, LONGEST_PX):
        shown = picture.copy()
        shown.thumbnail((size, size))
        found = [each.text for each in zxingcpp.read_barcodes(numpy.asarray(shown)) if each.text]
        if found:
            break
    return list(dict.fromkeys(found))[:MOST_TEXTS]


def _opened(content: bytes) -> Image.Image:
    # The head says how many pixels there are, before any is unpacked.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.MAX_IMAGE_PIXELS = MOST_PIXELS
            picture = Image.open(io.BytesIO(content), formats=_FORMS)
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise NoPicture(f"it has {width} × {height} pixels")
            picture.draft("L", (LONGEST_PX, LONGEST_PX))
            return ImageOps.exif_transpose(picture).convert("L")
    except (
        UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError,
        Image.DecompressionBombError, Image.DecompressionBombWarning,
    ) as error:  # fmt: skip
        raise NoPicture(str(error)[:120]) from error


def main() -> int:
    """Print what was read as JSON; 3 where it is no picture."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        sys.stdout.write(json.dumps(texts_on(sys.stdin.buffer.read())))
    except NoPicture as error:
        sys.stdout.write(json.dumps(str(error)))
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
