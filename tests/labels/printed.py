"""Labels as a printer gives them, and how they are read back."""

from __future__ import annotations

import io
import random
import re
import string
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import zxingcpp
from PIL import Image

from api.labels.press import Press
from api.labels.stock import wish
from passport.queries.label import Extent, Item, Job, MakeKey
from passport.rules.identity import of_serial, parse
from passport.rules.label import blank
from passport.rules.label_text import Make, code_lines, link_length

HOST = "https://batterypassport.example"
KEY: MakeKey = (UUID(int=1), None, date(2025, 3, 1))
# Every character that a serial may have.
ALPHABET = string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_"
GTINS = ("09521234000020", "09521234000013")


def make(**changed: Any) -> Make:
    usual: dict[str, Any] = {
        "maker": "Nordlicht", "category": "electric vehicle battery", "model_code": "P-12",
        "chemistry": "LFP", "capacity_ah": Decimal(280), "energy_kwh": Decimal("10.752"),
        "mass_kg": Decimal(72), "place": "Line 1, Norrvik, SE", "made_on": date(2025, 3, 1),
        "facts": {
            "3": "Nordlicht Cells", "4": "Hamnringen 4, Norrvik", "13": "LiPF6",
            "14": "Water in plenty", "15": ["lithium", "copper"],
        },
    }  # fmt: skip
    return Make(**(usual | changed))


def identities(count: int, *, seed: int = 1) -> list[Item]:
    """Batteries with serials of any length and any characters, none twice."""
    chance = random.Random(seed)
    found: dict[str, Item] = {}
    while len(found) < count:
        serial = "".join(chance.choices(ALPHABET, k=chance.randint(1, 20)))
        name = of_serial(gtin=chance.choice(GTINS), serial=serial).canonical
        found[name] = Item(name, "PACK", KEY)
    return list(found.values())


def press(items: Iterable[Item], *, dots: bool = False, host: str = HOST, **asked: str) -> Press:
    """A press that has these batteries to print."""
    extents: dict[Any, Extent] = {}
    for item in items:
        lines = tuple(map(blank, code_lines(parse(item.identity))))
        extent = Extent(link_length(identity=item.identity, host=host), lines)
        known = extents.setdefault((KEY, len(lines)), extent)
        extents[KEY, len(lines)] = known.with_(extent)
    job = Job(ids=(), total=0, makes={KEY: make()}, extents=extents)
    return Press(job=job, wish=wish(asked), host=host, dots=dots)


def read(picture: Image.Image, *, alone: bool = True) -> list[str]:
    """What an independent decoder reads on a picture; the label alone, or wherever on a sheet."""
    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormat.QRCode, try_rotate=not alone, try_invert=False
    )
    return [each.text for each in found]


def png(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("L")


def svg(data: bytes, *, dots_per_mm: float = 12) -> Image.Image:
    """The code of a drawing as dots: the rectangles of its path, where its transform puts them."""
    root = ElementTree.fromstring(data)
    _, _, width, height = (float(each) for each in root.get("viewBox", "").split())
    dots = np.full((round(height * dots_per_mm), round(width * dots_per_mm)), 255, np.uint8)
    path = next(each for each in root.iter() if each.get("shape-rendering") == "crispEdges")
    x0, y0, scale = (float(each) for each in re.findall(r"[\d.]+", path.get("transform", "")))
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1", path.get("d", "")):
        left, top = x0 + int(x) * scale, y0 + int(y) * scale
        corners = (left, top, left + int(run) * scale, top + scale)
        west, north, east, south = (round(each * dots_per_mm) for each in corners)
        dots[north:south, west:east] = 0
    return Image.fromarray(dots)


def pdf(data: bytes, *, dpi: int = 300) -> list[Image.Image]:
    """The pages of a file, as a renderer of others paints them."""
    document = pypdfium2.PdfDocument(data)
    return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]
