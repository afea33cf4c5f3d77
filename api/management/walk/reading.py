"""Reads a label as a camera does: its dots, or its drawing turned into dots, through a decoder."""

import io
import re

import zxingcpp
from PIL import Image, ImageDraw

_STROKE = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")
_BOX = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
_DOTS = 6


def read_png(data: bytes) -> list[str]:
    """Every code in a picture."""
    with Image.open(io.BytesIO(data)) as picture:
        return _decode(picture.convert("L"))


def read_svg(data: bytes) -> list[str]:
    """Every code in a drawing made of rectangles one unit high."""
    text = data.decode()
    box = _BOX.search(text)
    if box is None:
        return []
    picture = Image.new("L", (int(box[1]) * _DOTS, int(box[2]) * _DOTS), 255)
    pen = ImageDraw.Draw(picture)
    for stroke in _STROKE.finditer(text):
        x, y, width = (int(each) * _DOTS for each in stroke.groups())
        pen.rectangle((x, y, x + width - 1, y + _DOTS - 1), fill=0)
    return _decode(picture)


def _decode(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture)]
